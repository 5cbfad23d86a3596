"""One booked line of a bank account, as the bank reports it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from recovery.money import Money


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the bank tells of a conversion: the amount before it, and the rate between two currencies."""

    original: Money | None
    rate: Decimal | None
    source_currency: str | None
    target_currency: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return the conversion as plain data."""
        return {
            "original": self.original.as_dict() if self.original else None,
            "rate": str(self.rate) if self.rate is not None else None,
            "source_currency": self.source_currency,
            "target_currency": self.target_currency,
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One booked payment: `amount` is positive, `credit` tells whether it came in.

    `credit` is the direction the money moved, as the bank states it. On a `reversal` that is the opposite of
    the entry taken back (ISO 20022, ReversalIndicator): a credit returns what we had paid, a debit takes back
    what had come in. `mentions` is what else the payer stated: document numbers, further references.
    `parts` above 1 says that the line stands for several payments that the file does not tell apart.
    """

    account: str
    booked: date
    value: date
    amount: Money
    credit: bool
    debtor_name: str | None
    debtor_iban: str | None
    reference: str | None
    text: str
    bank_id: str
    mentions: tuple[str, ...] = ()
    ultimate_debtor_name: str | None = None
    reversal: bool = False
    parts: int = 1
    exchange: Exchange | None = None

    @property
    def currency(self) -> str:
        """The currency of the account's line."""
        return self.amount.currency

    def as_dict(self) -> dict[str, Any]:
        """Return the entry in the shape of the command line's JSON."""
        return {
            "account": self.account,
            "booked": self.booked.isoformat(),
            "value": self.value.isoformat(),
            **self.amount.as_dict(),
            "credit": self.credit,
            "debtor_name": self.debtor_name,
            "debtor_iban": self.debtor_iban,
            "reference": self.reference,
            "text": self.text,
            "bank_id": self.bank_id,
            "mentions": list(self.mentions),
            "ultimate_debtor_name": self.ultimate_debtor_name,
            "reversal": self.reversal,
            "parts": self.parts,
            "exchange": self.exchange.as_dict() if self.exchange else None,
        }
