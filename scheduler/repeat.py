"""What follows a try that reached nobody: tried again, drawn anew, or left as it is.

Busy and no answer are what the centre could see, so another try of the same call is drawn over the
rest of the period: at a fixed distance it would announce itself. A call that we missed is drawn
anew once, as another call. Both fall in proportion to the ordinary calls, as every call does.
"""

import struct
from bisect import bisect
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from config.clock import civil_date
from scheduler.assignment import Assigned, Candidate, Held, Shift, ToAssign
from scheduler.call import PlannedCall
from scheduler.crewing import LINE_SECONDS, MOST_TRIES
from scheduler.dealing import RECOGNISED
from scheduler.draw import redraw_one
from scheduler.field import Field, fields_of, roster_of, shifts_of
from scheduler.hours import Slot
from scheduler.keystream import Keystream, stream_key
from scheduler.outcome import Attempt, Disposition, Ending
from scheduler.plan_inputs import CentreInputs, Inputs, Valid
from scheduler.replacement import replacement
from scheduler.skill import Skills

MOST_MOMENTS = 3  # at which a call is tried
FIRST_REDRAW = 2  # calls of the streams 0 and 1 are the plan's; what we missed goes to 2 and 3

REACHED_NOBODY = {Ending.BUSY: Disposition.BUSY, Ending.NO_ANSWER: Disposition.NO_ANSWER}
MISSED_BY_US = frozenset({Disposition.MISSED, Disposition.ASSESSOR_ABSENT})
NOT_MADE = MISSED_BY_US | {Disposition.WITHDRAWN}


class FollowUp(StrEnum):
    """What was decided after a try."""

    TRY_AGAIN = "tried again"
    REDRAW = "redrawn"
    LEAVE = "left"


@dataclass(frozen=True, slots=True)
class Dealt:
    """What a call needs on its day."""

    number: UUID
    identity: UUID
    level: UUID
    scenario: UUID
    caller_number: UUID | None


@dataclass(frozen=True, slots=True)
class SecondMoment:
    """A moment drawn for a call that reached nobody, who takes it, and what it needs then."""

    slot: int
    slot_start: datetime
    moment: datetime
    person: UUID
    stand_in: UUID | None
    dealt: Dealt


def follow_up(call: PlannedCall, tries: Sequence[Attempt]) -> FollowUp:
    """What follows the last try of an ended call; ``tries`` are all of its attempts, in order.

    A person who answered, a try whose outcome was ever unknown, and the third moment end it; so
    does a second miss.
    """
    if call.disposition in REACHED_NOBODY.values():
        moments = {each.drawn for each in tries}
        if len(moments) < MOST_MOMENTS and not any(_was_unknown(e) for e in tries):
            return FollowUp.TRY_AGAIN
    elif call.disposition in MISSED_BY_US and call.stream < FIRST_REDRAW:
        return FollowUp.REDRAW
    return FollowUp.LEAVE


def _was_unknown(attempt: Attempt) -> bool:
    """Whether nobody knew of a try what became of it; by hand it ends so."""
    return attempt.ever_unknown or attempt.ending is Ending.UNKNOWN


def after_all(tries: Sequence[Attempt], disposition: Disposition) -> Disposition:
    """What becomes of a call when its last try ended so.

    A repeat that wasn't made takes nothing back: the call keeps what the centre's line told before.
    """
    told = [REACHED_NOBODY[each.ending] for each in tries if each.ending in REACHED_NOBODY]
    return told[-1] if told and disposition in NOT_MADE else disposition


def chance_for(
    seed: bytes, public_value: bytes, purpose: str, call: PlannedCall, stream: int
) -> Keystream:
    """The keystream of one decision about a call, named by what the plan knows of it.

    The name is the purpose in ASCII, the centre's 16 bytes, and the call's stream and slot as 8
    bytes each, big-endian; so no decision hangs on the order in which others were made.
    """
    name = purpose.encode() + call.centre.bytes + struct.pack(">QQ", call.stream, call.slot)
    return Keystream(stream_key(seed, public_value, name, stream))


def drawable(inputs: Inputs, centre: CentreInputs) -> tuple[Field, tuple[Shift, ...]]:
    """Where a centre's calls may fall and who may ring it, and what everyone offered."""
    return fields_of(inputs, roster_of(inputs))[centre.centre], shifts_of(inputs)


def second_moment(
    inputs: Inputs,
    call: PlannedCall,
    after: datetime,
    taken: Collection[datetime],
    others: Sequence[PlannedCall],
    keystream: Keystream,
    excluded: Collection[UUID] = (),
) -> SecondMoment | None:
    """Draw a moment in the rest of the period, and who takes it; None where no hour is left.

    ``inputs`` hold the call's centre; ``taken`` are moments of the centre's other tries, whose
    hours are left out, ``others`` its other calls. A moment at which the provider's lines would
    still carry another call, or that nobody can take, is drawn anew.
    """
    (centre,) = (each for each in inputs.centres if each.centre == call.centre)
    field, shifts = drawable(inputs, centre)
    slots = field.slots
    heavy = [
        0 if _holds(slot, taken) else weight
        for slot, weight in zip(slots, field.weights, strict=True)
    ]
    for _ in range(MOST_TRIES):
        drawn = redraw_one(slots, heavy, keystream, after)
        if drawn is None:
            return None
        if _engaged(inputs, call, drawn.moment):
            continue
        day = civil_date(drawn.moment, centre.zone)
        allowed = field.allowed(inputs.people, day)
        found = taker(inputs, call, drawn.moment, allowed, shifts, keystream, excluded)
        dealt = found and deal(inputs, centre, call, drawn.moment, others, keystream, found.person)
        if found and dealt:
            start = slots[drawn.slot].start
            stand_in = plays(inputs, centre, found.stand_in, dealt.scenario, day)
            return SecondMoment(drawn.slot, start, drawn.moment, found.person, stand_in, dealt)
        heavy[drawn.slot] = 0
    return None


