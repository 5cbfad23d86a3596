"""Dates as documents write them."""

from __future__ import annotations

import re
from datetime import date

_TAIL = r"(?:[T ].*|Z|[+-]\d\d:?\d\d)?"
_PATTERNS = (
    (re.compile(rf"(\d{{4}})-(\d\d?)-(\d\d?){_TAIL}", re.ASCII), (1, 2, 3)),
    (re.compile(rf"(\d{{4}})(\d\d)(\d\d)(?:\d\d){{0,3}}{_TAIL}", re.ASCII), (1, 2, 3)),
    (re.compile(r"(\d\d?)[./-](\d\d?)[./-](\d{4})(?:[T ]\d\d?:\d\d.*)?", re.ASCII), (3, 2, 1)),
)
# UN/EDIFACT 2379, the forms that begin otherwise than with year, month, day in full.
_QUALIFIED = {
    "2": (re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII), (3, 2, 1)),
    "3": (re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII), (3, 1, 2)),
    "4": (re.compile(r"(\d\d)(\d\d)(\d{4})", re.ASCII), (3, 2, 1)),
    "101": (re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII), (1, 2, 3)),
}
_YEARS = range(1900, 2200)

# How programs write that they have no day.
_NO_DAY = re.compile(r"0{8}|0001-?01-?01|0000-00-00|9999-?12-?31|1900-?01-?01|01[./]01[./]0001|00[./]00[./]0000")


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


def stands_for_no_day(text: str | None) -> bool:
    """Tell whether a text is written in place of a day that is not known."""
    return bool(_NO_DAY.match((text or "").strip()))
