"""Dutch courts: competence, the debtor's term and the griffierecht (Rv 79-128; Wgbz annex)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from recovery.law.claim import ClaimFacts
from recovery.law.fees import bracket_fee
from recovery.law.parameters import LawBook
from recovery.law.values import ClaimValue, CourtFee, RouteFacts
from recovery.money import Money


def is_always_cantonal(claim: ClaimFacts) -> bool:
    """Tell whether the cantonal court hears a claim of any amount: consumer sale, lease (Rv 93(c))."""
    return claim.contract.kind == "rent" or (claim.debtor.kind == "consumer" and claim.contract.kind == "goods")


def completed(law: LawBook, facts: RouteFacts, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
    """Return the summons with its court by the claim and the interest to it, and the debtor's term."""
    if value.currency != "EUR":
        return replace(facts, court="kantonrechter or, above its limit in EUR, rechtbank")
    cantonal = is_always_cantonal(claim) or value.with_interest.major <= _limit(law, as_of)
    court = ("kantonrechter" if cantonal else "rechtbank") + " of the debtor's residence"
    if not cantonal:
        weeks = law.value("court.answer_weeks", as_of)
        warning = "NL: before the rechtbank a lawyer is mandatory (Rv 79)"
        return replace(
            facts,
            court=court,
            filed_by="lawyer",
            debtor_reacts_within=f"{weeks}w",
            warnings=(*facts.warnings, warning),
        )
    home = claim.debtor.country == "NL"
    days, weeks = law.value("court.summons_safe_days", as_of), law.value("court.summons_weeks", as_of)[1]
    return replace(facts, court=court, debtor_reacts_within=f"{days}d" if home else f"{weeks}w")


def _limit(law: LawBook, as_of: date) -> Decimal:
    return Decimal(law.value("court.cantonal_limit", as_of))


def fee(law: LawBook, amount: Money, always_cantonal: bool, as_of: date, column: int) -> CourtFee:
    """Return the griffierecht of an amount: the cantonal table up to its limit, then the district court's."""
    limit = Money.parse(_limit(law, as_of), "EUR")
    if amount.currency != "EUR" or amount.minor <= limit.minor:
        return bracket_fee(law["fee.cantonal"], "EUR", amount, as_of, column)
    if not always_cantonal:
        return bracket_fee(law["fee.civil"], "EUR", amount, as_of, column)
    top = bracket_fee(law["fee.cantonal"], "EUR", limit, as_of, column)
    return replace(top, warnings=(*top.warnings, "NL: above the cantonal table its last row is taken (uncertain)"))
