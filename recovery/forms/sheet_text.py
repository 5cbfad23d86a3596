"""The words of the national sheets: one TOML file per language of the courts, each complete."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from recovery.errors import LawError
from recovery.forms.labels import checked
from recovery.letters.words import date_text, locale_of, money_text, percent_text
from recovery.money import Money

LANGUAGES = ("nl", "fr", "de", "it", "es", "ca", "sv")
_FIELD = re.compile(r"\{([^{}]*)\}")


@cache
def sheet_words(language: str) -> Mapping[str, str]:
    """Return the words of the sheets in a court's language, as `table.word`.

    Raises:
        LawError: the language is unknown, or its words are not those of the Dutch file.
    """
    return checked(language, _read(language), _read(LANGUAGES[0]))


def filled_text(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled; braces in a value stay as they are.

    Raises:
        LawError: the text has a placeholder that nothing fills.
    """
    wanted = {found[1] for found in _FIELD.finditer(text)}
    if unknown := wanted - set(values):
        raise LawError(f"sheet: unknown placeholder {', '.join(sorted(unknown))}; use {', '.join(sorted(values))}")
    return _FIELD.sub(lambda found: values[found[1]], text)


def said(language: str, key: str, **values: str) -> str:
    """Return a word of the sheets with its placeholders filled."""
    return filled_text(sheet_words(language)[key], values)


def cash(amount: Money, language: str, country: str) -> str:
    """Return an amount as the court's language writes it."""
    return money_text(str(amount), amount.currency, locale_of(language, country))


def day(on: date | None, language: str, country: str) -> str:
    """Return a day in the court's language, with the month in letters."""
    return date_text(on.isoformat(), locale_of(language, country), "long") if on else ""


def percent(rate: object, language: str, country: str) -> str:
    """Return a yearly rate as the court's language writes it."""
    return percent_text(str(rate), locale_of(language, country))


def _read(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        raise LawError(f"sheet: no words in {language!r}; the courts here take {', '.join(LANGUAGES)}")
    text = resources.files("recovery.forms").joinpath("sheet_words", f"{language}.toml").read_text("utf-8")
    return {f"{table}.{word}": value for table, words in tomllib.loads(text).items() for word, value in words.items()}
