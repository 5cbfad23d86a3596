"""Transfers that belong to no case: money that goes back to who sent it, or on to the service that it was meant for.

An order waits for the next remittance of the account on which the line lies, and ends when the bank tells of it: it has
left, it came back, or it was refused. What came back waits for a person again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, SQLModel, col, func, select

from recovery.bank.entry import Entry as Line
from recovery.bank.status_report import Refusal
from recovery.bank.transfer import Transfer, checked_iban
from recovery.case import journal
from recovery.case.store import locked
from recovery.errors import CaseError
from recovery.ledger.places import country_of
from recovery.money import Money
from recovery.postal import read_lines
from recovery.registry import adapter_of
from recovery.store.new_rows import new_row
from recovery.store.sealing import insert_sealed
from recovery.store.tables import BankEntry, BankOrder

# The end-to-end id of an order: the country whose account it leaves, the bank line, the how manieth order for it.
ORDER = re.compile(r"(?<![\w-])([A-Z]{2})-B(\d+)-(\d+)(?![\w-])")
# The message id of a payment file of ours, or of a block of it: banks book a file as one debit.
FILE = re.compile(r"(?<![\w-])([A-Z]{2}-\d{4}-\d{2}-\d{4,})(?:-\d{1,3})?(?![\w-])")
CAME_BACK = "a transfer back or to another service came back"
STANDS = ("sent", "left")
# What a line is while its money is on its way out, by kind of order.
STATUS = {"return": "sent_back", "partner": "to_partner"}


def order_return(
    session: Session, entry: BankEntry, on: date, why: str, iban: str | None = None, name: str | None = None
) -> BankOrder:
    """Order that a line's money goes back to who sent it, to the account that the line tells or the one given.

    Raises:
        CaseError: the line is of no account of ours, or there is no account to pay to.
        IntakeError: the account cannot be paid to.
    """
    to = iban or entry.debtor_iban
    if not to:
        text = f"bank entry {entry.id}: it does not tell whose account it came from; give one with --iban"
        raise CaseError(text, code="missing", field="payee")
    payee = name or entry.debtor_name or "unknown payer"
    said = " ".join(filter(None, ("returned:", entry.bank_reference, entry.text)))
    return _order(session, entry, "return", on, why, payee, checked_iban(to), said)


def order_to_partner(session: Session, entry: BankEntry, country: str, on: date, why: str) -> BankOrder:
    """Order that a line's money goes on to another country's service, with what the payer wrote.

    Raises:
        CaseError: the line is of no account of ours, or lies with that service already.
        IntakeError: the country is not served.
    """
    adapter = adapter_of(country)
    service = adapter.service
    if country_of(entry.account) == adapter.country:
        text = f"bank entry {entry.id}: it lies on the account of {adapter.country} already"
        raise CaseError(text, code="not_allowed", field="to_partner")
    said = " ".join(filter(None, (entry.bank_reference, entry.text, entry.debtor_name)))
    name, iban = str(service["account_holder"]), checked_iban(str(service["iban"]))
    return _order(session, entry, "partner", on, why, name, iban, said or "payment")


def _order(
    session: Session, entry: BankEntry, kind: str, on: date, why: str, name: str, iban: str, said: str
) -> BankOrder:
    country = country_of(entry.account)
    if country is None:
        text = f"bank entry {entry.id}: of an account that no recovery service has; its own bank sends it"
        raise CaseError(text, code="not_allowed", field="entry")
    before = session.exec(select(func.count()).where(BankOrder.bank_entry_id == entry.id)).one()
    made = new_row(
        BankOrder,
        ident=f"{country}-B{entry.id}-{before + 1}",
        bank_entry_id=entry.id,
        kind=kind,
        country=country,
        account=entry.account,
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        name=name,
        iban=iban,
        text=said[:140],
        status="waiting",
        ordered_on=on,
        why=why,
    )
    session.add(made)
    entry.status = STATUS[kind]
    return made


def withdraw(session: Session, entry: BankEntry, on: date, why: str) -> None:
    """Take back what was ordered for a line, while it has not gone to the bank.

    Raises:
        CaseError: the bank has it already.
    """
    for one in session.exec(locked(select(BankOrder).where(BankOrder.bank_entry_id == entry.id))):
        if one.status in STANDS:
            text = f"bank entry {entry.id}: its transfer {one.ident} is with the bank already ({one.message_id})"
            raise CaseError(text, code="not_allowed", field="entry")
        if one.status == "waiting":
            one.status, one.ended_on, one.why = "withdrawn", on, why


def waiting(session: Session, country: str, as_of: date) -> list[BankOrder]:
    """Return the orders that the next payment file of a country takes along, locked."""
    query = select(BankOrder).where(BankOrder.country == country, BankOrder.status == "waiting")
    query = query.where(col(BankOrder.ordered_on) <= as_of).order_by(col(BankOrder.id))
    return list(session.exec(locked(query)))


def transfer_of(one: BankOrder) -> Transfer:
    """Return an order as a transfer."""
    address = None
    if one.kind == "partner":
        owner = country_of(one.iban)
        address = read_lines(adapter_of(owner).service["address"], owner) if owner else None
    return Transfer(one.ident, one.name, one.iban, Money(one.amount_minor, one.currency), one.text, address)


def send(session: Session, orders: Sequence[BankOrder], message_id: str, as_of: date) -> None:
    """Note that orders went to the bank in a file."""
    for one in orders:
        one.status, one.message_id, one.sent_on = "sent", message_id, as_of
    _post(session, orders, as_of)


def _post(session: Session, orders: Iterable[BankOrder], on: date, sign: int = 1) -> None:
    table = SQLModel.metadata.tables["posting"]
    insert_sealed(session, table, [row for one in orders for row in posted(one, on, sign)])


def posted(one: BankOrder, on: date, sign: int) -> list[dict[str, Any]]:
    """Return what an order that goes out (1) or came back (-1) moves: out of suspense, into what is on its way."""
    amount = Money(sign * one.amount_minor, one.currency)
    move = journal.Move(journal.SUSPENSE, f"transit:{one.account}", amount, on, "sent_back", f"order:{one.ident}")
    return journal.rows_of([move], None, one.country)


def take_refused(session: Session, refusals: Iterable[Refusal], on: date) -> dict[str, int]:
    """Note the orders that a bank's status report refuses; return how many were, and how many it was known of."""
    done = {"refused": 0, "known": 0}
    for one in refusals:
        for order in _refused(session, one):
            stood = order.status in STANDS
            if stood:
                _came_back(session, order, on, f"refused ({one.reason})")
            done["refused" if stood else "known"] += 1
    return done


