"""Dates, amounts and numbers in the text of a row, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from recovery.intake.identifiers import identify, known_vat_country
from recovery.intake.paper.labels import LANGUAGES, plain

CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "sek": "SEK", "kr": "SEK", "kronor": "SEK", "£": "GBP",
    "gbp": "GBP", "$": "USD", "usd": "USD", "chf": "CHF", "fr": "CHF", "dkk": "DKK", "nok": "NOK", "pln": "PLN",
    "zł": "PLN", "czk": "CZK", "huf": "HUF",
}  # fmt: skip
_CURRENCY = (
    r"€|£|\$|EUROS?\b|EUR(?![A-Za-z])|SEK(?![A-Za-z])|[Kk][Rr]\b\.?|GBP\b|USD\b|CHF\b|DKK\b|NOK\b|PLN\b|zł|[Ee]uros?\b"
)
_BLANK = r"[ \u00a0\u202f]"
_NUMBER = (
    rf"\d{{1,3}}(?:[.,'’]\d{{3}})+(?:[.,]\d{{2}})?|\d{{1,3}}(?:{_BLANK}\d{{3}})+[.,]\d{{2}}|"
    rf"\d{{1,3}}(?:{_BLANK}\d{{3}})+(?={_BLANK}?(?:{_CURRENCY}))|\d+[.,]\d{{2}}|\d+"
)
_AMOUNT = re.compile(
    rf"(?<![\w.,/:%])(?P<minus>[-–−]{_BLANK}?)?(?:(?P<before>{_CURRENCY}){_BLANK}*)?(?P<minus2>[-–−]{_BLANK}?)?"
    rf"(?P<number>{_NUMBER})(?P<dash>[.,:][-–—]+)?(?:{_BLANK}?(?P<after>{_CURRENCY})|(?P<minus3>-)(?!\w))?"
    rf"(?![\w]|[.,:/-]\d|{_BLANK}?%)"
)
_NUMERIC_DAY = re.compile(
    r"(?<![\w./-])(?:(?P<y>\d{4})(?P<s1>[-/.])(?P<m>\d{1,2})(?P=s1)(?P<d>\d{1,2})|"
    r"(?P<a>\d{1,2})(?P<s2>\.? ?[-/.] ?)(?P<b>\d{1,2})(?P=s2)(?P<c>\d{4}|\d{2}))(?![\w]|[./-]\d)"
)
_NAMED_DAY = re.compile(
    r"(?<![\w])(?:(?P<d>\d{1,2})(?:er|st|nd|rd|th|º|°|:e)?\.?[ -]?(?:de |di |of )?"
    r"(?P<m>[^\W\d_]{3,10})\.?,?[ -]?(?:de |del )?"
    r"(?P<y>\d{4}|['’]?\d{2})|(?P<m2>[^\W\d_]{3,10})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4}))(?!\w)"
)
_YEARS = range(1990, 2100)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ ]?[A-Z0-9]{2})")
_VAT = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}|CHE)(?=[ .:-]{0,2}[A-Z0-9]?[A-Z0-9]?\d)")
_EXTRA_MONTHS = {
    "mrt": 3, "maa": 3, "sept": 9, "okt": 10, "janv": 1, "fevr": 2, "avr": 4, "juil": 7, "gen": 1, "ene": 1, "mag": 5,
    "giu": 6, "lug": 7, "ago": 8, "set": 9, "ott": 10, "dic": 12, "dez": 12, "mrz": 3, "janner": 1, "feber": 2,
    "setiembre": 9, "jaenner": 1, "maerz": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """A value and its span in a row. `sure` is false where the writing alone leaves a doubt."""

    value: Any
    start: int
    end: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of money: `exact` has its decimals; `short` was written without; `grouped` reads 1.250 as thousands."""

    number: Decimal
    start: int
    end: int
    currency: str | None
    short: bool
    written: str
    bracketed: bool = False


@cache
def months() -> dict[str, int]:
    """Return the months by their names, short and long, in every language read."""
    from babel import Locale

    found = dict(_EXTRA_MONTHS)
    for language in LANGUAGES:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale(language).months[form][width].items():
                    found.setdefault(plain(name).rstrip("."), number)
    return found


def dates_in(text: str, american: bool = False) -> list[Value]:
    """Return the dates of a text; `american` reads 03/04/2026 as the fourth of March."""
    return [found for found in (*_numeric_days(text, american), *_named_days(text)) if found.value]


def _numeric_days(text: str, american: bool) -> Iterator[Value]:
    for match in _NUMERIC_DAY.finditer(text):
        if match["y"]:
            yield Value(_day(match["y"], match["m"], match["d"]), match.start(), match.end())
            continue
        first, second, year = match["a"], match["b"], match["c"]
        if len(year) == 2 and match["s2"].strip() == "-" and int(first) > 31:
            continue
        day = _day(year, first, second) if american else _day(year, second, first)
        yield Value(day or _day(year, first, second), match.start(), match.end())


def _named_days(text: str) -> Iterator[Value]:
    for match in _NAMED_DAY.finditer(text):
        month = months().get(plain(match["m"] or match["m2"]))
        if month:
            year, day = match["y"] or match["y2"], match["d"] or match["d2"]
            yield Value(_day(year.lstrip("'’"), str(month), day), match.start(), match.end())


