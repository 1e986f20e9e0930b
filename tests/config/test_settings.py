"""The settings: what stands by default, and what is refused with the remedy."""

from pathlib import Path

import pytest

from config.origins import is_loopback
from config.settings import CHECKOUT, Line, MailServer, SettingsRefused, read_settings

TWILIO = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token-of-a-test"}
MAIL = {"SMTP_HOST": "mail.example.org", "MAIL_FROM": "institute@example.org"}
SERVED = {"PUBLIC_ORIGIN": "https://calls.example.org"}
SOFTPHONE = {
    "TWILIO_API_KEY": "SK" + "0" * 32,
    "TWILIO_API_SECRET": "secret-of-a-test",
    "TWILIO_TWIML_APP": "AP" + "0" * 32,
}


def test_nothing_has_to_be_set() -> None:
    settings = read_settings({})
    assert settings.var == CHECKOUT / "var"
    assert settings.database_url == f"sqlite:///{CHECKOUT / 'var' / 'data' / 'unannounced.db'}"
    assert (settings.host, settings.port) == ("127.0.0.1", 8321)
    assert settings.exchange_origin == "http://127.0.0.1:8322"
    assert settings.public_origin == "http://127.0.0.1:8321"
    assert settings.zone == "Europe/London"
    assert settings.key_file is None
    assert settings.line is Line.PRACTICE


