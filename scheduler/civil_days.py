"""The civil days of many moments at once."""

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from scheduler.hours import offsets


def civil_days(seconds: npt.NDArray[np.int64], zone: str) -> npt.NDArray[np.int64]:
    """The civil days in a zone of moments in seconds since 1970, as days since 1970."""
    if not len(seconds):
        return seconds
    first, last = (
        datetime.fromtimestamp(int(s), UTC).date() for s in (seconds.min(), seconds.max())
    )
    runs = offsets(zone, first, last)
    begins = np.array([int(run[0].replace(tzinfo=UTC).timestamp()) for run in runs])
    shifts = np.array([run[2] // timedelta(seconds=1) for run in runs])
    days: npt.NDArray[np.int64] = (
        seconds + shifts[np.searchsorted(begins, seconds, side="right") - 1]
    ) // 86_400
    return days
