"""Swedish numbers: organisationsnummer, personnummer, samordningsnummer and VAT (law sheet, section 8)."""

from stdnum import luhn
from stdnum.exceptions import InvalidComponent

from recovery.country_numbers import NumberRule


def _enterprise(plain: str) -> str:
    bare = plain[-10:]
    if int(bare[2:4]) < 20:  # below 20 it is a month, and the number a person's
        raise InvalidComponent()
    luhn.validate(bare)
    return bare


def _person(plain: str) -> str:
    """Check a personnummer or samordningsnummer, whose day is raised by 60."""
    bare = plain[-10:]
    month, day = int(bare[2:4]), int(bare[4:6])
    if not (1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)):
        raise InvalidComponent()
    luhn.validate(bare)
    return plain


def _vat(plain: str) -> str:
    bare = plain.removeprefix("SE")
    luhn.validate(bare[:10])
    return f"SE{bare}"


RULES = (
    NumberRule("vat", r"SE\d{10}01|\d{10}01", _vat),
    NumberRule("enterprise", r"(16)?\d{10}", _enterprise),
    NumberRule("personal", r"(?:18|19|20)?\d{10}", _person),
)
