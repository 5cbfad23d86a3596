"""Whether an invoice can be claimed: every reason at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recovery.intake.checks import faults_of_claim
from recovery.intake.reader import read_invoice_file
from recovery.money import Money
from tests.intake.documents import DEMO, MAPS, SAMPLES

AS_OF = date(2026, 11, 24)
GOOD = read_invoice_file(DEMO / "nl.xml", MAPS)


def _codes(invoice, as_of=AS_OF):
    return [fault.code for fault in faults_of_claim(invoice, as_of)]


@pytest.mark.parametrize("name", sorted(path.stem for path in DEMO.glob("*.xml")))
def test_own_invoices_can_be_claimed(name):
    assert _codes(read_invoice_file(DEMO / f"{name}.xml", MAPS)) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"kind": "credit_note"}, "credit_note", "kind"),
        ({"payable": Money(-1, "EUR")}, "bad_amount", "payable"),
        ({"payable": Money(0, "EUR"), "total": Money(0, "EUR")}, "bad_amount", "payable"),
        ({"payable": Money(0, "EUR"), "prepaid": Money(242000, "EUR")}, "already_paid", "payable"),
        ({"due": date(2025, 12, 31)}, "due_before_issue", "due"),
        ({"due": date(2026, 11, 24)}, "not_due", "due"),
        ({"due": None, "term_days": 400}, "not_due", "due"),
        ({"issued": date(2026, 11, 25), "due": None}, "issued_in_future", "issued"),
        ({"currency": "XXY"}, "unknown_currency", "currency"),
        ({"buyer": replace(GOOD.buyer, country=None)}, "unknown_country", "buyer.country"),
        ({"buyer": replace(GOOD.buyer, name="")}, "missing", "buyer.name"),
        ({"seller": replace(GOOD.seller, name="")}, "missing", "seller.name"),
    ],
)
def test_each_reason(changes, code, field):
    (fault,) = faults_of_claim(replace(GOOD, **changes), AS_OF)
    assert (fault.code, fault.field) == (code, field)
    assert "\n" not in fault.message
    assert fault.message.startswith(f"invoice {GOOD.number}: ")


def test_due_the_day_before_can_be_claimed():
    assert _codes(GOOD, date(2026, 2, 15)) == []
    assert _codes(GOOD, date(2026, 2, 14)) == ["not_due"]


def test_all_reasons_at_once():
    note = read_invoice_file(SAMPLES / "ubl/en16931-creditnote1.xml", MAPS)
    bad = replace(
        note,
        issued=date(2027, 1, 1),
        due=date(2026, 1, 1),
        buyer=replace(note.buyer, name="", country=None),
        payable=Money(0, "EUR"),
        prepaid=note.total,
    )
    assert _codes(bad) == [
        "credit_note", "already_paid", "issued_in_future", "due_before_issue", "missing", "unknown_country",
    ]  # fmt: skip
