"""One data folder is served once, on ports of its own: a second process would end the runs of the first."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recovery.errors import CaseError

# A server whose parent was killed takes a little to end.
PORT_SECONDS = 20.0


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a folder's lock; it ends with the process, however that ends.

    Raises:
        CaseError: another process holds it.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "?"
            raise CaseError(
                f"serve: this data folder is served already, by process {who}; stop it first, or set RECOVERY_DATA_DIR",
                code="served_already",
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def wait_for_port(name: str, port: int, seconds: float = PORT_SECONDS) -> None:
    """Wait until a port on loopback is free.

    Raises:
        CaseError: somebody else listens on it.
    """
    until = time.monotonic() + seconds
    while not _is_free(port):
        if time.monotonic() > until:
            raise CaseError(f"serve: port {port} is in use; set {name} to another", code="port_taken", field=name)
        time.sleep(0.2)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
