"""Spanish recovery law and the Spanish recovery service."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.periods import ONE_DAY, Period, TimeLimit, next_working, raw_end
from recovery.law.values import ClaimValue, CourtFee, InterestStart, InterestTerms, LimitationTerm, Notice
from recovery.money import Money


class Adapter(CountryAdapter):
    """Spain: an attempt at negotiation before court, working-day terms, courts at rest in August."""

    country = "ES"
    name = "Spain"
    languages = ("es", "ca", "en")
    court_languages = ("es",)
    timezone = "Europe/Madrid"
    splits = {"commercial": ((1, 1), (7, 1)), "civil": ((1, 1),), "contractual": ((1, 1), (7, 1))}
    allocation = ("interest", "principal", "costs")
    allocation_basis = "CC 1172-1174; place of the costs by convention"
    procedural_basis = "LEC 130-133; LOPJ 182-183"
    civil_basis = "CC 5"
    interrupts = {
        **dict.fromkeys(("reminder", "formal_notice", "written_demand", "lawyer_notice"), ("restart", "CC 1973")),
        "acknowledgement": ("restart", "CC 1973; CCom 944"),
        **dict.fromkeys(("lawsuit", "payment_order_applied", "insolvency"), ("pending", "CC 1973")),
        "judgment": ("restart", "LEC 518"),
    }
    interrupts_basis = "CC 1973"

    # ---- substance

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day; between undertakings no term is longer than 60 days (Ley 3/2004 art. 4.3)."""
        due = super().due_day(claim, invoice)
        start, most = invoice.received or invoice.issued, self.law["term.maximum"]
        if claim.is_commercial and start and start >= most.starts[0]:
            return min(due, start + timedelta(days=int(most.values[-1].value)))
        return due

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; one 70 % below the statutory rate is void (Ley 3/2004 art. 9.1)."""
        parameter = self.law["interest.commercial"]
        if claim.is_commercial:
            day = min(max(self.due_day(claim, claim.invoices[0]), parameter.starts[0]), parameter.confirmed_through)
            share = 1 - Decimal(self.law["interest.unfair_share"].values[-1].value) / 100
            if rate < share * Decimal(parameter.on(day).value):
                return InterestTerms(
                    "commercial",
                    "Ley 3/2004 art. 7.2, 9.1",
                    parameter,
                    warnings=(f"ES: the clause of {rate} % is 70 % below the statutory rate and void",),
                )
        return InterestTerms("contractual", "agreed rate; Ley 3/2004 art. 7, CC 1108", fixed=rate)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; a consumer is in default from a demand (CC 1100)."""
        if claim.is_commercial:
            return InterestStart(
                self.due_day(claim, invoice) + ONE_DAY, "Ley 3/2004 art. 5; CCom 63", "after the due day"
            )
        for event in claim.events_of("formal_notice", "written_demand", "lawyer_notice", "lawsuit"):
            return InterestStart((event.received or event.on) + ONE_DAY, "CC 1100, 1108", "after the demand")
        return InterestStart(None, "CC 1100", "a demand is missing")

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 5 years (CC 1964), 3 for fees and for goods sold to non-merchants (CC 1967)."""
        due = self.due_day(claim, invoice)
        if claim.contract.kind == "carriage":
            return self.limitation_by("limitation.carriage", due)
        short = claim.contract.kind == "professional_fee" or (
            claim.contract.kind == "goods" and claim.debtor.kind == "consumer"
        )
        if short:
            return self.limitation_by("limitation.short", due)
        if due < self.law["limitation.general"].starts[0]:
            return LimitationTerm(
                5,
                date(2015, 10, 7),
                "CC 1964.2; Ley 42/2015 DT 5ª; CC 1939",
                warnings=("ES: older claims ended on 2020-12-28 at the latest (STS 29/2020, RD 463/2020)",),
            )
        return self.limitation_by("limitation.general", due)

    # ---- calendar

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays, all August and 24 December to 6 January (LEC 130.2; LOPJ 182-183)."""
        christmas = (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 6)
        return day.month == 8 or christmas or self.is_eu_rest_day(day, region)

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period: days are working days (LEC 133.2)."""
        if period.unit == "d":
            period = Period(period.count, "wd")
        rest = lambda day: self.is_court_rest_day(day, region)  # noqa: E731
        raw = raw_end(start, period, rest)
        last = next_working(raw, rest)
        steps = (
            f"day of the event {start} not counted; {period} end on {raw} (LEC 133)",
            f"working day {last}",
            "a filing may be made until 15:00 of the next working day (LEC 135.5)",
        )
        return TimeLimit(last, steps, self.procedural_basis)

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of the demand that invites to negotiate: thirty days from receipt (LO 1/2025 art. 10.4)."""
        delivered = sent if channel == "email" else next_working(sent + timedelta(days=3), self.is_eu_rest_day)
        last = delivered + timedelta(days=int(self.law["notice.term_days"].values[-1].value))
        contents = (
            "parties with NIF",
            "invoices with number, date, due date and amount",
            "interest by half-year",
            "EUR 40 per invoice between businesses",
            "total, account and term",
            "an invitation to negotiate (MASC)",
            "interruption of limitation",
        )
        return Notice(delivered, delivered + ONE_DAY, last, None, contents, "LO 1/2025 art. 5, 7, 10; CC 1100, 1973")

    def letter_languages(self, region: str | None) -> tuple[str, ...]:
        """Return Catalan beside Spanish in Catalonia (Llei 22/2010 art. 128-1)."""
        return ("es", "ca") if region == "ES-CT" else ("es",)

    # ---- courts

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the tasa judicial: legal entities only, small orders exempt (Ley 10/2012 art. 4, 7)."""
        if code == "uncontested_bailiff":
            return CourtFee(None, "Ley del Notariado")
        if claim.creditor.legal_form == "natural_person":
            return CourtFee(Money.zero("EUR"), "Ley 10/2012 art. 4.2.a: natural persons are exempt")
        small = value.currency == "EUR" and value.principal.major <= Decimal(self.law["fee.exempt"].values[-1].value)
        if small and code in ("national_payment_order", "national_court", "european_small_claims"):
            return CourtFee(Money.zero("EUR"), "Ley 10/2012 art. 4.1.c")
        key = "fee.order" if code.endswith("payment_order") else "fee.verbal"
        if code == "national_court" and value.principal.major > Decimal(
            self.law["court.verbal_limit"].values[-1].value
        ):
            key = "fee.ordinary"
        fee = self.flat_fee(key, as_of)
        if code == "european_payment_order" and small:
            warning = "ES: whether the European order up to 2000 EUR is exempt is uncertain"
            return CourtFee(fee.amount, fee.basis, (*fee.warnings, warning))
        return fee
