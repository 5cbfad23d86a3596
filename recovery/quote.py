"""One claim, all answers: which adapter answers which question is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from recovery.country import CountryAdapter
from recovery.errors import RecoveryError
from recovery.law.applicable import ApplicableLaw, applicable_law
from recovery.law.asked import Asked, asked_of
from recovery.law.assessment import Assessment, principal_only, raise_if_future
from recovery.law.claim import ClaimFacts
from recovery.law.costs import capped
from recovery.law.debts import debts_of
from recovery.law.enforcement import Enforcement
from recovery.law.history import with_dispute
from recovery.law.insolvency import Lodgement, Opening, as_opened
from recovery.law.limitation import NO_LIMITATION, DebtLimitation, Limitation, limitations, of_claim
from recovery.law.parameters import Notes, note, noting
from recovery.law.preservation import PreservationOrder, preservation
from recovery.law.procedure import PlannedStep
from recovery.law.replay import assess
from recovery.law.routes import Filing, Forum, Route, forum, routes
from recovery.law.titles import Title, titles
from recovery.law.values import ROUTE_CODES, ClaimValue
from recovery.money import Money
from recovery.planned import planned_steps
from recovery.registry import adapter_of, countries, trials

ESCALATE_DAYS = 90  # limitation nearer than this: escalate at once (eu.md 3.1 step 3; a choice of design)

Convert = Callable[[Money, str, date], Money | None]


@dataclass(frozen=True)
class Quote:
    """What may be asked, until when, and what happens next."""

    claim: ClaimFacts
    as_of: date
    laws: ApplicableLaw
    assessment: Assessment
    limitation: Limitation | None
    each: tuple[DebtLimitation, ...]
    steps: list[PlannedStep]
    routes: list[Route]
    provisional: bool
    warnings: list[str]
    lodge: Lodgement | None
    titles: dict[int, Title]
    enforcement: Enforcement | None
    preservation: PreservationOrder

    def as_dict(self) -> dict[str, Any]:
        """Return the quote in the shape of the command line's JSON."""
        owed = self.assessment
        return {
            "as_of": self.as_of.isoformat(),
            "principal": owed.principal.as_dict(),
            "applicable_law": self.laws.as_dict(),
            "interest": {
                **owed.interest.as_dict(),
                "regime": owed.regime,
                "basis": owed.starts_basis,
                "starts": owed.interest_starts.isoformat() if owed.interest_starts else None,
                "segments": [segment.as_dict() for segment in owed.segments],
            },
            "costs": [cost.as_dict() for cost in owed.costs],
            "paid": [spread.as_dict() for spread in owed.paid],
            "total": owed.total.as_dict(),
            "limitation": self.limitation.as_dict() if self.limitation else NO_LIMITATION,
            "debts": self._debts(),
            "lodge": self.lodge.as_dict() if self.lodge else None,
            "procedure": [step.as_dict() for step in self.steps],
            "routes": [route.as_dict() for route in self.routes],
            "protective": [self.preservation.as_dict()],
            "enforcement": self.enforcement.as_dict() if self.enforcement else None,
            "provisional": self.provisional,
            "warnings": self.warnings,
        }

    def _debts(self) -> list[dict[str, Any]]:
        """Return each debt by itself, in the claim's order; the fields beside it are their sums."""
        if not self.each:
            rows = enumerate(self.assessment.unassessed_rows())
            return [{**row, "limitation": NO_LIMITATION, "title": self._title(place)} for place, row in rows]
        debts = sorted(self.assessment.debts, key=lambda debt: debt.place)
        return [
            {**debt.as_dict(), "limitation": one.limitation.as_dict(), "title": self._title(one.place, one.rest)}
            for debt, one in zip(debts, self.each, strict=True)
        ]

    def _title(self, place: int, rest: Limitation | None = None) -> dict[str, Any] | None:
        """Return a debt's title, and until when what it does not cover can be sued for."""
        held = self.titles.get(place)
        return {**held.as_dict(), "limitation_of_rest": rest.as_dict() if rest else None} if held else None


def procedural_adapter(claim: ClaimFacts) -> CountryAdapter:
    """Return the adapter of the debtor's country, which works the case.

    Raises:
        IntakeError: no adapter serves that country.
    """
    return adapter_of(claim.debtor.country)


def substance_adapter(laws: ApplicableLaw) -> CountryAdapter | None:
    """Return the adapter of the law of the contract, None where a person must decide."""
    return adapter_of(laws.substance) if laws.substance else None


