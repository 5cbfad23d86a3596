"""Recovered money sent on: to the guarantee fund up to what it advanced, the rest to the creditor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as plain_select
from sqlmodel import Session, SQLModel, col, select

from recovery.bank.transfer import Transfer, checked_iban, payment_file
from recovery.case import journal
from recovery.case.journal import TEAM
from recovery.case.record import CaseRecord, elsewhere_of, recovered_of
from recovery.case.store import load_many
from recovery.errors import CaseError, IntakeError, known
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.store import documents
from recovery.store.database import is_passing, no_collection
from recovery.store.sealing import insert_sealed
from recovery.store.series import next_number
from recovery.store.tables import BankEntry, Case, Entry, Party, PaymentRow, Remittance

# What sending on looks at of a case.
LOOKED_AT = (Party, Entry, PaymentRow, Remittance)


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
    period, problems = period_of(as_of), list[str]()
    records, held = load_many(session, _with_money(session, country, as_of), LOOKED_AT), _held(session, country)
    found = [row for case in records for row in _sendable(case, as_of, case.claim_id in held, problems)]
    if not found:
        return _report(country, period, [], problems, None)
    message_id = f"{country}-{period}-{next_number(session, f'remittance:{country}:{period}'):04d}"
    sent = [
        {
            "claim_id": case.claim_id,
            "period": period,
            "beneficiary": beneficiary,
            "amount_minor": transfer.amount.minor,
            "currency": transfer.amount.currency,
            "message_id": message_id,
            "remitted_on": as_of,
        }
        for case, beneficiary, transfer in found
    ]
    insert_sealed(session, SQLModel.metadata.tables["remittance"], sent)
    _post(session, country, sent)
    transfers = [transfer for _, _, transfer in found]
    return _report(country, period, transfers, problems, _store(session, country, message_id, transfers, as_of))


def _post(session: Session, country: str, sent: list[dict[str, Any]]) -> None:
    """Post what was ordered to be sent on."""
    account = journal.account_of(country)
    posted = [
        line for row in sent for line in journal.rows_of(journal.of_remittance(row, account), row["claim_id"], country)
    ]
    insert_sealed(session, SQLModel.metadata.tables["posting"], posted)


def _with_money(session: Session, country: str, as_of: date) -> list[str]:
    """Return the cases of a country of which more has come in by a day than was sent on, by one aggregate."""
    mine = col(Case.debtor_country) == country
    came: Any = plain_select(col(Entry.claim_id).label("claim_id"), (-col(Entry.amount_minor)).label("minor"))
    came = came.join(Case, col(Case.claim_id) == col(Entry.claim_id)).where(mine, col(Entry.booked_on) <= as_of)
    came = came.where(col(Entry.kind).in_(("payment", "refund_due")), col(Entry.currency) == col(Case.currency))
    sent: Any = plain_select(col(Remittance.claim_id).label("claim_id"), (-col(Remittance.amount_minor)).label("minor"))
    sent = sent.join(Case, col(Case.claim_id) == col(Remittance.claim_id)).where(mine)
    held: Any = plain_select(col(PaymentRow.claim_id).label("claim_id"), (-col(PaymentRow.case_minor)).label("minor"))
    held = held.join(Case, col(Case.claim_id) == col(PaymentRow.claim_id)).where(mine, col(PaymentRow.held_by) != TEAM)
    held = held.where(col(PaymentRow.reversed_on).is_(None), col(PaymentRow.value_on) <= as_of)
    moved = came.union_all(sent, held).subquery()
    query = plain_select(moved.c.claim_id).group_by(moved.c.claim_id).having(func.sum(moved.c.minor) > 0)
    return list(session.connection().execute(query).scalars())


def _held(session: Session, country: str) -> frozenset[str]:
    """Return the cases of which the bank took a payment back that nobody has undone yet: nothing of them is sent on."""
    query = select(BankEntry.claim_id).join(Case, col(Case.claim_id) == col(BankEntry.claim_id))
    waiting = query.where(BankEntry.status == "taken_back", Case.debtor_country == country)
    return frozenset(claim_id for claim_id in session.exec(waiting) if claim_id)


def _sendable(case: CaseRecord, as_of: date, held: bool, problems: list[str]) -> list[tuple[CaseRecord, str, Transfer]]:
    """Return a case's transfers; one that cannot be made is named in `problems` and stops no other."""
    made: list[tuple[CaseRecord, str, Transfer]] = []
    try:
        for beneficiary, amount in _owed(case, as_of):
            if held:
                raise CaseError("the bank took a payment back: record it as payment_returned first", code="held")
            made.append((case, beneficiary, _transfer(case, beneficiary, amount)))
    except Exception as error:
        if is_passing(error):
            raise
        problems.append(f"{case.reference}: {known(error).message}")
    return made


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


def _owed(case: CaseRecord, as_of: date) -> Iterable[tuple[str, Money]]:
    """Yield what is still to be sent on of what has come in to the team by a day: fund first."""
    sent = case.rows(Remittance)
    booked = [entry for entry in case.entries if entry.booked_on <= as_of]
    came = recovered_of(booked, case.currency) - elsewhere_of(case, as_of)
    left = came - sum(row.amount_minor for row in sent)
    to_fund = max(
        0, min(left, case.advanced_minor - sum(row.amount_minor for row in sent if row.beneficiary == "fund"))
    )
    for beneficiary, minor in (("fund", to_fund), ("creditor", left - to_fund)):
        if minor > 0:
            yield beneficiary, Money(minor, case.currency)


def _transfer(case: CaseRecord, beneficiary: str, amount: Money) -> Transfer:
    reference = case.reference or case.claim_id
    if beneficiary == "fund":
        fund = adapter_of(case.creditor_country).service
        return Transfer(
            f"{reference}-F",
            f"{fund['account_holder']}",
            checked_iban(fund["iban"]),
            amount,
            f"advance {reference}",
        )
    creditor = case.party("creditor")
    if not creditor.iban:
        raise IntakeError("the creditor has no account; ask the member for an IBAN", code="missing", field="iban")
    return Transfer(f"{reference}-C", creditor.name, checked_iban(creditor.iban), amount, f"recovered {reference}")


def _totals(transfers: list[Transfer]) -> dict[str, str]:
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
