"""Dutch numbers: VAT, KvK and its branches, RSIN and BSN (law sheet, section 8)."""

from stdnum.nl import bsn, btw

from recovery.country_numbers import NumberRule, prefixed, unchecked

RULES = (
    NumberRule("vat", r"(NL)?\d{9}B\d\d", prefixed("NL", btw.validate)),
    NumberRule("enterprise", r"\d{8}|\d{12}", unchecked),
    NumberRule("tax", r"8\d{8}|00\d{7}", bsn.validate),
    NumberRule("personal", r"\d{9}", bsn.validate),
)
