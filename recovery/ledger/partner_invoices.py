"""A month's fees as invoices between services: from the one that kept them to the members' own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from recovery.case.journal import FEE
from recovery.errors import CaseError
from recovery.forms import peppol_invoice
from recovery.forms.peppol_invoice import VAT_SCHEMES, Item, Side
from recovery.ledger.reconciliation import days_of
from recovery.money import Money, total
from recovery.postal import read_lines
from recovery.registry import adapter_of, countries
from recovery.store import documents
from recovery.store.tables import Case, Document, Remittance

KIND = "partner_invoice"
NOTE = "Kept from recovered money already: nothing is to be transferred."


@dataclass(frozen=True, slots=True)
class Made:
    """One invoice as it was made out, with its file."""

    number: str
    partner: str
    total: Money
    lines: int
    document: Document

    def as_dict(self) -> dict[str, Any]:
        """Return the invoice as plain data; a credit note's total is less than nothing."""
        return {
            "number": self.number,
            "kind": "credit_note" if self.total.minor < 0 else "invoice",
            "to": self.partner,
            **self.total.as_dict(),
            "lines": self.lines,
            "file": str(documents.path_of(self.document.sha256)),
            "name": self.document.name,
        }


def make_out(session: Session, country: str, month: str, today: date) -> list[Made]:
    """Return the invoices of what a country's service kept in a month, one a partner and currency; made out once.

    What was kept or given back of the month after that is an invoice, or a credit note, of its own. Claims of the
    service's own country are between it and its members.

    Raises:
        CaseError: the month is not over, or a service has no VAT number or is not served.
    """
    code, period = adapter_of(country).country, days_of(month)
    if period[1] >= today:
        raise CaseError(f"month {month}: it is not over; its fees are invoiced from {today} on", code="not_allowed")
    made: list[Made] = []
    for (partner, currency), kept in sorted(_kept(session, code, period).items()):
        before = _made_out(session, f"{code}-FEE-{month}-{partner}-{currency}")
        left = _less(kept, before, currency)
        made += [_told(one, partner, currency) for one in before]
        if left:
            number = f"{code}-FEE-{month}-{partner}-{currency}-{len(before) + 1}"
            made.append(_made(session, number, period, code, partner, left))
    return made


def _kept(session: Session, country: str, period: tuple[date, date]) -> dict[tuple[str, str], dict[str, int]]:
    """Return what was kept by partner and currency, by case."""
    query = select(Remittance, Case).join(Case, col(Case.claim_id) == col(Remittance.claim_id))
    query = query.where(
        Remittance.beneficiary == FEE,
        col(Remittance.message_id).startswith(f"{country}-"),
        col(Remittance.remitted_on).between(*period),
        Case.creditor_country != country,
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row, case in session.exec(query):
        cases = found.setdefault((case.creditor_country, row.currency), {})
        name = case.reference or case.claim_id
        cases[name] = cases.get(name, 0) + row.amount_minor
    return found


def _made_out(session: Session, stem: str) -> list[Document]:
    query = select(Document).where(Document.kind == KIND, col(Document.key).startswith(f"{KIND}:{stem}-"))
    return list(session.exec(query.order_by(col(Document.id))))


def _less(kept: dict[str, int], before: Iterable[Document], currency: str) -> list[Item]:
    """Return the lines of what is not invoiced yet."""
    left = dict(kept)
    for one in before:
        for case, amount in peppol_invoice.billed(documents.read(one.sha256)).items():
            left[case] = left.get(case, 0) - amount.minor
    amounts = {case: Money(minor, currency) for case, minor in sorted(left.items()) if minor}
    return [Item(f"Recovery of claim {case}", case, amount) for case, amount in amounts.items()]


def _told(one: Document, partner: str, currency: str) -> Made:
    lines = peppol_invoice.billed(documents.read(one.sha256))
    number = one.key.removeprefix(f"{KIND}:")
    return Made(number, partner, total(list(lines.values()), currency), len(lines), one)


def _made(
    session: Session, number: str, period: tuple[date, date], country: str, partner: str, items: list[Item]
) -> Made:
    content = peppol_invoice.invoice(number, period[1], period, _side(country), _side(partner), items, NOTE)
    kept = documents.attach(session, None, f"{KIND}:{number}", KIND, f"{number}.xml", "application/xml", content)
    whole = total([one.amount for one in items], items[0].amount.currency)
    return Made(number, partner, whole, len(items), kept)


def _side(country: str) -> Side:
    """Return a service as a side of an invoice.

    Raises:
        CaseError: it is not known, or has no VAT number or electronic address.
    """
    if country not in countries():
        raise CaseError(f"{country}: no service is known there, so nothing is invoiced to it", code="not_found")
    service = adapter_of(country).service
    vat = "".join(str(service.get("vat", "")).split()).upper()
    where = f"service {country}: set {{}} in {country.lower()}.toml of RECOVERY_SERVICE_DIR"
    if not vat:
        raise CaseError(f"{where.format('vat, its VAT number,')}; an invoice names it", code="missing", field="vat")
    scheme, _, value = str(service.get("endpoint") or f"{VAT_SCHEMES.get(country, '')}:{vat}").partition(":")
    if not (scheme and value):
        raise CaseError(f"{where.format('endpoint, such as 0088:5790000435968,')}", code="missing", field="endpoint")
    address = read_lines(service["address"], country)
    return Side(str(service["name"]), address, vat, (scheme, value), str(service.get("email", "")))
