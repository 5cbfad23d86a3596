"""Dutch recovery law and the Dutch recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from adapters.nl import calendar, collection, forum, notices, terms
from adapters.nl.identifiers import RULES
from adapters.nl.payment import BETALINGSKENMERK
from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.debts import OneDebt, debts_of
from recovery.law.periods import ONE_DAY, Period, Rule, TimeLimit, easter, is_weekend
from recovery.law.values import (
    Addressee,
    ClaimValue,
    Cost,
    CourtFee,
    InterestStart,
    InterestTerms,
    Interruption,
    LimitationTerm,
    Notice,
    RouteCosts,
    RouteFacts,
)
from recovery.money import Money

_LETTERS = ("formal_notice", "written_demand", "lawyer_notice")


class Adapter(CountryAdapter):
    """The Netherlands: yearly capitalisation, collection scale, 14-day letter."""

    country = "NL"
    name = "Netherlands"
    languages = ("nl", "en")
    court_languages = ("nl",)
    timezone = "Europe/Amsterdam"
    identifiers = RULES
    identifiers_rank = 20
    payment_scheme = BETALINGSKENMERK
    counts_payment_day = False  # claims run "until the day of full payment"
    capitalises_yearly = True  # BW 6:119(2), 6:119a(3), 6:119b(3)
    allocation = ("costs", "interest", "principal")
    allocation_basis = "BW 6:44(1)"
    insolvency_basis = "Fw 128: none once insolvency proceedings are open"
    notice_from_receipt = ("consumer",)  # ECLI:NL:HR:2016:2704
    procedural_basis = "Algemene termijnenwet art. 1-4"
    civil_basis = "BW; Algemene termijnenwet art. 4"
    interrupts = {
        **dict.fromkeys(("reminder", *_LETTERS), ("restart", "BW 3:317, 3:319")),
        "acknowledgement": ("restart", "BW 3:318, 3:319"),
        **dict.fromkeys(("lawsuit", "payment_order_applied"), ("pending", "BW 3:316")),
        "insolvency": ("pending", "Fw 36"),
        "judgment": ("restart", "BW 3:324"),
        "enforcement_act": ("restart", "BW 3:325(2)"),
    }
    interrupts_basis = "BW 3:316-3:318"
    conventions = {
        "payment_day": ("the day of payment does not count: claims run until the day of full payment", "uncertain"),
        "year_days": ("365 days in every year, as public calculators do; the law is silent", "uncertain"),
        "segments": (
            "split at 1 January, 1 July, rate changes, anniversaries and payments; lines half up",
            "uncertain",
        ),
        "capitalisation": (
            "at each anniversary of the default, 29 February on the 28th (BW 6:119(2), 119a(3))",
            "known",
        ),
        "agreed_interest": (
            "simple, unless the contract lets it bear interest: open law, the lower is asked",
            "uncertain",
        ),
        "allocation": (
            "costs, accrued interest, principal (BW 6:44(1)); the anniversary stays after a payment",
            "known",
        ),
        "costs_base": (
            "collection costs go by the principal alone, payments before taken off it (BIK art. 2)",
            "known",
        ),
    }

    # ---- substance

    def last_day_to_pay(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day within the legal limits, else 30 days; a civil debt is due at once (BW 6:38)."""
        if not claim.is_commercial:
            return super().last_day_to_pay(claim, invoice) if claim.has_agreed_day(invoice) else invoice.received_on
        return terms.bounded_due_day(self.law, claim, invoice, super().last_day_to_pay(claim, invoice))

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the terms; whether a contract before 16 March 2013 keeps the margin of 7 points is uncertain."""
        found, changed_on = super().interest_terms(claim), self.law["interest.margin_changed_on"].starts[0]
        if found.regime == "commercial" and claim.contract_date < changed_on:
            warning = f"NL: a contract from before {changed_on} may keep the margin of 7 points (uncertain)"
            return replace(found, warnings=(*found.warnings, warning))
        return found

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; in a civil claim one below the statutory rate does not count (BW 6:119(3))."""
        if not claim.is_commercial:
            return terms.agreed_civil(self.law["interest.civil"], rate)
        due = min(self.due_day(claim, invoice) for invoice in claim.invoices)
        return terms.agreed_between_businesses(self.law["interest.commercial"], rate, due)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; without an agreed day a consumer must be put in default (BW 6:82)."""
        after = self.due_day(claim, invoice) + ONE_DAY
        if claim.is_commercial:
            basis = "BW 6:119b(1)" if claim.debtor.kind == "public" else "BW 6:119a(1)"
            return InterestStart(after, basis, "the day after the due day")
        if claim.has_agreed_day(invoice):
            return InterestStart(after, "BW 6:83(a), 6:119(1)", "agreed day passed")
        letters = claim.events_of(*_LETTERS)
        if not letters:
            return InterestStart(None, "BW 6:82", "no agreed day: a notice of default is needed first")
        last = self._last_day_of(letters[0])
        return InterestStart(last + ONE_DAY, "BW 6:82, 6:119(1)", "the term of the notice of default lapsed")

    def _last_day_of(self, letter: Event) -> date:
        """Return the end of the term of a letter that was sent, from its receipt where that is known (BW 3:37(3))."""
        received = letter.received or self._delivered(letter.on, letter.channel)
        return notices.last_day(self.law, received, self.is_court_rest_day)

    def _delivered(self, sent: date, channel: str) -> date:
        return notices.delivered(self.law, sent, channel, lambda day: day in self.public_holidays(day.year))

    def _in_default(self, one: OneDebt, day: date) -> bool:
        """Tell whether the debtor is in default with a debt on a day (BW 6:81-83, 6:119a)."""
        first = self.interest_start(one.view, one.invoice).first_day
        return first is not None and first <= day

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the collection costs by the scale (BIK art. 2), for consumers after the 14-day letter."""
        told = debts_of(self, claim)
        if claim.debtor.kind != "consumer":
            return collection.business_costs(self.law, told, list(super().costs(claim, as_of)), self._in_default)
        return collection.consumer_costs(self.law, told, as_of, self._in_default, self._last_day_of)

    def fixed_sum(self, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Cost | None:
        """Return EUR 40 for arrears from 16 March 2013 (BW 6:96(4))."""
        first = self.law["costs.flat_compensation"].starts[0]
        return super().fixed_sum(claim, invoice, as_of) if self.due_day(claim, invoice) >= first else None

    def consequence_costs(self, claim: ClaimFacts) -> Money | None:
        """Return the exact collection costs that the 14-day letter must announce (BW 6:96(6))."""
        day = claim.as_of or self.law["costs.scale"].confirmed_through
        if not collection.knows_scale(self.law, claim, day):
            return None
        each = debts_of(self, claim).each
        return collection.collection_costs(self.law, claim, each, collection.open_principal(each, date.max), day)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 5 years from the due day (BW 3:307, 3:308), 2 for goods to consumers (7:28), 1 for carriage."""
        kind = claim.contract.kind
        key = {"carriage": "carriage", "rent": "periodic", "utilities": "periodic"}.get(kind, "general")
        if kind == "goods" and claim.debtor.kind == "consumer":
            key = "consumer_goods"
        return self.limitation_by(f"limitation.{key}", self.due_day(claim, invoice))

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return what an event does; after a judgment at most 5 years more, never an earlier end (BW 3:319)."""
        effect = super().interruption(claim, event)
        if effect.effect == "lapse":
            parameter = self.law["limitation.new_act_months"]
            return replace(effect, basis=parameter.basis, months=int(parameter.taken_or_first(event.on)))
        judged = event.kind != "judgment" and any(one.on <= event.on for one in claim.events_of("judgment"))
        if effect.effect == "restart" and judged:
            years = int(self.law.value("limitation.interrupted_maximum", event.on))
            return replace(effect, effect="extend_to", years=years)
        return effect

    # ---- calendar

    def added_holidays(self, year: int) -> frozenset[date]:
        """Return Good Friday, 5 May, and the King's day on 26 April where the 27th is a Sunday (ATW art. 3(1)-(2))."""
        return frozenset({calendar.good_friday(year), self._fixed(year, 0), *self._moved_kings_day(year)})

    def removed_holidays(self, year: int) -> frozenset[date]:
        """Return the Sunday from which the King's day moved, and Easter and Whit Sunday, which art. 3 does not name."""
        sundays = (easter(year), easter(year) + timedelta(weeks=7))
        return frozenset({*sundays, *(day + ONE_DAY for day in self._moved_kings_day(year))})

    def _fixed(self, year: int, index: int) -> date:
        return date.fromisoformat(f"{year}-{self.law['calendar.fixed_days'].values[0].value[index]}")

    def _moved_kings_day(self, year: int) -> tuple[date, ...]:
        day = self._fixed(year, 1)
        since = self.law["calendar.fixed_days"].starts[0]
        return (day - ONE_DAY,) if day.weekday() == 6 and day >= since else ()

    @cached_property
    def _equated(self) -> frozenset[date]:
        rows = self.law["calendar.equated_days"].values
        return frozenset(date.fromisoformat(day) for row in rows for day in row.value)

    def is_holiday(self, day: date, region: str | None = None) -> bool:
        """Tell holidays, Good Friday and the equated days: none bears a contact (Bki art. 4.2; ATW art. 3(1)-(3))."""
        return day in self.public_holidays(day.year) or day in self._equated

    def is_eu_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell a weekend or public holiday; the days equated by decree are none under Reg. 1182/71 art. 2(1)."""
        return is_weekend(day) or day in self.public_holidays(day.year)

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays, Good Friday and the equated days (ATW art. 3)."""
        return is_weekend(day) or self.is_holiday(day)

    def time_limit(
        self, rule: Rule, start: date, period: Period, act: str = "other", region: str | None = None
    ) -> TimeLimit:
        """Return the end of a period, saying where Good Friday moved it: its place in Reg. 1182/71 is uncertain."""
        limit = super().time_limit(rule, start, period, act, region)
        if rule != "eu":
            return limit
        return calendar.with_good_friday(start, period, limit, self.is_eu_rest_day)

    def period_abroad(self, start: date, period: Period, act: str, addressee: Addressee) -> tuple[Period, str]:
        """Return the time of a summons to another Member State: four weeks instead of one (Rv 114, 115)."""
        return terms.abroad(self.law, start, period, act, addressee) or super().period_abroad(
            start, period, act, addressee
        )

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a statutory term (ATW arts 1, 2 and 4)."""
        last, steps = calendar.statutory_end(self.law, start, period, self.is_court_rest_day)
        return TimeLimit(last, steps, self.procedural_basis)

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the 14-day letter's days (BW 6:96(6)); for a business a demand with a reasonable term (BW 6:82)."""
        return notices.with_term(self.law, debtor_kind, self._delivered(sent, channel), self.is_court_rest_day)

    # ---- courts

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return the route; a summons with its court, the debtor's term and who files (Rv 79, 93, 114-115, 128)."""
        facts = super().route_facts(code, claim, value, as_of)
        return forum.completed(self.law, facts, claim, value, as_of) if code == "national_court" else facts

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the griffierecht by the claimant's legal form and the claim with interest (Wgbz annex)."""
        column = 2 if claim.creditor.legal_form == "natural_person" else 1
        always = code == "national_court" and forum.is_always_cantonal(claim)
        band = lambda amount: forum.fee(self.law, amount, always, as_of, column)  # noqa: E731
        fee, with_costs = band(value.with_interest), band(value.total)
        if fee.amount == with_costs.amount:
            return fee
        warning = f"NL: with the collection costs the fee would be {with_costs.amount} (uncertain which counts)"
        return replace(fee, warnings=(*fee.warnings, warning))

    def route_costs(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, fee: CourtFee) -> RouteCosts:
        """Return the fee as recoverable (Rv 237); what the bailiff and a lawyer cost has no number here."""
        plain = super().route_costs(code, claim, value, as_of, fee)
        if code != "national_court":
            return plain
        warning = "NL: the bailiff's writ and the lawyer's salary by court tariff are not reckoned"
        return replace(plain, warnings=(*plain.warnings, warning))
