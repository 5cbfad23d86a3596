"""Periods and working days: how a number of days, weeks, months or years ends on a date."""

from __future__ import annotations

import calendar as _calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from recovery.errors import IntakeError

Unit = Literal["d", "wd", "w", "m", "y"]
Rule = Literal["eu", "procedural", "civil"]
_PERIOD = re.compile(r"(\d{1,4})(d|wd|w|m|y)")
ONE_DAY = timedelta(days=1)

IsRest = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in one unit: d calendar days, wd working days, w, m, y.

    `more_days` are calendar days that a law adds at the end, for a party abroad say.
    """

    count: int
    unit: Unit
    more_days: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period written as 30d, 20wd, 2w, 1m or 1y.

        Raises:
            IntakeError: it is written otherwise.
        """
        match = _PERIOD.fullmatch(text.strip().lower())
        if not match or not int(match[1]):
            raise IntakeError(
                f"period {text!r}: write it as 30d, 20wd, 2w, 1m or 1y", code="bad_period", field="period"
            )
        return cls(int(match[1]), match[2])  # type: ignore[arg-type]

    def __str__(self) -> str:
        return f"{self.count}{self.unit}" + (f" and {self.more_days}d" if self.more_days else "")


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """The last day of a period, and why it fell there."""

    last_day: date
    steps: tuple[str, ...]
    basis: str

    def as_dict(self) -> dict[str, object]:
        """Return the limit in the shape of the command line's JSON."""
        return {"date": self.last_day.isoformat(), "steps": list(self.steps), "basis": self.basis}


@lru_cache(maxsize=1024)
def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar."""
    from dateutil.easter import easter as reckon

    found: date = reckon(year)
    return found


def add_months(day: date, count: int) -> date:
    """Return the same date `count` months on, or the last day of a month that lacks it."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = _calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def is_weekend(day: date) -> bool:
    """Tell whether the day is a Saturday or a Sunday."""
    return day.weekday() >= 5


def next_working(day: date, is_rest: IsRest) -> date:
    """Return `day`, or the first day after it that is not a rest day."""
    while is_rest(day):
        day += ONE_DAY
    return day


def nth_working(event: date, count: int, is_rest: IsRest) -> date:
    """Return the `count`-th working day after the event's day."""
    day = event
    for _ in range(count):
        day = next_working(day + ONE_DAY, is_rest)
    return day


def raw_end(event: date, period: Period, is_rest: IsRest) -> date:
    """Return the end of a period before any shift; the event's day is not counted."""
    more = timedelta(days=period.more_days)
    if period.unit == "wd":
        return nth_working(event, period.count, is_rest) + more
    if period.unit in ("m", "y"):
        return add_months(event, period.count * (12 if period.unit == "y" else 1)) + more
    return event + timedelta(days=period.count * (7 if period.unit == "w" else 1)) + more


def eve_of_months(event: date, count: int) -> date:
    """Return the eve of the date on which months that begin the day after an event have passed.

    Where that date is missing the last day of the month closes the period.
    """
    first = event + ONE_DAY
    end = add_months(first, count)
    return end - ONE_DAY if end.day == first.day else end


def working_days_between(event: date, last: date, is_rest: IsRest, enough: int) -> int:
    """Return how many working days lie after the event up to `last`, counting no further than `enough`."""
    found, day = 0, event + ONE_DAY
    while day <= last and found < enough:
        found += not is_rest(day)
        day += ONE_DAY
    return found


def eu_limit(event: date, period: Period, is_rest: IsRest) -> TimeLimit:
    """Return the end of a period under Regulation (EEC, Euratom) 1182/71, arts 2 and 3.

    `is_rest` tells Saturdays, Sundays and the public holidays of the court's country.
    """
    raw = raw_end(event, period, is_rest)
    steps = [f"day of the event {event} not counted; {period} end on {raw} (art. 3(1), (2))"]
    last = next_working(raw, is_rest)
    if last != raw:
        steps.append(f"{raw} is a holiday, Saturday or Sunday: end of {last} (art. 3(4))")
    short = period.unit not in ("d", "wd") or period.count >= 2
    while short and working_days_between(event, last, is_rest, 2) < 2:
        last = next_working(last + ONE_DAY, is_rest)
        steps.append(f"fewer than two working days so far: {last} (art. 3(5))")
    return TimeLimit(last, tuple(steps), "Reg. 1182/71 art. 3")
