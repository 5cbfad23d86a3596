"""Money of no case that goes out again: back to its payer or on to another service, and how that ends."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from sqlalchemy import text
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.bank.entry import Entry
from recovery.bank.status_report import Refusal
from recovery.desk.bank_entries import Payee, Share, assign, ignore, send_back, send_over, undo
from recovery.errors import CaseError, IntakeError
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.bank_list import PLACES, totals
from recovery.ledger.bank_orders import ORDER
from recovery.ledger.held_money import OWN, take_refused
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.store import database
from recovery.store.database import reading, transact
from recovery.store.tables import BankEntry, BankOrder, Posting
from tests.cases.test_bank_identity import ACCOUNT, line
from tests.casework import accepted, booked, deadlines, do, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY, SENT, LATER = date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 20)
SPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


@pytest.fixture(autouse=True)
def whole(installation):
    """After each history the record is whole, and every cent of a statement has one place."""
    yield
    assert verify().findings == []
    with reading() as session:
        for total in totals(session):
            assert sum(Decimal(total[place]) for place in set(PLACES.values())) == Decimal(total["statement"])


def entry(amount="300.00", bank_id="E", **more):
    """Return the number of a line that waits for a person."""
    take_lines([line(None, bank_id, own=True, amount=amount, **more)])
    with reading() as session:
        return session.exec(select(BankEntry.id).where(BankEntry.bank_id == bank_id)).one()


def status(number):
    with reading() as session:
        return session.get(BankEntry, number).status


def order(number):
    """Return what became of the newest order for a line."""
    with reading() as session:
        query = select(BankOrder).where(BankOrder.bank_entry_id == number).order_by(BankOrder.id.desc())
        return session.exec(query).first()


def decided(work, *arguments):
    return transact(lambda session: work(session, *arguments))


def refused(code, work, *arguments):
    with pytest.raises((CaseError, IntakeError)) as error:
        decided(work, *arguments)
    assert error.value.code == code


def sent(country="NL", on=SENT):
    return transact(lambda session: remit(session, country, on))


def paid(document):
    """Return each transfer of a payment file: end-to-end id, amount, name, account, text."""
    names = ("EndToEndId", "InstdAmt", "Cdtr/{}Nm", "IBAN", "Ustrd")
    rows = ElementTree.parse(document).iter(f"{SPACE}CdtTrfTxInf")
    return [tuple(row.findtext(f".//{SPACE}{name.format(SPACE)}") for name in names) for row in rows]


def balance(account):
    """Return what an account of the journal comes to, in minor units: what it got less what it gave."""
    with reading() as session:
        rows = session.exec(select(Posting)).all()
    got = sum(row.amount_minor for row in rows if row.debit_account == account)
    return got - sum(row.amount_minor for row in rows if row.credit_account == account)


def out(ident, amount="300.00", bank_id="OUT", credit=False, **more):
    """Tell by the bank's statement that a transfer left, or came back as a credit."""
    given = {"debtor_name": None, "debtor_iban": None, **more}
    return take_lines([line(ident, bank_id, own=True, amount=amount, day=LATER, credit=credit, **given)])


def test_money_goes_back_to_its_payer_and_has_left():
    waits = entry(text="no idea")
    made = decided(send_back, waits, "unknown payer", "ada", DAY)
    assert (status(waits), made.status, made.why) == ("sent_back", "waiting", "unknown payer; by ada")
    report = sent()
    assert (report["transfers"], report["totals"]) == (0, {}), "it is no remittance of a case"
    assert report["returns"] == [{"transfer": made.ident, "amount": "300.00", "currency": "EUR"}]
    assert paid(report["document"]) == [
        (made.ident, "300.00", "Debiteur BV", "NL20INGB0001234567", "returned: no idea")
    ]
    assert (balance("suspense"), balance(f"transit:{ACCOUNT}")) == (0, -30_000)
    assert sent()["document"] is None, "it is sent once"
    assert out(made.ident).outgoing == 1
    assert (order(waits).status, order(waits).ended_on) == ("left", LATER)
    assert (balance("suspense"), balance(f"transit:{ACCOUNT}"), balance(f"bank:{ACCOUNT}")) == (0, 0, 0)
    refused("not_allowed", undo, waits, LATER, "ada")


def test_a_file_that_the_bank_books_as_one_debit_ends_all_of_its_orders():
    one, two = entry(), entry("20.00", "F")
    for number in (one, two):
        decided(send_back, number, "", "ada", DAY)
    message = sent()["document"]
    assert message
    assert order(one).message_id == order(two).message_id
    out(f"batch {order(one).message_id}-1", "320.00")
    assert [order(number).status for number in (one, two)] == ["left", "left"]


def test_what_came_back_waits_for_a_person_and_goes_to_another_account():
    waits = entry()
    ident = decided(send_back, waits, "", "ada", DAY).ident
    sent()
    out(ident)
    assert out(ident, bank_id="BACK", credit=True, returned=True, return_reason="AC04").matched == 1
    assert (status(waits), order(waits).status) == ("unmatched", "came_back")
    assert (balance("suspense"), balance(f"transit:{ACCOUNT}")) == (-30_000, 0)
    back = sent(on=LATER)["rejected"]
    assert [(one["entry"], one["transfer"], one["why"], one["amount"]) for one in back] == [
        (waits, ident, "AC04", "300.00")
    ]
    decided(send_back, waits, "", "ada", LATER, Payee("BE68539007547034", "Other name"))
    report = sent(on=LATER)
    assert (report["rejected"], [row[2:4] for row in paid(report["document"])]) == (
        [],
        [("Other name", "BE68539007547034")],
    )
    assert order(waits).ident == f"NL-B{waits}-2"
    assert out(ident, bank_id="TWICE", credit=True, returned=True).unmatched == 1, "it came back already"


