"""What is measured: work as the installation does it, on cases that it filed itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from recovery.bank.entry import Entry as Line
from recovery.case.store import load
from recovery.filing.bulk import Terms, file_many
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.remittance import remit as remit_country
from recovery.letters.letter import Letter
from recovery.letters.render import render
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.rounds import delivery
from recovery.rounds import sweep as sweeping
from recovery.store.database import look, transact
from recovery.store.tables import Case, ClaimInvoice, Deadline, Entry, Outbox, Party, PaymentRow
from tests.casework import FILED, accepted, filed

T = TypeVar("T")
DUE = date(2026, 3, 4)
FAR = date(2027, 1, 1)
AT_ONCE = 5_000
# Open deadlines of one case.
A_CASE = 5
# Cases that bank lines are booked on; of so many lines one names its case.
PAID, ONE_IN = 200, 50


@dataclass
class Measured:
    """So many done, in so much time; `more` stands beside the fields that every measure has."""

    n: int
    seconds: float
    cpu_ms: float
    more: dict[str, Any] = field(default_factory=dict)


def measured(n: int, work: Callable[[], T]) -> tuple[T, Measured]:
    """Return what work gives, and what it took."""
    began, cpu = time.monotonic(), time.process_time()
    result = work()
    return result, Measured(n, time.monotonic() - began, (time.process_time() - cpu) * 1000)


def _accepted(n: int) -> list[str]:
    return [accepted(number=f"B{number}", debtor=("NL", "IT", "SE", "AT", "ES")[number % 5]) for number in range(n)]


def file(n: int, open_: int) -> Measured:
    """Claims filed, each in one transaction; then as many filed and routed from one CSV file (`bulk_…`)."""

    def work() -> None:
        for number in range(n):
            transact(lambda session, number=number: filed(session, number=f"F{number}"))

    work_first = transact(lambda session: filed(session, number="first"))  # what is loaded once is loaded
    assert work_first.claim_id
    result = measured(n, work)[1]
    answers, many = measured(n, lambda: list(file_many(_table(n), "bench.csv", Terms(FILED, debtor_kind="business"))))
    assert all("case" in one for one in answers), answers[:3]
    result.more = {
        "bulk_cpu_ms_each": round(many.cpu_ms / n, 4),
        "bulk_per_s": round(n / many.seconds, 1),
    }
    return result


def _table(n: int) -> bytes:
    """Return a CSV file of claims, each of a debtor of its own."""
    head = (
        "number,issued,due,currency,amount,seller_name,seller_country,seller_vat,seller_iban,buyer_name,buyer_country"
    )
    rows = [
        f"G{number},2026-01-15,2026-02-14,EUR,{100 + number}.50,Studio,BE,BE0403170701,BE68539007547034,"
        f"Debiteur {number},{('NL', 'IT', 'SE', 'AT', 'ES')[number % 5]}"
        for number in range(n)
    ]
    return "\n".join((head, *rows)).encode()


def sweep(n: int, open_: int) -> Measured:
    """Due steps worked, a letter composed with each, beside open deadlines that are not due."""
    _accepted(n)
    if open_:
        _open_deadlines(open_)
    due, found = measured(n, lambda: sweeping.due_deadlines(DUE))
    done, result = measured(n, lambda: sweeping.work(due, DUE))
    assert done.worked == len(due) == n, done.errors[:3]
    result.more = {
        "open": open_,
        "find_due_ms": round(found.cpu_ms, 2),
        "find_due_wall_ms": round(found.seconds * 1000, 2),
    }
    return result


def due(n: int, open_: int) -> Measured:
    """Finding what is due among what is open, the median of nine."""
    _accepted(n)
    if open_:
        _open_deadlines(open_)
    runs = sorted((measured(n, lambda: sweeping.due_deadlines(DUE))[1] for _ in range(9)), key=lambda one: one.seconds)
    result = runs[4]
    result.more = {"open": open_, "wall_ms": round(result.seconds * 1000, 2)}
    return result


def _open_deadlines(count: int) -> None:
    """Hang open deadlines on cases of their own, a few on each: a case that is worked reads all of its own."""
    _copies(max(count // A_CASE, 1), state="amicable")
    claims = look(lambda session: session.exec(select(Case.claim_id).where(col(Case.claim_id).like("copy-%"))).all())
    for rows in _hundreds(count):
        values = [
            {
                "claim_id": claims[number % len(claims)],
                "kind": "limitation",
                "due_on": FAR + timedelta(days=number % 700),
                "actor": "system",
                "basis": "a measure",
                "country": ("NL", "IT", "SE", "AT", "ES")[number % 5],
                "status": "open",
                "data": {},
            }
            for number in rows
        ]
        transact(lambda session, values=values: session.connection().execute(insert(Deadline), values))
    transact(lambda session: session.connection().execute(text("ANALYZE")))


def _hundreds(count: int) -> Iterator[range]:
    return (range(at, min(at + AT_ONCE, count)) for at in range(0, count, AT_ONCE))


def deliver(n: int, open_: int) -> Measured:
    """Letters rendered, kept and mailed, with the member's news and its notice."""
    _accepted(n)
    sweeping.work(sweeping.due_deadlines(DUE), DUE)
    ids = delivery.waiting_ids(100_000)
    _first_letter()
    done, result = measured(n, lambda: delivery.deliver(ids))
    assert (done.done, done.failed) == (len(ids), 0)
    return result


def _first_letter() -> None:
    render(
        Letter.from_dict(
            look(lambda session: session.exec(select(Outbox.payload).where(Outbox.kind == "letter")).first())
        )
    )


