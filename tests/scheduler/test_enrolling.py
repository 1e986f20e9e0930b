"""A return is the whole statement: what it says stands, what it omits ends, or nothing enters."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from config import journal, journal_aside
from config.clock import midnight
from config.database import Sessions
from config.vault import Vault, new_vault
from scheduler import codes, register
from scheduler.centre import Closure, ContactNumber, OpenSpan, Return
from scheduler.enrolling import Enrolled, ReturnRefused, enrol
from tests.builders import LEVEL, NOW, ZONE, a_return, identity
from tests.scheduler.stored import rows

TODAY = NOW.date()
LATER = NOW + timedelta(days=10)
OURS = new_vault()


def enter(sessions: Sessions, stated: Return, now: datetime = NOW, vault: Vault = OURS) -> Enrolled:
    return enrol(sessions, vault, stated, now, "test", ZONE)


def acts(sessions: Sessions) -> list[journal.Entry]:
    with sessions.reading() as session:
        return journal.entries(session)


def test_a_return_makes_a_provider_and_a_centre_with_all_that_it_states(
    sessions: Sessions,
) -> None:
    shut = Closure(date(2026, 12, 25), date(2026, 12, 28), "Christmas")
    stated = a_return(1, closures=(shut,), hours=(OpenSpan(0, 540, 1020),))
    done = enter(sessions, stated)
    assert (done.new, done.identities_begun, done.service_level_version) == (True, 1, 1)
    with sessions.reading() as session:
        (centre,) = register.centres(session)
        assert register.find_centre(session, done.centre) == centre
        assert (centre.id, centre.provider) == (done.centre, done.provider)
        assert (centre.provider_name, centre.name) == ("Provider 1", "Centre 1")
        assert [line.number for line in register.lines(session, centre.id)] == list(stated.numbers)
        assert register.hours(session, centre.id) == stated.hours
        assert register.closures(session, centre.id) == (shut,)
        (level,) = register.service_levels(session, centre.id)
        assert (level.version, level.since, level.level) == (1, TODAY, LEVEL)
        (entitled,) = codes.usable_identities(session, centre.id)
        assert codes.open_identity(session, OURS, entitled.id) == identity()


def test_the_same_return_twice_changes_nothing(sessions: Sessions) -> None:
    stated = a_return(
        closures=(Closure(date(2026, 12, 25), date(2026, 12, 28)),),
        numbers=(ContactNumber("Main line", "+441632960500"),),
        identities=(replace(identity(), valid_from=None),),
    )
    first = enter(sessions, stated)
    before = rows(sessions, without=("journal",))
    again = enter(sessions, stated, LATER)
    assert rows(sessions, without=("journal",)) == before
    assert again == replace(first, new=False, identities_begun=0, service_level_version=None)


def test_every_return_is_journalled_without_a_code(sessions: Sessions) -> None:
    done = enter(sessions, a_return(identities=(identity("410001", "code-of-a-test"),)))
    (entry,) = acts(sessions)
    assert (entry.action, entry.subject) == ("return entered", f"centre {done.centre}")
    assert "code-of-a-test" not in str(entry)


def test_the_journal_says_what_stood_before_and_what_after(sessions: Sessions) -> None:
    old, new = a_return().numbers[0], ContactNumber("Second line", "+441632960600", "1w2")
    shut = Closure(date(2026, 12, 25), date(2026, 12, 28), "Christmas")
    stated = a_return(identities=(identity("1", "11"), identity("2", "22")), closures=(shut,))
    enter(sessions, stated)
    changed = replace(
        stated,
        zone="Europe/Paris",
        notice_given_on=date(2026, 12, 1),
        numbers=(replace(old, label="Help desk"), new),
        identities=(identity("1", "12"), identity("3", "33")),
        hours=(OpenSpan(0, 540, 1020), OpenSpan(4, 1320, 1800)),
        closures=(),
        service_level=replace(LEVEL, answer_within=20),
    )
    done = enter(sessions, changed, LATER)
    detail = json.loads(acts(sessions)[-1].detail)
    assert (detail["new"], detail["service_level_version"]) == (False, 2)
    always = [f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]
    second: dict[str, str | None] = {"e164": new.e164, "label": new.label, "menu_keys": "1w2"}
    second |= {"valid_from": str(LATER.date()), "valid_until": None, "reach": "public"}
    closure = {"first": "2026-12-25", "last": "2026-12-28", "reason": "Christmas"}
    assert detail["changes"] == [
        ["centre zone", "Europe/London", "Europe/Paris"],
        ["centre notice given on", "2026-10-01", "2026-12-01"],
        [f"contact number {old.e164}", {"label": "Main line"}, {"label": "Help desk"}],
        [f"contact number {new.e164}", None, second],
        ["hours", always, ["Mon 09:00-17:00", "Fri 22:00-30:00"]],
        ["service level answer within", 30, 20],
    ]
    seq = acts(sessions)[-1].seq
    with sessions.reading() as session:
        said = journal_aside.asides(session, [seq])[seq]
        assert said == {"changes of contacts": [["closure 2026-12-25", closure, None]]}
        usable = [str(each.id) for each in codes.usable_identities(session, done.centre)]
    (begun,), (altered,) = detail["identities_begun"], detail["identities_changed"]
    assert {begun, altered} == set(usable)
    assert len(detail["identities_ended"]) == 1
    assert detail["identities_ended"][0] not in usable


def test_the_first_return_of_a_centre_has_nothing_before(sessions: Sessions) -> None:
    enter(sessions, a_return())
    detail = json.loads(acts(sessions)[0].detail)
    assert detail["new"]
    assert {before for _, before, _ in detail["changes"]} == {None}
    assert ["centre country", None, "GB"] in detail["changes"]


def test_what_a_return_omits_ends_that_day(sessions: Sessions) -> None:
    extra = ContactNumber("Second line", "+441632960600", "2w1", date(2026, 1, 1))
    shut = Closure(date(2026, 12, 20), date(2027, 1, 3), "Winter")
    night = OpenSpan(0, 1320, 1800)
    stated = a_return(
        numbers=(*a_return().numbers, extra),
        identities=(identity("1", "11"), identity("2", "22")),
        closures=(shut,),
        hours=(OpenSpan(0, 540, 1020), night),
    )
    centre = enter(sessions, stated).centre
    with sessions.reading() as session:
        second = next(x for x in register.lines(session, centre) if x.number == extra)
        entitled = {
            codes.open_identity(session, OURS, x.id).account: x.id
            for x in codes.usable_identities(session, centre)
        }
    left = replace(
        stated,
        numbers=stated.numbers[:1],
        identities=stated.identities[:1],
        closures=(),
        hours=(night,),
    )
    done = enter(sessions, left, LATER)
    assert (done.identities_ended, done.identities_changed, done.new) == (1, 0, False)
    today = LATER.date()
    yesterday = today - timedelta(days=1)
    with sessions.reading() as session:
        assert [line.number for line in register.lines(session, centre)] == [stated.numbers[0]]
        assert [x.id for x in codes.usable_identities(session, centre)] == [entitled["1"]]
        assert register.closures(session, centre) == ()
        assert register.hours(session, centre) == (night,)
        assert register.line_serves(session, second.id, yesterday)
        assert not register.line_serves(session, second.id, today)
        assert codes.identity_serves(session, entitled["2"], yesterday)
        assert not codes.identity_serves(session, entitled["2"], today)


def test_that_day_is_the_institutes_own(sessions: Sessions) -> None:
    """Just before midnight in London it is the next day in Auckland."""
    evening = midnight(TODAY + timedelta(days=1), ZONE) - timedelta(minutes=1)
    done = enrol(sessions, OURS, a_return(), evening, "test", "Pacific/Auckland")
    with sessions.reading() as session:
        assert register.service_levels(session, done.centre)[0].since == TODAY + timedelta(days=1)


def test_what_ended_can_begin_again(sessions: Sessions) -> None:
    stated = a_return(identities=(identity("1", "11"), identity("2", "22")))
    centre = enter(sessions, stated).centre
    enter(sessions, replace(stated, identities=stated.identities[:1], numbers=()), LATER)
    again = enter(sessions, stated, LATER + timedelta(days=1))
    assert again.identities_begun == 1
    with sessions.reading() as session:
        assert len(codes.usable_identities(session, centre)) == 2
        assert [line.number for line in register.lines(session, centre)] == list(stated.numbers)


def test_a_closure_that_is_over_stays_on_record(sessions: Sessions) -> None:
    over = Closure(TODAY - timedelta(days=9), TODAY - timedelta(days=8))
    centre = enter(sessions, a_return(closures=(over,))).centre
    enter(sessions, a_return(closures=()), LATER)
    with sessions.reading() as session:
        assert register.closures(session, centre) == (over,)


def test_an_earlier_notice_to_staff_stays_on_record(sessions: Sessions) -> None:
    centre = enter(sessions, a_return(notice_given_on=date(2026, 1, 10))).centre
    enter(sessions, a_return(notice_given_on=date(2026, 11, 20)), LATER)
    enter(sessions, a_return(notice_given_on=None), LATER)
    with sessions.reading() as session:
        assert register.notice_spans(session, centre) == (
            (date(2026, 1, 10), date(2027, 1, 9)),
            (date(2026, 11, 20), date(2027, 11, 19)),
        )
        assert register.notice_in_force(session, centre, date(2027, 11, 19))
        assert not register.notice_in_force(session, centre, date(2027, 11, 20))
        assert not register.notice_in_force(session, centre, date(2026, 1, 9))


def test_a_changed_service_level_is_a_new_version_and_the_old_one_stays(
    sessions: Sessions,
) -> None:
    centre = enter(sessions, a_return()).centre
    quicker = replace(LEVEL, answer_within=20)
    assert enter(sessions, a_return(service_level=quicker), LATER).service_level_version == 2
    assert enter(sessions, a_return(service_level=LEVEL), LATER).service_level_version == 3
    with sessions.reading() as session:
        versions = register.service_levels(session, centre)
        assert [(v.version, v.since) for v in versions] == [
            (1, TODAY),
            (2, LATER.date()),
            (3, LATER.date()),
        ]
        assert [v.level for v in versions] == [LEVEL, quicker, LEVEL]
        assert register.service_level(session, versions[1].id) == quicker


def test_a_changed_identity_keeps_its_row_and_takes_the_new_code(sessions: Sessions) -> None:
    centre = enter(sessions, a_return(identities=(identity("1", "11"),))).centre
    with sessions.reading() as session:
        (before,) = codes.usable_identities(session, centre)
    changed = replace(identity("1", "12"), name="Robin Ash", valid_until=date(2027, 5, 1))
    assert enter(sessions, a_return(identities=(changed,)), LATER).identities_changed == 1
    with sessions.reading() as session:
        (after,) = codes.usable_identities(session, centre)
        assert after.id == before.id
        assert codes.open_identity(session, OURS, after.id) == changed


def test_a_changed_number_keeps_its_row(sessions: Sessions) -> None:
    centre = enter(sessions, a_return()).centre
    with sessions.reading() as session:
        (before,) = register.lines(session, centre)
    changed = replace(before.number, label="Help desk", menu_keys="1ww2", valid_until=TODAY)
    enter(sessions, a_return(numbers=(changed,)), NOW)
    with sessions.reading() as session:
        (after,) = register.lines(session, centre)
        assert (after.id, after.number) == (before.id, changed)
        assert after.serves(TODAY)
        assert not after.serves(TODAY + timedelta(days=1))


def test_two_centres_of_one_name_belong_to_two_providers(sessions: Sessions) -> None:
    enter(sessions, a_return(1, centre="The desk"))
    enter(sessions, a_return(2, centre="The desk"))
    enter(sessions, a_return(3, provider="Provider 1"))
    with sessions.reading() as session:
        found = register.centres(session)
    assert [(c.provider_name, c.name) for c in found] == [
        ("Provider 1", "Centre 3"),
        ("Provider 1", "The desk"),
        ("Provider 2", "The desk"),
    ]
    assert len({c.provider for c in found}) == 2


def test_a_number_held_elsewhere_is_refused_and_nothing_is_half_written(
    sessions: Sessions,
) -> None:
    enter(sessions, a_return(1))
    before = rows(sessions, without=("journal",))
    both = a_return(2, numbers=(*a_return(2).numbers, *a_return(1).numbers))
    with pytest.raises(ReturnRefused) as refused:
        enter(sessions, both)
    said = str(refused.value)
    assert "+441632960501 can't be accepted" in said
    assert "+441632960502" not in said
    assert not re.search("Provider|Centre|held|somebody|another", said, re.IGNORECASE)
    assert rows(sessions, without=("journal",)) == before
    entry = acts(sessions)[-1]
    assert entry.action == "return refused"
    assert "+441632960501" in entry.detail
    assert "Centre 2" in entry.detail


def test_a_centre_of_the_same_name_elsewhere_is_somebody_else(sessions: Sessions) -> None:
    enter(sessions, a_return(1, centre="The desk"))
    with pytest.raises(ReturnRefused):
        enter(sessions, a_return(2, centre="The desk", numbers=a_return(1).numbers))
    with pytest.raises(ReturnRefused):
        enter(sessions, a_return(1, centre="Another desk"))


def test_a_number_that_the_holder_gave_up_is_free(sessions: Sessions) -> None:
    enter(sessions, a_return(1))
    enter(sessions, a_return(1, numbers=()), LATER)
    numbers = a_return(1).numbers
    done = enter(sessions, a_return(2, numbers=numbers), LATER)
    with sessions.reading() as session:
        assert [line.number for line in register.lines(session, done.centre)] == list(numbers)


def test_of_two_that_state_one_number_at_once_one_is_refused(sessions: Sessions) -> None:
    numbers = a_return().numbers

    def state(number: int) -> bool:
        try:
            enter(sessions, a_return(number, numbers=numbers))
        except ReturnRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as providers:
        accepted = list(providers.map(state, range(1, 5)))
    assert sum(accepted) == 1
    with sessions.reading() as session:
        assert len(register.centres(session)) == 1


def test_one_return_sent_twice_at_once_enters_once(sessions: Sessions) -> None:
    with ThreadPoolExecutor(4) as desks:
        done = list(desks.map(lambda _: enter(sessions, a_return()), range(4)))
    assert len({each.centre for each in done}) == 1
    assert sum(each.new for each in done) == 1
    with sessions.reading() as session:
        assert len(register.hours(session, done[0].centre)) == 7
        assert len(register.lines(session, done[0].centre)) == 1
        assert len(register.service_levels(session, done[0].centre)) == 1


def test_a_return_that_fails_on_its_way_leaves_nothing(sessions: Sessions) -> None:
    enter(sessions, a_return(1))
    before = rows(sessions)
    twice = a_return(2, identities=(identity("1", "11"), identity("1", "12")))
    with pytest.raises(Exception, match=r"(?i)unique"):
        enter(sessions, twice)
    assert rows(sessions) == before


def test_no_code_and_no_identity_stands_anywhere_in_clear(
    sessions: Sessions, database_url: str
) -> None:
    secrets = ("Tamsin Quillfeather", "account-73501-x", "melon-anchor-4519")
    code = replace(identity().code, text=secrets[2])
    whole = replace(identity(), name=secrets[0], account=secrets[1], code=code)
    enter(sessions, a_return(identities=(whole,)))
    enter(sessions, a_return(identities=(replace(whole, valid_until=date(2028, 1, 1)),)))
    enter(sessions, a_return(identities=()))
    kept = repr(rows(sessions)).encode()
    if sessions.engine.dialect.name == "sqlite":
        path = Path(database_url.removeprefix("sqlite:///"))
        kept += b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    assert b"Provider 0" in kept
    for secret in secrets:
        raw = secret.encode()
        forms = [raw, raw.hex().encode(), raw.hex().upper().encode(), raw[::-1]]
        for shift in range(3):  # base64 at each of the three places where a text can begin
            encoded = base64.b64encode(bytes(shift) + raw).rstrip(b"=")
            forms.append(encoded[4:-2])
        assert [form for form in forms if form.lower() in kept.lower()] == []
