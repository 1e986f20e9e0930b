"""Pseudonyms: every key that must not be read is hidden, and turned back where calls are made."""

from datetime import date
from uuid import UUID

import pytest

from scheduler.centre import Closure
from scheduler.disguise import IDENTITY, NUMBER, PERSON, Disguise, KindMissing, known, revealed
from scheduler.plan import make_plan
from scheduler.seal import canonical
from tests.scheduler.inputs import SCENARIOS, a_centre, inputs

HIDDEN = Disguise(bytes(range(32)))
CLOSED = Closure(date(2027, 2, 3), date(2027, 2, 3), "the founder's funeral")


def test_only_centres_and_providers_keep_their_keys() -> None:
    plain = inputs(
        [a_centre(closures=(CLOSED,))],
        ties=((UUID(int=1), UUID(int=1001)),),
        heard=((UUID(int=2), UUID(int=1000), date(2027, 1, 1)),),
    )
    seen = canonical(HIDDEN.of(plain)).decode()
    centre = plain.centres[0]
    kept = {str(centre.centre), str(centre.provider)}
    hidden = [v.id for v in (*centre.numbers, *centre.identities, *centre.levels)]
    hidden += [*SCENARIOS, *plain.caller_numbers, *(each.person for each in plain.people)]
    assert all(key in seen for key in kept)
    assert not any(str(key) in seen for key in hidden)
    assert "funeral" not in seen


def test_a_person_bears_one_pseudonym_wherever_they_stand() -> None:
    plain = inputs(ties=((UUID(int=1), UUID(int=1001)),))
    seen = HIDDEN.of(plain)
    assert seen.ties[0][0] == seen.people[0].person
    assert seen.ties[0][1] == UUID(int=1001)


def test_a_pseudonym_depends_on_kind_and_salt() -> None:
    key = UUID(int=5)
    shown = {
        HIDDEN.hide(PERSON, key),
        HIDDEN.hide(NUMBER, key),
        Disguise(bytes(32)).hide(NUMBER, key),
    }
    assert len(shown) == 3


def test_a_key_in_a_field_that_nobody_named_is_refused() -> None:
    with pytest.raises(KindMissing):
        HIDDEN.of((UUID(int=1),))


def test_drafts_are_turned_back_into_real_keys() -> None:
    plain = inputs()
    drawn = make_plan(HIDDEN.of(plain), bytes(32), b"")
    identities = [(IDENTITY, each.id) for each in plain.centres[0].identities]
    real = known(HIDDEN, [*identities, (PERSON, UUID(int=1))])
    shown = [revealed(draft, real) for draft in drawn.calls]
    assert {each.identity for each in shown} <= {key for _, key in identities}
    assert {each.centre for each in shown} == {plain.centres[0].centre}
