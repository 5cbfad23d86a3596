"""The judicial routes of a claim: the European gates, and a ranked recommendation with reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from recovery.law.claim import ClaimFacts
from recovery.law.values import RouteFacts
from recovery.money import Money

# Member States whose courts apply Reg. 1896/2006 and 861/2007: all but Denmark (art. 2(3)).
MEMBER_STATES = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
SMALL_CLAIMS_CEILING = Money(500_000, "EUR")  # Reg. 861/2007 art. 2(1), from 2017-07-14


@dataclass(frozen=True, slots=True)
class Route:
    """One route, open or not, and why."""

    facts: RouteFacts
    available: bool
    recommended: bool
    why: str

    @property
    def code(self) -> str:
        """The route's code."""
        return self.facts.code

    def as_dict(self) -> dict[str, object]:
        """Return the route in the shape of the command line's JSON."""
        fee = self.facts.fee.amount
        return {
            "code": self.facts.code,
            "label": self.facts.label,
            "available": self.available,
            "recommended": self.recommended,
            "court": self.facts.court,
            "fee": fee.as_dict() if fee is not None else None,
            "fee_basis": self.facts.fee.basis,
            "languages": list(self.facts.languages),
            "debtor_reacts_within": self.facts.debtor_reacts_within,
            "expected_days": self.facts.expected_days,
            "basis": self.facts.basis,
            "why": self.why,
        }


def is_cross_border(claim: ClaimFacts, court: str) -> bool:
    """Tell whether one party is domiciled in another Member State than the court's (art. 3, Denmark apart)."""
    homes = (claim.creditor.country, claim.debtor.country)
    return court in MEMBER_STATES and any(home in MEMBER_STATES and home != court for home in homes)


def european_gate(code: str, claim: ClaimFacts, value_in_eur: Money | None, court: str) -> str | None:
    """Return why a European procedure is closed, None when it is open."""
    if not is_cross_border(claim, court):
        return "not cross-border: no party lives in another Member State than the court (art. 3)"
    if code == "european_payment_order":
        if claim.disputed:
            return "disputed: an opposition needs no reasons (Reg. 1896/2006 art. 16(3))"
        if claim.debtor.kind == "consumer" and court != claim.debtor.country:
            return "a consumer is sued only at home (Reg. 1896/2006 art. 6(2))"
        return None
    if value_in_eur is None:
        return "the value in euro at filing is not known: convert it first (Reg. 861/2007 art. 2(1))"
    if value_in_eur > SMALL_CLAIMS_CEILING:
        return f"value {value_in_eur} EUR is above 5000.00 without interest and costs (Reg. 861/2007 art. 2(1))"
    return None


def routes(
    claim: ClaimFacts,
    facts: list[RouteFacts],
    value_in_eur: Money | None,
    court: str,
    as_of: date,
    first_due: date,
    barred: bool,
) -> list[Route]:
    """Return every route with its state, the recommended one first."""
    result = [_route(fact, claim, value_in_eur, court, as_of, first_due) for fact in facts]
    if claim.events_of("insolvency"):
        result = [
            _closed(route, "insolvency proceedings: lodge the claim there (Reg. 2015/848 art. 53)") for route in result
        ]
    if barred:
        result = [_closed(route, "limitation has run out: a person must decide first") for route in result]
    ranked = sorted(result, key=lambda route: (not route.available, _rank(route, claim)))
    if ranked and ranked[0].available:
        ranked[0] = replace(ranked[0], recommended=True)
    return ranked


def _route(
    fact: RouteFacts, claim: ClaimFacts, value_in_eur: Money | None, court: str, as_of: date, first_due: date
) -> Route:
    if as_of <= first_due:
        return Route(fact, False, False, f"not due before {first_due}")
    if fact.code.startswith("european"):
        closed = european_gate(fact.code, claim, value_in_eur, court)
        if closed:
            return Route(fact, False, False, closed)
    if not fact.open:
        return Route(fact, False, False, fact.why)
    return Route(fact, True, False, fact.why)


def _closed(route: Route, why: str) -> Route:
    return Route(route.facts, False, False, why)


def _rank(route: Route, claim: ClaimFacts) -> tuple[int, int]:
    """Rank by eu.md §3.1: undisputed cross-border: order for payment; disputed: small claims, then court."""
    order = {
        "european_payment_order": 0,
        "european_small_claims": 1 if claim.disputed else 2,
        "national_payment_order": 1,
        "uncontested_bailiff": 3,
        "national_court": 4,
    }
    return order[route.code], route.facts.cost_rank
