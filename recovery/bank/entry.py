"""One booked line of a bank account, as the bank reports it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
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
    `parts` above 1 says that the line stands for several payments that the file does not tell apart. `returned` says
    that it sends back an earlier payment, `return_reason` why (ISO 20022, ReturnInformation). `charges` is what a bank
    has kept of it already. `own_id` says that `bank_id` is the bank's own for this payment, not made of the content;
    `batch` is the bank's id of the line that it was told apart from.
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
    returned: bool = False
    return_reason: str | None = None
    charges: Money | None = None
    own_id: bool = False
    batch: str | None = None

    @property
    def taken_back(self) -> bool:
        """Whether the line undoes an earlier one: by the bank, or because the other side sent it back."""
        return self.reversal or self.returned

    @property
    def mark(self) -> str:
        """What the line is known by where its bank gives it no id: account, day, amount, parties and text."""
        return content_mark(
            self.account, self.booked, self.amount, self.credit,
            (self.debtor_iban, self.debtor_name, self.reference, self.text),
        )  # fmt: skip

    def under(self, bank_id: str) -> Entry:
        """Return the line under another id."""
        return replace(self, bank_id=bank_id)

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
            "returned": self.returned,
            "return_reason": self.return_reason,
            "charges": str(self.charges) if self.charges is not None else None,
        }


def content_mark(account: str, booked: date, amount: Money, credit: bool, said: tuple[str | None, ...]) -> str:
    """Return a hash of what a bank line says, alike however its spaces and capitals are written."""
    words = ["".join((text or "").split()).casefold() for text in said]
    key = "|".join([account, booked.isoformat(), str(amount.minor), amount.currency, str(credit), *words])
    return hashlib.sha256(key.encode()).hexdigest()
