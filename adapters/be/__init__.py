"""Belgian recovery law and the Belgian recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.periods import ONE_DAY, Period, TimeLimit, next_working, nth_working
from recovery.law.values import (
    Cost,
    CourtFee,
    InterestStart,
    InterestTerms,
    Interruption,
    LimitationTerm,
    Notice,
)
from recovery.money import Money

_LANGUAGES = {"BE-VLG": ("nl",), "BE-WAL": ("fr",), "BE-BRU": ("nl", "fr"), "BE-DE": ("de", "fr")}
_REMINDER = (
    "balance and the amount of the clause claimed if it is unpaid in 14 days",
    "creditor's name and enterprise number",
    "description of the product and due date of the debt",
    "the term of at least 14 calendar days",
)


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
        """Return the agreed day; between enterprises a term over 60 days counts as none (art. 4)."""
        due = super().due_day(claim, invoice)
        start = invoice.received or invoice.issued
        most = self.law["term.maximum"]
        if (
            claim.is_commercial
            and start
            and start >= most.starts[0]
            and (due - start).days > int(most.values[-1].value)
        ):
            return start + timedelta(days=int(self.law.value("term.statutory", start)))
        return due

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the terms; a contract before 16 March 2013 keeps the older rate until 15 March 2015."""
        terms = super().interest_terms(claim)
        new_from = date.fromisoformat(self.law["interest.new_contracts_from"].values[0].value)
        if terms.regime == "commercial" and claim.contract_date < new_from:
            parameter = self.law["interest.commercial_old"]
            return replace(terms, parameter=parameter, basis=parameter.basis)
        return terms

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; against a consumer one above the commercial rate is void (CEL XIX.4)."""
        if claim.debtor.kind == "consumer" and rate > self._ceiling(claim):
            return InterestTerms(
                "contractual",
                "CEL XIX.4",
                waived=True,
                warnings=(f"BE: the clause of {rate} % lies above the ceiling and is void: principal only",),
            )
        return InterestTerms("contractual", "agreed rate; Law of 2 Aug 2002 art. 7", fixed=rate)

    def _ceiling(self, claim: ClaimFacts) -> Decimal:
        parameter = self.law["interest.commercial"]
        day = min(claim.as_of or self.due_day(claim, claim.invoices[0]), parameter.confirmed_through)
        return Decimal(parameter.on(day).value)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; against a consumer the reminder starts it (CEL XIX.2-4, CC 5.240)."""
        if claim.is_commercial:
            return InterestStart(
                self.due_day(claim, invoice) + ONE_DAY, "Law of 2 Aug 2002 art. 5", "after the due day"
            )
        events = claim.events_of("reminder", "formal_notice")
        if not events:
            return InterestStart(None, "CEL XIX.2; CC 5.240", "the free first reminder is missing")
        notice = self.notice(claim.debtor.kind, events[0].on, events[0].channel)
        if claim.contract.rate is None or claim.debtor.kind != "consumer":
            return InterestStart((notice.delivered or events[0].on) + ONE_DAY, "CC 5.240", "after the formal notice")
        if claim.creditor.size == "sme":
            return InterestStart(
                events[0].on + ONE_DAY,
                "CEL XIX.4",
                "after dispatch of the first reminder",
                notice.costs_due_from,
            )
        return InterestStart(notice.costs_due_from, "CEL XIX.4", "after the term of the first reminder")

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the fixed sum and the penalty clause; a consumer owes a clause alone, within its ceiling."""
        if claim.debtor.kind == "consumer":
            return self._consumer_penalty(claim, as_of)
        costs = list(super().costs(claim, as_of))
        if claim.contract.penalty not in (None, "none", "ceiling") and costs:
            amount = Money.parse(str(claim.contract.penalty), claim.currency)
            costs.append(Cost("penalty", amount, costs[0].due_from, "CC 5.88; CEL VI.91/3-5"))
        return costs

    def _consumer_penalty(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        reminders = claim.events_of("reminder", "formal_notice")
        if claim.contract.penalty in (None, "none") or not reminders:
            return ()
        notice = self.notice("consumer", reminders[0].on, reminders[0].channel)
        if notice.costs_due_from is None or notice.costs_due_from > as_of or notice.last_day is None:
            return ()
        balance = self._balance(claim, notice.last_day)
        ceiling = self.consumer_ceiling(balance)
        asked = ceiling if claim.contract.penalty == "ceiling" else Decimal(str(claim.contract.penalty))
        if balance <= 0 or asked > ceiling:
            return ()
        return (Cost("penalty", Money.rounded(asked, claim.currency), notice.costs_due_from, "CEL XIX.4"),)

    @staticmethod
    def _balance(claim: ClaimFacts, day: date) -> Decimal:
        paid = sum((p.money.major for p in claim.payments if p.on <= day), Decimal(0))
        return sum((invoice.money.major for invoice in claim.invoices), Decimal(0)) - paid

    def consumer_ceiling(self, balance: Decimal) -> Decimal:
        """Return the most a penalty clause may ask of a consumer for a balance (CEL XIX.4)."""
        for upper, fixed, percent, above in self.law["costs.consumer_ceiling"].values[-1].value:
            if not upper or balance <= upper:
                most = Decimal(self.law["costs.consumer_ceiling_most"].values[-1].value)
                return min(Decimal(fixed) + (balance - Decimal(above)) * Decimal(percent) / 100, most)
        return Decimal(0)

    def consequence_costs(self, claim: ClaimFacts) -> Money | None:
        """Return the clause that the first reminder must announce."""
        if claim.debtor.kind != "consumer" or claim.contract.penalty in (None, "none"):
            return None
        asked = self.consumer_ceiling(self._balance(claim, date.max))
        if claim.contract.penalty != "ceiling":
            asked = min(asked, Decimal(str(claim.contract.penalty)))
        return Money.rounded(asked, claim.currency)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 10 years, and the short terms of the old Civil Code by the kind of claim."""
        due, consumer = self.due_day(claim, invoice), claim.debtor.kind == "consumer"
        kind = {
            "utilities": "utilities",
            "professional_fee": "fees",
            "rent": "periodic",
            "carriage": "carriage",
        }.get(
            claim.contract.kind,
            "consumer_goods" if claim.contract.kind == "goods" and consumer else "general",
        )
        warnings = ("BE: one year is a presumption of payment; a written acknowledgement gives the ordinary term",)
        return self.limitation_by(f"limitation.{kind}", due, *(warnings if kind == "consumer_goods" else ()))

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return the effect of an event: court acts and acknowledgement; a lawyer's registered letter adds a year."""
        if event.kind == "lawyer_notice" or (
            event.by in ("lawyer", "bailiff") and event.kind == "formal_notice" and event.channel == "registered"
        ):
            earlier = [other for other in claim.events_of("lawyer_notice") if other.on < event.on]
            effect = "none" if earlier else "extend_to"
            return Interruption(effect, event.on, "oCC 2244(2)", years=1)
        if event.kind == "acknowledgement":
            return Interruption("restart", event.on, "oCC 2248")
        if event.kind in ("lawsuit", "payment_order_applied", "insolvency"):
            return Interruption("pending", event.on, "oCC 2244(1)")
        if event.kind == "judgment":
            return Interruption("restart", event.on, "oCC 2262bis", years=10)
        return Interruption("none", event.on, "oCC 2244: a creditor's own letter does not interrupt")

    # ---- calendar

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period; appeals and oppositions within the vacation end on 15 September."""
        limit = super().procedural_limit(start, period, act, region)
        begins = start + ONE_DAY
        raw_within = date(start.year, 7, 1) <= begins and limit.last_day <= date(start.year, 8, 31)
        if act in ("appeal", "opposition") and raw_within:
            last = next_working(date(start.year, 9, 15), lambda day: self.is_court_rest_day(day, region))
            return TimeLimit(
                last, (*limit.steps, f"begins and ends in the court vacation: {last} (JC 50(2))"), "JC 50(2)"
            )
        return limit

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of the first reminder (CEL XIX.2): by post from the third working day, else the next day."""
        term = int(self.law["notice.term_days"].values[-1].value)
        rest = lambda day: self.is_eu_rest_day(day)  # noqa: E731
        working = int(self.law["notice.post_working_days"].values[-1].value)
        first = sent + ONE_DAY if channel == "email" else nth_working(sent, working, rest)
        last = next_working(first + timedelta(days=term - 1), rest)
        if debtor_kind == "consumer":
            return Notice(first if channel != "email" else sent, first, last, last + ONE_DAY, _REMINDER, "CEL XIX.2")
        contents = (
            "creditor",
            "invoices and amounts",
            "interest and EUR 40 with their article",
            "term for payment",
        )
        return Notice(
            first if channel != "email" else sent,
            first,
            last,
            None,
            contents,
            "CC 5.231 ff.; Law of 2 Aug 2002 art. 5-6",
        )

    def letter_languages(self, region: str | None) -> tuple[str, ...]:
        """Return the official language of the debtor's region (Constitution art. 30, practice)."""
        return _LANGUAGES.get(region or "", ("nl",))

    def languages_of_court(self, region: str | None) -> tuple[str, ...]:
        """Return the language of the court's district (Law of 15 June 1935)."""
        return _LANGUAGES.get(region or "", self.court_languages)

    # ---- courts

    def route_closed(self, code: str, claim: ClaimFacts, value: Money, as_of: date) -> str | None:
        """Return why a national route is closed (JC 1338, 1394/20)."""
        if code == "uncontested_bailiff":
            if claim.disputed:
                return "disputed (JC 1394/20)"
            if claim.debtor.kind != "business" or claim.creditor.kind != "business":
                return "between enterprises only (JC 1394/20)"
            if not (claim.creditor.enterprise_number and claim.debtor.enterprise_number):
                return "creditor and debtor must both be registered in the Belgian enterprise register (JC 1394/20)"
        if code == "national_payment_order":
            limit = Decimal(self.law["court.payment_order_limit"].values[-1].value)
            if claim.disputed:
                return "disputed (JC 1338)"
            if value.major > limit or value.currency != "EUR":
                return f"above {limit} EUR (JC 1338)"
        return None

    def court_name(self, code: str, claim: ClaimFacts, value: Money) -> str:
        """Return the court by parties and value (JC 568, 573, 590)."""
        if code == "uncontested_bailiff":
            return super().court_name(code, claim, value)
        return self._court(claim, value) + " of the debtor's place"

    def _court(self, claim: ClaimFacts, value: Money) -> str:
        if claim.debtor.kind == "business" and claim.creditor.kind == "business":
            return "enterprise court"
        small = value.major <= Decimal(self.law["court.peace_limit"].values[-1].value)
        return "justice of the peace" if small or claim.contract.kind == "utilities" else "court of first instance"

    def court_fee(self, code: str, claim: ClaimFacts, value: Money, as_of: date) -> CourtFee:
        """Return the roll fee of the court (owed at the end by the loser) and the legal-aid contribution."""
        if code == "uncontested_bailiff":
            return CourtFee(Money.zero("EUR"), "JC 1394/20: no court fee")
        column = 1 if self._court(claim, value) == "justice of the peace" else 2
        roll = self.bracket_fee("fee.roll", Money(value.minor, "EUR"), as_of, column)
        fund = self.flat_fee("fee.legal_aid_fund", as_of)
        if roll.amount is None or fund.amount is None:
            return roll
        warning = "BE: the contribution to the legal-aid fund may have been indexed (uncertain)"
        return CourtFee(roll.amount + fund.amount, f"{roll.basis}; {fund.basis}", (*roll.warnings, warning))
