"""The forex-python service: a live source of last resort, kept at arm's length."""

from __future__ import annotations

import queue
import threading
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from recovery.currency.ecb import EmbeddedEcb
from recovery.currency.quotation import SIX_DIGITS, Rate
from recovery.errors import GatewayError

SANITY_BAND = Decimal("0.20")
MOST_DAYS_BACK = timedelta(days=7)
MOST_HANGING = 4

_hanging = threading.BoundedSemaphore(MOST_HANGING)


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
        known = EmbeddedEcb().rate(source, target, on)
        if known and abs(value - known.rate) > SANITY_BAND * known.rate:
            raise GatewayError(
                f"{self.name}: {source} to {target} {value} lies more than {SANITY_BAND:.0%} from "
                f"{known.rate} of {known.rate_date}: not used",
                code="rate_not_plausible",
            )
        return Rate(SIX_DIGITS.plus(value), day, self.name)

    def _answer(self, source: str, target: str, on: date) -> tuple[Decimal, date]:
        """Return the rate and its day, checked to be a rate and a day."""
        raw, stated = self._within_time(source, target, on)
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

    def _within_time(self, source: str, target: str, on: date) -> tuple[Any, Any]:
        """Ask in a thread of its own, because the service's client knows no time limit."""
        if not _hanging.acquire(blocking=False):
            raise GatewayError(f"{self.name}: {MOST_HANGING} questions still hang; try later", code="rate_timeout")
        answers: queue.SimpleQueue[tuple[Any, Any] | Exception] = queue.SimpleQueue()
        threading.Thread(target=self._ask, args=(source, target, on, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=self.seconds)
        except queue.Empty:
            message = f"{self.name}: no answer within {self.seconds} s; try later"
            raise GatewayError(message, code="rate_timeout") from None
        if isinstance(answer, Exception):
            raise GatewayError(
                f"{self.name}: no rate {source} to {target} on {on} ({type(answer).__name__}); try later",
                code="rate_unavailable",
            )
        return answer

    def _ask(self, source: str, target: str, on: date, answers: queue.SimpleQueue[Any]) -> None:
        try:
            answers.put(_question(source, target, on, self.url))
        except Exception as error:  # the caller reports it as a gateway that failed
            answers.put(error)
        finally:
            _hanging.release()


class _Answer(Protocol):
    def json(self) -> dict[str, object]: ...


def _question(source: str, target: str, on: date, url: str | None) -> tuple[Any, Any]:
    """Return the rate and the date of the service's answer; forex-python itself drops the date."""
    from forex_python.converter import CurrencyRates

    dates: list[object] = []

    class Dated(CurrencyRates):  # type: ignore[misc]
        def _source_url(self) -> str:
            return url or str(super()._source_url())

        def _decode_rates(self, response: _Answer, *_: object, **__: object) -> object:
            dates.append(response.json().get("date"))
            return super()._decode_rates(response, True)

    rate = Dated(force_decimal=True).get_rate(source, target, on)
    return rate, dates[0]