def pdf(n: int, open_: int) -> Measured:
    """Letters rendered."""
    _accepted(1)
    sweeping.work(sweeping.due_deadlines(DUE), DUE)
    payload = look(lambda session: session.exec(select(Outbox.payload).where(Outbox.kind == "letter")).one())
    letters = [Letter.from_dict({**payload, "reference": f"NL-2026-{number:06d}"}) for number in range(n)]
    render(letters[0])
    return measured(n, lambda: [render(letter) for letter in letters])[1]


def quote(n: int, open_: int) -> Measured:
    """What is owed reckoned, the claim read each time."""
    from recovery.law.claim import ClaimFacts
    from recovery.quote import assess_under

    _accepted(1)
    claim = look(lambda session: load(session, session.exec(select(Case.claim_id)).one(), lock=False).claim)
    written = claim.model_dump(mode="json")
    work = lambda: [assess_under("NL", ClaimFacts.model_validate(written), DUE) for _ in range(n)]  # noqa: E731
    return measured(n, work)[1]


def match(n: int, open_: int) -> Measured:
    """Lines of a statement taken in against open cases: one in fifty is booked, the others wait for a person."""
    names = _accepted(min(PAID, max(n // ONE_IN, 1)))
    _copies(open_, state="amicable")
    references = look(
        lambda session: dict(
            session.exec(select(Case.reference, Case.payment_reference).where(col(Case.reference).in_(names))).all()
        )
    )
    lines = [_line(number, references[names[number // ONE_IN % len(names)]]) for number in range(n)]
    taken, result = measured(n, lambda: take_lines(lines))
    assert (taken.new, taken.failed) == (n, 0), taken.errors[:3]
    again, second = measured(n, lambda: take_lines(lines))
    assert again.known == n
    result.more = {
        "open": open_,
        "seconds": round(result.seconds, 1),
        "booked": taken.matched,
        "again_s": round(second.seconds, 1),
    }
    return result


def _line(number: int, reference: str | None) -> Line:
    names = number % ONE_IN == 0
    return Line(
        account=adapter_of("NL").service["iban"],
        booked=DUE,
        value=DUE,
        amount=Money(100 * (1 + number % 900), "EUR"),
        credit=True,
        debtor_name=f"Payer {number}",
        debtor_iban=None,
        reference=reference if names else f"invoice {number}",
        text="",
        bank_id=f"M{number}",
    )


def _copies(count: int, **changes: Any) -> None:
    """Copy a case so many times, with what a payment is compared with and what is sent on."""

    def first(session: Session) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
        case = session.exec(select(Case).where(Case.debtor_country == "NL")).first()
        parties = session.exec(select(Party).where(Party.claim_id == case.claim_id)).all()
        invoice = session.exec(select(ClaimInvoice).where(ClaimInvoice.claim_id == case.claim_id)).first()
        return case.model_dump(), [one.model_dump() for one in parties], invoice.model_dump(exclude={"id"})

    case, parties, invoice = look(first)
    for rows in _hundreds(count):
        keys = [(f"copy-{number:08d}", number) for number in rows]
        cases = [
            {
                **case,
                "claim_id": key,
                "reference": f"NL-2025-{number:06d}",
                "payment_reference": f"88{number:010d}",
                **changes,
            }
            for key, number in keys
        ]
        people = [
            {**one, "claim_id": key, "name": f"{one['name']} {number}"} for key, number in keys for one in parties
        ]
        invoices = [{**invoice, "claim_id": key, "number": f"C{number}", "live": None} for key, number in keys]

        def write(session: Session, cases=cases, people=people, invoices=invoices) -> None:
            for table, values in ((Case, cases), (Party, people), (ClaimInvoice, invoices)):
                session.connection().execute(insert(table), values)

        transact(write)


def remit(n: int, open_: int) -> Measured:
    """What closed cases recovered sent on, all of it in one file; then once more, when nothing is left to send."""
    _accepted(1)
    _copies(n, state="closed", reason="paid", closed_on=DUE)
    entry = {
        "booked_on": DUE,
        "kind": "payment",
        "amount_minor": -10_000,
        "currency": "EUR",
        "basis": "",
        "label": "payment",
        "data": {},
    }
    payment = {
        "sequence": 1,
        "value_on": DUE,
        "booked_on": DUE,
        "amount_minor": 10_000,
        "currency": "EUR",
        "case_minor": 10_000,
        "source": "by hand: bench",
    }
    for rows in _hundreds(n):
        values = [{**entry, "claim_id": f"copy-{number:08d}"} for number in rows]
        transact(lambda session, values=values: session.connection().execute(insert(Entry), values))
        came = [{**payment, "claim_id": f"copy-{number:08d}"} for number in rows]
        transact(lambda session, came=came: session.connection().execute(insert(PaymentRow), came))
    transact(lambda session: session.connection().execute(text("ANALYZE")))
    sent, result = measured(n, lambda: transact(lambda session: remit_country(session, "NL", DUE)))
    assert sent["transfers"] == n, sent["problems"][:3]
    again, second = measured(n, lambda: transact(lambda session: remit_country(session, "NL", DUE)))
    assert again["transfers"] == 0
    result.more = {"seconds": round(result.seconds, 2), "again_s": round(second.seconds, 2)}
    return result


def read(n: int, open_: int) -> Measured:
    """Pages of plain PDFs read."""
    from bench import papers

    return papers.read(n)


def picture(n: int, open_: int) -> Measured:
    """Pictures of pages read; a few are enough."""
    from bench import papers

    return papers.picture(min(n, 6))
