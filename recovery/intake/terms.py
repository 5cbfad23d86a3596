"""Payment terms in words: a number of days or a day, where the words mean a term of payment and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from recovery.intake.dates import read_date

_DAY = r"(?:calendar |kalender)?(?:days?|d\b|dagen|dagar|dager|jours|tagen?|giorni|gg\b|d[ií]as|dies)"
_WEEK = r"(?:weeks?|wochen?|weken|week\b|semaines?|settimane|semanas?|veckor)"
_NET = r"net(?:t?o|t)?"
# Not the beginning of an amount, nor of a longer number.
_NUMBER = r"(?<![\d.,/])(\d{1,3})(?![\d]|[.,]\d|\s*%|\s*(?:eur\b|€|kr\b|chf\b|usd\b))"
_DAYS = re.compile(rf"{_NUMBER}\s*\(?(?:\w+\)\s*)?(?:(?P<week>{_WEEK})|{_DAY})", re.IGNORECASE)
_NET_DAYS = re.compile(rf"\b{_NET}\s*:?\s*{_NUMBER}(?!\s*(?:%|{_WEEK}))|{_NUMBER}\s*{_DAY}\s+{_NET}\b", re.IGNORECASE)
_SEVERAL = re.compile(rf"\d{{1,3}}\s*(?:[/+–-]\s*\d{{1,3}}\s*)+{_DAY}", re.IGNORECASE)
_DISCOUNT = re.compile(r"%|skonto|discount|escompte|korting|sconto|descuento|pronto pago|rabatt", re.IGNORECASE)
# What else is given a number of days: complaints, late interest, reminders, delivery, the validity of an offer.
_OTHER = re.compile(
    r"klacht|re[ck]lam|réclam|beanstand|mängel|complain|contest|anmärkning|garant|warrant|retour|return|"
    r"ritardo|interess|mora\b|verzug|verzögert|dröjsmål|retard|late\b|overdue|laattijdig|te laat|vertraging|"
    r"rente\b|zins|intérêt|interés|interest|mahn|rappel|sollecit|reminder|herinner|aanmaning|påminn|recordatorio|"
    r"liefer|lever|livraison|delivery|consegna|entrega|gültig|geldig|valid|valable|valido|giltig|widerruf",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\beom\b|\bd\.?f\.?f?\.?m\b|\bf\.?\s?m\b|month|monat|maand|\bmois\b|\bmes[ei]?\b|månad",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"\bsofort|umgehend|immediat|upon receipt|on receipt|\bcontant|comptant|à réception|a vista|al contado|per direct|"
    r"per omgaand|bij ontvangst|rimessa diretta|omedelbart|bei erhalt|nach erhalt",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d{2}-\d{2}")
# What stands before a day by which is to be paid.
_BY = re.compile(
    r"(?:\bbis\b|\bzum\b|spätestens|fällig|zahlbar|until|\bby\b|before|no later|\bdue\b|uiterlijk|\bvoor\b|v[óo]{2}r|"
    r"vervalda|te betalen|avant|au plus tard|échéance|entro|scaden|antes|hasta|vencim|a más tardar|senast|förfall)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """What the words of a payment term say: days from the date of issue, or a day; neither where that is not plain."""

    days: int | None = None
    due: date | None = None


def term_of(text: str | None) -> Term:
    """Return the term of payment that words state; cash discounts, complaints and late interest are passed over."""
    plain = " ".join((text or "")[:2000].replace("\n", "; ").split())
    if day := _by_day(plain):
        return Term(due=day)
    if _MONTH.search(plain) or _SEVERAL.search(plain):
        return Term()
    days = {found for clause in _clauses(plain) for found in _net_days(clause)}
    if not days:
        days = {found for clause in _clauses(plain) for found in _plain_days(clause)}
    return Term(days.pop()) if len(days) == 1 else Term()


def term_days_of(text: str | None) -> int | None:
    """Return the days of a payment term such as "30 days net", None where the words state none plainly."""
    return term_of(text).days


def says_at_once(text: str | None) -> bool:
    """Tell whether words ask for payment at once."""
    return bool(_AT_ONCE.search(text or ""))


def _clauses(text: str) -> Iterator[str]:
    return iter(re.split(r"[;#]|[.,]\s|[.,]$| / ", text))


def _net_days(clause: str) -> Iterator[int]:
    """Yield the days that a clause calls net."""
    if not _OTHER.search(clause):
        for match in _NET_DAYS.finditer(clause):
            yield int(match[1] or match[2])


def _plain_days(clause: str) -> Iterator[int]:
    """Yield the days of a clause that speaks of nothing but payment."""
    if not (_DISCOUNT.search(clause) or _OTHER.search(clause)):
        for match in _DAYS.finditer(clause):
            yield int(match[1]) * (7 if match["week"] else 1)


def _by_day(text: str) -> date | None:
    """Return the only day by which is to be paid without a discount."""
    found = set()
    for clause in re.split(r"[;#]|[.,]\s(?!\d)|[.,]$", text):
        if _BY.search(clause) and not _OTHER.search(clause) and not _with_discount(clause):
            found |= {day for match in _DATE.finditer(clause) if (day := read_date(match[0]))}
    return found.pop() if len(found) == 1 else None


def _with_discount(clause: str) -> bool:
    """Tell whether a clause offers a discount; "without discount" does not."""
    offered = re.sub(r"(?:ohne|without|sans|zonder|senza|sin|utan)\s+\w*\s*", "", clause, flags=re.IGNORECASE)
    return bool(_DISCOUNT.search(offered))
