"""The debtor's insolvency: where interest ends for what can be lodged, and what runs on outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from recovery.law.claim import ClaimFacts
from recovery.law.values import InterestTerms
from recovery.money import Money


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening of the debtor's insolvency, and the article by which later interest cannot be lodged."""

    on: date
    basis: str


@dataclass(frozen=True, slots=True)
class Lodgement:
    """What was owed on the day of the opening; `runs_on` is the interest since, owed outside them at most."""

    opening: Opening
    principal: Money
    interest: Money
    costs: Money
    runs_on: Money

    def as_dict(self) -> dict[str, str]:
        """Return the lodgement in the shape of the command line's JSON."""
        return {
            "opened": self.opening.on.isoformat(),
            "principal": str(self.principal),
            "interest": str(self.interest),
            "costs": str(self.costs),
            "total": str(self.principal + self.interest + self.costs),
            "currency": self.principal.currency,
            "basis": f"{self.opening.basis}; Reg. 2015/848 art. 7(2)(g), 55(2)",
            "runs_on": str(self.runs_on),
        }


def until(terms: InterestTerms, end: date, opening: Opening) -> InterestTerms:
    """Return the terms without interest from `end` on, whatever would have taken over later."""
    none = InterestTerms(terms.regime, opening.basis, waived=True)
    earlier = tuple((day, later) for day, later in terms.later if day < end)
    return replace(terms, later=(*earlier, (end, none)))


def as_opened(claim: ClaimFacts, opened: date) -> ClaimFacts | None:
    """Return the claim as it stood on the day of the opening, None where nothing had been invoiced by then."""
    invoices = tuple(one for one in claim.invoices if (one.issued or one.received_on) <= opened)
    return claim.at(opened).model_copy(update={"invoices": invoices}) if invoices else None
