"""When a debtor may be contacted: hours by weekday, holidays, and the next instant. 1 June 2026 is a Monday."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from recovery.law.contact import contact
from recovery.law.values import ContactRule

WEEK = (("08:00", "20:00"),) * 5
RULE = ContactRule((*WEEK, ("10:00", "24:00"), None), True, 1, 3, "code art. 4")
HOLIDAY = date(2026, 6, 11)  # a Thursday

CASES = [
    # local time          channel  allowed  next                 why
    ("2026-06-05T07:59", "phone", False, "2026-06-05T08:00", "before the first minute"),
    ("2026-06-05T08:00", "phone", True, "2026-06-05T08:00", "the first minute"),
    ("2026-06-05T19:59", "email", True, "2026-06-05T19:59", "the last minute"),
    ("2026-06-05T20:00", "phone", False, "2026-06-06T10:00", "Friday evening: Saturday's hours"),
    ("2026-06-06T23:59", "phone", True, "2026-06-06T23:59", "24:00 is the end of the day"),
    ("2026-06-07T12:00", "visit", False, "2026-06-08T08:00", "a closed weekday"),
    ("2026-06-11T12:00", "phone", False, "2026-06-12T08:00", "a holiday"),
    ("2026-06-10T21:00", "phone", False, "2026-06-12T08:00", "the next day is the holiday"),
    ("2026-06-07T03:00", "post", True, "2026-06-07T03:00", "a letter by post is not bound to hours"),
]


@pytest.mark.parametrize(("at", "channel", "allowed", "following", "why"), CASES)
def test_contact(at, channel, allowed, following, why):
    answer = contact(RULE, datetime.fromisoformat(at), channel, lambda day: day == HOLIDAY)
    assert answer.allowed is allowed, why
    assert answer.as_dict() == {"allowed": allowed, "why": answer.why, "next": following, "basis": "code art. 4"}


def said(at, rule=RULE, channel="phone"):
    return contact(rule, datetime.fromisoformat(at), channel, lambda day: day == HOLIDAY).why


def test_the_reason_names_the_hours():
    assert said("2026-06-05T09:00") == "within 08:00-20:00"
    assert said("2026-06-05T07:00") == "only 08:00-20:00 on this day"
    assert said("2026-06-07T09:00") == "no contact on this day"


def test_a_holiday_is_open_where_the_rule_does_not_close_it():
    rule = ContactRule(RULE.hours, False, 1, 3, "code art. 4")
    assert said("2026-06-11T12:00", rule) == "within 08:00-20:00"


def test_without_any_open_day_one_looks_again_after_a_month():
    """31 days on: no weekday is open, so there is no next instant to name."""
    rule, at = ContactRule((None,) * 7, True, 0, 0, "none"), datetime.fromisoformat("2026-06-01T09:00")
    answer = contact(rule, at, "phone", lambda day: False)
    assert (answer.allowed, answer.as_dict()["next"]) == (False, "2026-07-02T09:00")


def test_the_next_instant_keeps_the_time_zone():
    """From the night before the summer time of 28 March 2027 (a Sunday) to Monday: the offset grows to +02:00."""
    at = datetime(2027, 3, 28, 0, 30, tzinfo=ZoneInfo("Europe/Brussels"))
    answer = contact(RULE, at, "phone", lambda day: False)
    assert answer.as_dict()["next"] == "2027-03-29T08:00+02:00"
