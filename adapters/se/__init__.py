"""Swedish recovery law and the Swedish recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.periods import ONE_DAY, next_working, nth_working
from recovery.law.values import (
    Cost,
    CourtFee,
    InterestStart,
    InterestTerms,
    Interruption,
    LimitationTerm,
    Notice,
)
from recovery.money import Money


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

    # ---- substance

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day; else the day 30 days after the invoice was sent (Räntelag 4 §)."""
        if invoice.due or claim.contract.agreed_term_days is not None:
            return super().due_day(claim, invoice)
        sent = invoice.issued or invoice.received_on
        return max(sent + timedelta(days=int(self.law["term.statutory"].values[-1].value)), invoice.received_on)

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; a public debtor cannot be given less than the statutory one (4 a §)."""
        floor = self.law["interest.commercial"] if claim.debtor.kind == "public" else None
        return InterestTerms("contractual", "agreed rate; Räntelag 1, 4 a, 6 §§", fixed=rate, floor=floor)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day: agreed in advance (3 §), or 30 days after the demand (4 §)."""
        agreed = invoice.due is not None or claim.contract.agreed_term_days is not None
        if agreed:
            return InterestStart(self.due_day(claim, invoice) + ONE_DAY, "Räntelag 3 §", "due day agreed in advance")
        if claim.is_commercial:
            return InterestStart(
                self.due_day(claim, invoice) + ONE_DAY, "Räntelag 4 § 1 st", "30 days after the invoice"
            )
        for event in claim.events_of("formal_notice", "written_demand"):
            days = int(self.law["term.statutory"].values[-1].value)
            return InterestStart(event.on + timedelta(days=days + 1), "Räntelag 4 § 2 st", "30 days after the demand")
        return InterestStart(None, "Räntelag 4 § 2 st", "a demand that names the interest is missing")

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return 450 kr between businesses, which absorbs the single fees; else the fees (SFS 1981:739)."""
        fees = self._fees(claim, as_of)
        if not claim.is_commercial:
            return fees
        first = claim.invoices[0]
        late_from = min(self.due_day(claim, invoice) for invoice in claim.invoices) + ONE_DAY
        flat = self.law["costs.flat_compensation"]
        if late_from > as_of or late_from < flat.starts[0]:
            return fees
        lump = Cost(
            "flat_compensation",
            Money.parse(flat.values[-1].value, "SEK"),
            late_from,
            flat.basis,
            first.number,
        )
        over = sum(fee.amount.minor for fee in fees) - lump.amount.minor
        if over <= 0:
            return (lump,)
        extra = Cost("collection_costs", Money(over, "SEK"), fees[-1].due_from, "SFS 1981:739 5 § 2 st")
        return (lump, extra)

    def _fees(self, claim: ClaimFacts, as_of: date) -> list[Cost]:
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
        key = "limitation.consumer" if claim.debtor.kind == "consumer" else "limitation.general"
        return self.limitation_by(key, min(days))

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return the effect of an event: any written demand that reached the debtor restarts the term (5-7 §§)."""
        if event.kind in ("reminder", "formal_notice", "written_demand", "lawyer_notice"):
            return Interruption("restart", event.received or event.on, "Preskriptionslag 5 § 2, 6 §")
        if event.kind == "acknowledgement":
            return Interruption("restart", event.on, "Preskriptionslag 5 § 1, 6 §")
        if event.kind in ("lawsuit", "payment_order_applied", "insolvency"):
            return Interruption("pending", event.on, "Preskriptionslag 5 § 3, 7 §")
        if event.kind == "judgment":
            return Interruption("restart", event.on, "Preskriptionslag 7 § 1 st")
        return Interruption("none", event.on, "Preskriptionslag 5 §")

    # ---- calendar

    def removed_holidays(self, year: int) -> frozenset[date]:
        """Return the plain Sundays that the library lists among the holidays."""
        first = date(year, 1, 1)
        sundays = {first + timedelta(days=n) for n in range(366) if (first + timedelta(days=n)).weekday() == 6}
        return frozenset(sundays)

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

    def route_closed(self, code: str, claim: ClaimFacts, value: Money, as_of: date) -> str | None:
        """Return why a route is closed: an inkassokrav must have been sent first (Inkassolag 6 §)."""
        if code == "national_payment_order" and claim.disputed:
            return "disputed: the debtor's objection hands it to the court anyway (lag 1990:746 33 §)"
        return None

    def court_fee(self, code: str, claim: ClaimFacts, value: Money, as_of: date) -> CourtFee:
        """Return the fee of Kronofogden or of the court, which is lower for a small claim."""
        if code != "national_court":
            return super().court_fee(code, claim, value, as_of)
        limit = self.law["court.half_base_amount"]
        known = value.currency == "SEK" and limit.starts[0] <= as_of <= limit.confirmed_through
        small = known and value.major <= Decimal(limit.on(as_of).value)
        return self.flat_fee("fee.small_claim" if small else "fee.ordinary", as_of)
