"""The further papers of a draft: invoices and credit notes of the same debtor, payments and reminders so far.

What is added is checked when it is added and kept in plain form, so that neither language nor session changes it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from recovery.case.papers import is_copy, refuse_program
from recovery.errors import Faults, IntakeError
from recovery.filing.bundle import CHANNELS, MOST_INVOICES, Paid, Reminded, Sheet, plain_number, same_party
from recovery.filing.fields import Typed, typed_of
from recovery.filing.paper import waiting_row
from recovery.intake.invoice import Invoice, Party
from recovery.money import Money
from recovery.store import documents
from recovery.store.portal_tables import ClaimDraft

Read = Callable[[bytes, str], Invoice]
ROLE = "more"
# What is typed to add an invoice by hand, a payment, a reminder.
BY_HAND = ("more_kind", "more_number", "more_issued", "more_due", "more_amount", "more_of")
PAYMENT = ("paid_on", "paid_amount", "paid_invoice")
REMINDER = ("reminded_on", "reminded_channel")
FIELDS = (*BY_HAND, *PAYMENT, *REMINDER)


def rows_of(draft: ClaimDraft, what: str) -> list[dict[str, Any]]:
    """Return the rows of a draft: `more`, `paid`, `reminded`, or `apart`, which are of another debtor or currency."""
    return list(draft.typed.get(what) or [])


def waiting_of(draft: ClaimDraft) -> list[dict[str, Any]]:
    """Return the papers of a draft that nobody has said yet what they say, each with what was read of it."""
    single = draft.typed.get("pending")  # as drafts of before have it
    return [*([single] if single else ()), *(draft.typed.get("waiting") or ())]


def _keep(session: Session, draft: ClaimDraft, now: datetime, **rows: Any) -> None:
    draft.typed = {**draft.typed, **rows}
    draft.changed_at = now
    session.add(draft)
    session.flush()


def currency_of(draft: ClaimDraft) -> str:
    """Return the currency of a draft's claim."""
    return str(draft.typed.get("currency") or "EUR").upper()


# ---- papers


