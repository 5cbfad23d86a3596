"""Recovered money sent on: to the guarantee fund up to what it advanced, less the service's fee, to the creditor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import func, or_
from sqlalchemy import select as plain_select
from sqlmodel import Session, SQLModel, col, select

from recovery.bank.transfer import Transfer, checked_iban, payment_file
from recovery.case import journal
from recovery.case.journal import TEAM
from recovery.case.record import CaseRecord
from recovery.case.store import load_many
from recovery.case.transition import add_task, finish, open_deadlines, record
from recovery.errors import CaseError, IntakeError, known
from recovery.ledger import bank_orders, fees
from recovery.ledger.fee_table import has_table
from recovery.ledger.held_money import rejected
from recovery.ledger.places import left_at
from recovery.ledger.plain_remittances import plain_transfers
from recovery.money import Money
from recovery.postal import read_lines
from recovery.registry import adapter_of
from recovery.store import documents
from recovery.store.database import is_passing, no_collection
from recovery.store.sealing import insert_sealed
from recovery.store.series import next_number
from recovery.store.tables import (
    BankEntry,
    Case,
    CaseEvent,
    Deadline,
    Entry,
    FormerReference,
    Member,
    Party,
    PaymentRow,
    Remittance,
)

# What sending on looks at of a case.
LOOKED_AT = (Party, PaymentRow, FormerReference, Entry, Remittance, Deadline)
NO_ACCOUNT = "money came in for you: give the account (IBAN) that it is to go to"
# Who gets a transfer, as its end-to-end id ends.
ENDS = {"fund": "F", "creditor": "C"}


class Kept(NamedTuple):
    """What the service keeps: it stays on its account."""

    amount: Money


def period_of(day: date) -> str:
    """Return the period a day belongs to: its month."""
    return f"{day.year}-{day.month:02d}"


def remit(session: Session, country: str, as_of: date) -> dict[str, object]:
    """Make the transfers of a collecting country's account; what was sent already is not sent again.

    The file is stored as a document; an account that cannot be paid to is named and left for a person.
    """
    with no_collection():
        return _remit(session, country, as_of)


def _remit(session: Session, country: str, as_of: date) -> dict[str, object]:
    period, problems, back = period_of(as_of), list[str](), list(rejected(session, country))
    found = list(_found(session, country, as_of, problems))
    orders = bank_orders.waiting(session, country, as_of)
    if not (found or orders):
        return {**_report(country, period, [], problems, None), "fees": {}, "returns": [], "rejected": back}
    message_id = f"{country}-{period}-{next_number(session, f'remittance:{country}:{period}'):04d}"
    sent = [
        {
            "claim_id": claim_id,
            "period": period,
            "beneficiary": beneficiary,
            "amount_minor": transfer.amount.minor,
            "currency": transfer.amount.currency,
            "message_id": message_id,
            "remitted_on": as_of,
        }
        for claim_id, beneficiary, transfer in found
    ]
    insert_sealed(session, SQLModel.metadata.tables["remittance"], sent)
    _post(session, country, sent)
    bank_orders.send(session, orders, message_id, as_of)
    transfers = [transfer for _, _, transfer in found if isinstance(transfer, Transfer)]
    others = [bank_orders.transfer_of(one) for one in orders]
    all_ = [*transfers, *others]
    document = _store(session, country, message_id, all_, as_of) if all_ else None
    returns = [{"transfer": one.end_to_end_id, **one.amount.as_dict()} for one in others]
    kept = _totals([one for _, _, one in found if isinstance(one, Kept)])
    done = _report(country, period, transfers, problems, document)
    return {**done, "fees": kept, "returns": returns, "rejected": back}


def _found(
    session: Session, country: str, as_of: date, problems: list[str]
) -> Iterator[tuple[str, str, Transfer | Kept]]:
    """Yield what is sent on and kept of each case, plain ones by sets, in the order of their claims."""
    held, with_money = _held(session), _with_money(session, country, as_of)
    plain, odd = plain_transfers(session, (one for one in with_money if one not in held), country, as_of)
    looked_at = (*LOOKED_AT, CaseEvent) if has_table(country) else LOOKED_AT
    records = load_many(session, {*odd, *held.intersection(with_money)}, looked_at)
    shares = {case.claim_id: (case, case.claim_id in held) for case in records}
    for claim_id in sorted({*plain, *shares}):
        if claim_id in plain:
            yield claim_id, journal.CREDITOR, plain[claim_id]
            continue
        case, waits = shares[claim_id]
        for _, beneficiary, transfer in _sendable(session, case, country, as_of, waits, problems):
            yield claim_id, beneficiary, transfer


def _post(session: Session, country: str, sent: list[dict[str, Any]]) -> None:
    """Post what was ordered to be sent on."""
    account = journal.account_of(country)
    posted = [
        line for row in sent for line in journal.rows_of(journal.of_remittance(row, account), row["claim_id"], country)
    ]
    insert_sealed(session, SQLModel.metadata.tables["posting"], posted)


def _with_money(session: Session, country: str, as_of: date) -> list[str]:
    """Return the cases of a country of which more has come in by a day than was sent on, by one aggregate.

    A country's cases are those that its team has or had, and those for which money came to its account.
    """
    mine = or_(
        col(Case.debtor_country) == country,
        col(Case.claim_id).in_(select(FormerReference.claim_id).where(FormerReference.country == country)),
        col(Case.claim_id).in_(
            select(PaymentRow.claim_id).where(col(PaymentRow.source).startswith(f"bank:{_account(country)}:"))
        ),
    )
    came: Any = plain_select(
        col(Entry.claim_id).label("claim_id"),
        (-col(Entry.amount_minor)).label("minor"),
        col(Entry.currency).label("currency"),
    )
    came = came.join(Case, col(Case.claim_id) == col(Entry.claim_id)).where(mine, col(Entry.booked_on) <= as_of)
    came = came.where(col(Entry.kind).in_(("payment", "refund_due")))
    sent: Any = plain_select(
        col(Remittance.claim_id).label("claim_id"),
        (-col(Remittance.amount_minor)).label("minor"),
        col(Remittance.currency).label("currency"),
    )
    sent = sent.join(Case, col(Case.claim_id) == col(Remittance.claim_id)).where(mine)
    held: Any = plain_select(
        col(PaymentRow.claim_id).label("claim_id"),
        (-col(PaymentRow.case_minor)).label("minor"),
        col(Case.currency).label("currency"),
    )
    held = held.join(Case, col(Case.claim_id) == col(PaymentRow.claim_id)).where(mine, col(PaymentRow.held_by) != TEAM)
    held = held.where(col(PaymentRow.reversed_on).is_(None), col(PaymentRow.value_on) <= as_of)
    moved = came.union_all(sent, held).subquery()
    query = plain_select(moved.c.claim_id).group_by(moved.c.claim_id, moved.c.currency)
    return list(session.connection().execute(query.having(func.sum(moved.c.minor) > 0)).scalars())


def _account(country: str) -> str:
    return str(adapter_of(country).service["iban"])


def _held(session: Session) -> frozenset[str]:
    """Return the cases of which the bank took a payment back that nobody has undone yet: nothing of them is sent on."""
    waiting = session.exec(select(BankEntry.claim_id).where(BankEntry.status == "taken_back"))
    return frozenset(claim_id for claim_id in waiting if claim_id)


def _sendable(
    session: Session, case: CaseRecord, country: str, as_of: date, held: bool, problems: list[str]
) -> list[tuple[CaseRecord, str, Transfer | Kept]]:
    """Return a case's transfers, and what is kept; one that cannot be is told in `problems` and stops no other."""
    made: list[tuple[CaseRecord, str, Transfer | Kept]] = []
    count = Counter(row.beneficiary for row in case.rows(Remittance) if row.amount_minor > 0)
    try:
        for beneficiary, amount in _owed(case, country, as_of):
            _refuse_held(case, held)
            if beneficiary == journal.FEE:
                made.append((case, beneficiary, Kept(amount)))
                continue
            count[beneficiary] += 1
            ident = f"{case.reference or case.claim_id}-{ENDS[beneficiary]}{count[beneficiary]}"
            made.append((case, beneficiary, _transfer(session, case, beneficiary, amount, ident, as_of)))
    except Exception as error:
        if is_passing(error):
            raise
        problems.append(f"{case.reference}: {known(error).message}")
    return made


