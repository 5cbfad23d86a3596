"""Recovered money sent on: to the guarantee fund up to what it advanced, the rest to the creditor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from sqlmodel import Session, select

from recovery.bank.transfer import Transfer, checked_iban, payment_file
from recovery.cases.record import entries_of, party, recovered_of
from recovery.errors import IntakeError
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.store import documents
from recovery.store.tables import Case, Remittance


def period_of(day: date) -> str:
    """Return the period a day belongs to: its month."""
    return f"{day.year}-{day.month:02d}"


def remit(session: Session, country: str, as_of: date) -> dict[str, object]:
    """Make the transfers of a collecting country's account; what was sent already is not sent again.

    The file is stored as a document; an account that cannot be paid to is named and left for a person.
    """
    period, transfers, problems = period_of(as_of), [], []
    count = len(session.exec(select(Remittance.message_id).where(Remittance.period == period)).all())
    message_id = f"{country}-{period}-{count + 1:04d}"
    for case in session.exec(select(Case).where(Case.debtor_country == country).with_for_update()):
        for beneficiary, amount in _owed(session, case):
            try:
                transfers.append(_transfer(session, case, beneficiary, amount))
            except IntakeError as error:
                problems.append(f"{case.reference}: {error.message}")
                continue
            session.add(
                Remittance(
                    claim_id=case.claim_id,
                    period=period,
                    beneficiary=beneficiary,
                    amount_minor=amount.minor,
                    currency=amount.currency,
                    message_id=message_id,
                    remitted_on=as_of,
                )
            )
    return {
        "country": country,
        "period": period,
        "transfers": len(transfers),
        "problems": problems,
        "document": _store(session, country, message_id, transfers, as_of),
        "totals": _totals(transfers),
    }


def _owed(session: Session, case: Case) -> Iterable[tuple[str, Money]]:
    """Yield what is still to be sent on of what came in: fund first."""
    sent = session.exec(select(Remittance).where(Remittance.claim_id == case.claim_id)).all()
    came = recovered_of(entries_of(session, case.claim_id), case.currency)
    left = came - sum(row.amount_minor for row in sent)
    to_fund = max(
        0, min(left, case.advanced_minor - sum(row.amount_minor for row in sent if row.beneficiary == "fund"))
    )
    for beneficiary, minor in (("fund", to_fund), ("creditor", left - to_fund)):
        if minor > 0:
            yield beneficiary, Money(minor, case.currency)


def _transfer(session: Session, case: Case, beneficiary: str, amount: Money) -> Transfer:
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
    creditor = party(session, case, "creditor")
    if not creditor.iban:
        raise IntakeError("the creditor has no account; ask the member for an IBAN", code="missing", field="iban")
    return Transfer(f"{reference}-C", creditor.name, checked_iban(creditor.iban), amount, f"recovered {reference}")


def _totals(transfers: list[Transfer]) -> dict[str, str]:
    totals: dict[str, Money] = {}
    for transfer in transfers:
        currency = transfer.amount.currency
        totals[currency] = totals.get(currency, Money.zero(currency)) + transfer.amount
    return {currency: str(amount) for currency, amount in totals.items()}


def _store(session: Session, country: str, message_id: str, transfers: list[Transfer], as_of: date) -> str | None:
    if not transfers:
        return None
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
