"""A scenario: the fictitious role play of a call, as the assessor is briefed on it.

A scenario version never changes once it is used; its fingerprint stands for its whole text.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

LONGEST_LABEL = 6  # words
LONGEST_CALL = 30  # minutes
LONGEST_NAME = 100  # characters


class ScenarioRefused(ValueError):
    """A text that can't be read as a scenario; it says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that holds in every role play."""

    title: str
    text: str


RULES = (
    Rule(
        "Is this a test?",
        "Deflect once, in role: “A test? I only want this to work.” Asked again, say yes, thank "
        "them and end the call; it is then detected. Never deny it twice.",
    ),
    Rule(
        "Stop",
        "Press Stop at abuse, distress, an emergency that you overhear, an outage message or a "
        "wait beyond the limit. Say the one closing sentence and ring off; no score is needed and "
        "the administrator is told. If the analyst is in distress, drop the role and get help.",
    ),
    Rule(
        "The security check",
        "Give your own account and code when asked for them, and nothing else. If they are "
        "refused, don't argue and don't try another way: thank them and end the call.",
    ),
    Rule(
        "Your computer",
        "Nobody controls it but on the institute's throw-away machine. If a remote session is "
        "offered, note it and say: “I can't start that here. Could you talk me through it?”",
    ),
    Rule(
        "No cost to the centre",
        "Accept nothing that sends an engineer, parts or an invoice: “I'll try it that way "
        "first, and ring if I need it.” Answer no satisfaction survey.",
    ),
    Rule(
        "Never played",
        "Self-harm, medical or safety emergencies, threats, insults, bribery, a real person.",
    ),
)
"""The rules of every role play; a briefing shows them beside its scenario."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the assessor may hear, and what they then say or report from the screen."""

    heard: str
    say: str


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """An answer that a caller may be given, and why it would be wrong."""

    answer: str
    why: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One version of a scenario.

    ``rubric`` is a rubric's name and ``emphasis`` holds ids of its criteria. ``products`` are
    words, one of which a centre must have declared; none makes the scenario generic. ``minutes``
    is how long the conversation should last, ``languages`` are ISO 639-1 codes. The labels say in
    a few words what the right and a wrong answer sound like. ``stop`` is the closing sentence in
    role. The flags: the call ends in a promise, needs an escalation, asks for something excluded,
    asks how to complain.
    """

    name: str
    title: str
    version: int
    rubric: str
    products: tuple[str, ...]
    languages: tuple[str, ...]
    minutes: int
    promise: bool
    escalation: bool
    exclusion: bool
    complaint: bool
    emphasis: tuple[str, ...]
    persona: str
    situation: str
    opening: str
    facts_only_when_asked: tuple[str, ...]
    script: tuple[Turn, ...]
    right_answer: str
    right_label: str
    wrong_label: str
    wrong_answers: tuple[WrongAnswer, ...]
    must_not: tuple[str, ...]
    closing: str
    stop: str

    def fits(self, declared: str) -> bool:
        """Whether a centre that has declared these products can be asked this."""
        return not self.products or any(
            re.search(rf"(?<!\w){re.escape(word)}(?!\w)", declared, re.IGNORECASE)
            for word in self.products
        )


TEXTS = (
    *("name", "title", "rubric", "persona", "situation", "opening", "right_answer"),
    *("right_label", "wrong_label", "closing", "stop"),
)
LISTS = ("products", "languages", "emphasis", "facts_only_when_asked", "must_not")
FLAGS = ("promise", "escalation", "exclusion", "complaint")
NUMBERS = ("version", "minutes")


def parse_scenario(content: object) -> Scenario:
    """Read a scenario from what a YAML or JSON reader made of it.

    The keys are the fields of Scenario. Absent: flags false, lists empty. Raises ScenarioRefused
    for what has another form; whether the text is complete is for ``refusals`` to say.
    """
    known = _mapping(content, "the scenario", tuple(field.name for field in fields(Scenario)))
    values: dict[str, Any] = {
        **{key: _text(known, key) for key in TEXTS},
        **{key: tuple(_words(known, key)) for key in LISTS},
        **{key: _of(bool, known, key, "true or false", absent=False) for key in FLAGS},
        **{key: _of(int, known, key, "a whole number") for key in NUMBERS},
        "script": tuple(
            Turn(_text(turn, "heard"), _text(turn, "say"))
            for turn in _mappings(known, "script", ("heard", "say"))
        ),
        "wrong_answers": tuple(
            WrongAnswer(_text(wrong, "answer"), _text(wrong, "why"))
            for wrong in _mappings(known, "wrong_answers", ("answer", "why"))
        ),
    }
    return Scenario(**values)


def to_json(scenario: Scenario) -> str:
    """The scenario's canonical text: equal ones give equal texts. ``from_json`` reads it back."""
    return json.dumps(asdict(scenario), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Scenario:
    """Read what ``to_json`` wrote."""
    return parse_scenario(json.loads(text))


def fingerprint(scenario: Scenario) -> str:
    """The SHA-256 of the canonical text, in hex."""
    return sha256(to_json(scenario).encode()).hexdigest()


def refusals(scenario: Scenario) -> tuple[str, ...]:
    """Why nobody can be briefed on the scenario, each fault with its remedy; empty when ready."""
    return tuple(_faults(scenario))


def _faults(scenario: Scenario) -> Iterator[str]:
    for key in TEXTS:
        if not getattr(scenario, key):
            yield f"{key} is missing: write it out"
    if len(scenario.name) > LONGEST_NAME:
        yield f"name is longer than {LONGEST_NAME} characters"
    if scenario.version < 1:
        yield f"version is {scenario.version}; count from 1"
    if not 1 <= scenario.minutes <= LONGEST_CALL:
        yield f"minutes is {scenario.minutes}; give 1 to {LONGEST_CALL}"
    for key in ("languages", "emphasis", "facts_only_when_asked", "script", "wrong_answers"):
        if not getattr(scenario, key):
            yield f"{key} is empty: give at least one"
    for key in LISTS:
        entries = getattr(scenario, key)
        if len(set(entries)) < len(entries) or not all(entries):
            yield f"{key} says something twice, or nothing: take it out"
    for language in scenario.languages:
        if not re.fullmatch("[a-z]{2}", language):
            yield f"languages: {language} is no ISO 639-1 code; write two small letters, as en"
    for position, turn in enumerate(scenario.script, 1):
        if not turn.heard or not turn.say:
            yield f"script, turn {position}: write what is heard and what to say"
    for position, wrong in enumerate(scenario.wrong_answers, 1):
        if not wrong.answer or not wrong.why:
            yield f"wrong_answers, {position}: write the answer and why it is wrong"
    for key in ("right_label", "wrong_label"):
        if len(getattr(scenario, key).split()) > LONGEST_LABEL:
            yield f"{key}: shorten it to {LONGEST_LABEL} words"


def _mapping(content: object, place: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise ScenarioRefused(f"{place} must be a mapping with the keys {', '.join(keys)}")
    for key in content:
        if key not in keys:
            raise ScenarioRefused(f"{place}: there is no key {key!r}; take one of {list(keys)}")
    return content


def _mappings(
    known: Mapping[str, Any], key: str, keys: tuple[str, ...]
) -> Iterator[Mapping[str, Any]]:
    for position, each in enumerate(_list(known, key), 1):
        yield _mapping(each, f"{key}, {position}", keys)


def _list(known: Mapping[str, Any], key: str) -> list[object]:
    value = known.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ScenarioRefused(f"{key} must be a list")
    return value


def _words(known: Mapping[str, Any], key: str) -> Iterator[str]:
    for each in _list(known, key):
        if not isinstance(each, str):
            raise ScenarioRefused(f"{key}: {each!r} is no text; put it in quotes")
        yield each.strip()


def _text(known: Mapping[str, Any], key: str) -> str:
    text: str = _of(str, known, key, "a text, in quotes if need be", absent="")
    return text.strip()


def _of(kind: type, known: Mapping[str, Any], key: str, remedy: str, absent: object = None) -> Any:
    value = known.get(key)
    if value is None:
        value = absent
    if type(value) is not kind:
        raise ScenarioRefused(f"{key} is {value!r}; write {remedy}")
    return value
