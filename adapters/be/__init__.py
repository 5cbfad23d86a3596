"""Belgian recovery law and the Belgian recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from adapters.be import consumer, conventions, forum, letter, limitation, terms
from adapters.be.identifiers import RULES
from adapters.be.payment import OGM
from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.debts import OneDebt, debts_of, was_open
from recovery.law.parameters import note
from recovery.law.periods import ONE_DAY, Period, TimeLimit, next_working, nth_working
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
from recovery.money import Money


class Adapter(CountryAdapter):
    """Belgium: rate rounded up to the half point, consumers under Book XIX of the Code of Economic Law."""

    country = "BE"
    name = "Belgium"
    languages = ("nl", "fr", "de", "en")
    court_languages = ("nl", "fr", "de")
    timezone = "Europe/Brussels"
    identifiers = RULES
    identifiers_rank = 10
    payment_scheme = OGM
    allocation = ("costs", "interest", "principal", "penalty")
    allocation_basis = "CC 5.210 (oCC 1254); place of the costs by practice"
    insolvency_basis = "CEL XX.117: none once insolvency proceedings are open"
    procedural_basis = "JC 50-54"
    civil_basis = "oCC 2260-2261; JC 48"
    interrupts = {
        "acknowledgement": ("restart", "oCC 2248"),
        **dict.fromkeys(("lawsuit", "payment_order_applied", "served", "insolvency"), ("pending", "oCC 2244(1)")),
        "judgment": ("restart", "oCC 2262bis"),
        "enforcement_act": ("restart", "oCC 2244(1): an order to pay or a seizure"),
        **dict.fromkeys(("withdrawn", "struck_out", "unserved"), ("lapse", "oCC 2247")),
        "mediation_began": ("suspend", "JC 1731(3): from the signature of the protocol"),
        "mediation_ended": ("resume", "JC 1731(4)"),
    }
    interrupts_basis = "oCC 2244: a creditor's or collector's own letter does not interrupt"
    conventions = conventions.CONVENTIONS

    # ---- substance

    def last_day_to_pay(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day; a longer term than the law allows counts as none (Law of 2 Aug 2002 art. 4)."""
        if not claim.is_commercial:
            return super().last_day_to_pay(claim, invoice) if claim.has_agreed_day(invoice) else invoice.received_on
        due, start = super().last_day_to_pay(claim, invoice), invoice.received_on
        public = claim.debtor.kind == "public"
        most = self.law["term.maximum_public" if public else "term.maximum"]
        if start < most.starts[0] or (due - start).days <= int(most.taken(start)):
            return due
        if public:
            note("BE: a public health-care body may have 60 days; 30 are counted (Law of 2 Aug 2002 art. 4(2))")
        elif claim.contract_date < most.starts[0]:
            note(f"BE: whether the limit of 60 days binds a contract from before {most.starts[0]} is uncertain")
        return start + timedelta(days=int(self.law.value("term.statutory", start)))

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the terms, with what a consumer's clause gives cause to warn of."""
        terms = super().interest_terms(claim)
        if claim.debtor.kind == "consumer":
            found = consumer.warnings(self.law, claim, self.due_day(claim, claim.invoices[0]))
            return replace(terms, warnings=(*terms.warnings, *found))
        return terms

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; against a consumer one above the commercial rate is void (CEL XIX.4)."""
        if claim.debtor.kind == "consumer" and rate > self._rate_ceiling(claim):
            warning = f"BE: the clause of {rate} % lies above the ceiling and is void: principal only (CEL XIX.4)"
            return InterestTerms("contractual", "CEL XIX.4", waived=True, warnings=(warning,))
        return InterestTerms("contractual", "agreed rate; Law of 2 Aug 2002 art. 7", fixed=rate)

    def _rate_ceiling(self, claim: ClaimFacts) -> Decimal:
        starts = [self.interest_start(one.view, one.invoice).first_day for one in debts_of(self, claim).each]
        last = claim.as_of or self.due_day(claim, claim.invoices[0])
        return consumer.rate_ceiling(self.law, starts, last)

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day; against a consumer the first reminder starts it (CEL XIX.2-4, CC 5.240)."""
        due = self.due_day(claim, invoice)
        if claim.is_commercial:
            return InterestStart(due + ONE_DAY, "Law of 2 Aug 2002 art. 5", "after the due day")
        return consumer.interest_start(claim, due, self.notice)

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return the fixed sum and the penalty clause; a consumer owes clauses alone, within their ceilings."""
        if claim.debtor.kind == "consumer":
            found = [
                *consumer.reminder_fees(self.law, debts_of(self, claim)),
                *consumer.penalty_costs(self.law, debts_of(self, claim), self.notice),
            ]
            consumer.note_void_penalty(self.law, claim, debts_of(self, claim).each)
            return [cost for cost in found if cost.due_from <= as_of]
        costs = list(super().costs(claim, as_of))
        if claim.contract.penalty not in (None, "none", "ceiling"):
            late = [one for one in debts_of(self, claim).each if one.due < as_of and was_open(self, one.view, one.due)]
            costs.extend(self._penalty(claim, late))
        return costs

    def _penalty(self, claim: ClaimFacts, late: list[OneDebt]) -> list[Cost]:
        """Return the clause between enterprises, a sum once; a court moderates an unreasonable one (CC 5.88)."""
        if not late:
            return []
        late_from = min(one.due for one in late) + ONE_DAY
        amount = Money.parse(str(claim.contract.penalty), claim.currency)
        usual = self.law.value_or_first("costs.penalty_usual", late_from)
        if amount.major * 100 > usual * sum(one.invoice.money.major for one in debts_of(self, claim).each):
            note(f"BE: a penalty above {usual} % of the principal is likely to be moderated (CC 5.88)")
        older = claim.contract_date < self.law["costs.penalty_new_code"].starts[0]
        basis = "oCC 1226-1231" if older else "CC 5.88"
        numbers = tuple(one.invoice.number for one in late)
        return [Cost("penalty", amount, late_from, f"{basis}; CEL VI.91/3-5", invoices=numbers)]

    def fixed_sum(self, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Cost | None:
        """Return EUR 40 for contracts from 16 March 2013 (Law of 2 Aug 2002 art. 6)."""
        return None if self.is_old_contract(claim) else super().fixed_sum(claim, invoice, as_of)

    def consequence_costs(self, claim: ClaimFacts) -> Money | None:
        """Return the clause that the first reminder must announce; a void one is not announced (CEL XIX.2)."""
        if claim.debtor.kind != "consumer":
            return None
        day = claim.as_of or self.law["costs.consumer_ceiling"].confirmed_through
        open_balance = consumer.balance(debts_of(self, claim).each, date.max)
        amount = consumer.penalty(self.law, claim, open_balance, day)
        return Money.rounded(amount, claim.currency) if amount else None

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return 10 years, and the short terms by the kind of claim (oCC 2262bis, 2271-2277)."""
        key = limitation.term_key(self.law, claim)
        term = self.limitation_by(f"limitation.{key}", self.due_day(claim, invoice), *limitation.term_warnings(key))
        return replace(term, basis=term.basis + limitation.own_motion(self.law, claim))

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return the effect of an event: court acts, acknowledgement, once a lawyer's letter (oCC 2244, 2248)."""
        if limitation.is_extending_letter(claim, event):
            return limitation.extension(self.law, claim, event)
        found = super().interruption(claim, event)
        written = event.kind == "acknowledgement" and event in claim.events  # a payment alone is none in writing
        if written and limitation.term_key(self.law, claim) == "consumer_goods":
            years = int(self.law.value("limitation.general", event.on))
            return replace(found, basis="oCC 2248, 2274", years=years)
        return found

    def allocation_order(self, claim: ClaimFacts, enforced: bool = False) -> tuple[tuple[str, ...], str]:
        """Return costs, interest, principal, penalty: the law names interest before principal alone (CC 5.210)."""
        note("BE: the place of costs and penalty in a payment is uncertain: costs first, penalty last (CC 5.210)")
        return super().allocation_order(claim, enforced)

    # ---- calendar

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period by JC 50-54, with what a party abroad has beside it (JC 55)."""
        limit = terms.court_limit(self.law, start, period, act, lambda day: self.is_court_rest_day(day, region))
        if act in terms.LENGTHENED and not period.more_days:
            return replace(limit, steps=(*limit.steps, terms.distances(self.law)))
        return limit

    def period_abroad(self, start: date, period: Period, act: str, addressee: Addressee) -> tuple[Period, str]:
        """Return the term with the 15, 30 or 80 days of a party abroad (JC 55)."""
        return terms.abroad(self.law, period, act, addressee)

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of the first reminder (CEL XIX.2): by post from the third working day, else the next day."""
        day = max(sent, self.law["notice.term_days"].starts[0])
        term = int(self.law.value("notice.term_days", day))
        electronic = channel == "email"
        working = int(self.law.value("notice.post_working_days", day))
        first = sent + ONE_DAY if electronic else nth_working(sent, working, self.is_eu_rest_day)
        last = next_working(first + timedelta(days=term - 1), self.is_eu_rest_day)
        delivered = sent if electronic else first
        due_from = last + ONE_DAY if debtor_kind == "consumer" else None
        return Notice(delivered, first, last, due_from, letter.contents(debtor_kind), letter.basis(debtor_kind))

    def letter_languages(self, region: str | None) -> tuple[str, ...]:
        """Return the official language of the debtor's region (Constitution art. 30, practice)."""
        return letter.languages(region) or ("nl",)

    def languages_of_court(self, region: str | None) -> tuple[str, ...]:
        """Return the language of the court's district (Law of 15 June 1935)."""
        return letter.languages(region) or self.court_languages

    # ---- courts

    def route_closed(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> str | None:
        """Return why a national route is closed (JC 1338, 1394/20)."""
        if code == "uncontested_bailiff":
            return forum.bailiff_closed(claim)
        return forum.payment_order_closed(self.law, claim, value, as_of) if code == "national_payment_order" else None

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return what the courts say of a route on a day, with what must be minded first."""
        facts = super().route_facts(code, claim.at(as_of), value, as_of)
        more: tuple[str, ...] = ()
        if code == "uncontested_bailiff":
            claimable, more = forum.bailiff_claimable(self.law, claim, value, as_of)
            facts = replace(facts, claimable=claimable)
        elif code == "national_payment_order":
            more = forum.payment_order_warnings(self.law, claim, value, as_of)
        return replace(facts, warnings=(*facts.warnings, *more))

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the court by parties and value (JC 568, 573, 590)."""
        if code == "uncontested_bailiff":
            return super().court_name(code, claim, value)
        day = claim.as_of or self.law["court.peace_limit"].confirmed_through
        return forum.court(self.law, claim, value, day) + " of the debtor's place"

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the roll fee and the legal-aid contribution; none in the bailiff's procedure."""
        if code == "uncontested_bailiff":
            return CourtFee(Money.zero("EUR"), "JC 1394/20: no court fee")
        return forum.court_fee(self.law, claim, value, as_of)

    def route_costs(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, fee: CourtFee) -> RouteCosts:
        """Return the citation, and what the loser pays back with the procedural indemnity (JC 1022)."""
        return forum.route_costs(self.law, code, claim, value, as_of, fee)
