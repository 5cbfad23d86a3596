"""Court fees from dated parameters: one amount, or a table by the value of the claim."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from recovery.law.parameters import Parameter
from recovery.law.values import CourtFee
from recovery.money import Money


def _unknown(parameter: Parameter, day: date) -> str | None:
    """Return why a fee is not known on a day, None when it is."""
    name = f"{parameter.country}: {parameter.key}"
    if day > parameter.relied_through:
        return f"{name} is confirmed only through {parameter.confirmed_through}; asked for {day}"
    if day < parameter.starts[0]:
        return f"{name} is known only from {parameter.starts[0]}; asked for {day}"
    return None


def flat_fee(parameter: Parameter, currency: str, day: date) -> CourtFee:
    """Return a fee that is one amount whatever the claim."""
    unknown = _unknown(parameter, day)
    if unknown:
        return CourtFee(None, parameter.basis, (unknown,))
    dated = parameter.held(day)
    warnings = (f"{parameter.country}: {parameter.key} is uncertain",) if dated.confidence == "uncertain" else ()
    return CourtFee(Money.parse(dated.value, currency), parameter.basis, warnings)


def bracket_fee(parameter: Parameter, currency: str, value: Money, day: date, column: int = 1) -> CourtFee:
    """Return a fee from rows [up to, fee, …]; 0 as bound means no bound. An unknown fee says why."""
    unknown = _unknown(parameter, day)
    name = f"{parameter.country}: {parameter.key}"
    if unknown is None and value.currency != currency:
        unknown = f"{name} goes by the value in {currency}"
    if unknown:
        return CourtFee(None, parameter.basis, (unknown,))
    rows, last = _brackets(parameter, parameter.held(day).starts_on, currency, column)
    for bound, fee in rows:
        if bound is None or value.minor <= bound:
            return fee
    return last


@lru_cache(maxsize=1024)
def _brackets(
    parameter: Parameter, starts_on: date, currency: str, column: int
) -> tuple[tuple[tuple[int | None, CourtFee], ...], CourtFee]:
    """Return the rows of a table as (upper bound in minor units, fee), and what holds above the last one."""
    dated = parameter.held(starts_on)
    name = f"{parameter.country}: {parameter.key}"
    warnings = (f"{name} is uncertain",) if dated.confidence == "uncertain" else ()
    rows = tuple(
        (
            Money.parse(row[0], currency).minor if row[0] else None,
            CourtFee(Money.parse(row[column], currency), parameter.basis, warnings),
        )
        for row in dated.value
    )
    return rows, CourtFee(None, parameter.basis, (*warnings, f"{name}: no fee above the last bracket"))
