"""Whether an invoice can be claimed: every fault at once, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from recovery.errors import IntakeError
from recovery.intake.invoice import Invoice
from recovery.money import minor_digits


def faults_of_claim(invoice: Invoice, as_of: date) -> list[IntakeError]:
    """Return every reason why an invoice cannot be claimed on a day."""
    return [
        *_document(invoice),
        *_amounts(invoice),
        *faults_of_dates(invoice, as_of),
        *_parties(invoice),
        *_texts(invoice),
    ]


# More than any of these has in life, and less than an index of a database takes (2,704 bytes in PostgreSQL).
MOST = {
    "number": 120,
    **dict.fromkeys(("name", "street", "city", "email", "contact"), 300),
    **dict.fromkeys(("vat", "tax_id", "registration_number", "postal_code", "iban", "bic", "phone"), 60),
}


def _texts(invoice: Invoice) -> Iterator[IntakeError]:
    """Yield what no database keeps: a text that is too long, a character that is none."""
    texts = {"number": invoice.number}
    for role, party in (("buyer", invoice.buyer), ("seller", invoice.seller)):
        texts |= {f"{role}.{name}": getattr(party, name) or "" for name in MOST if name != "number"}
    for field, text in texts.items():
        most = MOST[field.rsplit(".", 1)[-1]]
        if len(text) > most:
            yield _fault(invoice, field, "bad_size", f"{field} has {len(text)} characters; at most {most}")
        if any(ord(mark) < 32 or 0xD800 <= ord(mark) < 0xE000 for mark in text):
            yield _fault(invoice, field, "bad_size", f"{field} holds a character that is none; write it anew")


def _fault(invoice: Invoice, field: str, code: str, text: str) -> IntakeError:
    return IntakeError(f"invoice {invoice.number[:120]}: {text}", code=code, field=field)


def _document(invoice: Invoice) -> Iterator[IntakeError]:
    if invoice.kind == "credit_note":
        yield _fault(
            invoice,
            "kind",
            "credit_note",
            "a credit note, which nobody owes; file the invoice that it corrects",
        )
    try:
        minor_digits(invoice.currency)
    except IntakeError as error:
        yield _fault(invoice, "currency", error.code, error.message)


def _amounts(invoice: Invoice) -> Iterator[IntakeError]:
    paid = invoice.prepaid is not None and invoice.prepaid.minor > 0
    if invoice.payable.minor == 0 and (paid or invoice.total.minor > 0):
        yield _fault(invoice, "payable", "already_paid", "already paid: nothing is payable; file only what is open")
    elif invoice.payable.minor <= 0 and invoice.kind != "credit_note":
        yield _fault(
            invoice,
            "payable",
            "bad_amount",
            f"the amount {invoice.payable} is not more than zero; correct it",
        )


def faults_of_dates(invoice: Invoice, as_of: date) -> Iterator[IntakeError]:
    """Yield what stands against an invoice's dates on a day: in the future, the wrong way round, not due yet."""
    if invoice.issued > as_of:
        yield _fault(
            invoice,
            "issued",
            "issued_in_future",
            f"issued on {invoice.issued}, after {as_of}; check the date",
        )
    if invoice.due and invoice.due < invoice.issued:
        yield _fault(
            invoice,
            "due",
            "due_before_issue",
            f"due {invoice.due} before it was issued on {invoice.issued}; correct the dates",
        )
        return
    due = invoice.due
    if due is None and invoice.term_days is not None:
        due = invoice.issued + timedelta(days=invoice.term_days)
    if due and due >= as_of:
        yield _fault(invoice, "due", "not_due", f"due on {due}; a claim can be filed from the day after")


def _parties(invoice: Invoice) -> Iterator[IntakeError]:
    if not invoice.buyer.name:
        yield _fault(invoice, "buyer.name", "missing", "the debtor has no name; add it")
    if not invoice.seller.name:
        yield _fault(invoice, "seller.name", "missing", "the creditor has no name; add it")
    for role, party in (("buyer", invoice.buyer), ("seller", invoice.seller)):
        if not party.country:
            who = "debtor" if role == "buyer" else "creditor"
            yield _fault(
                invoice,
                f"{role}.country",
                "unknown_country",
                f"the {who}'s country is missing or unknown; write two letters such as IT",
            )