def _refuse_held(case: CaseRecord, held: bool) -> None:
    if held:
        raise CaseError("the bank took a payment back: record it as payment_returned first", code="held")
    if any(one.kind == "decide_money" for one in open_deadlines(case)):
        raise CaseError("a person decides first where the money goes: decide_money", code="held")


def _report(
    country: str, period: str, transfers: list[Transfer], problems: list[str], document: str | None
) -> dict[str, object]:
    return {
        "country": country,
        "period": period,
        "transfers": len(transfers),
        "problems": problems,
        "document": document,
        "totals": _totals(transfers),
    }


def _owed(case: CaseRecord, country: str, as_of: date) -> Iterable[tuple[str, Money]]:
    """Yield what is to be sent on of what lies on a country's account by a day: fund first, then the service's fee."""
    back = sum(row.amount_minor for row in case.rows(Remittance) if row.beneficiary == "fund")
    for left in left_at(case, country, as_of):
        waits = case.advanced_minor - back if left.currency == case.currency else 0
        to_fund = Money(max(0, min(left.minor, waits)), left.currency)
        kept = fees.keep(case, country, left - to_fund, as_of)
        shares = ((journal.FUND, to_fund), (journal.FEE, kept), (journal.CREDITOR, left - to_fund - kept))
        for beneficiary, amount in shares:
            if amount:
                yield beneficiary, amount


