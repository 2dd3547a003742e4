"""Cron rules made at random, and an oracle that steps through real time minute by minute.

Nothing here parses a rule: a rule is made together with what it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]


@dataclass(frozen=True)
class Rule:
    """A rule as it is written, and the local minutes that it names."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool
    every_hour: bool

    def names(self, clock: datetime) -> bool:
        """Tell whether a local time is one of the rule's."""
        if (
            clock.minute not in self.minutes
            or clock.hour not in self.hours
            or clock.month not in self.months
        ):
            return False
        fits = (clock.day in self.days, clock.isoweekday() % 7 in self.weekdays)
        return any(fits) if self.either_day else all(fits)


def random_rule(dice: Random) -> Rule:
    """Make a rule of lists, ranges, steps and names."""
    minutes, minute = _field(dice, 0, 59, stars=0.3)
    hours, hour = _field(dice, 0, 23, stars=0.4)
    days, day = _field(dice, 1, 31, stars=0.6)
    months, month = _field(dice, 1, 12, stars=0.7, names=MONTHS)
    weekdays, weekday = _field(dice, 0, 6, stars=0.6, names=WEEKDAYS)
    return Rule(
        f"{minute} {hour} {day} {month} {weekday}",
        minutes,
        hours,
        days,
        months,
        weekdays,
        either_day="*" not in day and "*" not in weekday,
        every_hour="*" in hour,
    )


def _field(
    dice: Random, low: int, high: int, *, stars: float, names: list[str] | None = None
) -> tuple[frozenset[int], str]:
    if dice.random() < stars:
        step = dice.choice([1, 1, 1, 2, 5, 7])
        return frozenset(range(low, high + 1, step)), "*" if step == 1 else f"*/{step}"
    values: set[int] = set()
    parts = []
    for _ in range(dice.choice([1, 1, 2, 3])):
        first = dice.randint(low, high)
        last = dice.randint(first, high) if dice.random() < 0.4 else first
        step = dice.choice([1, 2, 3]) if last > first else 1
        values.update(range(first, last + 1, step))
        spelt = [
            str(n) if not names or dice.random() < 0.5 else names[n - low] for n in (first, last)
        ]
        part = spelt[0] if last == first else "-".join(spelt)
        parts.append(part + (f"/{step}" if step > 1 else ""))
    return frozenset(values), ",".join(parts)


@dataclass(frozen=True)
class Minute:
    """A minute of real time: what the clock shows, and what it shows or jumped over just now."""

    at: datetime
    clock: datetime
    new: tuple[datetime, ...]


def stretch(zone: str, start: datetime, minutes: int) -> list[Minute]:
    """Step through real time; what the clock shows for a second time is not new."""
    there = ZoneInfo(zone)
    begin = start.astimezone(UTC)
    shown = (begin - timedelta(hours=30)).astimezone(there).replace(tzinfo=None)
    found = []
    for n in range(-30 * 60, minutes):
        at = begin + n * MINUTE
        clock = at.astimezone(there).replace(tzinfo=None)
        passed = int((clock - shown) / MINUTE)
        found.append(Minute(at, clock, tuple(shown + k * MINUTE for k in range(1, passed + 1))))
        shown = max(shown, clock)
    return [minute for minute in found if minute.at >= begin]


def due(rule: Rule, minutes: list[Minute]) -> list[datetime]:
    """The instants at which a rule is due.

    A rule that names its hours is due when the clock shows, or jumps over, a named time for the
    first time; one whose hours begin with `*` whenever the clock shows a named time.
    """
    if rule.every_hour:
        return [minute.at for minute in minutes if rule.names(minute.clock)]
    return [minute.at for minute in minutes if any(map(rule.names, minute.new))]
