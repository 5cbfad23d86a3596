"""Austrian recovery law and the Austrian recovery service."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.periods import ONE_DAY, Period, TimeLimit, easter, next_working, raw_end
from recovery.law.values import ClaimValue, InterestStart, InterestTerms, LimitationTerm, Notice


class Adapter(CountryAdapter):
    """Austria: base rate + 9.2 between businesses, 4 % otherwise, letters never restart limitation."""

    country = "AT"
    name = "Austria"
    languages = ("de", "en")
    court_languages = ("de",)
    timezone = "Europe/Vienna"
    rounds = "total"  # full precision, summed, rounded once to the cent
    allocation = ("interest", "principal", "costs")
    allocation_basis = "ABGB § 1415, § 1416; place of the costs by convention"
    procedural_basis = "ZPO §§ 125, 126"
    civil_basis = "ABGB §§ 902, 903"
    interrupts = {
        "acknowledgement": ("restart", "ABGB § 1497"),
        **dict.fromkeys(("lawsuit", "payment_order_applied"), ("pending", "ABGB § 1497")),
        "insolvency": ("pending", "IO § 9"),
        "judgment": ("restart", "ABGB § 1478"),
    }
    interrupts_basis = "ABGB § 1497: letters have no effect"

    # ---- substance

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the due day, rolled over rest days (ABGB § 903; Saturday by the Convention of 1983)."""
        return next_working(super().due_day(claim, invoice), self.is_eu_rest_day)

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate (UGB § 459, KSchG § 6(1) Z 13)."""
        return InterestTerms("contractual", "agreed rate; UGB § 459, KSchG § 6(1) Z 13", fixed=rate)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; no reminder is needed (ABGB § 1334)."""
        return InterestStart(self.due_day(claim, invoice) + ONE_DAY, "ABGB § 1334", "the day after the due day")

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 3 years for goods, work and services of a business (ABGB § 1486 Z 1)."""
        due = self.due_day(claim, invoice)
        if claim.contract.kind == "other" or claim.creditor.kind != "business":
            return self.limitation_by("limitation.long", due)
        return self.limitation_by("limitation.general", due)

    # ---- calendar

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays and Good Friday (ZPO § 126(2))."""
        return day == easter(day.year) - timedelta(days=2) or self.is_eu_rest_day(day, region)

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period; appeal periods stand still in the two breaks (ZPO § 222)."""
        if act != "appeal":
            return super().procedural_limit(start, period, act, region)
        rest = lambda day: self.is_court_rest_day(day, region)  # noqa: E731
        steps = []
        for first, last in self._breaks(start.year):
            if first <= start <= last:
                start = last
                steps.append(f"served in the break: the full period starts after {last} (ZPO § 222)")
        raw = raw_end(start, period, rest)
        for first, last in self._breaks(start.year):
            if start < first <= raw:
                raw += timedelta(days=(last - first).days + 1)
                steps.append(f"prolonged by the break {first} to {last}: {raw} (ZPO § 222)")
        end = next_working(raw, rest)
        return TimeLimit(end, (*steps, f"{period} end on {raw}; working day {end}"), "ZPO §§ 125, 126, 222")

    @staticmethod
    def _breaks(year: int) -> list[tuple[date, date]]:
        return [
            (date(year - 1, 12, 24), date(year, 1, 6)),
            (date(year, 7, 15), date(year, 8, 17)),
            (date(year, 12, 24), date(year + 1, 1, 6)),
        ]

    def civil_limit(self, start: date, period: Period, region: str | None) -> TimeLimit:
        """Return the end of a substantive period; a Sunday or holiday rolls on (ABGB § 903)."""
        raw = raw_end(start, period, self.is_eu_rest_day)
        last = next_working(raw, lambda day: day.weekday() == 6 or self.is_holiday(day))
        return TimeLimit(last, (f"{period} after {start}: {raw}", f"working day {last} (ABGB § 903)"), self.civil_basis)

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of a letter of formal notice: no statute, fourteen days by custom."""
        delivered = sent if channel == "email" else next_working(sent + timedelta(days=2), self.is_eu_rest_day)
        term = int(self.law["notice.term_days"].values[-1].value)
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
        """Return why the Mahnverfahren is closed: above its ceiling (ZPO § 244)."""
        limit = Decimal(self.law["court.payment_order_limit"].values[-1].value)
        if code == "national_payment_order" and value.principal.major > limit:
            return f"above {limit} EUR (ZPO § 244)"
        return None

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the district court up to its limit, else the regional court (JN § 49)."""
        if code.startswith("european"):
            return super().court_name(code, claim, value)
        small = value.principal.major <= Decimal(self.law["court.district_limit"].values[-1].value)
        return ("Bezirksgericht" if small else "Landesgericht") + " of the debtor's residence"
