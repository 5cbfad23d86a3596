"""Belgian numbers: enterprise and VAT (KBO/BCE), and the national register's (law sheet, section 8)."""

from stdnum.be import nn, vat

from recovery.country_numbers import NumberRule, prefixed

RULES = (
    NumberRule("vat", r"BE\d{9,10}", prefixed("BE", vat.validate)),
    NumberRule("enterprise", r"\d{9,10}", vat.validate),
    NumberRule("personal", r"\d{11}", nn.validate),
)
