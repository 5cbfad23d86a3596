"""References of cases, and the references debtors pay with."""

from __future__ import annotations

from datetime import date

from recovery.case.record import CaseRecord
from recovery.intake.references import make_reference, scheme_of


def next_reference(case: CaseRecord, on: date) -> str:
    """Return the next reference of a case's debtor's country in a year: IT-2026-000123."""
    country = case.debtor_country
    return f"{country}-{on.year}-{case.outside.next_number(f'case:{country}:{on.year}'):06d}"


def payment_reference(reference: str) -> str:
    """Return the reference the debtor pays with: the scheme of the country that collects."""
    country, year, number = reference.split("-")
    lettered = scheme_of(country).lettered
    made = make_reference(country, f"{country if lettered else ''}{year}{number}")
    return str(made["normalised"] if made.get("normalised") else made["reference"])
