"""The European account preservation order (Reg. 655/2014): when it may be asked for, and what it asks for in turn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from recovery.law.claim import ClaimFacts
from recovery.law.enforcement import european_data
from recovery.law.routes import MEMBER_STATES


@dataclass(frozen=True, slots=True)
class PreservationOrder:
    """The order for one claim: formally open or not, and why; no order is ever recommended without a person's look.

    `with_title` says that a title exists already: then no security is asked as a rule, and no prospect is examined.
    """

    available: bool
    why: str
    with_title: bool
    is_consumer: bool
    account_country: str

    def as_dict(self) -> dict[str, object]:
        """Return the order in the shape of the command line's JSON: that of a route, and its conditions."""
        law, titled = _law(), self.with_title
        court = "court_with_title" if titled else "court_of_consumer" if self.is_consumer else "court_without_title"
        conditions = law["conditions"] if titled else [*law["conditions"], law["without_title"], law["proceedings"]]
        return {
            "code": law["code"],
            "label": law["label"],
            "available": self.available,
            "recommended": False,
            "court": law[court],
            "account_country": self.account_country,
            "fee": None,
            "fee_basis": law["fee_basis"],
            "why_no_fee": law["why_no_fee"],
            "form": law["form"],
            "filed_by": "creditor",
            "with_title": titled,
            "conditions": [*conditions, law["account"]],
            "security": law["security_with_title" if titled else "security_without_title"],
            "hearing": law["hearing"],
            "liability": law["liability"],
            "decided_within": law["decided_with_title" if titled else "decided_without_title"],
            "basis": law["basis"],
            "source": law["source"],
            "confidence": law["confidence"],
            "why": self.why,
        }


@cache
def _law() -> dict[str, Any]:
    law: dict[str, Any] = european_data()["preservation"]
    return law


def preservation(claim: ClaimFacts, owed: int, barred: bool, with_title: bool, court: str) -> PreservationOrder:
    """Return whether the order may be asked for; `court` is the country whose courts decide on the substance.

    Bound are the Member States but Denmark (recitals 50, 51). Without a word of it the account is taken to be kept
    where the debtor lives.
    """
    kept = claim.debtor.account_country or claim.debtor.country
    closed = _closed(claim, owed, barred, court, kept)
    why = closed or "where a real risk to enforcement is shown: a person must decide (art. 7)"
    return PreservationOrder(closed is None, why, with_title, claim.debtor.kind == "consumer", kept)


def _closed(claim: ClaimFacts, owed: int, barred: bool, court: str, kept: str) -> str | None:
    """Return why the order is closed, the strongest reason first."""
    home = claim.creditor.country
    if owed <= 0:
        return "nothing is owed"
    if claim.events_of("insolvency"):
        return "insolvency proceedings against the debtor: no preservation order (Reg. 655/2014 art. 2(2)(c))"
    if barred:
        return "limitation has run out: a person must decide first"
    if home not in MEMBER_STATES:
        return f"the creditor's country {home} is not bound by the regulation (Reg. 655/2014 art. 4(6), recital 51)"
    if kept not in MEMBER_STATES or court not in MEMBER_STATES:
        where = kept if kept not in MEMBER_STATES else court
        return f"{where} is not bound by the regulation (Reg. 655/2014 art. 3(1), recital 51)"
    if kept == home and kept == court:
        return f"not cross-border: the account, the creditor and the court are in {kept} (Reg. 655/2014 art. 3(1))"
    return None
