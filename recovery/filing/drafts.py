"""A claim that a member is still writing: what was typed is kept as typed, judged only when asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from recovery.case.papers import MOST_BYTES, is_copy, refuse_program
from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.errors import CaseError, Faults, IntakeError
from recovery.filing import draft_bundle
from recovery.filing.bundle import faults_of_bundle
from recovery.filing.claims import Filing, claim_data, file_claim
from recovery.filing.fields import Typed, described, typed_of
from recovery.filing.paper import unseen
from recovery.filing.rehearsal import refuse_unworkable
from recovery.intake.checks import faults_of_claim, faults_of_dates
from recovery.intake.identifiers import identify
from recovery.intake.invoice import Invoice
from recovery.law.claim import parse_claim
from recovery.store import documents
from recovery.store.portal_tables import ClaimDraft
from recovery.store.tables import Member

STEPS = ("invoice", "more", "debtor", "evidence", "preview", "mandate")
MOST_FILES = 20
INVOICE_FIELDS = (
    *("number", "issued", "due", "currency", "amount", "open", "description"),
    *("seller_vat", "seller_street", "seller_place"),
)
DEBTOR_FIELDS = (
    *("debtor_name", "debtor_kind", "debtor_country", "debtor_street", "debtor_postal_code", "debtor_city"),
    *("debtor_email", "debtor_phone", "debtor_contact", "debtor_vat"),
)
COMPLAINT = "debtor_complaint"
MOST_COMPLAINT = 2000
EVIDENCE_FIELDS = ("claim_kind", "contract_date", "contract_rate")
FIELDS = {
    "invoice": ("file", *INVOICE_FIELDS),
    "more": ("more", "paid", "reminded", *draft_bundle.FIELDS),
    "debtor": (*DEBTOR_FIELDS, COMPLAINT),
    "evidence": EVIDENCE_FIELDS,
}
CONSENTS = ("formal_notice", "court")
Read = Callable[[bytes, str], Invoice]


@dataclass(frozen=True)
class Paper:
    """A file of a draft: the invoice itself, or evidence."""

    role: str
    name: str
    sha256: str
    size: int


def new_draft(session: Session, member: Member, now: datetime) -> ClaimDraft:
    """Begin a draft for a member."""
    made = ClaimDraft(id=uuid.uuid4().hex, member_id=member.id, created_at=now, changed_at=now)
    session.add(made)
    session.flush()
    return made


def draft_of(session: Session, draft_id: str, member_id: str, lock: bool = True) -> ClaimDraft:
    """Return a member's own draft, locked for this unit of work.

    Raises:
        CaseError: the member has no such draft.
    """
    found = session.get(ClaimDraft, draft_id, with_for_update=lock or None)
    if found is None or found.member_id != member_id:
        raise CaseError("this draft does not exist", code="draft_not_found")
    return found


def drafts_of(session: Session, member_id: str) -> list[ClaimDraft]:
    """Return what a member has begun and not filed, the newest first."""
    query = select(ClaimDraft).where(ClaimDraft.member_id == member_id, col(ClaimDraft.claim_id).is_(None))
    return list(session.exec(query.order_by(col(ClaimDraft.changed_at).desc()).limit(50)))


def drop_draft(session: Session, draft: ClaimDraft) -> None:
    """Delete a draft that was not filed; its files stay in the store until retention removes them."""
    if draft.claim_id is None:
        session.delete(draft)


def type_in(session: Session, draft: ClaimDraft, typed: Mapping[str, Any], now: datetime) -> None:
    """Keep what was typed, whatever it is."""
    draft.typed = {**draft.typed, **typed}
    draft.changed_at = now
    session.add(draft)
    session.flush()


def papers_of(draft: ClaimDraft, role: str | None = None) -> list[Paper]:
    """Return a draft's files, or those of a role."""
    return [Paper(**row) for row in draft.files if role in (None, row["role"])]


def add_paper(session: Session, draft: ClaimDraft, role: str, name: str, content: bytes, now: datetime) -> None:
    """Keep a file with a draft; a new invoice takes the place of the one before.

    Raises:
        IntakeError: the file is empty or too large, or there are too many.
    """
    if not 0 < len(content) <= MOST_BYTES:
        raise IntakeError(
            f"{name}: {len(content)} bytes; a file has from 1 to {MOST_BYTES} bytes", code="bad_size", field="file"
        )
    refuse_program(name, content)
    others = [row for row in draft.files if not (role == "invoice" and row["role"] == "invoice")]
    if len(others) >= MOST_FILES:
        raise IntakeError(f"files: at most {MOST_FILES} a claim", code="too_many_files", field="file")
    sha256 = documents.keep(content)
    row = {"role": role, "name": name[:120], "sha256": sha256, "size": len(content)}
    draft.files = [*(one for one in others if (one["role"], one["sha256"]) != (role, sha256)), row]
    draft.changed_at = now
    session.add(draft)
    session.flush()


