"""Dutch recovery law and the Dutch recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.periods import (
    ONE_DAY,
    Period,
    TimeLimit,
    is_weekend,
    next_working,
    raw_end,
    working_days_between,
)
from recovery.law.values import (
    Cost,
    CourtFee,
    InterestStart,
    Interruption,
    LimitationTerm,
    Notice,
)
from recovery.money import Money

# Equated days by decree (Algemene termijnenwet art. 3(3)).
_EQUATED = frozenset(
    date.fromisoformat(day)
    for day in (
        "2023-04-28",
        "2023-05-19",
        "2024-05-10",
        "2024-12-27",
        "2025-05-30",
        "2026-01-02",
        "2026-05-15",
        "2027-05-07",
        "2028-04-28",
        "2028-05-26",
    )
)


class Adapter(CountryAdapter):
    """The Netherlands: yearly capitalisation, collection scale, 14-day letter."""

    country = "NL"
    name = "Netherlands"
    languages = ("nl", "en")
    court_languages = ("nl",)
    timezone = "Europe/Amsterdam"
    counts_payment_day = False  # claims run "until the day of full payment"
    capitalises_yearly = True
    capitalisation_basis = "BW 6:119(2), 6:119a(3)"
    allocation = ("costs", "interest", "principal")
    allocation_basis = "BW 6:44(1)"
    procedural_basis = "Algemene termijnenwet art. 1-3"
    civil_basis = "BW; Algemene termijnenwet art. 4"

    # ---- substance

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; without an agreed day a consumer must be put in default (BW 6:82)."""
        agreed = invoice.due is not None or claim.contract.agreed_term_days is not None
        if claim.is_commercial:
            return InterestStart(self.due_day(claim, invoice) + ONE_DAY, "BW 6:119a(1)", "the day after the due day")
        if agreed:
            return InterestStart(self.due_day(claim, invoice) + ONE_DAY, "BW 6:83(a), 6:119(1)", "agreed day passed")
        for event in claim.events_of("formal_notice", "written_demand"):
            last = self.notice(claim.debtor.kind, event.on, event.channel).last_day
            if last:
                return InterestStart(last + ONE_DAY, "BW 6:82, 6:119(1)", "the term of the notice of default lapsed")
        return InterestStart(None, "BW 6:82", "no agreed day: a notice of default is needed first")

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the collection costs by the scale (BIK art. 2), for consumers after the 14-day letter."""
        if claim.debtor.kind == "consumer":
            return self._consumer_costs(claim, as_of)
        if not claim.is_commercial:
            return ()
        flat = self.flat_compensation(claim, as_of)
        sent = claim.events_of("reminder", "formal_notice", "written_demand", "lawyer_notice")
        if not flat or not sent:
            return flat
        scale = self.scale(sum((i.money.major for i in claim.invoices), Decimal(0)), sent[0].on, claim)
        if scale.major <= sum((cost.amount.major for cost in flat), Decimal(0)):
            return flat
        return (Cost("collection_costs", scale, max(sent[0].on, flat[0].due_from), "BW 6:96(2)(c), (4); BIK art. 2"),)

    def _consumer_costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        for event in claim.events_of("formal_notice"):
            if event.wording == "date_based":
                continue
            notice = self.notice("consumer", event.on, event.channel)
            if notice.costs_due_from is None or notice.last_day is None or notice.costs_due_from > as_of:
                continue
            paid = sum((p.money.major for p in claim.payments if p.on <= notice.last_day), Decimal(0))
            open_ = sum((i.money.major for i in claim.invoices), Decimal(0)) - paid
            if open_ > 0:
                amount = self.scale(open_, notice.costs_due_from, claim)
                return (Cost("collection_costs", amount, notice.costs_due_from, "BW 6:96(5)-(6); BIK art. 2"),)
        return ()

    def consequence_costs(self, claim: ClaimFacts) -> Money | None:
        """Return the exact collection costs that the 14-day letter must announce (BW 6:96(6))."""
        paid = sum((p.money.major for p in claim.payments), Decimal(0))
        open_ = sum((i.money.major for i in claim.invoices), Decimal(0)) - paid
        day = min(claim.as_of or date.max, self.law["costs.scale"].confirmed_through)
        return self.scale(max(open_, Decimal(0)), day, claim)

    def scale(self, principal: Decimal, day: date, claim: ClaimFacts) -> Money:
        """Return the collection costs of a principal, with VAT where the creditor cannot deduct it."""
        rest, lower, result = principal, Decimal(0), Decimal(0)
        for upper, percent in self.law.value("costs.scale", day):
            slice_ = rest if not upper else min(rest, Decimal(upper) - lower)
            result += slice_ * Decimal(percent) / 100
            rest, lower = rest - slice_, Decimal(upper)
            if rest <= 0:
                break
        result = max(result, Decimal(self.law.value("costs.scale_minimum", day)))
        result = min(result, Decimal(self.law.value("costs.scale_maximum", day)))
        if not claim.creditor.vat_deductible:
            result += result * Decimal(self.law.value("costs.vat", day)) / 100
        return Money.rounded(result, self.currency)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 5 years from the due day (BW 3:307), 2 for goods to consumers (7:28), 1 for carriage."""
        due = self.due_day(claim, invoice)
        if claim.contract.kind == "goods" and claim.debtor.kind == "consumer":
            return self.limitation_by("limitation.consumer_goods", due)
        if claim.contract.kind == "carriage":
            return self.limitation_by("limitation.carriage", due)
        return self.limitation_by("limitation.general", due)

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return the effect of an event: any written notice restarts the term, at most 5 years (BW 3:317-3:319)."""
        if event.kind in ("formal_notice", "written_demand", "lawyer_notice", "reminder"):
            return Interruption("restart", event.received or event.on, "BW 3:317, 3:319")
        if event.kind == "acknowledgement":
            return Interruption("restart", event.on, "BW 3:318, 3:319")
        if event.kind in ("lawsuit", "payment_order_applied", "insolvency"):
            return Interruption("pending", event.on, "BW 3:316")
        if event.kind == "judgment":
            return Interruption("restart", event.on, "BW 3:324", years=20)
        return Interruption("none", event.on, "BW 3:316-3:318")

    # ---- calendar

    def added_holidays(self, year: int) -> frozenset[date]:
        """Return 5 May of every year (Algemene termijnenwet art. 3(1))."""
        return frozenset({date(year, 5, 5)})

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays, Good Friday and the equated days (Algemene termijnenwet art. 3)."""
        from recovery.law.periods import easter

        good_friday = easter(day.year) - timedelta(days=2)
        return is_weekend(day) or day == good_friday or day in _EQUATED or self.is_holiday(day)

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a statutory term (Algemene termijnenwet arts 1, 2 and 4)."""
        raw = raw_end(start, period, self.is_court_rest_day)
        steps = [f"day of the event {start} not counted; {period} end on {raw}"]
        long = {"d": 90, "wd": 90, "w": 12, "m": 3, "y": 0}[period.unit]
        if period.count > long:
            return TimeLimit(raw, (*steps, "a long term does not roll (art. 4)"), self.procedural_basis)
        last = next_working(raw, self.is_court_rest_day)
        if last != raw:
            steps.append(f"{raw} is a Saturday, Sunday or holiday: {last} (art. 1)")
        short = period.unit in ("w", "m") or period.count >= 3
        while short and working_days_between(start, last, self.is_court_rest_day, 2) < 2:
            last = next_working(last + ONE_DAY, self.is_court_rest_day)
            steps.append(f"fewer than two working days in the term: {last} (art. 2)")
        return TimeLimit(last, tuple(steps), self.procedural_basis)

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the 14-day letter's days (BW 6:96(6)); for a business a demand with a reasonable term."""
        delivered = self._delivered(sent, channel)
        term = int(self.law.value("notice.term_days", min(sent, self.law["notice.term_days"].confirmed_through)))
        last = next_working(delivered + timedelta(days=term), self.is_court_rest_day)
        if debtor_kind != "consumer":
            return Notice(
                delivered,
                delivered + ONE_DAY,
                last,
                None,
                ("creditor", "invoice and amount", "term for payment"),
                "BW 6:82",
            )
        return Notice(
            delivered,
            delivered + ONE_DAY,
            last,
            last + ONE_DAY,
            (
                "demand to pay",
                "14 days from the day after the letter was delivered",
                "what follows if the debtor does not pay",
                "the exact amount of the collection costs",
                "the VAT in the costs, where the creditor cannot deduct it",
                "the one amount to pay within the term",
            ),
            "BW 6:96(6); ECLI:NL:HR:2016:2704",
        )

    def _delivered(self, sent: date, channel: str) -> date:
        """Return the presumed day of delivery: the second day after posting; Sunday, Monday, holidays out."""
        if channel == "email":
            return sent
        day, counted = sent, 0
        while counted < 2:
            day += ONE_DAY
            counted += not (day.weekday() in (6, 0) or self.is_holiday(day))
        return day

    def is_holiday(self, day: date, region: str | None = None) -> bool:
        """Tell whether a day is a recognised holiday of the Algemene termijnenwet."""
        return day in self.public_holidays(day.year)

    # ---- courts

    def court_name(self, code: str, claim: ClaimFacts, value: Money) -> str:
        """Return the cantonal court up to its limit and for consumer sales, else the district court (Rv 93)."""
        if code != "national_court":
            return super().court_name(code, claim, value)
        return ("kantonrechter" if self._cantonal(claim, value) else "rechtbank") + " of the debtor's residence"

    def _cantonal(self, claim: ClaimFacts, value: Money) -> bool:
        consumer_sale = claim.debtor.kind == "consumer" and claim.contract.kind == "goods"
        return consumer_sale or value.major <= Decimal(self.law["court.cantonal_limit"].values[-1].value)

    def court_fee(self, code: str, claim: ClaimFacts, value: Money, as_of: date) -> CourtFee:
        """Return the griffierecht by the claimant's legal form (Wgbz annex)."""
        column = 2 if claim.creditor.legal_form == "natural_person" else 1
        limit = Decimal(self.law["court.cantonal_limit"].values[-1].value)
        return self.bracket_fee("fee.cantonal" if value.major <= limit else "fee.civil", value, as_of, column)
