"""Legal bases in a letter's language: the law's own names stay, the words around them are translated."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from functools import cache
from importlib import resources

from recovery.errors import LawError
from recovery.letters.words import country_name, date_text, locale_of, number_text

_ACT = r"(?P<act>\d{1,2} [A-Z][a-z]+ \d{4})"
_AMOUNT = r"(?P<amount>\d+(?:\.\d+)?)"
# The English phrases of the countries' bases, in the order in which they are looked for.
PHRASES = {
    name: re.compile(pattern)
    for name, pattern in {
        "rate_from": r"(?P<rate>-?\d+(?:\.\d+)?) % from (?P<date>\d{4}-\d\d-\d\d)",
        "law_of": rf"\bLaw of {_ACT}",
        "royal_decree_of": rf"\bRD of {_ACT}",
        "agreed_rate": r"\bagreed rate\b",
        "good_faith": r"\bgood faith\b",
        "old_text": r"\bold text\b",
        "old": r"(?<=\()old(?=\))",
        "before": r"\bbefore(?=: )",
        "read_with": r"\bwith(?= §)",
        "costs_by_convention": r"\bplace of the costs by convention\b",
        "costs_by_practice": r"\bplace of the costs by practice\b",
        "fixed_sum_by_convention": rf"\bplace of the EUR {_AMOUNT} by convention\b",
        "in_fixed_sum": rf"{_AMOUNT} is in the fixed sum\b",
        "in_late_compensation": rf"{_AMOUNT} is in the förseningsersättning\b",
        "claim_and_index": rf"\bclaim {_AMOUNT}, index (?P<number>\d+(?:\.\d+)?)",
        "with_vat": r"\bwith (?P<number>\d+(?:\.\d+)?) % VAT\b",
        "postage": r"\bpostage may be added\b",
        "ceiling": r"\bno more than the law of (?P<country>[A-Z]{2}) allows\b",
        "principal_only": r"\bprincipal only\b",
        "enforcement_first": r"\bthe costs of enforcement first\b",
        "until_bankruptcy": r"\binterest to the day of the bankruptcy\b",
        "none_in_insolvency": r"\bnone once insolvency proceedings are open\b",
        "court_of_justice": r"\bCJEU\b",
        "rome_one": r"\bRome I\b",
        "belgian_civil_code": r"\bCC(?= 5\.\d)",
        "belgian_old_civil_code": r"\boCC\b",
        "belgian_economic_code": r"\bCEL\b",
        "belgian_judicial_code": r"\bJC\b",
        "article": r"\barts?\.(?= \d)",
    }.items()
}


def basis_text(basis: str, language: str, country: str) -> str:
    """Return a legal basis as a letter in a language prints it."""
    known, locale = _phrases(language), locale_of(language, country)
    for name, pattern in PHRASES.items():
        basis = pattern.sub(lambda found, name=name: _filled(known[name], found, language, locale), basis)  # type: ignore[misc]
    return basis


def _filled(template: str, found: re.Match[str], language: str, locale: str) -> str:
    written = {name: _part(name, value, language, locale) for name, value in found.groupdict().items()}
    return template.format(**written)


def _part(name: str, value: str, language: str, locale: str) -> str:
    """Return one part of a phrase as the language writes it."""
    if name == "date":
        return date_text(value, locale)
    if name == "act":
        day = _act_day(value)
        return date_text(day, locale) if day else value
    if name == "country":
        return country_name(value, language)
    return number_text(value, locale)


def _act_day(text: str) -> str | None:
    """Return the ISO date of an act that is named by its day in English."""
    day, month, year = text.split()
    for months in ("%b", "%B"):
        try:
            return datetime.strptime(f"{day} {month} {year}", f"%d {months} %Y").date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return None


@cache
def _phrases(language: str) -> dict[str, str]:
    text = resources.files("recovery.letters").joinpath("bases.toml").read_text("utf-8")
    return checked_phrases(tomllib.loads(text), language)


def checked_phrases(phrases: dict[str, dict[str, str]], language: str) -> dict[str, str]:
    """Return one language's phrases out of all, if none is missing, empty or unknown.

    Raises:
        LawError: naming the phrases at fault.
    """
    found = phrases.get(language)
    if found is None:
        raise LawError(f"letters: bases.toml has no language {language!r}; add a table [{language}]")
    filled = {name for name, text in found.items() if text.strip()}
    if filled != set(PHRASES) or set(found) != filled:
        wrong = ", ".join(sorted(set(PHRASES) ^ filled | set(found) - filled))
        raise LawError(f"letters: bases.toml [{language}]: missing, empty or unknown: {wrong}")
    return found
