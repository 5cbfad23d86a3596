"""Dutch terms of payment and agreed rates between businesses: BW 6:119a, 6:119b."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.parameters import LawBook, Parameter, note
from recovery.law.values import InterestTerms


def bounded_due_day(law: LawBook, claim: ClaimFacts, invoice: InvoiceDue, due: date) -> date:
    """Return the due day; a longer term than the debtor may agree counts as 30 days (BW 6:119a(5)-(6), 6:119b)."""
    key, signed = _maximum_of(claim), claim.contract_date
    if signed < law[key].starts[0]:
        return due
    days, most = (due - invoice.received_on).days, law.value(key, signed)
    if key == "term.maximum":
        if days > int(most):
            note(f"NL: a term of {days} days holds only if agreed expressly and not clearly unfair (BW 6:119a(5))")
        return due
    usual = int(most[0]) if key == "term.maximum_public" else int(most)
    if days <= usual:
        _note_later_maximum(law, key, claim, invoice, days)
        return due
    if key == "term.maximum_public" and days <= int(most[1]):
        note(f"NL: a public body may have up to {most[1]} days exceptionally (BW 6:119b); {usual} are reckoned")
    return invoice.received_on + timedelta(days=int(law.value("term.statutory", invoice.received_on)))


def _maximum_of(claim: ClaimFacts) -> str:
    """Return the parameter that bounds an agreed term."""
    if claim.debtor.kind == "public":
        return "term.maximum_public"
    large = claim.debtor.size == "large" and claim.creditor.size == "sme"
    return "term.maximum_large_debtor" if large else "term.maximum"


def _note_later_maximum(law: LawBook, key: str, claim: ClaimFacts, invoice: InvoiceDue, days: int) -> None:
    """Say that an older contract keeps a term that newer ones may not have: the transition is uncertain."""
    if key != "term.maximum_large_debtor":
        return
    now = int(law.value(key, max(invoice.received_on, claim.contract_date)))
    if days > now:
        note(f"NL: the contract of {claim.contract_date} keeps its {days} days, now {now} (transition uncertain)")


def agreed_between_businesses(statutory: Parameter, rate: Decimal, due: date) -> InterestTerms:
    """Return the agreed rate; one below the statutory rate may not hold (BW 6:119a; Dir. 2011/7 art. 7)."""
    lower = due >= statutory.starts[0] and rate < Decimal(statutory.taken(due))
    warning = f"NL: the agreed {rate} % is below the handelsrente: it may be clearly unfair (uncertain)"
    return InterestTerms("contractual", "agreed rate; BW 6:119a", fixed=rate, warnings=(warning,) if lower else ())
