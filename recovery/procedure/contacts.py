"""On which day a debtor may be contacted again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from recovery.case.record import CaseRecord, procedure_of
from recovery.law.contact import contact

# Events of a case that reached out to the debtor.
CONTACTS = ("remind", "give_notice", "log_call", "instalment_reminder", "write_debtor")
NOON = time(12)
# A day is looked for this far ahead; caps and hours of every country leave one long before.
HORIZON_DAYS = 60


def contact_days(case: CaseRecord) -> list[date]:
    """Return the days on which this debtor was contacted, repeated when more than once."""
    return [event.happened_on for event in case.events if event.kind in CONTACTS]


def contact_day(case: CaseRecord, channel: str, on: date) -> date:
    """Return the first day from `on` on which a channel may reach the debtor.

    Hours and holidays bind every channel but the post; how many contacts a day and a week may see protects natural
    persons (the country's `contact.hours` and `contact.caps`).
    """
    adapter, debtor = procedure_of(case), case.claim.debtor
    before = contact_days(case)
    day, by = on, "post" if channel in ("post", "registered") else channel
    for _ in range(HORIZON_DAYS):
        rule = adapter.contact_rule(debtor.is_natural_person, day)
        answer = contact(rule, datetime.combine(day, NOON), by, adapter.is_holiday)
        capped = debtor.is_natural_person and is_full(before, day, rule.per_day, rule.per_week)
        if answer.allowed and not capped:
            return day
        day = max(answer.next_at.date(), day + timedelta(days=1)) if not answer.allowed else day + timedelta(days=1)
    return day


def is_full(before: list[date], day: date, per_day: int, per_week: int) -> bool:
    """Tell whether a further contact on a day would exceed what a day or seven days may see."""
    week = [one for one in before if day - timedelta(days=7) < one <= day]
    return before.count(day) >= per_day or len(week) >= per_week
