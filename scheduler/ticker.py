"""The metronome, and the only file that knows APScheduler: a name, seconds, a callable."""

from collections.abc import Callable, Sequence

from apscheduler.schedulers.background import BackgroundScheduler

Tick = tuple[str, float, Callable[[], None]]


class Ticker:
    """Calls each tick every so many seconds, never twice at once; a lost beat is harmless."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for name, seconds, call in ticks:
            self._scheduler.add_job(call, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """Wait for what runs, then end."""
        self._scheduler.shutdown(wait=True)
