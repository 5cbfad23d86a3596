"""The pages' texts: gettext catalogues, several areas a language, read from their .po files."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from recovery.notices.compose import LANGUAGES
from recovery.registry import adapter_of, countries

SOURCE = "en"


def N_(text: str) -> str:
    """Mark a text for translation and return it as it is."""
    return text


@cache
def catalogues(language: str) -> dict[str, Catalog]:
    """Return the texts of a language as written, by area of the portal."""
    folder = resources.files("recovery.portal").joinpath("locale", language)
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".po")), key=lambda file: file.name)
    return {file.name.removesuffix(".po"): read_po(io.BytesIO(file.read_bytes()), locale=language) for file in files}


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return what translates pages into a language."""
    if language == SOURCE:
        return gettext.NullTranslations()
    whole = Catalog(locale=language)
    for area in catalogues(language).values():
        for message in area:
            if message.id:
                whole.add(message.id, _typeset(message.string, language))
    for text, own in _brought(language):
        if whole.get(text) is None:
            whole.add(text, _typeset(own, language))
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _typeset(text: Any, language: str) -> Any:
    """Return a text, or a text and its plural, with the spaces that French keeps on a line: before : ; ? !, in « »."""
    if language != "fr":
        return text
    if not isinstance(text, str):
        return tuple(_typeset(one, language) for one in text)
    return re.sub(" (?=[:;?!»])|(?<=«) ", "\N{NO-BREAK SPACE}", text)


def _brought(language: str) -> Iterator[tuple[str, str]]:
    """Yield the English words of countries' own codes with those of a language, where the country has them."""
    for country in countries():
        own_words = adapter_of(country).words
        for group, texts in own_words.get(language, {}).items():
            for code, own in texts.items():
                yield own_words[SOURCE][group][code], own


def best_language(accepted: str) -> str:
    """Return the language that a browser's Accept-Language header likes best, English where none is spoken."""
    return next((name for name in _preferred(accepted) if name in LANGUAGES), SOURCE)


def _preferred(accepted: str) -> Sequence[str]:
    weighed = []
    for part in accepted.split(",")[:20]:
        name, _, weight = part.strip().partition(";q=")
        try:
            liked = float(weight or 1)
        except ValueError:
            continue
        if name and liked > 0:
            weighed.append((liked, name.split("-")[0].lower()))
    return [name for _, name in sorted(weighed, key=lambda one: -one[0])]
