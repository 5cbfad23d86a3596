"""What a court pack is filled from: the parties, the claim, what is owed, the route and the case's documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from recovery.forms.order import Parties, Party
from recovery.forms.sheet_text import cash, day, percent
from recovery.law.applicable import ApplicableLaw
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts
from recovery.law.routes import Route
from recovery.letters.bases import basis_text
from recovery.money import Money


@dataclass(frozen=True, slots=True)
class Defence:
    """What the debtor objects to, and since when."""

    ground: str
    on: date


@dataclass(frozen=True, slots=True)
class CourtFile:
    """The facts of one application on one day; `country` is the court's, `documents` are names of what is attached."""

    country: str
    language: str
    parties: Parties
    claim: ClaimFacts
    owed: Assessment
    laws: ApplicableLaw
    route: Route
    documents: tuple[str, ...] = ()
    defence: Defence | None = None

    def party(self, role: str) -> Party | None:
        """Return the first party of a role: 01 creditor, 02 debtor, 03 the creditor's representative."""
        return next((one for one in self.parties.people if one.role == role), None)

    def cash(self, amount: Money) -> str:
        """Return an amount as the court's language writes it."""
        return cash(amount, self.language, self.country)

    def day(self, on: date | None) -> str:
        """Return a day in the court's language."""
        return day(on, self.language, self.country)

    def percent(self, rate: object) -> str:
        """Return a yearly rate as the court's language writes it."""
        return percent(rate, self.language, self.country)

    def basis(self, text: str, law: str | None = None) -> str:
        """Return a legal basis in the court's language; it is likely of the contract's law, or of `law`."""
        return basis_text(text, self.language, self.country, law or self.laws.substance or "")


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a field: a text, lines, or a table (head, widths, rows)."""

    text: str = ""
    lines: tuple[str, ...] = ()
    table: Mapping[str, Any] | None = field(default=None)

    def __bool__(self) -> bool:
        return bool(self.text.strip(" ") or self.lines or (self.table and self.table["rows"]))
