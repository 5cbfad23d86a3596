"""References of cases, and the references debtors pay with."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from recovery.intake.references import SCHEMES, make_reference
from recovery.store.series import next_number


def next_reference(session: Session, country: str, on: date) -> str:
    """Return the next reference of a debtor's country in a year: IT-2026-000123."""
    return f"{country}-{on.year}-{next_number(session, f'case:{country}:{on.year}'):06d}"


def payment_reference(reference: str) -> str:
    """Return the reference the debtor pays with: the scheme of the country that collects."""
    country, year, number = reference.split("-")
    lettered = SCHEMES.get(country, "rf") == "rf"
    made = make_reference(country, f"{country if lettered else ''}{year}{number}")
    return str(made["normalised"] if made.get("normalised") else made["reference"])
