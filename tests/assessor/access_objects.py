"""What else the access world holds: the register, people, accounts, plans, and what is kept."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from sqlalchemy import update

from config import mail
from scheduler import (
    codes,
    complaining,
    declaring,
    diary,
    leaves,
    passkeys,
    people,
    raising,
    register,
    scenario_versions,
    second_steps,
    sign_ins,
    single_use_links,
    subscribing,
    supplying,
)
from scheduler.access import TiedTo
from scheduler.complaints import Matter, Standing
from scheduler.enrolling import registered
from scheduler.extra_sampling import Why
from scheduler.passkey_proof import PublicKey
from scheduler.returns_form import PARTS, standing
from scheduler.returns_on_file import filled
from scheduler.single_use_links import Purpose
from scoring import asking, erasing, rubric_versions
from tests.assessor.access_cast import Cast, Objects, key_of
from tests.assessor.access_table import PAGE
from tests.builders import NOW
from tests.scheduler.planned import draw

LATER = NOW + timedelta(days=30)


def registered_things(cast: Cast) -> dict[str, Objects]:
    """Centres, and what belongs to one of them, also under the address of another."""
    centres = {"own": cast.own, "other": cast.sister, "foreign": cast.foreign}
    identities, numbers = {}, {}
    with cast.sessions.reading() as session:
        for name, centre in centres.items():
            (identity,) = codes.usable_identities(session, centre)
            (line,) = register.lines(session, centre)
            identities[name], numbers[name] = identity.id, line.id
    reasons = {
        name: raising.raise_sampling(
            cast.sessions, centre, Why.COMPLAINT, "a letter", Fraction(3, 2), 6, NOW, str(cast.ada)
        )
        for name, centre in centres.items()
    }
    complaints = {
        name: complaining.take_down(
            cast.sessions,
            centre,
            "C-1",
            NOW.date(),
            Matter.ANSWER,
            Standing.RECEIVED,
            NOW,
            str(cast.ada),
        )
        for name, centre in centres.items()
    }
    of_centre: Objects = {name: {"centre": centre} for name, centre in centres.items()}
    parts: Objects = {name: values | {"part": "hours"} for name, values in of_centre.items()}
    return {
        "centre": of_centre,
        "part of a centre": {**parts, "malformed part": of_centre["own"] | {"part": "secrets"}},
        "identity": _under(centres, "identity", identities),
        "number": _under(centres, "number", numbers),
        "reason": _under(centres, "reason", reasons),
        "complaint": _under(centres, "complaint", complaints),
    }


def _under(centres: dict[str, UUID], name: str, found: dict[str, UUID]) -> Objects:
    return {
        **{whose: {"centre": centres[whose], name: key} for whose, key in found.items()},
        "crossed": {"centre": centres["own"], name: found["foreign"]},
    }


def supplied_things(cast: Cast) -> dict[str, Objects]:
    """What contacts sent and didn't enter yet: the visitor's, a colleague's, another provider's."""
    return {
        "upload": {
            "own": {"upload": _sent(cast, cast.contact, cast.own)},
            "other": {"upload": _sent(cast, cast.colleague, cast.own)},
            "foreign": {"upload": _sent(cast, cast.stranger, cast.foreign)},
        }
    }


def _sent(cast: Cast, person: UUID, key: UUID) -> UUID:
    """The form of the opening hours, sent as it stands."""
    centre = cast.centre(key)
    with cast.sessions.reading() as session:
        stated = codes.stated_identities(session, cast.vault, key)
        sheets = filled(centre.provider_name, centre.name, registered(session, centre), stated)
    files = (("hours", standing(PARTS["hours"], sheets).as_bytes()),)
    who = cast.person(person)
    return supplying.keep(cast.sessions, cast.vault, who, "hours", files, NOW, key)


def people_things(cast: Cast) -> dict[str, Objects]:
    """People as administrators see them, with second steps, ties and leaves."""
    persons = {"own": cast.ada, "other": cast.ann, "foreign": cast.gone}
    with cast.sessions.begin() as session:
        for person in persons.values():
            second_steps.begin(session, cast.vault, person, "A" * 32, NOW)
            second_steps.confirm(session, person, NOW)
    third = cast.provider_of(cast.third)
    ties: Objects = {}
    given: Objects = {}
    for name, person in (("own", cast.bob), ("other", cast.gone)):
        declaring.declare(cast.sessions, person, third, TiedTo.ORGANISATION, "shares", NOW)
        declaring.give_leave(cast.sessions, person, cast.third, LATER, "nobody else", NOW, cast.ada)
        with cast.sessions.reading() as session:
            ((tie,), (leave,)) = people.ties_of(session, person), leaves.leaves(session, person)
        ties[name], given[name] = {"key": person, "tie": tie.id}, {"key": person, "leave": leave.id}
    return {
        "person": {name: {"key": person} for name, person in persons.items()},
        "tie": {**ties, "crossed": {"key": cast.bob, "tie": ties["other"]["tie"]}},
        "leave": {**given, "crossed": {"key": cast.bob, "leave": given["other"]["leave"]}},
    }


def account_things(cast: Cast) -> dict[str, Objects]:
    """What each visitor has on their account, and what two others have on theirs."""
    others = {"other": cast.bob, "foreign": cast.stranger}
    handles: Objects = {
        "other": {"handle": sign_ins.handle_of(key_of("bob"))},
        "foreign": {"handle": sign_ins.handle_of(key_of("stranger"))},
    }
    keys: Objects = {name: {"key": _passkey(cast, who)} for name, who in others.items()}
    for visitor, person in cast.who.items():
        handle = sign_ins.handle_of(key_of(f"second of {visitor.name}"))
        handles["own", visitor] = {"handle": handle}
        keys["own", visitor] = {"key": _passkey(cast, person)}
    for person, centre in (
        (cast.ann, cast.third),
        (cast.both, cast.third),
        (cast.bob, cast.sister),
    ):
        declaring.refuse(cast.sessions, person, centre, NOW)
    refusals: Objects = {"own": {"centre": cast.third}, "other": {"centre": cast.sister}}
    return {
        "session": handles,
        "passkey": keys,
        "refusal": refusals,
        "calendar": _calendars(cast),
        **_links(cast),
    }


def _calendars(cast: Cast) -> Objects:
    """The addresses of two visitors' calendars, and one that nobody has."""
    found: Objects = {"missing": {"token": "nobody's address"}}
    for name, person in (("own", cast.ann), ("other", cast.both)):
        found[name] = {"token": name * 8}
        subscribing.make_address(cast.sessions, person, name * 8, NOW)
    return found


