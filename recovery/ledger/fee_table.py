"""What a partner's service keeps of what it recovers: a table of its own, a file of the installation; else nothing.

The file `<cc>-fees.toml` in the folder RECOVERY_SERVICE_DIR is of the service that collects in the country `<cc>`:

    [[fee]]
    creditor = "BE"            # the creditor's country; "*": any other
    phase    = "amicable"      # amicable, judicial, enforcement; "any": those without a row of their own
    from     = 2026-01-01      # for claims filed from that day
    currency = "EUR"           # of the case; by default the country's own
    minimum  = "25.00"         # kept of a case at least, of what came in
    vat      = "21.00"         # percent, for a creditor of the same country; across a border the charge is reversed
    tiers    = [{ up_to = "1000.00", percent = "15.00" }, { percent = "5.00" }]

Each tier is of the part of the sum that lies within it, like a tax's.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from recovery.errors import CaseError, IntakeError
from recovery.money import Money
from recovery.registry import adapter_of

Phase = Literal["amicable", "judicial", "enforcement"]
PHASES: tuple[Phase, ...] = ("amicable", "judicial", "enforcement")
ANY_COUNTRY, ANY_PHASE = "*", "any"
MOST_TIERS = 20


def _percent(text: str) -> str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not (value.is_finite() and 0 <= value <= 100 and value == round(value, 2)):
        raise ValueError(f"{text!r}: from 0 to 100, with two decimals at most")
    return text


Percent = Annotated[str, AfterValidator(_percent)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Tier(_Strict):
    """A share of what lies above the tier before, up to an amount; the last one has no end."""

    percent: Percent
    up_to: str | None = None


class FeeRow(_Strict):
    """One row of a partner's table."""

    creditor: str = Field(pattern=r"^([A-Z]{2}|\*)$")
    phase: Literal["any", "amicable", "judicial", "enforcement"] = "any"
    starts: date = Field(date.min, alias="from")
    currency: str = ""
    minimum: str = "0"
    vat: Percent = "0"
    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=MOST_TIERS, strict=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is kept of a case in one phase, without VAT: tiers up to amounts (None: no end), and the least of a case."""

    phase: Phase
    tiers: tuple[tuple[Money | None, Decimal], ...]
    minimum: Money
    vat: Decimal

    def of(self, start: int, end: int) -> Money:
        """Return what is kept of the part of a sum from `start` to `end` minor units, each tier rounded half up."""
        kept, below, currency = Money.zero(self.minimum.currency), 0, self.minimum.currency
        for up_to, percent in self.tiers:
            above = up_to.minor if up_to is not None else max(end, below)
            part = min(end, above) - max(start, below)
            if part > 0:
                kept += Money.rounded(Money(part, currency).major * percent / 100, currency)
            below = above
        return kept

    def vat_of(self, net: Money) -> Money:
        """Return the VAT on what is kept, rounded half up."""
        return Money.rounded(net.major * self.vat / 100, net.currency)

    def as_dict(self) -> dict[str, Any]:
        """Return the terms as plain data."""
        return {
            "phase": self.phase,
            "tiers": [
                {"up_to": str(up_to) if up_to is not None else None, "percent": f"{percent:.2f}"}
                for up_to, percent in self.tiers
            ],
            "minimum": str(self.minimum),
            "currency": self.minimum.currency,
            "vat": f"{self.vat:.2f}",
        }


def terms_for(country: str, creditor_country: str, currency: str, on: date) -> dict[Phase, Terms]:
    """Return what a country's service keeps of a claim filed on a day, by phase; nothing where its table says nothing.

    Raises:
        CaseError: the installation's table cannot be read.
    """
    rows = [
        row
        for row in table_of(country)
        if row.creditor in (creditor_country, ANY_COUNTRY) and row.starts <= on and _currency(row, country) == currency
    ]
    found: dict[Phase, Terms] = {}
    for phase in PHASES:
        of_phase = [row for row in rows if row.phase in (phase, ANY_PHASE)]
        if of_phase:
            best = max(of_phase, key=lambda row: (row.creditor != ANY_COUNTRY, row.phase != ANY_PHASE, row.starts))
            found[phase] = _terms(best, phase, currency, creditor_country == country)
    return found


def _currency(row: FeeRow, country: str) -> str:
    return row.currency or adapter_of(country).currency


def _terms(row: FeeRow, phase: Phase, currency: str, domestic: bool) -> Terms:
    tiers = tuple(
        (Money.parse(tier.up_to, currency) if tier.up_to else None, Decimal(tier.percent)) for tier in row.tiers
    )
    return Terms(phase, tiers, Money.parse(row.minimum, currency), Decimal(row.vat) if domestic else Decimal(0))


def has_table(country: str) -> bool:
    """Tell whether a country's service keeps anything."""
    return bool(table_of(country))


def table_of(country: str) -> tuple[FeeRow, ...]:
    """Return the rows of a partner's table, none where the installation has none.

    Raises:
        CaseError: it cannot be read, or a row is wrong; the message says which and why.
    """
    folder = os.environ.get("RECOVERY_SERVICE_DIR")
    path = Path(folder, f"{country.lower()}-fees.toml") if folder else None
    if path is None or not path.is_file():
        return ()
    return _read(path, path.stat().st_mtime_ns, country.upper())


@lru_cache(maxsize=64)
def _read(path: Path, changed: int, country: str) -> tuple[FeeRow, ...]:
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(path, str(error)) from None
    unknown = [name for name in given if name != "fee"]
    if unknown or not isinstance(given.get("fee", []), list):
        raise _bad(path, f"{', '.join(unknown) or 'fee'}: write rows as [[fee]] alone")
    rows = [_row(path, number, one, country) for number, one in enumerate(given.get("fee", []), 1)]
    keys = [(row.creditor, row.phase, row.starts, _currency(row, country)) for row in rows]
    for number, key in enumerate(keys, 1):
        if key in keys[: number - 1]:
            raise _bad(path, f"fee {number}: creditor, phase, from and currency stand in a row before")
    return tuple(rows)


def _row(path: Path, number: int, given: Any, country: str) -> FeeRow:
    try:
        row = FeeRow.model_validate(given)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, one['loc'])) or 'row'}: {one['msg']}" for one in error.errors())
        raise _bad(path, f"fee {number}, " + "; ".join(faults)) from None
    for fault in _faults(row, country):
        raise _bad(path, f"fee {number}, {fault}")
    return row


def _faults(row: FeeRow, country: str) -> Iterator[str]:
    """Yield what is wrong with the amounts of a row."""
    try:
        currency = _currency(row, country)
        minimum = Money.parse(row.minimum, currency)
        ends = [Money.parse(tier.up_to, currency).minor if tier.up_to else None for tier in row.tiers]
    except IntakeError as error:
        yield error.message
        return
    if minimum.minor < 0:
        yield "minimum: not below zero"
    if ends[-1] is not None:
        yield "tiers: the last one has no up_to"
    bounds = [0, *(end for end in ends[:-1] if end is not None)]
    if len(bounds) != len(ends) or bounds != sorted(set(bounds)):
        yield "tiers: each up_to is more than the one before"


def _bad(path: Path, why: str) -> CaseError:
    return CaseError(f"{path.name}: {why}; correct the file in RECOVERY_SERVICE_DIR", code="bad_setting", field="fee")
