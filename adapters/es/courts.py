"""The Spanish civil courts: verbal or ordinary, lawyer or not, the tasa judicial and the costs of the loser."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from recovery.law.claim import ClaimFacts
from recovery.law.fees import flat_fee
from recovery.law.parameters import LawBook
from recovery.law.values import ClaimValue, CourtFee, RouteCosts, RouteFacts
from recovery.money import Money

# Co-official languages of the courts (LOPJ 231), by ISO 3166-2; Valencian under the code of Catalan.
CO_OFFICIAL = {"ES-CT": "ca", "ES-IB": "ca", "ES-VC": "ca", "ES-GA": "gl", "ES-PV": "eu", "ES-NC": "eu"}
_EXEMPT_ROUTES = ("national_payment_order", "national_court", "european_small_claims")


def within(law: LawBook, key: str, value: ClaimValue, day: date) -> bool | None:
    """Tell whether a claim's value, accrued interest in (LEC 251-252.2), lies within a limit; None if not in euro."""
    if value.currency != "EUR":
        return None
    return value.with_interest.major <= Decimal(law.value_or_first(key, day))


def name(law: LawBook, day: date) -> str:
    """Return what the court of the debtor's domicile is called on a day (LO 1/2025 DT 1ª)."""
    return f"{law.value_or_first('court.name', day)} of the debtor's domicile"


def ordinary_or_verbal(law: LawBook, facts: RouteFacts, value: ClaimValue, day: date) -> RouteFacts:
    """Return the facts of the ordinary court with the form of procedure that the value decides (LEC 249, 250)."""
    verbal, alone = within(law, "court.verbal_limit", value, day), within(law, "court.lawyer_limit", value, day)
    if verbal is None:
        return facts
    kind = "verbal" if verbal else "ordinary"
    days = law.value_or_first(f"court.{kind}_reaction", day)
    return replace(
        facts,
        label="Juicio verbal" if verbal else "Juicio ordinario",
        debtor_reacts_within=f"{days}wd",
        filed_by="creditor" if alone else "lawyer",
        basis=f"{facts.basis}; {law['court.verbal_limit'].basis}; {law['court.lawyer_limit'].basis}",
    )


def court_fee(law: LawBook, code: str, claim: ClaimFacts, value: ClaimValue, day: date) -> CourtFee:
    """Return the tasa judicial: legal entities only, small monitorio and verbal exempt (Ley 10/2012 art. 4, 7)."""
    if claim.creditor.legal_form == "natural_person":
        return flat_fee(law["fee.natural_person"], "EUR", day)
    small = within(law, "fee.exempt", value, day)
    if small is None and code != "european_payment_order":
        return CourtFee(None, law["fee.order"].basis, ("ES: the court fee goes by the value in euro",))
    warnings = _fee_warnings(code, claim, bool(small))
    if small and code in _EXEMPT_ROUTES:
        return CourtFee(Money.zero("EUR"), law["fee.exempt"].basis, warnings)
    fee = flat_fee(law[_fee_key(law, code, value, day)], "EUR", day)
    if fee.amount is None:
        return fee
    rest = 100 - Decimal(law.value("fee.efiling_discount", day))
    by_wire = Money.rounded(fee.amount.major * rest / 100, "EUR")
    basis = f"{fee.basis}; {by_wire} EUR if filed electronically ({law['fee.efiling_discount'].basis})"
    return CourtFee(fee.amount, basis, (*fee.warnings, *warnings))


def _fee_key(law: LawBook, code: str, value: ClaimValue, day: date) -> str:
    if code.endswith("payment_order"):
        return "fee.order"
    ordinary = code == "national_court" and not within(law, "court.verbal_limit", value, day)
    return "fee.ordinary" if ordinary else "fee.verbal"


def _fee_warnings(code: str, claim: ClaimFacts, small: bool) -> tuple[str, ...]:
    found = []
    if code == "european_payment_order" and small:
        found.append("ES: whether the European order up to 2000 EUR is exempt is uncertain (Ley 10/2012 art. 4.1.c)")
    if code == "european_small_claims":
        found.append("ES: the fee of the European small claim is reckoned as that of a juicio verbal (uncertain)")
    if claim.debtor.region == "ES-CT":
        found.append("ES: a regional court fee of Catalonia for legal entities may be added (uncertain)")
    return tuple(found)


def route_costs(law: LawBook, value: ClaimValue, day: date, fee: CourtFee) -> RouteCosts:
    """Return what the loser pays back: the fee, and of the lawyers what the basis says (LEC 32.5, 241, 394)."""
    nothing, basis = Money.zero("EUR"), "the loser bears the court fee (LEC 241.1.7, 394)"
    if within(law, "court.lawyer_limit", value, day):
        basis += "; no lawyer's fees, which are not compulsory, save recklessness (LEC 32.5)"
    elif value.currency == "EUR":
        over, under = law.value("court.costs_cap", day)
        most = Money.rounded(value.with_interest.major * over / under, "EUR")
        basis += f"; of the lawyers up to {most} EUR, VAT apart ({law['court.costs_cap'].basis})"
    return RouteCosts(nothing, fee.amount or nothing, basis)
