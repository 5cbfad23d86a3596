"""What was read of an invoice that is pages only, in the shape of the command line's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from recovery.intake.paper.found import Found, Note
from recovery.intake.paper.rows import Page
from recovery.money import Money

# The fields that a reading may hold, in the order in which a form asks for them.
FIELDS = (
    *("number", "issued", "due", "currency", "total", "payable", "payment_reference"),
    *("seller.name", "seller.country", "seller.vat", "seller.iban"),
    *("buyer.name", "buyer.country", "buyer.vat", "buyer.street", "buyer.postal_code", "buyer.city"),
)
_PARTY = ("name", "country", "vat", "iban", "street", "postal_code", "city")


@dataclass(frozen=True, slots=True)
class Reading:
    """An invoice as found on pages: each field with its place, or absent. Nothing of it is filed unseen."""

    format: str
    kind: str
    fields: Mapping[str, Found]
    pages: tuple[Page, ...]
    language: str | None = None
    term_days: int | None = None
    notes: tuple[Note, ...] = field(default=())
    others: tuple[Reading, ...] = field(default=())

    def value(self, name: str) -> Any:
        """Return what was found of a field, None where nothing was."""
        found = self.fields.get(name)
        return found.value if found else None

    def text(self, name: str) -> str | None:
        """Return the value of a field as the command line's JSON writes it."""
        value = self.value(name)
        if isinstance(value, Decimal):
            return self._money(value)
        if isinstance(value, date):
            return value.isoformat()
        return value if value is None else str(value)

    def _money(self, value: Decimal) -> str:
        currency = self.value("currency")
        return str(Money.rounded(value, currency)) if currency else f"{value:.2f}"

    def as_dict(self) -> dict[str, Any]:
        """Return the reading in the shape of the command line's JSON."""
        answer: dict[str, Any] = {
            "format": self.format,
            "version": "",
            "kind": self.kind,
            **{name: self.text(name) for name in FIELDS if "." not in name},
            "term_days": self.term_days,
            "language": self.language,
            "seller": self._party("seller"),
            "buyer": self._party("buyer"),
            "instalments": [],
            "fields": {name: self._field(name, found) for name, found in self.fields.items()},
            "pages": [
                {"number": page.number, "width": page.width, "height": page.height, "turn": page.turn}
                for page in self.pages
            ],
            "warnings": [note.text for note in self.notes],
            "notes": [note.code for note in self.notes],
        }
        if self.others:
            answer["invoices"] = [part.as_dict() for part in self.others]
        return answer

    def _party(self, role: str) -> dict[str, Any]:
        known = {name: self.text(f"{role}.{name}") for name in _PARTY}
        place = " ".join(part for part in (known["postal_code"], known["city"]) if part)
        return {**known, "address": ", ".join(part for part in (known["street"], place) if part)}

    def _field(self, name: str, found: Found) -> dict[str, Any]:
        box = found.box
        return {
            "value": self._shown(found),
            "page": found.page,
            "box": [round(edge, 1) for edge in (box.x0, box.y0, box.x1, box.y1)],
            "confidence": "sure" if found.sure else "check",
            "rivals": [{"value": self._shown(one), "page": one.page} for one in found.rivals],
        }

    def _shown(self, found: Found) -> str:
        if isinstance(found.value, Decimal):
            return self._money(found.value)
        return found.value.isoformat() if isinstance(found.value, date) else str(found.value)