def day_of(claim: ClaimFacts, now: datetime | None = None) -> date:
    """Return the claim's `as_of`, by default today in the debtor's time zone."""
    if claim.as_of:
        return claim.as_of
    return procedural_adapter(claim).today(now or datetime.now(UTC))


def assess_under(country: str | None, claim: ClaimFacts, as_of: date) -> Assessment:
    """Return what is owed on a claim under the law of a country; the bare principal where none is decided.

    A consumer owes no more collection costs than the law of the home country allows (eu.md 1.4).
    """
    if country is None:
        return principal_only(claim, as_of, "a person must decide which law applies: principal only")
    law, home, opening = adapter_of(country), claim.debtor.residence, opening_of(claim, as_of)
    if claim.debtor.kind == "consumer" and home != country and home in countries():
        cap = adapter_of(home)
        costs = lambda facts, day: capped(law.costs(facts, day), cap.costs(facts, day), home)  # noqa: E731
        return assess(law, claim, as_of, costs, opening)
    return assess(law, claim, as_of, opening=opening)


def opening_of(claim: ClaimFacts, as_of: date) -> Opening | None:
    """Return the opening of the debtor's insolvency by a day, as the law of the debtor's country sees it."""
    home = claim.debtor.country
    return adapter_of(home).insolvency(claim.at(as_of)) if home in countries() else None


def lodgement(claim: ClaimFacts, country: str | None, as_of: date, owed: Assessment) -> Lodgement | None:
    """Return what can be lodged in the debtor's insolvency, None without one or where nothing was owed at its opening.

    What has been invoiced since is a debt of the estate, which a person must claim.
    """
    opening = opening_of(claim, as_of)
    before = as_opened(claim, opening.on) if opening else None
    if opening is None or before is None:
        return None
    if len(before.invoices) < len(claim.invoices):
        note(f"invoices issued after the opening of {opening.on} are not lodged: a person must claim them")
    with noting(pass_on=False):
        then = assess_under(country, before, opening.on)
        free = claim.model_copy(update={"events": tuple(one for one in claim.events if one.kind != "insolvency")})
        later = assess_under(country, free, as_of).accrued - owed.accrued
    return Lodgement(opening, then.principal, then.interest, then.costs_open, later)


def decided_law(claim: ClaimFacts, as_of: date) -> ApplicableLaw:
    """Return the applicable laws of a claim on a day.

    A consumer's choice of law cannot take the protection of the home country: of the two laws the one more
    favourable to the consumer is applied whole (Rome I art. 6(2)); no rate of one with the costs of the other.
    """
    laws = applicable_law(claim, countries())
    if laws.protects is None:
        return laws
    with noting(pass_on=False):
        chosen, home = (assess_under(country, claim, as_of).total for country in (laws.substance, laws.protects))
    both = f"{laws.substance} {chosen}, {laws.protects} {home} {claim.currency} on {as_of}"
    if home >= chosen:
        return replace(laws, why=f"{laws.why}; no less favourable to the consumer than the home law ({both})")
    why = f"consumer: the home law is more favourable than the chosen one ({both})"
    return replace(laws, substance=laws.protects, why=why, basis="Rome I art. 6(1), (2), 12")


def assessment_of(claim: ClaimFacts, as_of: date) -> tuple[ApplicableLaw, Assessment]:
    """Return the applicable law of a claim and what is owed under it."""
    laws = decided_law(claim, as_of)
    return laws, assess_under(laws.substance, claim, as_of)


def quote(claim: ClaimFacts, as_of: date, convert: Convert | None = None) -> Quote:
    """Return the quote of a claim on a day; `convert` turns amounts into a court's currency.

    Raises:
        IntakeError: the debtor's country is not served.
        LawError: a rule is not known for the claim's dates.
    """
    with noting() as notes:
        return _quote(claim, as_of, convert, notes)


