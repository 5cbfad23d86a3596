"""Restore: a backup read into an empty installation, older ones brought up to date on the way."""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    MetaData,
    Table,
    bindparam,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)

from recovery.errors import CaseError, IntakeError
from recovery.settings import settings
from recovery.store import archive, database, documents, exported_heads, sealing
from recovery.store.archive import Manifest
from recovery.store.backup import HASH, Damaged, stored_table
from recovery.store.tables import METADATA, UtcInstant

CHUNK = 1000
# The revision whose rows the first format holds: it did not say.
FIRST_SCHEMA = "0007"
# Made again by the program itself: an installation that holds nothing else is empty.
FIGURES = {"figure", "figure_state", "figure_case", "figure_receipt", "figure_part", "figure_rate"}
MADE_AGAIN = FIGURES | {"exchange_rate", "interest_terms", "tally", "alembic_version"}


def restore(file: Path, passphrase: str | None = None, unsigned: bool = False) -> dict[str, Any]:
    """Read a backup into an empty installation: all rows in one transaction, then the schema brought up to date.

    Documents that the backup is without, or that are damaged in it, are named.

    Raises:
        IntakeError: the file is no backup, was changed, or is newer than this program.
        CaseError: the installation is not empty, or the backup is signed with another key.
    """
    checked = archive.check(file, passphrase, unsigned)
    schema = checked.manifest.schema if checked.manifest else FIRST_SCHEMA
    _known(file, schema)
    engine = database.make_engine(settings().database_url)
    try:
        _make_empty(engine, schema)
        damaged: list[Damaged] = []
        if checked.manifest is None:
            rows, kept = _restore_first(engine, file, passphrase)
        else:
            rows, kept, damaged = _restore(engine, file, passphrase, checked.manifest)
        database.upgrade(engine)
        key = _key_of(engine)
    finally:
        engine.dispose()
    told = [one.as_dict() for one in damaged]
    return {"rows": rows, "documents": kept, "schema": schema, "signed": checked.signed, "damaged": told, "key": key}


def _key_of(engine: Engine) -> str | None:
    """Return what is wrong with the audit's key for what was restored, None if it fits."""
    sealing.forget_keys()
    with engine.connect() as connection:
        try:
            sealing.key_for(connection)
        except CaseError as error:
            return error.message
    return None


def _known(file: Path, schema: str) -> None:
    script = ScriptDirectory(str(resources.files("recovery.store").joinpath("migrations")))
    try:
        script.get_revision(schema)
    except CommandError:
        raise IntakeError(
            f"{file.name}: of schema {schema}, which this program does not know; update the program first",
            code="newer_backup",
            field="file",
        ) from None


def _make_empty(engine: Engine, schema: str) -> None:
    """Make the empty schema of a revision in place of an empty one of another."""
    with engine.begin() as connection:
        names = [
            name for name in inspect(connection).get_table_names() if name in {*METADATA.tables, "alembic_version"}
        ]
        for name in names:
            if name not in MADE_AGAIN and connection.execute(select(func.count()).select_from(_bare(name))).scalar():
                raise CaseError(
                    f"restore: this installation is not empty, it has rows in {name}; restore into an empty one",
                    code="not_empty",
                )
        stands = MetaData()
        stands.reflect(connection, only=names)
        stands.drop_all(connection)
    database.upgrade(engine, schema)


def _bare(name: str) -> Table:
    return Table(name, MetaData())


def _restore(engine: Engine, file: Path, passphrase: str | None, manifest: Manifest) -> tuple[int, int, list[Damaged]]:
    count, missing, damaged = 0, set(manifest.documents), []
    with engine.begin() as connection, archive.reading(file, passphrase) as entries:
        # A tar is read once, front to back; tables are loaded in the order of their references.
        held: dict[str, IO[bytes]] = {}
        for name, content in entries:
            kind, _, plain = name.partition("/")
            if kind == "tables" and (table := plain.removesuffix(".jsonl.gz")) in manifest.tables:
                held[table] = _hold(file, plain, content, manifest.tables[table]["sha256"])
            elif kind == "heads" and plain in manifest.heads:
                _keep_heads(plain, content.read())
            elif kind == "documents" and plain in missing and HASH.fullmatch(plain):
                missing.discard(plain)
                damaged += _keep(plain, content.read())
        for table in _ordered(held):
            with held[table], gzip.open(held[table], "rb") as lines:
                count += _load(connection, stored_table(connection, table), lines)
    damaged += [Damaged(sha256, "it was not in the backup") for sha256 in sorted(missing)]
    return count, len(manifest.documents) - len(damaged), damaged


