"""Swedish recovery law and the Swedish recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from adapters.se.fees import above_compensation, single_fees
from adapters.se.identifiers import RULES
from adapters.se.interest import agreed_start, by_invoice, earliest_start
from adapters.se.payment import OCR
from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.debts import was_open
from recovery.law.parameters import note
from recovery.law.periods import ONE_DAY, Period, Rule, TimeLimit, easter, next_working, nth_working
from recovery.law.values import (
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

# Holidays of a fixed date (lag 1989:253): month, day.
_FIXED_HOLIDAYS = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))
_KRONOFOGDEN = ("european_payment_order", "national_payment_order")
_FRIDAY, _SUNDAY = 4, 6
_SUITS = ("lawsuit", "payment_order_applied", "insolvency")


class Adapter(CountryAdapter):
    """Sweden: one rate for all, fees fixed in kronor, limitation from the day the claim arose."""

    country = "SE"
    name = "Sweden"
    currency = "SEK"
    languages = ("sv", "en")
    court_languages = ("sv",)
    timezone = "Europe/Stockholm"
    identifiers = RULES
    identifiers_rank = 60
    payment_scheme = OCR
    rounds = "total"  # full precision, summed, rounded once to the öre
    allocation = ("costs", "interest", "principal")
    allocation_basis = "HB 9 kap. 5 §; place of the costs by practice"
    insolvency_basis = "Konkurslag 5 kap.: interest to the day of the bankruptcy"
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
        "enforcement_act": ("restart", "Preskriptionslag 5 § 3"),
    }
    interrupts_basis = "Preskriptionslag 5 §"
    conventions = {
        "payment_day": ("days = payment day - start day: the payment day counts, the start day not", "uncertain"),
        "year_days": ("actual days / 365, in leap years too; actual / actual is the alternative", "uncertain"),
        "rounding": ("exact, summed, rounded once to the öre, half up; öresavrundning is off", "uncertain"),
        "capitalisation": ("none: interest on principal alone", "known"),
        "allocation": ("costs, interest, principal; HB 9 kap. 5 § does not name the costs", "uncertain"),
        "due_day": ("a due day on a rest day: payment on the next banking day is in time", "uncertain"),
        "claim_arises": ("the earliest of contract, delivery and invoice begins limitation; case law", "known"),
    }

    # ---- substance: when

    def last_day_to_pay(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day, else 30 days after the invoice was sent; an authority has no longer (2 a, 4 §§)."""
        if not claim.has_agreed_day(invoice):
            return by_invoice(self, invoice)
        agreed = super().last_day_to_pay(claim, invoice)
        if not (claim.is_commercial and self._has_new_rules(claim)):
            return agreed
        longest = by_invoice(self, invoice)
        if claim.debtor.kind == "public":
            return min(agreed, longest)
        if agreed > longest:
            note("SE: a term of more than 30 days holds only if the creditor expressly agreed to it (Räntelag 2 a §)")
        return agreed

    def _has_new_rules(self, claim: ClaimFacts) -> bool:
        """Tell whether the contract was made under SFS 2013:55."""
        return claim.contract_date >= self.law["term.maximum"].starts[0]

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day agreed in advance (3 §), else that of 4 §."""
        if claim.has_agreed_day(invoice):
            return agreed_start(self, claim, invoice, self.due_day(claim, invoice))
        return earliest_start(self, claim, invoice)

    # ---- substance: how much

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; no exclusion among businesses, no lower rate for an authority (1, 4 a §§)."""
        statutory, bound = self.law["interest.commercial"], claim.is_commercial and self._has_new_rules(claim)
        if bound and not rate:
            warning = "SE: a term that excludes interest between businesses is void (Räntelag 4 a §)"
            return InterestTerms("commercial", "Räntelag 4 a, 6 §§", statutory, warnings=(warning,))
        public = bound and claim.debtor.kind == "public"
        warnings = () if public else self._lower_rate_warning(claim, rate)
        floor = statutory if public else None
        return InterestTerms(
            "contractual", "agreed rate; Räntelag 1, 4 a, 6 §§", fixed=rate, floor=floor, warnings=warnings
        )

    def _lower_rate_warning(self, claim: ClaimFacts, rate: Decimal) -> tuple[str, ...]:
        """Say that a claim which bore the agreed rate before it was due takes the higher one after (7 §)."""
        statutory = self.law["interest.commercial"]
        due = min(self.due_day(claim, invoice) for invoice in claim.invoices)
        day = min(max(due, statutory.starts[0]), statutory.confirmed_through)
        if rate >= statutory.on(day).value:
            return ()
        return (
            f"SE: the agreed {rate} % for late payment prevails; if the claim bore it already before it was due, "
            "the statutory rate continues instead (Räntelag 7 §)",
        )

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return 450 kr per late invoice between businesses, which absorbs the single fees (SFS 1981:739 4 a, 5 §§)."""
        claim = claim.at(as_of)
        compensation = self.flat_compensation(claim, as_of) if claim.is_commercial else []
        return [*compensation, *above_compensation(single_fees(self, claim), compensation)]

    def fixed_sum(self, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Cost | None:
        """Return the compensation once interest is owed, for claims due from 16 March 2013 (4 a §; SFS 2013:56)."""
        parameter, due = self.law["costs.flat_compensation"], self.due_day(claim, invoice)
        start = self.interest_start(claim, invoice).first_day
        if start is None or start > as_of or due < parameter.starts[0] or not was_open(self, claim, due):
            return None
        amount = Money.parse(parameter.taken(start), self.currency)
        return Cost("flat_compensation", amount, start, parameter.basis, invoice.number)

    def allocation_order(self, claim: ClaimFacts, enforced: bool = False) -> tuple[tuple[str, ...], str]:
        """Return costs, interest, principal; enforced money covers the costs of enforcement first."""
        if enforced:
            return self.allocation, "Utsökningsbalk: the costs of enforcement first; HB 9 kap. 5 §"
        note("SE: that costs are covered first is practice; HB 9 kap. 5 § names interest and principal only")
        return super().allocation_order(claim, enforced)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 10 years, 3 against a consumer, from the day the claim arose (Preskriptionslag 2 §)."""
        known = (claim.contract.date, invoice.issued, invoice.received, invoice.due, invoice.delivered)
        days = [day for day in known if day]
        consumer = claim.debtor.kind == "consumer" and claim.creditor.kind == "business"
        warnings = []
        if claim.contract.date and claim.contract.date < min(days[1:], default=date.min):
            warnings.append(
                f"SE: limitation is counted from the contract of {claim.contract.date}; under a framework contract "
                "the claim arises with the delivery only"
            )
        return self.limitation_by("limitation.consumer" if consumer else "limitation.general", min(days), *warnings)

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return what an event does; a procedure that ended unserved leaves one more year, once (7 § 2-3 st)."""
        found = super().interruption(claim, event)
        if found.effect != "lapse":
            return found
        began = max((one.on for one in claim.events_of(*_SUITS) if one.on <= event.on), default=event.on)
        if event.kind != "unserved" and any(began <= one.on <= event.on for one in claim.events_of("served")):
            return replace(found, effect="restart", basis="Preskriptionslag 7 § 1 st: the term anew from its end")
        parameter = self.law["limitation.unserved"]
        earlier = any(one.on < event.on for one in claim.events_of("withdrawn", "struck_out", "unserved"))
        return replace(found, basis=parameter.basis, years=None if earlier else int(parameter.taken(event.on)))

    # ---- calendar

    def removed_holidays(self, year: int) -> frozenset[date]:
        """Return the plain Sundays that the library lists among the holidays."""
        named = {easter(year), easter(year) + timedelta(days=49)}
        named |= {date(year, month, day) for month, day in _FIXED_HOLIDAYS}
        days = (date(year, 1, 1) + timedelta(days=count) for count in range(366))
        return frozenset(day for day in days if day.weekday() == _SUNDAY and day not in named)

    @staticmethod
    def _is_eve(day: date) -> bool:
        """Tell the three eves that count like holidays for statutory periods (lag 1930:173 2 §)."""
        midsummer_eve = day.month == 6 and 19 <= day.day <= 25 and day.weekday() == _FRIDAY
        return midsummer_eve or (day.month, day.day) in ((12, 24), (12, 31))

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays and the three eves: no banking day, no end of a period (lag 1930:173 2 §)."""
        return self._is_eve(day) or self.is_eu_rest_day(day, region)

    def time_limit(
        self, rule: Rule, start: date, period: Period, act: str = "other", region: str | None = None
    ) -> TimeLimit:
        """Return the last day of a period; say so where it is open whether a rest day moves it."""
        limit = super().time_limit(rule, start, period, act, region)
        last = limit.last_day
        if rule == "eu" and self._is_eve(last):
            text = f"{last} is an eve that lag 1930:173 2 § treats as a holiday; whether Reg. 1182/71 does is uncertain"
        elif rule == "civil" and self.is_court_rest_day(last, region):
            text = f"{last} is no working day: a roll is not safe to rely on, act on the working day before"
        elif rule == "procedural" and act == "answer":
            text = "set by order, not by statute: the roll holds by analogy; it is the last safe day for the debtor"
            return replace(limit, steps=(*limit.steps, text))
        else:
            return limit
        note(f"SE: {text}")
        return replace(limit, steps=(*limit.steps, text))

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the time of an inkassokrav (Inkassolag 5 §): ten days, four banking days from receipt."""
        travel = int(self.law.value("notice.delivery_days", sent))
        delivered = sent if channel == "email" else nth_working(sent, travel, self.is_court_rest_day)
        term = int(self.law.value("notice.term_days", sent))
        banking = int(self.law.value("notice.banking_days", sent))
        last = max(sent + timedelta(days=term), nth_working(delivered, banking, self.is_court_rest_day))
        last = next_working(last, self.is_court_rest_day)
        contents = (
            "creditor's name",
            "what the claim is based on",
            "if the claim was assigned or pledged: that payment to the assignor does not discharge",
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
        small = self._is_small_claim(value, as_of)
        if small is None:
            warning = "SE: the court fee depends on the value in kronor against half the prisbasbelopp of the year"
            return CourtFee(None, self.law["fee.ordinary"].basis, (warning,))
        return self.flat_fee("fee.small_claim" if small else "fee.ordinary", as_of)

    def _is_small_claim(self, value: ClaimValue, as_of: date) -> bool | None:
        """Tell whether the value is at most half the prisbasbelopp of the year; None where that is not known."""
        limit = self.law["court.half_base_amount"]
        if value.currency != "SEK" or not limit.starts[0] <= as_of <= limit.confirmed_through:
            return None
        return value.principal.major <= Decimal(limit.on(as_of).value)

    def route_costs(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, fee: CourtFee) -> RouteCosts:
        """Return own work at Kronofogden, put on the debtor with the fee (lag 1990:746 48 §; lag 2008:879 9 §)."""
        costs = super().route_costs(code, claim, value, as_of, fee)
        if code in _KRONOFOGDEN:
            own = self.flat_fee("fee.agent", as_of).amount or costs.own
            basis = "lag 1990:746 42, 48, 60 §§; lag 2008:879 9 §; enforced by Kronofogden itself at its base fee"
            return RouteCosts(own, costs.recoverable + own, basis)
        if self._is_small_claim(value, as_of):
            return replace(costs, basis="RB 18 kap. 8 a §: the loser bears the fee and one hour of legal advice")
        return replace(costs, basis="RB 18 kap. 1, 8 §§: the loser bears the costs; a lawyer's fee is not reckoned")
