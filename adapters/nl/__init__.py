"""Dutch recovery law and the Dutch recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from adapters.nl import collection
from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.periods import (
    ONE_DAY,
    Period,
    TimeLimit,
    easter,
    is_weekend,
    next_working,
    raw_end,
    working_days_between,
)
from recovery.law.values import (
    ClaimValue,
    Cost,
    CourtFee,
    InterestStart,
    InterestTerms,
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
    capitalises_yearly = True  # BW 6:119(2), 6:119a(3)
    allocation = ("costs", "interest", "principal")
    allocation_basis = "BW 6:44(1)"
    notice_from_receipt = ("consumer",)  # ECLI:NL:HR:2016:2704
    procedural_basis = "Algemene termijnenwet art. 1-3"
    civil_basis = "BW; Algemene termijnenwet art. 4"
    interrupts = {
        **dict.fromkeys(
            ("reminder", "formal_notice", "written_demand", "lawyer_notice"), ("restart", "BW 3:317, 3:319")
        ),
        "acknowledgement": ("restart", "BW 3:318, 3:319"),
        **dict.fromkeys(("lawsuit", "payment_order_applied", "insolvency"), ("pending", "BW 3:316")),
        "judgment": ("restart", "BW 3:324"),
    }
    interrupts_basis = "BW 3:316-3:318"

    # ---- substance

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day; a longer term than the debtor may agree counts as 30 days (BW 6:119a(6), 6:119b)."""
        due, start = super().due_day(claim, invoice), invoice.received_on
        key = self._maximum_of(claim)
        if key is None or start < self.law[key].starts[0]:
            return due
        parameter = self.law[key]
        most = int(parameter.on(min(start, parameter.confirmed_through)).value)
        if (due - start).days <= most:
            return due
        return start + timedelta(days=int(self.law["term.statutory"].values[-1].value))

    @staticmethod
    def _maximum_of(claim: ClaimFacts) -> str | None:
        """Return the parameter that bounds an agreed term, None where parties are free."""
        if not claim.is_commercial:
            return None
        if claim.debtor.kind == "public":
            return "term.maximum_public"
        large = claim.debtor.size == "large" and claim.creditor.size == "sme"
        return "term.maximum_large_debtor" if large else None

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the terms; whether a contract before 16 March 2013 keeps the margin of 7 points is uncertain."""
        terms = super().interest_terms(claim)
        changed_on = self.law["costs.flat_compensation"].starts[0]
        if terms.regime == "commercial" and claim.contract_date < changed_on:
            warning = f"NL: a contract from before {changed_on} may keep the margin of 7 points (uncertain)"
            return replace(terms, warnings=(*terms.warnings, warning))
        return terms

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; in a civil claim one below the statutory rate does not count (BW 6:119(3))."""
        if claim.is_commercial:
            return InterestTerms("contractual", "agreed rate; BW 6:119a", fixed=rate)
        return InterestTerms("contractual", "agreed rate; BW 6:119(3)", fixed=rate, floor=self.law["interest.civil"])

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; without an agreed day a consumer must be put in default (BW 6:82)."""
        if claim.is_commercial:
            return InterestStart(self.due_day(claim, invoice) + ONE_DAY, "BW 6:119a(1)", "the day after the due day")
        if claim.has_agreed_day(invoice):
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
        flat = self.flat_compensation(claim, as_of) if claim.is_commercial else []
        sent = claim.events_of("reminder", "formal_notice", "written_demand", "lawyer_notice")
        if not flat or not sent or claim.currency != self.currency:
            return flat
        due_from = max(sent[0].on, min(cost.due_from for cost in flat))
        late = [invoice for invoice in claim.invoices if self.due_day(claim, invoice) < due_from]
        principal = collection.open_principal(claim, late, sent[0].on)
        amount = collection.collection_costs(self.law, claim, principal, due_from)
        if amount.minor <= sum(cost.amount.minor for cost in flat):
            return flat
        return (Cost("collection_costs", amount, due_from, "BW 6:96(2)(c), (4); BIK art. 2"),)

    def flat_compensation(self, claim: ClaimFacts, as_of: date) -> list[Cost]:
        """Return EUR 40 per late invoice, for arrears from 16 March 2013 (BW 6:96(4))."""
        first = self.law["costs.flat_compensation"].starts[0]
        newer = tuple(invoice for invoice in claim.invoices if self.due_day(claim, invoice) >= first)
        return super().flat_compensation(claim.model_copy(update={"invoices": newer}), as_of)

    def _consumer_costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the costs after a 14-day letter, sent in default and counting from receipt (BW 6:96(6))."""
        if claim.currency != self.currency:
            return ()
        for event in claim.events_of("formal_notice"):
            late = [i for i in claim.invoices if not claim.has_agreed_day(i) or self.due_day(claim, i) < event.on]
            notice = self.notice("consumer", event.received or event.on, "email" if event.received else event.channel)
            if event.wording == "date_based" or not late or notice.costs_due_from is None or notice.last_day is None:
                continue
            principal = collection.open_principal(claim, late, notice.last_day)
            if principal and notice.costs_due_from <= as_of:
                amount = collection.collection_costs(self.law, claim, principal, notice.costs_due_from)
                return (Cost("collection_costs", amount, notice.costs_due_from, "BW 6:96(5)-(6); BIK art. 2"),)
        return ()

    def consequence_costs(self, claim: ClaimFacts) -> Money | None:
        """Return the exact collection costs that the 14-day letter must announce (BW 6:96(6))."""
        if claim.currency != self.currency:
            return None
        day = min(claim.as_of or date.max, self.law["costs.scale"].confirmed_through)
        principal = collection.open_principal(claim, claim.invoices, date.max)
        return collection.collection_costs(self.law, claim, principal, day)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 5 years from the due day (BW 3:307, 3:308), 2 for goods to consumers (7:28), 1 for carriage."""
        kind = claim.contract.kind
        key = {"carriage": "carriage", "rent": "periodic", "utilities": "periodic"}.get(kind, "general")
        if kind == "goods" and claim.debtor.kind == "consumer":
            key = "consumer_goods"
        return self.limitation_by(f"limitation.{key}", self.due_day(claim, invoice))

    # ---- calendar

    def added_holidays(self, year: int) -> frozenset[date]:
        """Return 5 May of every year, and the King's day on 26 April where 27 is a Sunday (art. 3(1))."""
        return frozenset({date(year, 5, 5), *_moved_kings_day(year)})

    def removed_holidays(self, year: int) -> frozenset[date]:
        """Return the Sunday from which the King's day moved away."""
        return frozenset(day + ONE_DAY for day in _moved_kings_day(year))

    def is_holiday(self, day: date, region: str | None = None) -> bool:
        """Tell holidays, Good Friday and the equated days: none bears a contact (Bki art. 4.2; art. 3(1)-(3))."""
        return day in self.public_holidays(day.year) or day in _EQUATED or day == easter(day.year) - timedelta(days=2)

    def is_eu_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell a weekend or public holiday; the days equated by decree are none under Reg. 1182/71 art. 2(1)."""
        return is_weekend(day) or day in self.public_holidays(day.year)

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays, Good Friday and the equated days (Algemene termijnenwet art. 3)."""
        return is_weekend(day) or self.is_holiday(day)

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
            counted += not (day.weekday() in (6, 0) or day in self.public_holidays(day.year))
        return day

    # ---- courts

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the cantonal court up to its limit and for consumer sales, else the district court (Rv 93)."""
        if code != "national_court":
            return super().court_name(code, claim, value)
        return ("kantonrechter" if self._cantonal(claim, value) else "rechtbank") + " of the debtor's residence"

    def _cantonal(self, claim: ClaimFacts, value: ClaimValue) -> bool:
        consumer_sale = claim.debtor.kind == "consumer" and claim.contract.kind == "goods"
        return consumer_sale or value.principal.major <= Decimal(self.law["court.cantonal_limit"].values[-1].value)

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the griffierecht by the claimant's legal form (Wgbz annex)."""
        column = 2 if claim.creditor.legal_form == "natural_person" else 1
        limit = Decimal(self.law["court.cantonal_limit"].values[-1].value)
        return self.bracket_fee(
            "fee.cantonal" if value.principal.major <= limit else "fee.civil", value.principal, as_of, column
        )


def _moved_kings_day(year: int) -> tuple[date, ...]:
    """Return 26 April where the 27th is a Sunday (Algemene termijnenwet art. 3(1))."""
    day = date(year, 4, 27)
    return (day - ONE_DAY,) if day.weekday() == 6 else ()
