"""The papers of one claim: invoices of one debtor in one currency, and the credit notes on the invoices they name.

Beside them what happened before it was filed: money that the debtor paid the creditor, and reminders that were sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from recovery.errors import IntakeError
from recovery.intake.checks import faults_of_claim
from recovery.intake.invoice import Invoice, Party
from recovery.money import Money

CHANNELS = ("post", "registered", "email", "hand")
MOST_INVOICES = 200


@dataclass(frozen=True)
class Sheet:
    """One paper of a claim: an invoice or a credit note as read, and the file it came in, if that is not another's."""

    invoice: Invoice
    content: bytes
    name: str

    @property
    def is_credit(self) -> bool:
        """Whether it is a credit note."""
        return self.invoice.kind == "credit_note"


@dataclass(frozen=True)
class Paid:
    """What the debtor paid the creditor before the claim was filed; `invoice` is the number that was paid, if said."""

    on: date
    amount: Money
    invoice: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"on": self.on.isoformat(), **self.amount.as_dict(), "invoice": self.invoice}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Paid:
        """Return what plain data says."""
        amount = Money.parse(row["amount"], row["currency"])
        return cls(date.fromisoformat(row["on"]), amount, row["invoice"])


@dataclass(frozen=True)
class Reminded:
    """A reminder that the creditor sent before the claim was filed."""

    on: date
    channel: str = "post"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"on": self.on.isoformat(), "channel": self.channel}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Reminded:
        """Return what plain data says."""
        return cls(date.fromisoformat(row["on"]), row["channel"])


@dataclass(frozen=True)
class Bundle:
    """All papers of a claim, and what happened to its invoices so far."""

    sheets: tuple[Sheet, ...]
    paid: tuple[Paid, ...] = ()
    reminded: tuple[Reminded, ...] = ()

    @property
    def invoices(self) -> list[Invoice]:
        """The invoices, in their order."""
        return [one.invoice for one in self.sheets if not one.is_credit]

    @property
    def credits(self) -> list[Invoice]:
        """The credit notes, in their order."""
        return [one.invoice for one in self.sheets if one.is_credit]


def plain_number(number: str) -> str:
    """Return an invoice number as two writings of it are compared."""
    return "".join(number.split()).casefold()


def plain_name(name: str) -> str:
    """Return a name as two writings of it are compared: letters and digits alone."""
    return re.sub(r"\W", "", name.casefold())


def numbers_of(party: Party) -> set[str]:
    """Return the numbers that a party is known by, without signs."""
    found = (party.vat, party.tax_id, party.registration_number)
    return {re.sub(r"[^A-Z0-9]", "", number.upper()) for number in found if number}


def same_party(one: Party, other: Party) -> bool:
    """Tell whether two papers mean the same party: by a number, else by name and country."""
    ours, theirs = numbers_of(one), numbers_of(other)
    if ours & theirs:
        return True
    if one.vat and other.vat:
        return False
    return plain_name(one.name) == plain_name(other.name) and (one.country or "") == (other.country or "")


def credited(note: Invoice) -> Money:
    """Return what a credit note takes off; some programs write it with a sign."""
    amount = note.payable if note.payable.minor else note.total
    return Money(abs(amount.minor), amount.currency)


def invoice_of(note: Invoice, invoices: Sequence[Invoice]) -> Invoice | None:
    """Return the invoice that a credit note is for: the one that it names, or the only one where it names none."""
    named = {plain_number(one) for one in note.references}
    found = [one for one in invoices if plain_number(one.number) in named]
    if found:
        return found[0]
    return invoices[0] if len(invoices) == 1 and not named else None


def faults_of_bundle(bundle: Bundle, on: date) -> list[IntakeError]:
    """Return every reason why papers cannot be claimed together on a day, each with what to do."""
    if not bundle.invoices:
        return faults_of_claim(bundle.sheets[0].invoice, on)
    faults = [fault for invoice in bundle.invoices for fault in faults_of_claim(invoice, on)]
    faults += _together(bundle)
    return faults or [*_credits(bundle, on), *_payments(bundle, on), *_reminders(bundle, on)]


def _fault(text: str, code: str, field: str) -> IntakeError:
    return IntakeError(text, code=code, field=field)


def _together(bundle: Bundle) -> Iterator[IntakeError]:
    """Yield what keeps papers from being one claim."""
    first, seen = bundle.invoices[0], set[tuple[str, str]]()
    if len(bundle.sheets) > MOST_INVOICES:
        yield _fault(f"{len(bundle.sheets)} papers: at most {MOST_INVOICES} a claim", "too_many_files", "file")
    for sheet in bundle.sheets:
        one = sheet.invoice
        what = "credit note" if sheet.is_credit else "invoice"
        key = (what, plain_number(one.number))
        if key in seen:
            yield _fault(f"{what} {one.number}: given twice; leave one away", "duplicate_invoice", "file")
        seen.add(key)
        if one is first:
            continue
        apart = "file it as a claim of its own"
        if one.currency != first.currency:
            text = f"{what} {one.number}: in {one.currency}, invoice {first.number} in {first.currency}; {apart}"
            yield _fault(text, "other_currency", "file")
        for role, code in (("buyer", "other_debtor"), ("seller", "other_creditor")):
            if not same_party(getattr(one, role), getattr(first, role)):
                who = "debtor" if role == "buyer" else "creditor"
                yield _fault(
                    f"{what} {one.number}: of another {who} than invoice {first.number}; {apart}", code, "file"
                )


