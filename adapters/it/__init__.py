"""Italian recovery law and the Italian recovery service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from adapters.it import forum, limits, terms
from adapters.it.identifiers import RULES
from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.parameters import note
from recovery.law.periods import ONE_DAY, Period, TimeLimit, next_working, raw_end
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

_BOLZANO = "IT-BZ"
_ROME = "IT-RM"
_CONTENTS = (
    "creditor and debtor",
    "invoice number, date and due date",
    "principal",
    "interest with rate and dates",
    "EUR 40 between businesses",
    "term for payment and account",
    "warning of court action",
    "the will to interrupt limitation",
)


class Adapter(CountryAdapter):
    """Italy: default from the due day, long limitation, courts at rest in August."""

    country = "IT"
    name = "Italy"
    languages = ("it", "de", "en")
    court_languages = ("it",)
    timezone = "Europe/Rome"
    identifiers = RULES
    identifiers_rank = 30
    splits = {"commercial": ((1, 1), (7, 1)), "civil": ((1, 1),), "contractual": ((1, 1), (7, 1))}
    allocation = ("costs", "interest", "principal")
    allocation_basis = "C.c. 1194; place of the EUR 40 by convention"
    insolvency_basis = "D.Lgs. 14/2019 (CCII) art. 154: none once insolvency proceedings are open"
    procedural_basis = "C.p.c. 155; L. 742/1969 art. 1"
    civil_basis = "C.c. 2963"
    interrupts = {
        **dict.fromkeys(("formal_notice", "written_demand", "lawyer_notice"), ("restart", "C.c. 2943(4), 1335, 2945")),
        "acknowledgement": ("restart", "C.c. 2944, 2945"),
        **dict.fromkeys(("lawsuit", "served"), ("pending", "C.c. 2943(1), 2945(2)")),
        "judgment": ("restart", "C.c. 2945(2), 2953"),
        "payment_order_applied": ("none", "C.c. 2943(1): a payment order interrupts when it is served"),
        **dict.fromkeys(
            ("negotiation_began", "mediation_began"), ("restart", "D.Lgs. 28/2010 art. 8; D.L. 132/2014 art. 8")
        ),
        "enforcement_act": ("restart", "C.c. 2943: the order to pay and the seizure"),
        "insolvency": ("none", "C.c. 2943(2): the lodging of the claim interrupts, not the opening"),
    }
    interrupts_basis = "C.c. 2943: a courteous reminder does not put in default"
    conventions = {
        "payment_day": (
            "the day of payment counts: days = end - due (D.Lgs. 231/2002 art. 4(1); C.c. 2963)",
            "confirmed",
        ),
        "year_days": (
            "365 days in every year, as the calculators of the market do; the statute is silent",
            "uncertain",
        ),
        "segments": ("split at 1 January and 1 July (legal interest: 1 January), each line half up", "confirmed"),
        "capitalisation": ("simple interest; interest on interest only as C.c. 1283 allows, and then by hand", "known"),
        "allocation": (
            "costs with the EUR 40, then interest, then principal (C.c. 1194); place of the 40",
            "uncertain",
        ),
        "due_day": ("a due day on a holiday is kept, C.c. 1187(2) being open to other custom; warned", "uncertain"),
    }

    # ---- substance

    def last_day_to_pay(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day within a public body's limit, else 30 days; a civil debt is due at once (C.c. 1183)."""
        if not self._is_late_payment(claim) and not claim.has_agreed_day(invoice):
            return invoice.received_on
        due = super().last_day_to_pay(claim, invoice)
        if due.weekday() == 6 or self.is_holiday(due):
            note(
                f"IT: the due day {due} is a holiday; unless custom differs payment is in time on the next day that is "
                "none (C.c. 1187(2)); interest is reckoned from the day after the due day"
            )
        if not self._is_late_payment(claim) or self.is_old_contract(claim):
            return due
        return terms.bounded_due_day(self.law, claim, invoice, due)

    def _is_late_payment(self, claim: ClaimFacts) -> bool:
        """Tell whether D.Lgs. 231/2002 applies (art. 1, 2, 11)."""
        return claim.is_commercial and claim.contract_date >= self.law["interest.late_payment_from"].starts[0]

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the late payment rate of the contract's day, else legal interest (D.Lgs. 231/2002; C.c. 1284)."""
        if not self._is_late_payment(claim):
            return terms.civil(self.law, claim)
        key = "interest.commercial_old" if self.is_old_contract(claim) else "interest.commercial"
        statutory = InterestTerms(
            "commercial", self.law[key].basis, self.law[key], warnings=terms.food(self.law, claim)
        )
        if claim.contract.rate is None:
            return statutory
        if claim.debtor.kind == "public" and not self.is_old_contract(claim):
            warning = (
                "IT: no other rate can be agreed with a public body (D.Lgs. 231/2002 art. 5(1)): the statutory one"
            )
            return replace(statutory, warnings=(*statutory.warnings, warning))
        return terms.agreed(claim.contract.rate, statutory, min(self.due_day(claim, one) for one in claim.invoices))

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day (art. 4; C.c. 1219(2) n. 3); without one a messa in mora starts it."""
        if self._is_late_payment(claim):
            basis = "D.Lgs. 231/2002 art. 4(1)"
        elif claim.has_agreed_day(invoice):
            basis = "C.c. 1219(2) n. 3, 1182(3), 1224"
        else:
            return terms.start_by_notice(claim)
        return InterestStart(self.due_day(claim, invoice) + ONE_DAY, basis, "the day after the due day")

    def fixed_sum(self, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Cost | None:
        """Return EUR 40 for contracts from 2013 (D.Lgs. 231/2002 art. 6(2); 192/2012 art. 3)."""
        return None if self.is_old_contract(claim) else super().fixed_sum(claim, invoice, as_of)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 10 years, and the shorter terms by the kind of claim (C.c. 2946-2957)."""
        due = self.due_day(claim, invoice)
        return self.limitation_by(
            f"limitation.{limits.kind(self.law, claim, due)}", due, *limits.warnings(self.law, claim)
        )

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return what an event does; after a judgment it is the judgment's term that runs anew (C.c. 2953)."""
        effect = super().interruption(claim, event)
        if event.kind in ("withdrawn", "struck_out"):
            return limits.from_the_suit(claim, event)
        judged = any(one.on <= event.on for one in claim.events_of("judgment"))
        if effect.effect == "restart" and judged:
            return replace(effect, years=int(self.law.value("limitation.judgment", event.on)))
        return effect

    # ---- calendar

    def removed_holidays(self, year: int) -> frozenset[date]:
        """Return the first Sunday of November: the day of unity is a working day by itself (L. 54/1977)."""
        first = date(year, 11, 1)
        sunday = first + timedelta(days=6 - first.weekday())
        return frozenset({sunday} - {first})

    def is_holiday(self, day: date, region: str | None = None) -> bool:
        """Tell national holidays; patron days extend no term, that of Rome before its courts apart."""
        return day in self.public_holidays(day.year)

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends and national holidays; 29 June before the courts of Rome (C.p.c. 155; D.P.R. 792/1985)."""
        return self.is_eu_rest_day(day) or (region == _ROME and self._is_patron_day(day, region))

    def _is_patron_day(self, day: date, region: str | None) -> bool:
        return day in self.public_holidays(day.year, region) and not self.is_holiday(day)

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period: it stands still 1 to 31 August, Saturday rolls (C.p.c. 155)."""
        steps = []
        if self._in_vacation(start):
            # Months run from 1 September, which is counted, to the same date; days count it as the first.
            start = self._vacation(start.year)[1] + (ONE_DAY if period.unit in ("m", "y") else timedelta())
            first = self._vacation(start.year)[1] + ONE_DAY
            steps.append(f"begun in the vacation: {first} is day 1 (L. 742/1969 art. 1; Cass. 14147/2020)")
        raw, years = self._suspended_end(start, period, region)
        steps += [f"the days of the vacation of {year} do not count (L. 742/1969 art. 1)" for year in years]
        # A term that a rest day would carry into the vacation ends after it.
        last = next_working(raw, lambda day: self._in_vacation(day) or self.is_court_rest_day(day, region))
        steps.append(f"{period} end on {raw}; working day {last} (C.p.c. 155)")
        if self._is_patron_day(last, region):
            steps.append(
                f"{last} is a local holiday of {region}, which is not held to extend the term: wait a day more"
            )
            note(f"IT: {steps[-1]} (uncertain)")
        return TimeLimit(last, tuple(steps), self.procedural_basis)

    def period_abroad(self, start: date, period: Period, act: str, addressee: Addressee) -> tuple[Period, str]:
        """Return the longer term of a party who is served abroad (C.p.c. 641(2), 163-bis)."""
        return terms.abroad(self.law, start, period, act, addressee) or super().period_abroad(
            start, period, act, addressee
        )

    def _vacation(self, year: int) -> tuple[date, date]:
        """Return the first and last day of a year's judicial vacation."""
        parameter, first = self.law["court.vacation_days"], date(year, 8, 1)
        days = int(parameter.on(min(first, parameter.confirmed_through)).value)
        return first, first + timedelta(days=days - 1)

    def _in_vacation(self, day: date) -> bool:
        first, last = self._vacation(day.year)
        return first <= day <= last

    def _suspended_end(self, start: date, period: Period, region: str | None) -> tuple[date, list[int]]:
        """Return the end of a period lengthened by every vacation that it reaches, and the years of these."""
        if period.unit == "wd":
            rest = lambda day: self._in_vacation(day) or self.is_court_rest_day(day, region)  # noqa: E731
            return raw_end(start, period, rest), []
        raw, years = raw_end(start, period, self.is_eu_rest_day), []
        year = start.year + (start >= self._vacation(start.year)[0])
        while (vacation := self._vacation(year))[0] <= raw:
            raw += vacation[1] - vacation[0] + ONE_DAY
            years.append(year)
            year += 1
        return raw, years

    def civil_limit(self, start: date, period: Period, region: str | None) -> TimeLimit:
        """Return the end of a substantive period: a holiday rolls on, a Saturday does not (C.c. 2963)."""
        raw = raw_end(start, period, self.is_eu_rest_day)
        last = next_working(raw, lambda day: day.weekday() == 6 or self.is_holiday(day))
        steps = (f"{period} after {start}: {raw}", f"next day that is no holiday: {last} (C.c. 2963)")
        return TimeLimit(last, steps, self.civil_basis)

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of a messa in mora: it works from its receipt, whose day the law does not presume."""
        last = next_working(sent + timedelta(days=int(self.law.value("notice.term_days", sent))), self.is_eu_rest_day)
        received = sent if channel == "email" else None  # PEC: D.P.R. 68/2005, D.Lgs. 82/2005 art. 48
        first = received + ONE_DAY if received else None
        return Notice(received, first, last, None, _CONTENTS, "C.c. 1219, 1335, 2943(4)")

    def letter_languages(self, region: str | None) -> tuple[str, ...]:
        """Return German beside Italian in the province of Bolzano (D.P.R. 670/1972 art. 99-100)."""
        return ("de", "it") if region == _BOLZANO else ("it",)

    # ---- courts

    def languages_of_court(self, region: str | None) -> tuple[str, ...]:
        """Return German beside Italian before the courts of Bolzano (D.P.R. 670/1972 art. 99-100; 574/1988)."""
        return ("it", "de") if region == _BOLZANO else self.court_languages

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return the route with its court by value, the term by the debtor's home, and what must come before it."""
        facts = super().route_facts(code, claim, value, as_of)
        return forum.completed(self.law, facts, claim, value, as_of) if facts.open else facts

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the contributo unificato by the principal, half for orders, and the flat advance (art. 13-14, 30)."""
        column = 2 if code in ("national_payment_order", "european_payment_order") else 1
        fee, stamp = self.bracket_fee("fee.unified", value.principal, as_of, column), self.flat_fee("fee.stamp", as_of)
        if fee.amount is None or stamp.amount is None:
            return fee
        if value.principal.major <= Decimal(self.law.value("fee.stamp_exempt", as_of)):
            return fee
        return CourtFee(fee.amount + stamp.amount, f"{fee.basis}; {stamp.basis}", fee.warnings)

    def route_costs(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, fee: CourtFee) -> RouteCosts:
        """Return the lawyer's fee as the court awards it for a payment order (D.M. 55/2014 tab. 8)."""
        plain = super().route_costs(code, claim, value, as_of, fee)
        if code not in ("national_payment_order", "national_court"):
            return plain
        return forum.costs(self.law, code, claim, value, as_of, plain)
