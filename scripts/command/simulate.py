"""``plan simulate``: the real draw for simulated centres on a plain calendar."""

import csv
import math
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import click

from scheduler.draw import Drawn, DrawRefused, draw
from scheduler.keystream import SEED_BYTES, Keystream, stream_key
from scheduler.reference_profile import DAYS, HOURS, REFERENCE_VOLUME, plain_slots
from scheduler.rule import Rule, default_rule, mean_kept, most
from scheduler.rule_text import NoRule, rule_from_file
from scheduler.shape import shaped
from scripts.command.out_file import OUT
from scripts.progress import Progress

Call = tuple[int, int, int, int]
"""Centre, month, day of the month and hour, each from 0."""

_SAYS_EVERY = 5.0  # seconds
_EXISTING = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


class FileRefused(ValueError):
    """A file that can't be used; the text says where and what would mend it."""


@click.command("simulate")
@click.option("--rule", "rule_file", type=_EXISTING, help="JSON; the default rule without it.")
@click.option("--volume", "volume_file", type=_EXISTING, help="CSV; the reference without it.")
@click.option("--centres", required=True, type=click.IntRange(min=1), help="How many centres.")
@click.option("--months", required=True, type=click.IntRange(min=1), help="How many months.")
@click.option(
    "--csv",
    "out",
    required=True,
    type=OUT,
    help="Where to write.",
)
@click.option("--seed", help="64 hexadecimal digits, to draw the same again.")
def simulate(
    rule_file: Path | None,
    volume_file: Path | None,
    centres: int,
    months: int,
    out: Path,
    seed: str | None,
) -> None:
    """Draw for simulated centres, to let an adversary loose on the calls.

    Every month has the same 21 days of 9 hours, and day 0 is a Monday. The rule is a file such as
    {"months": 3, "mean": 21, "floor": 12, "ceiling": null, "bands": ["Mon-Fri 17-20 x 2"],
    "flat": 0.1, "never": ["Wed 12-14"], "shut": [], "capped": true}, of which only months and mean
    are needed; the volume is a CSV of day, hour and volume with a row for each of the 189 hours.
    Written are centre, month, day and hour of each
    call, counted from 0, and beside it OUT.volume.csv. Whole periods are drawn; calls after the
    last month asked for are left out.

    Example: scripts/unannounced plan simulate --centres 160 --months 24 --csv calls.csv
    """
    seed_bytes = _seed(seed)
    try:
        rule = _rule(rule_file) if rule_file else default_rule()
        volume = _volume(volume_file) if volume_file else REFERENCE_VOLUME
        calls = list(_telling(drawn(rule, volume, centres, months, seed_bytes), centres))
        beside = Path(f"{out}.volume.csv")
        places = product(range(DAYS), range(HOURS))
        _write(out, ("centre", "month", "day", "hour"), calls)
        _write(
            beside,
            ("day", "hour", "volume"),
            ((*at, each) for at, each in zip(places, volume, strict=True)),
        )
    except (FileRefused, DrawRefused) as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"{error.filename} can't be written: {error.strerror}", err=True)
        sys.exit(1)
    click.echo(f"{len(calls)} calls in {out}, the volume in {beside}")


def drawn(
    rule: Rule, volume: tuple[int, ...], centres: int, months: int, seed: bytes
) -> Iterator[Call]:
    """The calls as centre, month, day and hour, each from 0, by the planner's own draw.

    ``volume`` has the ordinary calls of a plain month's 189 slots, the seed 32 bytes. Each centre
    and period has a stream of its own; a capped institute is drawn again like a real one.
    """
    slots = plain_slots(rule.months)
    weights = shaped(volume * rule.months, slots, rule.shape)
    periods = -(-months // rule.months)

    def calls(centre: int, period: int, time: int) -> tuple[Drawn, ...]:
        name = centre.to_bytes(8, "big") + period.to_bytes(8, "big")
        return draw(slots, weights, rule, Keystream(stream_key(seed, b"", name, time)))

    times = [0] * periods
    if rule.capped:
        cap = most([mean_kept(rule)] * centres)
        for period in range(periods):
            while sum(len(calls(centre, period, times[period])) for centre in range(centres)) > cap:
                times[period] += 1
    for centre, period in product(range(centres), range(periods)):
        for call in calls(centre, period, times[period]):
            day, hour = divmod(call.slot, HOURS)
            month = period * rule.months + day // DAYS
            if month < months:
                yield centre, month, day % DAYS, hour


def _telling(calls: Iterator[Call], centres: int) -> Iterator[Call]:
    """The same calls, and on standard error how far they are."""
    progress = Progress(sys.stderr)
    progress.step(f"Drawing for {centres} centres")
    said = time.monotonic()
    for call in calls:
        yield call
        if time.monotonic() - said >= _SAYS_EVERY:
            said = time.monotonic()
            progress.step(f"  {call[0]} of {centres} drawn")


def _write(path: Path, heading: tuple[str, ...], rows: Iterable[tuple[int, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def _seed(text: str | None) -> bytes:
    if text is None:
        return os.urandom(SEED_BYTES)
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise click.UsageError(f"--seed must have {2 * SEED_BYTES} hexadecimal digits")
    return seed


def _rule(file: Path) -> Rule:
    try:
        rule = rule_from_file(file.read_text("utf-8-sig"))
    except (NoRule, UnicodeDecodeError) as error:
        raise FileRefused(f"{file}: {error}") from None
    if rule.shape.shut:
        click.echo("The plain calendar has no dates: the days never drawn are left out.", err=True)
        return replace(rule, shape=replace(rule.shape, shut=()))
    return rule


def _volume(file: Path) -> tuple[int, ...]:
    """The volume of each slot, brought to whole numbers by a common factor."""
    found: dict[tuple[int, int], Fraction] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            for row in rows:
                try:
                    at = int(row["day"]), int(row["hour"])
                    value = Fraction(row["volume"])
                except (KeyError, TypeError, ValueError, ZeroDivisionError):
                    raise FileRefused(
                        f"{file}, line {rows.line_num}: write day, hour and volume as numbers "
                        "under a heading of these three names"
                    ) from None
                if at in found or value < 0:
                    raise FileRefused(
                        f"{file}, line {rows.line_num}: each hour stands once, with 0 or more calls"
                    )
                found[at] = value
    except UnicodeDecodeError:
        raise FileRefused(f"{file} is not in UTF-8: save it as UTF-8") from None
    expected = list(product(range(DAYS), range(HOURS)))
    if sorted(found) != expected:
        raise FileRefused(
            f"{file} must have a row for each of the days 0 to {DAYS - 1} "
            f"and hours 0 to {HOURS - 1}, and no other"
        )
    values = [found[at] for at in expected]
    scale = math.lcm(*(value.denominator for value in values))
    return tuple(int(value * scale) for value in values)