def _credits(bundle: Bundle, on: date) -> Iterator[IntakeError]:
    left = {id(one): one.payable.minor for one in bundle.invoices}
    for note in bundle.credits:
        what, found = f"credit note {note.number}", invoice_of(note, bundle.invoices)
        if found is None:
            named = ", ".join(note.references)
            yield _fault(
                f"{what}: is for invoice {named}, which is not among these; add it or leave the note away"
                if named
                else f"{what}: names none of the invoices; say which one it is for",
                "unknown_invoice",
                "credits",
            )
            continue
        amount = credited(note)
        left[id(found)] -= amount.minor
        if note.issued > on:
            yield _fault(f"{what}: issued on {note.issued}, after {on}; check the date", "issued_in_future", "credits")
        if not amount:
            yield _fault(f"{what}: of nothing; leave it away", "bad_amount", "credits")
        elif left[id(found)] < 0:
            text = f"{what}: takes off more than invoice {found.number} is for"
            yield _fault(text, "more_than_invoiced", "credits")
    if not sum(left.values()):
        yield _fault("credit notes: nothing is left to be claimed", "already_paid", "credits")


def _payments(bundle: Bundle, on: date) -> Iterator[IntakeError]:
    numbers, owed = {plain_number(one.number): one for one in bundle.invoices}, _owed(bundle)
    currency = bundle.invoices[0].currency
    for one in bundle.paid:
        what = f"paid {one.amount} on {one.on}"
        named = numbers.get(plain_number(one.invoice)) if one.invoice else None
        if one.invoice and named is None:
            yield _fault(f"{what}: invoice {one.invoice} is not among these", "unknown_invoice", "paid")
            continue
        first = named.issued if named else min(invoice.issued for invoice in bundle.invoices)
        if one.amount.currency != currency:
            yield _fault(f"{what}: in {one.amount.currency}, the debt in {currency}", "currency_mismatch", "paid")
        elif one.amount.minor <= 0:
            yield _fault(f"{what}: must be more than zero", "bad_amount", "paid")
        elif one.on > on:
            yield _fault(f"{what}: lies after {on}; check the date", "future_day", "paid")
        elif one.on < first:
            yield _fault(f"{what}: before the invoice of {first}; check the date", "bad_date", "paid")
        elif named is not None:
            owed[id(named)] -= one.amount.minor
            if owed[id(named)] < 0:
                yield _fault(f"{what}: more than is open of invoice {named.number}", "more_than_invoiced", "paid")
    paid = sum(one.amount.minor for one in bundle.paid)
    if paid and paid >= sum(_owed(bundle).values()):
        yield _fault("paid: all that was invoiced is paid; nothing is left to be claimed", "already_paid", "paid")


def _owed(bundle: Bundle) -> dict[int, int]:
    """Return what each invoice is for, less what was credited on it, in minor units."""
    owed = {id(one): one.payable.minor for one in bundle.invoices}
    for note in bundle.credits:
        found = invoice_of(note, bundle.invoices)
        if found is not None:
            owed[id(found)] -= credited(note).minor
    return owed


def open_minor(bundle: Bundle) -> int:
    """Return what is open of all invoices: less credit notes and what was paid, in minor units."""
    return sum(_owed(bundle).values()) - sum(one.amount.minor for one in bundle.paid)


def _reminders(bundle: Bundle, on: date) -> Iterator[IntakeError]:
    first = min(one.issued for one in bundle.invoices)
    for one in bundle.reminded:
        what = f"reminded on {one.on}"
        if one.channel not in CHANNELS:
            yield _fault(f"{what} by {one.channel!r}: one of {', '.join(CHANNELS)}", "bad_choice", "reminded")
        if one.on > on:
            yield _fault(f"{what}: lies after {on}; check the date", "future_day", "reminded")
        elif one.on < first:
            yield _fault(f"{what}: before the invoice of {first}; check the date", "bad_date", "reminded")


def facts_of(bundle: Bundle) -> dict[str, list[dict[str, Any]]]:
    """Return credits, payments and reminders in the shape of the rules."""
    numbers = {plain_number(one.number): one.number for one in bundle.invoices}
    return {
        "credits": [
            {
                "on": note.issued.isoformat(),
                "amount": str(credited(note)),
                "currency": note.currency,
                "invoice": found.number,
                "kind": "credit_note",
                "reason": reason_of(note),
            }
            for note in bundle.credits
            if (found := invoice_of(note, bundle.invoices)) is not None
        ],
        "payments": [
            {
                "on": one.on.isoformat(),
                "amount": str(one.amount),
                "currency": one.amount.currency,
                "invoice": numbers.get(plain_number(one.invoice)) if one.invoice else None,
            }
            for one in sorted(bundle.paid, key=lambda one: one.on)
        ],
        "events": [
            {"kind": "reminder", "on": one.on.isoformat(), "by": "creditor", "channel": one.channel}
            for one in sorted(bundle.reminded, key=lambda one: one.on)
        ],
    }


def reason_of(note: Invoice) -> str:
    """Return by which a credit of a case is known: the note's own number."""
    return f"credit note {note.number}"


def warnings_of(sheets: Iterable[Sheet]) -> tuple[str, ...]:
    """Return the warnings of all papers; of several each says whose it is. A credit note has no due day to miss."""
    all_ = list(sheets)
    if len(all_) == 1:
        return all_[0].invoice.warnings
    return tuple(
        f"{one.invoice.number}: {text}"
        for one in all_
        for text in one.invoice.warnings
        if not (one.is_credit and text.startswith("no due date"))
    )