def add_files(
    session: Session,
    draft: ClaimDraft,
    files: Iterable[tuple[str, bytes]],
    read: Read,
    now: datetime,
    pages: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Add e-invoices and credit notes to a draft; those of another debtor or currency are put apart.

    A copy waits until a person has said what it says; `pages` is what was read of copies, by their hashes.

    Raises:
        Faults: a file is broken, or there are too many.
    """
    for name, content in files:
        if len(rows_of(draft, "more")) + len(waiting_of(draft)) >= MOST_INVOICES:
            raise Faults([_fault("more", "too_many_files", f"at most {MOST_INVOICES} papers a claim")])
        refuse_program(name, content)
        row = {"id": uuid.uuid4().hex[:8], "sha256": documents.keep(content), "name": name[:120]}
        try:
            invoice = read(content, name)
        except IntakeError as error:
            if not is_copy(content):
                raise Faults([_fault("more", error.code, error.message)]) from None
            _await(session, draft, {**row, **waiting_row((pages or {}).get(row["sha256"]) or {})}, now)
            continue
        shown = {**row, "source": "e_invoice", **_shown(invoice)}
        why = _apart(draft, invoice, read)
        if why:
            _keep(session, draft, now, apart=[*rows_of(draft, "apart"), {**shown, "why": why}])
            continue
        if draft.typed.get("source") == "hand" and not draft.typed.get("debtor_name"):
            told = {key: value for key, value in typed_of(invoice).items() if key.startswith("debtor_")}
            _keep(session, draft, now, **told)
        _keep(session, draft, now, more=[*rows_of(draft, "more"), shown])


def _await(session: Session, draft: ClaimDraft, row: dict[str, Any], now: datetime) -> None:
    kept = [one for one in waiting_of(draft) if one["sha256"] != row["sha256"]]
    _keep(session, draft, now, pending=None, waiting=[*kept, row])


def _shown(invoice: Invoice) -> dict[str, str]:
    return {
        "kind": invoice.kind,
        "number": invoice.number,
        "issued": invoice.issued.isoformat(),
        "due": invoice.due.isoformat() if invoice.due else "",
        "amount": str(invoice.payable if invoice.payable.minor else invoice.total),
        "currency": invoice.currency,
        "debtor": invoice.buyer.name,
        "of": ", ".join(invoice.references) if invoice.kind == "credit_note" else "",
    }


def _apart(draft: ClaimDraft, invoice: Invoice, read: Read) -> str:
    """Return why a paper is no part of the claim, "" where it is: another currency, or another debtor."""
    if draft.typed.get("currency") and invoice.currency != currency_of(draft):
        return "other_currency"
    buyer = _buyer(draft, read)
    return "other_debtor" if buyer is not None and not same_party(buyer, invoice.buyer) else ""


def _buyer(draft: ClaimDraft, read: Read) -> Party | None:
    """Return the debtor of a draft as its invoice or what was typed names it."""
    if draft.typed.get("source") == "e_invoice":
        paper = next((row for row in draft.files if row["role"] == "invoice"), None)
        if paper:
            return read(documents.read(paper["sha256"]), paper["name"]).buyer
    name = str(draft.typed.get("debtor_name") or "")
    country, vat = (str(draft.typed.get(f"debtor_{what}") or "") or None for what in ("country", "vat"))
    return Party(name, country, vat=vat) if name else None


def add_typed(session: Session, draft: ClaimDraft, typed: Mapping[str, Any], now: datetime) -> None:
    """Add an invoice or credit note as a person typed it, with the file that waits for it, if one does.

    Raises:
        Faults: what is missing or cannot be read, each with its field.
    """
    faults: list[IntakeError] = []
    read = Typed(typed, faults)
    number, issued, due = read.text("more_number", True), read.day("more_issued", True), read.day("more_due")
    amount = read.amount("more_amount", currency_of(draft))
    if not faults and amount.minor <= 0:
        faults.append(_fault("more_amount", "bad_amount", "must be more than zero"))
    if faults:
        raise Faults(faults)
    waiting = waiting_of(draft)
    paper = {name: waiting[0][name] for name in ("id", "sha256", "name")} if waiting else {}
    paper = paper or {"id": uuid.uuid4().hex[:8], "sha256": "", "name": ""}
    kind = "credit_note" if read.text("more_kind") == "credit_note" else "invoice"
    row = {
        **paper,
        "source": "hand",
        "kind": kind,
        "number": number,
        "issued": issued.isoformat() if issued else "",
        "due": due.isoformat() if due else "",
        "amount": str(amount),
        "currency": amount.currency,
        "debtor": str(draft.typed.get("debtor_name") or ""),
        "of": read.text("more_of"),
    }
    empty = dict.fromkeys(BY_HAND, "")
    _keep(session, draft, now, more=[*rows_of(draft, "more"), row], pending=None, waiting=waiting[1:], **empty)


def add_paid(session: Session, draft: ClaimDraft, typed: Mapping[str, Any], now: datetime) -> None:
    """Add a payment that the debtor made to the member before.

    Raises:
        Faults: what is missing or cannot be read, each with its field.
    """
    faults: list[IntakeError] = []
    read = Typed(typed, faults)
    on, amount = read.day("paid_on", True), read.amount("paid_amount", currency_of(draft))
    if not faults and amount.minor <= 0:
        faults.append(_fault("paid_amount", "bad_amount", "must be more than zero"))
    if faults or on is None:
        raise Faults(faults)
    row = Paid(on, amount, read.text("paid_invoice") or None).as_dict()
    made = {"id": uuid.uuid4().hex[:8], **row}
    _keep(session, draft, now, paid=[*rows_of(draft, "paid"), made], **dict.fromkeys(PAYMENT, ""))


def add_reminder(session: Session, draft: ClaimDraft, typed: Mapping[str, Any], now: datetime) -> None:
    """Add a reminder that the member sent before.

    Raises:
        Faults: the day is missing or none.
    """
    faults: list[IntakeError] = []
    read = Typed(typed, faults)
    on, channel = read.day("reminded_on", True), read.text("reminded_channel")
    if faults or on is None:
        raise Faults(faults)
    row = Reminded(on, channel if channel in CHANNELS else "post").as_dict()
    made = {"id": uuid.uuid4().hex[:8], **row}
    _keep(session, draft, now, reminded=[*rows_of(draft, "reminded"), made], **dict.fromkeys(REMINDER, ""))


def add_what_is_typed(session: Session, draft: ClaimDraft, action: str, now: datetime) -> None:
    """Add what one of the forms asks for, or all that is filled in where a person simply goes on.

    Raises:
        Faults: it is not whole, or cannot be read.
    """
    typed = draft.typed
    for wanted, names, add in (
        ("add-invoice", ("more_number", "more_amount"), add_typed),
        ("add-paid", ("paid_on", "paid_amount"), add_paid),
        ("add-reminder", ("reminded_on",), add_reminder),
    ):
        filled = any(str(typed.get(name) or "").strip() for name in names)
        if action == wanted or (action == "on" and filled):
            add(session, draft, typed, now)


def drop_row(session: Session, draft: ClaimDraft, row_id: str, now: datetime) -> None:
    """Take a row out of a draft, whatever it is."""
    left = {
        what: [row for row in rows_of(draft, what) if row["id"] != row_id]
        for what in ("more", "paid", "reminded", "apart")
    }
    before = waiting_of(draft)
    waiting = [row for row in before if row["id"] != row_id]
    # What stood in the form was of the paper that goes.
    empty = dict.fromkeys(BY_HAND, "") if before and before[0]["id"] == row_id else {}
    _keep(session, draft, now, pending=None, waiting=waiting, **left, **empty)


def take_apart(
    session: Session, draft: ClaimDraft, row_id: str, now: datetime
) -> tuple[tuple[str, bytes], dict[str, Any]] | None:
    """Return the file of a paper that belongs to another claim and what was read of it, out of this draft now.

    None if it is gone.
    """
    row = next((one for one in (*rows_of(draft, "apart"), *waiting_of(draft)) if one["id"] == row_id), None)
    if row is None:
        return None
    drop_row(session, draft, row_id, now)
    return (row["name"], documents.read(row["sha256"])), row.get("found") or {}


# ---- the claim


def sheets_of(draft: ClaimDraft, first: Invoice, read: Read) -> tuple[Sheet, ...]:
    """Return the further papers of a draft, of the debtor and in the name that its first invoice has."""
    return tuple(_sheet(row, first, read) for row in rows_of(draft, "more"))


def _sheet(row: Mapping[str, Any], first: Invoice, read: Read) -> Sheet:
    content = documents.read(row["sha256"]) if row["sha256"] else b""
    if row["source"] == "e_invoice":
        found = read(content, row["name"])
        return Sheet(replace(found, buyer=first.buyer, seller=first.seller), content, row["name"])
    amount = Money.parse(row["amount"], row["currency"])
    made = replace(
        first,
        format="typed",
        kind=row["kind"],
        number=row["number"],
        issued=date.fromisoformat(row["issued"]),
        due=date.fromisoformat(row["due"]) if row["due"] else None,
        currency=row["currency"],
        total=amount,
        payable=amount,
        prepaid=None,
        instalments=(),
        term_days=None,
        references=(row["of"],) if row["of"] else (),
        payment_reference=None,
        description="",
        warnings=(),
    )
    return Sheet(made, content, row["name"])


def paid_of(draft: ClaimDraft) -> tuple[Paid, ...]:
    """Return what the debtor paid before."""
    return tuple(Paid.from_dict(row) for row in rows_of(draft, "paid"))


def reminded_of(draft: ClaimDraft) -> tuple[Reminded, ...]:
    """Return the reminders that were sent before."""
    return tuple(Reminded.from_dict(row) for row in rows_of(draft, "reminded"))


def numbers_of(draft: ClaimDraft) -> list[str]:
    """Return the numbers of a draft's invoices, credit notes apart."""
    first = str(draft.typed.get("number") or "")
    rows = [row["number"] for row in rows_of(draft, "more") if row["kind"] != "credit_note"]
    return list({plain_number(number): number for number in (first, *rows) if number}.values())


def _fault(field: str, code: str, text: str) -> IntakeError:
    return IntakeError(f"{field}: {text}", code=code, field=field)