def _hold(file: Path, name: str, content: BinaryIO, sha256: str) -> IO[bytes]:
    """Keep a table's rows until it is their turn, in a file that goes with the process."""
    held, digest = tempfile.TemporaryFile(dir=settings().data_dir), hashlib.sha256()  # noqa: SIM115 - the caller's
    while some := content.read(1 << 20):
        digest.update(some)
        held.write(some)
    if digest.hexdigest() != sha256:
        raise archive.unreadable(file, f"{name} is not what was written")
    held.seek(0)
    return held


def _ordered(held: dict[str, IO[bytes]]) -> list[str]:
    known = [table.name for table in METADATA.sorted_tables if table.name in held]
    return [*known, *sorted(set(held) - set(known))]


def _keep_heads(name: str, content: bytes) -> None:
    path = exported_heads.folder() / Path(name).name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)


def _keep(sha256: str, content: bytes) -> list[Damaged]:
    if hashlib.sha256(content).hexdigest() != sha256:
        return [Damaged(sha256, "it is damaged in the backup")]
    documents.keep(content)
    return []


def _load(connection: Connection, table: Table, lines: Any) -> int:
    """Insert rows in chunks; references within a table are set once all its rows are there."""
    names, count, later = json.loads(next(lines)), 0, _own_references(table.name)
    columns = [table.c[name] for name in names]
    postponed: list[dict[str, Any]] = []
    for chunk in iter(lambda: list(islice(lines, CHUNK)), []):
        rows = [
            {column.name: _typed(column, value) for column, value in zip(columns, json.loads(line), strict=True)}
            for line in chunk
        ]
        for row in rows if later else ():
            postponed.append({"key_id": row["id"], **{name: row[name] for name in later}})
            row.update(dict.fromkeys(later))
        connection.execute(insert(table), rows)
        count += len(rows)
    if any(row[name] for row in postponed for name in later):
        change = update(table).where(table.c.id == bindparam("key_id"))
        connection.execute(change.values({name: bindparam(name) for name in later}), postponed)
    _advance(connection, table.name)
    return count


def _own_references(name: str) -> list[str]:
    """Return the columns of a table that refer to rows of itself."""
    table = METADATA.tables.get(name)
    if table is None:
        return []
    return [column.name for column in table.c for key in column.foreign_keys if key.column.table is table]


def _restore_first(engine: Engine, file: Path, passphrase: str | None) -> tuple[int, int]:
    """Restore a backup of the first format: one JSON document of all rows, then the documents."""
    kept = count = 0
    with engine.begin() as connection, archive.reading(file, passphrase) as entries:
        for name, content in entries:
            if name == archive.OLD_ROWS:
                count += sum(_load(connection, *rows) for rows in _first_rows(connection, json.load(content)))
            elif name.startswith("documents/"):
                documents.keep(content.read())
                kept += 1
    return count, kept


def _first_rows(connection: Connection, tables: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[Table, Any]]:
    for known in METADATA.sorted_tables:
        rows = tables.get(known.name)
        if rows:
            names = list(rows[0])
            lines = (json.dumps([row[name] for name in names]) for row in rows)
            yield stored_table(connection, known.name), iter([json.dumps(names), *lines])


def _typed(column: Column[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, UtcInstant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _advance(connection: Connection, name: str) -> None:
    """Let PostgreSQL's counter of a table go on after its restored rows."""
    table = METADATA.tables.get(name)
    column = table.autoincrement_column if table is not None else None
    if column is not None and connection.dialect.name == "postgresql":
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{name}', '{column.name}'), "  # noqa: S608 - our own names
                f"(SELECT max({column.name}) FROM {name})) WHERE EXISTS (SELECT 1 FROM {name})"
            )
        )
