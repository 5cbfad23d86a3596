"""Structured payment references: checked and made by the scheme of the country that collects."""

from __future__ import annotations

import re
from typing import Any

from recovery.errors import IntakeError
from recovery.payment_schemes import RF, PaymentScheme, Reference, check_rf
from recovery.registry import adapter_of, countries


def scheme_of(country: str) -> PaymentScheme:
    """Return the payment scheme of a country; where none is served there, the creditor reference RF."""
    code = country.upper()
    return adapter_of(code).payment_scheme if code in countries() else RF


def check_reference(country: str, value: str) -> dict[str, Any]:
    """Tell whether a payment reference is valid in a country; RF references are taken everywhere."""
    plain = re.sub(r"[\s+*/.\-]", "", value).upper()
    return _checked(scheme_of(country), value.strip(), plain).as_dict()


def make_reference(country: str, number: str) -> dict[str, Any]:
    """Return the valid reference that a number makes in a country's scheme.

    Raises:
        IntakeError: the number is not of digits (letters too, for RF) or too long.
    """
    plain = re.sub(r"[\s.\-/]", "", str(number)).upper()
    scheme = scheme_of(country)
    wanted, words = ("[A-Z0-9]+", "letters and digits") if scheme.lettered else ("[0-9]+", "digits")
    if not re.fullmatch(wanted, plain) or len(plain) > scheme.longest:
        raise IntakeError(
            f"number {str(number)[:40]!r}: {words}, at most {scheme.longest}",
            code="bad_number",
            field="make",
        )
    made = scheme.make(plain)
    return _checked(scheme, made, made).as_dict()


def _checked(scheme: PaymentScheme, value: str, plain: str) -> Reference:
    if plain.startswith("RF"):
        return check_rf(plain)
    if not scheme.lettered and not re.fullmatch("[0-9]+", plain):
        return Reference(scheme.name, value, "digits only")
    return scheme.check(value, plain)
