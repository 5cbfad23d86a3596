"""Belgian recovery law and the Belgian recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from adapters.be import consumer, forum, limitation
from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.periods import ONE_DAY, Period, TimeLimit, next_working, nth_working
from recovery.law.values import (
    ClaimValue,
    Cost,
    CourtFee,
    InterestStart,
    InterestTerms,
    Interruption,
    LimitationTerm,
    Notice,
    RouteFacts,
)
from recovery.money import Money

# Regions, the German-speaking communes, and the provinces by the first letters of their ISO 3166-2 codes.
_LANGUAGES = {"BE-BRU": ("nl", "fr"), "BE-DE": ("de",), "BE-V": ("nl",), "BE-W": ("fr",)}
_FIRST_REMINDER = (
    "balance and the amount of the clause claimed if it is unpaid in 14 days",
    "creditor's name and enterprise number",
    "description of the product and due date of the debt",
    "the term of at least 14 calendar days",
)
_BY_COLLECTOR = (
    "identity, address, telephone and e-mail of the creditor and of the collector, with enterprise numbers",
    "supervisor: FPS Economy, Directorate-General Economic Inspection",
    "each amount by itself, with its basis",
    "how to dispute and how to ask for instalments",
    "a bold paragraph in another typeface: neither a summons nor a seizure",
)
_BUSINESS_NOTICE = ("creditor", "invoices and amounts", "interest and EUR 40 with their article", "term for payment")


class Adapter(CountryAdapter):
    """Belgium: rate rounded up to the half point, consumers under Book XIX of the Code of Economic Law."""

    country = "BE"
    name = "Belgium"
    languages = ("nl", "fr", "de", "en")
    court_languages = ("nl", "fr", "de")
    timezone = "Europe/Brussels"
    allocation = ("costs", "interest", "principal", "penalty")
    allocation_basis = "CC 5.210 (oCC 1254); place of the costs by practice"
    procedural_basis = "JC 50-54"
    civil_basis = "oCC 2260-2261"

    # ---- substance

    def due_day(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day; a longer term than the law allows counts as none (Law of 2 Aug 2002 art. 4)."""
        due = super().due_day(claim, invoice)
        start = invoice.received_on
        public = claim.debtor.kind == "public"
        most = self.law["term.maximum_public" if public else "term.maximum"]
        if claim.is_commercial and start >= most.starts[0] and (due - start).days > int(most.values[-1].value):
            return start + timedelta(days=int(self.law.value("term.statutory", start)))
        return due

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the terms, with what a consumer's clause gives cause to warn of."""
        terms = super().interest_terms(claim)
        if claim.debtor.kind == "consumer":
            return replace(terms, warnings=(*terms.warnings, *consumer.warnings(self.law, claim)))
        return terms

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; against a consumer one above the commercial rate is void (CEL XIX.4)."""
        if claim.debtor.kind == "consumer" and rate > self._rate_ceiling(claim):
            warning = f"BE: the clause of {rate} % lies above the ceiling and is void: principal only (CEL XIX.4)"
            return InterestTerms("contractual", "CEL XIX.4", waived=True, warnings=(warning,))
        return InterestTerms("contractual", "agreed rate; Law of 2 Aug 2002 art. 7", fixed=rate)

    def _rate_ceiling(self, claim: ClaimFacts) -> Decimal:
        """Return the lowest commercial rate of the half-years for which interest is asked."""
        parameter = self.law["interest.commercial"]
        last = min(claim.as_of or self.due_day(claim, claim.invoices[0]), parameter.confirmed_through)
        starts = [self.interest_start(claim, invoice).first_day for invoice in claim.invoices]
        first = min([last, *(day for day in starts if day)])
        return min(Decimal(dated.value) for _, dated in parameter.changes(first, last))

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; against a consumer the first reminder starts it (CEL XIX.2-4, CC 5.240)."""
        if claim.is_commercial:
            day = self.due_day(claim, invoice) + ONE_DAY
            return InterestStart(day, "Law of 2 Aug 2002 art. 5", "after the due day")
        start = self._start_by_notice(claim)
        if start.first_day is None or not claim.has_agreed_day(invoice):
            return start
        return replace(start, first_day=max(start.first_day, self.due_day(claim, invoice) + ONE_DAY))

    def _start_by_notice(self, claim: ClaimFacts) -> InterestStart:
        is_consumer = claim.debtor.kind == "consumer"
        by_clause = is_consumer and claim.contract.rate is not None
        kinds = ["formal_notice", *(["reminder"] if is_consumer else [])]
        kinds += [] if by_clause else ["written_demand", "lawyer_notice", "served"]
        events = claim.events_of(*kinds)
        if not events:
            return InterestStart(None, "CEL XIX.2; CC 5.240", "the free first reminder or formal notice is missing")
        notice = self.notice(claim.debtor.kind, events[0].on, events[0].channel)
        if not by_clause:
            effective = events[0].on if events[0].kind == "served" else notice.delivered or events[0].on
            return InterestStart(effective + ONE_DAY, "CC 5.240", "after the formal notice took effect")
        if claim.creditor.size == "sme":
            why = "after dispatch of the first reminder"
            return InterestStart(events[0].on + ONE_DAY, "CEL XIX.4", why, notice.costs_due_from)
        return InterestStart(notice.costs_due_from, "CEL XIX.4", "after the term of the first reminder")

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the fixed sum and the penalty clause; a consumer owes a clause alone, within its ceiling."""
        if claim.debtor.kind == "consumer":
            return self._consumer_penalty(claim, as_of)
        costs = list(super().costs(claim, as_of))
        late_from = min(self.due_day(claim, invoice) for invoice in claim.invoices) + ONE_DAY
        if claim.contract.penalty not in (None, "none", "ceiling") and late_from <= as_of:
            amount = Money.parse(str(claim.contract.penalty), claim.currency)
            costs.append(Cost("penalty", amount, late_from, "CC 5.88; CEL VI.91/3-5"))
        return costs

    def flat_compensation(self, claim: ClaimFacts, as_of: date) -> list[Cost]:
        """Return EUR 40 per late invoice, for contracts from 16 March 2013 (Law of 2 Aug 2002 art. 6)."""
        return [] if self.is_old_contract(claim) else super().flat_compensation(claim, as_of)

    def _consumer_penalty(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the clause that the first reminder sent after an agreed due day makes payable."""
        for event in claim.events_of("reminder", "formal_notice"):
            late = [i for i in claim.invoices if not claim.has_agreed_day(i) or self.due_day(claim, i) < event.on]
            if late:
                notice = self.notice("consumer", event.on, event.channel)
                costs = consumer.penalty_costs(self.law, claim, late, notice)
                return [cost for cost in costs if cost.due_from <= as_of]
        return ()

    def consequence_costs(self, claim: ClaimFacts) -> Money | None:
        """Return the clause that the first reminder must announce; a void one is not announced (CEL XIX.2)."""
        if claim.debtor.kind != "consumer":
            return None
        amount = consumer.penalty(self.law, claim, consumer.balance(claim, claim.invoices, date.max))
        return Money.rounded(amount, claim.currency) if amount else None

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 10 years, and the short terms by the kind of claim (oCC 2262bis, 2271-2277)."""
        key = limitation.term_key(self.law, claim)
        return self.limitation_by(f"limitation.{key}", self.due_day(claim, invoice), *limitation.term_warnings(key))

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return the effect of an event: court acts, acknowledgement, once a lawyer's letter (oCC 2244, 2248)."""
        return limitation.interruption(self.law, claim, event)

    # ---- calendar

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period; appeals and oppositions within the vacation end on 15 September."""
        limit = super().procedural_limit(start, period, act, region)
        begins = start + ONE_DAY
        within = date(start.year, 7, 1) <= begins and limit.last_day <= date(start.year, 8, 31)
        if act in ("appeal", "opposition") and within:
            last = next_working(date(start.year, 9, 15), lambda day: self.is_court_rest_day(day, region))
            why = f"begins and ends in the court vacation: {last} (JC 50(2))"
            return TimeLimit(last, (*limit.steps, why), "JC 50(2)")
        return limit

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of the first reminder (CEL XIX.2): by post from the third working day, else the next day."""
        term = int(self.law["notice.term_days"].values[-1].value)
        working = int(self.law["notice.post_working_days"].values[-1].value)
        electronic = channel == "email"
        first = sent + ONE_DAY if electronic else nth_working(sent, working, self.is_eu_rest_day)
        last = next_working(first + timedelta(days=term - 1), self.is_eu_rest_day)
        delivered = sent if electronic else first
        if debtor_kind == "consumer":
            contents = (*_FIRST_REMINDER, *_BY_COLLECTOR)
            return Notice(delivered, first, last, last + ONE_DAY, contents, "CEL XIX.2, XIX.7")
        return Notice(delivered, first, last, None, _BUSINESS_NOTICE, "CC 5.231 ff.; Law of 2 Aug 2002 art. 5-6")

    def letter_languages(self, region: str | None) -> tuple[str, ...]:
        """Return the official language of the debtor's region (Constitution art. 30, practice)."""
        return _languages(region) or ("nl",)

    def languages_of_court(self, region: str | None) -> tuple[str, ...]:
        """Return the language of the court's district (Law of 15 June 1935)."""
        return _languages(region) or self.court_languages

    # ---- courts

    def route_closed(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> str | None:
        """Return why a national route is closed (JC 1338, 1394/20)."""
        if code == "uncontested_bailiff":
            return forum.bailiff_closed(claim)
        return forum.payment_order_closed(self.law, claim, value) if code == "national_payment_order" else None

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return what the courts say of a route; the summary order is unsure before the enterprise court."""
        facts = super().route_facts(code, claim, value, as_of)
        if code == "national_payment_order" and forum.court(self.law, claim, value) == forum.ENTERPRISE:
            warning = "BE: whether the summary order for payment is open before the enterprise court is uncertain"
            return replace(facts, warnings=(*facts.warnings, warning))
        return facts

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the court by parties and value (JC 568, 573, 590)."""
        if code == "uncontested_bailiff":
            return super().court_name(code, claim, value)
        return forum.court(self.law, claim, value) + " of the debtor's place"

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the roll fee of the court (owed at the end by the loser) and the legal-aid contribution."""
        if code == "uncontested_bailiff":
            return CourtFee(Money.zero("EUR"), "JC 1394/20: no court fee")
        court = forum.court(self.law, claim, value)
        if court == forum.BY_VALUE:
            return CourtFee(
                None, self.law["fee.roll"].basis, ("BE: the fee goes by the court, which the value decides",)
            )
        roll = self.bracket_fee("fee.roll", Money.zero("EUR"), as_of, 1 if court == forum.PEACE else 2)
        fund = self.flat_fee("fee.legal_aid_fund", as_of)
        if roll.amount is None or fund.amount is None:
            return roll
        warning = "BE: the contribution to the legal-aid fund may have been indexed (uncertain)"
        return CourtFee(roll.amount + fund.amount, f"{roll.basis}; {fund.basis}", (*roll.warnings, warning))


def _languages(region: str | None) -> tuple[str, ...]:
    """Return the languages of a region or province, empty where it is not known."""
    code = region or ""
    return _LANGUAGES.get(code) or _LANGUAGES.get(code[:4], ())
