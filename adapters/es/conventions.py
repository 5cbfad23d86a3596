"""What Spanish law leaves open, and how it is reckoned here: (what, confidence)."""

from __future__ import annotations

CONVENTIONS = {
    "payment_day": ("the day of payment bears interest: days = payment day - due day (CC 5.1, CCom 63.1)", "known"),
    "year_days": ("actual days over 365, in leap years too; some courts take 366 (guides, no statute)", "uncertain"),
    "segments": (
        "a line per half-year (legal interest: per year), each rounded half up to the cent, then summed",
        "known",
    ),
    "capitalisation": (
        "simple interest (CCom 317); from the judicial claim on request (CC 1109), not reckoned here",
        "confirmed",
    ),
    "allocation": ("interest, principal, costs: no civil rule places the costs (CC 1172-1174)", "uncertain"),
    "agreed_term": ("an agreed term above 60 days is cut to 60 (Ley 3/2004 art. 4.3, common reading)", "uncertain"),
    "court_months": ("of two readings over August within a term of months the earlier end (LEC 133.3)", "uncertain"),
    "delivery": (
        "a letter by post arrives on the third day, or the next working day; only its proof counts",
        "uncertain",
    ),
    "due_without_term": ("a civil debt without a term is due when the invoice arrives (CC 1113)", "known"),
}