def _transfer(session: Session, case: CaseRecord, beneficiary: str, amount: Money, ident: str, as_of: date) -> Transfer:
    reference = case.reference or case.claim_id
    if beneficiary == "fund":
        fund = adapter_of(case.creditor_country).service
        address = read_lines(fund["address"], case.creditor_country)
        name, account = f"{fund['account_holder']}", checked_iban(fund["iban"])
        return Transfer(ident, name, account, amount, f"advance {reference}", address)
    creditor, iban = case.party("creditor"), _iban_of(session, case)
    _asked_for_account(case, as_of, iban)
    if not iban:
        raise IntakeError("the creditor has no account: the member is asked for an IBAN", code="missing", field="iban")
    return Transfer(ident, creditor.name, checked_iban(iban), amount, f"recovered {reference}", creditor.address)


def _iban_of(session: Session, case: CaseRecord) -> str | None:
    """Return the account that a case's money goes to: its own; the member's where it has none, or money came back.

    The member changes its own with a second factor, and is warned of it.
    """
    own = case.party("creditor").iban
    came_back = any(row.amount_minor < 0 and row.beneficiary == "creditor" for row in case.rows(Remittance))
    if own and not came_back:
        return own
    member = session.get(Member, case.member_id) if case.member_id else None
    return (member.iban if member else None) or own


def _asked_for_account(case: CaseRecord, on: date, iban: str | None) -> None:
    """Ask the member once for an account, and no more once there is one."""
    asked = [one for one in open_deadlines(case) if one.data.get("about") == "iban"]
    for task in asked if iban else ():
        finish(task)
    if iban or asked:
        return
    data = {"question": NO_ACCOUNT, "otherwise": "team_decides", "about": "iban"}
    made = add_task(case, "task", on, "member", data)
    told = {"task": case.outside.number(made), "until": made.due_on.isoformat(), "otherwise": "team_decides"}
    record(case, "task", actor="system", on=on, note=NO_ACCOUNT, data=told)


def _totals(transfers: Sequence[Transfer | Kept]) -> dict[str, str]:
    totals: dict[str, Money] = {}
    for transfer in transfers:
        currency = transfer.amount.currency
        totals[currency] = totals.get(currency, Money.zero(currency)) + transfer.amount
    return {currency: str(amount) for currency, amount in totals.items()}


def _store(session: Session, country: str, message_id: str, transfers: list[Transfer], as_of: date) -> str:
    service = adapter_of(country).service
    content = payment_file(
        message_id,
        datetime.combine(as_of, time(12), UTC),
        service["account_holder"],
        service["iban"],
        service.get("bic"),
        transfers,
        as_of,
        read_lines(service["address"], country),
    )
    kept = documents.attach(
        session,
        None,
        f"remittance:{message_id}",
        "remittance",
        f"{message_id}.xml",
        "application/xml",
        content,
    )
    return str(documents.path_of(kept.sha256))
