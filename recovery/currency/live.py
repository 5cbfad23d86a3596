"""The forex-python service: a live source of last resort, kept at arm's length."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from recovery.currency.ecb import SANITY_BAND, far_from_known
from recovery.currency.quotation import SIX_DIGITS, Rate
from recovery.errors import GatewayError
from recovery.http import NoAnswer, ask

MOST_DAYS_BACK = timedelta(days=7)
MOST_BYTES = 100_000


class LiveForex:
    """Rates of the service behind forex-python, with a time limit, a date check and a sanity band."""

    name = "forex-python"

    def __init__(self, seconds: float = 10.0, url: str | None = None) -> None:
        self.seconds = seconds
        self.url = url

    def rate(self, source: str, target: str, on: date) -> Rate | None:
        """Return the service's rate of a day, if it lies near the last known fixing.

        Raises:
            GatewayError: no answer in time, none at all, one of another day, or one far off.
        """
        if source == target:
            return Rate(Decimal(1), on, self.name)
        value, day = self._answer(source, target, on)
        if known := far_from_known(source, target, value, on):
            raise GatewayError(
                f"{self.name}: {source} to {target} {value} lies more than {SANITY_BAND:.0%} from "
                f"{known.rate} of {known.rate_date}: not used",
                code="rate_not_plausible",
            )
        return Rate(SIX_DIGITS.plus(value), day, self.name)

    def _answer(self, source: str, target: str, on: date) -> tuple[Decimal, date]:
        """Return the rate and its day, checked to be a rate and a day."""
        raw, stated = self._asked(source, target, on)
        try:
            value, day = Decimal(str(raw)), date.fromisoformat(str(stated))
        except (InvalidOperation, ValueError):
            raise self._useless(source, target, f"{raw!r} of {stated!r}"[:80]) from None
        if not value.is_finite() or value <= 0:
            raise self._useless(source, target, str(value)[:40])
        if not on - MOST_DAYS_BACK <= day <= on:
            raise self._useless(source, target, f"a rate of {day} for {on}")
        return value, day

    def _useless(self, source: str, target: str, found: str) -> GatewayError:
        return GatewayError(f"{self.name}: {source} to {target}: {found}: not used", code="rate_not_plausible")

    def _asked(self, source: str, target: str, on: date) -> tuple[Any, Any]:
        """Return the rate and the date of the service's answer."""
        try:
            return _question(source, target, on, self.url, self.seconds)
        except NoAnswer as error:
            raise GatewayError(f"{self.name}: {error}; try later", code="rate_unavailable") from None
        except Exception as error:  # whatever the service's client makes of an answer that it does not expect
            raise GatewayError(
                f"{self.name}: no rate {source} to {target} on {on} ({type(error).__name__}); try later",
                code="rate_unavailable",
            ) from None


def _question(source: str, target: str, on: date, url: str | None, seconds: float) -> tuple[Any, Any]:
    """Ask what forex-python asks and read it as it does; it sets no limit of time and drops the answer's date."""
    from forex_python.converter import CurrencyRates, RatesNotAvailableError

    rates = CurrencyRates(force_decimal=True)
    asked = {"base": source, "symbols": target, "rtype": "fpy"}
    answer = ask("GET", (url or rates._source_url()) + rates._get_date_string(on), seconds, MOST_BYTES, params=asked)
    if answer.status != 200:
        raise RatesNotAvailableError(str(answer.status))
    response = _Response(answer.body.decode())
    rate = rates._get_decoded_rate(response, target)
    if not rate:
        raise RatesNotAvailableError(target)
    return rate, response.json().get("date")


@dataclass(frozen=True, slots=True)
class _Response:
    """An answer as forex-python reads one."""

    text: str

    def json(self) -> Any:
        return json.loads(self.text)
