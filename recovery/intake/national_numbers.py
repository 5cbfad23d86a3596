"""Numbers of the six countries served: their forms, kinds and checks, mostly python-stdnum's.

The rules and their sources stand in each country's law sheet, section 8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stdnum import luhn
from stdnum.at import tin, uid
from stdnum.be import nn
from stdnum.be import vat as be_vat
from stdnum.es import cif, nif
from stdnum.exceptions import InvalidChecksum, InvalidComponent
from stdnum.it import codicefiscale
from stdnum.nl import bsn, btw

# The letters of the Austrian company register number, by the weighted sum modulo 17.
_FN_LETTERS = "abdfghikmpstvwxyz"
_FN_WEIGHTS = (6, 4, 14, 15, 10, 1)
_CIF_LETTER, _CIF_DIGIT = "PQRSNW", "ABEH"


@dataclass(frozen=True)
class Rule:
    """One kind of number: the form it has, and a check that returns it in its usual writing."""

    kind: str
    form: str
    check: Callable[[str], str]


def _prefixed(prefix: str, check: Callable[[str], str]) -> Callable[[str], str]:
    def checked(plain: str) -> str:
        normal = check(plain)
        return normal if normal.startswith(prefix) else prefix + normal

    return checked


def _partita_iva(plain: str) -> str:
    """Check by the Luhn digit alone: numbers without a known office code are in use."""
    bare = plain.removeprefix("IT")
    if not int(bare):
        raise InvalidComponent()
    luhn.validate(bare)
    return plain


def _company_tax_number(plain: str) -> str:
    """Check a Spanish legal entity's number: some types end in a letter, some in a digit."""
    normal: str = cif.validate(plain)
    last_is_digit = normal[-1].isdigit()
    letter_wanted = normal[0] in _CIF_LETTER or normal[1:3] == "00"
    if (letter_wanted and last_is_digit) or (normal[0] in _CIF_DIGIT and not last_is_digit and normal[1:3] != "00"):
        raise InvalidChecksum()
    return normal


def _spanish_vat(plain: str) -> str:
    bare = plain.removeprefix("ES")
    if bare[0] in "0123456789XYZKLM":
        nif.validate(bare)
    else:
        _company_tax_number(bare)
    return "ES" + bare


def _spanish_person(plain: str) -> str:
    normal: str = nif.validate(plain.zfill(9) if plain[0].isdigit() else plain)
    return normal


def _company_register(plain: str) -> str:
    """Check an Austrian Firmenbuchnummer: up to six digits and a letter."""
    digits, letter = plain.removeprefix("FN")[:-1], plain[-1].lower()
    total = sum(int(digit) * weight for digit, weight in zip(digits.zfill(6), _FN_WEIGHTS, strict=True))
    if _FN_LETTERS[total % 17] != letter:
        raise InvalidChecksum()
    return f"{int(digits)}{letter}"


def _swedish_enterprise(plain: str) -> str:
    bare = plain[-10:]
    if int(bare[2:4]) < 20:  # below 20 it is a month, and the number a person's
        raise InvalidComponent()
    luhn.validate(bare)
    return bare


def _swedish_person(plain: str) -> str:
    """Check a personnummer or samordningsnummer, whose day is raised by 60."""
    bare = plain[-10:]
    month, day = int(bare[2:4]), int(bare[4:6])
    if not (1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)):
        raise InvalidComponent()
    luhn.validate(bare)
    return plain


def _swedish_vat(plain: str) -> str:
    bare = plain.removeprefix("SE")
    luhn.validate(bare[:10])
    return f"SE{bare}"


def _unchecked(plain: str) -> str:
    return plain


RULES: dict[str, tuple[Rule, ...]] = {
    "BE": (
        Rule("vat", r"BE\d{9,10}", _prefixed("BE", be_vat.validate)),
        Rule("enterprise", r"\d{9,10}", be_vat.validate),
        Rule("personal", r"\d{11}", nn.validate),
    ),
    "NL": (
        Rule("vat", r"(NL)?\d{9}B\d\d", _prefixed("NL", btw.validate)),
        Rule("enterprise", r"\d{8}|\d{12}", _unchecked),
        Rule("tax", r"8\d{8}|00\d{7}", bsn.validate),
        Rule("personal", r"\d{9}", bsn.validate),
    ),
    "IT": (
        Rule("vat", r"(IT)?\d{11}", _partita_iva),
        Rule("personal", r"[A-Z]{6}[A-Z0-9]{9}[A-Z]", codicefiscale.validate),
    ),
    "ES": (
        Rule("vat", r"ES[A-Z0-9]\d{7}[A-Z0-9]", _spanish_vat),
        Rule("personal", r"\d{1,8}[A-Z]|[XYZKLM]\d{7}[A-Z]", _spanish_person),
        Rule("tax", r"[A-HJNP-SUVW]\d{7}[0-9A-J]", _company_tax_number),
    ),
    "AT": (
        Rule("vat", r"(AT)?U\d{8}", _prefixed("AT", uid.validate)),
        Rule("enterprise", r"(FN)?\d{1,6}[A-Z]", _company_register),
        Rule("tax", r"\d{9}", tin.validate),
    ),
    "SE": (
        Rule("vat", r"SE\d{10}01|\d{10}01", _swedish_vat),
        Rule("enterprise", r"(16)?\d{10}", _swedish_enterprise),
        Rule("personal", r"(?:18|19|20)?\d{10}", _swedish_person),
    ),
}