def _passkey(cast: Cast, person: UUID) -> UUID:
    with cast.sessions.begin() as session:
        made = PublicKey(person.hex, "a public key", 0)
        key = passkeys.add_passkey(session, person, made, "the telephone", NOW)
    assert key is not None
    return key


def _links(cast: Cast) -> dict[str, Objects]:
    """A mailed link that works, one that was used, and one whose time is over."""
    links = {"own": cast.ann, "other": cast.bob, "foreign": cast.colleague}
    with cast.sessions.begin() as session:
        for name, person in links.items():
            written = NOW - timedelta(days=3) if name == "foreign" else NOW
            single_use_links.write_link(session, name * 8, person, Purpose.RESET, written)
        assert single_use_links.use_link(session, "other" * 8, NOW)
    found: Objects = {name: {"token": name * 8} for name in links}
    return {"link": found | {"missing": {"token": "missing" * 8}}}


def kept_things(cast: Cast) -> dict[str, Objects]:
    """Holds, what an analyst asked, letters, and the texts."""
    held, ended = (
        erasing.hold(cast.sessions, "centre", cast.third, "a claim", NOW, cast.ada)
        for _ in range(2)
    )
    assert erasing.release(cast.sessions, ended, "settled", NOW, cast.ada)
    day = date(2026, 1, 15)
    asked = asking.AnalystRequest(cast.own, day, "TICKET-1", "the desk", day, "by letter")
    request = asking.note(cast.sessions, asked, NOW, cast.ada)
    with cast.sessions.begin() as session:
        to = "liaison@provider.example"
        given_up, waiting = (
            mail.post(session, cast.vault, NOW, to, "Subject", "Body") for _ in range(2)
        )
        row = update(mail.OutboxRow).where(mail.OutboxRow.id == given_up)
        session.execute(row.values(given_up_at=NOW))
        rubric, _ = rubric_versions.current_rubrics(session)[0]
        scenario, _ = scenario_versions.current_scenarios(session)[0]
    return {
        "hold": {"own": {"key": held}, "other": {"key": ended}},
        "request": {"own": {"key": request}},
        "letter": {"own": {"letter": given_up}, "other": {"letter": waiting}},
        "model": {
            "own": {"name": "notice-to-staff"},
            "other": {"name": "undertaking"},
            "missing": {"name": "assessors"},
        },
        "rubric": {"own": {"version": rubric}, "other": {"version": scenario}},
        "scenario": {"own": {"version": scenario}, "other": {"version": rubric}},
    }


def plan_things(cast: Cast) -> dict[str, Objects]:
    """October's plan, which is disclosed; January's, which isn't; and a plan of practice."""
    january = draw(cast.institute).plan
    with cast.sessions.reading() as session:
        practice = next(each for each in diary.plans(session) if each.purpose == "practice")
        drawn, hidden = (
            diary.calls(session, plan=january, centre=each)[0].id for each in (cast.own, cast.tied)
        )
        practised = diary.calls(session, plan=practice.id)[0].id
    return {
        "": {PAGE: {}},
        "file": {
            "own": {"filename": "style.css"},
            "missing": {"filename": "nothing.css"},
            "malformed name": {"filename": "../app.py"},
        },
        "plan": {
            "own": {"month": "2026-10"},
            "other": {"month": "2027-01"},
            "missing": {"month": "2031-05"},
            "malformed month": {"month": "2026-13"},
        },
        "call of a plan": {
            "own": {"call": drawn},
            "other": {"call": practised},
            "foreign": {"call": hidden},
        },
        "calendar month": {
            "own": {"month": "2026-10"},
            "other": {"month": "2031-05"},  # without a call
            "missing": {"month": "2026-13"},
        },
        "seal": {"own": {"key": january}, "other": {"key": practice.id}},
    }
