"""What Belgian law leaves open, and how it is reckoned here: (what, confidence)."""

from __future__ import annotations

CONVENTIONS = {
    "payment_day": (
        "the day of payment bears interest, the day it counts from does not; no rule in the law",
        "uncertain",
    ),
    "year_days": ("actual days over 365, in leap years too; 360 is a usage of banks only", "uncertain"),
    "segments": ("a line per half-year, rate and payment, each rounded half up to the cent, then summed", "known"),
    "capitalisation": (
        "simple interest; interest of a full year bears interest only after a summons or a later agreement "
        "(CC 5.207, oCC 1154), not reckoned here",
        "known",
    ),
    "allocation": (
        "EUR 40, interest, principal, penalty clause; the law names interest before principal alone (CC 5.210)",
        "uncertain",
    ),
    "working_days": (
        "the 14 days of the first reminder: Saturday is no working day, the third working day is day 1, and an end on "
        "a rest day rolls on: in the debtor's favour (CEL XIX.2)",
        "uncertain",
    ),
    "due_without_term": (
        "outside the Law of 2 Aug 2002 a debt without a term is due when the invoice arrives",
        "known",
    ),
    "claim_value": ("competence by what is asked: interest and clauses to the day of filing counted (JC 557)", "known"),
}
