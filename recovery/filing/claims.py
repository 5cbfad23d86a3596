"""From an invoice to a routed case: draft, checks, duplicates, reference."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, select

from recovery.case.entries import post
from recovery.case.papers import media_of
from recovery.case.record import CaseRecord, assess_case, written
from recovery.case.references import next_reference, payment_reference
from recovery.case.store import load, unit_of
from recovery.case.transition import add_deadline, add_effect, add_task, move, record
from recovery.case.values import Consent, Reason
from recovery.errors import Faults, IntakeError
from recovery.filing.claimants import identity_of, member_of
from recovery.filing.rehearsal import refuse_unworkable
from recovery.intake.checks import faults_of_claim
from recovery.intake.invoice import Invoice, Party
from recovery.law.claim import ClaimFacts, parse_claim
from recovery.procedure.watch import watch
from recovery.quote import decided_law
from recovery.registry import adapter_of, countries
from recovery.store import tables as t


@dataclass(frozen=True)
class Filing:
    """What a member files: the invoice as read, and what it does not say."""

    invoice: Invoice
    content: bytes
    name: str
    on: date
    member_email: str | None = None
    debtor_kind: str | None = None
    claim_kind: str = "services"
    consents: tuple[str, ...] = ()
    evidence: tuple[tuple[str, bytes], ...] = ()
    contract: dict[str, Any] = field(default_factory=dict)


def file_claim(session: Session, filing: Filing) -> CaseRecord:
    """Store a claim as filed, with its documents, and put its routing into the outbox.

    A debtor's country that nobody serves leaves it as a draft: nothing typed is lost.

    Raises:
        Faults: the invoice cannot be claimed; every reason at once, and nothing is stored.
        IntakeError: the same invoice is claimed already.
    """
    faults = faults_of_claim(filing.invoice, filing.on)
    if faults:
        raise Faults(faults)
    claim = parse_claim(claim_data(filing))
    refuse_unworkable(claim, filing.on)
    _refuse_duplicate(session, filing.invoice)
    case = _draft(session, filing, claim)
    _attach(case, filing)
    if case.debtor_country not in countries():
        add_deadline(case, "draft", filing.on + timedelta(days=30), "member", "a draft waits for its member")
        return case
    move(case, "file", actor=filing.member_email or "member", on=filing.on)
    case.filed_on = filing.on
    add_deadline(case, "route", filing.on, "system", "every filed claim is routed at once")
    add_effect(case, f"{case.claim_id}:route:1", "route", {"on": filing.on.isoformat()})
    return case


def not_served(case: CaseRecord) -> IntakeError:
    """Return the error that tells a member that the debtor's country is not served."""
    return IntakeError(
        f"debtor's country {case.debtor_country}: not served; served are {', '.join(countries())}. "
        f"The claim is kept as draft {case.claim_id}",
        code="country_not_served",
        field="debtor.country",
    )


