"""Structured payment references: checked and made by the scheme of the country that collects."""

from __future__ import annotations

import re
from typing import Any

from stdnum import iso11649, luhn

from recovery.errors import IntakeError

SCHEMES = {"BE": "ogm", "NL": "betalingskenmerk", "SE": "ocr", "AT": "rf", "IT": "rf", "ES": "rf"}
_NL_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def _answer(
    valid: bool, scheme: str, reference: str, reason: str | None = None, normalised: str | None = None
) -> dict[str, Any]:
    return {
        "valid": valid,
        "scheme": scheme,
        "reference": reference,
        "reason": reason,
        "normalised": normalised or re.sub(r"[^A-Z0-9]", "", reference.upper()),
    }


def check_reference(country: str, value: str) -> dict[str, Any]:
    """Tell whether a payment reference is valid in a country; RF references are taken everywhere."""
    country, plain = country.upper(), re.sub(r"[\s+*/.\-]", "", value).upper()
    if plain.startswith("RF"):
        return _check_rf(plain)
    scheme = SCHEMES.get(country, "rf")
    if scheme == "rf":
        if country == "AT" and 0 < len(plain) <= 35:
            return _answer(True, "zahlungsreferenz", value.strip())
        return _answer(False, "rf", value.strip(), "no structured reference: it begins with RF and two digits")
    check = {"ogm": _check_ogm, "ocr": _check_ocr, "betalingskenmerk": _check_dutch}[scheme]
    if not re.fullmatch("[0-9]+", plain):
        return _answer(False, scheme, value.strip(), "digits only")
    return check(plain)


def make_reference(country: str, number: str) -> dict[str, Any]:
    """Return the valid reference that a number makes in a country's scheme.

    Raises:
        IntakeError: the number is not of digits (letters too, for RF) or too long.
    """
    plain = re.sub(r"[\s.\-/]", "", str(number)).upper()
    scheme = SCHEMES.get(country.upper(), "rf")
    longest = {"ogm": 10, "ocr": 23, "betalingskenmerk": 15, "rf": 21}[scheme]
    wanted = "[A-Z0-9]+" if scheme == "rf" else "[0-9]+"
    if not re.fullmatch(wanted, plain) or len(plain) > longest:
        raise IntakeError(
            f"number {str(number)[:40]!r}: {'letters and digits' if scheme == 'rf' else 'digits'}, at most {longest}",
            code="bad_number",
            field="make",
        )
    if scheme == "ogm":
        return _check_ogm(plain.zfill(10) + f"{int(plain) % 97 or 97:02d}")
    if scheme == "ocr":
        return _make_ocr(plain)
    if scheme == "betalingskenmerk":
        return _make_dutch(plain)
    return _check_rf("RF" + _rf_check_digits(plain) + plain)


def _rf_check_digits(plain: str) -> str:
    number = int("".join(str(int(char, 36)) for char in plain + "RF00"))
    return f"{98 - number % 97:02d}"


def _check_rf(plain: str) -> dict[str, Any]:
    if not (re.fullmatch("RF[0-9]{2}[A-Z0-9]{1,21}", plain) and iso11649.is_valid(plain)):
        return _answer(False, "rf", plain, "RF, two check digits and up to 21 letters and digits; these do not match")
    return _answer(True, "rf", " ".join(plain[n : n + 4] for n in range(0, len(plain), 4)), None, plain)


def _check_ogm(plain: str) -> dict[str, Any]:
    shown = f"+++{plain[:3]}/{plain[3:7]}/{plain[7:]}+++"
    if len(plain) != 12:
        return _answer(False, "ogm", plain, "twelve digits")
    good = (int(plain[:10]) % 97 or 97) == int(plain[10:])
    return _answer(good, "ogm", shown, None if good else "the last two digits are not the first ten modulo 97", plain)


def _check_ocr(plain: str) -> dict[str, Any]:
    if not 2 <= len(plain) <= 25:
        return _answer(False, "ocr", plain, "2 to 25 digits")
    good = luhn.is_valid(plain)
    return _answer(good, "ocr", plain, None if good else "the last digit is not the Luhn check digit")


def _make_ocr(plain: str) -> dict[str, Any]:
    """Add the length digit and the Luhn digit (variable length, hard control)."""
    with_length = plain + str((len(plain) + 2) % 10)
    return _check_ocr(with_length + luhn.calc_check_digit(with_length))


def _dutch_digit(rest: str) -> int:
    total = sum(int(digit) * _NL_WEIGHTS[at % 10] for at, digit in enumerate(reversed(rest)))
    digit = 11 - total % 11
    return {10: 1, 11: 0}.get(digit, digit)


def _check_dutch(plain: str) -> dict[str, Any]:
    """Check a betalingskenmerk: 7 digits bare; 9 to 14 with check and length digit; 16 with check digit."""
    length = len(plain)
    if length == 7:
        return _answer(True, "betalingskenmerk", plain)
    if length not in (*range(9, 15), 16):
        return _answer(False, "betalingskenmerk", plain, "7, 9 to 14 or 16 digits")
    if int(plain[0]) != _dutch_digit(plain[1:]):
        return _answer(False, "betalingskenmerk", plain, "the first digit is not the check digit")
    if length < 16 and int(plain[1]) != (length - 2) % 10:
        return _answer(False, "betalingskenmerk", plain, "the second digit is not the length")
    return _answer(True, "betalingskenmerk", " ".join(plain[n : n + 4] for n in range(0, length, 4)), None, plain)


def _make_dutch(plain: str) -> dict[str, Any]:
    """Add check and length digit; from 13 digits on only the full length with a check digit alone holds."""
    plain = plain.zfill(7 if len(plain) < 13 else 15)
    if len(plain) == 15:
        return _check_dutch(f"{_dutch_digit(plain)}{plain}")
    rest = f"{len(plain) % 10}{plain}"
    return _check_dutch(f"{_dutch_digit(rest)}{rest}")
