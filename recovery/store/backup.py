"""Backup and restore: every row and every document in one file, the same for SQLite and PostgreSQL."""

from __future__ import annotations

import io
import json
import tarfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Date, func, insert, select, text

from recovery.errors import CaseError, IntakeError
from recovery.settings import settings
from recovery.store import documents
from recovery.store.database import engine
from recovery.store.tables import METADATA, UtcInstant


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def backup(file: Path) -> dict[str, Any]:
    """Write all rows, as they stand at one moment, and all documents to a file; nothing half-written stays."""
    if file.exists():
        raise IntakeError(f"{file.name}: exists; choose another name", code="file_exists", field="file")
    partial = file.with_name(file.name + ".partial")
    with (
        engine().connect().execution_options(reading=True) as connection,
        tarfile.open(partial, "w:gz") as archive,
    ):
        tables = {
            table.name: [
                {key: _plain(value) for key, value in row.items()}
                for row in connection.execute(select(table)).mappings()
            ]
            for table in METADATA.sorted_tables
        }
        _add(archive, "rows.json", json.dumps(tables, ensure_ascii=False).encode())
        kept = {path for path in settings().documents.glob("*/*") if len(path.name) == 64}
        for path in sorted(kept):
            _add(archive, f"documents/{path.name}", documents.read(path.name))
    partial.replace(file)
    return {"file": str(file), "rows": sum(map(len, tables.values())), "documents": len(kept)}


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def restore(file: Path) -> dict[str, Any]:
    """Read a backup into an empty installation, all rows in one transaction.

    Raises:
        IntakeError: the file is no backup.
        CaseError: the installation is not empty.
    """
    with engine().begin() as connection:
        if connection.execute(select(func.count()).select_from(METADATA.tables["case_file"])).scalar():
            raise CaseError("restore: this installation holds cases; restore into an empty one", code="not_empty")
        try:
            with tarfile.open(file, "r:gz") as archive:
                rows = json.loads(_read(archive, "rows.json"))
                names = [name for name in archive.getnames() if name.startswith("documents/")]
                for name in names:
                    documents.keep(_read(archive, name))
        except (OSError, tarfile.TarError, KeyError, ValueError) as error:
            raise IntakeError(
                f"{file.name}: no backup that can be read: {error}", code="unreadable_backup", field="file"
            ) from None
        for table in METADATA.sorted_tables:
            typed = [
                {column.name: _typed(column, row[column.name]) for column in table.columns} for row in rows[table.name]
            ]
            if typed:
                connection.execute(insert(table), typed)
                _advance(connection, table)
    return {"rows": sum(map(len, rows.values())), "documents": len(names)}


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    entry = archive.extractfile(name)
    if entry is None:
        raise KeyError(name)
    return entry.read()


def _typed(column: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, UtcInstant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _advance(connection: Any, table: Any) -> None:
    """Let PostgreSQL's counter of a table go on after its restored rows."""
    column = table.autoincrement_column
    if column is not None and connection.dialect.name == "postgresql":
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - our own names
                f"(SELECT max({column.name}) FROM {table.name}))"
            )
        )
