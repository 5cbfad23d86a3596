"""Bank lines that two bring or decide on at the same instant on PostgreSQL: each counts once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.bank.found import Found
from recovery.desk.bank_entries import Share, assign, ignore, undo
from recovery.ledger.bank_lines import take_lines
from recovery.store.database import reading, transact
from recovery.store.tables import BankEntry
from tests.cases.test_bank_identity import DAY, line
from tests.casework import accepted, seen
from tests.together.at_once import at_once, refused

ROUNDS = 10


def recovered(name):
    return -sum(one.amount_minor for one in seen(name).entries if one.kind == "payment")


@pytest.mark.parametrize("referred", [True, False])
def test_two_files_of_two_kinds_tell_of_one_payment_once(on_postgresql, referred):
    name = accepted(amount="9000.00")
    reference = seen(name).payment_reference if referred else None
    for number in range(1, ROUNDS + 1):
        told = line(reference, f"l-{number}", amount=f"{number}.00")
        other = replace(told, bank_id=f"A{number}", own_id=True)
        at_once(
            lambda told=told: take_lines([told], Found("a", "csv")),
            lambda other=other: take_lines([other], Found("b", "camt.053")),
        )
        with reading() as session:
            assert len(session.exec(select(BankEntry)).all()) == number
        assert recovered(name) == (50 * number * (number + 1) if referred else 0)
    assert verify().findings == []


def _waiting(number):
    take_lines([line(None, f"E{number}", own=True, amount="300.00")])
    with reading() as session:
        return session.exec(select(BankEntry).where(BankEntry.bank_id == f"E{number}")).one().id


def _do(work, *arguments):
    return lambda: transact(lambda session: work(session, *arguments)) and None


def test_a_line_is_shared_out_once(on_postgresql):
    one, two = accepted(number="A", amount="9000.00"), accepted(number="B", amount="9000.00")
    came = 0
    for number in range(ROUNDS):
        waits = _waiting(number)
        shared = [Share(one, "200.00"), Share(two, "100.00")]
        outcomes = at_once(_do(assign, waits, shared, "ada"), _do(assign, waits, shared[::-1], "bo"))
        assert [error.code for error in refused(outcomes)] == ["not_found"]
        came += 1
        assert (recovered(one), recovered(two)) == (20_000 * came, 10_000 * came)
        outcomes = at_once(_do(undo, waits, DAY, "ada"), _do(undo, waits, DAY, "bo"))
        assert [error.code for error in refused(outcomes)] == ["not_found"]
        came -= 1
        outcomes = at_once(_do(assign, waits, [Share(one)], "ada"), _do(ignore, waits, "no case", "bo"))
        assert [error.code for error in refused(outcomes)] == ["not_found"]
        with reading() as session:
            booked = session.get(BankEntry, waits).status == "booked"
        transact(lambda session, waits=waits: undo(session, waits, DAY, "ada"))
        assert (recovered(one), recovered(two)) == (0, 0), booked
    assert verify().findings == []
