"""The words of the court forms: one TOML file per language of the courts, each complete."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from recovery.errors import LawError

LANGUAGES = ("nl", "fr", "de", "it", "es", "sv")
_FIELD = re.compile(r"\{([^{}]*)\}")


@cache
def labels(language: str) -> Mapping[str, str]:
    """Return the words of the forms in a court's language, as `table.word`.

    Raises:
        LawError: the language is unknown, or its words are not those of the Dutch file.
    """
    found = _read(language)
    wanted = _read(LANGUAGES[0])
    return checked(language, found, wanted)


def checked(language: str, found: Mapping[str, str], wanted: Mapping[str, str]) -> Mapping[str, str]:
    """Return the words if none is missing, empty, unknown, or with other placeholders than the first language has.

    Raises:
        LawError: naming the words at fault.
    """
    wrong = {key for key in set(found) | set(wanted) if not found.get(key, "").strip() or key not in wanted}
    wrong |= {key for key in set(found) & set(wanted) if fields(found[key]) != fields(wanted[key])}
    if wrong:
        raise LawError(f"forms: labels/{language}.toml: missing, empty, unknown or unlike: {', '.join(sorted(wrong))}")
    return found


def fields(text: str) -> set[str]:
    """Return the placeholders of a text."""
    return set(_FIELD.findall(text))


def filled(language: str, key: str, **values: str) -> str:
    """Return a text with its placeholders filled; braces in a value stay as they are."""
    return _FIELD.sub(lambda found: values[found[1]], labels(language)[key])


def day_text(day: date | None) -> str:
    """Return a day as the form asks for it: dd/mm/yyyy."""
    return f"{day:%d/%m/%Y}" if day else ""


def country_name(country: str, language: str) -> str:
    """Return the name of a country in a court's language."""
    from babel import Locale

    return str(Locale.parse(language).territories[country])


def _read(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        raise LawError(f"forms: no words in {language!r}; the courts here take {', '.join(LANGUAGES)}")
    text = resources.files("recovery.forms").joinpath("labels", f"{language}.toml").read_text("utf-8")
    return {f"{table}.{word}": value for table, words in tomllib.loads(text).items() for word, value in words.items()}


@cache
def codes() -> dict[str, Any]:
    """Return the codes of form A: form_a.toml."""
    return tomllib.loads(resources.files("recovery.forms").joinpath("form_a.toml").read_text("utf-8"))
