"""Dates and payment terms as documents write them."""

from __future__ import annotations

import re
from datetime import date

_TAIL = r"(?:[T ].*|Z|[+-]\d\d:?\d\d)?"
_PATTERNS = (
    (re.compile(rf"(\d{{4}})-(\d\d?)-(\d\d?){_TAIL}", re.ASCII), (1, 2, 3)),
    (re.compile(rf"(\d{{4}})(\d\d)(\d\d)(?:\d\d){{0,3}}{_TAIL}", re.ASCII), (1, 2, 3)),
    (re.compile(r"(\d\d?)[./-](\d\d?)[./-](\d{4})", re.ASCII), (3, 2, 1)),
)
# UN/EDIFACT 2379, the forms that begin otherwise than with year, month, day in full.
_QUALIFIED = {
    "2": (re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII), (3, 2, 1)),
    "3": (re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII), (3, 1, 2)),
    "4": (re.compile(r"(\d\d)(\d\d)(\d{4})", re.ASCII), (3, 2, 1)),
    "101": (re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII), (1, 2, 3)),
}
_YEARS = range(1900, 2200)

_DAY_WORDS = r"(?:calendar |kalender)?(?:days?|d\b|dagen|dager|dagar|jours|tagen?|giorni|gg\b|d[ií]as|dies)"
_NET = re.compile(
    rf"\bnet(?:t?o|t)?\s*:?\s*(\d{{1,3}})\b|(?<![\d.,])(\d{{1,3}})\s*{_DAY_WORDS}\s+net(?:t?o|t)?\b", re.IGNORECASE
)
_DAYS = re.compile(rf"(?<![\d.,])(\d{{1,3}})\s*{_DAY_WORDS}", re.IGNORECASE)
# A cash discount and a term to the end of a month are no plain term.
_OTHER = re.compile(r"%|skonto|discount|escompte|korting|sconto|descuento|rabatt", re.IGNORECASE)
_MONTH_END = re.compile(
    r"end of (?:the )?month|\beom\b|fin de mois|fine mese|fin de mes|monatsende|d\.?f\.?f?\.?m", re.I
)


def read_date(text: str | None, qualifier: str | None = None) -> date | None:
    """Return the date of a text in one of the usual forms, None if it is none."""
    plain = (text or "").strip()
    patterns = (_QUALIFIED[qualifier],) if qualifier in _QUALIFIED else _PATTERNS
    for pattern, (year, month, day) in patterns:
        match = pattern.fullmatch(plain)
        if match:
            century = 2000 if len(match[year]) == 2 else 0
            return _date(century + int(match[year]), int(match[month]), int(match[day]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def term_days_of(text: str | None) -> int | None:
    """Return the days of a payment term such as "30 days net"; cash discounts are passed over."""
    text = " ".join((text or "")[:2000].replace("\n", "; ").split())
    if _MONTH_END.search(text):
        return None
    net = _NET.search(text)
    if net:
        return int(net[1] or net[2])
    for piece in re.split(r"[;#]|[.,]\s", text):
        match = None if _OTHER.search(piece) else _DAYS.search(piece)
        if match:
            return int(match[1])
    return None
