"""Seals every row that a session writes, and keeps the heads of the record in the same transaction.

Nothing else has to know of it: it listens to sessions. Rows written past the ORM are sealed by
`recovery.store.seals.seal` and counted by `count`; rows that are not stay without a seal, and an audit names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool, Table, event, insert, inspect, select
from sqlalchemy.orm import InstanceState, SessionTransaction
from sqlalchemy.orm.attributes import get_history, set_attribute
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE
from sqlmodel import Session, SQLModel

from recovery import keys
from recovery.errors import CaseError
from recovery.settings import settings
from recovery.store import heads, seals
from recovery.store.heads import Change

NAME = "record"
# A key that fits none of so many heads is not the one that this database was sealed with.
TRIED = 20
Changes = dict[str, Change]


@cache
def _known(path: str) -> bytes:
    return keys.key("audit")


# Databases whose record was seen to fit the key, by their pools: asked once by every process.
_FITTING: WeakKeyDictionary[Pool, bytes] = WeakKeyDictionary()


def audit_key() -> bytes:
    """Return the key that the record is sealed with, made now if there is none."""
    return _known(str(settings().keys_dir))


def key_for(connection: Connection) -> bytes:
    """Return the key that a database's record is sealed with.

    Raises:
        CaseError: the key is gone or is another one; to go on would mark every case as tampered with.
    """
    pool = connection.engine.pool
    key = _FITTING.get(pool)
    if key is None:
        key = _FITTING[pool] = _fitting(connection)
    return key


def _fitting(connection: Connection) -> bytes:
    some = connection.execute(select(heads.HEADS).limit(TRIED)).mappings().all()
    if some and not (settings().keys_dir / "audit").exists():
        raise CaseError(
            "key audit: gone, though this database is sealed with it; bring the folder of keys back "
            "(RECOVERY_KEYS_DIR), or seal anew what is there with `recovery audit reseal`",
            code="key_missing",
        )
    if some and not any(heads.read(audit_key(), row).right for row in some):
        raise CaseError(
            "key audit: another one than this database is sealed with; bring the right folder of keys back "
            "(RECOVERY_KEYS_DIR), or seal anew what is there with `recovery audit reseal`",
            code="key_wrong",
        )
    return audit_key()


def forget_keys() -> None:
    """Look for the keys anew: they were changed."""
    _known.cache_clear()
    _FITTING.clear()


def count(session: Session, scope: str, table: str, rows: int, amount: int, last: str = "") -> None:
    """Count rows that were written, or taken away, under a case or a subject."""
    change = _stack(session)[-1].setdefault(scope, Change())
    change.add(table, rows, amount)
    change.last = last or change.last


def _stack(session: Any) -> list[Changes]:
    """Return what is written by the transaction and by each savepoint within it."""
    stack: list[Changes] = session.info.setdefault(NAME, [{}])
    return stack


@event.listens_for(Session, "before_flush")
def _seal_all(session: Session, context: Any, instances: Any) -> None:
    new = [one for one in session.new if _guarded(one)]
    changed = [one for one in session.dirty if _guarded(one)]
    gone = [one for one in session.deleted if _guarded(one)]
    if not (new or changed or gone):
        return
    key = key_for(session.connection())
    for one in new:
        _seal_new(session, key, one)
    for one in changed:
        _seal_changed(session, key, one)
    for one in gone:
        _count_gone(session, key, one)


def _guarded(one: Any) -> bool:
    return one.__tablename__ in seals.SEALED or one.__tablename__ == "case_event"


def insert_sealed(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Write many new rows of one table by one statement, sealed and counted as the ORM's are."""
    if not rows:
        return
    connection = session.connection()
    key = key_for(connection)
    signed = [seals.sealed(key, table, row) for row in rows]
    connection.execute(insert(table), [{**row, "seal": text} for row, (text, _) in zip(rows, signed, strict=True)])
    scope_of = seals.SEALED[table.name].scope_of
    for row, (_, signature) in zip(rows, signed, strict=True):
        scope = scope_of(row)
        count(session, scope, table.name, 1, seals.contribution(key, scope, signature))


def _table(one: SQLModel) -> Table:
    return one.__table__  # type: ignore[attr-defined,no-any-return]


def _row(one: SQLModel) -> Mapping[str, Any]:
    spec = seals.SEALED[_table(one).name]
    return {name: getattr(one, name, None) for name in {*spec.columns, *spec.identity}}


def _seal_new(session: Session, key: bytes, one: Any) -> None:
    table = _table(one)
    if table.name == "case_event":
        amount = seals.contribution(key, one.claim_id, one.hash)
        count(session, one.claim_id, table.name, 1, amount, last=one.hash)
        return
    row = _row(one)
    made = seals.seal(key, table, row)
    set_attribute(one, "seal", made)
    _count(session, key, table.name, row, 1, made)
    if table.name == "case_file":
        register(session, key, row["claim_id"], 1)


def register(session: Session, key: bytes, claim_id: str, rows: int) -> None:
    """Keep that a case exists, or no longer does."""
    scope = seals.register_of(claim_id)
    count(session, scope, "case_file", rows, rows * seals.contribution(key, scope, claim_id))


def _count(session: Session, key: bytes, table: str, row: Mapping[str, Any], rows: int, seal: str | None) -> None:
    scope = seals.SEALED[table].scope_of(row)
    count(session, scope, table, rows, rows * seals.contribution(key, scope, seals.signature_of(seal)))


def _seal_changed(session: Session, key: bytes, one: Any) -> None:
    table = _table(one)
    before = _before(one, table.name)
    if not before or table.name == "case_event":
        return
    row = _row(one)
    made = seals.resealed(key, table, row, before, one.seal)
    if made is None:  # without a right seal before there is none after
        return
    was = {**row, **{name: held for name, held in before.items() if held is not seals.UNKNOWN}}
    _count(session, key, table.name, was, -1, one.seal)
    _count(session, key, table.name, row, 1, made)
    set_attribute(one, "seal", made)


def _before(one: Any, table: str) -> dict[str, Any]:
    """Return what the changed columns of a row held."""
    state: InstanceState[Any] = inspect(one)
    result: dict[str, Any] = {}
    for name in seals.SEALED[table].columns if table in seals.SEALED else ():
        if name in state.committed_state:
            history = get_history(one, name, PASSIVE_NO_INITIALIZE)
            if history.has_changes():
                result[name] = history.deleted[0] if history.deleted else seals.UNKNOWN
    return result


def _count_gone(session: Session, key: bytes, one: Any) -> None:
    table = _table(one)
    if table.name == "case_event":
        count(session, one.claim_id, table.name, -1, -seals.contribution(key, one.claim_id, one.hash))
        return
    row = _row(one)
    _count(session, key, table.name, row, -1, one.seal)
    if table.name == "case_file":
        register(session, key, row["claim_id"], -1)


@event.listens_for(Session, "after_transaction_create")
def _savepoint_begins(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _stack(session).append({})


@event.listens_for(Session, "after_transaction_end")
def _savepoint_ends(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        for scope, change in _stack(session).pop().items():
            _stack(session)[-1].setdefault(scope, Change()).merge(change)
    elif transaction.parent is None:
        _stack(session)[-1].clear()


@event.listens_for(Session, "after_rollback")
def _undone(session: Session) -> None:
    _stack(session)[-1].clear()


@event.listens_for(Session, "before_commit")
def _extend_heads(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    changes = _stack(session)[-1]
    if changes:
        connection = session.connection()
        heads.extend(connection, key_for(connection), changes)
        changes.clear()
