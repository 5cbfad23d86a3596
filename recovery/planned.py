"""The steps to come: the friendly phase, the lodging in an insolvency, the enforcement of a title."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts
from recovery.law.debts import Debts
from recovery.law.enforcement import Term, european_part
from recovery.law.history import pending
from recovery.law.limitation import DebtLimitation
from recovery.law.parameters import Notes, note, noting, repeat
from recovery.law.periods import ONE_DAY, Period, Rule, next_working
from recovery.law.procedure import PlannedStep, plan
from recovery.law.titles import Title
from recovery.law.values import Step
from recovery.registry import adapter_of

# By which a title of one Member State is enforced in another without further ado.
_ABROAD = "Reg. 1215/2012 art. 39, 41, 53"
_REST = "claim the part that has no title by a route that is open, or waive it"
_REST_BASIS = "Reg. 1896/2006 art. 10(2)-(3), 11(3)"


def planned_steps(
    told: Debts, as_of: date, held: dict[int, Title], each: Collection[DebtLimitation] = ()
) -> list[PlannedStep]:
    """Return the steps to come: none while disputed or in court, lodging in insolvency, enforcement after a title.

    The friendly phase is planned for debts without a title alone; `held` are the titles by the place of their debts.
    """
    claim = told.claim
    adapter = adapter_of(claim.debtor.country)
    opened = claim.events_of("insolvency")
    if opened:
        return [lodging(adapter, opened[0].on, claim.debtor.region)]
    steps = _after_titles(adapter, claim, as_of, held, each) if held else []
    free = _free_of_courts(told, held, each)
    if claim.disputed or not free:
        return steps
    done = frozenset(event.kind for view in (free if held else [claim]) for event in view.events if event.on <= as_of)
    friendly, notes = _plan(adapter, claim.debtor.kind, claim.debtor.region, as_of, done)
    repeat(notes)
    return [*steps, *friendly]


def _free_of_courts(told: Debts, held: dict[int, Title], each: Collection[DebtLimitation]) -> list[ClaimFacts]:
    """Return the debts that have no title and are before no court; a claim of one debt as it is told."""
    if len(told.each) == 1 and not held:
        return [] if pending(told.claim) else [told.claim]
    open_ = [one.place for one in each if one.is_open] or range(len(told.each))
    return [told.each[place].view for place in open_ if place not in held and not pending(told.each[place].view)]


@lru_cache(maxsize=4096)
def _plan(
    adapter: CountryAdapter, debtor_kind: str, region: str | None, as_of: date, done: frozenset[str]
) -> tuple[tuple[PlannedStep, ...], Notes]:
    """Return the steps and what must be said beside them: the same for every claim of these facts."""
    with noting() as notes:
        steps = plan(
            adapter.steps_for(debtor_kind),
            as_of,
            done,
            lambda step, on: term_end(adapter, debtor_kind, step, on, region),
        )
    return tuple(steps), notes


# ---- enforcement


def _after_titles(
    adapter: CountryAdapter, claim: ClaimFacts, as_of: date, held: dict[int, Title], each: Collection[DebtLimitation]
) -> list[PlannedStep]:
    """Return the steps that follow the titles, and what becomes of the parts that have none."""
    limits = [one for one in each if one.place in held]
    safe = [one.limitation.last_safe_day for one in limits if one.is_open and one.limitation.last_safe_day]
    titled_on = max(title.on for title in held.values())
    steps = enforcement_steps(adapter, titled_on, as_of, min(safe, default=None), claim.debtor.region)
    if any(title.rest for title in held.values()):
        rests = [one.rest.last_safe_day for one in limits if one.rest and one.rest.last_safe_day]
        step = Step("rest_without_title", _REST, "judicial", "team", _REST_BASIS)
        steps.append(PlannedStep(step, as_of, max(min(rests, default=as_of), as_of)))
    return steps


def enforcement_steps(
    adapter: CountryAdapter, titled_on: date, as_of: date, until: date | None, region: str | None = None
) -> list[PlannedStep]:
    """Return the steps after a title: certificate, service, the country's own terms, the act of its organ.

    The first names who enforces and where. `until` is the last safe day of the title's own limitation: what has no
    term of its own ends there.
    """
    common, facts, last = european_part(), adapter.enforcement, _last_day(adapter, titled_on, as_of, until)
    forms = ", ".join(f"{one.form} of {one.instrument}" for one in common.certificates)
    certified = "; ".join(one.basis for one in common.certificates)
    steps = [
        PlannedStep(
            _step(
                "enforcement", f"enforcement by {facts.organ}: {facts.where.what}", f"{_ABROAD}; {facts.where.basis}"
            ),
            as_of,
            last,
        ),
        PlannedStep(
            _step("enforcement_certificate", f"certificate of a title that goes abroad: {forms}", certified),
            as_of,
            last,
        ),
        PlannedStep(_step("enforcement_service", common.service.what, common.service.basis), as_of, last),
    ]
    day = as_of
    for term in facts.steps:
        begins = titled_on if term.counts_from == "title" else day
        ends = _term_end(adapter, term, begins, region)
        if ends >= as_of:
            steps.append(PlannedStep(_step(term.name, term.row.what, term.row.basis), begins, ends))
            day = max(day, ends + ONE_DAY)
    return steps


def _last_day(adapter: CountryAdapter, titled_on: date, as_of: date, until: date | None) -> date:
    """Return the day by which a title is to be enforced: the earlier of two laws, its own and the enforcing country's.

    Which of them rules the limitation of a title from abroad is left to the states (Reg. 1215/2012 art. 41).
    """
    own = until or as_of
    for limit in adapter.enforcement.terms:
        there = _term_end(adapter, limit, titled_on, None)
        if limit.name == "enforcement_title" and as_of <= there < own:
            text = f"a title of {titled_on} may be barred after {there} where it is enforced ({limit.row.basis})"
            note(f"{adapter.country}: {text}")
            return there
    return own


def _step(name: str, label: str, basis: str) -> Step:
    return Step(name, label, "enforcement", "team", basis)


def _term_end(adapter: CountryAdapter, term: Term, begins: date, region: str | None) -> date:
    period = Period.parse(term.period)
    return adapter.time_limit(term.rule, begins, period, region=region).last_day  # type: ignore[arg-type]


# ---- terms


def lodging(adapter: CountryAdapter, opened_on: date, region: str | None = None) -> PlannedStep:
    """Return the step that lodges the claim in the debtor's insolvency, in the country's term.

    Without a term of its own a foreign creditor has 30 days from the publication (Reg. 2015/848 art. 55(6)).
    """
    stop = next((stop for stop in adapter.stop_events if stop.kind == "insolvency" and stop.lodge_within), None)
    period = Period.parse(stop.lodge_within if stop and stop.lodge_within else "30d")
    rule: Rule = stop.lodge_rule if stop else "eu"  # type: ignore[assignment]
    limit = adapter.time_limit(rule, opened_on, period, region=region)
    basis = f"{stop.basis}; Reg. 2015/848 art. 53, 55" if stop else "Reg. 2015/848 art. 53, 55(6)"
    step = Step("lodge_claim", stop.do if stop else "lodge the claim", "suspended", "team", basis)
    return PlannedStep(step, opened_on, limit.last_day)


def term_end(adapter: CountryAdapter, debtor_kind: str, step: Step, on: date, region: str | None = None) -> date:
    """Return the last day of a step's term when it is done on `on`."""
    if step.term_rule == "notice":
        last = adapter.notice(debtor_kind, on, step.channel).last_day
        if last:
            return last
    period = Period.parse(step.term)
    if step.term_rule in ("eu", "procedural", "civil"):
        return adapter.time_limit(step.term_rule, on, period, region=region).last_day  # type: ignore[arg-type]
    last = on + ONE_DAY * period.count if period.unit == "d" else adapter.time_limit("civil", on, period).last_day
    return next_working(last, lambda day: adapter.is_eu_rest_day(day, region))
