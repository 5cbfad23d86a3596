"""Costs that the debtor owes with their ceiling for consumers, and the fees of the courts."""

from __future__ import annotations

from datetime import date as D

import pytest

from recovery.law.costs import capped
from recovery.law.debts import debts_of, was_open
from recovery.law.fees import bracket_fee, flat_fee
from recovery.law.parameters import Dated, Parameter
from recovery.law.values import Cost
from recovery.money import Money
from recovery.registry import adapter_of
from tests.law.claims import claim

# ---- was an invoice late?


def payments(*pairs):
    return [{"on": on, "amount": amount, "currency": "EUR"} for on, amount in pairs]


LATE = [
    # payments of an invoice of 1000.00, due on Mon 9 February 2026; open then
    ([], True),
    ([("2026-02-09", "1000.00")], False),  # on the last day
    ([("2026-01-20", "1000.00")], False),  # before
    ([("2026-02-10", "1000.00")], True),  # a day late
    ([("2026-02-09", "999.99")], True),  # a cent is missing
    ([("2026-01-20", "400.00"), ("2026-02-09", "600.00")], False),
    ([("2026-01-20", "400.00"), ("2026-02-10", "600.00")], True),
]


def were_late(told):
    law = adapter_of("BE")
    return [was_open(law, one.view, one.due) for one in debts_of(law, told).each]


@pytest.mark.parametrize(("paid", "late"), LATE)
def test_an_invoice_paid_in_time_was_never_late(paid, late):
    told = claim("BE", "BE", payments=payments(*paid))
    assert were_late(told) == [late]


def test_a_payment_covers_the_invoice_that_is_due_first():
    """500.00 by 9 February pays the first of two invoices; the second, due a month later, stays open."""
    invoices = [
        {"number": number, "amount": "500.00", "currency": "EUR", "issued": "2026-01-10", "due": due}
        for number, due in (("first", "2026-02-09"), ("second", "2026-03-09"))
    ]
    told = claim("BE", "BE", invoices=invoices, payments=payments(("2026-02-09", "500.00")))
    assert were_late(told) == [False, True]


# ---- the ceiling of the home law


def costs(*amounts):
    return [
        Cost("collection_costs", Money.parse(*amount.split()), D(2026, 3, 1), f"code {number}")
        for number, amount in enumerate(amounts)
    ]


CAPS = [
    # costs, what the home law gives, what is left
    (["150.00 EUR"], ["90.00 EUR"], ["90.00 EUR"]),
    (["90.00 EUR"], ["90.00 EUR"], ["90.00 EUR"]),
    (["90.00 EUR"], ["150.00 EUR"], ["90.00 EUR"]),  # the ceiling gives nothing that the law does not
    (["150.00 EUR"], [], []),
    (["40.00 EUR", "60.00 EUR"], ["50.00 EUR"], ["40.00 EUR", "10.00 EUR"]),  # line by line
    (["40.00 EUR", "60.00 EUR"], ["20.00 EUR", "20.00 EUR"], ["40.00 EUR"]),  # of the sum of the ceiling
    (["40.00 EUR"], ["450.00 SEK"], ["40.00 EUR"]),  # another currency: a person compares
    (["40.00 EUR", "180.00 SEK"], ["60.00 SEK", "50.00 EUR"], ["40.00 EUR", "60.00 SEK"]),
    ([], ["50.00 EUR"], []),
]


@pytest.mark.parametrize(("owed", "ceiling", "left"), CAPS)
def test_a_consumer_owes_no_more_than_the_home_law_gives(owed, ceiling, left):
    found = capped(costs(*owed), costs(*ceiling), "BE")
    assert [f"{cost.amount} {cost.amount.currency}" for cost in found] == left