def test_what_the_bank_refuses_waits_again_and_is_refused_once():
    waits = entry()
    ident = decided(send_back, waits, "", "ada", DAY).ident
    sent()
    report = [Refusal(order(waits).message_id, ident, "AC01 wrong account")]
    assert decided(take_refused, report, LATER) == {"refused": 1, "known": 0, "unknown": 0}
    assert decided(take_refused, report, LATER) == {"refused": 0, "known": 1, "unknown": 0}
    assert (status(waits), balance("suspense")) == ("unmatched", -30_000)
    name = accepted()
    decided(assign, waits, [Share(name)], "ada")
    assert -sum(one.amount_minor for one in seen(name).entries if one.kind == "payment") == 30_000


def test_a_whole_file_that_is_refused_brings_its_orders_back_with_its_remittances():
    waits, name = entry(), accepted()
    with database.unit_of_work() as session:
        booked(session, name, Money.parse("100.00", "EUR"), DAY, "by hand: ada")
    decided(send_back, waits, "", "ada", DAY)
    assert sent()["transfers"] == 1
    whole_file = [Refusal(order(waits).message_id, None, "AM04")]
    assert decided(take_refused, whole_file, LATER) == {"refused": 2, "known": 0, "unknown": 0}
    assert {(one["case"], one["entry"], one["to"]) for one in sent(on=LATER)["rejected"]} == {
        (name, None, "creditor"),
        (None, waits, "payer"),
    }
    do(name, "decide_money", LATER, **{"for": "creditor"})
    assert [one["entry"] for one in sent(on=LATER)["rejected"]] == [waits]
    assert "decide_money" not in [one.kind for one in deadlines(name)]


def test_an_order_is_undone_until_the_bank_has_it():
    waits = entry()
    decided(send_back, waits, "", "ada", DAY)
    decided(undo, waits, DAY, "ada")
    assert (status(waits), order(waits).status, sent()["document"]) == ("unmatched", "withdrawn", None)
    decided(send_back, waits, "", "ada", date(2026, 3, 19))
    assert sent()["document"] is None, "ordered later"
    assert sent(on=LATER)["returns"][0]["transfer"] == f"NL-B{waits}-2"
    refused("not_allowed", undo, waits, LATER, "ada")


def test_money_meant_for_another_service_goes_there_and_is_booked_on_its_case():
    name = accepted(debtor="IT")
    waits = entry(text="factuur voor Italië")
    refused("not_allowed", send_over, waits, "NL", "", "ada", DAY)
    refused("country_not_served", send_over, waits, "XX", "", "ada", DAY)
    made = decided(send_over, waits, "it", f"names {name}", "ada", DAY)
    assert status(waits) == "to_partner"
    service = adapter_of("IT").service
    [row] = paid(sent()["document"])
    assert row[:2] == (made.ident, "300.00")
    assert row[3] == service["iban"].replace(" ", "")
    assert row[4] == "factuur voor Italie Debiteur BV"
    out(made.ident)
    came = Entry(
        str(service["iban"]), LATER, LATER, Money.parse("300.00", "EUR"), True, None, None, made.ident, row[4], "IT1"
    )
    assert take_lines([came]).unmatched == 1, "no transfer of the Italian account came back"
    with reading() as session:
        there = session.exec(select(BankEntry).where(BankEntry.bank_id == "IT1")).one()
    decided(assign, there.id, [Share(name)], "aldo")
    assert seen(name).payments[0].amount_minor == 30_000


WRONG = [
    ("missing", {"debtor_iban": None}, None),
    ("bad_iban", {}, Payee("NL20INGB0001234568")),
    ("not_allowed", {"credit": False}, None),
]


@pytest.mark.parametrize(("code", "more", "payee"), WRONG)
def test_what_cannot_go_back_is_refused(code, more, payee):
    waits = entry(**more)
    before = status(waits)
    refused(code if more.get("credit", True) else "not_found", send_back, waits, "", "ada", DAY, payee)
    assert (status(waits), order(waits)) == (before, None)


def test_a_line_of_an_account_of_nobody_stays():
    foreign = Entry("DE89370400440532013000", DAY, DAY, Money.parse("1.00", "EUR"), True, "X", ACCOUNT, None, "", "B1")
    take_lines([foreign])
    with reading() as session:
        number = session.exec(select(BankEntry.id)).one()
    refused("not_allowed", send_back, number, "", "ada", DAY)
    decided(ignore, number, "not ours", "ada")


def test_ids_of_transfers_are_told_apart():
    assert ORDER.fullmatch("NL-B12-1")
    assert not ORDER.search("NL-2026-000001-C1")
    assert not OWN.search("NL-B12-1")


def test_an_order_changed_by_hand_is_found(installation):
    waits = entry()
    decided(send_back, waits, "", "ada", DAY)
    sent()
    with database.unit_of_work() as session:
        session.connection().execute(text("UPDATE bank_order SET status = 'waiting'"))
    assert {one.what for one in verify().findings} >= {"status", "transfers"}
    with database.unit_of_work() as session:
        session.connection().execute(text("UPDATE bank_order SET status = 'sent'"))
