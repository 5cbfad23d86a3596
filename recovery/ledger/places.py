"""Where the money of a case lies, and what of it was sent on: by the country whose account holds it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

from recovery.case.journal import EXCHANGED
from recovery.case.record import CaseRecord
from recovery.money import Money
from recovery.registry import adapter_of, countries
from recovery.store.tables import PaymentRow, Remittance


@cache
def _countries_of() -> dict[str, str]:
    return {str(adapter_of(code).service["iban"]): code for code in countries()}


def country_of(account: str) -> str | None:
    """Return the country whose service collects on an account, None where it is nobody's."""
    return _countries_of().get(account)


def place_of(case: CaseRecord, payment: PaymentRow) -> str:
    """Return the country on whose account a payment came in: the bank line's, else where the debtor lived then."""
    parts = payment.source.split(":")
    known = country_of(parts[1]) if parts[0] == "bank" and len(parts) > 1 else None
    if known:
        return known
    former = (one.country for one in case.former if payment.booked_on < one.until)
    return next(former, case.debtor_country)


def left_at(case: CaseRecord, country: str, as_of: date) -> list[Money]:
    """Return what a country's account holds of a case and is still to be sent on, one amount a currency.

    Money that others hold, that was taken back or is owed back to the debtor is not.
    """
    here, all_ = Counter[str](), Counter[str]()
    for row in case.payments:
        if row.reversed_on or row.held_by != "team" or row.value_on > as_of or row.source.startswith(EXCHANGED):
            continue
        currency = row.currency if row.case_minor is None else case.currency
        minor = row.amount_minor if row.case_minor is None else row.case_minor
        all_[currency] += minor
        here[currency] += minor if place_of(case, row) == country else 0
    for entry in case.entries:
        if entry.kind == "refund_due" and entry.booked_on <= as_of:
            all_[entry.currency] -= entry.amount_minor
    for sent in case.rows(Remittance):
        all_[sent.currency] -= sent.amount_minor
        here[sent.currency] -= sent.amount_minor if sent.message_id.startswith(f"{country}-") else 0
    left = {currency: min(minor, all_[currency]) for currency, minor in here.items()}
    return [Money(minor, currency) for currency, minor in sorted(left.items()) if minor > 0]


def unsent(case: CaseRecord, as_of: date) -> int:
    """Return what is still to be sent on of a case from all accounts, in minor units of its currency."""
    held = {place_of(case, row) for row in case.payments}
    return sum(
        money.minor for place in held for money in left_at(case, place, as_of) if money.currency == case.currency
    )
