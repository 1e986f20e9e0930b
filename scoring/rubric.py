"""A rubric: what is listened for, each level as behaviour, and how much each thing weighs.

Weights, marks and minima are exact decimals. A rubric version never changes once it is used; its
fingerprint stands for its whole text.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Any

LAST_CLAUSES = {"PP": 5, "SL": 5, "SA": 2, "IC": 5, "EC": 3, "CP": 5, "CC": 6, "AP": 2}
CLAUSES = frozenset(
    [f"{group}{n}" for group, last in LAST_CLAUSES.items() for n in range(1, last + 1)]
    + [f"IC5{letter}" for letter in "abcdef"]
)
"""The clauses of the code of practice that a criterion can cite."""

LONGEST_LABEL = 6  # words
LONGEST_NUMBER = 100  # characters
LONGEST_ID = 40  # characters
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
RUBRIC_KEYS = frozenset({"name", "title", "version", "pass_mark", "standard", "sections"})
SECTION_KEYS = frozenset({"id", "title", "weight", "min", "criteria"})
CRITERION_KEYS = frozenset(
    {"id", "title", "ask", "max", "weight", "critical", "critical_at", "na_allowed", "na_hint"}
    | {"tag", "clauses", "levels"}
)
LEVEL_KEYS = frozenset({"label", "behaviour"})


class RubricRefused(ValueError):
    """A text that can't be read as a rubric; it says where and what to write instead."""


class Tag(StrEnum):
    """What a criterion tells: the procedure kept, the answer's rightness, or the coaching."""

    PROCEDURE = "procedure"
    ANSWER = "answer"
    COACHING = "coaching"


