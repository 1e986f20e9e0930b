"""What calls and hours cost, as the settings say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from config.refused import SettingsRefused

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Prices:
    """What a call takes and costs on average, in the institute's currency."""

    minutes_a_call: Fraction = Fraction(8)  # on the telephone
    a_minute: Fraction = Fraction(1, 20)
    an_hour: Fraction = Fraction(20)  # of an assessor or a verifier
    review_minutes: Fraction = Fraction(30)  # of a verifier, for a call
    currency: str = "£"


def read_prices(environ: Mapping[str, str]) -> Prices:
    """Read the prices; what isn't set has its default. Raises SettingsRefused."""
    usual = Prices()

    def amount(name: str, otherwise: Fraction) -> Fraction:
        text = environ.get(name, "")
        try:
            value = Fraction(text) if text else otherwise
        except (ValueError, ZeroDivisionError):
            value = Fraction(-1)
        if not 0 <= value <= _MOST or len(text) > 12:
            raise SettingsRefused(f"{name} is {text!r}; write a number from 0 on, such as 0.05")
        return value

    return Prices(
        minutes_a_call=amount("CALL_MINUTES", usual.minutes_a_call),
        a_minute=amount("PRICE_A_MINUTE", usual.a_minute),
        an_hour=amount("PRICE_AN_HOUR", usual.an_hour),
        review_minutes=amount("REVIEW_MINUTES", usual.review_minutes),
        currency=environ.get("CURRENCY") or usual.currency,
    )
