"""Exchange rates: what a rate is, and conversion with one rounding at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from recovery.currency.ecb import EmbeddedEcb, quoted_until
from recovery.currency.quotation import Rate
from recovery.errors import GatewayError, IntakeError, RecoveryError
from recovery.money import Money, minor_digits

STALE_AFTER = timedelta(days=7)

__all__ = [
    "DEFAULT_SOURCES",
    "Conversion",
    "EmbeddedEcb",
    "Fixing",
    "Rate",
    "RateSource",
    "StoredRates",
    "convert",
    "symbol",
]


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted amount with the rate that was used."""

    amount: Money
    rate: Decimal
    rate_date: date
    source: str
    warnings: tuple[str, ...] = ()


class RateSource(Protocol):
    """Something that knows rates."""

    def rate(self, source: str, target: str, on: date) -> Rate | None:
        """Return the last rate fixed on or before a day, None where it knows none."""
        ...


# A fixing: its day, units of the currency for one euro, and who fixed it.
Fixing = tuple[date, Decimal, str]


class StoredRates:
    """Rates that were stored: units per euro, each the last fixing of a currency on or before a day."""

    def __init__(self, fixing: Callable[[str, date], Fixing | None]) -> None:
        self.fixing = fixing

    def rate(self, source: str, target: str, on: date) -> Rate | None:
        """Return the last stored rate on or before `on`, dated by the older of its two fixings."""
        one, two = self._per_euro(source, on), self._per_euro(target, on)
        if one is None or two is None:
            return None
        names = dict.fromkeys(row[2] for code, row in ((source, one), (target, two)) if code != "EUR")
        return Rate.through_euro(one[1], two[1], min(one[0], two[0]), ", ".join(names))

    def _per_euro(self, currency: str, on: date) -> Fixing | None:
        return (on, Decimal(1), "") if currency == "EUR" else self.fixing(currency, on)


DEFAULT_SOURCES: tuple[RateSource, ...] = (EmbeddedEcb(),)


def convert(
    amount: Money,
    to: str,
    on: date,
    sources: Sequence[RateSource] = DEFAULT_SOURCES,
    oldest: timedelta | None = STALE_AFTER,
) -> Conversion:
    """Return an amount in another currency at the last fixing on or before `on`, rounded once.

    Sources are asked in turn until one has the fixing of the last working day. A fixing older than `oldest` is none
    to pay by; without that limit it serves for orders of magnitude.

    Raises:
        IntakeError: a currency is unknown, or no source has a fixing on or before the day that is recent enough.
        GatewayError: a source failed and no other one has a rate.
    """
    minor_digits(amount.currency)
    _check_code(to)
    if amount.currency == to:
        return Conversion(amount, Decimal(1), on, "same currency")
    best, failures = _newest(amount.currency, to, on, sources)
    warnings = tuple(failure.message for failure in failures)
    if best is None:
        raise failures[0] if failures else _not_known(amount.currency, to, on)
    if oldest is not None and on - best.rate_date > oldest:
        raise _too_old(amount.currency, to, on, best.rate_date)
    exact = amount.major * (best.exact or best.rate)
    return Conversion(Money.rounded(exact, to), best.rate, best.rate_date, best.source, warnings)


def converted(amount: Money, to: str, on: date) -> Money | None:
    """Return about what an amount is in another currency, for thresholds of law; None where no rate is known."""
    try:
        return convert(amount, to, on, oldest=None).amount
    except RecoveryError:
        return None


def _check_code(currency: str) -> None:
    if currency != currency.upper():
        raise IntakeError(
            f"currency {currency!r}: write the code in capitals", code="unknown_currency", field="currency"
        )
    minor_digits(currency)


def _newest(
    source: str, target: str, on: date, sources: Sequence[RateSource]
) -> tuple[Rate | None, list[GatewayError]]:
    """Return the newest rate that the sources have, never one of a later day, and what failed."""
    best: Rate | None = None
    failures: list[GatewayError] = []
    working_day = on - timedelta(days=max(0, on.weekday() - 4))
    for one in sources:
        try:
            found = one.rate(source, target, on)
        except GatewayError as error:
            failures.append(error)
            continue
        if found and found.rate_date <= on and (best is None or found.rate_date > best.rate_date):
            best = found
        if best and best.rate_date >= working_day:
            break
    return best, failures


def _not_known(source: str, target: str, on: date) -> IntakeError:
    """Tell whether the pair or the day is what no source knows."""
    quoted = EmbeddedEcb().rate(source, target, date.max) is not None
    why = (
        "the day lies before the first fixing; ECB rates begin in January 1999"
        if quoted
        else "no source quotes this pair; ask for a rate of your bank"
    )
    return IntakeError(
        f"no exchange rate {source} to {target} on or before {on}: {why}",
        code="rate_not_known",
        field="on" if quoted else "currency",
    )


def _too_old(source: str, target: str, on: date, last: date) -> IntakeError:
    """Tell whether a currency is quoted no more, or newer fixings did not come in."""
    newest = max(day for code in ("USD", source, target) if (day := quoted_until(code)))
    gone = [code for code in (source, target) if (day := quoted_until(code)) and day < newest]
    why = (
        f"the ECB has quoted {gone[0]} no more since {quoted_until(gone[0])}; use a rate of your bank"
        if gone and last == quoted_until(gone[0])
        else "newer ones did not come in: look at the flow runs of refresh-rates"
    )
    return IntakeError(
        f"no exchange rate {source} to {target} of {on}: the last known fixing, of {last}, is older than "
        f"{STALE_AFTER.days} days; {why}",
        code="rate_too_old",
        field="on",
    )


def symbol(currency: str) -> str:
    """Return the sign of a currency, its code where it has none."""
    from forex_python.converter import CurrencyCodes

    return str(CurrencyCodes().get_symbol(currency) or currency)
