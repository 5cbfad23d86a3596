"""What a person decides on a bank line: shared over cases, sent back, left out, undone; and the sums stay true."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.case.entries import balances
from recovery.desk.bank_entries import Share, assign, confirm, ignore, send_back, share_of, undo
from recovery.errors import CaseError
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.bank_list import PLACES, totals
from recovery.ledger.remittance import remit
from recovery.store.database import reading, transact
from recovery.store.tables import BankEntry
from tests.cases.test_bank_identity import ACCOUNT, DAY, line
from tests.casework import accepted, deadlines, seen

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture(autouse=True)
def whole(installation):
    """After each history the record is whole, and every cent of the statement has one place."""
    yield
    assert verify().findings == []
    sums()


def sums():
    with reading() as session:
        found = totals(session)
        rows = session.exec(select(BankEntry).where(BankEntry.status != "told_apart")).all()
    [total] = found
    assert sum(Decimal(total[place]) for place in set(PLACES.values())) == Decimal(total["statement"])
    assert Decimal(total["statement"]) * 100 == sum(row.amount_minor * (1 if row.credit else -1) for row in rows)
    return total


def entry(**more):
    """Return the number of a line that waits for a person."""
    take_lines([line(None, "E", own=True, amount="300.00", **more)])
    return rows()[-1].id


def rows():
    with reading() as session:
        return session.exec(select(BankEntry).order_by(BankEntry.id)).all()


def decided(work, *arguments):
    return transact(lambda session: work(session, *arguments))


def recovered(name):
    return -sum(one.amount_minor for one in seen(name).entries if one.kind == "payment")


def refused(code, work, *arguments):
    with pytest.raises(CaseError) as error:
        decided(work, *arguments)
    assert error.value.code == code


def test_one_transfer_is_shared_over_cases_in_parts():
    one, two = accepted(number="A"), accepted(number="B")
    waits = entry()
    decided(assign, waits, [Share(one, "100.00")], "ada")
    assert (rows()[0].status, sums()["suspense"], sums()["booked"]) == ("partly", "200.00", "100.00")
    decided(assign, waits, [Share(two, "150.00"), Share(one)], "ada")
    assert (rows()[0].status, sums()["booked"]) == ("booked", "300.00")
    assert (recovered(one), recovered(two)) == (15_000, 15_000)
    refused("not_found", assign, waits, [Share(one, "1.00")], "ada")


SHARES = [
    (["A:200.00", "B:101.00"], "bad_amount"),
    (["A:0.00"], "bad_amount"),
    (["A", "B"], "bad_amount"),
    (["A:300.00", "B"], "bad_amount"),
    (["A:100.00", "A:100.00"], "bad_choice"),
    (["NL-2026-999999"], "case_not_found"),
    ([], "bad_choice"),
]


@pytest.mark.parametrize(("shares", "code"), SHARES)
def test_shares_that_do_not_fit_book_nothing(shares, code):
    names = {"A": accepted(number="A"), "B": accepted(number="B")}
    waits, given = entry(), []
    for text in shares:
        found = share_of(text)
        given.append(Share(names.get(found.case, found.case), found.amount))
    refused(code, assign, waits, given, "ada")
    assert [recovered(name) for name in names.values()] == [0, 0]
    assert rows()[0].status == "unmatched"


def test_what_was_decided_is_undone_and_decided_anew():
    one, two = accepted(number="A", amount="250.00"), accepted(number="B")
    waits = entry()
    decided(confirm, waits, one, "ada")
    assert seen(one).state == "closed"
    decided(undo, waits, DAY, "ada")
    assert (seen(one).state, recovered(one), rows()[0].status) == ("amicable", 0, "unmatched")
    assert balances(seen(one))["EUR"] > 25_000
    assert "refund" not in [one.kind for one in deadlines(one)]
    assert sums()["suspense"] == "300.00"
    decided(confirm, waits, two, "ada")
    assert (recovered(two), sums()["booked"]) == (30_000, "300.00")
    decided(undo, waits, DAY, "ada")
    for work, place, status in ((ignore, "ignored", "ignored"), (send_back, "outgoing", "sent_back")):
        if work is ignore:
            refused("missing", work, waits, " ", "ada")
        decided(work, waits, "a member's fee", "ada")
        assert (rows()[0].status, sums()[place], rows()[0].why) == (status, "300.00", "a member's fee; by ada")
        refused("not_found", confirm, waits, two, "ada")
        decided(undo, waits, DAY, "ada")
    refused("not_found", undo, waits, DAY, "ada")
    assert transact(lambda session: remit(session, "NL", DAY))["transfers"] == 0


def test_a_line_whose_case_nobody_knew_undoes_the_payment_of_the_case_that_a_person_names():
    name = accepted()
    waits = entry()
    decided(confirm, waits, name, "ada")
    take_lines([line(None, "R", own=True, amount="300.00", credit=False, returned=True)])
    back = rows()[-1]
    assert (back.status, back.claim_id) == ("taken_back", None)
    assert sums()["suspense"] == "-300.00"
    refused("bad_amount", assign, back.id, [Share(name, "200.00")], "ada")
    decided(assign, back.id, [Share(name)], "ada")
    assert (rows()[-1].status, recovered(name)) == ("returned", 0)
    assert (sums()["booked"], sums()["statement"]) == ("0.00", "0.00")
    refused("not_allowed", undo, waits, DAY, "ada")


def test_money_out_is_the_refund_that_its_debtor_waited_for():
    name = accepted(amount="200.00")
    decided(confirm, entry(), name, "ada")
    assert "refund" in [one.kind for one in deadlines(name)]
    due = next(one for one in seen(name).entries if one.kind == "refund_due").amount_minor
    amount = f"{due // 100}.{due % 100:02d}"
    take_lines([line(None, "O", own=True, amount=amount, credit=False), line(None, "O2", own=True, credit=False)])
    refused("not_found", assign, rows()[-1].id, [Share(name)], "ada")
    decided(assign, rows()[-2].id, [Share(name)], "ada")
    assert "refund" not in [one.kind for one in deadlines(name)]
    decided(ignore, rows()[-1].id, "rent", "ada")
    assert (sums()["ignored"], sums()["outgoing"]) == ("-100.00", f"-{amount}")


def test_a_line_that_a_person_ignores_ends_its_task():
    name = accepted()
    reference = seen(name).payment_reference
    take_lines([line(reference, "R", own=True, credit=False, reversal=True)])
    assert [one for one in deadlines(name) if one.data.get("taken_back")]
    decided(ignore, rows()[0].id, "of another creditor", "ada")
    assert not [one for one in deadlines(name) if one.data.get("taken_back")]
    decided(undo, rows()[0].id, None, "ada")
    assert (rows()[0].status, sums()["suspense"]) == ("taken_back", "-100.00")


def test_another_account_has_sums_of_its_own():
    entry()
    with reading() as session:
        assert totals(session, "BE68539007547034") == []
        assert [one["account"] for one in totals(session, ACCOUNT)] == [ACCOUNT]
