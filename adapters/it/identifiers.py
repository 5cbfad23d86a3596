"""Italian numbers: partita IVA and codice fiscale (law sheet, section 8)."""

from stdnum import luhn
from stdnum.exceptions import InvalidComponent
from stdnum.it import codicefiscale

from recovery.country_numbers import NumberRule


def _partita_iva(plain: str) -> str:
    """Check by the Luhn digit alone: numbers without a known office code are in use."""
    bare = plain.removeprefix("IT")
    if not int(bare):
        raise InvalidComponent()
    luhn.validate(bare)
    return plain


RULES = (
    NumberRule("vat", r"(IT)?\d{11}", _partita_iva),
    NumberRule("personal", r"[A-Z]{6}[A-Z0-9]{9}[A-Z]", codicefiscale.validate),
)
