"""The registry: which countries are served, found by their entry points."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from recovery.country import CountryAdapter
from recovery.errors import IntakeError

ENTRY_POINTS = "recovery.countries"


def _points() -> dict[str, Any]:
    return {point.name.upper(): point for point in entry_points(group=ENTRY_POINTS)}


@cache
def _registered() -> dict[str, Any]:
    return dict(sorted(_points().items()))


def countries() -> tuple[str, ...]:
    """Return the countries that are served, as alpha-2 codes in order."""
    return tuple(_registered())


def currencies() -> tuple[str, ...]:
    """Return the currencies of the countries that are served, in order."""
    return tuple(sorted({adapter_of(code).currency for code in countries()}))


def trials(*codes: str | None) -> list[str]:
    """Return a warning for each of these countries whose adapter is experimental."""
    tried = [code for code in dict.fromkeys(codes) if code in countries() and adapter_of(str(code)).experimental]
    return [f"{code}: experimental: nobody of this country has checked its rules; have a lawyer look" for code in tried]


def adapter_of(country: str) -> CountryAdapter:
    """Return the adapter of a country, found by the entry point group `recovery.countries`.

    Raises:
        IntakeError: no adapter serves the country.
    """
    return _adapter(country.upper())


@cache
def _adapter(country: str) -> CountryAdapter:
    point = _registered().get(country)
    if point is None:
        raise IntakeError(
            f"country {country}: not served; served are {', '.join(countries())}",
            code="country_not_served",
            field="debtor.country",
        )
    adapter: CountryAdapter = point.load()()
    return adapter
