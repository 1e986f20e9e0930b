"""How a telephone of the practice world behaves when it is rung."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import partial
from typing import Any, Literal, cast

How = Literal["busy", "no_answer", "failed"]
UNANSWERED: tuple[How, ...] = ("busy", "no_answer", "failed")


class BehaviourError(ValueError):
    """A description that is no telephone; the text names the entry and what it lacks."""


class TelephoneKind(StrEnum):
    """Whose telephone it is."""

    ASSESSOR = "assessor"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A dial that nobody answers; ``sip`` is the response code of a failed one."""

    how: How
    sip: int = 404


@dataclass(frozen=True, slots=True)
class AssessorAnswers:
    """An assessor who answers and may press keys.

    ``answer_after`` counts seconds from the first ring, ``press_after`` from the moment at which
    keys are asked for, ``hang_up_after`` from the answer (``None``: the assessor stays). ``press``
    is what is pressed whenever keys are asked for; a list gives one entry to each asking in turn,
    the last one repeats, and "" is nothing at all.
    """

    answer_after: float = 3.0
    press: str | tuple[str, ...] = "1"
    press_after: float = 2.0
    hang_up_after: float | None = None

    def pressed(self, asking: int) -> str:
        """Return the keys pressed at the given asking, counted from 0."""
        if isinstance(self.press, str):
            return self.press
        return self.press[min(asking, len(self.press) - 1)] if self.press else ""


@dataclass(frozen=True, slots=True)
class CentreAnswers:
    """A centre whose menu, then queue, then person takes the call; all times are seconds.

    ``keys`` are the keys that lead through the menu, without pauses; whoever sends others is cut
    off when the menu ends. ``None`` asks for none. The centre hangs up ``talk`` after a person
    has answered, or after the menu where no ``person`` ever comes. ``rings_back_after`` the end it
    rings the number that it was shown, its own one hidden if ``rings_back_hidden``; ``None``
    never. ``persona`` names the manner.
    """

    answer_after: float = 4.0
    menu: float = 0.0
    keys: str | None = None
    queue: float = 0.0
    talk: float = 240.0
    rings_back_after: float | None = None
    rings_back_hidden: bool = False
    person: bool = True
    persona: str = ""


Outcome = Unanswered | AssessorAnswers | CentreAnswers
NUMBER_DEAD = Unanswered("failed", 404)


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone and what becomes of the first, second, third … dial of its number."""

    number: str  # E.164
    kind: TelephoneKind
    outcomes: tuple[Outcome, ...]

    def outcome(self, nth: int) -> Outcome:
        """Return what becomes of the nth dial, counted from 1; the last outcome repeats."""
        return self.outcomes[min(nth, len(self.outcomes)) - 1]

    def as_json(self) -> dict[str, Any]:
        """Return the form that ``telephone_from`` reads."""
        outcomes = []
        for outcome in self.outcomes:
            facts = asdict(outcome)
            facts["outcome"] = facts.pop("how", "answered")
            outcomes.append(facts)
        return {"number": self.number, "kind": self.kind.value, "outcomes": outcomes}


def telephone_from(entry: object, place: str = "the telephone") -> Telephone:
    """Read a telephone from its JSON form; raise ``BehaviourError`` naming ``place``."""
    if not isinstance(entry, Mapping):
        raise BehaviourError(f"{place}: give an object with number, kind and outcomes")
    number, kind, outcomes = entry.get("number"), entry.get("kind"), entry.get("outcomes")
    if not isinstance(number, str) or not number.startswith("+"):
        raise BehaviourError(f"{place}: number must be a text in E.164 form, not {number!r}")
    if kind not in tuple(TelephoneKind):
        raise BehaviourError(f"{place}: kind must be assessor or centre, not {kind!r}")
    if not isinstance(outcomes, list) or not outcomes:
        raise BehaviourError(f"{place}: outcomes must be a list with at least one entry")
    whose = TelephoneKind(kind)
    read = (_outcome(each, whose, f"{place}, outcome {n}") for n, each in enumerate(outcomes, 1))
    return Telephone(number, whose, tuple(read))


def _outcome(entry: object, kind: TelephoneKind, place: str) -> Outcome:
    if not isinstance(entry, Mapping):
        raise BehaviourError(f"{place}: give an object with the key outcome")
    facts = dict(entry)
    name = facts.pop("outcome", None)
    shape: Callable[..., Outcome]
    if name in UNANSWERED:
        shape, known = partial(Unanswered, cast(How, name)), {"sip"}
    elif name == "answered":
        shape = AssessorAnswers if kind is TelephoneKind.ASSESSOR else CentreAnswers
        known = {each.name for each in fields(shape)}
    else:
        raise BehaviourError(f"{place}: outcome must be answered, busy, no_answer or failed")
    for key, value in facts.items():
        if key not in known:
            raise BehaviourError(f"{place}: {key!r} is not one of {', '.join(sorted(known))}")
        facts[key] = _value(key, value, f"{place}, {key}")
    return shape(**facts)


def _value(key: str, value: object, place: str) -> object:
    if key == "persona" and isinstance(value, str):
        return value
    if key == "press" and isinstance(value, list) and all(isinstance(k, str) for k in value):
        return tuple(value)
    if key in ("press", "keys") and (isinstance(value, str) or (value is None and key == "keys")):
        return value
    if key in ("hang_up_after", "rings_back_after") and value is None:
        return value
    if key in ("rings_back_hidden", "person"):
        if isinstance(value, bool):
            return value
        raise BehaviourError(f"{place}: {value!r} is neither true nor false")
    if (
        key not in ("press", "keys", "persona")
        and type(value) in (int, float)
        and cast(float, value) >= 0
    ):
        return value
    raise BehaviourError(f"{place}: {value!r} is neither keys nor a number of seconds")
