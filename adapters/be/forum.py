"""The Belgian courts: which is competent, what it asks, and when a national route is closed."""

from __future__ import annotations

from decimal import Decimal

from recovery.law.claim import ClaimFacts
from recovery.law.parameters import LawBook
from recovery.law.values import ClaimValue

PEACE = "justice of the peace"
ENTERPRISE = "enterprise court"
FIRST_INSTANCE = "court of first instance"
BY_VALUE = "justice of the peace or court of first instance, by the value in euro"


def court(law: LawBook, claim: ClaimFacts, value: ClaimValue) -> str:
    """Return the court by parties, subject and value (JC 568, 573, 590, 591)."""
    if claim.debtor.kind == "business" and claim.creditor.kind == "business":
        return ENTERPRISE
    if claim.contract.kind == "utilities" and claim.debtor.kind == "consumer":
        return PEACE
    if value.currency != "EUR":
        return BY_VALUE
    small = value.principal.major <= Decimal(law["court.peace_limit"].values[-1].value)
    return PEACE if small else FIRST_INSTANCE


def is_registered(number: str | None) -> bool:
    """Tell whether a number is one of the Belgian enterprise register (CEL III.17)."""
    from stdnum.be import vat

    return number is not None and bool(vat.is_valid(number))


def bailiff_closed(claim: ClaimFacts) -> str | None:
    """Return why the administrative procedure for undisputed debts is closed (JC 1394/20)."""
    if claim.disputed:
        return "disputed (JC 1394/20)"
    if claim.debtor.kind != "business" or claim.creditor.kind != "business":
        return "between enterprises only (JC 1394/20)"
    if not (is_registered(claim.creditor.enterprise_number) and is_registered(claim.debtor.enterprise_number)):
        return "creditor and debtor must both be registered in the Belgian enterprise register (JC 1394/20)"
    return None


def payment_order_closed(law: LawBook, claim: ClaimFacts, value: ClaimValue) -> str | None:
    """Return why the summary order for payment is closed (JC 1338)."""
    limit = Decimal(law["court.payment_order_limit"].values[-1].value)
    if claim.disputed:
        return "disputed (JC 1338)"
    if claim.debtor.country != "BE":
        return "the debtor does not live in Belgium (JC 1344)"
    if value.currency != "EUR":
        return f"up to {limit} EUR only; the claim is in {value.currency} (JC 1338)"
    if value.principal.major > limit:
        return f"above {limit} EUR (JC 1338)"
    return None
