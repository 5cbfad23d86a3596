"""When a debtor may be contacted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from recovery.law.values import ContactRule


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """Whether contact is allowed at an instant, why, and when next."""

    allowed: bool
    why: str
    next_at: datetime
    basis: str

    def as_dict(self) -> dict[str, object]:
        """Return the answer in the shape of the command line's JSON."""
        return {
            "allowed": self.allowed,
            "why": self.why,
            "next": self.next_at.isoformat(timespec="minutes"),
            "basis": self.basis,
        }


def contact(rule: ContactRule, at: datetime, channel: str, is_holiday: Callable[[date], bool]) -> ContactAnswer:
    """Tell whether the debtor may be contacted at `at`, local time of the debtor's country.

    Post may lie in the letter box at any hour: hours bind the other channels.
    """
    if channel == "post":
        return ContactAnswer(True, "a letter by post is not bound to hours", at, rule.basis)
    window = _window(rule, at.date(), is_holiday)
    if window and window[0] <= at.time() < window[1]:
        return ContactAnswer(True, f"within {window[0]:%H:%M}-{window[1]:%H:%M}", at, rule.basis)
    why = f"only {window[0]:%H:%M}-{window[1]:%H:%M} on this day" if window else "no contact on this day"
    return ContactAnswer(False, why, _next(rule, at, is_holiday), rule.basis)


def _window(rule: ContactRule, day: date, is_holiday: Callable[[date], bool]) -> tuple[time, time] | None:
    hours = rule.hours[day.weekday()]
    if hours is None or (rule.closed_on_holidays and is_holiday(day)):
        return None
    end = time.max if hours[1] == "24:00" else time.fromisoformat(hours[1])
    return time.fromisoformat(hours[0]), end


def _next(rule: ContactRule, at: datetime, is_holiday: Callable[[date], bool]) -> datetime:
    for ahead in range(0, 31):
        day = at.date() + timedelta(days=ahead)
        window = _window(rule, day, is_holiday)
        if window and (ahead or at.time() < window[0]):
            return datetime.combine(day, window[0], tzinfo=at.tzinfo)
    return at + timedelta(days=31)
