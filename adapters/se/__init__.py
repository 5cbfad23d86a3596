"""Swedish recovery law and the Swedish recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.periods import ONE_DAY, easter, next_working, nth_working
from recovery.law.values import (
    ClaimValue,
    Cost,
    CourtFee,
    InterestStart,
    InterestTerms,
    LimitationTerm,
    Notice,
    RouteFacts,
)
from recovery.money import Money

# Holidays of a fixed date (lag 1989:253): month, day.
_FIXED_HOLIDAYS = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))


class Adapter(CountryAdapter):
    """Sweden: one rate for all, fees fixed in kronor, limitation from the day the claim arose."""

    country = "SE"
    name = "Sweden"
    currency = "SEK"
    languages = ("sv", "en")
    court_languages = ("sv",)
    timezone = "Europe/Stockholm"
    rounds = "total"  # full precision, summed, rounded once to the öre
    allocation = ("costs", "interest", "principal")
    allocation_basis = "HB 9 kap. 5 §; place of the costs by practice"
    procedural_basis = "Lag 1930:173 1-2 §§"
    civil_basis = "Lag 1930:173 1 §"
    interrupts = {
        **dict.fromkeys(
            ("reminder", "formal_notice", "written_demand", "lawyer_notice"),
            ("restart", "Preskriptionslag 5 § 2, 6 §"),
        ),
        "acknowledgement": ("restart", "Preskriptionslag 5 § 1, 6 §"),
        **dict.fromkeys(("lawsuit", "payment_order_applied", "insolvency"), ("pending", "Preskriptionslag 5 § 3, 7 §")),
        "judgment": ("restart", "Preskriptionslag 7 § 1 st: the term of 2 § anew"),
    }
    interrupts_basis = "Preskriptionslag 5 §"

    # ---- substance

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day, else 30 days after the invoice was sent; an authority has no longer (2 a, 4 §§)."""
        sent = invoice.issued or invoice.received_on
        by_law = max(sent + timedelta(days=self._demand_days), invoice.received_on)
        if not claim.has_agreed_day(invoice):
            return by_law
        agreed = super().due_day(claim, invoice)
        bound = claim.is_commercial and claim.contract_date >= self.law["term.maximum_public"].starts[0]
        return min(agreed, by_law) if bound and claim.debtor.kind == "public" else agreed

    @property
    def _demand_days(self) -> int:
        return int(self.law["term.statutory"].values[-1].value)

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; no exclusion among businesses, no lower rate for an authority (1, 4 a §§)."""
        statutory = self.law["interest.commercial"]
        if claim.is_commercial and not rate:
            warning = "SE: a term that excludes interest between businesses is void (Räntelag 4 a §)"
            return InterestTerms("commercial", "Räntelag 4 a, 6 §§", statutory, warnings=(warning,))
        floor = statutory if claim.is_commercial and claim.debtor.kind == "public" else None
        return InterestTerms("contractual", "agreed rate; Räntelag 1, 4 a, 6 §§", fixed=rate, floor=floor)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day: agreed in advance (3 §), or 30 days after the demand (4 §)."""
        day = self.due_day(claim, invoice) + ONE_DAY
        if claim.has_agreed_day(invoice):
            return InterestStart(day, "Räntelag 3 §", "due day agreed in advance")
        if claim.is_commercial:
            return InterestStart(day, "Räntelag 4 § 1 st", "30 days after the invoice")
        return self._start_by_demand(claim)

    def _start_by_demand(self, claim: ClaimFacts) -> InterestStart:
        """Return the start against a consumer: 30 days after a demand that names the interest, or service in court."""
        starts = [
            InterestStart(
                max(event.on + timedelta(days=self._demand_days), event.received or event.on) + ONE_DAY,
                "Räntelag 4 § 2 st",
                "30 days after the demand",
            )
            for event in claim.events_of("formal_notice", "written_demand")
        ]
        starts += [
            InterestStart(event.on + ONE_DAY, "Räntelag 4 § 4 st", "after service of the application")
            for event in claim.events_of("served")
        ]
        missing = InterestStart(None, "Räntelag 4 § 2 st", "a demand that names the interest is missing")
        return min(starts, key=lambda start: start.first_day or date.max, default=missing)

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return 450 kr per late invoice between businesses, which absorbs the single fees (SFS 1981:739 4 a, 5 §§)."""
        fees = self._fees(claim, as_of)
        lumps = self.flat_compensation(claim, as_of) if claim.is_commercial else []
        if not lumps:
            return fees
        over = sum(fee.amount.minor for fee in fees) - sum(lump.amount.minor for lump in lumps)
        if over <= 0:
            return lumps
        return (*lumps, Cost("collection_costs", Money(over, "SEK"), fees[-1].due_from, "SFS 1981:739 5 § 2 st"))

    def flat_compensation(self, claim: ClaimFacts, as_of: date) -> list[Cost]:
        """Return the compensation for claims due after 15 March 2013; older ones have none (SFS 2013:56)."""
        first = self.law["costs.flat_compensation"].starts[0]
        newer = tuple(invoice for invoice in claim.invoices if self.due_day(claim, invoice) >= first)
        return super().flat_compensation(claim.model_copy(update={"invoices": newer}), as_of)

    def _fees(self, claim: ClaimFacts, as_of: date) -> list[Cost]:
        """Return the fees for the reminder, if agreed, and for the inkassokrav (SFS 1981:739 2-4 §§)."""
        fees = []
        reminders = claim.events_of("reminder")
        if reminders and claim.contract.reminder_fee_agreed:
            fees.append(self._fee("reminder_fee", "costs.reminder", reminders[0].on))
        demands = claim.events_of("formal_notice")
        if demands:
            fees.append(self._fee("demand_fee", "costs.demand", demands[0].on))
        return [fee for fee in fees if fee.due_from <= as_of]

    def _fee(self, kind: str, key: str, on: date) -> Cost:
        parameter = self.law[key]
        value = parameter.on(min(on, parameter.confirmed_through)).value
        return Cost(kind, Money.parse(value, "SEK"), on, parameter.basis)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 10 years, 3 against a consumer, from the day the claim arose (Preskriptionslag 2 §)."""
        days = [day for day in (claim.contract.date, invoice.issued, invoice.received, invoice.due) if day]
        consumer = claim.debtor.kind == "consumer" and claim.creditor.kind == "business"
        warnings = []
        if claim.contract.date and claim.contract.date < min(days[1:], default=date.min):
            warnings.append(
                f"SE: limitation is counted from the contract of {claim.contract.date}; under a framework contract "
                "the claim arises with the delivery only"
            )
        return self.limitation_by("limitation.consumer" if consumer else "limitation.general", min(days), *warnings)

    # ---- calendar

    def removed_holidays(self, year: int) -> frozenset[date]:
        """Return the plain Sundays that the library lists among the holidays."""
        named = {easter(year), easter(year) + timedelta(days=49)}
        named |= {date(year, month, day) for month, day in _FIXED_HOLIDAYS}
        days = (date(year, 1, 1) + timedelta(days=count) for count in range(366))
        return frozenset(day for day in days if day.weekday() == 6 and day not in named)

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays and the three eves that count like holidays (lag 1930:173 2 §)."""
        midsummer_eve = day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4
        eve = (day.month, day.day) in ((12, 24), (12, 31)) or midsummer_eve
        return eve or self.is_eu_rest_day(day, region)

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the time of an inkassokrav (Inkassolag 5 §): ten days, four banking days from receipt."""
        delivered = sent if channel == "email" else nth_working(sent, 2, self.is_court_rest_day)
        term = int(self.law["notice.term_days"].values[-1].value)
        banking = int(self.law["notice.banking_days"].values[-1].value)
        last = max(sent + timedelta(days=term), nth_working(delivered, banking, self.is_court_rest_day))
        last = next_working(last, self.is_court_rest_day)
        contents = (
            "creditor's name",
            "what the claim is based on",
            "principal, interest and costs each by itself",
            "for interest: accrued amount, rate, period and principal",
            "a reasonable time to pay or to object",
            "a suitable way to pay",
        )
        return Notice(delivered, sent + ONE_DAY, last, sent, contents, "Inkassolag (1974:182) 5 §")

    # ---- courts

    def route_closed(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> str | None:
        """Return why the order for payment is closed (lag 1990:746 29-33 §§)."""
        if code != "national_payment_order":
            return None
        if claim.disputed:
            return "disputed: the debtor's objection hands it to the court anyway (lag 1990:746 33 §)"
        if claim.debtor.country != "SE":
            return "the debtor lives abroad: Kronofogden cannot serve there (lag 1990:746 29-30 §§)"
        return None

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return what the courts say of a route; first the time of an inkassokrav must run out (Inkassolag 6 §)."""
        facts = super().route_facts(code, claim, value, as_of)
        demands = claim.events_of("formal_notice")
        ends = [self.notice(claim.debtor.kind, event.on, event.channel).last_day for event in demands]
        if any(last and last < as_of for last in ends):
            return facts
        warning = "SE: before any court step an inkassokrav must be sent and its time must run out (Inkassolag 6 §)"
        return replace(facts, warnings=(*facts.warnings, warning))

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the fee of Kronofogden or of the court, which is lower for a small claim (RB 1 kap. 3 d §)."""
        if code != "national_court":
            return super().court_fee(code, claim, value, as_of)
        limit = self.law["court.half_base_amount"]
        if value.currency != "SEK" or not limit.starts[0] <= as_of <= limit.confirmed_through:
            warning = "SE: the court fee depends on the value in kronor against half the prisbasbelopp of the year"
            return CourtFee(None, self.law["fee.ordinary"].basis, (warning,))
        small = value.principal.major <= Decimal(limit.on(as_of).value)
        return self.flat_fee("fee.small_claim" if small else "fee.ordinary", as_of)
