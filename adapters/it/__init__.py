"""Italian recovery law and the Italian recovery service."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.periods import ONE_DAY, Period, TimeLimit, next_working, raw_end
from recovery.law.values import ClaimValue, CourtFee, InterestStart, InterestTerms, LimitationTerm, Notice


class Adapter(CountryAdapter):
    """Italy: default from the due day, long limitation, courts at rest in August."""

    country = "IT"
    name = "Italy"
    languages = ("it", "de", "en")
    court_languages = ("it",)
    timezone = "Europe/Rome"
    splits = {"commercial": ((1, 1), (7, 1)), "civil": ((1, 1),), "contractual": ((1, 1), (7, 1))}
    allocation = ("costs", "interest", "principal")
    allocation_basis = "C.c. 1194; place of the EUR 40 by convention"
    procedural_basis = "C.p.c. 155; L. 742/1969"
    civil_basis = "C.c. 2963"
    interrupts = {
        **dict.fromkeys(("formal_notice", "written_demand", "lawyer_notice"), ("restart", "C.c. 2943(4), 2945")),
        "acknowledgement": ("restart", "C.c. 2944, 2945"),
        **dict.fromkeys(("lawsuit", "payment_order_applied", "insolvency"), ("pending", "C.c. 2943, 2945(2)")),
        "judgment": ("restart", "C.c. 2953"),
    }
    interrupts_basis = "C.c. 2943: a courteous reminder does not put in default"

    # ---- substance

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; a public debtor cannot be given less than the statutory one (art. 5)."""
        floor = self.law["interest.commercial"] if claim.debtor.kind == "public" else None
        return InterestTerms(
            "contractual", "agreed rate; D.Lgs. 231/2002 art. 5, C.c. 1284(3)", fixed=rate, floor=floor
        )

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day: default without notice (art. 4; C.c. 1219(2) n. 3, 1182)."""
        basis = "D.Lgs. 231/2002 art. 4(1)" if claim.is_commercial else "C.c. 1219(2) n. 3, 1182(3), 1224"
        return InterestStart(self.due_day(claim, invoice) + ONE_DAY, basis, "the day after the due day")

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 10 years, and the shorter terms by the kind of claim (C.c. 2946-2957)."""
        due = self.due_day(claim, invoice)
        kind = {"utilities": "utilities", "rent": "periodic", "carriage": "carriage"}.get(
            claim.contract.kind, "general"
        )
        warnings: tuple[str, ...] = ()
        if claim.contract.kind == "professional_fee":
            warnings = ("IT: after 3 years payment of a professional's fee is presumed (C.c. 2956)",)
        return self.limitation_by(f"limitation.{kind}", due, *warnings)

    # ---- calendar

    def added_holidays(self, year: int) -> frozenset[date]:
        """Return 4 October from 2026 (L. 151/2025)."""
        return frozenset({date(year, 10, 4)} if year >= 2026 else ())

    def is_holiday(self, day: date, region: str | None = None) -> bool:
        """Tell national holidays; patron days are left to the court's calendar."""
        return day in self.public_holidays(day.year)

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period: it stands still 1 to 31 August, Saturday rolls (C.p.c. 155)."""
        august = lambda day: day.month == 8  # noqa: E731
        steps = []
        if august(start) or august(start + ONE_DAY):
            start = date(start.year, 8, 31)
            steps.append("the start falls in August: day 1 is 1 September (L. 742/1969)")
        raw = raw_end(start, period, self.is_eu_rest_day)
        if start < date(start.year, 8, 1) <= raw:
            raw += timedelta(days=31)
            steps.append(f"31 days of August do not count: {raw} (L. 742/1969)")
        last = next_working(raw, self.is_eu_rest_day)
        steps.append(f"{period} end on {raw}; working day {last} (C.p.c. 155)")
        return TimeLimit(last, tuple(steps), self.procedural_basis)

    def civil_limit(self, start: date, period: Period, region: str | None) -> TimeLimit:
        """Return the end of a substantive period: a holiday rolls on, a Saturday does not (C.c. 2963)."""
        raw = raw_end(start, period, self.is_eu_rest_day)
        last = next_working(raw, lambda day: day.weekday() == 6 or self.is_holiday(day))
        return TimeLimit(
            last,
            (f"{period} after {start}: {raw}", f"next non-holiday: {last} (C.c. 2963)"),
            self.civil_basis,
        )

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of a messa in mora (C.c. 1219): effective on receipt, fifteen days by custom."""
        delivered = sent if channel == "email" else next_working(sent + timedelta(days=3), self.is_eu_rest_day)
        last = next_working(
            sent + timedelta(days=int(self.law["notice.term_days"].values[-1].value)), self.is_eu_rest_day
        )
        contents = (
            "creditor and debtor",
            "invoice number, date and due date",
            "principal",
            "interest with rate and dates",
            "EUR 40 between businesses",
            "term for payment and account",
            "warning of court action",
            "the will to interrupt limitation",
        )
        return Notice(delivered, delivered + ONE_DAY, last, None, contents, "C.c. 1219, 2943(4), 1335")

    def letter_languages(self, region: str | None) -> tuple[str, ...]:
        """Return German beside Italian in the province of Bolzano (D.P.R. 670/1972 art. 99)."""
        return ("de", "it") if region == "IT-BZ" else ("it",)

    # ---- courts

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the giudice di pace up to its limit, else the tribunale (C.p.c. 7, 9)."""
        if code in ("european_small_claims", "uncontested_bailiff"):
            return super().court_name(code, claim, value)
        small = value.principal.major <= Decimal(self.law["court.peace_limit"].values[-1].value)
        return ("giudice di pace" if small else "tribunale") + " of the debtor's residence"

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the contributo unificato, halved for orders, and the flat advance (D.P.R. 115/2002)."""
        column = 2 if code in ("national_payment_order", "european_payment_order") else 1
        fee = self.bracket_fee("fee.unified", value.principal, as_of, column)
        stamp = self.flat_fee("fee.stamp", as_of)
        exempt = value.principal.major <= Decimal(self.law["fee.stamp_exempt"].values[-1].value)
        if fee.amount is None or stamp.amount is None or exempt:
            return fee
        return CourtFee(fee.amount + stamp.amount, f"{fee.basis}; {stamp.basis}", fee.warnings)
