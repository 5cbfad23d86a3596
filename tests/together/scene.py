"""A case with money on it, what people and the bank do to it, and what must be true whoever came first."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial
from itertools import pairwise

from sqlmodel import select

from recovery.bank.entry import Entry as Line
from recovery.case.entries import balances
from recovery.case.order import Order
from recovery.case.record import assess_case
from recovery.case.store import load
from recovery.desk.actions import act
from recovery.desk.bank_entries import confirm
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.rounds import sweep
from recovery.rounds.delivery import deliver, waiting_ids
from recovery.store.database import reading, transact, unit_of_work
from recovery.store.tables import BankEntry, Document, Outbox, Remittance
from tests.casework import accepted, booked

DAY = date(2026, 3, 16)
ACCOUNT = "NL91ABNA0417164300"
HUNDRED = Money(10_000, "EUR")


class Scene:
    """One case and a day on it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = accepted(number=f"2026-{number}", amount="9000.00")
        with reading() as session:
            case = load(session, self.name, lock=False)
            self.claim, self.reference = case.claim_id, case.payment_reference
        self.count = 0
        self.proposed()

    def proposed(self) -> None:
        """Let a bank entry wait for a person."""
        self.count += 1
        with unit_of_work() as session:
            entry = BankEntry(
                account=ACCOUNT,
                bank_id=f"P{self.number}-{self.count}",
                booked_on=DAY,
                value_on=DAY,
                amount_minor=HUNDRED.minor,
                currency="EUR",
                credit=True,
                status="proposed",
            )
            session.add(entry)
            session.flush()
            self.entry = entry.id

    def line(self) -> Line:
        """Return a line of a statement that names the case."""
        ident = f"I{self.number}-{self.count}"
        return Line(ACCOUNT, DAY, DAY, HUNDRED, True, None, None, self.reference, "", ident, own_id=True)


def _act(scene: Scene, action: str, amount: str | None = None, **data: object) -> object:
    order = Order(action, DAY, "team", "said", amount, data)
    return transact(lambda session: act(session, scene.claim, order).version)


def _sweep(scene: Scene) -> object:
    result = sweep.work(sweep.due_deadlines(DAY), DAY)
    assert result.failed == 0, result.errors
    return result


def _deliver(scene: Scene) -> object:
    result = deliver(waiting_ids())
    assert result.failed == 0
    return result


def _import(scene: Scene) -> object:
    result = take_lines([scene.line()])
    assert (result.failed, result.errors) == (0, [])
    return result


# What touches money or a letter; `LAST` ends or changes the case for good, so it needs one of its own each time.
DOINGS = {
    "book": lambda scene: transact(lambda session: booked(session, scene.claim, HUNDRED, DAY, "by hand").version),
    "confirm": lambda scene: transact(lambda session: confirm(session, scene.entry, scene.claim, "w").version),
    "waive": partial(_act, action="waive", amount="10.00"),
    "credit": partial(_act, action="credit_note", amount="10.00"),
    "advance": partial(_act, action="record_advance", amount="50.00"),
    "remit": lambda scene: transact(lambda session: remit(session, "NL", DAY)),
    "sweep": _sweep,
    "deliver": _deliver,
    "import": _import,
    "settle": partial(_act, action="offer_settlement", amount="5000.00", until="2026-04-30"),
    "close": partial(_act, action="close", reason="uncollectable"),
}
LAST = ("settle", "close")


def sound(scene: Scene) -> None:
    """Hold what must be true of a case whoever came first."""
    with reading() as session:
        case = load(session, scene.claim, lock=False)
        entries, events = load(session, scene.claim, lock=False).entries, load(session, scene.claim, lock=False).events
        kinds = Counter(event.kind for event in events)
        payments = [row for row in entries if row.kind == "payment"]
        sources = [row.data["source"] for row in payments if row.data["source"] != "by hand"]
        assert len(sources) == len(set(sources)), "a bank entry was booked twice"
        assert len(payments) == len(case.claim.payments) == kinds["payment"]
        waived = sum(one.money.minor for one in case.waivers)
        assert -sum(row.amount_minor for row in entries if row.kind == "waiver") == waived
        assert case.advanced_minor == 5_000 * kinds["advance"]
        booked = session.exec(select(BankEntry).where(BankEntry.claim_id == scene.claim, BankEntry.status == "booked"))
        assert len(booked.all()) == len(sources)
        sent = session.exec(select(Remittance).where(Remittance.claim_id == scene.claim)).all()
        assert sum(row.amount_minor for row in sent) <= HUNDRED.minor * len(payments), "more was sent on than came in"
        if case.state == "closed":
            assert balances(load(session, scene.claim, lock=False)) == {}
        else:
            owed = assess_case(case, case.settled_on)
            assert (
                balances(load(session, scene.claim, lock=False)).get("EUR", 0)
                == owed.total.minor - owed.left_over.minor
            )
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert all(later.previous_hash == event.hash for event, later in pairwise(events))
        letters = [row.kind for row in session.exec(select(Document).where(Document.claim_id == scene.claim))]
        assert all(count == 1 for kind, count in Counter(letters).items() if kind.startswith("letter:"))
        assert not session.exec(select(Outbox).where(Outbox.status == "failed")).all()
