"""The pages' texts: gettext catalogues, one a language, read from their .po files."""

from __future__ import annotations

import gettext
import io
from collections.abc import Sequence
from functools import cache
from importlib import resources

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

# In the order in which pages offer them; the source texts are English.
LANGUAGES = ("en", "nl", "fr", "de", "it", "es", "sv")
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
    return negotiate_locale(_preferred(accepted), LANGUAGES, sep="-") or SOURCE


def _preferred(accepted: str) -> Sequence[str]:
    weighed = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, weight = part.strip().partition(";q=")
        try:
            liked = float(weight or 1)
        except ValueError:
            continue
        if name and liked > 0:
            weighed.append((-liked, place, name.split("-")[0].lower()))
    return [name for _, _, name in sorted(weighed)]
