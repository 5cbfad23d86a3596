"""Heads of the record: what a case or a subject amounts to, extended in the transaction that changes its rows."""

from __future__ import annotations

import hmac
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, func, select

from recovery.store import seals
from recovery.store.tables import METADATA

HEADS: Table = METADATA.tables["record_head"]
COLUMNS = ("scope", "changes", "counts", "total", "nonce", "last", "mac")
# A head that was changed behind the product's back stays marked, whatever is added to it afterwards.
BROKEN = "broken"
# More names than this in one statement are split: PostgreSQL and SQLite take at least so many.
MOST = 500


@dataclass
class Head:
    """What a case or a subject amounts to."""

    scope: str
    changes: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    total: int = 0
    last: str = seals.FIRST
    right: bool = True

    def add(self, more: Change) -> None:
        """Add what a transaction changed."""
        self.counts.update(more.counts)
        self.total = (self.total + more.total) % seals.MODULUS
        self.last = more.last or self.last
        self.changes += 1


@dataclass
class Change:
    """What a transaction, or a part of one, does to a head."""

    counts: Counter[str] = field(default_factory=Counter)
    total: int = 0
    last: str = ""

    def add(self, table: str, rows: int, amount: int) -> None:
        """Count rows of a table and what they contribute."""
        self.counts[table] += rows
        self.total += amount

    def merge(self, more: Change) -> None:
        """Take over what another part of the transaction did."""
        self.counts.update(more.counts)
        self.total += more.total
        self.last = more.last or self.last


def _cover(key: bytes, scope: str, nonce: str) -> int:
    return int.from_bytes(blake2b(f"head\x1f{scope}\x1f{nonce}".encode(), key=key, digest_size=32).digest())


def _mac(key: bytes, row: Mapping[Any, Any]) -> str:
    content = [row[name] for name in ("scope", "changes", "counts", "total", "nonce", "last")]
    return hmac.digest(key, json.dumps(content).encode(), "sha256").hex()


def read(key: bytes, row: Mapping[Any, Any]) -> Head:
    """Return a stored head; one that is not signed with the key is not right."""
    right = hmac.compare_digest(_mac(key, row), str(row["mac"]))
    try:
        counts = Counter(json.loads(row["counts"]))
        total = (int(row["total"], 16) - _cover(key, row["scope"], row["nonce"])) % seals.MODULUS
    except (ValueError, TypeError):
        counts, total, right = Counter(), 0, False
    return Head(row["scope"], row["changes"], counts, total, row["last"], right)


def written(key: bytes, head: Head) -> dict[str, Any]:
    """Return a head as its row."""
    nonce = secrets.token_hex(8)
    row: dict[str, Any] = {
        "scope": head.scope,
        "changes": head.changes,
        "counts": json.dumps({name: count for name, count in sorted(head.counts.items()) if count}),
        "total": f"{(head.total + _cover(key, head.scope, nonce)) % seals.MODULUS:064x}",
        "nonce": nonce,
        "last": head.last,
    }
    return {**row, "mac": _mac(key, row) if head.right else BROKEN}


def extend(connection: Connection, key: bytes, changes: Mapping[str, Change]) -> None:
    """Add what a transaction changed to its heads, each locked for the little that is left of the transaction."""
    found = {head.scope: head for head in _locked(connection, key, changes)}
    missing = [scope for scope in changes if scope not in found]
    if any(scope in seals.SUBJECTS for scope in missing):
        begin(connection, key, changes)
        found = {head.scope: head for head in _locked(connection, key, changes)}
    for scope, change in changes.items():
        # Only a case that is new in this transaction may be without a head.
        head = found.setdefault(scope, Head(scope, right=change.counts["case_file"] > 0))
        head.add(change)
    put(connection, [written(key, found[scope]) for scope in sorted(changes)])


def _locked(connection: Connection, key: bytes, scopes: Iterable[str]) -> list[Head]:
    names, result = sorted(scopes), []
    for start in range(0, len(names), MOST):
        some = tuple(names[start : start + MOST])
        statement = _select(connection.dialect.name, len(some))
        rows = connection.exec_driver_sql(statement, some)
        result += [read(key, dict(zip(COLUMNS, row, strict=True))) for row in rows]
    return result


def put(connection: Connection, rows: list[dict[str, Any]], keep: bool = False) -> None:
    """Store heads in place of what stood there, or beside it where it is to be kept."""
    values = [tuple(row[name] for name in COLUMNS) for row in rows]
    connection.exec_driver_sql(_insert(connection.dialect.name, keep), values)


# Every transaction that writes sends these two: they go to the driver as they are.
@cache
def _select(dialect: str, count: int) -> str:
    locked = " FOR UPDATE" if dialect == "postgresql" else ""
    names = f"SELECT {', '.join(COLUMNS)} FROM record_head WHERE scope IN ({_marks(dialect, count)})"  # noqa: S608
    return f"{names} ORDER BY scope{locked}"


@cache
def _insert(dialect: str, keep: bool) -> str:
    change = "UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "scope")
    names, marks = ", ".join(COLUMNS), _marks(dialect, len(COLUMNS))
    insert = f"INSERT INTO record_head ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    return f"{insert} ON CONFLICT (scope) DO {'NOTHING' if keep else change}"


def _marks(dialect: str, count: int) -> str:
    return ", ".join(["%s" if dialect == "postgresql" else "?"] * count)


def begin(connection: Connection, key: bytes, changes: Mapping[str, Change]) -> None:
    """Make the heads of all subjects; they are right only where nothing but this transaction's rows is there."""
    fresh = not connection.execute(select(func.count()).select_from(HEADS)).scalar_one()
    for name in ("audit_entry", "bank_entry", "member", "team_member", "case_file", "installation_setting"):
        mine = sum(change.counts[name] for scope, change in changes.items() if not scope.startswith("cases:"))
        stands = connection.execute(select(func.count()).select_from(METADATA.tables[name])).scalar_one()
        fresh = fresh and stands <= mine
    put(connection, [written(key, Head(scope, right=fresh)) for scope in seals.SUBJECTS], keep=True)
