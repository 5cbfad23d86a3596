"""Public holidays of a country and region, as the `holidays` library knows them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=4096)
def listed_holidays(country: str, year: int, region: str | None, categories: tuple[str, ...]) -> frozenset[date]:
    """Return the library's holidays of a year; a region that it does not know has the national ones."""
    import holidays

    subdivision = region.split("-", 1)[1] if region and "-" in region else None
    known = getattr(holidays.country_holidays(country), "subdivisions", ())
    calendar = holidays.country_holidays(
        country,
        years=year,
        subdiv=subdivision if subdivision in known else None,
        categories=categories,
        observed=False,
    )
    return frozenset(day for day in calendar if day.year == year)
