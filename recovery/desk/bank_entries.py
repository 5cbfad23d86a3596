"""Bank lines that a person decides on: assigned to cases, sent back, left out of account, and undone again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlmodel import Session, func, select

from recovery.case.entries import refund_open
from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.store import load, load_many, locked
from recovery.case.transition import finish, open_deadlines, record
from recovery.desk.taken_back import stand_again
from recovery.desk.views import today_of
from recovery.errors import CaseError
from recovery.ledger import bank_orders
from recovery.ledger.amounts import refund, remade_without, reverse_payment, take_back
from recovery.ledger.payments import book
from recovery.ledger.places import country_of
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.store.tables import BankEntry, BankOrder, PaymentRow

# What a person may still decide on; `partly` is assigned in part.
WAITING = ("proposed", "unmatched", "partly")


class Share(NamedTuple):
    """What of a line is for a case: an amount, or what is left of it (None)."""

    case: str
    amount: str | None = None


def share_of(text: str) -> Share:
    """Return a share that was written as REF or REF:AMOUNT."""
    name, _, amount = text.partition(":")
    return Share(name, amount or None)


def assign(session: Session, entry_id: int, shares: Sequence[Share], actor: str) -> list[CaseRecord]:
    """Say for which cases a line is.

    Money in is booked on them, what is left waits on. Money out is the refund that a case's debtor waits for, else it
    was taken back by the bank and undoes the payment of its amount.

    Raises:
        CaseError: there is no such line or case, it does not wait, or the shares are more than is left of it.
    """
    cases = _cases(session, shares)
    entry = _entry(session, entry_id)
    if not entry.credit:
        return [_out(entry, cases, shares, actor)]
    _refuse_unless(entry, WAITING)
    left = left_of(session, entry)
    for case, amount in zip(cases, _amounts(entry, shares, left), strict=True):
        book(case, amount, entry.value_on, f"bank:{entry.account}:{entry.bank_id}:{actor}", actor, entry)
        left -= amount
    entry.claim_id = cases[0].claim_id
    entry.status = "partly" if left else "booked"
    entry.why = f"{left} {left.currency} of it is still to be assigned; by {actor}" if left else f"confirmed by {actor}"
    return cases


def confirm(session: Session, entry_id: int, name: str, actor: str) -> CaseRecord:
    """Book what is left of a line on the case that a person names; one that another booked is refused.

    Raises:
        CaseError: there is no such entry, it does not wait for a person, or the case takes no payment.
    """
    return assign(session, entry_id, [Share(name)], actor)[0]


def _cases(session: Session, shares: Sequence[Share]) -> list[CaseRecord]:
    """Return the cases of shares, locked in one order whatever order they are named in.

    Raises:
        CaseError: a case is not there or named twice, or none is named.
    """
    named = [load(session, share.case, lock=False).claim_id for share in shares]
    if not named or len(set(named)) < len(named):
        raise CaseError("assign: name each case once, as REF or REF:AMOUNT", code="bad_choice", field="reference")
    held = {case.claim_id: case for case in load_many(session, named)}
    return [held[claim_id] for claim_id in named]


def _entry(session: Session, entry_id: int) -> BankEntry:
    """Return a line, locked after the cases that it moves.

    Raises:
        CaseError: there is none.
    """
    entry = session.exec(locked(select(BankEntry).where(BankEntry.id == entry_id))).first()
    if entry is None:
        raise CaseError(
            f"bank entry {entry_id}: there is none; `recovery bank list` shows them", code="not_found", field="entry"
        )
    return entry


def _refuse_unless(entry: BankEntry, statuses: Sequence[str]) -> None:
    if entry.status not in statuses:
        text = f"bank entry {entry.id}: not waiting for a person ({entry.status})"
        raise CaseError(text, code="not_found", field="entry")


def left_of(session: Session, entry: BankEntry) -> Money:
    """Return what of a line is not booked on any case."""
    query = select(func.sum(PaymentRow.amount_minor)).where(PaymentRow.bank_entry_id == entry.id)
    return Money(entry.amount_minor - int(session.exec(query).one() or 0), entry.currency)


def _amounts(entry: BankEntry, shares: Sequence[Share], left: Money) -> Iterator[Money]:
    """Yield the amount of each share; one without takes what the others leave.

    Raises:
        CaseError: an amount is not more than nought, they are more than is left, or several have none.
    """
    given = [Money.parse(share.amount, entry.currency) if share.amount else None for share in shares]
    stated = sum((amount.minor for amount in given if amount), 0)
    rest = Money(left.minor - stated, entry.currency)
    wrong = any(amount is not None and amount.minor <= 0 for amount in given)
    if wrong or given.count(None) > 1 or rest.minor < 0 or (None in given and not rest):
        text = f"bank entry {entry.id}: {left} {left.currency} can be shared out; the shares do not fit it"
        raise CaseError(text, code="bad_amount", field="amount")
    yield from (amount or rest for amount in given)


def _out(entry: BankEntry, cases: list[CaseRecord], shares: Sequence[Share], actor: str) -> CaseRecord:
    """Say what money out is for: a payment that the bank took back, or a refund to the debtor."""
    whole = Money(entry.amount_minor, entry.currency)
    if len(cases) > 1 or (shares[0].amount and Money.parse(shares[0].amount, entry.currency) != whole):
        text = f"bank entry {entry.id}: money out is of one case, with its whole amount"
        raise CaseError(text, code="bad_amount", field="amount")
    _refuse_unless(entry, ("taken_back", "outgoing", "unmatched"))
    [case], note = cases, f"bank entry {entry.id}"
    order = Order("assign", entry.booked_on, actor, note, str(whole), {"currency": entry.currency})
    if entry.status == "outgoing" and refund_open(case) >= whole.minor:
        refund(case, order)
        entry.why = f"refund to the debtor; by {actor}"
    else:
        reverse_payment(case, order)
        stand_again(case, order)
        _end_task(case, entry)
        entry.status, entry.why = "returned", f"the payment was undone; by {actor}"
    entry.claim_id = case.claim_id
    return case


def _end_task(case: CaseRecord, entry: BankEntry) -> None:
    for task in open_deadlines(case):
        if task.data.get("taken_back") == entry.id:
            finish(task)


def ignore(session: Session, entry_id: int, note: str, actor: str) -> BankEntry:
    """Leave a line out of account, for a reason.

    Raises:
        CaseError: there is no such line, it does not wait for a person, or no reason is given.
    """
    seen = session.get(BankEntry, entry_id)
    case = load(session, seen.claim_id) if seen and seen.status == "taken_back" and seen.claim_id else None
    entry = _entry(session, entry_id)
    _refuse_unless(entry, ("proposed", "unmatched", "outgoing", "taken_back"))
    if not note.strip():
        raise CaseError(f"bank entry {entry_id}: say why with --note", code="missing", field="note")
    if case:
        _end_task(case, entry)
    entry.status, entry.why = "ignored", f"{note.strip()}; by {actor}"
    return entry


class Payee(NamedTuple):
    """To whom money goes back, where the line does not tell it, or the one that it tells takes nothing."""

    iban: str | None = None
    name: str | None = None


def send_back(
    session: Session, entry_id: int, note: str, actor: str, on: date | None = None, payee: Payee | None = None
) -> BankOrder:
    """Order that money in goes back to who sent it, with the next remittance; without a day it is ordered today.

    Raises:
        CaseError: there is no such line, it does not wait for a person, or no account to pay to is known.
        IntakeError: the account cannot be paid to.
    """
    entry = _going_on(session, entry_id)
    why = f"{note.strip() or 'returned to the payer'}; by {actor}"
    iban, name = payee or Payee()
    made = bank_orders.order_return(session, entry, on or _today_at(entry), why, iban or None, name or None)
    entry.why = why
    return made


def send_over(
    session: Session, entry_id: int, country: str, note: str, actor: str, on: date | None = None
) -> BankOrder:
    """Order that money in goes on to the service of another country, for which it was meant, with the next remittance.

    Raises:
        CaseError: there is no such line, it does not wait for a person, or it lies with that service already.
        IntakeError: the country is not served.
    """
    entry = _going_on(session, entry_id)
    why = f"{note.strip() or f'for the service of {country.upper()}'}; by {actor}"
    made = bank_orders.order_to_partner(session, entry, country, on or _today_at(entry), why)
    entry.why, entry.claim_id = why, None
    return made


def _going_on(session: Session, entry_id: int) -> BankEntry:
    """Return a line whose money may be sent on."""
    entry = _entry(session, entry_id)
    _refuse_unless(entry, ("proposed", "unmatched"))
    if not entry.credit:
        raise CaseError(f"bank entry {entry_id}: money out cannot go back", code="not_allowed", field="entry")
    return entry


def _today_at(entry: BankEntry) -> date:
    """Return today where the service is on whose account a line lies."""
    country, now = country_of(entry.account), datetime.now(UTC)
    return adapter_of(country).today(now) if country else now.date()


def undo(session: Session, entry_id: int, on: date | None, actor: str) -> BankEntry:
    """Undo what was decided on a line: payments booked by it cover nothing any more, and it waits for a person again.

    Without a day it is done today, where each debtor is.

    Raises:
        CaseError: there is no such line, nothing was decided on it, the bank has taken a payment of it back, or has
            the transfer that was ordered for it.
    """
    cases = load_many(session, _booked_on(session, entry_id))
    entry = _entry(session, entry_id)
    _refuse_unless(entry, ("booked", "partly", "ignored", *bank_orders.STATUS.values()))
    if _booked_on(session, entry_id) != {case.claim_id for case in cases}:
        text = f"bank entry {entry_id}: somebody assigned it at this moment; look at it again"
        raise CaseError(text, code="not_allowed", field="entry")
    bank_orders.withdraw(session, entry, on or _today_at(entry), f"undone by {actor}")
    for case in cases:
        _undo_on(case, entry, Order("undo", on or today_of(case), actor, f"bank entry {entry_id}"))
    if entry.credit:
        entry.status, entry.claim_id = "unmatched", None
    else:
        entry.status = "taken_back" if entry.claim_id else "outgoing"
    entry.why = f"undone by {actor}"
    return entry


def _booked_on(session: Session, entry_id: int) -> set[str]:
    """Return the cases on which a line is booked."""
    return set(session.exec(select(PaymentRow.claim_id).where(PaymentRow.bank_entry_id == entry_id)))


def _undo_on(case: CaseRecord, entry: BankEntry, order: Order) -> None:
    """Take the payments of a line off a case, as if they had never been booked on it."""
    worth = Money.zero(case.currency)
    for one in [one for one in case.payments if one.bank_entry_id == entry.id]:
        if one.reversed_on:
            text = f"bank entry {entry.id}: its payment on {case.reference} was taken back already"
            raise CaseError(text, code="not_allowed", field="entry")
        amount = take_back(case, [one], order.on, "assigned by mistake")
        worth += amount if amount.currency == case.currency else Money.zero(case.currency)
        one.bank_entry_id = None
    record(case, "payment_returned", actor=order.actor, on=order.on, note=order.note, data={"amount": str(worth)})
    remade_without(case, worth, order.on, "was assigned by mistake")
    stand_again(case, order)
