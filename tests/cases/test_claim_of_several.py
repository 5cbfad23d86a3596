"""A claim of several invoices: credit notes, what was paid and reminded before, one case, and no invoice twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recovery.audit.verify import verify
from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.errors import Faults, IntakeError
from recovery.filing.bundle import Paid, Reminded, Sheet
from recovery.filing.claims import Filing, file_claim
from recovery.filing.routing import route_case
from recovery.intake.invoice import Party
from recovery.money import Money
from recovery.store.database import unit_of_work
from tests.casework import FILED, do, invoice, seen

pytestmark = pytest.mark.usefixtures("installation")

EMAIL = "studio@voorbeeld.example"


def sheet(number, amount="500.00", **more):
    return Sheet(invoice(number=number, amount=amount, **more), f"<{number}/>".encode(), f"{number}.xml")


def note(number, amount, *references, issued=date(2026, 1, 20)):
    return sheet(number, amount, kind="credit_note", references=references, issued=issued, due=None)


def filing(*sheets, paid=(), reminded=(), member=EMAIL, **first):
    one = invoice(number="1", **first)
    return Filing(one, b"<one/>", "1.xml", FILED, member, "business", more=sheets, paid=paid, reminded=reminded)


def eur(text):
    return Money.parse(text, "EUR")


def faults(*sheets, **more):
    with pytest.raises(Faults) as error, unit_of_work() as session:
        file_claim(session, filing(*sheets, **more))
    return [(fault.code, fault.field) for fault in error.value.faults]


def cased(*sheets, **more):
    with unit_of_work() as session:
        case = file_claim(session, filing(*sheets, **more))
        return route_case(session, case.claim_id, FILED).reference


def test_three_invoices_and_a_credit_note_are_one_case_with_one_letter():
    name = cased(note("C", "200.00", "2"), sheet("2"), sheet("3", "250.50"))
    case = seen(name)
    assert [(one.number, one.amount_minor) for one in case.invoices] == [("1", 100000), ("2", 50000), ("3", 25050)]
    assert assess_case(case, FILED).principal == eur("1550.50")
    assert (case.principal_minor, case.principal_open_minor) == (175050, 155050)
    assert [(one.kind, one.amount_minor) for one in case.entries] == [
        ("principal", 100000),
        ("principal", 50000),
        ("principal", 25050),
        ("credit_note", -20000),
    ]
    assert sorted((one.kind, one.name) for one in case.papers) == [
        ("credit_note", "C.xml"),
        ("invoice", "1.xml"),
        ("invoice", "2.xml"),
        ("invoice", "3.xml"),
    ]
    do(name, "accept", date(2026, 3, 3))
    do(name, "credit_note", date(2026, 3, 3), "50.50", **{"for": "3"})
    assert assess_case(seen(name), date(2026, 3, 3)).principal == eur("1500.00")
    assert verify().as_dict()["findings"] == []


def test_what_was_paid_and_reminded_before_counts_as_the_law_says():
    paid = (Paid(date(2026, 2, 20), eur("400.00"), "1"), Paid(date(2026, 2, 16), eur("30.00")))
    name = cased(sheet("2"), paid=paid, reminded=(Reminded(date(2026, 2, 25), "email"),))
    case = seen(name)
    assert [(row.value_on, row.invoice, row.held_by) for row in case.payments] == [
        (date(2026, 2, 16), None, "member"),
        (date(2026, 2, 20), "1", "member"),
    ]
    assert [(one.kind, one.channel, one.on) for one in case.claim.events if one.by == "creditor"] == [
        ("reminder", "email", date(2026, 2, 25))
    ]
    owed = assess_case(case, FILED)
    assert [(one.on, one.amount.minor) for one in owed.paid] == [(date(2026, 2, 16), 3000), (date(2026, 2, 20), 40000)]
    assert not any(one.kind == "news" and one.payload["event"] == "payment" for one in case.effects)
    do(name, "accept", date(2026, 3, 3))
    do(name, "close", date(2026, 3, 4), reason="uncollectable")
    assert verify().as_dict()["findings"] == []


def test_papers_that_are_not_one_claim_are_told_apart():
    other = sheet("2")
    other = replace(other, invoice=replace(other.invoice, buyer=Party("Ander BV", "NL")))
    assert faults(other) == [("other_debtor", "file")]
    assert faults(sheet("2", currency="SEK")) == [("other_currency", "file")]
    strange = replace(sheet("2"), invoice=replace(sheet("2").invoice, seller=Party("Ander", "BE")))
    assert faults(strange) == [("other_creditor", "file")]
    assert faults(sheet(" 1")) == [("duplicate_invoice", "file")]
    assert faults(sheet("2", due=date(2026, 3, 2))) == [("not_due", "due")]


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (note("C", "10.00", "9"), "unknown_invoice"),
        (note("C", "10.00"), "unknown_invoice"),
        (note("C", "500.01", "2"), "more_than_invoiced"),
        (note("C", "10.00", "2", issued=date(2026, 3, 3)), "issued_in_future"),
    ],
)
def test_a_credit_note_must_fit_an_invoice(one, code):
    assert faults(sheet("2"), one) == [(code, "credits")]


def test_a_credit_note_without_a_name_is_for_the_only_invoice():
    case = seen(cased(note("C", "200.00")))
    assert [(one.invoice, one.amount) for one in case.credits] == [("1", "200.00")]
    assert faults(note("C", "1000.00")) == [("already_paid", "credits")]


@pytest.mark.parametrize(
    ("paid", "code"),
    [
        (Paid(date(2026, 3, 3), eur("1.00")), "future_day"),
        (Paid(date(2026, 1, 14), eur("1.00")), "bad_date"),
        (Paid(date(2026, 2, 1), eur("0.00")), "bad_amount"),
        (Paid(date(2026, 2, 1), eur("1.00"), "9"), "unknown_invoice"),
        (Paid(date(2026, 2, 1), eur("500.01"), "2"), "more_than_invoiced"),
        (Paid(date(2026, 2, 1), eur("1500.00")), "already_paid"),
    ],
)
def test_what_was_paid_must_fit_the_invoices(paid, code):
    assert faults(sheet("2"), paid=(paid,)) == [(code, "paid")]


def test_a_reminder_must_lie_between_invoice_and_today():
    assert faults(reminded=(Reminded(date(2026, 3, 3)),)) == [("future_day", "reminded")]
    assert faults(reminded=(Reminded(date(2026, 1, 14)),)) == [("bad_date", "reminded")]
    assert faults(reminded=(Reminded(date(2026, 2, 25), "pigeon"),)) == [("bad_choice", "reminded")]


def refused(one):
    with pytest.raises(IntakeError) as error, unit_of_work() as session:
        file_claim(session, one)
    return error.value


def test_each_invoice_is_claimed_once_in_whatever_claim():
    cased(sheet("2"), sheet("3"))
    again = Filing(invoice(number="3", amount="500.00"), b"x", "x.xml", FILED, EMAIL, "business")
    assert refused(again).code == "duplicate_claim"
    fresh = Filing(invoice(number="4", amount="500.00"), b"x", "x.xml", FILED, EMAIL, "business")
    with unit_of_work() as session:
        assert load(session, file_claim(session, fresh).claim_id).state == "filed"


def test_the_same_invoice_is_known_by_creditors_number_or_member_debtor_and_amount():
    with unit_of_work() as session:
        one = replace(invoice(number="7"), seller=Party("Studio", "BE", vat="BE0403170701"))
        file_claim(session, Filing(one, b"x", "x.xml", FILED, EMAIL, "business"))
    # The debtor with a number now, the creditor the same: another fingerprint, the same invoice.
    numbered = replace(one, buyer=replace(one.buyer, vat="NL004495445B01"))
    assert refused(Filing(numbered, b"y", "y.xml", FILED, EMAIL, "business")).code == "duplicate_claim"
    # The creditor's number left out: the same member, debtor and amount.
    bare = replace(numbered, seller=Party("Studio BV", "BE"))
    assert refused(Filing(bare, b"z", "z.xml", FILED, EMAIL, "business")).code == "duplicate_claim"
    # Another cooperative's member files it too: told before anything is stored, without a case of somebody else's.
    told = refused(Filing(numbered, b"y", "y.xml", FILED, "other@voorbeeld.example", "business"))
    assert told.code == "duplicate_elsewhere"
    assert "-2026-" not in told.message
    # A number that another creditor uses too is no duplicate.
    with unit_of_work() as session:
        free = replace(one, seller=Party("Anders", "BE", vat="BE0428759497"))
        assert file_claim(session, Filing(free, b"w", "w.xml", FILED, "other@voorbeeld.example", "business"))
