"""Spanish recovery law and the Spanish recovery service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from adapters.es import conventions, courts, demand, limitation, masc, terms
from adapters.es.identifiers import RULES
from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.debts import debts_of, was_open
from recovery.law.parameters import note
from recovery.law.periods import ONE_DAY, Period, TimeLimit
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
    Suspension,
)
from recovery.money import Money

_LETTERS = ("reminder", "formal_notice", "written_demand", "lawyer_notice")
_UNKNOWN_DAY = (
    "ES: give the day of the contract: one from before 24 February 2013 has the older rate and no fixed sum until a "
    "year later (Ley 11/2013 DT 3ª, uncertain)"
)


class Adapter(CountryAdapter):
    """Spain: an attempt at negotiation before court, working-day terms, courts at rest in August."""

    country = "ES"
    name = "Spain"
    languages = ("es", "ca", "en")
    court_languages = ("es",)
    timezone = "Europe/Madrid"
    identifiers = RULES
    identifiers_rank = 40
    splits = {"commercial": ((1, 1), (7, 1)), "civil": ((1, 1),), "contractual": ((1, 1), (7, 1))}
    allocation = ("interest", "principal", "costs")
    allocation_basis = "CC 1172-1174; place of the costs by convention"
    insolvency_basis = "TRLC 152: none once insolvency proceedings are open"
    procedural_basis = "LEC 130-133; LOPJ 182-183"
    civil_basis = "CC 5; CCCat 121-23"
    interrupts = {
        **dict.fromkeys(_LETTERS, ("restart", "CC 1973; CCom 944 by case law")),
        "acknowledgement": ("restart", "CC 1973; CCom 944"),
        **dict.fromkeys(("lawsuit", "payment_order_applied", "served", "insolvency"), ("pending", "CC 1973; CCom 944")),
        "judgment": ("restart", "LEC 518"),
        **dict.fromkeys(
            ("negotiation_began", "negotiation_ended", "mediation_began", "mediation_ended"),
            ("restart", "LO 1/2025 art. 7; CC 1973"),
        ),
        "enforcement_act": ("none", "LEC 239, 518: a title once enforced in time does not lapse"),
    }
    interrupts_basis = "CC 1973"
    conventions = conventions.CONVENTIONS

    # ---- substance

    def last_day_to_pay(self, claim: ClaimFacts, invoice: InvoiceDue) -> date:
        """Return the agreed day within its maximum (Ley 3/2004 art. 4), else the legal one (CCom 62, CC 1113)."""
        if claim.is_commercial:
            if invoice.delivered and not claim.has_agreed_day(invoice):  # art. 4.1: from the delivery, not the invoice
                return invoice.delivered + timedelta(days=self.law.value("term.statutory", invoice.delivered))
            return self._within_maximum(claim, invoice, super().last_day_to_pay(claim, invoice))
        if claim.has_agreed_day(invoice):
            return super().last_day_to_pay(claim, invoice)
        if not demand.is_mercantile(claim):
            return invoice.received_on
        days = self.law.value("term.without_term", claim.contract_date)
        return max(claim.contract_date + timedelta(days=days), invoice.received_on)

    def _within_maximum(self, claim: ClaimFacts, invoice: InvoiceDue, due: date) -> date:
        """Return the due day, no later than the longest term that may be agreed (Ley 3/2004 art. 4.3)."""
        start = invoice.delivered or invoice.received or invoice.issued
        most = self.law["term.maximum_public" if claim.debtor.kind == "public" else "term.maximum"]
        if start is None or start < most.starts[0]:
            return due
        last = start + timedelta(days=int(most.taken(start)))
        if due > last:
            days = (last - start).days
            note(f"ES: a term longer than {days} days is cut to {days}: a reading, uncertain ({most.basis})")
        return min(due, last)

    def interest_terms(self, claim: ClaimFacts) -> InterestTerms:
        """Return the terms, and what must be asked where the day of the contract decides."""
        found = super().interest_terms(claim)
        unknown = claim.contract.date is None and super().is_old_contract(claim)
        told = (_UNKNOWN_DAY,) if unknown and found.regime == "commercial" else ()
        return replace(found, warnings=(*found.warnings, *told, *demand.warnings(claim)))

    def judgment_interest(self, claim: ClaimFacts, terms: InterestTerms, judgment: Event) -> InterestTerms:
        """Return the terms: the legal interest rises by two points from the judgment (LEC 576.1).

        The points are due on what was awarded alone: of a debt that a court allowed in part the lower rate is asked.
        """
        if terms.regime != "civil":
            return terms
        points = self.law["interest.judgment_points"]
        if any(event.allowed for event in claim.events):
            told = f"ES: the points of {points.basis} are not reckoned on the part that a court allowed: ask them there"
            return replace(terms, warnings=(*terms.warnings, told))
        raised = Decimal(points.taken(judgment.on))
        later = replace(terms, basis=f"{terms.basis}; {points.basis}", plus=raised)
        return replace(terms, later=((judgment.on + ONE_DAY, later),))

    def is_old_contract(self, claim: ClaimFacts) -> bool:
        """Tell a contract whose day is known to lie before RDL 4/2013; a day that is not known is taken as newer."""
        return claim.contract.date is not None and super().is_old_contract(claim)

    def contract_rate_terms(self, claim: ClaimFacts, rate: Decimal) -> InterestTerms:
        """Return the agreed rate; one 70 % below the statutory rate is void (Ley 3/2004 art. 9.1)."""
        if not claim.is_commercial:
            return InterestTerms("contractual", "agreed rate; CC 1108", fixed=rate)
        parameter = self.law["interest.commercial"]
        late_from = min(self.due_day(claim, invoice) for invoice in claim.invoices) + ONE_DAY
        day = min(max(late_from, parameter.starts[0]), parameter.confirmed_through)
        share = self.law["interest.unfair_share"]
        least = Decimal(parameter.on(day).value) * (100 - share.taken_or_first(day)) / 100
        if rate >= least:
            return InterestTerms("contractual", "agreed rate; Ley 3/2004 art. 7.1", fixed=rate)
        warning = (
            f"ES: the clause of {rate} % lies more than {share.values[0].value} % below the statutory rate "
            f"(least {least.normalize()} %) and is void unless the debtor justifies it ({share.basis})"
        )
        return InterestTerms("commercial", f"{parameter.basis}, 9.1", parameter, warnings=(warning,))

    def interest_start(self, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
        """Return the day after the due day, or after the demand (Ley 3/2004 art. 5, CCom 63, CC 1100)."""
        return demand.interest_start(claim, invoice, self.due_day(claim, invoice))

    def costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        """Return EUR 40 per invoice between businesses; a consumer owes what was agreed alone (CC 1101)."""
        agreed = claim.contract.penalty not in (None, "none", "ceiling")
        if claim.debtor.kind == "consumer" and agreed:
            return self._agreed_costs(claim, as_of)
        if agreed:
            note("ES: the agreed penalty is not reckoned: it stands in place of interest and damages (CC 1152)")
        return super().costs(claim, as_of)

    def flat_compensation(self, claim: ClaimFacts, as_of: date) -> list[Cost]:
        """Return EUR 40 per late invoice; older contracts have it a year later, uncertain (Ley 11/2013 DT 3ª)."""
        if not self.is_old_contract(claim):
            return super().flat_compensation(claim, as_of)
        since = date.fromisoformat(self.law.value_or_first("interest.old_contracts_reached", claim.contract_date))
        newer = tuple(invoice for invoice in claim.invoices if self.due_day(claim, invoice) >= since)
        return super().flat_compensation(claim.model_copy(update={"invoices": newer}), as_of)

    def _agreed_costs(self, claim: ClaimFacts, as_of: date) -> Sequence[Cost]:
        each = [one for one in debts_of(self, claim).each if was_open(self, one.view, one.due)]
        starts = {one.invoice.number: self.interest_start(one.view, one.invoice).first_day for one in each}
        late = {number: day for number, day in starts.items() if day and day <= as_of}
        if not late:
            return ()
        note("ES: costs agreed with a consumer are owed only where the clause is not unfair (RDLeg 1/2007 art. 82-89)")
        amount = Money.parse(str(claim.contract.penalty), claim.currency)
        since = min(late.values())
        return (Cost("penalty", amount, since, "CC 1101, 1152; RDLeg 1/2007 art. 82-89", invoices=tuple(late)),)

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm:
        """Return the term by kind and region (CC 1964-1967, CCCat 121-20 f., Fuero Nuevo) and its transition."""
        due, key = self.due_day(claim, invoice), limitation.term_key(claim)
        if key == "limitation.general":
            return limitation.general_term(self.law, due)
        return self.limitation_by(key, due, *limitation.term_warnings(self.law, claim))

    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption:
        """Return the effect of an event; a general term restarts by the transition, a judgment's never (LEC 518)."""
        found = super().interruption(claim, event)
        if found.effect == "lapse" and not claim.is_commercial:
            return limitation.from_the_suit(claim, event)
        if event.kind == "judgment" or found.effect != "restart":
            return found
        if any(judgment.on < event.on for judgment in claim.events_of("judgment")):
            return Interruption("none", event.on, "LEC 518: forfeiture, which nothing interrupts")
        if limitation.term_key(claim) != "limitation.general":
            return found
        anew = limitation.general_term(self.law, found.on)
        return replace(found, on=anew.starts_on, years=anew.years)

    def suspensions(self, claim: ClaimFacts) -> Sequence[Suspension]:
        """Return the 82 days of the state of alarm of 2020."""
        return (limitation.covid(self.law),)

    def allocation_order(self, claim: ClaimFacts, enforced: bool = False) -> tuple[tuple[str, ...], str]:
        """Return interest before principal (CC 1173); in enforcement principal before default interest (LEC 654.3)."""
        if enforced:
            return ("principal", "interest", "costs"), "LEC 654.3"
        note("ES: the place of the costs in a payment is uncertain: taken last, no civil rule (CC 1172-1174)")
        return super().allocation_order(claim)

    # ---- calendar

    @cached_property
    def _court_rest(self) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
        spans = self.law["court.rest_days"].values[0].value
        return tuple((_month_day(first), _month_day(last)) for first, last in spans)

    def is_court_rest_day(self, day: date, region: str | None = None) -> bool:
        """Tell weekends, holidays, all August and 24 December to 6 January (LEC 130.2; LOPJ 182-183)."""
        here = (day.month, day.day)
        for first, last in self._court_rest:
            if first <= here <= last or (last < first and (here >= first or here <= last)):
                return True
        return self.is_eu_rest_day(day, region)

    def procedural_limit(self, start: date, period: Period, act: str, region: str | None) -> TimeLimit:
        """Return the end of a court period: days are working days (LEC 133.2)."""
        rest = lambda day: self.is_court_rest_day(day, region)  # noqa: E731
        last, steps = terms.court_term(start, period, rest)
        return TimeLimit(last, steps, self.procedural_basis)

    def civil_limit(self, start: date, period: Period, region: str | None) -> TimeLimit:
        """Return the end from date to date, without a shift; a filing has the morning after (CC 5, LEC 135.5)."""
        limit = super().civil_limit(start, period, region)
        return replace(limit, steps=(*limit.steps, terms.GRACE))

    # ---- the debtor

    def notice(self, debtor_kind: str, sent: date, channel: str) -> Notice:
        """Return the days of the demand that invites to negotiate: thirty days from receipt (LO 1/2025 art. 10.4)."""
        delivered = terms.delivered(sent, channel, self.is_eu_rest_day)
        term = self.law["notice.term_days"]
        last = delivered + timedelta(days=int(term.taken_or_first(sent)))
        basis = "LO 1/2025 art. 5, 7, 10; CC 1100, 1973"
        return Notice(delivered, delivered + ONE_DAY, last, None, demand.contents(debtor_kind), basis)

    def letter_languages(self, region: str | None) -> tuple[str, ...]:
        """Return Catalan beside Spanish where it is co-official and a letter exists (Llei 22/2010 art. 128-1)."""
        return ("es", "ca") if region in ("ES-CT", "ES-IB") else ("es",)

    def languages_of_court(self, region: str | None) -> tuple[str, ...]:
        """Return Spanish and the co-official language of the region, if no party objects (LOPJ 231)."""
        other = courts.CO_OFFICIAL.get(region or "")
        return (*self.court_languages, other) if other else self.court_languages

    # ---- courts

    def route_facts(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
        """Return what the courts say of a route on a day; European forms are in Spanish (DF 23ª, 24ª)."""
        facts = super().route_facts(code, claim.at(as_of), value, as_of)
        if code.startswith("european"):
            return replace(facts, languages=self.court_languages)
        if code == "national_court":
            facts = courts.ordinary_or_verbal(self.law, facts, value, as_of)
        if code in masc.ROUTES:
            more = masc.warnings(self.law, claim, as_of, self._delivered)
            return replace(facts, warnings=(*facts.warnings, *more))
        return facts

    def _delivered(self, event: Event) -> date:
        return terms.delivered(event.on, event.channel, self.is_eu_rest_day)

    def route_closed(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> str | None:
        """Return why a court is closed before the attempt at negotiation (LO 1/2025 art. 5, 7, 10)."""
        return masc.closed(self.law, claim, as_of, self._delivered) if code in masc.ROUTES else None

    def court_name(self, code: str, claim: ClaimFacts, value: ClaimValue) -> str:
        """Return the civil court of the debtor's domicile as it is called on the day (LEC 50, 813; LO 1/2025 DT 1ª)."""
        if code == "uncontested_bailiff":
            return super().court_name(code, claim, value)
        return courts.name(self.law, claim.as_of or self.law["court.name"].confirmed_through)

    def court_fee(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> CourtFee:
        """Return the tasa judicial (Ley 10/2012)."""
        return courts.court_fee(self.law, code, claim, value, as_of)

    def route_costs(self, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, fee: CourtFee) -> RouteCosts:
        """Return what the loser pays back (LEC 241, 394)."""
        return courts.route_costs(self.law, value, as_of, fee)


def _month_day(text: str) -> tuple[int, ...]:
    """Return (month, day) of a day written as 08-31."""
    return tuple(int(part) for part in text.split("-"))
