"""Belgian court terms: months to the eve of the same date, the vacation, and the time of a party abroad (JC 50-55)."""

from __future__ import annotations

from datetime import date, timedelta

from recovery.law.parameters import LawBook
from recovery.law.periods import ONE_DAY, IsRest, Period, TimeLimit, eve_of_months, next_working, raw_end
from recovery.law.values import Addressee

BASIS = "JC 50-54"
LENGTHENED = ("appeal", "opposition", "answer")  # for these the law provides for more time abroad (JC 55)


def court_limit(law: LawBook, start: date, period: Period, act: str, is_rest: IsRest) -> TimeLimit:
    """Return the end of a court period; an appeal or opposition within the vacation ends on 15 September (JC 50(2))."""
    raw = _raw(start, period, is_rest)
    last = next_working(raw, is_rest)
    steps = [f"day of the event {start} not counted; {period} end on {raw} (JC 52, 54)"]
    if last != raw:
        steps.append(f"{raw} is a rest day of the courts: {last} (JC 53)")
    first, end_of_vacation, end = (
        date.fromisoformat(f"{start.year}-{day}") for day in law["court.vacation"].values[0].value
    )
    if act in ("appeal", "opposition") and first <= start + ONE_DAY and last <= end_of_vacation:
        later = next_working(end, is_rest)
        return TimeLimit(later, (*steps, f"begins and ends in the court vacation: {later} (JC 50(2))"), "JC 50(2)")
    return TimeLimit(last, tuple(steps), BASIS)


def _raw(start: date, period: Period, is_rest: IsRest) -> date:
    """Return the end before any shift; months and years run to the eve of the same date (JC 54)."""
    if period.unit not in ("m", "y"):
        return raw_end(start, period, is_rest)
    months = period.count * (12 if period.unit == "y" else 1)
    return eve_of_months(start, months) + timedelta(days=period.more_days)


def abroad(law: LawBook, period: Period, act: str, addressee: Addressee) -> tuple[Period, str]:
    """Return the period as it runs for a party without home in Belgium, and why (JC 55)."""
    if act not in LENGTHENED:
        return period, "no extra time: JC 55 adds days only to an appeal, an opposition or an answer to a summons"
    days, where = _distance(law, addressee)
    return Period(period.count, period.unit, days), f"a party in {where} has {days} days more (JC 55)"


def _distance(law: LawBook, addressee: Addressee) -> tuple[int, str]:
    near, europe, far = (int(days) for days in law["court.distance_days"].values[0].value)
    country, region = addressee.country, addressee.region
    if region and region in law["court.distance_overseas"].values[0].value:
        return far, f"{region}, outside Europe"
    if country in law["court.distance_neighbours"].values[0].value:
        return near, f"{country}, a neighbouring state or the United Kingdom"
    if country in law["court.distance_europe"].values[0].value:
        return europe, f"{country}, elsewhere in Europe"
    return far, f"{country}, outside Europe"


def distances(law: LawBook) -> str:
    """Return what a party abroad has more, for a term whose addressee was not told."""
    near, europe, far = law["court.distance_days"].values[0].value
    abroad = f"a party abroad has more: neighbouring state {near}, other Europe {europe}, elsewhere {far} days"
    return f"{abroad} (JC 55)"
