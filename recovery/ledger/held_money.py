"""Money that a person decides on before it moves: a transfer that came back, a payment of a debtor who was right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from recovery.bank.entry import Entry as Line
from recovery.bank.status_report import Refusal
from recovery.case.entries import post
from recovery.case.lifecycle import State
from recovery.case.order import Order, choice_in
from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.case.transition import add_task, ask_for_refund, finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger import bank_orders
from recovery.ledger.places import unsent
from recovery.money import Money
from recovery.store.tables import BankEntry, Case, CaseEvent, Deadline, FormerReference, Remittance

# Our own transfers: the case's reference, who gets it, the how manieth.
OWN = re.compile(r"(?<![\w-])([A-Z]{2}-\d{4}-\d{6,})-([FC])(\d{0,4})(?![\w-])")
WHO = {"F": "fund", "C": "creditor"}


CAME_BACK = "a transfer of ours came back"


def own_transfer(line: Line) -> tuple[str, str] | None:
    """Return the case and the end-to-end id of a transfer of ours that a bank line names, None where it names none."""
    said = " ".join(filter(None, (line.reference, line.text, *line.mentions)))
    found = OWN.search(said)
    return (found[1], found[0]) if found else None


def claim_of(session: Session, reference: str) -> str | None:
    """Return the case of a reference, or of one that it had before."""
    found = session.exec(select(Case.claim_id).where(Case.reference == reference)).first()
    former = select(FormerReference.claim_id).where(FormerReference.reference == reference)
    return found or session.exec(former).first()


def take_back_line(case: CaseRecord, line: Line, entry: BankEntry) -> None:
    """Note that the transfer of a bank line came back; one that does not stand so is left for a person."""
    _, ident = own_transfer(line) or ("", "")
    if not take_back_transfer(case, ident, line.amount, line.booked, line.return_reason or "returned"):
        entry.status, entry.why = "unmatched", f"names {ident}, which is not out with this amount: a person decides"
        entry.claim_id = None


def held(case: CaseRecord) -> list[Deadline]:
    """Return the open questions where a case's money goes."""
    return [one for one in open_deadlines(case) if one.kind == "decide_money"]


def ask_where_to(case: CaseRecord, on: date, why: str, about: str) -> None:
    """Let a person decide before anything of a case is sent on."""
    add_task(case, "decide_money", on, data={"why": why, "stays": True}, about=about)


def debtor_was_right(case: CaseRecord, on: date) -> None:
    """Hold what a debtor had paid who turned out to be right."""
    paid = unsent(case, on)
    if paid > 0:
        amount = f"{Money(paid, case.currency)} {case.currency}"
        why = (
            f"the debtor was right and had paid {amount}: decide_money for the debtor returns it, for the creditor not"
        )
        ask_where_to(case, on, why, "dispute")


def decide_money(case: CaseRecord, order: Order) -> None:
    """Decide on money that is held: it goes on to the creditor, or back to the debtor who was right."""
    outcome, questions = choice_in(order, "for"), held(case)
    if outcome == "debtor":
        _to_debtor(case, order)
    for one in questions:
        finish(one)
    record(case, "decide_money", actor=order.actor, on=order.on, note=order.note, data={"for": outcome})


def _to_debtor(case: CaseRecord, order: Order) -> None:
    if case.state != State.CLOSED:
        raise CaseError(
            "decide_money: the case goes on, so the money is the creditor's; close or settle it first",
            code="not_allowed",
            field="for",
        )
    amount = Money(unsent(case, order.on), case.currency)
    post(case, "correction", -amount, order.on, "the debtor was right", "was never owed")
    post(case, "refund_due", amount, order.on, "the debtor was right", "to be returned to the debtor")
    ask_for_refund(case, order.on)


def take_back_transfer(case: CaseRecord, ident: str, amount: Money, on: date, why: str) -> bool:
    """Note that a transfer of ours came back or was refused; tell whether it stood until now.

    It counts as not sent, and goes again once a person has decided so: the account is the member's newest.
    """
    found = _sent(case, ident, amount)
    if found is None:
        return False
    _take_back(case, found, ident, on, why)
    return True


def take_refused(session: Session, refusals: Iterable[Refusal], on: date) -> dict[str, int]:
    """Note the transfers that a bank's status report refuses; return how many were, were known, and are not ours."""
    done = {"refused": 0, "known": 0, "unknown": 0}
    for one in refusals:
        rows, orders = _rows_of(session, one), bank_orders.take_refused(session, [one], on)
        done = {name: count + orders.get(name, 0) for name, count in done.items()}
        done["unknown"] += not (rows or any(orders.values()))
        for claim_id, row_id in rows:
            case = load(session, claim_id)
            row = next(found for found in case.rows(Remittance) if found.id == row_id)
            stands = not _gone(case, row)
            if stands:
                _take_back(case, row, one.end_to_end_id or ident_of(case, row), on, one.reason)
            done["refused" if stands else "known"] += 1
    return done


