"""The practice exchange as a program: the outside world, on loopback only."""

import logging
import os
import signal
import sys
from threading import Event

from config.clock import system_clock
from config.settings import Line, SettingsRefused, read_settings
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import serve
from scripts.practice_account import practice_account
from scripts.practice_line import POOL


def main() -> int:
    """Serve until SIGINT or SIGTERM; refuse beside a real account."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = read_settings()
    except SettingsRefused as error:
        print(error, file=sys.stderr)
        return 1
    if settings.line is not Line.PRACTICE:
        print(
            "A telephone account is set, so there is no practice exchange. "
            "Unset TWILIO_ACCOUNT_SID to practise.",
            file=sys.stderr,
        )
        return 1
    os.umask(0o077)  # the ledger holds telephone numbers
    own = practice_account(settings)
    ledger = Ledger(settings.var / "exchange" / "ledger.jsonl")
    exchange = Exchange(own.account, own.token, ledger, system_clock, owned_numbers=POOL)
    server = serve(exchange, "127.0.0.1", settings.exchange_port)
    stop.wait()
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
