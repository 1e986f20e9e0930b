"""Whether a call may be recorded.

It is off until a centre's provider permits it and names a legal basis for every country whose
people would be heard: the centre's own and the assessor's. Leave to listen to a running call is
another thing, which is only kept on record: nothing here lets anybody listen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.further import Permission, What


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, where ``why_not`` is empty; else the reason as a sentence."""

    why_not: str = ""

    def __bool__(self) -> bool:
        """Whether it is permitted."""
        return not self.why_not


def may_record(
    permitted: bool, permissions: Iterable[Permission], centre_country: str, assessor_country: str
) -> Answer:
    """Whether a call between two countries (ISO 3166-1 alpha-2) may be recorded.

    ``permitted`` is what the centre says of recording at all.
    """
    if not permitted:
        return Answer("The centre doesn't permit that its calls are recorded.")
    based = {each.country for each in permissions if each.what is What.RECORDING and each.basis}
    for country, whose in ((centre_country, "the centre's"), (assessor_country, "the assessor's")):
        if not country:
            return Answer(f"Nobody has said which country is {whose}.")
        if country not in based:
            return Answer(
                f"The centre names no legal basis on which a call may be recorded in {country}, "
                f"{whose} country."
            )
    return Answer()
