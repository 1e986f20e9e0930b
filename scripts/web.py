"""The web workspace as a program: pages and hooks, on waitress."""

import gc
import logging
import signal
import sys
from types import FrameType
from typing import Any

from flask import Flask
from waitress import create_server

from assessor.app import LONGEST_BODY, create_app
from assessor.desk import WebDesk
from assessor.hooks import HookDesk
from config.clock import system_clock
from config.group_commit import grouped
from config.settings import Line, Settings, SettingsRefused, read_settings
from config.vault import VaultRefused
from scheduler.high_water import HighWater
from scheduler.issuer import Issuer
from scheduler.practice import trainer
from scheduler.ticker import Ticker
from scripts import watching
from scripts.database import Installation, prepare
from scripts.wiring import network, recordings_storage, softphone

THREADS = 8
# A stranger who begins requests and never ends them holds connections, not threads: there are many,
# each is quiet for a short while only, and none keeps much in memory.
PATIENCE = {
    "connection_limit": 800,
    "asyncore_use_poll": True,
    "channel_timeout": 20,  # seconds
    "cleanup_interval": 5,
    "max_request_header_size": 32 * 1024,
    "inbuf_overflow": 64 * 1024,  # more of a body waits in a file
}


def desks(installation: Installation) -> tuple[WebDesk, HookDesk]:
    """What pages and hooks are handed."""
    settings = installation.settings
    net = network(settings)
    user = settings.mailbox.user if settings.mailbox else ""  # most often its address
    web = WebDesk(
        sessions=installation.sessions,
        vault=installation.vault,
        clock=system_clock,
        line=net.line,
        institute=settings.institute,
        zone=settings.zone,
        secure=settings.public_origin.startswith("https://"),
        site=settings.public_origin,
        storage=recordings_storage(settings),
        telephone=net.telephone(),
        mail_folder=None if settings.mail_server else settings.mail_folder,
        issuer=Issuer(settings.sign_on, settings.public_origin) if settings.sign_on else None,
        proxies=settings.proxies,
        retention=settings.retention,
        public_source=settings.public_source,
        softphone=softphone(settings),
        trainer_link=(lambda: trainer.link(net.origin, net.token, system_clock()))
        if net.line is Line.PRACTICE
        else None,
        personas_mailbox=user if "@" in user else "",
        prices=settings.prices,
        limits=settings.limits,
    )
    hook = HookDesk(
        grouped(installation.sessions),
        system_clock,
        settings.public_origin,
        net.account,
        net.token,
        high_water=HighWater(settings.high_water),
        live=net.line is Line.LIVE,
        softphone=settings.softphone is not None,
    )
    return web, hook


def serve(app: Flask, settings: Settings) -> Any:
    """The server of the pages, bound to its port; ``run`` lets it answer."""
    return create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        max_request_body_size=LONGEST_BODY,
        ident=None,
        **PATIENCE,
        clear_untrusted_proxy_headers=not settings.proxies,  # else they are read by the workspace
    )


def main() -> int:
    """Serve until SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")

    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each that waits

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        settings = read_settings()
        installation = prepare(settings)
        app = create_app(*desks(installation))
    except (SettingsRefused, VaultRefused) as error:
        print(error, file=sys.stderr)
        return 1
    server = serve(app, settings)
    watch = Ticker((("watch", watching.SECONDS, watching.watching(installation, system_clock)),))
    watch.start()
    gc.freeze()  # what the program is made of is never rubbish, and looking through it costs time
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    watch.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
