"""Differences too small to go on for: let go as the partner sets it, by a line of the ledger that says so."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from recovery.audit.verify import verify
from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.errors import IntakeError
from recovery.ledger.tolerance import tolerance
from recovery.money import Money
from recovery.people.partners import set_tolerance, tolerance_of
from recovery.store.database import reading, unit_of_work
from tests.casework import accepted, booked, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY, NOW = date(2026, 3, 10), datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def whole(installation):
    """After each history the record is whole."""
    yield
    assert verify().findings == []


def pay(name, short):
    """Pay what is owed but so much."""
    with unit_of_work() as session:
        owed = assess_case(load(session, name), DAY).total
        booked(session, name, owed - Money.parse(short, "EUR"), DAY, "by hand: ada")


def set_to(amount, percent):
    with unit_of_work() as session:
        set_tolerance(session, "NL", amount, percent, "ada", NOW)


SHORT = [
    (None, "1.00", "closed", "the default"),
    (None, "1.01", "amicable", "more than the default"),
    (("25.00", "5"), "25.00", "closed", "a sum of its own"),
    (("25.00", "5"), "25.01", "amicable", "more than that"),
    (("25.00", "0.5"), "6.00", "amicable", "the lesser of the two counts"),
    (("0", "0.5"), "0.01", "amicable", "nothing is let go"),
]


@pytest.mark.parametrize(("setting", "short", "state", "why"), SHORT, ids=[row[3] for row in SHORT])
def test_a_small_difference_is_let_go_as_the_partner_sets_it(setting, short, state, why):
    if setting:
        set_to(*setting)
    name = accepted()
    pay(name, short)
    case = seen(name)
    assert case.state == state
    given = [one for one in case.entries if one.kind == "waiver"]
    assert [one.label for one in given] == (
        [f"all but {short} EUR was paid: too little to go on for"] if state == "closed" else []
    )


def test_it_is_the_lesser_of_a_sum_and_a_share():
    case = seen(accepted())
    found = [tolerance(case, Money.parse(asked, "EUR")) for asked in ("9000.00", "200.00", "100.00", "10.00", "0.00")]
    assert found == [100, 100, 50, 5, 0]
    assert tolerance(case, Money.parse("100000", "JPY")) == 1


WRONG = [("101", "0.5", "bad_amount"), ("-1", "0.5", "bad_amount"), ("1.00", "5.01", "bad_number")]


@pytest.mark.parametrize(("amount", "percent", "code"), [*WRONG, ("1.00", "", "bad_number"), ("x", "1", "bad_amount")])
def test_a_setting_that_goes_too_far_is_refused(amount, percent, code):
    with pytest.raises(IntakeError) as error:
        set_to(amount, percent)
    assert error.value.code == code
    with reading() as session:
        assert [str(one) for one in tolerance_of(session, "NL")] == ["1.00", "0.5"]