def test_a_cut_cost_says_so():
    whole, cut = capped(costs("40.00 EUR", "60.00 EUR"), costs("50.00 EUR"), "BE")
    assert whole.basis == "code 0"
    assert cut.basis == "code 1; no more than the law of BE allows (Rome I art. 6(2), 9)"
    assert cut.as_dict() == {
        "kind": "collection_costs",
        "amount": "10.00",
        "currency": "EUR",
        "due_from": "2026-03-01",
        "basis": cut.basis,
        "invoice": None,
        "invoices": [],
    }


# ---- fees of the courts


def parameter(*rows):
    """Return a fee over time: rows of (first day, value, confidence); confirmed through 2026."""
    dated = tuple(Dated(value, day, confidence, "fees act 2") for day, value, confidence in rows)
    starts = tuple(day for day, _, _ in rows)
    return Parameter("XX", "fee.court", "Fee", "EUR", "fees act 2", "gazette", "known", D(2026, 12, 31), dated, starts)


FLAT = parameter((D(2020, 1, 1), "50.00", "confirmed"), (D(2025, 1, 1), "60.00", "uncertain"))
FLAT_FEES = [
    # day              fee      said
    (D(2020, 1, 1), "50.00", ()),
    (D(2024, 12, 31), "50.00", ()),
    (D(2025, 1, 1), "60.00", ("XX: fee.court is uncertain",)),
    (D(2026, 12, 31), "60.00", ("XX: fee.court is uncertain",)),
    (D(2027, 1, 1), None, ("XX: fee.court is confirmed only through 2026-12-31; asked for 2027-01-01",)),
    (D(2019, 12, 31), None, ("XX: fee.court is known only from 2020-01-01; asked for 2019-12-31",)),
]


@pytest.mark.parametrize(("day", "fee", "said"), FLAT_FEES)
def test_flat_fees(day, fee, said):
    found = flat_fee(FLAT, "EUR", day)
    assert found.amount == (Money.parse(fee, "EUR") if fee else None)
    assert (found.basis, found.warnings) == ("fees act 2", said)


ROWS = [[500, "20.00", "30.00"], [2500, "45.00", "60.00"]]
OPEN = parameter((D(2020, 1, 1), [*ROWS, [0, "90.00", "120.00"]], "known"))
ENDING = parameter((D(2020, 1, 1), ROWS, "uncertain"))
BRACKETS = [
    # table, value, column, fee, said
    (OPEN, "0.01 EUR", 1, "20.00", ()),
    (OPEN, "500.00 EUR", 1, "20.00", ()),  # a bound is inside its row
    (OPEN, "500.01 EUR", 1, "45.00", ()),
    (OPEN, "2500.00 EUR", 2, "60.00", ()),
    (OPEN, "2500.01 EUR", 1, "90.00", ()),  # 0 as bound: no bound
    (OPEN, "9999999.99 EUR", 2, "120.00", ()),
    (OPEN, "500.00 SEK", 1, None, ("XX: fee.court goes by the value in EUR",)),
    (ENDING, "2500.00 EUR", 1, "45.00", ("XX: fee.court is uncertain",)),
    (
        ENDING,
        "2500.01 EUR",
        1,
        None,
        ("XX: fee.court is uncertain", "XX: fee.court: no fee above the last bracket"),
    ),
]


@pytest.mark.parametrize(("table", "value", "column", "fee", "said"), BRACKETS)
def test_fees_by_the_value(table, value, column, fee, said):
    found = bracket_fee(table, "EUR", Money.parse(*value.split()), D(2026, 6, 1), column)
    assert found.amount == (Money.parse(fee, "EUR") if fee else None)
    assert (found.basis, found.warnings) == ("fees act 2", said)


def test_a_table_is_read_as_of_its_day():
    table = parameter((D(2020, 1, 1), [[0, "20.00"]], "known"), (D(2025, 1, 1), [[0, "25.00"]], "known"))
    fees = [bracket_fee(table, "EUR", Money(100, "EUR"), D(year, 6, 1)).amount for year in (2024, 2025, 2027)]
    assert fees == [Money(2000, "EUR"), Money(2500, "EUR"), None]
