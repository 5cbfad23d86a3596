"""From papers to a filed claim: checks, duplicates, the draft and its documents."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from recovery.case.papers import media_of, refuse_program
from recovery.case.record import CaseRecord, written
from recovery.case.store import unit_of
from recovery.case.transition import add_deadline, add_effect, move, record
from recovery.case.values import Consent
from recovery.errors import Faults, IntakeError
from recovery.filing import bundle as papers
from recovery.filing.bundle import Bundle, Paid, Reminded, Sheet
from recovery.filing.claimants import member_of
from recovery.filing.duplicates import Claimed, claimed_of, duplicate, fingerprint
from recovery.filing.rehearsal import refuse_unworkable
from recovery.intake.invoice import Invoice, Party
from recovery.law.claim import ClaimFacts, parse_claim
from recovery.money import Money
from recovery.registry import countries
from recovery.store import tables as t
from recovery.store.new_rows import new_row


@dataclass(frozen=True)
class Filing:
    """What a member files: an invoice as read, or several with their credit notes, and what they do not say."""

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
    more: tuple[Sheet, ...] = ()
    paid: tuple[Paid, ...] = ()
    reminded: tuple[Reminded, ...] = ()
    # What the debtor has said against the invoice already, as the member tells it.
    complaint: str = ""

    @property
    def bundle(self) -> Bundle:
        """All papers of the claim, an invoice first, and what happened before it was filed."""
        all_ = (Sheet(self.invoice, self.content, self.name), *self.more)
        return Bundle(tuple(sorted(all_, key=lambda one: one.is_credit)), self.paid, self.reminded)


def file_claim(session: Session, filing: Filing) -> CaseRecord:
    """Store a claim as filed, with its documents, and put its routing into the outbox.

    A debtor's country that nobody serves leaves it as a draft: nothing typed is lost.

    Raises:
        Faults: the papers cannot be claimed; every reason at once, and nothing is stored.
        IntakeError: an invoice of it is claimed already.
    """
    case = take_in(session, filing)
    if case.debtor_country in countries():
        add_deadline(case, "route", filing.on, "system", "every filed claim is routed at once")
        add_effect(case, f"{case.claim_id}:route:1", "route", {"on": filing.on.isoformat()})
    else:
        add_deadline(case, "draft", filing.on + timedelta(days=30), "member", "a draft waits for its member")
    return case


def take_in(
    session: Session,
    filing: Filing,
    known: Mapping[str, Iterable[Claimed]] | None = None,
    member: t.Member | None = None,
) -> CaseRecord:
    """Store a claim as filed and not routed yet; `known` are the invoices of its numbers that are claimed already.

    Raises:
        Faults: the papers cannot be claimed.
        IntakeError: an invoice of it is claimed already.
    """
    bundle = filing.bundle
    faults = papers.faults_of_bundle(bundle, filing.on)
    if faults:
        raise Faults(faults)
    claim = parse_claim(claim_data(filing))
    refuse_unworkable(claim, filing.on)
    seller = bundle.invoices[0].seller
    member = member or member_of(session, filing.member_email or seller.email or "", seller)
    refuse_duplicates(session, bundle.invoices, member.id, known)
    case = _draft(session, filing, claim, member)
    _attach(case, filing)
    if case.debtor_country in countries():
        told = {"paid": papers.facts_of(bundle)["payments"]} if bundle.paid else None
        move(case, "file", actor=filing.member_email or "member", on=filing.on, data=told)
        case.filed_on = filing.on
    if filing.complaint:
        record(case, "complaint_known", actor=filing.member_email or "member", on=filing.on, note=filing.complaint)
    return case


def refuse_duplicates(
    session: Session,
    invoices: Iterable[Invoice],
    member_id: str | None,
    known: Mapping[str, Iterable[Claimed]] | None = None,
) -> None:
    """Refuse invoices that are claimed already.

    Raises:
        IntakeError: one is, and where; or that another member claims it.
    """
    wanted = list(invoices)
    found = claimed_of(session, (one.number for one in wanted)) if known is None else known
    for one in wanted:
        refused = duplicate(one, member_id, found.get(papers.plain_number(one.number), ()))
        if refused:
            raise refused


def not_served(case: CaseRecord) -> IntakeError:
    """Return the error that tells a member that the debtor's country is not served."""
    return IntakeError(
        f"debtor's country {case.debtor_country}: not served; served are {', '.join(countries())}. "
        f"The claim is kept as draft {case.claim_id}",
        code="country_not_served",
        field="debtor.country",
    )