def drop_paper(session: Session, draft: ClaimDraft, sha256: str, now: datetime) -> None:
    """Take a file out of a draft."""
    draft.files = [row for row in draft.files if row["sha256"] != sha256]
    draft.changed_at = now
    session.add(draft)
    session.flush()


def take_invoice(
    session: Session, draft: ClaimDraft, member: Member, name: str, content: bytes, read: Read, now: datetime
) -> bool:
    """Keep an invoice and fill in what it says; tell whether it could be read (a scan is kept as a copy).

    Raises:
        IntakeError: the file is empty or too large, or an e-invoice that is broken.
    """
    replaced = draft.typed.get("source") == "e_invoice"
    add_paper(session, draft, "invoice", name, content, now)
    try:
        invoice = read(content, name)
    except IntakeError:
        if not is_copy(content):
            raise
        # What the e-invoice before said goes with it; what a person typed beside a copy stays.
        type_in(session, draft, {**(_READ if replaced else {}), "source": "hand"}, now)
        return False
    type_in(session, draft, {**_READ, "source": "e_invoice", **typed_of(invoice)}, now)
    return True


# What an e-invoice fills in, as it is without one.
_READ = dict.fromkeys((*INVOICE_FIELDS, *DEBTOR_FIELDS), "")


def invoice_of(draft: ClaimDraft, member: Member, read: Read) -> Invoice:
    """Return the invoice that a draft describes: the e-invoice with what the member put right, or all as typed.

    Raises:
        Faults: what is missing or cannot be read, all at once.
    """
    faults: list[IntakeError] = []
    typed = Typed(draft.typed, faults)
    papers = papers_of(draft, "invoice")
    if not papers:
        faults.append(IntakeError("the invoice is missing: upload it", code="missing", field="file"))
    made = described(typed, member)
    if made.payable.currency == made.total.currency and made.payable > made.total:
        faults.append(IntakeError(f"open: at most {made.total}", code="more_than_invoiced", field="open"))
    if faults:
        raise Faults(faults)
    if draft.typed.get("source") == "e_invoice":
        return _put_right(read(documents.read(papers[0].sha256), papers[0].name), made, member)
    return made


def odd_number(draft: ClaimDraft) -> bool:
    """Tell whether the seller's number of an e-invoice does not pass its check: told, and to be put right or left."""
    number = str(draft.typed.get("seller_vat") or "")
    return draft.typed.get("source") == "e_invoice" and bool(number) and not identify(number)["valid"]


def _put_right(read: Invoice, typed: Invoice, member: Member) -> Invoice:
    """Return an e-invoice with the debtor and the open amount as the member gave them."""
    changed = replace(
        read,
        payable=typed.payable,
        seller=replace(read.seller, vat=typed.seller.vat or read.seller.vat),
        buyer=replace(
            read.buyer,
            **{
                name: getattr(typed.buyer, name)
                for name in (
                    *("name", "country", "vat", "street", "postal_code", "city", "email", "phone", "contact"),
                    "is_person",
                )
            },
        ),
    )
    if _plain(read.seller.name) != _plain(member.name):
        changed = changed.warned(f"the invoice is from {read.seller.name!r}, filed by the member {member.name!r}")
    if typed.payable > read.payable:
        raise Faults([IntakeError(f"open: at most {read.payable}", code="more_than_invoiced", field="open")])
    if typed.payable < read.payable:
        told = f"the member claims {typed.payable} of the {read.payable} {read.currency} payable"
        return replace(changed, instalments=()).warned(told)
    return changed


def _plain(name: str) -> str:
    return "".join(name.casefold().split())


def filing_of(draft: ClaimDraft, member: Member, read: Read, on: date) -> Filing:
    """Return what a draft files, its evidence left aside: that is read when the claim is filed, not at every look.

    Raises:
        Faults: everything that is missing or wrong, each with its field.
    """
    invoice = invoice_of(draft, member, read)
    faults: list[IntakeError] = []
    typed = Typed(draft.typed, faults)
    signed = typed.day("contract_date")
    rate = typed.rate("contract_rate")
    if len(typed.text(COMPLAINT)) > MOST_COMPLAINT:
        faults.append(IntakeError(f"at most {MOST_COMPLAINT} characters", code="bad_size", field=COMPLAINT))
    faults += faults_of_claim(invoice, on)
    faults += unseen(draft.typed)
    if waiting := draft_bundle.waiting_of(draft):
        told = f"more: {waiting[0]['name']} waits for what it says"
        faults.append(IntakeError(told, code="waiting_paper", field="more"))
    if faults:
        raise Faults([_named(fault) for fault in faults])
    filing = _filing(draft, member, invoice, on, signed, rate)
    filing = replace(
        filing,
        more=draft_bundle.sheets_of(draft, invoice, read),
        paid=draft_bundle.paid_of(draft),
        reminded=draft_bundle.reminded_of(draft),
    )
    if more := faults_of_bundle(filing.bundle, on):  # the first invoice has none
        raise Faults([_of_more(fault) for fault in more])
    try:
        refuse_unworkable(parse_claim(claim_data(filing)), on)
    except Faults as error:
        raise Faults([_named(fault) for fault in error.faults]) from None
    return filing


