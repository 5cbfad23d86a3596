"""Dated parameters of a country's law: every number a statute fixes, with its source."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from bisect import bisect_right
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Any

from recovery.errors import LawError

CONFIDENCES = ("confirmed", "known", "uncertain")
_REQUIRED = ("label", "unit", "basis", "source", "confidence", "confirmed_through")


@dataclass
class Notes:
    """What must be said beside an answer: uncertain values that were read, and values read past their last check."""

    warnings: list[str] = field(default_factory=list)
    provisional: bool = False

    def warn(self, text: str) -> None:
        """Add a warning once."""
        if text not in self.warnings:
            self.warnings.append(text)


_notes: ContextVar[Notes | None] = ContextVar("law notes", default=None)


class _Noting:
    """The block within which notes are collected."""

    __slots__ = ("notes", "outer", "pass_on", "token")

    def __init__(self, pass_on: bool) -> None:
        self.pass_on, self.notes = pass_on, Notes()

    def __enter__(self) -> Notes:
        self.outer = _notes.get()
        self.token = _notes.set(self.notes)
        return self.notes

    def __exit__(self, *_: object) -> None:
        _notes.reset(self.token)
        if self.outer is not None and self.pass_on:
            self.outer.provisional |= self.notes.provisional
            for text in self.notes.warnings:
                self.outer.warn(text)


def noting(pass_on: bool = True) -> _Noting:
    """Collect what the rules read within: no uncertain number stays silent.

    Nested calls pass theirs on, unless what is reckoned within is not part of the answer.
    """
    return _Noting(pass_on)


def note(text: str, provisional: bool = False) -> None:
    """Say something beside the answer that is being made, if anybody collects it."""
    notes = _notes.get()
    if notes is not None:
        notes.warn(text)
        notes.provisional |= provisional


def repeat(told: Notes) -> None:
    """Say again what was said when a remembered answer was first made."""
    for text in told.warnings:
        note(text, told.provisional)


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with the day from which it holds, and the article it stands on."""

    value: Any
    starts_on: date
    confidence: str
    basis: str


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter over time.

    `confirmed_through` is the last day for which somebody checked the value in a source, or the last day of the
    period for which it was published. A statute that holds until it is changed is relied on longer, through
    `relied_through`; after that its value is taken as provisional, and no rate or fee is taken at all.
    """

    country: str
    key: str
    label: str
    unit: str
    basis: str
    source: str
    confidence: str
    confirmed_through: date
    values: tuple[Dated, ...]
    starts: tuple[date, ...] = field(repr=False)
    relied_until: date | None = None

    @property
    def relied_through(self) -> date:
        """The last day on which the value is taken without being provisional."""
        return self.relied_until or self.confirmed_through

    def on(self, day: date) -> Dated:
        """Return the value that holds on `day`.

        Raises:
            LawError: `day` lies before the first value or after the last confirmed day.
        """
        return self._at(day, self.confirmed_through)

    def held(self, day: date) -> Dated:
        """Return the value that holds on `day`, relying on a statute until it is due to be read again.

        Raises:
            LawError: `day` lies before the first value or after the last day relied on.
        """
        return self._at(day, self.relied_through)

    def _at(self, day: date, last: date) -> Dated:
        at = bisect_right(self.starts, day)
        if day <= last and at:
            return self.values[at - 1]
        why = f"known only from {self.starts[0]}; asked for {day}"
        if day > last:
            why = f"confirmed only through {self.confirmed_through}; asked for {day}: add the new value with its source"
            why += " to law.toml or rates.csv"
        raise LawError(f"{self.country}: {self.key} is {why}", code="rule_not_known", field=self.key)

    def taken(self, day: date) -> Any:
        """Return the value for `day`, saying so where it is uncertain or `day` lies past what is relied on.

        For rules that must have a number to go on (terms in days, years of limitation): past the last day relied
        on the last value is taken, the answer is provisional and says why.

        Raises:
            LawError: `day` lies before the first value.
        """
        if day > self.relied_through:
            note(
                f"{self.country}: {self.key} is confirmed only through {self.confirmed_through}; "
                f"that value is taken for {day}",
                provisional=True,
            )
            day = self.relied_through
        dated = self.held(day)
        if dated.confidence == "uncertain":
            note(f"{self.country}: {self.label} ({self.key}) is uncertain: {dated.basis}")
        return dated.value

    def taken_or_first(self, day: date) -> Any:
        """Return the value for `day` as `taken` does; before the first value, that one."""
        return self.taken(max(day, self.starts[0]))

    def ends_on(self, value: Dated) -> date | None:
        """Return the last day on which `value` holds, None while nothing follows it."""
        at = bisect_right(self.starts, value.starts_on)
        if at == len(self.starts):
            return None
        return date.fromordinal(self.starts[at].toordinal() - 1)

    def changes(self, first: date, last: date) -> list[tuple[date, Dated]]:
        """Return the values over `first`..`last` with the day from which each counts there.

        Raises:
            LawError: some day of the period is not covered.
        """
        result = [(first, self.on(first))]
        self.on(last)
        at = bisect_right(self.starts, first)
        while at < len(self.starts) and self.starts[at] <= last:
            result.append((self.starts[at], self.values[at]))
            at += 1
        return result


@dataclass(frozen=True)
class LawBook:
    """All parameters of one country, and the hash of the files they were read from."""

    country: str
    parameters: dict[str, Parameter]
    digest: str

    def __getitem__(self, key: str) -> Parameter:
        try:
            return self.parameters[key]
        except KeyError:
            raise LawError(
                f"{self.country}: no parameter {key!r} in law.toml",
                code="rule_not_known",
                field=key,
            ) from None

    def __contains__(self, key: str) -> bool:
        return key in self.parameters

    def value(self, key: str, day: date) -> Any:
        """Return the bare value of a parameter on a day; uncertain or no longer confirmed ones are noted.

        Raises:
            LawError: there is no such parameter, or `day` lies before its first value.
        """
        return self[key].taken(day)

    def value_or_first(self, key: str, day: date) -> Any:
        """Return the value of a parameter on a day as `value` does; before its first value, that one."""
        return self[key].taken_or_first(day)


def load_law(folder: Traversable, country: str, own: str = "") -> LawBook:
    """Read `law.toml` and `rates.csv` of a country's folder, and the installation's own parameters over them.

    `own` is TOML like law.toml: a table replaces the fields it names (an uncertain value that a partner has
    settled for itself, say). It counts into the digest.

    Raises:
        LawError: a parameter lacks a field, or its values are not in order of date.
    """
    law_text = folder.joinpath("law.toml").read_text("utf-8")
    rates = folder.joinpath("rates.csv")
    rates_text = rates.read_text("utf-8") if rates.is_file() else ""
    rows = _rate_rows(rates_text, country)
    tables = _tables(law_text, f"{country}: law.toml")
    for key, table in _tables(own, f"{country}: the installation's own parameters").items():
        tables[key] = {**tables.get(key, {}), **table}
    parameters = {key: _parameter(country, key, table, rows) for key, table in tables.items()}
    unknown = set(rows) - set(parameters)
    if unknown:
        raise LawError(f"{country}: rates.csv has rows for {sorted(unknown)} that law.toml does not declare")
    digest = hashlib.sha256((law_text + rates_text + own).encode()).hexdigest()
    return LawBook(country, parameters, digest)


def _tables(text: str, where: str) -> dict[str, dict[str, Any]]:
    try:
        tables: dict[str, dict[str, Any]] = tomllib.loads(text, parse_float=Decimal).get("parameter", {})
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"{where}: no TOML: {error}") from error
    return tables


def _rate_rows(text: str, country: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of rates.csv by parameter: parameter,from,value,confidence,source."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        try:
            value = Decimal(row["value"])
            entry = {
                "from": date.fromisoformat(row["from"]),
                "value": value,
                "confidence": row["confidence"],
                "source": row["source"],
            }
            rows.setdefault(row["parameter"], []).append(entry)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise LawError(f"{country}: rates.csv row {row}: {error!r}") from error
        if not value.is_finite():
            raise LawError(f"{country}: rates.csv row {row}: the value is no number")
    return rows


def _parameter(country: str, key: str, table: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> Parameter:
    missing = [name for name in _REQUIRED if name not in table]
    if missing:
        raise LawError(f"{country}: parameter {key} lacks {', '.join(missing)}")
    raw = rows.get(key, []) if "values" not in table else table["values"]
    whole = all("value" in item and isinstance(item.get("from"), date) for item in raw)
    if not whole or not isinstance(table["confirmed_through"], date):
        raise LawError(f"{country}: parameter {key}: each value needs value and from, and confirmed_through a date")
    values = tuple(
        Dated(item["value"], item["from"], item.get("confidence", table["confidence"]), table["basis"]) for item in raw
    )
    starts = tuple(value.starts_on for value in values)
    wrong = {value.confidence for value in values} - set(CONFIDENCES)
    if not values or list(starts) != sorted(set(starts)) or wrong:
        raise LawError(
            f"{country}: parameter {key}: values missing, out of order or of unknown confidence {wrong or ''}"
        )
    told = {name: table[name] for name in _REQUIRED}
    until = _relied_until(country, key, table)
    return Parameter(country=country, key=key, values=values, starts=starts, relied_until=until, **told)


def _relied_until(country: str, key: str, table: dict[str, Any]) -> date | None:
    last = table.get("relied_through")
    if last is not None and (not isinstance(last, date) or last < table["confirmed_through"]):
        raise LawError(f"{country}: parameter {key}: relied_through is a day, not before confirmed_through")
    return last
