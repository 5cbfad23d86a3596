"""What must hold under every law, whatever the claim: searched by Hypothesis over all countries."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.law.allocation import PARTS, allocate
from recovery.law.index import index_of
from recovery.law.periods import Period
from recovery.law.replay import assess
from recovery.law.values import InterestTerms
from recovery.money import Money, round_half_up
from recovery.quote import assess_under
from recovery.registry import adapter_of, countries
from tests.law.claims import claim

FIRST, LAST = date(2016, 1, 1), date(2026, 12, 31)
COUNTRIES = st.sampled_from(countries())
KINDS = st.sampled_from(["business", "consumer", "public"])
AMOUNTS = st.integers(1, 3_000_000).map(lambda minor: str(Money(minor, "EUR")))
RATES = st.none() | st.decimals(0, 30, places=2).map(str)
PERIODS = st.sampled_from(["1d", "2d", "5d", "10d", "14d", "30d", "40d", "3wd", "20wd", "2w", "4w", "1m", "3m", "1y"])


def days(first=FIRST, last=LAST):
    return st.dates(first, last)


@st.composite
def claims(draw, payments=0):
    """Draw a claim under the law of one country, with reminders so that consumers are in default too."""
    country = draw(COUNTRIES)
    due = draw(days(last=date(2025, 12, 1)))
    paid = draw(st.lists(st.tuples(days(due, LAST), st.integers(1, 400_000)), max_size=payments))
    facts = claim(
        country,
        country,
        draw(KINDS),
        amount=draw(AMOUNTS),
        issued=(due - timedelta(days=20)).isoformat(),
        due=due.isoformat(),
        contract={"rate": draw(RATES)},
        payments=[{"on": on.isoformat(), "amount": str(Money(minor, "EUR")), "currency": "EUR"} for on, minor in paid],
        events=[
            {"kind": kind, "on": (due + timedelta(days=after)).isoformat(), "wording": "receipt_based"}
            for kind, after in (("reminder", 5), ("formal_notice", 40))
        ],
    )
    return country, facts, due


@given(claims(), st.integers(0, 3000), st.integers(1, 700))
def test_a_debt_never_shrinks_by_waiting(drawn, after, wait):
    country, facts, due = drawn
    one = min(due + timedelta(days=after), LAST)
    two = min(one + timedelta(days=wait), LAST)
    assert assess_under(country, facts, one).total <= assess_under(country, facts, two).total


@given(claims(), days(), days())
def test_splitting_a_period_changes_an_interest_line_by_at_most_one_cent(drawn, middle, end):
    """A payment of nothing but the costs cuts lines: each cut moves the sum by no more than one cent."""
    country, facts, due = drawn
    middle, end = sorted((max(middle, due), max(end, due)))
    law = adapter_of(country)
    whole = assess(law, facts, end)
    lines = whole.segments
    cut = [line for line in lines if line.first_day <= middle < line.last_day]
    for line in cut:
        exact = Fraction(line.base.minor) * Fraction(line.rate) / 100
        year = law.year_days
        before = (middle - line.first_day).days + 1
        parts = [round_half_up(*(exact * count / year).as_integer_ratio()) for count in (before, line.days - before)]
        assert abs(sum(parts) - line.amount.minor) <= 1
    assert sum(line.amount.minor for line in lines) == whole.accrued.minor


@given(claims(payments=4), days())
def test_no_payment_creates_or_loses_a_cent(drawn, end):
    country, facts, due = drawn
    end = max(end, due)
    owed = assess(adapter_of(country), facts, end)
    came_in = sum(payment.money.minor for payment in facts.payments if payment.on <= end)
    assert came_in == sum(one.amount.minor for one in owed.paid)
    for one in owed.paid:
        parts = one.to_costs.minor + one.to_interest.minor + one.to_principal.minor + one.left_over.minor
        assert parts == one.amount.minor
        assert min(one.to_costs.minor, one.to_interest.minor, one.to_principal.minor, one.left_over.minor) >= 0
    principal = sum(invoice.money.minor for invoice in facts.invoices)
    assert owed.principal.minor == principal - sum(one.to_principal.minor for one in owed.paid)
    assert owed.interest.minor == owed.accrued.minor - sum(one.to_interest.minor for one in owed.paid)
    assert owed.left_over.minor == sum(one.left_over.minor for one in owed.paid)


@given(claims(payments=4), days(), st.randoms(use_true_random=False))
def test_the_order_in_which_payments_are_told_does_not_matter(drawn, end, order):
    """A payment dated before one that is known already replays the whole ledger."""
    country, facts, due = drawn
    end = max(end, due)
    by_day = {payment.on: payment for payment in facts.payments}
    told = list(by_day.values())
    order.shuffle(told)
    law = adapter_of(country)
    one = assess(law, facts.model_copy(update={"payments": tuple(by_day.values())}), end)
    two = assess(law, facts.model_copy(update={"payments": tuple(told)}), end)
    assert (one.principal, one.interest, one.costs_open, one.left_over) == (
        two.principal,
        two.interest,
        two.costs_open,
        two.left_over,
    )


@given(st.dictionaries(st.sampled_from(PARTS), st.integers(0, 10**9)), st.integers(0, 10**9), COUNTRIES, KINDS)
def test_one_payment_is_spread_whole(owed, payment, country, kind):
    order, _ = adapter_of(country).allocation_order(claim(country, country, kind))
    spread = allocate(payment, owed, order)
    parts = (spread.to_costs, spread.to_interest, spread.to_principal, spread.to_penalty)
    assert sum(parts) + spread.left_over == payment
    for part, name in zip(parts, ("costs", "interest", "principal", "penalty"), strict=True):
        assert 0 <= part <= owed.get(name, 0)
    assert spread.left_over == 0 or parts == tuple(owed.get(name, 0) for name in PARTS)


@given(COUNTRIES, st.sampled_from(["commercial", "civil"]), days(date(2013, 1, 1)), days(date(2013, 1, 1)))
def test_the_index_is_the_sum_of_the_days_exactly(country, regime, one, two):
    law = adapter_of(country)
    parameter = law.law[f"interest.{regime}"]
    first, end = sorted((one, two))
    index = index_of(InterestTerms(regime, "", parameter), law.splits[regime], law.year_days)
    by_day, day = Fraction(0), first
    while day < end:
        by_day += Fraction(Decimal(parameter.on(day).value)) / 100 / law.year_days
        day += timedelta(days=1)
    grown = index.at(end.toordinal()) - index.at(first.toordinal())
    assert Fraction(grown, index.denominator) == by_day


@given(st.decimals(0, 40, places=4), days(date(2013, 1, 1)), days(date(2013, 1, 1)))
def test_the_actual_year_counts_a_day_of_a_leap_year_as_a_366th(rate, one, two):
    first, end = sorted((one, two))
    index = index_of(InterestTerms("contractual", "agreed", fixed=rate), ((1, 1), (7, 1)), "actual")
    by_day, day = Fraction(0), first
    while day < end:
        leap = (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
        by_day += Fraction(rate) / 100 / leap
        day += timedelta(days=1)
    grown = index.at(end.toordinal()) - index.at(first.toordinal())
    assert Fraction(grown, index.denominator) == by_day


@given(COUNTRIES, st.dates(date(2013, 1, 1), date(2030, 12, 31)), PERIODS)
def test_an_eu_deadline_is_a_working_day_and_grows_with_its_start(country, start, period):
    law, length = adapter_of(country), Period.parse(period)
    end = law.time_limit("eu", start, length).last_day
    assert end > start
    assert not law.is_eu_rest_day(end)
    assert law.time_limit("eu", start + timedelta(days=1), length).last_day >= end
    if length.unit not in ("d", "wd") or length.count >= 2:
        inside = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
        assert sum(not law.is_eu_rest_day(day) for day in inside) >= 2  # Reg. 1182/71 art. 3(5)


@given(
    COUNTRIES,
    st.dates(date(2013, 1, 1), date(2030, 12, 31)),
    PERIODS,
    st.sampled_from(["opposition", "appeal", "answer", "payment", "other"]),
)
def test_a_procedural_deadline_grows_with_its_start(country, start, period, act):
    law, length = adapter_of(country), Period.parse(period)
    end = law.time_limit("procedural", start, length, act).last_day
    assert end > start
    later = law.time_limit("procedural", start + timedelta(days=1), length, act).last_day
    # JC 50(2): a Belgian appeal or opposition that begins and ends in the vacation ends on 15 September, one that
    # begins there and ends after it does not: the law itself breaks the order.
    vacation = country == "BE" and act in ("appeal", "opposition") and 7 <= (start + timedelta(days=1)).month <= 8
    # L. 742/1969 art. 1: Italian months before August are lengthened by 31 days, those that begin in or after it are
    # months by the calendar, which may be shorter (31 January and 31 days; 31 August and six months).
    august = country == "IT" and length.unit in ("m", "y")
    assert later >= end or vacation or august
    short = country != "NL" or length.unit in ("d", "wd", "w", "m")
    if short and period != "1y":
        assert not law.is_court_rest_day(end)


@given(COUNTRIES, st.dates(date(2013, 1, 1), date(2030, 12, 31)), PERIODS)
def test_a_civil_deadline_grows_with_its_start(country, start, period):
    law, length = adapter_of(country), Period.parse(period)
    end = law.time_limit("civil", start, length).last_day
    assert end > start
    assert law.time_limit("civil", start + timedelta(days=1), length).last_day >= end


@pytest.mark.parametrize("country", countries())
def test_twenty_years_of_contract_interest_need_no_more_than_the_lines(country):
    facts = claim(country, country, issued="2004-01-01", due="2004-02-01", contract={"rate": "8", "date": "2013-06-01"})
    owed = assess(adapter_of(country), facts, date(2024, 2, 1))
    assert owed.interest.minor > 150_000
