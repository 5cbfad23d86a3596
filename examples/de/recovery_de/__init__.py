"""German recovery law and a sample German recovery service: experimental, its figures checked by nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.debts import was_open
from recovery.law.parameters import note
from recovery.law.periods import ONE_DAY, Period, TimeLimit, next_working, raw_end
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
from recovery_de.identifiers import RULES

_LETTERS = ("reminder", "formal_notice", "written_demand", "lawyer_notice")


class Adapter(CountryAdapter):
    """Germany: base rate + 9 between businesses and + 5 otherwise; limitation from the end of the year."""

    country = "DE"
    name = "Germany"
    experimental = True
    languages = ("de", "en")
    court_languages = ("de",)
    timezone = "Europe/Berlin"
    identifiers = RULES
    allocation_basis = "BGB § 367(1)"
    insolvency_basis = "InsO §§ 38, 39(1) Nr. 1"
    procedural_basis = "ZPO § 222; BGB §§ 187, 188"
    civil_basis = "BGB §§ 187, 188, 193"
    interrupts = {
        "acknowledgement": ("restart", "BGB § 212(1) Nr. 1"),
        "enforcement_act": ("restart", "BGB § 212(1) Nr. 2"),
        "judgment": ("restart", "BGB §§ 197(1) Nr. 3, 201"),
        "lawsuit": ("pending", "BGB § 204(1) Nr. 1; ZPO § 167"),
        "payment_order_applied": ("pending", "BGB § 204(1) Nr. 3; ZPO § 167"),
        "insolvency": ("pending", "BGB § 204(1) Nr. 10: by lodging the claim"),
        **dict.fromkeys(("negotiation_began", "mediation_began"), ("suspend", "BGB §§ 203, 209")),
        **dict.fromkeys(("negotiation_ended", "mediation_ended"), ("resume", "BGB §§ 203, 209")),
    }
    interrupts_basis = "BGB §§ 203, 204, 212: letters have no effect"
    conventions = {
        "payment_day": ("the day of payment bears interest, the due day does not (BGB § 187(1))", "uncertain"),
        "year_days": ("actual days / 365, in leap years too (BGB § 191)", "uncertain"),
        "rounding": ("each line of one rate and one base is rounded half up", "uncertain"),
        "due_date": ("a due day stated with the invoice counts as agreed (BGB § 286(2) Nr. 1)", "uncertain"),
        "receipt": ("a demand works from its receipt; without one on record from its day (BGB § 130)", "uncertain"),
        "end_of_suit": ("after a suit without effect the former end, or 6 months: what is sure", "uncertain"),
    }

    # ---- substance

    def last_day_to_pay(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the due day, rolled to the next working day (BGB §§ 193, 271(1))."""
        return next_working(super().last_day_to_pay(claim, invoice), self.is_eu_rest_day)

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the terms; who is not at fault is not in default and owes no interest (BGB § 286(4))."""
        if claim.contract.debtor_not_at_fault:
            return InterestTerms("civil", "BGB § 286(4)", waived=True)
        return super().interest_terms(claim)

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; between businesses interest cannot be excluded beforehand (BGB § 288(6))."""
        if claim.is_commercial and not rate and not self.is_old_contract(claim):
            statutory = self.law["interest.commercial"]
            warning = "DE: a term that excludes default interest between businesses is void (BGB § 288(6))"
            return InterestTerms("commercial", "BGB § 288(2), (6)", statutory, warnings=(warning,))
        return InterestTerms("contractual", "BGB § 288(3)", fixed=rate)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the first day of default: after the agreed day, a demand, or 30 days (BGB § 286(1) to (3))."""
        due = self.due_day(claim, invoice)
        if claim.has_agreed_day(invoice):
            return InterestStart(due + ONE_DAY, "BGB §§ 286(2) Nr. 1, 187(1)", "the day after the agreed day")
        starts = [
            InterestStart(on + ONE_DAY, "BGB §§ 286(1), 187(1)", f"put in default by {kind} on {on}")
            for on, kind in self._demands(claim, due)
        ]
        if claim.debtor.kind != "consumer":
            period = Period(int(self.law.value_or_first("term.automatic_default", due)), "d")
            last = self.civil_limit(max(due, invoice.received_on), period, None).last_day
            starts.append(InterestStart(last + ONE_DAY, "BGB § 286(3)", f"{period} after due day and invoice"))
        missing = InterestStart(None, "BGB § 286(1), (3)", "no agreed day: a demand must reach the debtor first")
        return min(starts, key=lambda start: start.first_day or date.max, default=missing)

    def _demands(self, claim: ClaimFacts, due: date) -> list[tuple[date, str]]:
        """Return the demands after the due day, by the day on which each reached the debtor (BGB § 286(1))."""
        acts = [(event.received or event.on, event.kind) for event in claim.events_of(*_LETTERS, "served")]
        return [(on, kind) for on, kind in acts if on >= due and (claim.as_of is None or on <= claim.as_of)]

    def fixed_sum(self, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Cost | None:
        """Return EUR 40 for a debt in default, for contracts from 29 July 2014 (BGB § 288(5); EGBGB art. 229 § 34)."""
        first, parameter = self.interest_start(claim, invoice).first_day, self.law["costs.flat_compensation"]
        if self.is_old_contract(claim) or claim.contract.debtor_not_at_fault or first is None or first > as_of:
            return None
        if not was_open(self, claim, first - ONE_DAY):
            return None
        amount = Money.parse(parameter.taken_or_first(first), self.currency)
        return Cost("flat_compensation", amount, first, parameter.basis, invoice.number)

    # ---- limitation

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 3 years from the end of the year in which the debt fell due (BGB §§ 195, 199(1)).

        The due day is taken before it rolls (BGB § 193): the earlier year is the safe one.
        """
        fell_due = super().last_day_to_pay(claim, invoice)
        warnings = []
        if claim.events_of("insolvency"):
            warnings.append("DE: insolvency suspends limitation only for a claim lodged there (BGB § 204(1) Nr. 10)")
        return self.limitation_by("limitation.general", date(fell_due.year, 12, 31), *warnings)

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return what an event does; a suit's end leaves 6 months, talks' end 3 (BGB §§ 203, 204(2)).

        Days of talks before the term began are not added (BGB § 209).
        """
        effect = super().interruption(claim, event)
        if event.kind in ("withdrawn", "struck_out"):
            parameter = self.law["limitation.after_suit_months"]
            return replace(effect, basis=parameter.basis, months=int(parameter.taken_or_first(event.on)))
        if effect.effect in ("suspend", "resume"):
            begins = min(self.limitation_term(claim, invoice).starts_on for invoice in claim.invoices)
            months = int(self.law.value_or_first("limitation.after_talks_months", event.on))
            later = months if effect.effect == "resume" else None
            return replace(effect, on=max(effect.on, begins), months=later)
        return effect

    # ---- calendar and letters

    def civil_limit(self, start: date, period: Period, region: str | None) -> TimeLimit:
        """Return the end of a substantive period, rolled from a weekend or holiday (BGB §§ 187, 188, 193)."""
        rest = lambda day: self.is_eu_rest_day(day, region)  # noqa: E731
        raw = raw_end(start, period, rest)
        last = next_working(raw, rest)
        steps = (f"day of the event {start} not counted; {period} end on {raw}", f"working day {last} (BGB § 193)")
        return TimeLimit(last, steps, self.civil_basis)

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of a formal notice: no statute fixes a term, fourteen days by custom."""
        travel = 0 if channel == "email" else int(self.law.value_or_first("notice.delivery_days", sent))
        delivered = next_working(sent + timedelta(days=travel), self.is_eu_rest_day) if travel else sent
        term = int(self.law.value_or_first("notice.term_days", sent))
        last = next_working(sent + timedelta(days=term), self.is_eu_rest_day)
        fixed = ("EUR 40 per debt (BGB § 288(5))",) if debtor_kind != "consumer" else ()
        contents = (
            "creditor and debtor",
            "invoice number and date",
            "principal, interest with rate and period",
            *fixed,
            "total and pay-by date",
            "account and reference",
            "how to object",
            "data-protection notice (GDPR art. 14)",
        )
        return Notice(delivered, delivered + ONE_DAY, last, None, contents, "BGB § 286(1); GDPR art. 14")

    # ---- courts

    def route_closed(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> str | None:
        """Return why the Mahnverfahren is closed: another currency, or a debtor abroad (ZPO § 688)."""
        if code != "national_payment_order":
            return None
        if claim.currency != self.currency:
            return "only for claims in euro (ZPO § 688(1))"
        return "the debtor's home is abroad (ZPO § 688(3))" if claim.debtor.country != self.country else None

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the court: Wedding for creditors abroad (ZPO § 689(2)), by the value for a suit (GVG §§ 23, 71)."""
        if code == "national_payment_order" and claim.creditor.country == self.country:
            return "Mahngericht of the creditor's Land"
        if code != "national_court":
            return super().court_name(code, claim, value)
        higher = self._is_higher(value, claim.as_of or self.law["court.district_limit"].confirmed_through)
        return ("Landgericht" if higher else "Amtsgericht") + " of the debtor's residence"

    def _is_higher(self, value: ClaimValue, day: date) -> bool:
        """Tell whether a suit goes to the Landgericht, where a lawyer must act (GVG §§ 23, 71; ZPO § 78)."""
        limit = Decimal(self.law.value_or_first("court.district_limit", day))
        if value.currency != self.currency:
            note(f"DE: the court goes by the value in {self.currency}: convert it first (GVG § 23)")
        return value.principal.major > limit

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return what the courts say of a route, and whether a lawyer files it (ZPO § 78)."""
        facts = super().route_facts(code, claim, value, as_of)
        lawyer = code == "national_court" and self._is_higher(value, as_of)
        return replace(facts, filed_by="lawyer" if lawyer else facts.filed_by)

    def route_costs(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, fee: CourtFee) -> RouteCosts:
        """Return the court's fee as recoverable; a lawyer's tariff (RVG) is not reckoned here (ZPO § 91)."""
        costs = super().route_costs(code, claim, value, as_of, fee)
        lawyer = code == "national_court" and self._is_higher(value, as_of)
        warnings = ("DE: a lawyer must act (ZPO § 78); the fee by the RVG is not reckoned",) if lawyer else ()
        return replace(costs, basis="ZPO § 91", warnings=warnings)
