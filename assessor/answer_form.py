"""The answers of a rubric as they stand in a form: read from one, and put back into one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.evidence import (
    ABSENT,
    NO_EVIDENCE,
    RANGE,
    Evidence,
    EvidenceRefused,
    clock,
    read_clock,
)
from scoring.ledger import UNANSWERED, GivenAnswer
from scoring.rubric import Rubric
from scoring.score import NA, Answer

PREFIX = "c-"  # before a criterion's id in the names of its controls
LONGEST_WORDS = 500  # characters
LONGEST_TICKET = 100  # characters
LONGEST_CALL = 6 * 3600  # seconds; no moment of a call lies later


class AnswersUnreadable(ValueError):
    """What was typed and can't be read; ``faults`` has a sentence for each criterion's id."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        """Keep the faults; the message is all of them."""
        super().__init__("; ".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """What stands in the controls of one criterion."""

    value: str = ""  # a level, NA, or nothing yet
    start: str = ""
    end: str = ""
    words: str = ""
    absent: bool = False


BLANK = TypedAnswer()


def typed_in(form: Mapping[str, str], rubric: Rubric) -> dict[str, TypedAnswer]:
    """What was typed, by criterion; those in which nothing stands are left out."""
    typed = {
        criterion.id: TypedAnswer(
            value=form.get(name, ""),
            start=form.get(f"{name}_from", "").strip(),
            end=form.get(f"{name}_to", "").strip(),
            words=plain(form.get(f"{name}_words", "")),
            absent=bool(form.get(f"{name}_absent")),
        )
        for criterion in rubric.criteria
        for name in [PREFIX + criterion.id]
    }
    return {name: answer for name, answer in typed.items() if answer != BLANK}


def as_typed(answers: Iterable[GivenAnswer]) -> dict[str, TypedAnswer]:
    """Answers that were given, as they stand in their controls."""
    return {answer.criterion: _typed(answer) for answer in answers}


def given(typed: Mapping[str, TypedAnswer]) -> dict[str, GivenAnswer]:
    """The answers that were typed. Raises AnswersUnreadable for those that can't be read."""
    answers: dict[str, GivenAnswer] = {}
    faults: dict[str, str] = {}
    for name, answer in typed.items():
        try:
            answers[name] = GivenAnswer(name, _value(answer), answer.words, _evidence(answer))
        except EvidenceRefused as error:
            faults[name] = _sentence(str(error))
        if len(answer.words) > LONGEST_WORDS:
            faults[name] = f"Shorten what was heard to {LONGEST_WORDS} characters."
    if faults:
        raise AnswersUnreadable(faults)
    return answers


def plain(text: str) -> str:
    """A text without its outer blanks, and without a sign that no database keeps."""
    return text.replace("\0", "").strip()


def _typed(answer: GivenAnswer) -> TypedAnswer:
    evidence = answer.evidence
    value = "" if answer.value == UNANSWERED else "NA" if answer.value is NA else str(answer.value)
    start, end = evidence.start, evidence.end
    return TypedAnswer(
        value=value,
        start="" if start is None else clock(start),
        end="" if end is None or end == start else clock(end),
        words=answer.reason,
        absent=evidence.kind == ABSENT,
    )


def _value(answer: TypedAnswer) -> Answer:
    if answer.value == "NA":
        return NA
    is_level = answer.value.isascii() and answer.value.isdigit() and len(answer.value) < 3
    return int(answer.value) if is_level else UNANSWERED


def _evidence(answer: TypedAnswer) -> Evidence:
    """A range, one moment where no end was given, "listened, absent", or none."""
    start, end = read_clock(answer.start), read_clock(answer.end)
    if max(start or 0, end or 0) > LONGEST_CALL:
        raise EvidenceRefused("no call is as long as that; write a moment as 4:05")
    if start is None and end is None:
        return Evidence(ABSENT) if answer.absent else NO_EVIDENCE
    if answer.absent:
        raise EvidenceRefused('give where it was heard, or "listened, absent", and not both')
    if start is None:
        raise EvidenceRefused("say where the evidence begins")
    return Evidence(RANGE, start, start if end is None else end)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
