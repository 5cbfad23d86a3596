"""Dutch terms of payment and agreed rates between businesses: BW 6:119a, 6:119b."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.parameters import LawBook, Parameter, note
from recovery.law.periods import Period
from recovery.law.routes import MEMBER_STATES
from recovery.law.values import Addressee, InterestTerms


def bounded_due_day(law: LawBook, claim: ClaimFacts, invoice: InvoiceDue, due: date) -> date:
    """Return the due day; a longer term than the debtor may agree counts as 30 days (BW 6:119a(5)-(6), 6:119b)."""
    key, signed = _maximum_of(claim), _bound_since(law, claim, invoice)
    if signed < law[key].starts[0]:
        return due
    days, most = (due - invoice.received_on).days, law.value(key, signed)
    if key == "term.maximum":
        if days > int(most):
            note(f"NL: a term of {days} days holds only if agreed expressly and not clearly unfair (BW 6:119a(5))")
        return due
    usual = int(most[0]) if key == "term.maximum_public" else int(most)
    if days <= usual:
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


def _bound_since(law: LawBook, claim: ClaimFacts, invoice: InvoiceDue) -> date:
    """Return the day whose maximum binds a term: the contract's, later where the Act of 2022 reached it (BW 6:119a(6)).

    Its 30 days bind older contracts of a large debtor with a small creditor too, from a year after it came into force.
    """
    reached = law["term.large_debtor_transition"].starts[0]
    late = _maximum_of(claim) == "term.maximum_large_debtor" and invoice.received_on >= reached
    return max(claim.contract_date, reached) if late else claim.contract_date


def agreed_between_businesses(statutory: Parameter, rate: Decimal, due: date) -> InterestTerms:
    """Return the agreed rate; one below the statutory rate may not hold (BW 6:119a; Dir. 2011/7 art. 7)."""
    lower = due >= statutory.starts[0] and rate < Decimal(statutory.taken(due))
    warning = f"NL: the agreed {rate} % is below the handelsrente: it may be clearly unfair (uncertain)"
    warnings = (_SIMPLE, warning) if lower else (_SIMPLE,)
    return InterestTerms("contractual", "agreed rate; BW 6:119a", fixed=rate, warnings=warnings, simple=True)


def agreed_civil(statutory: Parameter, rate: Decimal) -> InterestTerms:
    """Return the agreed rate of a civil debt, never below the statutory one (BW 6:119(3))."""
    basis = "agreed rate; BW 6:119(3)"
    return InterestTerms("contractual", basis, fixed=rate, floor=statutory, warnings=(_SIMPLE,), simple=True)


_SIMPLE = (
    "NL: agreed interest is reckoned without interest on interest: whether BW 6:119(2), 119a(3) reach it is uncertain; "
    "a contract that says so asks more"
)


def abroad(law: LawBook, start: date, period: Period, act: str, addressee: Addressee) -> tuple[Period, str] | None:
    """Return the time between summons and roll date of a party in another Member State; None for any other term."""
    home, europe = law.value("court.summons_weeks", start)
    plain = str(period) in (f"{home}w", f"{7 * int(home)}d", f"{law.value('court.summons_safe_days', start)}d")
    if act != "answer" or not plain or addressee.country not in MEMBER_STATES | {"DK"}:
        return None
    return Period(int(europe), "w"), f"{europe} weeks instead of {period} for a party in {addressee.country} (Rv 115)"
