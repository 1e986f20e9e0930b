"""The settings of one installation, and the only reader of the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.limits import Limits, read_limits
from config.origins import is_loopback, read_alarm_webhook, read_endpoint, read_origin
from config.prices import Prices, read_prices
from config.refused import SettingsRefused as SettingsRefused

CHECKOUT = Path(__file__).parents[1]
_ADDRESS = re.compile(r"[0-9A-Za-z.!#$%&'*+/=?^_`{|}~-]+@[0-9A-Za-z.-]+")
CREDENTIAL, OIDC_CREDENTIAL = "unannounced-vault", "unannounced-oidc"
LONGEST_ISSUER = 300


class Line(StrEnum):
    """Which telephone network the workspace is on."""

    PRACTICE = "practice"
    STAND_IN = "stand-in"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The SMTP server that takes letters; ``user`` is empty where it asks for no sign-in."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The IMAP mailbox to which centres write to the personas."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignOn:
    """The institute's own sign-in service, by OpenID Connect, and what people call it."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True)
class SoftphoneKeys:
    """What lets a browser speak over the account: an API key, its secret, the TwiML App."""

    key: str
    secret: str = field(repr=False)
    app: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between machines; read once, handed in from the outermost caller."""

    var: Path
    database_url: str = field(repr=False)
    host: str
    port: int
    exchange_port: int
    public_origin: str
    institute: str
    zone: str
    credential: Path | None  # a key that systemd hands in; it comes before a key file
    key_file: Path | None
    twilio_account: str
    twilio_token: str = field(repr=False)
    twilio_origin: str
    softphone: SoftphoneKeys | None  # None: every assessor is rung on a telephone
    mail_server: MailServer | None  # None: letters go into a folder
    mail_from: str
    mailbox: Mailbox | None  # None: what is written back is entered by hand
    recordings_bucket: str  # "" keeps recordings in a folder
    recordings_endpoint: str  # of an S3-compatible store that isn't Amazon's
    proxies: int  # how many of our own stand before the workspace and tell a visitor's address
    sign_on: SignOn | None  # None: people sign in here alone
    alarm_webhook: str = field(repr=False)  # where alarms are posted; "": nowhere
    anchors_to: str  # who gets the journal's head each day; "": administrators and auditors
    retention: dict[str, int]  # days by kind, where an installation keeps for other than usual
    by_hand: bool  # calls without a caller number are made by hand, not missed
    high_water: Path  # outside the database, so that an old backup is seen to be old
    public_source: str = ""  # where the public value of a plan comes from; "" mixes none in
    offer_days: int = 5  # working days ahead, at which a call is offered to its assessor
    prices: Prices = field(default_factory=Prices)
    limits: Limits = field(default_factory=Limits)

    @property
    def mail_folder(self) -> Path:
        """Where letters lie that no server takes."""
        return self.var / "mail"

    @property
    def recordings_folder(self) -> Path:
        """Where recordings lie, sealed, that no bucket takes."""
        return self.var / "recordings"

    @property
    def line(self) -> Line:
        """No account: practice; an account and a loopback origin: stand-in; an account: live."""
        if not self.twilio_account:
            return Line.PRACTICE
        return Line.STAND_IN if self.twilio_origin else Line.LIVE

    @property
    def exchange_origin(self) -> str:
        """Where the practice exchange answers."""
        return f"http://127.0.0.1:{self.exchange_port}"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Raises SettingsRefused naming the setting, what is wrong with it and the remedy.
    """
    environ = os.environ if environ is None else environ
    var = Path(environ.get("UNANNOUNCED_VAR") or CHECKOUT / "var").expanduser().absolute()
    port = _port(environ, "PORT", 8321)
    exchange_port = _port(environ, "EXCHANGE_PORT", 8322)
    if port == exchange_port:
        raise SettingsRefused("PORT and EXCHANGE_PORT are the same; give them two numbers")
    account = environ.get("TWILIO_ACCOUNT_SID", "")
    token = environ.get("TWILIO_AUTH_TOKEN", "")
    if bool(account) != bool(token):
        raise SettingsRefused("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN go together; set both")
    twilio_origin = environ.get("TWILIO_API_ORIGIN", "").rstrip("/")
    if twilio_origin and not is_loopback(twilio_origin):
        raise SettingsRefused("TWILIO_API_ORIGIN may only name a loopback address; unset it")
    if twilio_origin and not account:
        raise SettingsRefused("TWILIO_API_ORIGIN needs TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
    key_file = environ.get("UNANNOUNCED_KEY_FILE")
    return Settings(
        var=var,
        database_url=_database_url(environ.get("DATABASE_URL", ""), var),
        host=environ.get("HOST") or "127.0.0.1",
        port=port,
        exchange_port=exchange_port,
        public_origin=read_origin(environ, port, live=bool(account) and not twilio_origin),
        institute=environ.get("INSTITUTE_NAME", "Demonstration institute"),
        zone=_zone(environ.get("INSTITUTE_ZONE", "Europe/London")),
        credential=_credential(environ.get("CREDENTIALS_DIRECTORY", "")),
        key_file=Path(key_file).expanduser() if key_file else None,
        twilio_account=account,
        twilio_token=token,
        twilio_origin=twilio_origin,
        softphone=_softphone(environ, account),
        mail_server=_mail_server(environ),
        mail_from=environ.get("MAIL_FROM") or "institute@localhost",
        mailbox=_mailbox(environ),
        recordings_bucket=environ.get("RECORDINGS_BUCKET", ""),
        recordings_endpoint=read_endpoint(environ),
        proxies=_proxies(environ.get("TRUSTED_PROXIES", "0")),
        sign_on=_sign_on(environ),
        alarm_webhook=read_alarm_webhook(environ),
        anchors_to=_one_address(environ, "ANCHORS_TO"),
        retention=_days(environ.get("RETENTION_DAYS", "")),
        by_hand=_yes(environ, "BY_HAND"),
        high_water=_path(environ, "UNANNOUNCED_HIGH_WATER", var / "high-water.json"),
        offer_days=_offer_days(environ.get("OFFER_DAYS", "5")),
        public_source=_public_source(environ.get("PUBLIC_VALUE", "")),
        prices=read_prices(environ),
        limits=read_limits(environ),
    )


def _proxies(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise SettingsRefused(
            f"TRUSTED_PROXIES is {text!r}; write how many proxies of your own a request passes, "
            "such as 1, or 0 for none"
        )
    return int(text)


def _sign_on(environ: Mapping[str, str]) -> SignOn | None:
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID")
    issuer, client = (environ.get(name, "") for name in names)
    secret = _secret(environ, "OIDC_CLIENT_SECRET", OIDC_CREDENTIAL)
    if not (issuer or client or secret):
        return None
    if not (issuer and client and secret):
        raise SettingsRefused(
            "OIDC_ISSUER, OIDC_CLIENT_ID and the client's secret go together; set all three"
        )
    try:
        parts = urlsplit(issuer)
        whole = bool(parts.hostname) and not (parts.query or parts.fragment or "@" in parts.netloc)
    except ValueError:
        whole = False
    if not whole or len(issuer) > LONGEST_ISSUER:
        raise SettingsRefused("OIDC_ISSUER must look like https://sign-in.example.org")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(issuer)):
        raise SettingsRefused("OIDC_ISSUER must be https unless it is a loopback address")
    return SignOn(issuer, client, secret, environ.get("OIDC_NAME") or str(parts.hostname))


def _secret(environ: Mapping[str, str], name: str, credential: str) -> str:
    """A secret from the environment, or from the file that systemd hands in."""
    if environ.get(name):
        return environ[name]
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(folder) / credential
    try:
        return path.read_text().strip() if folder and path.exists() else ""
    except (OSError, ValueError) as error:
        raise SettingsRefused(f"The credential {credential} can't be read") from error


def _softphone(environ: Mapping[str, str], account: str) -> SoftphoneKeys | None:
    names = ("TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_TWIML_APP")
    key, secret, app = (environ.get(name, "") for name in names)
    if not (key or secret or app):
        return None
    if not (key and secret and app and account):
        raise SettingsRefused(
            f"{', '.join(names)} and TWILIO_ACCOUNT_SID go together; set all of them, or unset "
            "the three and let calls come by telephone"
        )
    for name, text, begins in (("TWILIO_API_KEY", key, "SK"), ("TWILIO_TWIML_APP", app, "AP")):
        if not re.fullmatch(begins + "[0-9a-f]{32}", text):
            raise SettingsRefused(
                f"{name} isn't the SID that it must be: {begins} and 32 hexadecimal digits; "
                "copy it from the console"
            )
    return SoftphoneKeys(key, secret, app)


def _yes(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").lower()
    if text not in ("", "no", "yes"):
        raise SettingsRefused(f"{name} is {text!r}; write yes or no")
    return text == "yes"


def _one_address(environ: Mapping[str, str], name: str) -> str:
    address = environ.get(name, "")
    if address and not _ADDRESS.fullmatch(address):
        raise SettingsRefused(
            f"{name} is {address!r}; write one address such as auditor@example.org"
        )
    return address


def _days(text: str) -> dict[str, int]:
    days = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        kind, _, number = (each.strip() for each in part.partition("="))
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 36500):
            raise SettingsRefused(
                f"RETENTION_DAYS has {part!r}; write whole days, such as letter=30, note=365"
            )
        days[kind] = int(number)
    return days


def _offer_days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 20:
        raise SettingsRefused(f"OFFER_DAYS is {text!r}; give working days from 1 to 20")
    return int(text)


def _path(environ: Mapping[str, str], name: str, default: Path) -> Path:
    given = environ.get(name)
    return Path(given).expanduser().absolute() if given else default


def _mail_server(environ: Mapping[str, str]) -> MailServer | None:
    host, sender = environ.get("SMTP_HOST", ""), environ.get("MAIL_FROM", "")
    user, password = environ.get("SMTP_USER", ""), environ.get("SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise SettingsRefused("SMTP_USER and SMTP_PASSWORD go together; set both")
    if sender and not _ADDRESS.fullmatch(sender):
        raise SettingsRefused(
            f"MAIL_FROM is {sender!r}; write one address such as institute@example.org"
        )
    if not host:
        if user:
            raise SettingsRefused("SMTP_USER needs SMTP_HOST; set it, or unset SMTP_USER")
        return None
    if not host.isprintable() or set("/@ ") & set(host) or host.count(":") == 1:
        raise SettingsRefused(
            f"SMTP_HOST is {host!r}; write a name such as mail.example.org, the port in SMTP_PORT"
        )
    if not sender:
        raise SettingsRefused("SMTP_HOST needs MAIL_FROM, the address that letters come from")
    return MailServer(host, _port(environ, "SMTP_PORT", 587), user, password)


def _public_source(words: str) -> str:
    if not words.isprintable() or len(words) > 300 or words.strip() == "none":
        raise SettingsRefused(
            "PUBLIC_VALUE names in words, on one line, where the value comes from that is mixed "
            "into a plan, such as a beacon's round at a given hour; unset it to mix in none"
        )
    return " ".join(words.split())


def _mailbox(environ: Mapping[str, str]) -> Mailbox | None:
    host, user, password = (
        environ.get(f"IMAP_{each}", "") for each in ("HOST", "USER", "PASSWORD")
    )
    if not (host or user or password):
        return None
    if not (host and user and password):
        raise SettingsRefused("IMAP_HOST, IMAP_USER and IMAP_PASSWORD go together; set all three")
    if not host.isprintable() or set("/@ :") & set(host):
        raise SettingsRefused(f"IMAP_HOST is {host!r}; write a name such as mail.example.org")
    return Mailbox(host, _port(environ, "IMAP_PORT", 993), user, password)


def _credential(folder: str) -> Path | None:
    path = Path(folder) / CREDENTIAL
    return path if folder and path.exists() else None


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SettingsRefused(f"{name} is {text!r}; it must be a number from 1 to 65535")
    return int(text)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsRefused(
            f"INSTITUTE_ZONE is {name!r}; write a zone's name such as Europe/London"
        ) from error
    return name


def _database_url(url: str, var: Path) -> str:
    if not url:
        return f"sqlite:///{var / 'data' / 'unannounced.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise SettingsRefused("DATABASE_URL must begin with sqlite:/// or postgresql://")
