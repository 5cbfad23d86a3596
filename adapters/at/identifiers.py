"""Austrian numbers: UID, Firmenbuchnummer and Abgabenkontonummer (law sheet, section 8)."""

from stdnum.at import tin, uid
from stdnum.exceptions import InvalidChecksum

from recovery.country_numbers import NumberRule, prefixed

# The letters of the company register number, by the weighted sum modulo 17.
_FN_LETTERS = "abdfghikmpstvwxyz"
_FN_WEIGHTS = (6, 4, 14, 15, 10, 1)


def _company_register(plain: str) -> str:
    """Check a Firmenbuchnummer: up to six digits and a letter."""
    digits, letter = plain.removeprefix("FN")[:-1], plain[-1].lower()
    total = sum(int(digit) * weight for digit, weight in zip(digits.zfill(6), _FN_WEIGHTS, strict=True))
    if _FN_LETTERS[total % 17] != letter:
        raise InvalidChecksum()
    return f"{int(digits)}{letter}"


RULES = (
    NumberRule("vat", r"(AT)?U\d{8}", prefixed("AT", uid.validate)),
    NumberRule("enterprise", r"(FN)?\d{1,6}[A-Z]", _company_register),
    NumberRule("tax", r"\d{9}", tin.validate),
)