class Kind(StrEnum):
    """The form of a criterion's answer."""

    SCALE = "scale"
    YES_NO = "yes/no"


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a criterion as behaviour that can be heard, with a label of a few words."""

    value: int
    label: str
    behaviour: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged; its answers are the integers from 0 to ``top``, or N/A.

    A critical one fails at ``critical_at`` and below. ``ask`` is the question that an assessor
    sees under the title, ``na_hint`` says when N/A is right.
    """

    id: str
    title: str
    ask: str
    top: int
    weight: Decimal
    critical: bool
    critical_at: int
    na_allowed: bool
    na_hint: str
    tag: Tag | None
    clauses: tuple[str, ...]
    levels: tuple[Level, ...]

    @property
    def kind(self) -> Kind:
        """Yes/no where the only values are 0 and 1, else a scale."""
        return Kind.YES_NO if self.top == 1 else Kind.SCALE


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria that are scored together; ``minimum`` is the least section score that passes."""

    id: str
    title: str
    weight: Decimal
    minimum: Decimal | None
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of a rubric. ``standard`` is what a centre's mean is held against."""

    name: str
    title: str
    version: int
    pass_mark: Decimal
    standard: Decimal
    sections: tuple[Section, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of all sections, in order."""
        return tuple(criterion for section in self.sections for criterion in section.criteria)


def parse_rubric(content: object) -> Rubric:
    """Read a rubric from what a YAML or JSON reader made of it.

    Numbers are integers or decimal strings, read exactly. Absent: ``min`` none, ``critical``
    false, ``critical_at`` 0, ``na_allowed`` true, ``tag`` none, ``standard`` the pass mark, texts
    empty, ``version`` 1, and ``max`` the highest level that is written out. Raises RubricRefused
    for what has another form; whether the rubric can be used is for ``unworkable`` and
    ``refusals`` to say.
    """
    place = "the rubric"
    known = _mapping(content, place, RUBRIC_KEYS)
    pass_mark = _number(known, "pass_mark", place)
    standard = known.get("standard")
    return Rubric(
        name=_text(known, "name", place),
        title=_text(known, "title", place),
        version=_integer(known, "version", place, 1),
        pass_mark=pass_mark,
        standard=pass_mark if standard is None else _number(known, "standard", place),
        sections=tuple(
            _section(each, f"section {position}")
            for position, each in enumerate(_list(known, "sections", place), 1)
        ),
    )


def to_json(rubric: Rubric) -> str:
    """The rubric's canonical text: equal rubrics give equal texts. ``from_json`` reads it back."""
    content = asdict(rubric)
    for section in content["sections"]:
        section["min"] = section.pop("minimum")
        for criterion in section["criteria"]:
            criterion["max"] = criterion.pop("top")
            criterion["levels"] = {level.pop("value"): level for level in criterion["levels"]}
    return json.dumps(
        content, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def from_json(text: str) -> Rubric:
    """Read what ``to_json`` wrote."""
    return parse_rubric(json.loads(text))


def fingerprint(rubric: Rubric) -> str:
    """The SHA-256 of the canonical text, in hex."""
    return sha256(to_json(rubric).encode()).hexdigest()


def unworkable(rubric: Rubric) -> tuple[str, ...]:
    """Why no call can be scored by the rubric, each fault with its remedy; empty when one can."""
    return tuple(_unworkable(rubric))


def refusals(rubric: Rubric) -> tuple[str, ...]:
    """Why the rubric can't be published: what is unworkable, and what isn't written out."""
    return (*_unworkable(rubric), *_unwritten(rubric))


def _unworkable(rubric: Rubric) -> Iterator[str]:
    for what, mark in (("pass mark", rubric.pass_mark), ("standard", rubric.standard)):
        yield from _mark_faults(f"the {what}", mark)
    if not any(section.weight for section in rubric.sections):
        yield "no section has a weight: give at least one a weight above 0"
    yield from _twice("section", (section.id for section in rubric.sections))
    yield from _twice("criterion", (criterion.id for criterion in rubric.criteria))
    for section in rubric.sections:
        place = f"section {section.id}"
        if section.weight < 0:
            yield f"{place}: its weight {section.weight} is negative; give 0 or more"
        if section.minimum is not None:
            yield from _mark_faults(f"the minimum of {place}", section.minimum)
        if not section.criteria:
            yield f"{place} has no criterion: add one, or leave the section out"
        elif section.weight and not any(criterion.weight for criterion in section.criteria):
            yield (
                f"{place} has a weight, but none of its criteria has: give one a weight above 0, "
                "or the section the weight 0"
            )
        for criterion in section.criteria:
            yield from _criterion_faults(criterion)


def _criterion_faults(criterion: Criterion) -> Iterator[str]:
    place = f"criterion {criterion.id}"
    if criterion.weight < 0:
        yield f"{place}: its weight {criterion.weight} is negative; give 0 or more"
    if criterion.top < 1:
        yield f"{place}: its top value is {criterion.top}; give 1 (yes/no), 4 (the scale) or more"
    elif not 0 <= criterion.critical_at < criterion.top:
        yield (
            f"{place}: critical_at is {criterion.critical_at}; give a value from 0 to "
            f"{criterion.top - 1}, below its top value {criterion.top}"
        )


def _mark_faults(what: str, mark: Decimal) -> Iterator[str]:
    if not 0 <= mark <= 100:
        yield f"{what} is {mark}; give a value from 0 to 100"
    if (Fraction(mark) * 10).denominator != 1:
        yield f"{what} is {mark}; give at most one decimal"


def _twice(what: str, ids: Iterable[str]) -> Iterator[str]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield f"{what} {name} stands {times} times: give each its own id"


def _unwritten(rubric: Rubric) -> Iterator[str]:
    if not rubric.name or not rubric.title:
        yield "the rubric needs a name and a title"
    if rubric.version < 1:
        yield f"the rubric's version is {rubric.version}; count from 1"
    for section in rubric.sections:
        if not section.title:
            yield f"section {section.id} needs a title"
    for criterion in rubric.criteria:
        yield from _criterion_unwritten(criterion)


def _criterion_unwritten(criterion: Criterion) -> Iterator[str]:
    place = f"criterion {criterion.id}"
    if len(criterion.id) > LONGEST_ID:
        yield f"{place}: its id is longer than {LONGEST_ID} characters"
    if not criterion.title or not criterion.ask:
        yield f"{place} needs a title and the question that it asks (ask)"
    if criterion.tag is None:
        yield f"{place} needs a tag: {', '.join(Tag)}"
    if criterion.na_allowed != bool(criterion.na_hint):
        yield f"{place}: write when N/A is right (na_hint), or set na_allowed to false"
    if not criterion.clauses:
        yield f"{place} names no clause of the code"
    for clause in sorted(set(criterion.clauses) - CLAUSES):
        yield f"{place}: there is no clause {clause} in the code"
    if [level.value for level in criterion.levels] != list(range(criterion.top + 1)):
        yield f"{place}: write out each level from 0 to {criterion.top} once, as behaviour"
    for level in criterion.levels:
        if not level.behaviour or not level.label:
            yield f"{place}, level {level.value}: write its behaviour and its label"
        elif len(level.label.split()) > LONGEST_LABEL:
            yield f"{place}, level {level.value}: shorten its label to {LONGEST_LABEL} words"
    if len({level.behaviour for level in criterion.levels}) < len(criterion.levels):
        yield f"{place}: two of its levels describe the same behaviour"


def _section(content: object, place: str) -> Section:
    known = _mapping(content, place, SECTION_KEYS)
    name = _id(known, place)
    place = f"section {name}"
    return Section(
        id=name,
        title=_text(known, "title", place),
        weight=_number(known, "weight", place),
        minimum=None if known.get("min") is None else _number(known, "min", place),
        criteria=tuple(
            _criterion(each, f"{place}, criterion {position}")
            for position, each in enumerate(_list(known, "criteria", place), 1)
        ),
    )


def _criterion(content: object, place: str) -> Criterion:
    known = _mapping(content, place, CRITERION_KEYS)
    name = _id(known, place)
    place = f"criterion {name}"
    levels = _levels(known.get("levels"), place)
    tag = known.get("tag")
    if tag is not None and tag not in tuple(Tag):
        raise RubricRefused(f"{place}: {tag!r} is no tag; write one of {', '.join(Tag)}")
    clauses = [] if known.get("clauses") is None else _list(known, "clauses", place)
    return Criterion(
        id=name,
        title=_text(known, "title", place),
        ask=_text(known, "ask", place),
        top=_integer(known, "max", place, max((level.value for level in levels), default=None)),
        weight=_number(known, "weight", place),
        critical=_flag(known, "critical", place, absent=False),
        critical_at=_integer(known, "critical_at", place, 0),
        na_allowed=_flag(known, "na_allowed", place, absent=True),
        na_hint=_text(known, "na_hint", place),
        tag=None if tag is None else Tag(tag),
        clauses=tuple(str(clause) for clause in clauses),
        levels=levels,
    )


def _levels(content: object, place: str) -> tuple[Level, ...]:
    if content is None:
        return ()
    if not isinstance(content, Mapping):
        raise RubricRefused(f"{place}: write its levels as a mapping from 0, 1 … to behaviour")
    levels = []
    for key, each in content.items():
        if not re.fullmatch("0|[1-9][0-9]?", str(key)):
            raise RubricRefused(f"{place}: {key!r} is no level; number its levels from 0")
        where = f"{place}, level {key}"
        known = _mapping(each, where, LEVEL_KEYS)
        levels.append(
            Level(int(key), _text(known, "label", where), _text(known, "behaviour", where))
        )
    return tuple(sorted(levels, key=lambda level: level.value))


def _mapping(content: object, place: str, keys: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise RubricRefused(f"{place} must be a mapping with the keys {', '.join(sorted(keys))}")
    for key in content:
        if key not in keys:
            raise RubricRefused(f"{place}: there is no key {key!r}; take one of {sorted(keys)}")
    return content


def _list(known: Mapping[str, Any], key: str, place: str) -> list[object]:
    value = known.get(key)
    if not isinstance(value, list):
        raise RubricRefused(f"{place}: {key} must be a list")
    return value


def _id(known: Mapping[str, Any], place: str) -> str:
    name = _text(known, "id", place)
    if not name:
        raise RubricRefused(f"{place} needs an id")
    return name


def _text(known: Mapping[str, Any], key: str, place: str) -> str:
    value = known.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RubricRefused(f"{place}: {key} is {value!r}, no text; put it in quotes")
    return value.strip()


def _flag(known: Mapping[str, Any], key: str, place: str, *, absent: bool) -> bool:
    value = known.get(key)
    if value is None:
        return absent
    if not isinstance(value, bool):
        raise RubricRefused(f"{place}: {key} is {value!r}; write true or false")
    return value


def _integer(known: Mapping[str, Any], key: str, place: str, absent: int | None) -> int:
    value = known.get(key)
    if value is None:
        value = absent
    if not isinstance(value, int) or isinstance(value, bool):
        raise RubricRefused(f"{place}: {key} is {value!r}; write a whole number")
    return value


def _number(known: Mapping[str, Any], key: str, place: str) -> Decimal:
    value = known.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not NUMBER.fullmatch(value) or len(value) > LONGEST_NUMBER:
        raise RubricRefused(
            f'{place}: {key} is {value!r}; write a whole number, or a decimal in quotes ("12.5"), '
            "so that it is read exactly"
        )
    return Decimal(value)


def _plain(number: Decimal) -> str:
    text = format(number, "f") if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text
