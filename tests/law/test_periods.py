"""Periods under Reg. (EEC, Euratom) 1182/71: tables of cases, counted on the calendar of 2026 (1 June is a Monday)."""

from __future__ import annotations

from datetime import date as D

import pytest

from recovery.commands import run
from recovery.errors import IntakeError
from recovery.law.periods import (
    Period,
    add_months,
    easter,
    eu_limit,
    is_weekend,
    next_working,
    nth_working,
    working_days_between,
)
from recovery.law.values import Addressee
from recovery.registry import adapter_of, countries


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [("30d", 30, "d"), ("20wd", 20, "wd"), ("2w", 2, "w"), ("1m", 1, "m"), ("1y", 1, "y"), (" 14D ", 14, "d")],
)
def test_a_period_is_a_number_and_a_unit(text, count, unit):
    period = Period.parse(text)
    assert (period.count, period.unit) == (count, unit)
    assert str(period) == text.strip().lower()


@pytest.mark.parametrize("text", ["", "30", "d", "0d", "00w", "-1d", "1.5m", "30 d", "1h", "12345d", "30d 1m"])
def test_anything_else_is_no_period(text):
    with pytest.raises(IntakeError, match="write it as 30d, 20wd, 2w, 1m or 1y") as caught:
        Period.parse(text)
    assert (caught.value.code, caught.value.field) == ("bad_period", "period")


EASTERS = [  # published tables of the Gregorian Easter
    (2019, D(2019, 4, 21)),
    (2024, D(2024, 3, 31)),
    (2025, D(2025, 4, 20)),
    (2026, D(2026, 4, 5)),
    (2038, D(2038, 4, 25)),  # the latest possible day
    (2285, D(2285, 3, 22)),  # the earliest possible day
]


@pytest.mark.parametrize(("year", "sunday"), EASTERS)
def test_easter(year, sunday):
    assert easter(year) == sunday


MONTHS = [  # art. 3(2)(c): the same date, else the last day of the month
    (D(2026, 2, 28), 1, D(2026, 3, 28), "same date, not the end of the month"),
    (D(2026, 1, 31), 1, D(2026, 2, 28), "month too short: its last day"),
    (D(2024, 1, 31), 1, D(2024, 2, 29), "leap year"),
    (D(2024, 2, 29), 12, D(2025, 2, 28), "no such day in the next year"),
    (D(2026, 11, 30), 3, D(2027, 2, 28), "over the turn of the year"),
    (D(2026, 12, 15), 1, D(2027, 1, 15), "December"),
    (D(2026, 3, 15), 0, D(2026, 3, 15), "no month"),
]


@pytest.mark.parametrize(("day", "count", "last", "why"), MONTHS)
def test_months(day, count, last, why):
    assert add_months(day, count) == last, why


@pytest.mark.parametrize(
    ("day", "weekend"), [(D(2026, 6, 5), False), (D(2026, 6, 6), True), (D(2026, 6, 7), True), (D(2026, 6, 8), False)]
)
def test_saturday_and_sunday_are_the_weekend(day, weekend):
    assert is_weekend(day) is weekend


def test_working_days_are_counted_after_the_event():
    friday = D(2026, 6, 5)
    assert next_working(friday, is_weekend) == friday
    assert next_working(D(2026, 6, 6), is_weekend) == D(2026, 6, 8)
    assert nth_working(friday, 1, is_weekend) == D(2026, 6, 8)
    assert nth_working(friday, 6, is_weekend) == D(2026, 6, 15)  # Mon 8 to Fri 12, Mon 15
    assert working_days_between(friday, D(2026, 6, 12), is_weekend, 10) == 5
    assert working_days_between(friday, D(2026, 6, 12), is_weekend, 2) == 2  # no further than enough
    assert working_days_between(friday, D(2026, 6, 7), is_weekend, 2) == 0


