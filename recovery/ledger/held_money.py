"""Money that a person decides on before it moves: a transfer that came back, a payment of a debtor who was right."""

from __future__ import annotations

import re
from datetime import date

from sqlmodel import Session, select

from recovery.bank.entry import Entry as Line
from recovery.case.entries import post
from recovery.case.lifecycle import State
from recovery.case.order import Order, choice_in
from recovery.case.record import CaseRecord
from recovery.case.transition import add_task, ask_for_refund, finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger.places import unsent
from recovery.money import Money
from recovery.store.tables import BankEntry, Case, Deadline, FormerReference, Remittance

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
    return True


def _sent(case: CaseRecord, ident: str, amount: Money) -> Remittance | None:
    """Return the transfer of an end-to-end id that stands and is of an amount."""
    named = OWN.fullmatch(ident)
    rows = case.rows(Remittance)
    if named is None:
        return None
    ours = [row for row in rows if row.beneficiary == WHO[named[2]] and row.amount_minor > 0]
    meant = ours[int(named[3]) - 1 : int(named[3])] if named[3] else ours
    for row in meant:
        gone = any((one.message_id, one.beneficiary, -one.amount_minor) == _key(row) for one in rows)
        if not gone and (row.amount_minor, row.currency) == (amount.minor, amount.currency):
            return row
    return None


def _key(row: Remittance) -> tuple[str, str, int]:
    return row.message_id, row.beneficiary, row.amount_minor
