"""What a tie hides from whoever may read plans: a provider's calls until they have ended.

A tie fails closed for those who plan and audit as for those who call: who is bound to a provider
learns moment, person, identity and scenario of its calls afterwards.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from config.clock import Month
from scheduler import diary, leaves, register
from scheduler.call import PlannedCall
from scheduler.outcome import OPEN, Disposition


@dataclass(frozen=True, slots=True)
class Hidden:
    """The centres from which a tie keeps a person, and the calls there that haven't ended."""

    centres: frozenset[UUID]
    providers: tuple[str, ...]
    calls: tuple[PlannedCall, ...]

    @property
    def ids(self) -> frozenset[UUID]:
        """The calls' keys."""
        return frozenset(call.id for call in self.calls)

    @property
    def sentence(self) -> str:
        """What a page says; it tells no number, since none left would tell when it is safe."""
        if not self.centres:
            return ""
        return (
            f"A tie keeps you from {' and '.join(self.providers)}: calls there that haven't ended "
            "are hidden, and stand in no count here."
        )

    def left(self, calls: Iterable[PlannedCall]) -> tuple[PlannedCall, ...]:
        """The calls that may be shown."""
        ids = self.ids
        return tuple(call for call in calls if call.id not in ids)

    def left_of_plans(
        self, counts: Mapping[UUID, Counter[Disposition]]
    ) -> Mapping[UUID, Counter[Disposition]]:
        """Counts of calls by plan and disposition without those that are hidden."""
        found = defaultdict(Counter, {key: count.copy() for key, count in counts.items()})
        for call in self.calls:
            found[call.plan][call.disposition] -= 1
        return found

    def left_of_months(
        self, counts: Mapping[Month, int], *, plans: Iterable[UUID] = (), centre: UUID | None = None
    ) -> dict[Month, int]:
        """Counts of calls by month without those that are hidden, of plans or of a centre."""
        of = frozenset(plans)
        hidden = Counter(
            Month.parse(call.month)
            for call in self.calls
            if call.plan in of or call.centre == centre
        )
        return {month: left for month, n in counts.items() if (left := n - hidden[month])}

    def keeps_back(self, centre: UUID, month: Month, today_month: Month) -> bool:
        """Whether a centre's month tells of calls to come: it isn't over, or one hasn't ended."""
        if centre not in self.centres:
            return False
        return month >= today_month or any(
            call.centre == centre and call.month == str(month) for call in self.calls
        )


def hidden_from(session: Session, person: UUID, now: datetime) -> Hidden:
    """What is hidden from a person at a moment; practice calls, which nobody drew, never are."""
    bound = leaves.bound_centres(session, person, now)
    if not bound:
        return Hidden(frozenset(), (), ())
    names = {each.provider_name for each in register.centres(session) if each.id in bound}
    calls = tuple(
        call
        for centre in bound
        for call in diary.calls(session, centre=centre, sampled=True, dispositions=OPEN)
    )
    return Hidden(bound, tuple(sorted(names)), calls)