LIMITS = [
    # event          period  last day        steps  why
    (D(2026, 6, 5), "1d", D(2026, 6, 8), 2, "Fri + 1 = Sat, rolls to Mon; one day needs no two working days"),
    (D(2026, 6, 5), "2d", D(2026, 6, 9), 3, "Sun rolls to Mon, the only working day so far: Tue (art. 3(5))"),
    (D(2026, 6, 4), "2d", D(2026, 6, 8), 2, "Sat rolls to Mon; Fri and Mon are two working days"),
    (D(2026, 6, 1), "2d", D(2026, 6, 3), 1, "no shift"),
    (D(2026, 6, 5), "1wd", D(2026, 6, 8), 1, "the first working day after Friday"),
    (D(2026, 6, 5), "2wd", D(2026, 6, 9), 1, "Mon, Tue"),
    (D(2026, 7, 1), "2w", D(2026, 7, 15), 1, "the same weekday (art. 3(2)(c))"),
    (D(2026, 1, 31), "1m", D(2026, 3, 2), 2, "28 Feb is a Saturday: Mon (art. 3(4))"),
    (D(2026, 2, 28), "1m", D(2026, 3, 30), 2, "28 Mar is a Saturday: Mon"),
    (D(2024, 2, 29), "1y", D(2025, 2, 28), 1, "28 Feb 2025 is a Friday"),
    (D(2026, 3, 2), "30d", D(2026, 4, 1), 1, "29 days of March, then Wed 1 April"),
]


@pytest.mark.parametrize(("event", "period", "last", "steps", "why"), LIMITS)
def test_eu_limits_with_weekends_alone(event, period, last, steps, why):
    limit = eu_limit(event, Period.parse(period), is_weekend)
    assert (limit.last_day, len(limit.steps)) == (last, steps), why
    assert limit.as_dict() == {
        "date": last.isoformat(),
        "steps": list(limit.steps),
        "basis": "Reg. 1182/71 art. 3",
    }


def test_a_week_of_holidays_still_leaves_two_working_days():
    """Sat 6 to Thu 11 June at rest: Fri 12 is the first working day, Mon 15 the second (art. 3(5))."""
    rest = lambda day: is_weekend(day) or D(2026, 6, 6) <= day <= D(2026, 6, 11)  # noqa: E731
    limit = eu_limit(D(2026, 6, 5), Period.parse("1w"), rest)
    assert limit.last_day == D(2026, 6, 15)
    assert limit.steps[-1] == "fewer than two working days so far: 2026-06-15 (art. 3(5))"


WORKED = [  # the sheet's examples 1 to 4, with the holidays of the court's country (art. 2(1))
    ("AT", D(2026, 3, 2), "30d", D(2026, 4, 1), "order for payment served on a Monday"),
    ("NL", D(2026, 5, 15), "30d", D(2026, 6, 15), "Sun 14 June rolls"),
    ("BE", D(2026, 1, 31), "1m", D(2026, 3, 2), "Sat 28 February rolls"),
    ("BE", D(2026, 7, 1), "2w", D(2026, 7, 15), "two weeks"),
    ("BE", D(2026, 6, 21), "30d", D(2026, 7, 22), "21 July is Belgium's national day"),
    ("NL", D(2026, 6, 21), "30d", D(2026, 7, 21), "and a working day in the Netherlands"),
    ("IT", D(2026, 9, 3), "1m", D(2026, 10, 5), "Sat 3 October, Sun 4 October: Monday"),
]


@pytest.mark.parametrize(("court", "event", "period", "last", "why"), WORKED)
def test_the_holidays_are_those_of_the_courts_country(court, event, period, last, why):
    assert adapter_of(court).time_limit("eu", event, Period.parse(period)).last_day == last, why


def test_a_party_abroad_is_named_by_two_letters():
    args = {"country": "BE", "rule": "procedural", "start": "2026-11-30", "period": "1m", "act": "opposition"}
    assert run("deadline", args | {"addressee_country": "uk"})["date"] == "2027-01-15"
    with pytest.raises(IntakeError, match="two letters such as BE"):
        run("deadline", args | {"addressee_country": "France"})


@pytest.mark.parametrize("country", countries())
def test_where_no_rule_gives_a_party_abroad_more_time_the_answer_says_so(country):
    law, where = adapter_of(country), Addressee("US")
    for rule in ("eu", "civil", "procedural"):
        plain = law.time_limit(rule, D(2026, 3, 2), Period(30, "d"), "payment")
        abroad = law.time_limit_of(rule, D(2026, 3, 2), Period(30, "d"), "payment", None, where)
        assert (abroad.last_day, abroad.steps[1:]) == (plain.last_day, plain.steps)
        assert "no extra time" in abroad.steps[0]