def _refused(session: Session, one: Refusal) -> Sequence[BankOrder]:
    query = select(BankOrder).where(BankOrder.message_id == one.message_id)
    if one.end_to_end_id is not None:
        query = query.where(BankOrder.ident == one.end_to_end_id)
    return session.exec(locked(query.order_by(col(BankOrder.id)))).all()


def _came_back(session: Session, order: BankOrder, on: date, why: str) -> None:
    """Let a person decide anew on a line whose money is here again."""
    _post(session, [order], on, -1)
    order.status, order.ended_on, order.why = "came_back", on, why
    entry = session.exec(locked(select(BankEntry).where(BankEntry.id == order.bank_entry_id))).one()
    entry.status, entry.claim_id = "unmatched", None
    entry.why = f"its transfer {order.ident} came back, {why}: send it to another account, or assign it"


def named_in(line: Line) -> str | None:
    """Return the end-to-end id of an order that a line of the same account names, None where it names none."""
    found = ORDER.search(_said(line))
    return found[0] if found and country_of(line.account) == found[1] else None


def _said(line: Line) -> str:
    return " ".join(filter(None, (line.reference, line.text, *line.mentions)))


def is_out(session: Session, ident: str, amount: Money) -> bool:
    """Tell whether an order of an end-to-end id and an amount stands."""
    one = session.exec(select(BankOrder).where(BankOrder.ident == ident)).first()
    return one is not None and one.status in STANDS and Money(one.amount_minor, one.currency) == amount


def take_lines(session: Session, lines: Iterable[Line]) -> None:
    """End the orders that new lines of the bank tell of: they left, by themselves or with their file, or came back."""
    for line in lines:
        ident = named_in(line)
        if line.credit:
            if ident:
                _returned(session, ident, line)
            continue
        for one in _left(session, line, ident):
            one.status, one.ended_on = "left", line.booked


def _returned(session: Session, ident: str, line: Line) -> None:
    """Note that a line returns an order; one that no order stands for any more is left for a person."""
    found = [one for one in _sent(session, BankOrder.ident == ident) if one.amount_minor == line.amount.minor]
    for one in found:
        _came_back(session, one, line.booked, line.return_reason or "returned")
    if not found:
        its = select(BankEntry).where(BankEntry.account == line.account, BankEntry.bank_id == line.bank_id)
        for entry in session.exec(its.where(BankEntry.status == "returned")):
            entry.status, entry.why = "unmatched", f"names {ident}, which came back already: a person decides"


def _left(session: Session, line: Line, ident: str | None) -> Iterator[BankOrder]:
    if ident:
        yield from (one for one in _sent(session, BankOrder.ident == ident) if one.amount_minor == line.amount.minor)
        return
    found = FILE.search(_said(line))
    if found and country_of(line.account) == found[1][:2]:
        yield from _sent(session, BankOrder.message_id == found[1])


def _sent(session: Session, which: Any) -> Sequence[BankOrder]:
    return session.exec(locked(select(BankOrder).where(which, col(BankOrder.status).in_(STANDS)))).all()


def rejected(session: Session, country: str) -> Iterator[dict[str, Any]]:
    """Yield the orders of a country that came back and wait for a person."""
    query = select(BankOrder, BankEntry).join(BankEntry, col(BankEntry.id) == col(BankOrder.bank_entry_id))
    query = query.where(BankOrder.country == country, BankOrder.status == "came_back", BankEntry.status == "unmatched")
    for order, entry in session.exec(query.order_by(col(BankOrder.id))):
        yield {
            "entry": entry.id,
            "case": None,
            "transfer": order.ident,
            "to": "payer" if order.kind == "return" else "partner",
            **Money(order.amount_minor, order.currency).as_dict(),
            "on": order.ended_on.isoformat() if order.ended_on else None,
            "why": order.why,
            "message": order.message_id,
        }


def orders_of(session: Session) -> dict[int | None, BankOrder]:
    """Return the newest order of each line that has one."""
    return {one.bank_entry_id: one for one in session.exec(select(BankOrder).order_by(col(BankOrder.id)))}
