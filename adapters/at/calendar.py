"""The Austrian calendar of the courts: Good Friday, and the breaks in which appeal periods stand still (ZPO § 222)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from recovery.law.parameters import LawBook
from recovery.law.periods import IsRest, Period, TimeLimit, easter, next_working, raw_end

Break = tuple[date, date]


def is_good_friday(day: date) -> bool:
    """Tell whether a day is Good Friday: no public holiday, yet no court period ends on it (ZPO § 126(2))."""
    return day == easter(day.year) - timedelta(days=2)


def appeal_limit(law: LawBook, start: date, period: Period, rest: IsRest) -> TimeLimit:
    """Return the end of an appeal period (ZPO § 222).

    Served in a break, the whole period begins after it; a break that begins within the period prolongs it by its days.
    """
    steps = []
    for first, last in _breaks(law, start, start.year - 1, start.year):
        if first <= start <= last:
            start = last
            steps.append(f"served in the break: the whole period begins after {last} (ZPO § 222)")
    raw = raw_end(start, period, rest)
    for first, last in _breaks(law, start, start.year, raw.year + 1):
        if start < first <= raw:
            raw += last - first + timedelta(days=1)
            steps.append(f"prolonged by the break {first} to {last}: {raw} (ZPO § 222)")
    end = next_working(raw, rest)
    return TimeLimit(end, (*steps, f"{period} end on {raw}; working day {end}"), "ZPO §§ 125, 126, 222")


def _breaks(law: LawBook, day: date, first_year: int, last_year: int) -> Iterator[Break]:
    """Yield the breaks that begin in a range of years, in order of date."""
    summer, winter = law.value("court.break_summer", day), law.value("court.break_winter", day)
    for year in range(first_year, last_year + 1):
        yield date(year, summer[0], summer[1]), date(year, summer[2], summer[3])
        yield date(year, winter[0], winter[1]), date(year + 1, winter[2], winter[3])
