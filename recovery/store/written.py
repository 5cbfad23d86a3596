"""Rows as their seals write them, made by the database itself: nothing is parsed that need not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, Table, TextClause, bindparam, text

from recovery.store.columns import UtcInstant

Written = dict[str, str | None]


def _expression(dialect: str, column: Column[object]) -> str:
    """Return a column's value as `recovery.store.seals.written` writes it."""
    name, kind = f'"{column.name}"', column.type
    if isinstance(kind, UtcInstant):
        plain = f"replace({name}, ' ', 'T')"
        if dialect == "postgresql":
            plain = f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24\\:MI\\:SS.US')"
        return f"replace({plain}, '.000000', '') || '+00\\:00'"
    if isinstance(kind, Boolean):
        return f"CASE WHEN {name} THEN 'yes' WHEN NOT {name} THEN 'no' END"
    if isinstance(kind, Date) and dialect == "postgresql":
        return f"to_char({name}, 'YYYY-MM-DD')"
    return f"CAST({name} AS TEXT)" if isinstance(kind, (JSON, Integer)) else name


@cache
def _query(dialect: str, table: Table, narrowed: str) -> tuple[TextClause, tuple[str, ...]]:
    names = tuple(column.name for column in table.c)
    columns = ", ".join(_expression(dialect, column) for column in table.c)
    # Named with their table, or PostgreSQL would order by the texts that are made of them.
    keys = [table.c.sequence] if table.name == "case_event" else list(table.primary_key.columns)
    order = ", ".join(f'"{table.name}"."{column.name}"' for column in keys)
    if narrowed == "claims":
        where = "WHERE claim_id IN :claims ORDER BY claim_id, " + order
        query = text(f'SELECT {columns} FROM "{table.name}" {where}')  # noqa: S608 - our own names
        return query.bindparams(bindparam("claims", expanding=True)), names
    where = "WHERE claim_id IS NULL" if narrowed == "none" else ""
    return text(f'SELECT {columns} FROM "{table.name}" {where}'), names  # noqa: S608 - our own names


def rows_of(connection: Connection, table: Table, claims: list[str]) -> dict[str, list[Written]]:
    """Return the rows of some claims, as written."""
    query, names = _query(connection.dialect.name, table, "claims")
    result: dict[str, list[Written]] = {}
    for row in _read(connection.execute(query, {"claims": claims}), names):
        result.setdefault(row["claim_id"] or "", []).append(row)
    return result


def all_rows(connection: Connection, table: Table, without_claim: bool) -> Iterator[Written]:
    """Yield the rows of a table, or those of it that belong to no claim, as written."""
    query, names = _query(connection.dialect.name, table, "none" if without_claim else "all")
    return _read(connection.execution_options(yield_per=1000).execute(query), names)


def _read(result: Iterable[Any], names: tuple[str, ...]) -> Iterator[Written]:
    return (dict(zip(names, row, strict=True)) for row in result)