def _engaged(inputs: Inputs, call: PlannedCall, moment: datetime) -> bool:
    """Whether another call of the provider would be on its lines then."""
    own = (call.centre, call.moment)
    return any(
        provider == call.provider
        and (centre, at) != own
        and abs(moment - at) < timedelta(seconds=LINE_SECONDS)
        for _, centre, provider, at in inputs.held
    )


def taker(
    inputs: Inputs,
    call: PlannedCall,
    moment: datetime,
    allowed: tuple[UUID, ...],
    shifts: Sequence[Shift],
    keystream: Keystream,
    excluded: Collection[UUID] = (),
) -> Assigned | None:
    """Draw who takes a call at a moment, by the rules of the whole plan; None: nobody can."""
    own = (call.centre, call.moment)
    answer = replacement(
        ToAssign(call.id, moment, call.centre, call.provider, allowed),
        [Candidate(each.person, each.per_day, each.per_week) for each in inputs.people],
        shifts,
        heard={(person, centre): day for person, centre, day in inputs.heard},
        made={(person, centre): calls for person, centre, calls in inputs.made},
        held=[
            Held(person, at, centre, provider)
            for person, centre, provider, at in inputs.held
            if (centre, at) != own
        ],
        zone=inputs.zone,
        keystream=keystream,
        excluded=excluded,
    )
    return answer if isinstance(answer, Assigned) else None


def deal(
    inputs: Inputs,
    centre: CentreInputs,
    call: PlannedCall,
    moment: datetime,
    others: Sequence[PlannedCall],
    keystream: Keystream,
    person: UUID | None,
) -> Dealt | None:
    """What a call needs at a moment: what it was dealt where that still serves, else by chance.

    Of identities and caller numbers one comes that none of ``others``, the centre's other calls,
    has within six months, else of those that fewest have the one whose nearest is the furthest; a
    scenario is not that of the call before or after where there is another. None where the centre
    has no number or identity for the day, or no scenario that the person may play.
    """
    day = civil_date(moment, call.zone)
    numbers, identities = _on(centre.numbers, day), _on(centre.identities, day)
    scenarios = Skills(inputs).playable(person, centre, day)
    if not (numbers and identities and scenarios):
        return None
    levels = _on(centre.levels, day) or [call.service_level]
    return Dealt(
        _kept(call.number, numbers, keystream),
        _least_known(
            call.identity, identities, [(o.identity, o.moment) for o in others], moment, keystream
        ),
        levels[-1],
        _kept(call.scenario, _not_beside(scenarios, others, moment), keystream),
        _least_known(
            call.caller_number,
            inputs.caller_numbers,
            [(o.caller_number, o.moment) for o in others],
            moment,
            keystream,
        )
        if inputs.caller_numbers
        else None,
    )


def playable(
    inputs: Inputs,
    centre: CentreInputs,
    call: PlannedCall,
    others: Sequence[PlannedCall],
    keystream: Keystream,
    person: UUID,
) -> UUID:
    """The scenario of a call where a person may play it, else by chance one that they may."""
    pool = Skills(inputs).playable(person, centre, civil_date(call.moment, call.zone))
    if not pool:
        return call.scenario
    return _kept(call.scenario, _not_beside(pool, others, call.moment), keystream)


def plays(
    inputs: Inputs, centre: CentreInputs, person: UUID | None, scenario: UUID, day: date
) -> UUID | None:
    """The person where they may play a scenario at a centre on a day, else None."""
    return person if scenario in Skills(inputs).playable(person, centre, day) else None


def _on(valid: Sequence[Valid], day: date) -> list[UUID]:
    return [each.id for each in valid if each.on(day)]


def _kept(dealt: UUID | None, pool: Sequence[UUID], keystream: Keystream) -> UUID:
    return dealt if dealt is not None and dealt in pool else pool[keystream.below(len(pool))]


def _least_known(
    dealt: UUID | None,
    pool: Sequence[UUID],
    known: Iterable[tuple[UUID | None, datetime]],
    moment: datetime,
    keystream: Keystream,
) -> UUID:
    """What was dealt where it is in the pool, else one that the centre can recognise least."""
    if dealt is not None and dealt in pool:
        return dealt
    apart = [(each, abs(moment - at)) for each, at in known if abs(moment - at) < RECOGNISED]

    def recognised(one: UUID) -> tuple[int, timedelta]:
        own = [distance for each, distance in apart if each == one]
        return len(own), -min(own, default=RECOGNISED)

    least = min(map(recognised, pool))
    return _kept(None, [each for each in pool if recognised(each) == least], keystream)


def _not_beside(
    scenarios: Sequence[UUID], others: Sequence[PlannedCall], moment: datetime
) -> Sequence[UUID]:
    """The scenarios without those of the calls before and after a moment, where any is left."""
    in_order = sorted(others, key=_moment)
    place = bisect(in_order, moment, key=_moment)
    beside = {each.scenario for each in in_order[max(place - 1, 0) : place + 1]}
    return [each for each in scenarios if each not in beside] or scenarios


def _moment(call: PlannedCall) -> datetime:
    return call.moment


def _holds(slot: Slot, taken: Collection[datetime]) -> bool:
    end = slot.pieces[-1][1]
    return any(slot.start <= moment < end for moment in taken)
