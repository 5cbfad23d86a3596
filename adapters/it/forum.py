"""Italian courts: competence, the debtor's term, what comes before an action, and the lawyer's fee."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from recovery.law.claim import ClaimFacts
from recovery.law.parameters import LawBook
from recovery.law.routes import MEMBER_STATES
from recovery.law.values import ClaimValue, RouteCosts, RouteFacts
from recovery.money import Money

# Contracts for which mediation comes first, by kind of claim (D.Lgs. 28/2010 art. 5(1)).
_MEDIATED = {
    "rent": "a lease",
    "services": "a contratto d'opera, subfornitura, franchising or network contract",
    "professional_fee": "a contratto d'opera",
    "goods": "a somministrazione or subfornitura",
    "utilities": "a somministrazione",
}


def completed(law: LawBook, facts: RouteFacts, claim: ClaimFacts, value: ClaimValue, as_of: date) -> RouteFacts:
    """Return a route with its court (C.p.c. 7, 9, 10), the debtor's term, who files, and its conditions."""
    court = facts.court or f"{_court(law, value, as_of)} of the debtor's residence"
    warnings = (*facts.warnings, *_conditions(law, facts.code, claim, value, as_of))
    filed_by = "creditor" if _in_person(law, value, as_of) else facts.filed_by
    reacts = _reacts_within(law, facts, claim, as_of)
    return replace(facts, court=court, warnings=warnings, filed_by=filed_by, debtor_reacts_within=reacts)


def _court(law: LawBook, value: ClaimValue, as_of: date) -> str:
    """Return the court by principal, interest and costs accrued at the filing (C.p.c. 10)."""
    if value.currency != "EUR":
        return "giudice di pace or, above its limit in EUR, tribunale"
    small = value.total.major <= Decimal(law.value("court.peace_limit", as_of))
    return "giudice di pace" if small else "tribunale"


def _in_person(law: LawBook, value: ClaimValue, as_of: date) -> bool:
    """Tell whether no lawyer is needed: up to 1,100 before the giudice di pace (C.p.c. 82)."""
    return value.currency == "EUR" and value.total.major <= Decimal(law.value("court.without_lawyer_limit", as_of))


def _reacts_within(law: LawBook, facts: RouteFacts, claim: ClaimFacts, as_of: date) -> str:
    """Return the debtor's term by the debtor's residence (C.p.c. 641; 163-bis, 166)."""
    home = claim.debtor.country
    if facts.code == "national_payment_order":
        place = 0 if home == "IT" else 1 if home in MEMBER_STATES or home == "DK" else 2
        return f"{law.value('court.opposition_days', as_of)[place]}d"
    if facts.code == "national_court" and as_of >= law["court.summons_days"].starts[0]:
        least = law.value("court.summons_days", as_of)[0 if home == "IT" else 1]
        return f"{int(least) - int(law.value('court.defence_days', as_of))}d"
    return facts.debtor_reacts_within


def _conditions(law: LawBook, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date) -> Iterator[str]:
    """Yield what the creditor must have done or bring, as far as the claim shows it."""
    order, what = code == "national_payment_order", claim.contract.kind
    if order and claim.creditor.country != "IT":
        yield "IT: without e-invoices through the SdI bring an authenticated ledger extract, order or delivery note"
    if not order and code != "national_court":
        return
    if what in _MEDIATED:
        when = "after an opposition the creditor must start it (art. 5-bis)" if order else "it comes before the action"
        yield f"IT: mediation is mandatory if the contract is {_MEDIATED[what]} (D.Lgs. 28/2010 art. 5(1)): {when}"
    if what == "utilities":
        yield "IT: for telecom and energy debts the sector's conciliation comes first (AGCOM, ARERA; L. 249/1997)"
    if code == "national_court" and _negotiates(law, claim, value, as_of):
        yield "IT: outside mediation an invitation to assisted negotiation comes first (D.L. 132/2014 art. 3(1))"


def _negotiates(law: LawBook, claim: ClaimFacts, value: ClaimValue, as_of: date) -> bool:
    """Tell whether assisted negotiation is due: to 50,000, no consumers, no lease, a lawyer needed (art. 3)."""
    if claim.debtor.kind == "consumer" or claim.contract.kind == "rent" or as_of < law["negotiation.limit"].starts[0]:
        return False
    if _in_person(law, value, as_of):
        return False
    return value.currency == "EUR" and value.total.major <= Decimal(law.value("negotiation.limit", as_of))


def costs(law: LawBook, code: str, claim: ClaimFacts, value: ClaimValue, as_of: date, plain: RouteCosts) -> RouteCosts:
    """Return the creditor's costs of a national route: the standard lawyer's fee of an order, awarded as it is owed."""
    warnings = _registration_tax(law, value, as_of)
    if _in_person(law, value, as_of):
        return replace(plain, basis=f"{plain.basis}; no lawyer needed (C.p.c. 82)", warnings=warnings)
    fee = _lawyer(law, value, as_of) if code == "national_payment_order" else None
    if fee is None:
        return replace(
            plain, warnings=(*warnings, f"IT: the lawyer's fee of {code} is not reckoned: no standard value")
        )
    extras = law.value("fee.lawyer_extras", as_of)
    for percent in extras if not claim.creditor.vat_deductible else extras[:2]:
        fee += fee * Decimal(percent) / 100
    own = Money.rounded(fee, "EUR")
    basis = f"{plain.basis}; {law['fee.lawyer'].basis}, with overhead and CPA"
    return RouteCosts(own, plain.recoverable + own, basis, warnings)


def _lawyer(law: LawBook, value: ClaimValue, as_of: date) -> Decimal | None:
    """Return the standard value of the lawyer's fee by the value of the case, None where the table has none."""
    if value.currency != "EUR" or as_of < law["fee.lawyer"].starts[0]:
        return None
    rows = law.value("fee.lawyer", as_of)
    return next((Decimal(fee) for bound, fee in rows if value.total.major <= bound), None)


def _registration_tax(law: LawBook, value: ClaimValue, as_of: date) -> tuple[str, ...]:
    """Return the tax on the order or judgment, which falls due after it and is no part of the fee."""
    if as_of < law["fee.registration_tax"].starts[0]:
        return ()
    if value.currency == "EUR" and value.principal.major <= Decimal(law.value("fee.stamp_exempt", as_of)):
        return ()
    fixed, percent = law.value("fee.registration_tax", as_of)
    return (
        f"IT: registration tax of {fixed} EUR, or {percent} % of a price without VAT, comes on top (D.P.R. 131/1986)",
    )