def _quote(claim: ClaimFacts, as_of: date, convert: Convert | None, notes: Notes) -> Quote:
    procedural_adapter(claim)
    raise_if_future(claim, as_of)
    claim = with_dispute(claim.at(as_of))
    laws, owed = assessment_of(claim, as_of)
    substance = substance_adapter(laws)
    each = limitations(substance, claim, as_of, owed) if substance else ()
    limit = of_claim(each) if each else None
    told = debts_of(substance or procedural_adapter(claim), claim)
    held = titles(told, owed)
    asked, place = asked_of(told, owed, each, held), forum(claim, countries())
    ways = _ways(claim, asked, place, as_of, convert)
    paid_off = bool(each) and not any(one.is_open for one in each)
    steps = [] if paid_off or (limit and limit.barred) else planned_steps(told, as_of, held, each)
    if limit and not limit.barred and limit.last_day and limit.last_safe_day:
        left = (limit.last_safe_day - as_of).days
        if left <= ESCALATE_DAYS:
            notes.warn(f"limitation: {left} days left until {limit.last_safe_day}; take a step that interrupts it now")
    open_ways = [way.facts for way in ways if way.available]
    for text in (
        *trials(laws.substance, claim.debtor.country),
        *laws.warnings,
        *owed.warnings,
        *(limit.warnings if limit else ()),
        *(text for way in open_ways for text in (*way.warnings, *way.fee.warnings)),
        *(text for way in open_ways if way.costs for text in way.costs.warnings),
    ):
        notes.warn(text)
    lodge = lodgement(claim, laws.substance, as_of, owed)
    uncertain = owed.provisional or notes.provisional
    after = enforcement_after(claim, substance, as_of, held)
    kept = preservation(claim, owed.total.minor, asked.barred, _all_titled(each, held), place.country)
    return Quote(
        claim=claim,
        as_of=as_of,
        laws=laws,
        assessment=owed,
        limitation=limit,
        each=each,
        steps=steps,
        routes=ways,
        provisional=uncertain,
        warnings=list(notes.warnings),
        lodge=lodge,
        titles=held,
        enforcement=after,
        preservation=kept,
    )


def enforcement_after(
    claim: ClaimFacts, substance: CountryAdapter | None, as_of: date, held: dict[int, Title]
) -> Enforcement | None:
    """Return how a title is enforced in the debtor's country, with interest by the law of the contract.

    None without a title, and once insolvency is open: the claim is lodged there, title or not.
    """
    if not held or claim.events_of("insolvency"):
        return None
    here = procedural_adapter(claim)
    interest = (substance or here).enforcement.interest
    return Enforcement(here.country, here.enforcement, here.enforcement_fee(as_of), interest)


def _all_titled(each: tuple[DebtLimitation, ...], held: dict[int, Title]) -> bool:
    """Tell whether all that is open has a title."""
    places = [one.place for one in each if one.is_open] or list(held)
    return bool(held) and all(place in held and not held[place].rest for place in places)


def routes_of(
    claim: ClaimFacts,
    owed: Assessment,
    each: tuple[DebtLimitation, ...],
    as_of: date,
    convert: Convert | None,
    substance: CountryAdapter | None,
) -> list[Route]:
    """Return the judicial routes of what is open, before the courts that are competent (the debtor's home by default).

    `each` is the limitation of the debts: none where no law is decided. What the claim's events tell counts: debts
    with a title, or before a court already, are asked for nowhere else.
    """
    told = debts_of(substance or procedural_adapter(claim), claim)
    place = forum(claim, countries())
    return _ways(claim, asked_of(told, owed, each, titles(told, owed)), place, as_of, convert)


def _ways(claim: ClaimFacts, asked: Asked, place: Forum, as_of: date, convert: Convert | None) -> list[Route]:
    adapter = adapter_of(place.country)
    value = _value_in(adapter.currency, asked.value, as_of, convert)
    facts = [adapter.route_facts(code, claim, value, as_of) for code in ROUTE_CODES]
    in_euro = _converted(asked.value.principal, "EUR", as_of, convert)
    return routes(claim, facts, Filing(value, in_euro, place, as_of, asked.first_due, asked.barred, asked.closed))


def _value_in(currency: str, value: ClaimValue, as_of: date, convert: Convert | None) -> ClaimValue:
    """Return what is in dispute in the court's currency, in its own where no rate is known (eu.md 9, default 3)."""
    parts = (value.principal, value.interest, value.costs)
    turned = [_converted(part, currency, as_of, convert) for part in parts]
    return value if None in turned else ClaimValue(*(part for part in turned if part is not None))


def _converted(amount: Money, currency: str, on: date, convert: Convert | None) -> Money | None:
    if amount.currency == currency:
        return amount
    return convert(amount, currency, on) if convert else None


def compare(claim: ClaimFacts, as_of: date) -> dict[str, Any]:
    """Return the same claim under the creditor's and the debtor's law, for a person's decision."""
    result: dict[str, Any] = {}
    for country in dict.fromkeys((claim.creditor.country, claim.debtor.country)):
        if country not in countries():
            continue
        try:
            other = claim.model_copy(update={"law_override": country})
            result[country] = quote(other, as_of).as_dict()
        except RecoveryError as error:
            result[country] = {"error": error.as_dict()}
    return result
