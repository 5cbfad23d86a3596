"""Every day's heads in a signed file beside the database: what was there cannot be cut away afterwards unseen."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from recovery.settings import settings
from recovery.store import heads
from recovery.store.verifying import Finding

SHORT = 16
KEPT_DAYS = 7


@dataclass(frozen=True)
class Exported:
    """A file of heads: of which day, how many, its digest and its signature."""

    day: str
    scopes: int
    digest: str
    signature: str
    file: Path

    def as_dict(self) -> dict[str, str]:
        """Return what is told outside: it names no case."""
        told = {"day": self.day, "scopes": str(self.scopes), "digest": self.digest, "signature": self.signature}
        return {"kind": "heads", **told}


def folder() -> Path:
    """Return where the files lie."""
    return settings().data_dir / "heads"


def export(connection: Connection, key: bytes, day: date) -> Exported:
    """Write the heads of a day to their file, once; earlier files but a month's first are let go after a week."""
    path = folder() / f"{day.isoformat()}.jsonl.gz"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _write(path, key, _lines(connection, key, day))
        _let_go(path.parent)
    read = _read(path, key)
    assert read.exported
    return read.exported


def _lines(connection: Connection, key: bytes, day: date) -> Iterator[bytes]:
    earlier = sorted(folder().glob("*.jsonl.gz"))
    before = _read(earlier[-1], key).exported if earlier else None
    yield _line({"day": day.isoformat(), "before": before.signature if before else None})
    query = select(heads.HEADS).order_by(heads.HEADS.c.scope)
    for row in connection.execution_options(yield_per=1000).execute(query).mappings():
        head = heads.read(key, row)
        if head.right:
            yield _line([head.scope, head.changes, head.counts["case_event"], head.last[:SHORT]])


def _line(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _write(path: Path, key: bytes, lines: Iterator[bytes]) -> None:
    partial, digest = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial"), hashlib.sha256()
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
                for line in lines:
                    digest.update(line)
                    file.write(line)
                file.write(_line({"signature": _signature(key, digest.hexdigest())}))
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _signature(key: bytes, digest: str) -> str:
    return hmac.digest(key, f"heads\x1f{digest}".encode(), "sha256").hex()


def _let_go(kept: Path) -> None:
    files = sorted(kept.glob("*.jsonl.gz"))
    firsts: dict[str, Path] = {}
    for path in files:
        firsts.setdefault(path.name[:7], path)
    for path in files[:-KEPT_DAYS]:
        if path not in firsts.values():
            path.unlink()


@dataclass
class Export:
    """What the last file says: by case or subject its changes, its events and the beginning of its last hash."""

    exported: Exported | None = None
    rows: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def compare(
        self, scope: str, head: heads.Head | None, hashes: dict[int, str], case: str | None
    ) -> Iterator[Finding]:
        """Yield what has gone since the file was written."""
        if scope not in self.rows or self.exported is None:
            return
        (changes, events, last), where = self.rows[scope], f"heads of {self.exported.day}"
        if head is not None and head.changes < changes:
            yield Finding(case, "changes", where, f"at least {changes}", f"{head.changes}: it was put back")
        if events and hashes.get(events, "")[:SHORT] != last:
            found = hashes.get(events, "")[:SHORT] or f"{len(hashes)} events"
            yield Finding(case, "chain", where, f"{events} events, the last {last}", found)


def latest(key: bytes) -> Export:
    """Return what the last file of heads says; nothing where none was written yet."""
    files = sorted(folder().glob("*.jsonl.gz"))
    return _read(files[-1], key) if files else Export()


def _read(path: Path, key: bytes) -> Export:
    digest, result, day, signature = hashlib.sha256(), Export(), "", ""
    try:
        with gzip.open(path, "rb") as file:
            for line in file:
                content = json.loads(line)
                if isinstance(content, dict) and "signature" in content:
                    signature = content["signature"]
                    continue
                digest.update(line)
                if isinstance(content, dict):
                    day = content["day"]
                else:
                    result.rows[content[0]] = (content[1], content[2], content[3])
    except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError):
        signature = ""
    plain = digest.hexdigest()
    if not hmac.compare_digest(_signature(key, plain), signature):
        wrong = Finding(None, "export", path.name, "signed with the installation's key", "changed, cut or another's")
        return Export(findings=[wrong])
    result.exported = Exported(day, len(result.rows), plain, signature, path)
    return result
