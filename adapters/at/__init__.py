"""Austrian recovery law and the Austrian recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from adapters.at.calendar import appeal_limit, is_good_friday
from adapters.at.collector import above_fixed_sums, collector_fees
from adapters.at.identifiers import RULES
from adapters.at.payment import ZAHLUNGSREFERENZ
from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.parameters import note
from recovery.law.periods import ONE_DAY, Period, Rule, TimeLimit, next_working, raw_end
from recovery.law.values import (
    ClaimValue,
    Cost,
    CourtFee,
    InterestStart,
    InterestTerms,
    LimitationTerm,
    Notice,
    RouteCosts,
    RouteFacts,
)
from recovery.money import Money

_SATURDAY = 5
_CONVENTION = "European Convention on the Calculation of Time Limits art. 5 (BGBl 254/1983)"
_ROLLS = "ABGB § 903; European Convention art. 5: Saturday, Sunday, holiday, Good Friday; OGH RS0060996"
_NATIONAL = ("national_payment_order", "national_court")
_DEMANDS = ("reminder", "formal_notice", "written_demand", "lawyer_notice")


class Adapter(CountryAdapter):
    """Austria: base rate + 9.2 between businesses, 4 % otherwise, letters never restart limitation."""

    country = "AT"
    name = "Austria"
    languages = ("de", "en")
    court_languages = ("de",)
    timezone = "Europe/Vienna"
    identifiers = RULES
    identifiers_rank = 50
    payment_scheme = ZAHLUNGSREFERENZ
    rounds = "total"  # full precision, summed, rounded once to the cent
    allocation = ("interest", "principal", "costs")
    allocation_basis = "ABGB § 1415, § 1416; place of the costs by convention"
    insolvency_basis = "IO § 58 Z 1: none once insolvency proceedings are open"
    procedural_basis = "ZPO §§ 125, 126"
    civil_basis = f"ABGB §§ 902, 903; {_CONVENTION}"
    interrupts = {
        "acknowledgement": ("restart", "ABGB § 1497"),
        **dict.fromkeys(("lawsuit", "payment_order_applied"), ("pending", "ABGB § 1497")),
        "insolvency": ("pending", "IO § 9: by filing the claim"),
        "judgment": ("restart", "ABGB § 1478"),
        "enforcement_act": ("restart", "ABGB § 1497; EO § 3: by applying for enforcement"),
        "mediation_began": ("suspend", "ZivMediatG § 22: with a registered mediator"),
        "mediation_ended": ("resume", "ZivMediatG § 22"),
    }
    interrupts_basis = "ABGB § 1497: letters have no effect, nor a suit that is not duly pursued"
    conventions = {
        "payment_day": ("the day of value-dating bears interest, the due day does not; practice", "uncertain"),
        "year_days": ("actual days / 365, in leap years too; actual / actual is the alternative", "uncertain"),
        "rounding": ("split on 1 January, 1 July and at payments; exact, summed, rounded once half up", "uncertain"),
        "capitalisation": ("simple interest; 4 % on interest sued for is asked by hand (ABGB § 1000(2))", "known"),
        "allocation": ("interest, principal, costs (ABGB § 1416 is silent on costs); else by a clause", "uncertain"),
        "due_day": (
            "a due day on a Saturday or Good Friday rolls like a Sunday (ABGB § 903; BGBl 254/1983 art. 5)",
            "confirmed",
        ),
        "transfer": ("money is dated by its value day; a consumer's order on the due day is in time", "known"),
    }

    # ---- substance: when

    def last_day_to_pay(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the due day, rolled to the next working day (ABGB § 903; European Convention art. 5)."""
        return self._rolled(super().last_day_to_pay(claim, invoice))

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; no reminder is needed (ABGB § 1334)."""
        due = self.due_day(claim, invoice)
        self._note_long_term(claim, invoice, super().last_day_to_pay(claim, invoice))
        if claim.debtor.kind == "consumer":
            self._note_transfer(claim, due)
        return InterestStart(due + ONE_DAY, "ABGB § 1334", "the day after the due day")

    def _note_long_term(self, claim: ClaimFacts, invoice: InvoiceDue, due: date) -> None:
        """Say where an agreed term may be grossly unfair to the creditor (UGB § 459)."""
        if not claim.is_commercial or self.is_old_contract(claim) or not claim.has_agreed_day(invoice):
            return
        public, made = claim.debtor.kind == "public", claim.contract_date
        most = self.law.value("term.longest_public", made)[0] if public else self.law.value("term.longest", made)
        if (due - (invoice.issued or invoice.received_on)).days > most:
            why = "only if objectively justified" if public else "only if expressly agreed and not grossly unfair"
            note(f"AT: a term of more than {most} days holds {why} (UGB § 459)")

    def _note_transfer(self, claim: ClaimFacts, due: date) -> None:
        """Say where a consumer may have paid in time by ordering the transfer on the due day (KSchG § 6a(2))."""
        term = self.law["term.transfer"]
        most = term.taken_or_first(due)[1]
        if any(due < payment.on <= due + timedelta(days=most) for payment in claim.payments):
            note(f"AT: money that came soon after {due} was in time if the consumer ordered it by then (KSchG § 6a(2))")

    # ---- substance: how much

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the terms; a business debtor who is not at fault owes the general 4 % alone (UGB § 456)."""
        without_fault = claim.is_commercial and claim.contract.debtor_not_at_fault and claim.contract.rate is None
        if not without_fault or self.is_old_contract(claim):
            return super().interest_terms(claim)
        return InterestTerms("civil", "UGB § 456; ABGB § 1000(1)", self.law["interest.civil"])

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; a business cannot exclude interest (UGB § 459), a consumer's rate has a margin."""
        statutory = self.law["interest.commercial"]
        if claim.is_commercial and not rate and not self.is_old_contract(claim):
            warning = "AT: a term that excludes default interest between businesses is void (UGB § 459)"
            return InterestTerms("commercial", f"{statutory.basis}; § 459", statutory, warnings=(warning,))
        basis = "agreed rate; UGB § 459, KSchG § 6(1) Z 13"
        return InterestTerms("contractual", basis, fixed=rate, warnings=self._margin_warning(claim, rate))

    def _margin_warning(self, claim: ClaimFacts, rate: Decimal) -> tuple[str, ...]:
        """Say where a consumer's rate passes the margin over the rate for timely payment, which is not on file."""
        if claim.debtor.kind != "consumer":
            return ()
        margin = self.law.value("interest.consumer_margin", claim.contract_date)
        if rate <= margin:
            return ()
        return (
            f"AT: agreed with a consumer, default interest exceeds the rate for timely payment by at most {margin} "
            f"points (KSchG § 6(1) Z 13): check the clause of {rate} %",
        )

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the fixed sum between businesses, and the collector's fees beyond it (UGB § 458, ABGB § 1333(2))."""
        claim = claim.at(as_of)
        sums = self.flat_compensation(claim, as_of) if claim.is_commercial else []
        return [*sums, *above_fixed_sums(collector_fees(self, claim), sums)]

    def fixed_sum(self, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Cost | None:
        """Return EUR 40 for contracts from 16 March 2013 (UGB § 458)."""
        return None if self.is_old_contract(claim) else super().fixed_sum(claim, invoice, as_of)

    def allocation_order(self, claim: ClaimFacts, enforced: bool = False) -> tuple[tuple[str, ...], str]:
        """Return interest, principal, costs; the place of the costs is uncertain (ABGB § 1416 is silent)."""
        note("AT: that costs are covered last is a convention; ABGB § 1416 names interest and principal only")
        return super().allocation_order(claim, enforced)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 3 years for goods, work and services of a business, else 30 (ABGB § 1486 Z 1, § 1478)."""
        due = self.due_day(claim, invoice)
        warnings = []
        if claim.events_of("insolvency"):
            warnings.append("AT: insolvency interrupts limitation only for a claim that is filed there (IO § 9)")
        if claim.contract.kind != "other" and claim.creditor.kind == "business":
            return self.limitation_by("limitation.general", due, *warnings)
        years = self.law.value("limitation.interest", due)
        warnings.append(f"AT: the long limitation is taken; interest is barred after {years} years (ABGB § 1480)")
        return self.limitation_by("limitation.long", due, *warnings)

    # ---- calendar

    def _is_civil_rest_day(self, day: date) -> bool:
        """Tell Sundays and holidays: a private-law period does not end on them (ABGB § 903)."""
        return day.weekday() > _SATURDAY or self.is_holiday(day)

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays and Good Friday (ZPO § 126(2))."""
        return is_good_friday(day) or self.is_eu_rest_day(day, region)

    def time_limit(
        self, rule: Rule, start: date, period: Period, act: str = "other", region: str | None = None
    ) -> TimeLimit:
        """Return the last day of a period; whether Good Friday is a holiday under Reg. 1182/71 is uncertain."""
        limit = super().time_limit(rule, start, period, act, region)
        if rule != "eu" or not is_good_friday(limit.last_day):
            return limit
        text = f"{limit.last_day} is Good Friday, no public holiday here; whether Reg. 1182/71 counts it is uncertain"
        note(f"AT: {text}")
        return replace(limit, steps=(*limit.steps, text))

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period; posting on the last day is in time (GOG § 89); appeals: ZPO § 222."""
        if act == "appeal":
            return appeal_limit(self.law, start, period, lambda day: self.is_court_rest_day(day, region))
        limit = super().procedural_limit(start, period, act, region)
        if act not in ("opposition", "answer"):
            return limit
        text = "not suspended in the court breaks (ZPO § 225(2)); posting on this day is in time (GOG § 89)"
        return replace(limit, steps=(*limit.steps, text))

    def civil_limit(self, start: date, period: Period, region: str | None) -> TimeLimit:
        """Return the end of a substantive period: it rolls like a court's (ABGB § 903; European Convention art. 5)."""
        raw = raw_end(start, period, self.is_eu_rest_day)
        last = self._rolled(raw)
        steps = (f"day of the event {start} not counted; {period} end on {raw}", f"working day {last} ({_ROLLS})")
        return TimeLimit(last, steps, self.civil_basis)

    def _rolled(self, day: date) -> date:
        """Return the next day that is no Sunday or holiday, and no Saturday or Good Friday where these roll too."""
        strict, full = next_working(day, self._is_civil_rest_day), next_working(day, self.is_court_rest_day)
        return full if strict != full and self.law.value_or_first("term.saturday_rolls", day) else strict

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of a letter of formal notice: no statute, fourteen days by custom."""
        travel = 0 if channel == "email" else int(self.law.value("notice.delivery_days", sent))
        delivered = next_working(sent + timedelta(days=travel), self.is_eu_rest_day) if travel else sent
        term = int(self.law.value("notice.term_days", sent))
        last = next_working(sent + timedelta(days=term), self.is_eu_rest_day)
        contents = (
            "creditor and debtor",
            "invoice number and date",
            "principal, interest with rate and period",
            "each cost with its basis",
            "total and pay-by date",
            "account and reference",
            "how to object",
            "data-protection notice (GDPR art. 14)",
        )
        return Notice(delivered, delivered + ONE_DAY, last, None, contents, "no statute: custom; GDPR art. 14")

    # ---- courts

    def route_closed(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> str | None:
        """Return why the Mahnverfahren is closed: debtor abroad, or above its ceiling (ZPO § 244)."""
        if code != "national_payment_order":
            return None
        if claim.debtor.country != self.country:
            return "the debtor's home is abroad (ZPO § 244(2))"
        if value.currency != self.currency:
            return f"goes by the value in {self.currency}: convert it first (ZPO § 244)"
        limit = Decimal(self.law.value("court.payment_order_limit", as_of))
        return f"principal above {limit} EUR (ZPO § 244)" if value.principal.major > limit else None

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the district court up to its limit, else the regional court (JN §§ 49, 51, 52)."""
        if code not in _NATIONAL:
            return super().court_name(code, claim, value)
        if value.currency != self.currency:
            return "Bezirksgericht or Landesgericht of the debtor's residence, by the value in EUR"
        limit = self.law["court.district_limit"]
        small = value.principal.major <= Decimal(limit.taken(claim.as_of or limit.confirmed_through))
        company = claim.is_commercial and claim.debtor.kind == "business" and not claim.debtor.is_natural_person
        if company and claim.debtor.region == "AT-9":
            return "Bezirksgericht für Handelssachen Wien" if small else "Handelsgericht Wien"
        return ("Bezirksgericht" if small else "Landesgericht") + " of the debtor's residence"

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the fee of the first instance by the principal (GGG TP 1), above its table by a percentage."""
        fee = super().court_fee(code, claim, value, as_of)
        table, above = self.law["fee.first_instance"], self.law["fee.first_instance_above"]
        known = value.currency == self.currency and table.starts[0] <= as_of <= table.relied_through
        if not known or value.principal.major <= Decimal(table.held(as_of).value[-1][0]):
            return fee
        percent, *added = above.held(as_of).value
        if len(added) > 1:
            either = " or ".join(str(amount) for amount in added)
            warning = f"AT: court fee above 350000 EUR is uncertain: {percent} % and {either} EUR (GGG TP 1)"
            return CourtFee(None, above.basis, (warning,))
        exact = value.principal.major * Decimal(percent) / 100 + Decimal(added[0])
        return CourtFee(Money.rounded(exact, self.currency), above.basis)

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return what the courts say of a route: who files it, and what a suit without a demand risks (ZPO § 45)."""
        facts = super().route_facts(code, claim, value, as_of)
        if code not in _NATIONAL:
            return facts
        if not claim.events_of(*_DEMANDS):
            warning = "AT: suing without a demand risks the costs if the debtor acknowledges at once (ZPO § 45)"
            facts = replace(facts, warnings=(*facts.warnings, warning))
        return replace(facts, filed_by="lawyer" if self._needs_lawyer(value, as_of) else facts.filed_by)

    def _needs_lawyer(self, value: ClaimValue, as_of: date) -> bool:
        """Tell whether a lawyer must act: above the limit, and before a regional court always (ZPO § 27)."""
        limit = Decimal(self.law.value("court.lawyer_above", as_of))
        return value.currency == self.currency and value.principal.major > limit

    def route_costs(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, fee: CourtFee) -> RouteCosts:
        """Return the court's fee as recoverable; a lawyer's tariff is not reckoned here (ZPO § 41)."""
        costs = super().route_costs(code, claim, value, as_of, fee)
        lawyer = code in _NATIONAL and self._needs_lawyer(value, as_of)
        warnings = ("AT: a lawyer must act (ZPO § 27); the fee by the RATG is not reckoned",) if lawyer else ()
        return replace(costs, basis="ZPO § 41: the loser bears the costs", warnings=warnings)
