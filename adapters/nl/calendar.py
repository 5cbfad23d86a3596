"""Dutch time limits: the Algemene termijnenwet (ATW), and Good Friday under Reg. 1182/71."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from recovery.law.parameters import LawBook, note
from recovery.law.periods import (
    ONE_DAY,
    IsRest,
    Period,
    TimeLimit,
    easter,
    eu_limit,
    next_working,
    raw_end,
    working_days_between,
)


def good_friday(year: int) -> date:
    """Return the Friday before Easter, equated with a holiday (ATW art. 3(2))."""
    return easter(year) - timedelta(days=2)


def with_good_friday(start: date, period: Period, limit: TimeLimit, is_rest: IsRest) -> TimeLimit:
    """Return the limit, saying where Good Friday moved it: whether it counts under Reg. 1182/71 is uncertain."""
    working = eu_limit(start, period, lambda day: is_rest(day) and day != good_friday(day.year)).last_day
    if working == limit.last_day:
        return limit
    step = f"Good Friday is taken as a holiday under Reg. 1182/71 art. 2(1) (uncertain); otherwise {working}"
    note(f"NL: {step}")
    return replace(limit, steps=(*limit.steps, step))


def statutory_end(law: LawBook, start: date, period: Period, rest: IsRest) -> tuple[date, tuple[str, ...]]:
    """Return the end of a statutory term and why: a rest day rolls on, a short term holds two working days."""
    raw = raw_end(start, period, rest)
    steps = [f"day of the event {start} not counted; {period} end on {raw}"]
    days, weeks, months = law.value("calendar.longest_rolling", start)
    if period.count > {"d": days, "wd": days, "w": weeks, "m": months, "y": 0}[period.unit]:
        return raw, (*steps, "a long term does not roll (ATW art. 4)")
    last = next_working(raw, rest)
    if last != raw:
        steps.append(f"{raw} is a Saturday, Sunday or holiday: {last} (ATW art. 1)")
    least, enough = law.value("calendar.short_term", start)
    short = period.unit in ("w", "m") or period.count >= least
    while short and working_days_between(start, last, rest, enough) < enough:
        last = next_working(last + ONE_DAY, rest)
        steps.append(f"fewer than {enough} working days in the term: {last} (ATW art. 2)")
    _note_unknown_decrees(law, last)
    return last, tuple(steps)


def _note_unknown_decrees(law: LawBook, last: date) -> None:
    """Say that the days equated by decree are not known for a year (ATW art. 3(3))."""
    decrees = law["calendar.equated_days"]
    if not decrees.starts[0] <= last <= decrees.confirmed_through:
        years = f"{decrees.starts[0].year}-{decrees.confirmed_through.year}"
        note(f"NL: the days equated by decree are known for {years} only (ATW art. 3(3)); check {last}")
