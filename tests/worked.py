"""A small installation that has lived: what audits, backups and restores are tried on."""

from __future__ import annotations

from datetime import UTC, date, datetime

from recovery.bank.entry import Entry
from recovery.case.papers import add_paper
from recovery.case.store import load
from recovery.desk.bank_entries import confirm
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.people.audit import note
from recovery.rounds import delivery, sweep
from recovery.store.database import unit_of_work
from tests.casework import accepted, booked, do, routed, seen


def line(name: str, number: int, amount: str, on: date, reference: bool = True) -> Entry:
    """Return a bank line that names a case, or nothing that is sure."""
    return Entry(
        account="NL91ABNA0417164300",
        bank_id=f"b{number}",
        booked=on,
        value=on,
        amount=Money.parse(amount, "EUR"),
        credit=True,
        debtor_name="Debiteur Voorbeeld",
        debtor_iban=None,
        text="",
        reference=seen(name).payment_reference if reference else None,
    )


def lived() -> dict[str, str]:
    """Make cases that were reminded, disputed, paid, planned, closed, sent on, opened again and moved."""
    names = {
        "reminded": accepted(number="1"),
        "paid": accepted(number="2", amount="300.00"),
        "planned": accepted(number="3"),
        "moved": accepted(number="4"),
        "new": routed(number="5"),
    }
    day = date(2026, 3, 3)
    sweep.work(sweep.due_deadlines(day), day)
    delivery.deliver(delivery.waiting_ids())
    do(names["reminded"], "record_advance", date(2026, 3, 5), amount="200.00")
    do(names["reminded"], "dispute", date(2026, 3, 9), note="half of it was not delivered", actor="debtor")
    do(names["reminded"], "resolve", date(2026, 3, 12), "100.00", note="reduced", **{"for": "creditor"})
    do(names["planned"], "plan", date(2026, 3, 10), count=2, first="2026-04-10")
    do(names["moved"], "reroute", date(2026, 3, 11), country="ES", address="Calle Nueva 5; 28001 Madrid")
    lines = (
        line(names["reminded"], 1, "150.00", date(2026, 3, 13)),
        line(names["paid"], 2, "600.00", date(2026, 3, 13)),
        line(names["planned"], 3, "111.00", date(2026, 3, 14), reference=False),
    )
    take_lines(lines)
    with unit_of_work() as session:
        confirm(session, 3, names["planned"], "anna")
        booked(session, names["reminded"], Money.parse("1000.00", "SEK"), date(2026, 3, 16), "by hand: anna")
        add_paper(load(session, names["moved"]), "evidence", "order.txt", b"ordered", "team", day)
        note(session, "anna", "case_opened", names["paid"], "the debtor calls", now=datetime(2026, 3, 16, tzinfo=UTC))
    with unit_of_work() as session:
        remit(session, "NL", date(2026, 4, 1))
    do(names["reminded"], "payment_returned", date(2026, 4, 2), "150.00")
    do(names["new"], "withdraw", date(2026, 4, 3), note="agreed")
    delivery.deliver(delivery.waiting_ids())
    return names
