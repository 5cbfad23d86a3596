"""Figures on both databases, beside sums reckoned by hand and from each case's own assessment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from recovery.case.record import assess_case
from recovery.figures.dashboard import choices, dashboard
from recovery.figures.rebuild import rebuild
from recovery.figures.values import Asked, Pace
from recovery.money import Money
from recovery.store.database import reading, unit_of_work
from recovery.store.figure_tables import Figure
from tests.casework import FILED, accepted, booked, do, routed, seen

AS_OF = date(2026, 11, 20)
MADE = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def pay(name, amount, on, currency="EUR"):
    with unit_of_work() as session:
        booked(session, name, Money.parse(amount, currency), on, "test")


def made(as_of=AS_OF):
    with unit_of_work() as session:
        rebuild(session, as_of, MADE)


def figures(**asked):
    with reading() as session:
        return dashboard(session, Asked(**asked))


def slices(found):
    return {one.name: (one.cases, str(one.amount)) for one in found}


@pytest.fixture
def cases(installation):
    """Four cases filed on 2 March 2026: one paid in part, one in kronor, one withdrawn, one not taken up."""
    part = accepted(number="A")
    pay(part, "400.00", date(2026, 3, 20))
    pay(part, "100.00", date(2026, 5, 1))
    swedish = accepted(number="B", creditor="SE", debtor="NL", amount="10000.00", currency="SEK")
    pay(swedish, "2000.00", date(2026, 6, 30), "SEK")
    gone = accepted(number="C", creditor="BE", debtor="IT", amount="500.00")
    do(gone, "withdraw", date(2026, 3, 12), note="the member asked for it")
    new = routed(number="D", amount="250.00")
    return part, swedish, gone, new


def test_nothing_is_shown_before_figures_are_made(local):
    assert figures() is None


def test_money_by_currency_and_in_euro(cases):
    made()
    shown = figures()
    assert (shown.cases, shown.open_cases, shown.without_rate) == (4, 3, 0)
    assert (shown.as_of, shown.made_at) == (AS_OF, MADE)
    euro, kronor = shown.by_currency
    assert (str(euro.asked), str(euro.received), str(kronor.asked), str(kronor.received)) == (
        "1750.00",
        "500.00",
        "10000.00",
        "2000.00",
    )
    owed = [assess_case(seen(name), AS_OF) for name in (cases[0], cases[3])]
    assert euro.principal.minor == sum(one.principal.minor for one in owed)
    assert euro.interest.minor == sum(one.interest.minor for one in owed)
    kronor_owed = assess_case(seen(cases[1]), AS_OF)
    assert (kronor.principal, kronor.interest) == (kronor_owed.principal, kronor_owed.interest)
    assert euro.share == Decimal("0.2857")  # 500 of 1,750


def test_exchange_effect_is_the_payment_at_two_days_rates(cases):
    made()
    shown = figures(currency="SEK")
    # ECB: 10.708 SEK for a euro on 2 March 2026, 11.0935 on 30 June 2026
    assert str(shown.exchange.at_filing) == "186.78"  # 2,000 / 10.708
    assert str(shown.exchange.at_payment) == "180.29"  # 2,000 / 11.0935
    assert str(shown.exchange.effect) == "-6.49"
    whole = figures()
    assert whole.exchange.effect == shown.exchange.effect  # money in euro has none
    assert str(whole.in_unit.asked) == "2683.88"  # 1,750 and 10,000 / 10.708


def test_states_reasons_and_ages(cases):
    made(date(2026, 4, 1))
    shown = figures(currency="EUR")
    assert {name: count for name, (count, _) in slices(shown.open_states).items()} == {
        "awaiting_acceptance": 1,
        "amicable": 1,
    }
    assert slices(shown.closed) == {"withdrawn": (1, "0.00")}
    # due on 14 February: 46 days old on 1 April
    found = slices(shown.ages)
    assert found["60"][0] == 2
    assert sum(count for count, _ in found.values()) == 2


def test_how_long_things_take(cases):
    made()
    action, payment, closure = figures().pace
    assert action == Pace("action", 3, Decimal("1.0"), "1")  # accepted the day after filing
    assert payment == Pace("payment", 2, Decimal("69.0"), "30")  # 18 and 120 days
    assert closure == Pace("closure", 1, Decimal("10.0"), "14")


def test_the_curve_shows_only_quarters_that_are_old_enough(cases):
    made()
    (cohort,) = figures(currency="EUR").cohorts
    assert (cohort.first, cohort.cases, str(cohort.asked)) == (date(2026, 1, 1), 3, "1750.00")
    # 400 within 30 days, 500 within 60; the quarter ends on 31 March, so 365 days are not over
    assert cohort.points == (Decimal("0.2286"), Decimal("0.2857"), Decimal("0.2857"), Decimal("0.2857"), None)
    made(date(2026, 5, 10))
    (cohort,) = figures(currency="EUR").cohorts
    assert cohort.points == (Decimal("0.2286"), None, None, None, None)


def test_what_is_asked_for_narrows_what_is_counted(cases):
    made()
    assert figures(country="IT").cases == 1
    assert figures(partner="SE").cases == 1
    assert figures(country="NL", partner="BE").cases == 2
    assert figures(first=date(2026, 3, 1), last=date(2026, 3, 31)).cases == 4
    assert figures(first=date(2026, 4, 1)).cases == 0
    assert figures(last=date(2026, 2, 1)).in_unit.share is None
    with reading() as session:
        assert choices(session) == (["BE", "SE"], ["EUR", "SEK"], [date(2026, 3, 1)])


def test_disputes_routes_and_late_deadlines(cases):
    from recovery.rounds import sweep

    part = cases[0]
    do(part, "dispute", date(2026, 6, 1), ground="defective")
    do(part, "resolve", date(2026, 6, 10), **{"for": "creditor"})
    do(part, "dispute", date(2026, 7, 1), ground="other")
    late = FILED + timedelta(days=12)  # the new case had to be taken up within 7 days
    sweep.work(sweep.due_deadlines(late, "NL"), late)
    made()
    shown = figures()
    assert {one.name: one.cases for one in shown.disputes} == {
        "dispute": 1,
        "record_opposition": 0,
        "resolve_for_creditor": 1,
        "resolve_for_debtor": 0,
    }
    assert {one.name: one.cases for one in shown.late}["accept"] == 1


def test_a_refund_is_no_recovery(installation):
    name = accepted(number="R")
    owed = assess_case(seen(name), date(2026, 3, 10)).total
    pay(name, str(owed + Money.parse("25.00", "EUR")), date(2026, 3, 10))
    made()
    shown = figures()
    assert shown.in_unit.received == owed
    assert slices(shown.closed) == {"paid": (1, str(owed))}
    assert shown.in_unit.outstanding.minor == 0


def test_making_them_again_replaces_them(cases):
    made()
    with reading() as session:
        first = session.connection().execute(select(func.count()).select_from(Figure)).scalar()
    made()
    with reading() as session:
        assert session.connection().execute(select(func.count()).select_from(Figure)).scalar() == first
    assert figures().cases == 4


def test_a_currency_without_a_rate_is_counted_apart(installation):
    accepted(number="X", amount="900.00", currency="RSD")
    made()
    shown = figures()
    assert (shown.cases, shown.without_rate, str(shown.in_unit.asked)) == (1, 1, "0.00")
    assert str(figures(currency="RSD").in_unit.asked) == "900.00"
