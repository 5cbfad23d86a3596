"""One exchange rate as quoted on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

SIX_DIGITS = Context(prec=6)
EXACT = Context(prec=34)


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of the target currency for one unit of the source, as fixed on `rate_date`.

    `rate` is what is shown, six significant digits where it is derived; amounts are reckoned with `exact`.
    """

    rate: Decimal
    rate_date: date
    source: str
    exact: Decimal | None = None

    @classmethod
    def through_euro(cls, source_per_euro: Decimal, target_per_euro: Decimal, on: date, name: str) -> Rate:
        """Return the rate between two currencies that are both quoted against the euro."""
        if source_per_euro == 1:
            return cls(target_per_euro, on, name)
        exact = EXACT.divide(target_per_euro, source_per_euro)
        return cls(SIX_DIGITS.plus(exact), on, name, exact)
