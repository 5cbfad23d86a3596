"""A document under its map: texts, dates and amounts found by the map's paths."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from recovery.intake.dates import read_date, stands_for_no_day
from recovery.intake.notes import Notes
from recovery.money import Money

_CURRENCY_MARKS = ("currencyID", "amountCurrencyID", "Currency")

Paths = list[str]


class Hit(NamedTuple):
    """A text that a path found, and the element it stands in."""

    text: str
    node: Any

    @property
    def currency(self) -> str | None:
        """The currency that the element states for itself."""
        return next((self.node.get(mark) for mark in _CURRENCY_MARKS if self.node.get(mark)), None)


class Fields:
    """A document under its map. Fields are looked for in the first body, parties in the whole document."""

    def __init__(self, root: Any, data: dict[str, Any], namespace: str, notes: Notes) -> None:
        self.root, self.data, self.namespace, self.notes = root, data, namespace, notes
        self.bodies = root.xpath(data["body"]) if "body" in data else [root]
        self.body = self.bodies[0] if self.bodies else root

    def paths(self, name: str) -> Paths:
        """Return the paths of a field, in the order in which they are tried."""
        return list(self.data["fields"].get(name, []))

    def hits(self, paths: Iterable[str], node: Any = None) -> list[Hit]:
        """Return what the first path finds that holds any text."""
        for path in paths:
            found = [_hit(item) for item in (self.body if node is None else node).xpath(path)]
            if found := [hit for hit in found if hit.text]:
                return found
        return []

    def texts(self, paths: Iterable[str], node: Any = None) -> list[str]:
        """Return the texts of the first path that holds any."""
        return [hit.text for hit in self.hits(paths, node)]

    def text(self, paths: Iterable[str], node: Any = None) -> str | None:
        """Return the first text of the first path that holds one."""
        return next(iter(self.texts(paths, node)), None)

    def field(self, name: str) -> str | None:
        """Return a field of the map as text."""
        return self.text(self.paths(name))

    def every(self, paths: Iterable[str]) -> list[Hit]:
        """Return what all the paths find together."""
        return [hit for path in paths for hit in self.hits([path])]

    def day(self, hit: Hit | None, field: str) -> date | None:
        """Return a date, None where one is written that stands for none; an unreadable one is a fault."""
        if hit is None:
            return None
        if stands_for_no_day(hit.text):
            self.notes.warn(f"{field} {hit.text[:10]} stands for no day: passed over")
            return None
        day = read_date(hit.text, hit.node.get("format"))
        if day is None:
            self.notes.fault(field, f"{field} {hit.text[:40]!r} is no date; write it as 2026-01-31", "bad_date")
        return day

    def amount(self, paths: Paths, currency: str, field: str, node: Any = None) -> Money | None:
        """Return an amount in the document's currency, None where it is absent; another currency is a fault."""
        hits = self.hits(paths, node)
        if not hits:
            return None
        fitting = [hit for hit in hits if hit.currency in (None, currency)]
        if not fitting:
            self.notes.fault(
                "currency",
                f"{field} is in {hits[0].currency}, the invoice in {currency}; correct the invoice",
                "currency_mismatch",
            )
            return None
        value = self.notes.number(fitting[0].text, field)
        return None if value is None else self.notes.money(value, currency, field)

    def sum(self, paths: Paths, currency: str, field: str) -> Money | None:
        """Return the sum of all values of all paths, None where there is none."""
        values = [self.notes.number(hit.text, field) for hit in self.every(paths)]
        known = [value for value in values if value is not None]
        return self.notes.money(sum(known, Decimal(0)), currency, field) if known else None


def _hit(item: Any) -> Hit:
    node = item.getparent() if isinstance(item, str) else item  # type: ignore[attr-defined]
    text = item if isinstance(item, str) else "".join(item.itertext())
    return Hit(" ".join(text.split()), node)
