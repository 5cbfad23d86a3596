"""What a reader notes on the way: warnings and faults; numbers and amounts that leave them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from recovery.errors import IntakeError
from recovery.money import Money, minor_digits

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}")


@dataclass
class Notes:
    """Warnings and faults of one document; all faults are raised together in the end."""

    name: str
    warnings: list[str] = field(default_factory=list)
    faults: list[IntakeError] = field(default_factory=list)

    def warn(self, text: str) -> None:
        """Note what is odd, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def fault(self, field: str, message: str, code: str) -> None:
        """Note what must be mended, once for each field and code."""
        if not any(fault.field == field and fault.code == code for fault in self.faults):
            self.faults.append(IntakeError(f"{self.name}: {message}", code=code, field=field))

    def number(self, text: str, field: str) -> Decimal | None:
        """Return a number; an unreadable one is a fault."""
        plain = re.sub(r"[\s\u00a0]", "", text)
        if _COMMA.fullmatch(plain):
            plain = plain.replace(",", ".")
            self.warn(f"{field} is written with a decimal comma: read as {plain}")
        if _NUMBER.fullmatch(plain):
            return Decimal(plain)
        self.fault(field, f"{field} {text[:40]!r} is no amount; write it as 1234.50", "bad_amount")
        return None

    def money(self, value: Decimal, currency: str, field: str) -> Money:
        """Return an amount rounded half up to the currency; a change leaves a warning."""
        rounded = Money.rounded(value, currency)
        if rounded.major != value:
            self.warn(f"{field} {value} has more than {minor_digits(currency)} decimals: rounded to {rounded}")
        return rounded

    def currency(self, text: str | None) -> str | None:
        """Return a currency code; a missing or unknown one is a fault."""
        if not text:
            self.fault("currency", "no currency; write three letters such as EUR", "missing")
            return None
        try:
            minor_digits(text.upper())
        except IntakeError as error:
            self.fault("currency", error.message, "unknown_currency")
            return None
        return text.upper()
