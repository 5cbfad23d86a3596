"""Backup: every row as it stood at one moment and every document in one signed file, the same for both databases."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, Table, inspect, select, text

from recovery import keys
from recovery.errors import CaseError, IntakeError
from recovery.settings import settings
from recovery.store import archive, documents, exported_heads
from recovery.store.archive import Manifest
from recovery.store.columns import UtcInstant
from recovery.store.snapshot import snapshot
from recovery.store.tables import METADATA

HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Damaged:
    """A document that a backup or a restored installation is without, and why."""

    sha256: str
    why: str

    def as_dict(self) -> dict[str, str]:
        """Return it as plain data."""
        return {"sha256": self.sha256, "why": self.why}


def backup(file: Path, passphrase: str | None = None, on: Engine | None = None) -> dict[str, Any]:
    """Write all rows and all documents to a file, signed, encrypted if there is a passphrase.

    A document that is gone or damaged is named and left out. Nothing half-written stays, whatever happens.

    Raises:
        IntakeError: the file exists.
    """
    if file.exists():
        raise IntakeError(f"{file.name}: exists; choose another name", code="file_exists", field="file")
    with _workshop(file) as folder:
        manifest = _tables(folder, on)
        manifest.documents = sorted({*manifest.documents, *_lying()})
        manifest.heads = {path.name: _sha256(path) for path in sorted(exported_heads.folder().glob("*.jsonl.gz"))}
        partial = folder / "archive"
        damaged = _write(partial, folder, manifest, passphrase)
        _publish(partial, file)
    return {
        "file": str(file),
        "rows": sum(told["rows"] for told in manifest.tables.values()),
        "documents": len(manifest.documents) - len(damaged),
        "schema": manifest.schema,
        "encrypted": bool(passphrase),
        "damaged": [one.as_dict() for one in damaged],
    }


@contextmanager
def _workshop(file: Path) -> Iterator[Path]:
    """Give a folder beside the file to work in; those that killed processes left behind are cleared."""
    for left in file.parent.glob(f".{file.name}.*.partial"):
        if not _alive(left.name.split(".")[-2]):
            shutil.rmtree(left, ignore_errors=True)
    folder = file.with_name(f".{file.name}.{os.getpid()}.partial")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _alive(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _publish(partial: Path, file: Path) -> None:
    """Give the whole file its name, once it lies on the disk for good."""
    try:
        os.link(partial, file)  # never over a file that came meanwhile
    except FileExistsError:
        raise IntakeError(f"{file.name}: exists; choose another name", code="file_exists", field="file") from None
    handle = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stored_table(connection: Connection, name: str) -> Table:
    """Return a table with the columns that it has at this revision of the schema, of the kinds that they have there.

    That a column holds an instant in UTC the database does not tell.
    """
    known = METADATA.tables[name].c if name in METADATA.tables else ()
    instants = {column.name: column.type for column in known if isinstance(column.type, UtcInstant)}
    stands = inspect(connection).get_columns(name)
    return Table(name, MetaData(), *(Column(one["name"], instants.get(one["name"], one["type"])) for one in stands))


def _tables(folder: Path, on: Engine | None) -> Manifest:
    """Write every table to a file of its own, all as they stood at one moment."""
    with snapshot(on) as connection:
        schema = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        manifest = Manifest(schema, datetime.now(UTC).isoformat(timespec="seconds"))
        for name in sorted(set(inspect(connection).get_table_names()) - {"alembic_version"}):
            path = folder / f"{name}.jsonl.gz"
            rows = _write_table(connection, stored_table(connection, name), path, manifest.documents)
            manifest.tables[name] = {"rows": rows, "sha256": _sha256(path)}
    return manifest


def _write_table(connection: Connection, table: Table, path: Path, found: list[str]) -> int:
    """Write a table, a row a line after its columns' names; note the documents that it names."""
    names, count = [column.name for column in table.c], 0
    place = names.index("sha256") if table.name == "document" else None
    with gzip.GzipFile(path, "wb", compresslevel=6, mtime=0) as file:
        file.write(json.dumps(names).encode() + b"\n")
        for row in connection.execution_options(yield_per=1000).execute(select(table)):
            file.write(json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n")
            count += 1
            if place is not None:
                found.append(row[place])
    return count


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _lying() -> set[str]:
    """Return the documents that lie in the store, also those that a draft alone names."""
    return {path.name for path in settings().documents.glob("*/*") if HASH.fullmatch(path.name)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(partial: Path, folder: Path, manifest: Manifest, passphrase: str | None) -> list[Damaged]:
    stored, damaged = manifest.as_bytes(), []
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with archive.writing(file, passphrase) as made:
            archive.add(made, archive.MANIFEST, stored)
            archive.add(made, archive.SIGNATURE, archive.signature(keys.key("backup"), stored).encode())
            for name in manifest.tables:
                archive.add_file(made, f"tables/{name}.jsonl.gz", folder / f"{name}.jsonl.gz")
            for name in manifest.heads:
                archive.add_file(made, f"heads/{name}", exported_heads.folder() / name)
            for sha256 in manifest.documents:
                try:
                    archive.add(made, f"documents/{sha256}", documents.read(sha256))
                except (CaseError, OSError) as error:
                    damaged.append(Damaged(sha256, getattr(error, "message", type(error).__name__)))
        file.flush()
        os.fsync(file.fileno())
    return damaged
