"""From which day a debt bears interest (Räntelag 3 and 4 §§)."""

from __future__ import annotations

from datetime import date, timedelta

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.debts import unpaid
from recovery.law.parameters import note
from recovery.law.periods import ONE_DAY, next_working
from recovery.law.values import InterestStart


def by_invoice(law: CountryAdapter, invoice: InvoiceDue) -> date:
    """Return the day 30 days after the invoice was sent, not before it was received (2 a §, 4 § 1 st)."""
    sent = invoice.issued or invoice.received_on
    return max(sent + timedelta(days=int(law.law.value("term.statutory", sent))), invoice.received_on)


def agreed_start(law: CountryAdapter, claim: ClaimFacts, invoice: InvoiceDue, due: date) -> InterestStart:
    """Return the day after the agreed due day (3 §); none where all came on the next banking day."""
    if claim.contract.agreed_term_days is None and due < by_invoice(law, invoice):
        note(
            "SE: the due day is taken as agreed in advance (Räntelag 3 §); "
            "one that the creditor set alone bears interest only from 30 days after the invoice (4 §)"
        )
    banking_day = next_working(due, law.is_court_rest_day)
    grace = due < banking_day and law.law.value("term.weekend_grace", due)
    if grace and not unpaid(claim, banking_day):
        return InterestStart(None, "Räntelag 3 §", "paid on the next banking day: in time")
    return InterestStart(due + ONE_DAY, "Räntelag 3 §", "due day agreed in advance")


def earliest_start(law: CountryAdapter, claim: ClaimFacts, invoice: InvoiceDue) -> InterestStart:
    """Return the start without an agreed day: 30 days after invoice or demand, at the latest service in court (4 §)."""
    starts = [InterestStart(event.on + ONE_DAY, "Räntelag 4 § 4 st", "service") for event in claim.events_of("served")]
    if claim.is_commercial:
        day = by_invoice(law, invoice) + ONE_DAY
        starts.append(InterestStart(day, "Räntelag 4 § 1 st", "30 days after the invoice"))
    else:
        starts += [_demand_start(law, event) for event in claim.events_of(*_DEMANDS)]
    if not starts:
        missing = "no demand that names the interest was sent: none is reckoned"
        note(f"SE: no agreed due day and {missing} (Räntelag 4 § 2 st)")
        return InterestStart(None, "Räntelag 4 § 2 st", missing)
    return min(starts, key=lambda start: start.first_day or date.max)


_DEMANDS = ("formal_notice", "written_demand", "lawyer_notice")


def _demand_start(law: CountryAdapter, demand: Event) -> InterestStart:
    """Return the day after the 30th from the sending of a demand, not before it was received (4 § 1-2 st).

    An inkassokrav names the interest (Inkassolag 5 §); of another demand it is assumed.
    """
    if demand.kind != "formal_notice":
        note(f"SE: assumed that the demand of {demand.on} names the interest for late payment (Räntelag 4 § 2 st)")
    term = timedelta(days=int(law.law.value("term.statutory", demand.on)))
    day = max(demand.on + term, demand.received or demand.on) + ONE_DAY
    return InterestStart(day, "Räntelag 4 § 2 st", "30 days after the demand")
