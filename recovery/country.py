"""The adapter contract: what a country answers, and the registry that finds countries.

A country's law and its recovery service are one `CountryAdapter` in one folder. One case usually
asks two of them: *substance* (interest, costs, limitation, allocation) of the contract's law,
*procedure* (steps, calendar, routes, letters, contact) and *service* of the debtor's country.
Adapters return values; they never write, send or ask the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal

from recovery.country_files import NotImplementedLawError, contact_rule_of
from recovery.country_folder import CountryFolder
from recovery.country_numbers import NumberRule
from recovery.law.assessment import Assessment
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.debts import debts_of, was_open
from recovery.law.fees import bracket_fee, flat_fee
from recovery.law.holiday_calendar import listed_holidays
from recovery.law.index import YearDays
from recovery.law.insolvency import Opening
from recovery.law.parameters import noting, repeat
from recovery.law.periods import ONE_DAY, Period, Rule, TimeLimit, eu_limit, next_working, raw_end
from recovery.law.replay import assess
from recovery.law.values import (
    Addressee,
    ClaimValue,
    ContactRule,
    Cost,
    CourtFee,
    InterestStart,
    InterestTerms,
    Interruption,
    LimitationTerm,
    Notice,
    RouteCosts,
    RouteFacts,
    Suspension,
)
from recovery.money import Money
from recovery.payment_schemes import RF, PaymentScheme


def _no_costs(claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
    return ()


class CountryAdapter(CountryFolder):
    """One country: its facts as attributes, and the hooks where its law departs from the default."""

    # Who and where
    name: ClassVar[str]
    # Shown with a mark wherever countries are listed: its law was not checked by a person of that country.
    experimental: ClassVar[bool] = False
    currency: ClassVar[str] = "EUR"
    languages: ClassVar[tuple[str, ...]]
    court_languages: ClassVar[tuple[str, ...]]
    timezone: ClassVar[str]

    # Substance: conventions
    counts_payment_day: ClassVar[bool] = True
    year_days: ClassVar[YearDays] = 365
    rounds: ClassVar[Literal["line", "total"]] = "line"
    splits: ClassVar[dict[str, tuple[tuple[int, int], ...]]] = {
        "commercial": ((1, 1), (7, 1)),
        "civil": ((1, 1), (7, 1)),
        "contractual": ((1, 1), (7, 1)),
    }
    capitalises_yearly: ClassVar[bool] = False
    allocation: ClassVar[tuple[str, ...]] = ("costs", "interest", "principal")
    allocation_basis: ClassVar[str]
    # What an event does to limitation: kind of event -> (effect, article). What is absent does nothing.
    interrupts: ClassVar[Mapping[str, tuple[str, str]]]
    interrupts_basis: ClassVar[str] = ""
    # The article by which no later interest can be lodged once the debtor's insolvency is open.
    insolvency_basis: ClassVar[str]
    # The conventions above that the law leaves open: name -> (what is reckoned here and on what authority, confidence).
    conventions: ClassVar[Mapping[str, tuple[str, str]]] = {}

    # Numbers of enterprises, persons and taxes; without any, python-stdnum's of the country are taken.
    identifiers: ClassVar[tuple[NumberRule, ...]] = ()
    # The place in which this country is tried for a number that names no country; equals go by their code.
    identifiers_rank: ClassVar[int] = 100
    # The reference that a debtor pays with; references that begin with RF are taken everywhere.
    payment_scheme: ClassVar[PaymentScheme] = RF

    # Procedure: calendar
    holiday_categories: ClassVar[tuple[str, ...]] = ("public",)

    # ---- substance

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the last day for payment by `last_day_to_pay`, asked once for a claim however many rules need it."""
        key, days = (self.country, id(invoice)), claim.due_days
        found = days.get(key)
        if found is None:
            with noting() as notes:
                day = self.last_day_to_pay(claim, invoice)
            days[key] = (day, notes, invoice)  # the invoice is kept, so that its identity stays its own
            return day
        if found[1].warnings:
            repeat(found[1])
        known: date = found[0]
        return known

    def last_day_to_pay(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the last day for payment: as agreed, else 30 days from invoice and goods (Dir. 2011/7 art. 3(3))."""
        if invoice.due:
            return invoice.due
        if claim.contract.agreed_term_days is not None:
            return (invoice.issued or invoice.received_on) + timedelta(days=claim.contract.agreed_term_days)
        start = max(invoice.received_on, invoice.delivered or date.min)
        return start + timedelta(days=self.law.value("term.statutory", start))

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the rate that applies: the contract's, else the commercial or civil one of this law."""
        if claim.contract.rate is not None:
            return self.contract_rate_terms(claim, claim.contract.rate)
        commercial = claim.is_commercial
        return self._statutory_terms(commercial, commercial and self.is_old_contract(claim))

    def _statutory_terms(self, commercial: bool, old: bool) -> InterestTerms:
        found = self._terms.get((commercial, old))
        if found is None:
            regime = "commercial" if commercial else "civil"
            parameter = self.law[f"interest.{regime}_old" if old else f"interest.{regime}"]
            self._terms[commercial, old] = found = InterestTerms(regime, parameter.basis, parameter)
        return found

    @cached_property
    def _terms(self) -> dict[tuple[bool, bool], InterestTerms]:
        return {}

    def is_old_contract(self, claim: ClaimFacts) -> bool:
        """Tell whether a contract is older than Directive 2011/7 in this country and keeps its older rate."""
        return self._new_contracts_from is not None and claim.contract_date < self._new_contracts_from

    @cached_property
    def _new_contracts_from(self) -> date | None:
        """The first day of contracts under the rate of the Directive, None where no contract is older."""
        key = "interest.new_contracts_from"
        return self.law[key].starts[0] if key in self.law else None

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the terms of an agreed rate; a country overrides this for its ceilings."""
        return InterestTerms("contractual", "agreed rate", fixed=rate)

    def judgment_interest(self, claim: ClaimFacts, terms: InterestTerms, judgment: Event) -> InterestTerms:
        """Return the terms as they go on after the first judgment: unchanged, as the title says."""
        return terms

    def assessed(self, claim: ClaimFacts, as_of: date, bare: bool = False) -> Assessment:
        """Return what is owed under this law on a day; `bare` leaves its own costs out."""
        return assess(self, claim, as_of, _no_costs if bare else None)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day: no reminder is needed (Dir. 2011/7 art. 3(1))."""
        return InterestStart(
            self.due_day(claim, invoice) + ONE_DAY,
            self.law["interest.commercial"].basis,
            "the day after the due day",
        )

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the costs due on `as_of`: the fixed sum per late invoice between businesses (art. 6)."""
        return self.flat_compensation(claim, as_of) if claim.is_commercial else ()

    def flat_compensation(self, claim: ClaimFacts, as_of: date) -> list[Cost]:
        """Return the fixed sum for each debt that is late on `as_of`; one paid by its due day never was."""
        found = (self.fixed_sum(one.view, one.invoice, as_of) for one in debts_of(self, claim).each)
        return [cost for cost in found if cost]

    def fixed_sum(self, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Cost | None:
        """Return the fixed sum of one debt, None where it is not late on `as_of`."""
        parameter, due = self.law["costs.flat_compensation"], self.due_day(claim, invoice)
        late_from = due + ONE_DAY
        if not parameter.starts[0] <= late_from <= as_of or not was_open(self, claim, due):
            return None
        amount = Money.parse(parameter.taken(late_from), self.currency)
        return Cost("flat_compensation", amount, late_from, parameter.basis, invoice.number)

    def consequence_costs(self, claim: ClaimFacts) -> Money | None:
        """Return the costs that a formal notice announces for the case that its term passes unpaid."""
        return None

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return the general term from the due day."""
        return self.limitation_by("limitation.general", self.due_day(claim, invoice))

    def limitation_by(self, key: str, starts_on: date, *warnings: str) -> LimitationTerm:
        """Return the term that a parameter in years gives from a day, by the law of that day (or its first)."""
        parameter = self.law[key]
        years = int(parameter.taken_or_first(starts_on))
        return LimitationTerm(years, starts_on, parameter.basis, warnings=warnings)

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return what an event does to limitation: the table `interrupts`; a letter counts from its receipt."""
        ended = event.kind in ("withdrawn", "struck_out", "unserved")
        effect, basis = self.interrupts.get(event.kind, ("lapse" if ended else "none", self.interrupts_basis))
        letter = event.kind in ("reminder", "formal_notice", "written_demand", "lawyer_notice")
        on = event.received or event.on if letter else event.on
        return Interruption(effect, on, basis, years=self._judgment_years(event) if effect == "restart" else None)

    def _judgment_years(self, event: Event) -> int | None:
        """Return the term of a judgment, None where the first term runs anew."""
        key = "limitation.judgment"
        return int(self.law.value(key, event.on)) if event.kind == "judgment" and key in self.law else None

    def suspensions(self, claim: ClaimFacts) -> Sequence[Suspension]:
        """Return the periods in which limitation did not run."""
        return ()

    def insolvency(self, claim: ClaimFacts) -> Opening | None:
        """Return the opening of the debtor's insolvency here: this law says what can be lodged (Reg. 2015/848 art. 7).

        It is asked of the debtor's country, whatever law governs the contract; the first opening counts.
        """
        opened = claim.events_of("insolvency")
        return Opening(opened[0].on, self.insolvency_basis) if opened else None

    def allocation_order(self, claim: ClaimFacts, enforced: bool = False) -> tuple[tuple[str, ...], str]:
        """Return the order in which a payment covers the parts of a debt, with its article.

        `enforced`: the money came in by enforcement.
        """
        return self.allocation, self.allocation_basis

    # ---- procedure: calendar

    def public_holidays(self, year: int, region: str | None = None) -> frozenset[date]:
        """Return the public holidays of a year, as the `holidays` library and law.toml know them."""
        found = self._calendars.get((year, region))
        if found is None:
            listed = listed_holidays(self.country, year, region, self.holiday_categories)
            found = (listed - self.removed_holidays(year)) | self.added_holidays(year)
            self._calendars[year, region] = found
        return found

    @cached_property
    def _calendars(self) -> dict[tuple[int, str | None], frozenset[date]]:
        return {}

    def added_holidays(self, year: int) -> frozenset[date]:
        """Return holidays that the library lacks for a year."""
        return frozenset()

    def removed_holidays(self, year: int) -> frozenset[date]:
        """Return days that the library lists although the law does not count them."""
        return frozenset()

    def is_holiday(self, day: date, region: str | None = None) -> bool:
        """Tell whether a day is a public holiday (Sundays apart)."""
        return day in self.public_holidays(day.year, region)

    def is_eu_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell whether a day is no working day under Reg. 1182/71 art. 2."""
        return day.weekday() >= 5 or self.is_holiday(day, region)

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell whether a procedural period may not end on a day."""
        return self.is_eu_rest_day(day, region)

    def time_limit(
        self, rule: Rule, start: date, period: Period, act: str = "other", region: str | None = None
    ) -> TimeLimit:
        """Return the last day of a period that an event on `start` sets going."""
        if rule == "eu":
            return eu_limit(start, period, lambda day: self.is_eu_rest_day(day, region))
        if rule == "procedural":
            return self.procedural_limit(start, period, act, region)
        return self.civil_limit(start, period, region)

    def time_limit_of(
        self, rule: Rule, start: date, period: Period, act: str, region: str | None, addressee: Addressee
    ) -> TimeLimit:
        """Return the last day of a period that binds a party who lives in another country."""
        if addressee.country == self.country:
            return self.time_limit(rule, start, period, act, region)
        if rule == "procedural":
            longer, why = self.period_abroad(start, period, act, addressee)
        else:
            longer, why = period, "no extra time for a party abroad: only terms before a court may know one"
        limit = self.time_limit(rule, start, longer, act, region)
        return replace(limit, steps=(why, *limit.steps))

    def period_abroad(self, start: date, period: Period, act: str, addressee: Addressee) -> tuple[Period, str]:
        """Return a court period as it runs for a party abroad, and why: no law adds to it by default."""
        return period, f"no extra time for a party in {addressee.country}: {self.country} has no rule on file"

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period: the day of the event out, a rest day at the end rolls on."""
        rest = lambda day: self.is_court_rest_day(day, region)  # noqa: E731
        raw = raw_end(start, period, rest)
        last = next_working(raw, rest)
        steps = [f"day of the event {start} not counted; {period} end on {raw}"]
        if last != raw:
            steps.append(f"{raw} is a rest day of the courts: {last}")
        return TimeLimit(last, tuple(steps), self.procedural_basis)

    # Kinds of debtor whose formal notice runs from its receipt: the letter prints no fixed date.
    notice_from_receipt: ClassVar[tuple[str, ...]] = ()
    procedural_basis: ClassVar[str] = ""
    civil_basis: ClassVar[str] = ""

    def civil_limit(self, start: date, period: Period, region: str | None) -> TimeLimit:
        """Return the end of a substantive period: by the calendar, without a shift."""
        raw = raw_end(start, period, lambda day: self.is_eu_rest_day(day, region))
        return TimeLimit(
            raw, (f"day of the event {start} not counted; {period} end on {raw}; no shift",), self.civil_basis
        )

    # ---- procedure: the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days and contents of the country's formal notice or first reminder."""
        raise NotImplementedLawError(self.country, "notice")

    def contact_rule(self, natural_person: bool, on: date | None = None) -> ContactRule:
        """Return when the debtor may be contacted on a day: parameter `contact.hours` and its caps."""
        return contact_rule_of(self.law, natural_person, on)

    def letter_languages(self, region: str | None) -> tuple[str, ...]:
        """Return the languages in which to write to a debtor of a region, the first by default."""
        return self.languages

    # ---- procedure: courts

    def enforcement_fee(self, as_of: date) -> CourtFee:
        """Return the fee of the organ that enforces: the parameter that courts.toml names, or why none is known."""
        facts = self.enforcement
        return self.flat_fee(facts.fee, as_of) if facts.fee else CourtFee(None, facts.fee_basis)

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return what this country's courts say of a route for what is still owed."""
        spec = self.courts[code]
        if "closed" in spec:
            return self._never_open(code)
        closed = self.route_closed(code, claim, value, as_of)
        fee = self.court_fee(code, claim, value, as_of)
        return RouteFacts(
            code=code,
            label=spec["label"],
            open=not closed,
            why=closed or spec["why"],
            court=self.court_name(code, claim, value),
            languages=self.languages_of_court(claim.debtor.region),
            debtor_reacts_within=spec.get("reacts_within", ""),
            basis=spec["basis"],
            fee=fee,
            filed_by=spec.get("filed_by", "creditor"),
            expected_days=spec.get("expected_days", 120),
            cost_rank=spec.get("cost_rank", 5),
            costs=self.route_costs(code, claim, value, as_of, fee),
            warnings=tuple(spec.get("warnings", ())),
        )

    def _never_open(self, code: str) -> RouteFacts:
        """Return a route that this country does not have, and why: made once."""
        found = self._closed_routes.get(code)
        if found is None:
            spec = self.courts[code]
            fee, court = CourtFee(None, spec["basis"]), str(spec.get("court", ""))
            found = RouteFacts(
                code, spec["label"], False, spec["closed"], court, self.court_languages, "", spec["basis"], fee
            )
            self._closed_routes[code] = found
        return found

    @cached_property
    def _closed_routes(self) -> dict[str, RouteFacts]:
        return {}

    def route_closed(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> str | None:
        """Return why a route is not open for a claim in this country, None when it is."""
        return None

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the competent court of a route."""
        return str(self.courts[code].get("court", ""))

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the fee of a route: the flat parameter or the table that courts.toml names."""
        spec = self.courts[code]
        if "fee" not in spec:
            return CourtFee(None, spec["basis"])
        if "fee_column" in spec:
            return self.bracket_fee(spec["fee"], value.principal, as_of, spec["fee_column"])
        return self.flat_fee(spec["fee"], as_of)

    def route_costs(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, fee: CourtFee) -> RouteCosts:
        """Return the creditor's own costs of a route and what the loser pays back: the court's fee by default.

        Amounts are in this country's currency.
        """
        nothing = Money.zero(self.currency)
        return RouteCosts(nothing, fee.amount or nothing, "the loser bears the costs")

    def flat_fee(self, key: str, day: date) -> CourtFee:
        """Return a fee that is one amount whatever the claim."""
        return flat_fee(self.law[key], self.currency, day)

    def bracket_fee(self, key: str, value: Money, day: date, column: int = 1) -> CourtFee:
        """Return a fee by the value, from a table of rows [up to, fee, …]."""
        return bracket_fee(self.law[key], self.currency, value, day, column)

    def languages_of_court(self, region: str | None) -> tuple[str, ...]:
        """Return the languages of the courts of a region."""
        return self.court_languages

    # ---- service

    def today(self, now: datetime) -> date:
        """Return the date that an instant has in this country's time zone."""
        from zoneinfo import ZoneInfo

        return now.astimezone(ZoneInfo(self.timezone)).date()
