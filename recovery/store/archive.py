"""A backup's file: a tar of tables, heads and documents, told of and signed in its first two entries.

Documents are named by their hash, so that the first entries can name everything before it is written; one that is
damaged costs only itself. Encrypted, the same tar lies within (`recovery.store.encryption`).
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from recovery import keys
from recovery.errors import CaseError, IntakeError
from recovery.settings import settings
from recovery.store.encryption import Decrypting, Encrypting, is_encrypted

VERSION = 2
MANIFEST, SIGNATURE, OLD_ROWS = "manifest.json", "signature", "rows.json"
LONGEST_MANIFEST = 1 << 30


@dataclass
class Manifest:
    """What a backup holds: the schema's revision, tables with rows and hash, documents and heads by hash."""

    schema: str
    made_at: str
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)
    version: int = VERSION

    def as_bytes(self) -> bytes:
        """Return the manifest as it is stored and signed."""
        return json.dumps(asdict(self), sort_keys=True).encode()


def signature(key: bytes, manifest: bytes) -> str:
    """Return the signature of a manifest and so of all that it names."""
    return hmac.digest(key, b"backup\x1f" + manifest, "sha256").hex()


@contextmanager
def writing(file: BinaryIO, passphrase: str | None) -> Iterator[tarfile.TarFile]:
    """Give a tar to write to, encrypted if there is a passphrase."""
    outer = Encrypting(file, passphrase) if passphrase else None
    with tarfile.open(fileobj=cast(BinaryIO, outer or file), mode="w|", format=tarfile.PAX_FORMAT) as archive:
        yield archive
    if outer:
        outer.finish()


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Write an entry."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def add_file(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Write an entry from a file."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = path.stat().st_size, 0o600
    with path.open("rb") as file:
        archive.addfile(entry, file)


@contextmanager
def reading(path: Path, passphrase: str | None) -> Iterator[Iterator[tuple[str, BinaryIO]]]:
    """Give a backup's entries in their order: name and content, to be read before the next.

    Raises:
        IntakeError: the file cannot be read as a backup.
    """
    try:
        with path.open("rb") as file:
            outer = _opened(file, passphrase)
            with tarfile.open(fileobj=outer, mode="r|*") as archive:
                yield _entries(archive, outer)
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise unreadable(path, f"{type(error).__name__}: {error}") from None


def _opened(file: BinaryIO, passphrase: str | None) -> BinaryIO:
    if not is_encrypted(file):
        return file
    if not passphrase:
        raise IntakeError(
            "backup: encrypted; give its passphrase (--passphrase-file or RECOVERY_BACKUP_PASSPHRASE)",
            code="passphrase_missing",
            field="passphrase",
        )
    return cast(BinaryIO, io.BufferedReader(Decrypting(file, passphrase), 1 << 16))


def _entries(archive: tarfile.TarFile, outer: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    """Yield name and content of every entry; what stands behind the last is read too: its change is a change."""
    for entry in archive:
        content = archive.extractfile(entry) if entry.isfile() else None
        if content is not None:
            yield entry.name, cast(BinaryIO, content)
    while outer.read(1 << 16):
        pass


def unreadable(path: Path, why: str) -> IntakeError:
    """Return the error of a file that is no backup."""
    return IntakeError(f"{path.name}: no backup that can be read: {why}", code="unreadable_backup", field="file")


@dataclass(frozen=True)
class Checked:
    """A backup that may be restored: its manifest (None for one of the first format) and what of it is damaged."""

    manifest: Manifest | None
    signed: bool


def check(path: Path, passphrase: str | None, unsigned: bool) -> Checked:
    """Compare a backup with its manifest and its signature before anything of it is restored.

    Raises:
        IntakeError: it cannot be read, or what it holds is not what was written.
        CaseError: it is not signed with this installation's key, and that was not allowed.
    """
    with reading(path, passphrase) as entries:
        name, content = next(entries, ("", io.BytesIO()))
        if name == OLD_ROWS:
            signed = False
            manifest = None
        else:
            manifest, signed = _manifest(path, name, content.read(LONGEST_MANIFEST), entries)
        if not signed and not unsigned:
            raise _foreign(path)
        if manifest:
            _compare(path, manifest, entries)
    return Checked(manifest, signed)


def _manifest(path: Path, name: str, stored: bytes, entries: Iterator[tuple[str, BinaryIO]]) -> tuple[Manifest, bool]:
    if name != MANIFEST:
        raise unreadable(path, "it does not begin as a backup does")
    told = json.loads(stored)
    if told.get("version", 0) > VERSION:
        raise IntakeError(
            f"{path.name}: a backup of format {told['version']}, newer than this program knows; update the program",
            code="newer_backup",
            field="file",
        )
    name, given = next(entries, ("", io.BytesIO()))
    known = (settings().keys_dir / "backup").exists()  # a key that is made now has signed nothing
    signed = known and hmac.compare_digest(signature(keys.key("backup"), stored), given.read(200).decode())
    return Manifest(**told), name == SIGNATURE and signed


def _foreign(path: Path) -> CaseError:
    return CaseError(
        f"{path.name}: not signed with this installation's key; bring the folder of keys of the installation that "
        "made it (RECOVERY_KEYS_DIR), or say --unsigned if you know where the file comes from",
        code="foreign_backup",
        field="file",
    )


def _compare(path: Path, manifest: Manifest, entries: Iterator[tuple[str, BinaryIO]]) -> None:
    """Hash tables and heads; documents are compared when they are restored, each by its own name."""
    expected = {f"tables/{name}.jsonl.gz": told["sha256"] for name, told in manifest.tables.items()}
    expected |= {f"heads/{name}": sha256 for name, sha256 in manifest.heads.items()}
    for name, content in entries:
        if name in expected:
            found = hashlib.file_digest(cast(io.BytesIO, content), "sha256").hexdigest()
            if found != expected.pop(name):
                raise unreadable(path, f"{name} is not what was written")
        if not expected:
            return
    raise unreadable(path, f"{sorted(expected)[0]} is missing")
