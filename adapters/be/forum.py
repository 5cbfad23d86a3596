"""The Belgian courts: which is competent, what it asks, what comes back, and when a national route is closed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from recovery.law.claim import ClaimFacts, Event
from recovery.law.fees import bracket_fee, flat_fee
from recovery.law.parameters import LawBook
from recovery.law.values import ClaimValue, CourtFee, RouteCosts
from recovery.money import Money

PEACE = "justice of the peace"
FIRST_INSTANCE = "court of first instance"
BY_VALUE = "justice of the peace or court of first instance, by the value in euro"


def court(law: LawBook, claim: ClaimFacts, value: ClaimValue, day: date) -> str:
    """Return the court by parties, subject and value, interest and clauses counted (JC 557, 568, 573, 590, 591)."""
    if is_between_enterprises(claim):
        return str(law.value_or_first("court.enterprise", day))
    utilities = claim.contract.kind == "utilities" and claim.debtor.kind == "consumer"
    if utilities and day >= law["court.utilities"].starts[0]:
        return PEACE
    if value.currency != "EUR":
        return BY_VALUE
    limit = law.value_or_first("court.peace_limit", day)
    return PEACE if value.total.major <= limit else FIRST_INSTANCE


def is_between_enterprises(claim: ClaimFacts) -> bool:
    """Tell whether both parties are enterprises (JC 573)."""
    return claim.debtor.kind == "business" and claim.creditor.kind == "business"


def is_registered(number: str | None) -> bool:
    """Tell whether a number is one of the Belgian enterprise register (CEL III.17)."""
    from stdnum.be import vat

    return number is not None and bool(vat.is_valid(number))


def bailiff_closed(claim: ClaimFacts) -> str | None:
    """Return why the administrative procedure for undisputed debts is closed (JC 1394/20)."""
    if claim.disputed:
        return "disputed (JC 1394/20)"
    if not is_between_enterprises(claim):
        return "between enterprises only (JC 1394/20)"
    if not (is_registered(claim.creditor.enterprise_number) and is_registered(claim.debtor.enterprise_number)):
        return "creditor and debtor must both be registered in the Belgian enterprise register (JC 1394/20)"
    return None


def bailiff_claimable(law: LawBook, claim: ClaimFacts, value: ClaimValue, day: date) -> tuple[Money, tuple[str, ...]]:
    """Return what the administrative procedure lets be asked, and why where its cap takes something off."""
    parameter, clause = law["costs.ios_interest_cap"], claim.contract.penalty
    penalty = Decimal(0) if clause in (None, "none", "ceiling") else Decimal(str(clause))
    asked = value.interest.major + min(penalty, value.costs.major)
    share = parameter.taken_or_first(day)
    most = Money.rounded(value.principal.major * share / 100, value.currency)
    if asked <= most.major:
        return value.total, ()
    over = Money.rounded(asked, value.currency) - most
    return value.total - over, (
        f"BE: in this procedure interest and penalty ({asked} {value.currency}) count only up to {share} % of the "
        f"principal: {most} {value.currency} ({parameter.basis})",
    )


def payment_order_closed(law: LawBook, claim: ClaimFacts, value: ClaimValue, day: date) -> str | None:
    """Return why the summary order for payment is closed (JC 1338)."""
    limit = Decimal(law.value_or_first("court.payment_order_limit", day))
    if claim.disputed:
        return "disputed (JC 1338)"
    if claim.debtor.country != "BE":
        return "the debtor does not live in Belgium (JC 1344)"
    if value.currency != "EUR":
        return f"up to {limit} EUR only; the claim is in {value.currency} (JC 1338)"
    if value.principal.major > limit:
        return f"above {limit} EUR (JC 1338)"
    return None


def payment_order_warnings(law: LawBook, claim: ClaimFacts, value: ClaimValue, day: date) -> tuple[str, ...]:
    """Return what the summary order asks first: a payment notice of 15 days, and no more than its ceiling."""
    found = []
    term = law["court.payment_order_notice_days"]
    sent = [event for event in claim.events_of("formal_notice", "lawyer_notice") if _is_payment_notice(event, day)]
    days = int(term.taken_or_first(day))
    opens = min((event.received or event.on for event in sent), default=day) + timedelta(days=days + 1)
    if not sent:
        found.append(
            f"BE: the summary order needs a payment notice first, by bailiff or registered letter with receipt, and "
            f"{days} days ({term.basis})"
        )
    elif day < opens:
        found.append(f"BE: the {days} days of the payment notice run; file from {opens} ({term.basis})")
    limit = law["court.payment_order_limit"]
    if value.currency == "EUR" and value.total.major > limit.taken_or_first(day):
        found.append(f"BE: with interest and costs the claim exceeds the summary order: ask less ({limit.basis})")
    if is_between_enterprises(claim):
        found.append("BE: whether the summary order for payment is open before the enterprise court is uncertain")
    return tuple(found)


def _is_payment_notice(event: Event, day: date) -> bool:
    return event.on <= day and (event.channel == "registered" or event.by == "bailiff")


def court_fee(law: LawBook, claim: ClaimFacts, value: ClaimValue, day: date) -> CourtFee:
    """Return the roll fee of the court (owed at the end by the loser) and the legal-aid contribution."""
    seat = court(law, claim, value, day)
    if seat == BY_VALUE:
        return CourtFee(None, law["fee.roll"].basis, ("BE: the fee goes by the court, which the value decides",))
    roll = bracket_fee(law["fee.roll"], "EUR", Money.zero("EUR"), day, 1 if seat == PEACE else 2)
    fund = flat_fee(law["fee.legal_aid_fund"], "EUR", day)
    if roll.amount is None or fund.amount is None:
        return CourtFee(None, roll.basis, (*roll.warnings, *fund.warnings))
    basis = f"{roll.basis} (asked at the end from the loser); {fund.basis} (at filing)"
    return CourtFee(roll.amount + fund.amount, basis, fund.warnings)


def route_costs(law: LawBook, code: str, claim: ClaimFacts, value: ClaimValue, day: date, fee: CourtFee) -> RouteCosts:
    """Return the citation as own cost, and what the loser pays back: fee, citation, indemnity (JC 1017-1022)."""
    nothing = Money.zero("EUR")
    if code == "uncontested_bailiff":
        return RouteCosts(nothing, nothing, "JC 1394/20: the bailiff's fees are on the debtor; no indemnity")
    back = fee.amount or nothing
    if code.startswith("european"):
        return RouteCosts(nothing, back, "JC 1017; no lawyer is needed, so no indemnity is reckoned")
    own, warnings = nothing, list[str]()
    if code == "national_court":
        citation = flat_fee(law["fee.citation"], "EUR", day)
        own = citation.amount or nothing
        warnings.extend(citation.warnings)
    key = "fee.indemnity" if claim.disputed else "fee.indemnity_minimum"
    indemnity = bracket_fee(law[key], "EUR", value.total, day)
    warnings.extend(indemnity.warnings)
    basis = f"JC 1017-1018; {indemnity.basis} ({'base' if claim.disputed else 'minimum: the debtor stays away'})"
    return RouteCosts(own, back + own + (indemnity.amount or nothing), basis, tuple(warnings))
