"""The facts of a letter's text: kept raw, written as a language and a country write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from recovery.errors import CaseError, LawError
from recovery.letters.letter import Letter
from recovery.letters.texts import PLACEHOLDERS, Texts, compose
from recovery.letters.words import country_name, date_text, locale_of, number_text, sum_text

NO_DATE = "–"
_SHAPES = ({"amount", "currency"}, {"amount", "currency", "beside"}, {"date"}, {"number"}, {"country"})


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw values that a text can be filled with.

    Raises:
        LawError: a name is no placeholder, or a value has none of the shapes.
    """
    for name, value in values.items():
        if name not in PLACEHOLDERS:
            raise LawError(f"letters: value {name!r}: no such placeholder; see recovery.letters.texts.PLACEHOLDERS")
        whole = isinstance(value, dict) and set(value) in _SHAPES and all(isinstance(v, str) for v in value.values())
        if not whole and not isinstance(value, str):
            raise LawError(
                f"letters: value {name!r}: write a string, or a table with amount and currency, date, number or country"
            )
    return dict(values)


def written(values: Mapping[str, Any], language: str, country: str) -> dict[str, str]:
    """Return raw values as the text prints them."""
    locale = locale_of(language, country)
    return {name: _written(value, language, locale) for name, value in values.items()}


def _written(value: str | Mapping[str, str], language: str, locale: str) -> str:
    if isinstance(value, str):
        return value
    if "amount" in value:
        return sum_text(value["amount"], value["currency"], value.get("beside", ""), locale)
    if "date" in value:
        return date_text(value["date"], locale) if value["date"] else NO_DATE
    return number_text(value["number"], locale) if "number" in value else country_name(value["country"], language)


def in_language(letter: Letter, texts: Texts, language: str) -> Letter:
    """Return the very same letter in another language, a copy for information.

    Raises:
        CaseError: the letter was stored before its facts were kept with it.
        LawError: the texts lack its document.
    """
    if not letter.values:
        raise CaseError(
            f"letter {letter.document} of {letter.dated}: stored without its facts; only its original can be shown",
            code="not_translatable",
        )
    name = letter.text if letter.text in texts else letter.document
    text = compose(texts, name, written(letter.values, language, letter.country), letter.law in ("", letter.country))
    return replace(
        letter,
        language=language,
        original_language=letter.original_language or letter.language,
        courtesy_copy=True,
        subject=text.subject,
        paragraphs=text.paragraphs,
        what_to_do=text.what_to_do,
        footer=text.footer,
    )
