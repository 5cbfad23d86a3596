"""The pages' texts: gettext catalogues, one a language, read from their .po files."""

from __future__ import annotations

import gettext
import io
from collections.abc import Sequence
from functools import cache
from importlib import resources

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from recovery.notices.compose import LANGUAGES

SOURCE = "en"


@cache
def catalogue(language: str) -> Catalog:
    """Return the texts of a language, as written."""
    file = resources.files("recovery.portal").joinpath("locale", f"{language}.po")
    return read_po(io.BytesIO(file.read_bytes()), locale=language)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return what translates pages into a language."""
    if language == SOURCE:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


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
