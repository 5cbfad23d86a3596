"""Identifiers of enterprises, persons and accounts, checked by the rules that python-stdnum and schwifty keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.exceptions import ValidationError

# kind and stdnum module by country, in the order in which they are tried
_KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "BE": (("vat", "be.vat"), ("personal", "be.nn")),
    "NL": (("vat", "nl.btw"), ("tax", "nl.bsn")),
    "IT": (("vat", "it.iva"), ("personal", "it.codicefiscale")),
    "ES": (("tax", "es.nif"), ("personal", "es.dni"), ("personal", "es.nie"), ("tax", "es.cif")),
    "AT": (("vat", "at.uid"), ("enterprise", "at.businessid"), ("tax", "at.tin")),
    "SE": (("vat", "se.vat"), ("enterprise", "se.orgnr"), ("personal", "se.personnummer")),
}
# The letters of the Austrian company register number, by the weighted sum modulo 17.
_FN_LETTERS = "abdfghikmpstvwxyz"
_FN_WEIGHTS = (6, 4, 14, 15, 10, 1)


@cache
def _module(name: str) -> Any:
    return import_module(f"stdnum.{name}")


def _answer(
    valid: bool, kind: str | None, country: str | None, normalised: str, reason: str | None = None
) -> dict[str, Any]:
    return {"valid": valid, "kind": kind, "country": country, "normalised": normalised, "reason": reason}


def identify(value: str, country: str | None = None) -> dict[str, Any]:
    """Tell what an identifier is and whether its check digits hold."""
    plain = re.sub(r"[\s.\-/]", "", value).upper()
    country = {"EL": "GR"}.get(country.upper(), country.upper()) if country else None
    iban = _iban(plain, country)
    if iban:
        return iban
    countries = [country] if country else _likely(plain)
    wrong = None
    for code in countries:
        found, reason = _national(plain, code)
        if found:
            return found
        wrong = wrong or reason
    where = f" of {country}" if country else ""
    return _answer(False, None, country, plain, wrong or f"no identifier known here{where} fits")


def _likely(plain: str) -> list[str]:
    if (plain[:2].isalpha() and plain[:2] in (*_KINDS, "EL")) or (
        plain[:2].isalpha() and len(plain) > 7 and _is_vat_country(plain[:2])
    ):
        return [{"EL": "GR"}.get(plain[:2], plain[:2])]
    return list(_KINDS)


def _is_vat_country(code: str) -> bool:
    from stdnum.eu.vat import MEMBER_STATES

    return code.lower() in MEMBER_STATES


def _iban(plain: str, country: str | None) -> dict[str, Any] | None:
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain) or (country and plain[:2] != country):
        return None
    try:
        IBAN(plain, validate_bban=True)
    except (SchwiftyException, ValueError) as error:
        if len(plain) < 15 or (_is_vat_country(plain[:2]) and _eu_vat(plain, plain[:2])):
            return None
        return _answer(False, "iban", plain[:2], plain, f"not a valid IBAN: {error}")
    return _answer(True, "iban", plain[:2], plain)


def _national(plain: str, country: str) -> tuple[dict[str, Any] | None, str | None]:
    """Return the answer of the first kind that accepts a number, or why the likeliest refused it."""
    own = _OWN.get(country)
    if own and (found := own(plain)):
        return found, None
    wrong = None
    for kind, module in _KINDS.get(country, ()):
        try:
            normal = _module(module).validate(plain)
        except ValidationError as error:
            wrong = wrong or _reason(kind, error)
            continue
        return _answer(True, _kind_of(kind, plain, country), country, normal), None
    vat = _eu_vat(plain, country)
    return (vat, None) if vat else (None, wrong)


def _reason(kind: str, error: ValidationError) -> str | None:
    text = str(error).rstrip(".")
    return f"{kind}: {text[0].lower()}{text[1:]}" if text else None


def _kind_of(kind: str, plain: str, country: str) -> str:
    """Return the finer kind: a number without its country letters is the enterprise or tax number itself."""
    bare = not plain.startswith(country) and not plain.startswith("ATU") and not plain.startswith("U")
    if country == "BE" and kind == "vat" and bare:
        return "enterprise"
    if country == "ES" and kind == "tax":
        if plain.startswith("ES") and len(plain) == 11:
            return "vat"
        return "personal" if plain[0] in "0123456789XYZKLM" else "tax"
    return kind


def _eu_vat(plain: str, country: str) -> dict[str, Any] | None:
    prefix = {"GR": "EL"}.get(country, country)
    if not _is_vat_country(prefix):
        return None
    try:
        normal = _module("eu.vat").validate(plain if plain.startswith(prefix) else prefix + plain)
    except ValidationError:
        return None
    return _answer(True, "vat", country, normal)


def _firmenbuch(plain: str) -> dict[str, Any] | None:
    """Check an Austrian company register number FN 1-6 digits and a letter."""
    match = re.fullmatch(r"(?:FN)?(\d{1,6})([A-Z])", plain)
    if not match:
        return None
    digits, letter = match[1].zfill(6), match[2].lower()
    total = sum(int(digit) * weight for digit, weight in zip(digits, _FN_WEIGHTS, strict=True))
    good = _FN_LETTERS[total % 17] == letter
    normal = f"{int(match[1])}{letter}"
    return _answer(good, "enterprise", "AT", normal, None if good else "the check letter does not fit")


def _dutch(plain: str) -> dict[str, Any] | None:
    """Take a Dutch company register number (8 digits, no check digit) or branch number (12)."""
    if re.fullmatch(r"\d{8}|\d{12}", plain):
        return _answer(True, "enterprise", "NL", plain)
    return None


def _italian(plain: str) -> dict[str, Any] | None:
    """Check a partita IVA by its Luhn digit alone: numbers without a known office code are in use."""
    from stdnum import luhn

    bare = plain.removeprefix("IT")
    if not re.fullmatch(r"\d{11}", bare) or not int(bare):
        return None
    good = luhn.is_valid(bare)
    return _answer(good, "vat", "IT", bare, None if good else "vat: the last digit is not the check digit")


def _belgian(plain: str) -> dict[str, Any] | None:
    """Pad the old nine-digit form of a Belgian enterprise number."""
    match = re.fullmatch(r"(BE)?(\d{9})", plain)
    return None if not match else _national_padded(f"{match[1] or ''}0{match[2]}")


def _national_padded(plain: str) -> dict[str, Any] | None:
    try:
        normal = _module("be.vat").validate(plain)
    except ValidationError:
        return None
    return _answer(True, "vat" if plain.startswith("BE") else "enterprise", "BE", normal)


_OWN: dict[str, Callable[[str], dict[str, Any] | None]] = {
    "AT": _firmenbuch,
    "NL": _dutch,
    "BE": _belgian,
    "IT": _italian,
}
