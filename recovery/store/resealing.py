"""Sealing what stands in the database: once when an older installation is migrated, and when its owner says so.

A chain of events that was broken before stays broken: it is not re-reckoned beyond its break.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, inspect, select, update

from recovery.store import heads, seals
from recovery.store.heads import Change, Head
from recovery.store.tables import METADATA

CHUNK = 2000
Hash = Callable[[bytes], str]


@dataclass(frozen=True)
class Resealed:
    """How many rows were sealed, and the cases whose chain was broken already: claim, event."""

    rows: int
    broken: list[tuple[str, int]]


def plain_hash(content: bytes) -> str:
    """Return the hash of an event as it was before it was keyed."""
    return hashlib.sha256(content).hexdigest()


def event_fields(row: Any) -> list[Any]:
    """Return what the hash of a stored event covers."""
    return [
        row.claim_id,
        row.sequence,
        row.at.astimezone(UTC).isoformat(),
        row.happened_on.isoformat(),
        row.kind,
        row.actor,
        row.note,
        row.data,
        row.previous_hash,
    ]


def reseal(connection: Connection, key: bytes, before: Hash | None) -> Resealed:
    """Seal every row; `before` is the hash that chains were made with, None takes them as they stand.

    The guards of what is only ever added to must be lifted.
    """
    connection.execute(delete(heads.HEADS))
    changes: dict[str, Change] = {scope: Change() for scope in seals.SUBJECTS}
    stands = set(inspect(connection).get_table_names())
    rows = sum(_seal_table(connection, key, name, changes) for name in seals.SEALED if name in stands)
    events, broken = _seal_chains(connection, key, before, changes)
    made = []
    for scope, change in changes.items():
        head = Head(scope)
        head.add(change)
        made.append(heads.written(key, head))
    for start in range(0, len(made), CHUNK):
        heads.put(connection, made[start : start + CHUNK])
    return Resealed(rows + events, broken)


def _columns(connection: Connection, table: Table) -> list[Column[Any]]:
    """Return the columns that the table has at this revision of the schema."""
    stands = {column["name"] for column in inspect(connection).get_columns(table.name)}
    return [column for column in table.c if column.name in stands]


def _pages(connection: Connection, columns: list[Column[Any]], order: list[Column[Any]]) -> Iterator[list[Any]]:
    """Yield rows in chunks; each chunk is read whole before anything is written."""
    query, last = select(*columns).order_by(*order).limit(CHUNK), None
    while True:
        page = connection.execute(_after(query, order, last)).all()
        if not page:
            return
        yield list(page)
        last = [getattr(page[-1], column.name) for column in order]


def _after(query: Any, order: list[Column[Any]], last: list[Any] | None) -> Any:
    if last is None:
        return query
    if len(order) == 1:
        return query.where(order[0] > last[0])
    first, second = order
    return query.where((first > last[0]) | ((first == last[0]) & (second > last[1])))


def _seal_table(connection: Connection, key: bytes, name: str, changes: dict[str, Change]) -> int:
    table, spec, count = METADATA.tables[name], seals.SEALED[name], 0
    keys = list(table.primary_key.columns)
    statement = update(table).where(*(column == bindparam(f"key_{column.name}") for column in keys))
    statement = statement.values(seal=bindparam("made"))
    for page in _pages(connection, _columns(connection, table), keys):
        rows = []
        for found in page:
            row = found._mapping
            made = seals.seal(key, table, row)
            scope = spec.scope_of(row)
            amount = seals.contribution(key, scope, seals.signature_of(made))
            changes.setdefault(scope, Change()).add(name, 1, amount)
            if name == "case_file":
                register = seals.register_of(row["claim_id"])
                changes[register].add(name, 1, seals.contribution(key, register, row["claim_id"]))
            rows.append({"made": made, **{f"key_{column.name}": row[column.name] for column in keys}})
        connection.execute(statement, rows)
        count += len(rows)
    return count


def _seal_chains(
    connection: Connection, key: bytes, before: Hash | None, changes: dict[str, Change]
) -> tuple[int, list[tuple[str, int]]]:
    table, broken, count = METADATA.tables["case_event"], [], 0
    statement = update(table).where(table.c.id == bindparam("key_id"))
    statement = statement.values(previous_hash=bindparam("link"), hash=bindparam("made"))
    for claim_id, events in groupby(_events(connection, table), key=lambda row: row.claim_id):
        rows, stopped = _chain(key, list(events), before)
        changed = [row for row in rows if row["made"] != row["was"]]
        if changed:
            connection.execute(statement, changed)
        if stopped:
            broken.append((claim_id, stopped))
        change = changes.setdefault(claim_id, Change())
        for row in rows:
            change.add("case_event", 1, seals.contribution(key, claim_id, row["made"]))
            change.last = row["made"]
        count += len(rows)
    return count, broken


def _events(connection: Connection, table: Table) -> Iterator[Any]:
    for page in _pages(connection, list(table.c), [table.c.claim_id, table.c.sequence]):
        yield from page


def _chain(key: bytes, events: list[Any], before: Hash | None) -> tuple[list[dict[str, Any]], int]:
    """Return a case's events with their keyed hashes, and where its chain was broken; beyond that all stays."""
    rows, stopped, link, was = [], 0, seals.FIRST, seals.FIRST
    for number, event in enumerate(events, 1):
        fields = event_fields(event)
        if not stopped and before and not _follows(event, fields, number, was, before):
            stopped = event.sequence
        was = event.hash
        if stopped:
            kept = {"key_id": event.id, "link": event.previous_hash, "made": event.hash}
        else:
            made = seals.event_hash(key, seals.event_bytes([*fields[:-1], link]))
            kept, link = {"key_id": event.id, "link": link, "made": made}, made
        rows.append({**kept, "was": event.hash})
    return rows, stopped


def _follows(event: Any, fields: list[Any], number: int, was: str, before: Hash) -> bool:
    return (event.sequence, event.previous_hash) == (number, was) and before(seals.event_bytes(fields)) == event.hash