def _rows_of(session: Session, one: Refusal) -> list[tuple[str, int | None]]:
    """Return the transfers that a refusal is of, by case and number: one, or all of a file."""
    query = select(Remittance).where(Remittance.message_id == one.message_id, col(Remittance.amount_minor) > 0)
    query = query.where(col(Remittance.beneficiary).in_(WHO.values()))
    rows = list(session.exec(query.order_by(col(Remittance.claim_id), col(Remittance.id))))
    if one.end_to_end_id is None:
        return [(row.claim_id, row.id) for row in rows]
    named = OWN.fullmatch(one.end_to_end_id)
    claim = claim_of(session, named[1]) if named else None
    if named is None or claim is None:
        return []
    ours = select(Remittance).where(Remittance.claim_id == claim, Remittance.beneficiary == WHO[named[2]])
    sent = list(session.exec(ours.where(col(Remittance.amount_minor) > 0).order_by(col(Remittance.id))))
    meant = sent[int(named[3]) - 1 : int(named[3])] if named[3] else sent
    return [(row.claim_id, row.id) for row in meant if row.message_id == one.message_id][:1]


def ident_of(case: CaseRecord, row: Remittance) -> str:
    """Return the end-to-end id of a transfer by its place among those to the same beneficiary."""
    ours = [one for one in case.rows(Remittance) if one.beneficiary == row.beneficiary and one.amount_minor > 0]
    end = next(end for end, who in WHO.items() if who == row.beneficiary)
    return f"{case.reference or case.claim_id}-{end}{ours.index(row) + 1}"


def _take_back(case: CaseRecord, found: Remittance, ident: str, on: date, why: str) -> None:
    amount = Money(found.amount_minor, found.currency)
    back = Remittance(
        claim_id=case.claim_id,
        period=f"{on.year}-{on.month:02d}",
        beneficiary=found.beneficiary,
        amount_minor=-amount.minor,
        currency=amount.currency,
        message_id=found.message_id,
        remitted_on=on,
    )
    case.add(back)
    told = f"{amount} {amount.currency} sent as {ident} came back ({why}): correct the account, then decide_money"
    ask_where_to(case, on, told, "returned")
    data = {**amount.as_dict(), "transfer": ident, "why": why}
    record(case, "transfer_returned", actor="bank", on=on, note=why, data=data)


def _sent(case: CaseRecord, ident: str, amount: Money) -> Remittance | None:
    """Return the transfer of an end-to-end id that stands and is of an amount."""
    named = OWN.fullmatch(ident)
    rows = case.rows(Remittance)
    if named is None:
        return None
    ours = [row for row in rows if row.beneficiary == WHO[named[2]] and row.amount_minor > 0]
    meant = ours[int(named[3]) - 1 : int(named[3])] if named[3] else ours
    for row in meant:
        if not _gone(case, row) and (row.amount_minor, row.currency) == (amount.minor, amount.currency):
            return row
    return None


def _gone(case: CaseRecord, row: Remittance) -> bool:
    """Tell whether a transfer came back already: as many of its file, beneficiary and amount came back as went out."""
    rows = case.rows(Remittance)
    out = [one for one in rows if _key(one) == _key(row)]
    back = sum((one.message_id, one.beneficiary, -one.amount_minor) == _key(row) for one in rows)
    return back > out.index(row)


def rejected(session: Session, country: str) -> Iterator[dict[str, Any]]:
    """Yield the transfers of a country's account that came back or were refused, while a person has not decided."""
    negative = select(Remittance.claim_id).where(
        col(Remittance.message_id).startswith(f"{country}-"), col(Remittance.amount_minor) < 0
    )
    asked = select(Deadline.claim_id).where(
        Deadline.kind == "decide_money", Deadline.about == "returned", col(Deadline.status).in_(("open", "late"))
    )
    names = col(Case.claim_id).in_(negative), col(Case.claim_id).in_(asked)
    for found in session.exec(select(Case).where(*names).order_by(col(Case.reference))):
        case = load(session, found.claim_id, lock=False)
        decided = max((one.sequence for one in case.events if one.kind == "decide_money"), default=0)
        for event in case.events:
            if event.kind == "transfer_returned" and event.sequence > decided:
                yield _told_of(case, event)
    yield from bank_orders.rejected(session, country)


def _told_of(case: CaseRecord, event: CaseEvent) -> dict[str, Any]:
    ident = str(event.data["transfer"])
    named = OWN.fullmatch(ident)
    rows = [row for row in case.rows(Remittance) if row.amount_minor > 0 and named and row.beneficiary == WHO[named[2]]]
    at = int(named[3]) - 1 if named and named[3] else 0
    return {
        "entry": None,
        "case": case.reference,
        "transfer": ident,
        "to": WHO[named[2]] if named else None,
        "amount": event.data["amount"],
        "currency": event.data["currency"],
        "on": event.happened_on.isoformat(),
        "why": event.data["why"],
        "message": rows[at].message_id if at < len(rows) else None,
    }


def _key(row: Remittance) -> tuple[str, str, int]:
    return row.message_id, row.beneficiary, row.amount_minor