def _filing(
    draft: ClaimDraft, member: Member, invoice: Invoice, on: date, signed: date | None, rate: str | None
) -> Filing:
    paper = papers_of(draft, "invoice")[0]
    contract = {"date": signed.isoformat() if signed else None, "rate": rate}
    given = draft.typed.get("consents") or []
    return Filing(
        invoice=invoice,
        content=documents.read(paper.sha256),
        name=paper.name,
        on=on,
        member_email=member.email,
        debtor_kind=str(draft.typed["debtor_kind"]),
        claim_kind=str(draft.typed.get("claim_kind") or "services"),
        consents=tuple(kind for kind in ("mandate", *CONSENTS) if kind in given),
        contract={key: value for key, value in contract.items() if value},
        complaint=str(draft.typed.get(COMPLAINT) or "").strip(),
    )


# The invoice's own names of what a form asks.
_FIELDS = {
    "payable": "open",
    "buyer.name": "debtor_name",
    "buyer.country": "debtor_country",
    "seller.name": "number",
    "seller.country": "number",
    "kind": "file",
}


def _of_more(fault: IntakeError) -> IntakeError:
    """Return a fault of a further paper, of a payment or of a reminder, with the field that shows it."""
    field = fault.field if fault.field in ("paid", "reminded") else "more"
    return IntakeError(fault.message, code=fault.code, field=field)


def next_step(draft: ClaimDraft, step: str) -> str:
    """Return the step after one; the one of further papers only where there are some."""
    following = STEPS[STEPS.index(step) + 1]
    some = any(draft_bundle.rows_of(draft, what) for what in ("more", "paid", "reminded", "apart"))
    return following if following != "more" or some or draft_bundle.waiting_of(draft) else "debtor"


def title_of(draft: ClaimDraft) -> str:
    """Return what a draft is known by: the debtor and the amount, as far as they are known."""
    typed = draft.typed
    amount = str(typed.get("open") or typed.get("amount") or "")
    sum_ = f"{amount} {typed.get('currency') or ''}".strip() if amount else ""
    return ", ".join(part for part in (str(typed.get("debtor_name") or ""), sum_) if part)


def _named(fault: IntakeError) -> IntakeError:
    field = _FIELDS.get(fault.field or "", fault.field)
    return IntakeError(fault.message, code=fault.code, field=field)


def faults_of(draft: ClaimDraft, member: Member, read: Read, on: date) -> dict[str, list[IntakeError]]:
    """Return what is missing or wrong in a draft, by the step that asks for it."""
    found: list[IntakeError] = []
    try:
        filing_of(draft, member, read, on)
    except Faults as error:
        found = error.faults
    except IntakeError as error:  # the invoice's own file
        return {step: [error] if step == "invoice" else [] for step in FIELDS}
    found += _of_dates(draft, member, read, on, {one.field for one in found})
    return {step: [one for one in found if (one.field or "file") in asked] for step, asked in FIELDS.items()}


def _of_dates(draft: ClaimDraft, member: Member, read: Read, on: date, told: set[str | None]) -> list[IntakeError]:
    """Return what is wrong with the invoice's dates, though its debtor is not known yet: on the step of the dates."""
    if told & {"issued", "due"} or not told:
        return []
    paper = next(iter(papers_of(draft, "invoice")), None)
    made = described(Typed(draft.typed, []), member)
    if draft.typed.get("source") == "e_invoice" and paper:
        made = read(documents.read(paper.sha256), paper.name)
    return [] if made.issued == date.min else list(faults_of_dates(made, on))


def file_draft(session: Session, draft: ClaimDraft, member: Member, read: Read, on: date, now: datetime) -> CaseRecord:
    """File the claim of a draft; a second call gives the case of the first.

    Raises:
        Faults: the claim cannot be filed; the draft stays as it is.
        IntakeError: the mandate is missing, or the invoice is claimed already.
    """
    if draft.claim_id:
        return load(session, draft.claim_id)
    if "mandate" not in (draft.typed.get("consents") or []):
        raise IntakeError("mandate: give it, or nobody may act for you", code="missing", field="mandate")
    evidence = tuple((one.name, documents.read(one.sha256)) for one in papers_of(draft, "evidence"))
    case = file_claim(session, replace(filing_of(draft, member, read, on), evidence=evidence))
    draft.claim_id, draft.changed_at = case.claim_id, now
    session.add(draft)
    session.flush()
    return case