def test_an_empty_setting_is_none() -> None:
    names = (
        *("UNANNOUNCED_VAR", "HOST", "PORT", "EXCHANGE_PORT", "DATABASE_URL", "PUBLIC_ORIGIN"),
        *("SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "MAIL_FROM"),
        *("UNANNOUNCED_KEY_FILE", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_ORIGIN"),
    )
    assert read_settings(dict.fromkeys(names, "")) == read_settings({})


def test_everything_that_changes_lies_in_the_folder_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({"UNANNOUNCED_VAR": "here"})
    assert settings.var == tmp_path / "here"
    assert settings.database_url == f"sqlite:///{tmp_path / 'here' / 'data' / 'unannounced.db'}"


@pytest.mark.parametrize(
    ("stated", "used"),
    [
        ("postgres://a@b/c", "postgresql+psycopg://a@b/c"),
        ("postgresql://a@b/c", "postgresql+psycopg://a@b/c"),
        ("postgresql+psycopg://a@b/c", "postgresql+psycopg://a@b/c"),
        ("sqlite:////var/lib/x.db", "sqlite:////var/lib/x.db"),
    ],
)
def test_another_database_can_be_named(stated: str, used: str) -> None:
    assert read_settings({"DATABASE_URL": stated}).database_url == used


SIGN_ON = {"OIDC_ISSUER": "https://sign-in.example.org", "OIDC_CLIENT_ID": "unannounced"}


def test_a_sign_in_service_is_named_whole_and_its_secret_is_never_shown(tmp_path: Path) -> None:
    assert read_settings({}).sign_on is None
    settings = read_settings(SIGN_ON | {"OIDC_CLIENT_SECRET": "hush"})
    assert settings.sign_on is not None
    assert settings.sign_on.name == "sign-in.example.org"
    assert "hush" not in repr(settings)
    (tmp_path / "unannounced-oidc").write_text("hush from systemd\n")
    handed = read_settings(SIGN_ON | {"CREDENTIALS_DIRECTORY": str(tmp_path), "OIDC_NAME": "Ours"})
    assert handed.sign_on is not None
    assert (handed.sign_on.secret, handed.sign_on.name) == ("hush from systemd", "Ours")


@pytest.mark.parametrize(
    "stated",
    [
        SIGN_ON,
        {"OIDC_CLIENT_SECRET": "hush"},
        SIGN_ON | {"OIDC_CLIENT_SECRET": "hush", "OIDC_ISSUER": "http://sign-in.example.org"},
        SIGN_ON | {"OIDC_CLIENT_SECRET": "hush", "OIDC_ISSUER": "https://[x"},
        SIGN_ON | {"OIDC_CLIENT_SECRET": "hush", "OIDC_ISSUER": "https://a@b.example"},
        SIGN_ON | {"OIDC_CLIENT_SECRET": "hush", "OIDC_ISSUER": "sign-in.example.org"},
    ],
)
def test_half_a_sign_in_service_is_none(stated: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused, match="OIDC_ISSUER") as refusal:
        read_settings(stated)
    assert "hush" not in str(refusal.value)


def test_proxies_are_counted() -> None:
    assert read_settings({}).proxies == 0
    assert read_settings({"TRUSTED_PROXIES": "2"}).proxies == 2
    for odd in ("yes", "-1", "10", "²", "1.1.1.1"):
        with pytest.raises(SettingsRefused, match="TRUSTED_PROXIES"):
            read_settings({"TRUSTED_PROXIES": odd})


def test_which_telephone_it_is_follows_from_account_and_origin() -> None:
    assert read_settings(TWILIO | SERVED).line is Line.LIVE
    stand_in = read_settings(TWILIO | {"TWILIO_API_ORIGIN": "http://127.0.0.1:9000/"})
    assert stand_in.line is Line.STAND_IN
    assert stand_in.twilio_origin == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty'; it must be a number"),
        ({"PORT": "0"}, "from 1 to 65535"),
        ({"EXCHANGE_PORT": "65536"}, "EXCHANGE_PORT is '65536'"),
        ({"PORT": "٨٠٨٠"}, "it must be a number"),
        ({"PORT": "8322"}, "PORT and EXCHANGE_PORT are the same"),
        ({"INSTITUTE_ZONE": "Mars/Olympus"}, "INSTITUTE_ZONE is 'Mars/Olympus'"),
        ({"INSTITUTE_ZONE": "../etc"}, "write a zone's name"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "go together; set both"),
        ({"TWILIO_AUTH_TOKEN": "t"}, "go together; set both"),
        ({"TWILIO_API_ORIGIN": "http://127.0.0.1:1"}, "needs TWILIO_ACCOUNT_SID"),
        (TWILIO | {"TWILIO_API_ORIGIN": "https://api.example.org"}, "only name a loopback"),
        (TWILIO | {"TWILIO_API_ORIGIN": "http://[::1"}, "only name a loopback"),
        (TWILIO, "loopback address, which the telephone network can't reach"),
        ({"SMTP_USER": "u"}, "SMTP_USER and SMTP_PASSWORD go together"),
        ({"TWILIO_API_KEY": "SK" + "0" * 32}, "go together; set all of them"),
        (SOFTPHONE, "TWILIO_ACCOUNT_SID go together"),
        (
            TWILIO | SERVED | SOFTPHONE | {"TWILIO_API_KEY": "AC" + "0" * 32},
            "TWILIO_API_KEY isn't the SID",
        ),
        (TWILIO | SERVED | SOFTPHONE | {"TWILIO_TWIML_APP": "x"}, "TWILIO_TWIML_APP isn't the SID"),
        ({"SMTP_USER": "u", "SMTP_PASSWORD": "p"}, "SMTP_USER needs SMTP_HOST"),
        ({"SMTP_HOST": "mail.example.org"}, "SMTP_HOST needs MAIL_FROM"),
        (MAIL | {"SMTP_HOST": "mail.example.org:25"}, "the port in SMTP_PORT"),
        (MAIL | {"SMTP_HOST": "https://mail.example.org"}, "the port in SMTP_PORT"),
        (MAIL | {"SMTP_PORT": "smtp"}, "SMTP_PORT is 'smtp'; it must be a number"),
        ({"MAIL_FROM": "one@example.org, two@example.org"}, "write one address"),
        ({"MAIL_FROM": "Us <one@example.org>"}, "write one address"),
        ({"MAIL_FROM": "one@example.org\nBcc: x@example.org"}, "write one address"),
        ({"PUBLIC_ORIGIN": "http://calls.example.org"}, "must be https"),
        ({"PUBLIC_ORIGIN": "https://our_calls.example.org"}, "underscore"),
        ({"PUBLIC_ORIGIN": "calls.example.org"}, "must look like"),
        ({"PUBLIC_ORIGIN": "https://calls.example.org/x"}, "must look like"),
        ({"PUBLIC_ORIGIN": "https://calls.example.org?x"}, "must look like"),
        ({"PUBLIC_ORIGIN": "https://calls.example.org#x"}, "must look like"),
        ({"PUBLIC_ORIGIN": "https://me@calls.example.org"}, "must look like"),
        ({"PUBLIC_ORIGIN": "https://calls.example.org:http"}, "must look like"),
        ({"PUBLIC_ORIGIN": "https://[::1"}, "must look like"),
        ({"PUBLIC_ORIGIN": "https://"}, "must look like"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_with_the_remedy(
    environ: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsRefused, match=said):
        read_settings(environ)


def test_mail_goes_into_the_folder_until_a_server_is_named(tmp_path: Path) -> None:
    alone = read_settings({"UNANNOUNCED_VAR": str(tmp_path)})
    assert (alone.mail_server, alone.mail_folder) == (None, tmp_path / "mail")
    served = read_settings(MAIL | {"SMTP_USER": "u", "SMTP_PASSWORD": "secret-of-mail"})
    assert served.mail_server == MailServer("mail.example.org", 587, "u", "secret-of-mail")
    assert served.mail_from == "institute@example.org"
    assert "secret-of-mail" not in repr(served)


@pytest.mark.parametrize(
    ("origin", "loopback"),
    [
        ("http://127.0.0.1:80", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:80", True),
        ("http://localhost", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://127.0.0.1@example.org", False),
        ("http://0.0.0.0", False),
        ("nothing", False),
    ],
)
def test_a_loopback_origin_is_one_whose_host_is_this_machine(origin: str, loopback: bool) -> None:
    assert is_loopback(origin) is loopback


def test_the_settings_do_not_show_what_is_secret() -> None:
    url = "postgresql://me:password-of-a-test@db/c"
    shown = repr(read_settings(TWILIO | SERVED | SOFTPHONE | {"DATABASE_URL": url}))
    assert "secret-of-a-test" not in shown
    assert "token-of-a-test" not in shown
    assert "password-of-a-test" not in shown
