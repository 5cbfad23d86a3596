"""A file encrypted with a passphrase: AES-256-GCM in frames, so that it is written and read in one stream."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import struct
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from recovery.errors import IntakeError

MAGIC = b"recovery encrypted backup 1\n"
FRAME = 1 << 20
# What guessing a passphrase costs: 64 MB and a tenth of a second a guess (RFC 7914).
COST = {"n": 1 << 16, "r": 8, "p": 1}


def _cipher(passphrase: str, salt: bytes, cost: dict[str, Any]) -> AESGCM:
    n, r, p = (int(cost[name]) for name in ("n", "r", "p"))
    if n > 1 << 20 or r > 32 or p > 16:
        raise ValueError("its cost is out of bounds")
    made = hashlib.scrypt(passphrase.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)
    return AESGCM(made)


def _nonce(number: int, last: bool) -> bytes:
    """Return a frame's own nonce: frames that are left out, exchanged or cut off do not decrypt."""
    return struct.pack(">xxxQB", number, last)


class Encrypting(io.RawIOBase):
    """Writes to a file what is written to it, encrypted; `finish` writes the last frame."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt = secrets.token_bytes(16)
        self._header = MAGIC + json.dumps({"salt": salt.hex(), **COST}).encode() + b"\n"
        self._file, self._cipher = file, _cipher(passphrase, salt, COST)
        self._held, self._number = bytearray(), 0
        file.write(self._header)

    def writable(self) -> bool:
        """Tell that it is written to."""
        return True

    def write(self, content: Any) -> int:
        """Take some bytes."""
        self._held += content
        while len(self._held) > FRAME:
            self._frame(bytes(self._held[:FRAME]), last=False)
            del self._held[:FRAME]
        return len(content)

    def finish(self) -> None:
        """Write what is left."""
        self._frame(bytes(self._held), last=True)
        self._held.clear()

    def _frame(self, content: bytes, last: bool) -> None:
        made = self._cipher.encrypt(_nonce(self._number, last), content, self._header)
        self._file.write(struct.pack(">IB", len(made), last) + made)
        self._number += 1


class Decrypting(io.RawIOBase):
    """Reads what `Encrypting` wrote.

    Raises:
        IntakeError: the passphrase is another one, or the file was changed or cut.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        file.seek(len(MAGIC))
        line = file.readline(1000)
        try:
            header = json.loads(line)
            self._cipher = _cipher(passphrase, bytes.fromhex(header["salt"]), header)
        except (ValueError, KeyError, TypeError) as error:
            raise _unreadable(str(error)) from None
        self._file, self._header, self._held, self._number, self._ended = file, MAGIC + line, b"", 0, False

    def readable(self) -> bool:
        """Tell that it is read from."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give some bytes."""
        while not self._held and not self._ended:
            self._held = self._frame()
        some = self._held[: len(buffer)]
        buffer[: len(some)] = some
        self._held = self._held[len(some) :]
        return len(some)

    def _frame(self) -> bytes:
        head = self._file.read(5)
        if len(head) < 5:
            raise _unreadable("it is cut")
        size, last = struct.unpack(">IB", head)
        if size > FRAME + 16:
            raise _unreadable("a frame is too long")
        try:
            content = self._cipher.decrypt(_nonce(self._number, bool(last)), self._file.read(size), self._header)
        except InvalidTag:
            raise _unreadable("the passphrase is another one, or it was changed") from None
        self._number, self._ended = self._number + 1, bool(last)
        return content


def _unreadable(why: str) -> IntakeError:
    return IntakeError(f"encrypted backup: cannot be read, {why}", code="unreadable_backup", field="passphrase")


def is_encrypted(file: BinaryIO) -> bool:
    """Tell whether a file is encrypted; it is read from its beginning afterwards."""
    begins = file.read(len(MAGIC))
    file.seek(0)
    return begins == MAGIC