def _draft(session: Session, filing: Filing, claim: ClaimFacts, member: t.Member) -> CaseRecord:
    bundle = filing.bundle
    seller, first = _paid_to(member, bundle.invoices[0])
    sheets = [replace(one, invoice=first) if one.invoice is bundle.invoices[0] else one for one in bundle.sheets]
    warnings = papers.warnings_of(sheets)
    row = new_row(
        t.Case,
        claim_id=uuid.uuid4().hex,
        state="draft",
        member_id=member.id,
        creditor_country=claim.creditor.country,
        debtor_country=claim.debtor.country,
        currency=first.currency,
        description=next((one.description for one in bundle.invoices if one.description), ""),
        principal_minor=sum(one.payable.minor for one in bundle.invoices),
        principal_open_minor=papers.open_minor(bundle),
        settled_interest_minor=0,
        advanced_minor=0,
        **written(
            creditor=claim.creditor,
            debtor=claim.debtor,
            contract=claim.contract,
            warnings=warnings,
            credits=claim.credits,
            law_events=claim.events,
            consents=tuple(Consent(about=about, given_on=filing.on) for about in filing.consents),
        ),
    )
    case = unit_of(session).new(row)
    for role, party in (("creditor", seller), ("debtor", first.buyer)):
        case.add(_party(case, role, party))
    for invoice in bundle.invoices:
        _add_debts(case, invoice)
    record(case, "draft", actor=member.email, on=filing.on, data={"warnings": list(warnings)})
    return case


def _add_debts(case: CaseRecord, invoice: Invoice) -> None:
    """Add the debts of an invoice, one an instalment; the first keeps it from being claimed twice."""
    mark = fingerprint(invoice)
    for place, row in enumerate(_amounts(invoice)):
        case.add(
            new_row(
                t.ClaimInvoice,
                claim_id=case.claim_id,
                number=invoice.number,
                amount_minor=Money.parse(row["amount"], invoice.currency).minor,
                currency=invoice.currency,
                issued_on=invoice.issued,
                due_on=date.fromisoformat(row["due"]) if row["due"] else None,
                fingerprint=mark,
                live=None if place else mark,
            )
        )


def _paid_to(member: t.Member, invoice: Invoice) -> tuple[Party, Invoice]:
    """Return the creditor with the member's own account: an invoice that names another changes nothing, and says so."""
    named, own = invoice.seller.iban, member.iban
    if not own or not named or own == named:
        return replace(invoice.seller, iban=own or named), invoice
    told = f"the invoice names the account … {named[-4:]}; what is recovered goes to the member's own, … {own[-4:]}"
    return replace(invoice.seller, iban=own), invoice.warned(told)


def claim_data(filing: Filing) -> dict[str, Any]:
    """Return the claim that a filing makes, in the shape of the rules."""
    bundle = filing.bundle
    invoice = (bundle.invoices or [filing.invoice])[0]
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
                "number": one.number,
                "currency": one.currency,
                "issued": one.issued.isoformat(),
            }
            for one in bundle.invoices
            for row in _amounts(one)
        ],
        **papers.facts_of(bundle),
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
    return new_row(
        t.Party,
        claim_id=case.claim_id,
        role=role,
        name=party.name,
        street=party.street or "",
        more=(party.contact or "") if role == "debtor" else "",
        phone=party.phone,
        postal_code=party.postal_code or "",
        town=party.city or "",
        country=party.country or "",
        email=party.email,
        vat=party.vat,
        iban=party.iban,
    )


def _attach(case: CaseRecord, filing: Filing) -> None:
    for number, sheet in enumerate(filing.bundle.sheets, 1):
        if not sheet.content:
            continue  # several papers of one file, which is kept with the first
        key = f"{case.claim_id}:invoice" + (f":{number}" if number > 1 else "")
        kind = "credit_note" if sheet.is_credit else "invoice"
        case.outside.attach(case, key, kind, sheet.name, media_of(sheet.name, sheet.content), sheet.content)
    for number, (name, content) in enumerate(filing.evidence, 1):
        refuse_program(name, content)
        key = f"{case.claim_id}:evidence:{number}"
        case.outside.attach(case, key, "evidence", name, media_of(name, content), content)
