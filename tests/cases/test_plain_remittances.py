"""Plain cases are sent on by sets exactly as the record of each says, and the odd ones are left to their records."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import event as sql_event
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.case.store import load_many
from recovery.errors import RecoveryError
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.plain_remittances import plain_transfers
from recovery.ledger.remittance import LOOKED_AT, _sendable, _with_money, remit
from recovery.money import Money
from recovery.store.database import engine, reading, transact, unit_of_work
from recovery.store.tables import Party, Remittance
from tests.cases.test_bank_identity import line
from tests.casework import accepted, booked, do, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY, LAST = date(2026, 3, 5), date(2026, 3, 30)
# What may happen to a case, each by its name, on a day with an amount.
HAPPENS = {
    "by_hand": lambda name, on, amount: do(name, "record_payment", on, amount),
    "to_member": lambda name, on, amount: do(name, "record_payment", on, amount, to="member"),
    "by_bank": lambda name, on, amount: take_lines([line(name, f"{name}{on}", own=True, amount=amount, day=on)]),
    "advance": lambda name, on, amount: do(name, "record_advance", on, "50.00"),
    "credit": lambda name, on, amount: do(name, "credit_note", on, amount, note="sent back"),
    "in_kronor": lambda name, on, amount: do(name, "record_payment", on, amount, currency="SEK"),
    "moved": lambda name, on, amount: do(
        name, "reroute", on, country="ES", address="Calle Mayor 1; 28013 Madrid", note="moved"
    ),
    "returned": lambda name, on, amount: do(name, "payment_returned", on, amount),
    "no_account": lambda name, on, amount: without_account(name),
    "remit": lambda name, on, amount: transact(lambda session: remit(session, "NL", on)),
}


def without_account(name):
    with unit_of_work() as session:
        session.get(Party, (seen(name).claim_id, "creditor")).iban = None


def one_by_one(session, on):
    """Return what the record of each case says, plain ones and odd ones."""
    problems = []
    records = load_many(session, _with_money(session, "NL", on), LOOKED_AT)
    return {
        case.claim_id: [(who, told) for _, who, told in _sendable(session, case, "NL", on, False, problems)]
        for case in records
    }


class _TriedError(Exception):
    """Ends a transaction in which something was only tried."""


def compared(on):
    """Hold what sets say to what records say; return how many cases were plain and how many odd."""

    def tried(session):
        plain, odd = plain_transfers(session, _with_money(session, "NL", on), "NL", on)
        records = one_by_one(session, on)
        for claim_id, transfer in plain.items():
            assert records[claim_id] == [("creditor", transfer)]
        for claim_id, rows in records.items():
            assert not rows or claim_id in plain or claim_id in odd
        raise _TriedError(len(plain), len(odd))

    try:
        transact(tried)
    except _TriedError as told:
        return told.args


@pytest.mark.parametrize("seed", range(4))
def test_sets_say_what_records_say(seed):
    chance = random.Random(seed)
    names = [accepted(number=f"P{number}", amount="900.00") for number in range(6)]
    plain = 0
    for step in range(14):
        on = DAY + timedelta(days=step)
        what = chance.choice(["by_hand", "by_bank", *HAPPENS])
        with suppress(RecoveryError):  # a case may refuse it
            HAPPENS[what](chance.choice(names), on, f"{chance.randint(1, 200)}.00")
        plain += compared(on)[0]
    assert plain
    transact(lambda session: remit(session, "NL", LAST))
    assert verify().findings == []


ODD = ["advance", "in_kronor", "moved", "no_account"]


@pytest.mark.parametrize("what", ODD)
def test_what_is_not_plain_is_left_to_its_record(what):
    name = accepted(amount="900.00")
    do(name, "record_payment", DAY, "100.00")
    assert compared(LAST) == (1, 0)
    HAPPENS[what](name, DAY + timedelta(days=1), "100.00")
    assert compared(LAST) == (0, 1)


def test_many_cases_take_few_statements():
    names = [accepted(number=f"P{number}") for number in range(12)]
    with unit_of_work() as session:
        for name in names:
            booked(session, name, Money.parse("10.00", "EUR"), DAY, "by hand: ada")
    said = []
    listen = lambda *told: said.append(told[2])  # noqa: E731
    sql_event.listen(engine(), "before_cursor_execute", listen)
    done = transact(lambda session: remit(session, "NL", LAST))
    sql_event.remove(engine(), "before_cursor_execute", listen)
    assert done["transfers"] == 12
    assert len(said) < 60, len(said)
    with reading() as session:
        assert len(session.exec(select(Remittance)).all()) == 12
