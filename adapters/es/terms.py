"""Spanish court terms (LEC 130-135): working days, and months with or without August."""

from __future__ import annotations

from datetime import date, timedelta

from recovery.law.parameters import note
from recovery.law.periods import IsRest, Period, add_months, next_working, raw_end

GRACE = "a filing in court may be made until 15:00 of the next working day (LEC 135.5)"
_LOCAL = "local holidays of the court's town are not known here: they can only move the end later (LEC 130.2)"
# Days that a letter by post is taken to travel: a convention, no rule.
_POST_DAYS = 3


def delivered(sent: date, channel: str, is_rest: IsRest) -> date:
    """Return the day on which a letter is taken to be received; only its proof counts in court."""
    return sent if channel in ("email", "hand") else next_working(sent + timedelta(days=_POST_DAYS), is_rest)


def court_term(start: date, period: Period, is_rest: IsRest) -> tuple[date, tuple[str, ...]]:
    """Return the end of a court term and its steps (LEC 133); of two readings over August the earlier."""
    if period.unit == "d":
        period = Period(period.count, "wd")
    raw = raw_end(start, period, is_rest)
    last = next_working(raw, is_rest)
    steps = [f"day of the event {start} not counted; {period} end on {raw} (LEC 133.1-3)"]
    if last != raw:
        steps.append(f"{raw} is no working day: {last} (LEC 133.4)")
    if period.unit in ("m", "y"):
        steps.extend(_other_reading(start, period, last, is_rest))
    return last, (*steps, _LOCAL, GRACE)


def _other_reading(start: date, period: Period, last: date, is_rest: IsRest) -> tuple[str, ...]:
    months = period.count * (12 if period.unit == "y" else 1)
    other = next_working(without_august(start, months), is_rest)
    if other == last:
        return ()
    text = f"August within a term of months: {last} if its days count, {other} if not; uncertain, the earlier is taken"
    note(f"ES: {text} (LEC 133.3)")
    return (f"{text} (LEC 133.3)",)


def without_august(start: date, months: int) -> date:
    """Return the end of a term of months in which no August counts."""
    begun = date(start.year, 8, 31) if start.month == 8 else start
    skipped = 0
    while (found := _augusts(begun, add_months(begun, months + skipped))) > skipped:
        skipped = found
    return add_months(begun, months + skipped)


def _augusts(first: date, last: date) -> int:
    return sum(first < date(year, 8, 1) <= last for year in range(first.year, last.year + 1))
