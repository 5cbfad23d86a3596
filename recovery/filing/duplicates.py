"""Whether an invoice is claimed already: by its creditor's number, or by the same member from the same debtor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from recovery.errors import IntakeError
from recovery.filing.bundle import numbers_of, plain_name, plain_number
from recovery.filing.claimants import identity_of
from recovery.intake.invoice import Invoice, Party
from recovery.store import tables as t

AT_ONCE = 500


@dataclass(frozen=True)
class Claimed:
    """An invoice that a claim holds: whose claim it is, of whom and against whom, and for how much."""

    claim_id: str
    reference: str | None
    state: str
    member_id: str | None
    number: str
    amount_minor: int
    fingerprint: str
    live: bool
    creditor_name: str
    creditor_vat: str | None
    debtor_name: str
    debtor_vat: str | None


def fingerprint(invoice: Invoice) -> str:
    """Return what makes an invoice one and the same: creditor, number, debtor."""
    parts = [identity_of(invoice.seller), invoice.number.strip().casefold(), identity_of(invoice.buyer)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def claimed_of(session: Session, numbers: Iterable[str]) -> dict[str, list[Claimed]]:
    """Return the invoices of some numbers that claims hold, live or not, by their plain numbers."""
    found: dict[str, list[Claimed]] = {}
    wanted = sorted(set(numbers))
    for at in range(0, len(wanted), AT_ONCE):
        for one in _claimed(session, wanted[at : at + AT_ONCE]):
            found.setdefault(plain_number(one.number), []).append(one)
    return found


def _claimed(session: Session, numbers: list[str]) -> list[Claimed]:
    query = select(t.ClaimInvoice, t.Case).join(t.Case, col(t.Case.claim_id) == col(t.ClaimInvoice.claim_id))
    with session.no_autoflush:
        rows = session.exec(query.where(col(t.ClaimInvoice.number).in_(numbers))).all()
        claims = {case.claim_id for _, case in rows}
        people = session.exec(select(t.Party).where(col(t.Party.claim_id).in_(claims))).all() if claims else []
    party = {(one.claim_id, one.role): one for one in people}
    sums: dict[tuple[str, str], int] = {}
    live = {(row.claim_id, row.number) for row, _ in rows if row.live is not None}
    for row, _ in rows:
        sums[row.claim_id, row.number] = sums.get((row.claim_id, row.number), 0) + row.amount_minor
    made = dict[tuple[str, str], Claimed]()
    for row, case in rows:
        creditor, debtor = party[case.claim_id, "creditor"], party[case.claim_id, "debtor"]
        key = (row.claim_id, row.number)
        made[key] = Claimed(
            claim_id=case.claim_id,
            reference=case.reference,
            state=case.state,
            member_id=case.member_id,
            number=row.number,
            amount_minor=sums[key],
            fingerprint=row.fingerprint,
            live=key in live,
            creditor_name=creditor.name,
            creditor_vat=creditor.vat,
            debtor_name=debtor.name,
            debtor_vat=debtor.vat,
        )
    return list(made.values())


def same_invoice(invoice: Invoice, member_id: str | None, known: Iterable[Claimed]) -> Claimed | None:
    """Return the claim that holds an invoice already, a live one first.

    It is the same by creditor, number and debtor; by the creditor's number with the debtor or the amount; or by the
    member with the debtor's name and the amount.
    """
    mark, found = fingerprint(invoice), list[Claimed]()
    for one in known:
        if one.fingerprint == mark or _alike(invoice, member_id, one):
            found.append(one)
    return next((one for one in found if one.live), found[0] if found else None)


def _alike(invoice: Invoice, member_id: str | None, one: Claimed) -> bool:
    amount = one.amount_minor == invoice.payable.minor
    name = plain_name(one.debtor_name) == plain_name(invoice.buyer.name)
    if _has_number(invoice.seller, one.creditor_vat):
        return name or amount or _has_number(invoice.buyer, one.debtor_vat)
    return member_id is not None and one.member_id == member_id and name and amount


def _has_number(party: Party, vat: str | None) -> bool:
    return bool(vat) and bool(numbers_of(Party(name="", vat=vat)) & numbers_of(party))


def duplicate(invoice: Invoice, member_id: str | None, known: Iterable[Claimed]) -> IntakeError | None:
    """Return the error that tells where an invoice is claimed already, None where it is not."""
    found = same_invoice(invoice, member_id, (one for one in known if one.live))
    if found is None:
        return None
    if found.member_id is not None and member_id is not None and found.member_id != member_id:
        text = "claimed already by another member in the same creditor's name; ask your team which claim stands"
        return IntakeError(f"invoice {invoice.number}: {text}", code="duplicate_elsewhere", field="number")
    return IntakeError(
        f"invoice {invoice.number}: claimed already in case {found.reference or found.claim_id} "
        f"({found.state}); withdraw that one first",
        code="duplicate_claim",
        field="number",
    )
