"""One claim, all answers: which adapter answers which question is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from recovery.country import CountryAdapter, adapter_of, countries
from recovery.errors import RecoveryError
from recovery.law.applicable import ApplicableLaw, applicable_law
from recovery.law.assessment import Assessment, assess, principal_only, raise_if_future
from recovery.law.claim import ClaimFacts
from recovery.law.limitation import Limitation, limitation
from recovery.law.periods import ONE_DAY, Period
from recovery.law.procedure import PlannedStep, plan
from recovery.law.routes import Route, routes
from recovery.law.values import ROUTE_CODES, RouteFacts, Step
from recovery.money import Money

ToEuro = Callable[[Money, date], Money | None]


@dataclass(frozen=True)
class Quote:
    """What may be asked, until when, and what happens next."""

    claim: ClaimFacts
    as_of: date
    laws: ApplicableLaw
    assessment: Assessment
    limitation: Limitation | None
    steps: list[PlannedStep]
    routes: list[Route]
    provisional: bool
    warnings: list[str]

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
            "limitation": self.limitation.as_dict()
            if self.limitation
            else {"date": None, "barred": False, "basis": "no supported law", "history": []},
            "procedure": [step.as_dict() for step in self.steps],
            "routes": [route.as_dict() for route in self.routes],
            "provisional": self.provisional,
            "warnings": self.warnings,
        }


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


def assessment_of(claim: ClaimFacts, as_of: date) -> tuple[ApplicableLaw, Assessment]:
    """Return the applicable law of a claim and what is owed under it."""
    laws = applicable_law(claim, countries())
    substance = substance_adapter(laws)
    if substance is None:
        return laws, principal_only(claim, as_of, laws.warnings[-1])
    return laws, assess(substance, claim, as_of)


def quote(claim: ClaimFacts, as_of: date, to_euro: ToEuro | None = None) -> Quote:
    """Return the quote of a claim on a day.

    Raises:
        IntakeError: the debtor's country is not served.
        LawError: a rule is not known for the claim's dates.
    """
    procedure = procedural_adapter(claim)
    raise_if_future(claim, as_of)
    laws, owed = assessment_of(claim, as_of)
    substance = substance_adapter(laws)
    limit = limitation(substance, claim, as_of) if substance else None
    first_due = min((substance or procedure).due_day(claim, invoice) for invoice in claim.invoices)
    ways = routes_of(claim, owed.principal, as_of, first_due, bool(limit and limit.barred), to_euro)
    warnings = [
        *laws.warnings,
        *owed.warnings,
        *(limit.warnings if limit else ()),
        *(warning for way in ways if way.available for warning in (*way.facts.warnings, *way.facts.fee.warnings)),
    ]
    if limit and limit.barred:
        warnings.append(f"limitation ran out on {limit.last_day}: demand nothing without a recorded decision")
    return Quote(
        claim,
        as_of,
        laws,
        owed,
        limit,
        planned_steps(claim, as_of),
        ways,
        owed.provisional,
        list(dict.fromkeys(warnings)),
    )


def routes_of(
    claim: ClaimFacts, principal: Money, as_of: date, first_due: date, barred: bool, to_euro: ToEuro | None
) -> list[Route]:
    """Return the judicial routes before the courts that are competent (the debtor's home by default)."""
    court = claim.contract.choice_of_court or claim.debtor.country
    court = claim.debtor.country if claim.debtor.kind == "consumer" else court
    if court not in countries():
        court = claim.debtor.country
    adapter = adapter_of(court)
    value = principal if principal.currency == "EUR" else (to_euro(principal, as_of) if to_euro else None)
    facts: list[RouteFacts] = [adapter.route_facts(code, claim, principal, as_of) for code in ROUTE_CODES]
    return routes(claim, facts, value, court, as_of, first_due, barred)


def planned_steps(claim: ClaimFacts, as_of: date) -> list[PlannedStep]:
    """Return the steps that are still to come for an undisputed claim."""
    adapter = procedural_adapter(claim)
    if claim.disputed or claim.events_of("insolvency"):
        return []
    done = frozenset(event.kind for event in claim.events)
    return plan(
        adapter.steps_for(claim.debtor.kind),
        as_of,
        done,
        lambda step, on: term_end(adapter, claim.debtor.kind, step, on),
    )


def term_end(adapter: CountryAdapter, debtor_kind: str, step: Step, on: date) -> date:
    """Return the last day of a step's term when it is done on `on`."""
    if step.term_rule == "notice":
        last = adapter.notice(debtor_kind, on, step.channel).last_day
        if last:
            return last
    period = Period.parse(step.term)
    if step.term_rule in ("eu", "procedural", "civil"):
        return adapter.time_limit(step.term_rule, on, period).last_day  # type: ignore[arg-type]
    last = on + ONE_DAY * period.count if period.unit == "d" else adapter.time_limit("civil", on, period).last_day
    while adapter.is_eu_rest_day(last):
        last += ONE_DAY
    return last


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
