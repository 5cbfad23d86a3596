"""Spanish numbers: NIF of legal entities and of persons, NIE, and VAT (law sheet, section 8)."""

from stdnum.es import cif, nif
from stdnum.exceptions import InvalidChecksum

from recovery.country_numbers import NumberRule

_CIF_LETTER, _CIF_DIGIT = "PQRSNW", "ABEH"


def _company_tax_number(plain: str) -> str:
    """Check a legal entity's number: some types end in a letter, some in a digit."""
    normal: str = cif.validate(plain)
    last_is_digit = normal[-1].isdigit()
    letter_wanted = normal[0] in _CIF_LETTER or normal[1:3] == "00"
    if (letter_wanted and last_is_digit) or (normal[0] in _CIF_DIGIT and not last_is_digit and normal[1:3] != "00"):
        raise InvalidChecksum()
    return normal


def _vat(plain: str) -> str:
    bare = plain.removeprefix("ES")
    if bare[0] in "0123456789XYZKLM":
        nif.validate(bare)
    else:
        _company_tax_number(bare)
    return "ES" + bare


def _person(plain: str) -> str:
    normal: str = nif.validate(plain.zfill(9) if plain[0].isdigit() else plain)
    return normal


RULES = (
    NumberRule("vat", r"ES[A-Z0-9]\d{7}[A-Z0-9]", _vat),
    NumberRule("personal", r"\d{1,8}[A-Z]|[XYZKLM]\d{7}[A-Z]", _person),
    NumberRule("tax", r"[A-HJNP-SUVW]\d{7}[0-9A-J]", _company_tax_number),
)