def _day(year: str, month: str, day: str) -> date | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(full, int(month), int(day)) if full in _YEARS else None
    except ValueError:
        return None


def american_dates(texts: Iterable[str]) -> bool | None:
    """Tell whether the dates with slashes put the month first: by one that allows nothing else, if any."""
    for text in texts:
        for match in _NUMERIC_DAY.finditer(text):
            if match["a"] and "/" in match["s2"]:
                first, second = int(match["a"]), int(match["b"])
                if first > 12 >= second:
                    return False
                if second > 12 >= first:
                    return True
    return None


def comma_decimals(texts: Iterable[str]) -> bool:
    """Tell whether the amounts of a document have a decimal comma, by how most of them are written."""
    comma = point = 0
    for text in texts:
        bare = _NUMERIC_DAY.sub(" ", text)
        comma += len(re.findall(r"\d,\d{2}(?![\d.,])", bare))
        point += len(re.findall(r"\d\.\d{2}(?![\d.,])", bare))
    return comma >= point


def amounts_in(text: str, comma: bool = True) -> list[Amount]:
    """Return the amounts of a text: numbers with decimals, and whole ones beside a currency."""
    bare = text
    for day in _NUMERIC_DAY.finditer(text):
        bare = bare[: day.start()] + "x" * (day.end() - day.start()) + bare[day.end() :]
    found = (_amount(match, comma) for match in _AMOUNT.finditer(bare))
    return [amount for amount in found if amount is not None]


def _amount(match: re.Match[str], comma: bool) -> Amount | None:
    written = match["number"]
    currency = match["before"] or match["after"]
    number, short = _decimal(written, comma)
    if short and not currency and not match["dash"]:
        return None
    minus = match["minus"] or match["minus2"] or match["minus3"]
    around = match.string[max(match.start() - 1, 0) : match.start()] == "("
    code = CURRENCIES.get((currency or "").strip(".").casefold())
    return Amount(
        -number if minus else number, match.start("number"), match.end("number"), code, short, written, around
    )


def _decimal(written: str, comma: bool) -> tuple[Decimal, bool]:
    """Return a number as written, and whether it has no decimals; three digits after its only mark are thousands."""
    text = re.sub(r"[\s'’]", "", written)
    last = max(text.rfind(","), text.rfind("."))
    if last >= 0 and len(text) - last == 3:
        return Decimal(re.sub(r"[.,]", "", text[:last]) + "." + text[last + 1 :]), False
    return Decimal(re.sub(r"[.,]", "", text)), True


@cache
def _iban_length(country: str) -> int | None:
    from schwifty import registry
    from schwifty.exceptions import SchwiftyException

    try:
        return int(registry.get_iban_spec(country).iban_length)
    except SchwiftyException:
        return None


def ibans_in(text: str) -> list[Value]:
    """Return the account numbers of a text; one whose check digits fail is not sure."""
    found, after = [], 0
    for match in _IBAN.finditer(text):
        length = _iban_length(match[0][:2])
        span = _run(text, match.start(), length) if length and match.start() >= after else None
        if span:
            number = re.sub(r"[^A-Z0-9]", "", text[match.start() : span].upper())
            found.append(Value(number, match.start(), span, bool(identify(number)["valid"])))
            after = span
    return found


def _run(text: str, start: int, length: int) -> int | None:
    """Return where so many letters and digits end, blanks and points between them left out; None where fewer follow."""
    count = 0
    for at in range(start, min(len(text), start + 2 * length)):
        if text[at].isalnum() and text[at].isascii():
            count += 1
            if count == length:
                return None if text[at + 1 : at + 2].isalnum() else at + 1
        elif text[at] not in " .-\u00a0":
            return None
    return None


def vats_in(text: str) -> list[Value]:
    """Return the VAT numbers that begin with a country's letters and whose check digits hold."""
    taken = [(one.start, one.end) for one in ibans_in(text) if one.sure]
    found, after = [], 0
    for match in _VAT.finditer(text):
        start = match.start()
        if start < after or any(low <= start < high for low, high in taken):
            continue
        country = known_vat_country(match[1][:2])
        for length in range(15, 7, -1) if country else ():
            span = _run(text, start, length)
            if span and (number := vat_number(text[start:span], country or "")):
                found.append(Value(number, start, span))
                after = span
                break
    return found


def vat_number(text: str, country: str) -> str | None:
    """Return a VAT number in its usual writing with the country's letters, None where it is none."""
    answer = identify(text, country)
    if not (answer["valid"] and answer["kind"] == "vat"):
        prefix = "EL" if country == "GR" else country
        bare = re.sub(r"[^A-Za-z0-9]", "", text).upper()
        answer = identify(prefix + bare, country) if not bare.startswith(prefix) else answer
    if not (answer["valid"] and answer["kind"] == "vat"):
        return None
    prefix, normal = "EL" if country == "GR" else country, str(answer["normalised"])
    return normal if normal.startswith(prefix) or normal.startswith("CHE") else prefix + normal
