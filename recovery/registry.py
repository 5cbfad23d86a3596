"""The registry: which countries are served, found by their entry points."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import entry_points
from typing import Any

from recovery.country import CountryAdapter
from recovery.errors import IntakeError, LawError
from recovery.law.basis import Basis, Grammar
from recovery.law.laws_file import common

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


@lru_cache(maxsize=4096)
def basis_of(text: str, *likely: str) -> Basis:
    """Return the typed form of a legal basis that was stored or sent as text, whatever the text is.

    `likely` are the countries whose law it may be, the likeliest first: the law of the contract, then the debtor's
    country. The other countries are asked after them, then all together (a basis may join two laws). What nobody
    knows whole is kept as it stands.
    """
    known = countries()
    order = tuple(dict.fromkeys((*(country for country in likely if country in known), *known)))
    for grammar in (*(adapter_of(country).grammar for country in order), _all_together(order)):
        try:
            return grammar.parse(text)
        except LawError:
            continue
    return Basis.said(text)


@cache
def _all_together(order: tuple[str, ...]) -> Grammar:
    return Grammar((*(adapter_of(country).citations for country in order), common()))
