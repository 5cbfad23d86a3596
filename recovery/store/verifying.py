"""What differs between the rows of the database and their seals, and between rows and heads."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

from sqlalchemy import Table

from recovery.store import heads, seals
from recovery.store.tables import METADATA
from recovery.store.written import Written


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the product wrote it; names, addresses and accounts are not repeated in it."""

    case: str | None
    what: str
    where: str
    expected: str
    found: str

    def as_dict(self) -> dict[str, str | None]:
        """Return the finding as plain data."""
        return {name: getattr(self, name) for name in ("case", "what", "where", "expected", "found")}


SEALED, ANOTHER = "as it was sealed", "another value"


@dataclass
class Found:
    """What stands in the database under a case or a subject, counted and summed as its head does."""

    counts: Counter[str] = field(default_factory=Counter)
    total: int = 0
    last: str = seals.FIRST

    def add(self, table: str, amount: int) -> None:
        """Count one row."""
        self.counts[table] += 1
        self.total = (self.total + amount) % seals.MODULUS


def place(spec: seals.Sealed, row: Mapping[str, str | None]) -> str:
    """Return where a row stands: its table and what tells it from others, without naming anybody."""
    keys = [f"{row[column.name]}" for column in table_of(spec.table).primary_key if column.name != "claim_id"]
    return " ".join([spec.table, *keys])


def row_findings(
    key: bytes, spec: seals.Sealed, row: Mapping[str, str | None], case: str | None, found: Found, scope: str
) -> Iterator[Finding]:
    """Yield what differs between a row, as it is written, and its seal, and count the row."""
    identity = spec.identity_of(row)
    parts, signature = seals.opened(key, identity, row["seal"])
    found.add(spec.table, seals.contribution(key, scope, signature))
    if parts is None:
        held = "a seal that is not its own" if row["seal"] else "no seal"
        yield Finding(case, "row", place(spec, row), "a row that the product wrote", held)
        return
    for name, sealed in parts.items():
        value = row.get(name)
        value = seals.NOTHING if value is None else value
        if sealed[: seals.TAG] != seals.tag(key, identity, name, value):
            shown = name in spec.shown
            expected = sealed[seals.TAG :] if shown else SEALED
            yield Finding(case, name, place(spec, row), expected, _other(value, expected) if shown else ANOTHER)


def _other(value: str, expected: str) -> str:
    """Return what was found; the same value was changed and changed back, or covered up by a later change."""
    return value if value != expected else f"{value}, after a change that was not the product's"


class Event(NamedTuple):
    """An event as it is written; what it tells is JSON."""

    claim: str
    sequence: int
    day: str
    kind: str
    data: str
    previous: str
    hash: str
    content: bytes


def event_of(row: Written) -> Event:
    """Return an event with the bytes that its hash covers, as `recovery.store.seals.event_bytes` makes them."""
    plain = {name: value or "" for name, value in row.items()}
    data = plain["data"]
    content = (
        f"[{quoted(plain['claim_id'])}, {plain['sequence']}, {quoted(plain['at'])}, {quoted(plain['happened_on'])}, "
        f"{quoted(plain['kind'])}, {quoted(plain['actor'])}, {quoted(plain['note'])}, {_sorted(data)}, "
        f"{quoted(plain['previous_hash'])}]"
    )
    return Event(
        *(plain["claim_id"], int(plain["sequence"]), plain["happened_on"], plain["kind"], data),
        *(plain["previous_hash"], plain["hash"], content.encode()),
    )


def _sorted(data: str) -> str:
    """Return what an event tells in the form that is signed."""
    if data == "{}":
        return data
    try:
        return seals.canonical(json.loads(data))
    except ValueError:
        return data


def chain_findings(key: bytes, events: list[Event], case: str, found: Found) -> Iterator[Finding]:
    """Yield the first break of a case's chain, and count its events."""
    previous, broken = seals.FIRST, False
    for number, event in enumerate(events, 1):
        found.add("case_event", seals.contribution(key, event.claim, event.hash))
        if not broken:
            finding = _break(key, event, number, previous, case)
            broken = finding is not None
            if finding:
                yield finding
        previous = event.hash
    found.last = previous


def _break(key: bytes, event: Event, number: int, previous: str, case: str) -> Finding | None:
    where = f"event {event.sequence}"
    if event.sequence != number:
        return Finding(case, "chain", where, f"event {number}", f"event {number} is missing or out of its order")
    if event.previous != previous:
        return Finding(case, "chain", where, "it follows the event before it", "it does not")
    if not hmac.compare_digest(hmac.digest(key, event.content, "sha256").hex(), event.hash):
        return Finding(case, "chain", where, "the content that was recorded", "its content was changed")
    return None


def head_findings(head: heads.Head | None, found: Found, case: str | None, scope: str) -> Iterator[Finding]:
    """Yield what differs between a head and what stands in the database."""
    where = f"record_head {scope}"
    if head is None:
        yield Finding(case, "head", where, "a signed head", "none: somebody took it away, or the rows are not ours")
        return
    if not head.right:
        yield Finding(case, "head", where, "signed with the installation's key", "it was changed or replaced")
    differs = False
    for name in sorted({*head.counts, *found.counts}):
        if head.counts[name] != found.counts[name]:
            differs = True
            yield Finding(case, f"rows of {name}", where, str(head.counts[name]), str(found.counts[name]))
    if found.counts["case_event"] and head.last != found.last:
        differs = True
        yield Finding(case, "last event", where, head.last[:16], found.last[:16])
    if not differs and head.right and head.total != found.total:
        yield Finding(case, "sum of rows", where, SEALED, "rows were exchanged, or put back as they once were")


def table_of(name: str) -> Table:
    """Return a table by its name."""
    return METADATA.tables[name]
