"""An invoice in one model, whatever format it came in."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from recovery.money import Money


@dataclass(frozen=True, slots=True)
class Party:
    """The seller or the buyer of an invoice; `contact` is the person there who is written to."""

    name: str
    country: str | None = None
    vat: str | None = None
    tax_id: str | None = None
    registration_number: str | None = None
    iban: str | None = None
    bic: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    email: str | None = None
    phone: str | None = None
    contact: str | None = None
    is_person: bool | None = None

    @property
    def address(self) -> str:
        """The postal address on one line."""
        place = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.street, place) if part)

    def as_dict(self) -> dict[str, Any]:
        """Return the party in the shape of the command line's JSON."""
        return {**asdict(self), "address": self.address}


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the amount with a due day of its own."""

    due: date | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice or credit note. `payable` is what the creditor may claim of `total`."""

    format: str
    version: str
    kind: str
    number: str
    issued: date
    due: date | None
    currency: str
    total: Money
    payable: Money
    seller: Party
    buyer: Party
    term_days: int | None = None
    prepaid: Money | None = None
    instalments: tuple[Instalment, ...] = ()
    references: tuple[str, ...] = ()
    description: str = ""
    payment_reference: str | None = None
    profile: str = ""
    warnings: tuple[str, ...] = field(default=())

    def warned(self, *texts: str) -> Invoice:
        """Return the invoice with more warnings."""
        return replace(self, warnings=(*self.warnings, *texts))

    def as_dict(self) -> dict[str, Any]:
        """Return the invoice in the shape of the command line's JSON."""
        return {
            "format": self.format,
            "version": self.version,
            "profile": self.profile,
            "kind": self.kind,
            "number": self.number,
            "issued": self.issued.isoformat(),
            "due": self.due.isoformat() if self.due else None,
            "term_days": self.term_days,
            "currency": self.currency,
            "total": str(self.total),
            "payable": str(self.payable),
            "prepaid": str(self.prepaid) if self.prepaid is not None else None,
            "seller": self.seller.as_dict(),
            "buyer": self.buyer.as_dict(),
            "instalments": [
                {"due": part.due.isoformat() if part.due else None, "amount": str(part.amount)}
                for part in self.instalments
            ],
            "references": list(self.references),
            "description": self.description,
            "payment_reference": self.payment_reference,
            "warnings": list(self.warnings),
        }
