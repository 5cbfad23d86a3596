"""Amounts of money in a currency, exact: whole minor units, never a binary float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from recovery.errors import IntakeError

# Currencies whose minor unit is not a hundredth (ISO 4217, table A.1).
_MINOR_DIGITS = (
    dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    )
    | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
    | {"CLF": 4, "UYW": 4}
    | dict.fromkeys(["BEF", "ESP", "GRD", "ITL", "LUF", "PTE"], 0)
)
# Currencies that the euro replaced, which old papers name and ISO 4217 lists no more.
REPLACED = frozenset(
    (
        *("ATS", "BEF", "BGN", "CYP", "DEM", "EEK", "ESP", "FIM", "FRF", "GRD", "HRK"),
        *("IEP", "ITL", "LTL", "LUF", "LVL", "MTL", "NLG", "PTE", "SIT", "SKK"),
    )
)

MOST = 10**15  # beyond this an amount is a mistake, and decimals would no longer be exact

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """Return how many decimals the currency has (EUR 2, JPY 0).

    Raises:
        IntakeError: the code is not an ISO 4217 currency.
    """
    import pycountry

    if currency not in REPLACED and pycountry.currencies.get(alpha_3=currency) is None:
        raise IntakeError(
            f"currency {currency!r}: not an ISO 4217 code; use three letters such as EUR or SEK",
            code="unknown_currency",
            field="currency",
        )
    return _MINOR_DIGITS.get(currency, 2)


def round_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator as a whole number, halves away from zero.

    `denominator` must be positive.
    """
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def decimal_of(text: str | int | Decimal, field: str = "amount") -> Decimal:
    """Return the number that `text` writes with a decimal point.

    Raises:
        IntakeError: it is not a plain decimal number.
    """
    if isinstance(text, (int, Decimal)) and not isinstance(text, bool):
        value = Decimal(text)
        if value.is_finite():
            return value
    elif isinstance(text, str) and _PLAIN_NUMBER.fullmatch(text.strip()):
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            pass
    raise IntakeError(
        f"{field} {text!r}: not a number; write it as 1234.50, with a point and no separators",
        code="bad_amount",
        field=field,
    )


@lru_cache(maxsize=16384, typed=True)
def _minor_of(text: str | int | Decimal, currency: str, field: str) -> int:
    digits = minor_digits(currency)
    value = decimal_of(text, field)
    if abs(value) >= MOST:
        raise IntakeError(f"{field} {text}: no debt is that large; check the amount", code="bad_amount", field=field)
    scaled = value.scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise IntakeError(
            f"{field} {text}: {currency} has {digits} decimals; round the amount first",
            code="too_many_decimals",
            field=field,
        )
    return int(scaled)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in whole minor units (cents, öre) of one currency."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str | int | Decimal, currency: str, field: str = "amount") -> Money:
        """Return the amount written in major units, refusing decimals the currency lacks.

        Raises:
            IntakeError: not a number, too many decimals, or an unknown currency.
        """
        return cls(_minor_of(text, currency, field), currency)

    @classmethod
    def rounded(cls, exact: Decimal, currency: str) -> Money:
        """Return the amount rounded half up to the minor unit."""
        numerator, denominator = exact.scaleb(minor_digits(currency)).as_integer_ratio()
        return cls(round_half_up(numerator, denominator), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing, in a currency."""
        return cls(0, currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units (euro, krona), exact."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise IntakeError(
                f"cannot combine {self.currency} with {other.currency}; convert one first",
                code="currency_mismatch",
                field="currency",
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        minor, digits = self.minor, minor_digits(self.currency)
        if not digits:
            return str(minor)
        text = f"{abs(minor):0{digits + 1}d}"
        return f"{'-' if minor < 0 else ''}{text[:-digits]}.{text[-digits:]}"

    def as_dict(self) -> dict[str, str]:
        """Return the amount in the shape of the command line's JSON."""
        return {"amount": self.__str__(), "currency": self.currency}


def total(amounts: list[Money], currency: str) -> Money:
    """Return the sum of amounts that are all in `currency`."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result
