"""Countries as documents write them, in two letters."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from recovery.intake.notes import Notes

_ALIASES = {"UK": "GB", "EL": "GR", "XI": "GB", "ENGLAND": "GB", "HOLLAND": "NL"}
# The letters that post and motor traffic put before a postal code.
_POSTAL = {"A": "AT", "B": "BE", "D": "DE", "E": "ES", "F": "FR", "I": "IT", "L": "LU", "P": "PT", "S": "SE"}
_LANGUAGES = ("en", "nl", "fr", "de", "it", "es", "sv", "ca", "pt", "da", "fi", "pl")


def country_code(text: str | None) -> str | None:
    """Return a country as alpha-2 from a two- or three-letter code, a number or a name."""
    plain = " ".join((text or "").split())
    if not plain:
        return None
    if len(plain) == 1:
        return _POSTAL.get(plain.upper())
    return _coded(_ALIASES.get(plain.upper(), plain.upper())) or _names().get(plain.casefold())


@cache
def _coded(plain: str) -> str | None:
    import pycountry

    key = {2: "alpha_2", 3: "numeric" if plain.isdigit() else "alpha_3"}.get(len(plain))
    wanted: dict[str, Any] = {key: plain} if key else {}
    found = pycountry.countries.get(**wanted) if wanted else None
    return str(found.alpha_2) if found else None


@cache
def _names() -> dict[str, str]:
    import pycountry
    from babel import Locale

    names = {
        local.casefold(): str(code)
        for language in _LANGUAGES
        for code, local in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and _coded(str(code))
    }
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            names.setdefault(getattr(country, attribute, country.name).casefold(), country.alpha_2)
    return names


def country_of(text: str | None, vat: str | None, postal_code: str | None, role: str, notes: Notes) -> str | None:
    """Return a party's country: as stated, else by its VAT number or postal code, with a warning."""
    stated = country_code(text)
    if stated:
        return stated
    if text:
        notes.warn(f"{role}: country {text[:40]!r} is not known; write two letters such as IT")
    for source, found in (("VAT number", country_code((vat or "")[:2])), ("postal code", _by_postal(postal_code))):
        if found:
            notes.warn(f"{role}: no country in the address: taken from the {source} as {found}")
            return found
    notes.warn(f"{role}: no country; write two letters such as IT")
    return None


def _by_postal(postal_code: str | None) -> str | None:
    match = re.match(r"([A-Z]{1,2})[- ]\d", (postal_code or "").upper())
    return _POSTAL.get(match[1]) or _coded(match[1]) if match else None