def _fingerprint(invoice: Invoice) -> str:
    """Return what makes an invoice one and the same: creditor, number, debtor."""
    parts = [identity_of(invoice.seller), invoice.number.strip().casefold(), identity_of(invoice.buyer)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _refuse_duplicate(session: Session, invoice: Invoice) -> None:
    found = session.exec(select(t.ClaimInvoice).where(t.ClaimInvoice.live == _fingerprint(invoice))).first()
    if found:
        case = load(session, found.claim_id, lock=False)
        raise IntakeError(
            f"invoice {invoice.number}: claimed already in case {case.reference or case.claim_id} "
            f"({case.state}); withdraw that one first",
            code="duplicate_claim",
            field="number",
        )


def _draft(session: Session, filing: Filing, claim: ClaimFacts) -> CaseRecord:
    invoice = filing.invoice
    email = filing.member_email or filing.invoice.seller.email or ""
    member = member_of(session, email, filing.invoice.seller)
    seller, invoice = _paid_to(member, invoice)
    row = t.Case(
        claim_id=uuid.uuid4().hex,
        state="draft",
        member_id=member.id,
        creditor_country=claim.creditor.country,
        debtor_country=claim.debtor.country,
        currency=invoice.currency,
        description=invoice.description,
        principal_minor=invoice.payable.minor,
        principal_open_minor=invoice.payable.minor,
        settled_interest_minor=0,
        advanced_minor=0,
        **written(
            creditor=claim.creditor,
            debtor=claim.debtor,
            contract=claim.contract,
            warnings=invoice.warnings,
            consents=tuple(Consent(about=about, given_on=filing.on) for about in filing.consents),
        ),
    )
    case = unit_of(session).new(row)
    for role, party in (("creditor", seller), ("debtor", invoice.buyer)):
        case.add(_party(case, role, party))
    print_ = _fingerprint(invoice)
    for place, one in enumerate(claim.invoices):
        case.add(
            t.ClaimInvoice(
                claim_id=case.claim_id,
                number=one.number,
                amount_minor=one.money.minor,
                currency=one.currency,
                issued_on=invoice.issued,
                due_on=one.due,
                fingerprint=print_,
                live=None if place else print_,
            )
        )
    record(case, "draft", actor=member.email, on=filing.on, data={"warnings": list(invoice.warnings)})
    return case


def _paid_to(member: t.Member, invoice: Invoice) -> tuple[Party, Invoice]:
    """Return the creditor with the member's own account: an invoice that names another changes nothing, and says so."""
    named, own = invoice.seller.iban, member.iban
    if not own or not named or own == named:
        return replace(invoice.seller, iban=own or named), invoice
    told = f"the invoice names the account … {named[-4:]}; what is recovered goes to the member's own, … {own[-4:]}"
    return replace(invoice.seller, iban=own), invoice.warned(told)


def claim_data(filing: Filing) -> dict[str, Any]:
    """Return the claim that a filing makes, in the shape of the rules."""
    invoice = filing.invoice
    kind = filing.debtor_kind or ("consumer" if invoice.buyer.is_person and not invoice.buyer.vat else "business")
    return {
        "creditor": {
            "country": invoice.seller.country or "",
            "kind": "business",
            "legal_form": "natural_person" if invoice.seller.is_person else "legal_person",
        },
        "debtor": {
            "country": invoice.buyer.country or "",
            "kind": kind,
            "natural_person": invoice.buyer.is_person,
        },
        "contract": {"kind": filing.claim_kind, **filing.contract},
        "invoices": [
            {
                **row,
                "number": invoice.number,
                "currency": invoice.currency,
                "issued": invoice.issued.isoformat(),
            }
            for row in _amounts(invoice)
        ],
        "payments": [],
        "events": [],
    }


def _amounts(invoice: Invoice) -> list[dict[str, Any]]:
    """Return one row per instalment, each with its own due day, when they add up to what is payable."""
    parts = invoice.instalments
    if len(parts) > 1 and sum(part.amount.minor for part in parts) == invoice.payable.minor:
        return [{"amount": str(part.amount), "due": part.due.isoformat() if part.due else None} for part in parts]
    due = invoice.due
    if due is None and invoice.term_days is not None:
        due = invoice.issued + timedelta(days=invoice.term_days)
    return [{"amount": str(invoice.payable), "due": due.isoformat() if due else None}]


def _party(case: CaseRecord, role: str, party: Party) -> t.Party:
    return t.Party(
        claim_id=case.claim_id,
        role=role,
        name=party.name,
        street=party.street or "",
        postal_code=party.postal_code or "",
        town=party.city or "",
        country=party.country or "",
        email=party.email,
        vat=party.vat,
        iban=party.iban,
    )


def _attach(case: CaseRecord, filing: Filing) -> None:
    media = "application/pdf" if filing.content[:5] == b"%PDF-" else media_of(filing.name)
    case.outside.attach(case, f"{case.claim_id}:invoice", "invoice", filing.name, media, filing.content)
    for number, (name, content) in enumerate(filing.evidence, 1):
        key = f"{case.claim_id}:evidence:{number}"
        case.outside.attach(case, key, "evidence", name, media_of(name), content)


def route_case(session: Session, claim_id: str, on: date) -> CaseRecord:
    """Route a filed claim; a second call changes nothing."""
    case = load(session, claim_id)
    route(case, on)
    return case


def route(case: CaseRecord, on: date) -> None:
    """Give a filed claim its reference, its laws and its first ledger line; a second time changes nothing."""
    if case.reference is not None:
        return
    claim = case.claim
    laws = decided_law(claim, on)
    case.substance = laws.substance
    case.reference = next_reference(case, on)
    case.payment_reference = payment_reference(case.reference)
    case.law_reason = Reason(why=laws.why, basis=laws.basis)
    case.law_digest = adapter_of(laws.substance).law.digest if laws.substance else None
    for invoice in claim.invoices:
        post(
            case,
            "principal",
            invoice.money,
            on,
            f"invoice {invoice.number}",
            f"invoice {invoice.number}",
        )
    move(
        case,
        "route",
        actor="system",
        on=on,
        data={"reference": case.reference, "laws": laws.as_dict()},
    )
    case.outside.settled(case, assess_case(case, on))
    watch(case, on)
    add_task(case, "accept", on)
