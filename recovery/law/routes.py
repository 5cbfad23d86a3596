"""The judicial routes of a claim: the European gates, and a ranked recommendation with reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from recovery.law.claim import ClaimFacts
from recovery.law.values import ClaimValue, RouteFacts
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
_ORDER = {
    "european_payment_order": 0,
    "european_small_claims": 2,
    "national_payment_order": 1,
    "uncontested_bailiff": 1,
    "national_court": 4,
}
SMALL_CLAIMS_CEILING = Money(500_000, "EUR")  # Reg. 861/2007 art. 2(1), from 2017-07-14


@dataclass(frozen=True, slots=True)
class Route:
    """One route, open or not, and why; amounts in the currency of the court's country."""

    facts: RouteFacts
    available: bool
    recommended: bool
    why: str
    value: ClaimValue

    @property
    def code(self) -> str:
        """The route's code."""
        return self.facts.code

    @property
    def cost(self) -> Money | None:
        """What the creditor lays out: the court's fee and its own usual costs; None where the fee is not known."""
        fee, costs = self.facts.fee.amount, self.facts.costs
        return fee + costs.own if fee is not None and costs else None

    @property
    def net(self) -> Money | None:
        """What comes in if the debtor pays all in the end, less what the creditor lays out for good."""
        costs, cost = self.facts.costs, self.cost
        if costs is None or cost is None or self.value.currency != cost.currency:
            return None
        asked = self.value.total if self.facts.claimable is None else self.facts.claimable
        return asked + costs.recoverable - cost

    def as_dict(self) -> dict[str, object]:
        """Return the route in the shape of the command line's JSON."""
        facts, money = self.facts, lambda amount: amount.as_dict() if amount is not None else None
        return {
            "code": facts.code,
            "label": facts.label,
            "available": self.available,
            "recommended": self.recommended,
            "court": facts.court,
            "fee": money(facts.fee.amount),
            "fee_basis": facts.fee.basis,
            "cost": money(self.cost),
            "recoverable": money(facts.costs.recoverable if facts.costs else None),
            "cost_basis": facts.costs.basis if facts.costs else None,
            "net": money(self.net),
            "languages": list(facts.languages),
            "debtor_reacts_within": facts.debtor_reacts_within,
            "filed_by": facts.filed_by,
            "expected_days": facts.expected_days,
            "basis": facts.basis,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Forum:
    """Which country's courts are competent, and why all routes are closed where a person must decide."""

    country: str
    why: str
    basis: str
    closed: str | None = None


def forum(claim: ClaimFacts, served: tuple[str, ...]) -> Forum:
    """Return the competent courts by Reg. 1215/2012 arts 4, 17-19, 25 (eu.md 1.2: consumer, clause, domicile)."""
    home, chosen = claim.debtor.country, claim.contract.choice_of_court
    if claim.debtor.kind == "consumer":
        return Forum(home, "a consumer is sued only at home", "Reg. 1215/2012 art. 18(2), 19")
    if chosen is None or chosen == home:
        return Forum(home, "the debtor's home", "Reg. 1215/2012 art. 4")
    if chosen in served:
        return Forum(chosen, "chosen in the contract", "Reg. 1215/2012 art. 25")
    why = f"the contract chooses the courts of {chosen}, which are not served here: a person must decide"
    return Forum(home, why, "Reg. 1215/2012 art. 25", closed=why)


def is_cross_border(claim: ClaimFacts, court: str) -> bool:
    """Tell whether one party is domiciled in another Member State than the court's (art. 3, Denmark apart)."""
    homes = (claim.creditor.country, claim.debtor.country)
    return court in MEMBER_STATES and any(home in MEMBER_STATES and home != court for home in homes)


def european_gate(code: str, claim: ClaimFacts, value_in_eur: Money | None, court: str) -> str | None:
    """Return why a European procedure is closed, None when it is open."""
    small = code == "european_small_claims"
    if not is_cross_border(claim, court):
        if small and "DK" in (claim.creditor.country, claim.debtor.country):
            return "whether a home in Denmark makes the case cross-border is open: a person must decide"
        return "not cross-border: no party lives in another Member State than the court (art. 3)"
    if not small:
        return "disputed: an opposition needs no reasons (Reg. 1896/2006 art. 16(3))" if claim.disputed else None
    if value_in_eur is None:
        return "the value in euro at filing is not known: convert it first (Reg. 861/2007 art. 2(1))"
    if value_in_eur > SMALL_CLAIMS_CEILING:
        return f"value {value_in_eur} EUR is above 5000.00 without interest and costs (Reg. 861/2007 art. 2(1))"
    return None


@dataclass(frozen=True, slots=True)
class Filing:
    """What the routes depend on beside the claim: the value, the courts, the days, and what closes all of them."""

    value: ClaimValue
    principal_in_eur: Money | None
    forum: Forum
    as_of: date
    first_due: date
    barred: bool = False
    closed: str | None = None


def routes(claim: ClaimFacts, facts: Iterable[RouteFacts], filing: Filing) -> list[Route]:
    """Return every route with its state, the recommended one first (eu.md 3.1)."""
    common, result = _all_closed(claim, filing), []
    for fact in facts:
        closed = common or _closed(fact, claim, filing)
        result.append(Route(fact, closed is None, False, closed or fact.why, filing.value))
    result.sort(key=lambda route: (not route.available, _rank(route, claim)))
    if result and result[0].available:
        best = result[0]
        result[0] = Route(best.facts, True, True, best.why, best.value)
    return result


def _all_closed(claim: ClaimFacts, filing: Filing) -> str | None:
    """Return why every route is closed, the strongest reason first."""
    if filing.barred:
        return "limitation has run out: a person must decide first"
    if claim.events_of("insolvency"):
        return "insolvency proceedings: lodge the claim there (Reg. 2015/848 art. 53)"
    if filing.closed:
        return filing.closed
    if filing.as_of <= filing.first_due:
        return f"not due before {filing.first_due}"
    return filing.forum.closed


def _closed(fact: RouteFacts, claim: ClaimFacts, filing: Filing) -> str | None:
    """Return why one route is closed where not all are, the strongest reason first."""
    if fact.code.startswith("european"):
        gate = european_gate(fact.code, claim, filing.principal_in_eur, filing.forum.country)
        if gate:
            return gate
    if not fact.open:
        return fact.why
    if claim.disputed and fact.code in ("national_payment_order", "uncontested_bailiff"):
        return "disputed: the debtor's opposition would end it; go to the ordinary court"
    return None


def _rank(route: Route, claim: ClaimFacts) -> tuple[int, int, int]:
    """Rank by eu.md 3.1: undisputed cross-border: order for payment; disputed: small claims, then court."""
    order = 1 if claim.disputed and route.code == "european_small_claims" else _ORDER[route.code]
    return order, route.facts.cost_rank, route.facts.expected_days
