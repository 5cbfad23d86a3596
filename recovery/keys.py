"""Keys of one installation: made on first use, each in a file that its owner alone reads, never in the database."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from recovery.errors import CaseError
from recovery.private import PRIVATE
from recovery.settings import settings

SIZE = 32


def key(name: str) -> bytes:
    """Return the key of a purpose, made now if there is none; two processes that ask at once get the same.

    Raises:
        CaseError: its file is empty, cut or readable by others: a key that somebody may know proves nothing.
    """
    path = settings().keys_dir / name
    if not path.exists():
        _make(path)
    content = path.read_bytes()
    if path.stat().st_mode & PRIVATE:
        raise CaseError(f"key {name}: its file can be read by others; chmod 600 it, or make a new one", code="bad_key")
    if len(content) != SIZE:
        raise CaseError(f"key {name}: its file is not {SIZE} bytes long; bring it back from a copy", code="bad_key")
    return content


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(SIZE))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(partial, path)  # the first one wins, whole
    partial.unlink()
