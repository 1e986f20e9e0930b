"""Wires the parts by hand, once, at the edge: which telephone, and who may post to the hooks."""

from dataclasses import dataclass, field

from config.settings import Line, Settings
from config.storage import Storage, storage
from scheduler.softphone_twilio import Softphone
from scheduler.telephone_twilio import TwilioTelephone
from scripts.practice_account import practice_account


@dataclass(frozen=True, slots=True)
class Network:
    """The telephone network that an installation is on."""

    line: Line
    account: str
    token: str = field(repr=False)
    origin: str  # "" is the network's own

    def telephone(self) -> TwilioTelephone:
        """The telephone over it."""
        return TwilioTelephone(self.account, self.token, self.origin)


def recordings_storage(settings: Settings) -> Storage:
    """Where recordings lie."""
    return storage(
        settings.recordings_folder, settings.recordings_bucket, settings.recordings_endpoint
    )


def softphone(settings: Settings) -> Softphone | None:
    """What lets browsers call in, where it is set."""
    keys = settings.softphone
    if keys is None:
        return None
    return Softphone(settings.twilio_account, keys.key, keys.secret, keys.app)


def network(settings: Settings) -> Network:
    """No account: the practice exchange; otherwise the account, over a stand-in or live."""
    if settings.line is Line.PRACTICE:
        own = practice_account(settings)
        return Network(settings.line, own.account, own.token, settings.exchange_origin)
    return Network(
        settings.line, settings.twilio_account, settings.twilio_token, settings.twilio_origin
    )
