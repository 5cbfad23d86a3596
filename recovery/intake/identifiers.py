"""Identifiers of enterprises, persons and accounts: what one is, and whether its check digits hold."""

from __future__ import annotations

import re
from typing import Any

from stdnum import get_cc_module
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError

from recovery.country_numbers import NumberRule
from recovery.registry import adapter_of, countries

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
# Kinds of countries without rules of their own here, by the names python-stdnum gives them.
_ELSEWHERE = (("vat", "vat"), ("enterprise", "businessid"), ("personal", "personalid"), ("tax", "tin"))
_VAT_PREFIX = {"GR": "EL"}
_COUNTRY = {"EL": "GR", "XI": "GB", "UK": "GB"}


def identify(value: str, country: str | None = None) -> dict[str, Any]:
    """Tell what an identifier is and whether its check digits hold.

    Without a country, the number's own letters tell it; a bare number is tried in the countries served, by
    `identifiers_rank`; where it fits several, the answer is the first's and `reason` names all.
    """
    plain = re.sub(r"[^A-Z0-9]", "", value.upper())
    if _IBAN.fullmatch(plain):
        return _iban(plain)
    if country:
        code = _COUNTRY.get(country.upper(), country.upper())
        return _in_country(plain, code) or _answer(False, None, code, plain, f"no identifier of {code} has this form")
    own = known_vat_country(plain[:2])
    found = _in_country(plain, own) if own else None
    if found and found["valid"]:
        return found
    return _anywhere(plain) or found or _answer(False, None, None, plain, "no identifier known here has this form")


def known_vat_country(letters: str) -> str | None:
    """Return the country whose VAT numbers begin with these letters, if their check is known."""
    code = _COUNTRY.get(letters, letters)
    return code if re.fullmatch("[A-Z]{2}", code) and (_rules(code) or _module(code, "vat")) else None


def _rules(country: str) -> tuple[NumberRule, ...]:
    """Return the rules of a country that is served and has its own."""
    return adapter_of(country).identifiers if country in countries() else ()


def _module(country: str, name: str) -> Any:
    return get_cc_module(country.lower(), name)


def _answer(
    valid: bool, kind: str | None, country: str | None, normalised: str, reason: str | None = None
) -> dict[str, Any]:
    return {"valid": valid, "kind": kind, "country": country, "normalised": normalised, "reason": reason}


def _iban(plain: str) -> dict[str, Any]:
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        IBAN(plain, validate_bban=True)
    except (SchwiftyException, ValueError) as error:
        return _answer(False, "iban", plain[:2], plain, f"not a valid IBAN: {str(error)[:80].lower()}")
    return _answer(True, "iban", plain[:2], plain)


def _in_country(plain: str, country: str) -> dict[str, Any] | None:
    """Return the answer of the first rule of a country that holds, else of the first whose form fits."""
    rules = _rules(country)
    if not rules:
        return _elsewhere(plain, country)
    refused = None
    for rule in rules:
        if re.fullmatch(rule.form, plain, re.ASCII):
            answer = _by_rule(rule, plain, country)
            if answer["valid"]:
                return answer
            refused = refused or answer
    return refused


def _by_rule(rule: NumberRule, plain: str, country: str) -> dict[str, Any]:
    try:
        normal = rule.check(plain)
    except ValidationError as error:
        return _answer(False, rule.kind, country, plain, _reason(error))
    return _answer(True, rule.kind, country, normal)


def _elsewhere(plain: str, country: str) -> dict[str, Any] | None:
    if not re.fullmatch("[A-Z]{2}", country):
        return None
    refused = None
    for kind, name in _ELSEWHERE:
        module = _module(country, name)
        if module is None:
            continue
        try:
            normal = module.validate(plain)
        except ValidationError as error:
            refused = refused or _answer(False, kind, country, plain, _reason(error))
            continue
        prefix = _VAT_PREFIX.get(country, country) if kind == "vat" else ""
        return _answer(True, kind, country, normal if normal.startswith(prefix) else prefix + normal)
    return refused


def _anywhere(plain: str) -> dict[str, Any] | None:
    tried = sorted(countries(), key=lambda code: (adapter_of(code).identifiers_rank, code))
    found = [answer for country in tried if (answer := _in_country(plain, country)) is not None]
    valid = [answer for answer in found if answer["valid"]]
    if len(valid) > 1:
        fits = " and ".join(answer["country"] for answer in valid)
        return {**valid[0], "reason": f"fits {fits}: say which country"}
    return next(iter(valid or found), None)


def _reason(error: ValidationError) -> str:
    if isinstance(error, InvalidChecksum):
        return "the check digits do not match"
    if isinstance(error, InvalidLength):
        return "wrong length"
    if isinstance(error, InvalidComponent):
        return "a part of it cannot be: a date, a place or a type"
    return "wrong form"
