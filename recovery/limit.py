"""A limit of time for a whole exchange: who answers byte by byte holds nobody longer than who does not answer."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType


class Limit:
    """So many seconds in all; when they are over, the connections that were made are cut."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.over = False
        self._ends = time.monotonic() + seconds
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Limit:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for one in self._watched:
                one.close()
            self._watched.clear()

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first of a host's addresses that answers in the time that is left.

        Raises:
            OSError: none does.
        """
        failed: OSError = OSError("no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(max(self._ends - time.monotonic(), 0.01))
                made.connect(address)
            except OSError as error:
                made.close()
                failed = error
            else:
                made.settimeout(self.seconds)
                self.watch(made)
                return made
        raise failed

    def watch(self, made: socket.socket) -> None:
        """Cut a connection when the time is over; TLS laid over it later is cut with it."""
        with self._lock:
            self._watched.append(socket.socket(made.family, made.type, made.proto, fileno=socket.dup(made.fileno())))
        if self.over:
            self._cut()

    def _cut(self) -> None:
        self.over = True
        with self._lock:
            for one in self._watched:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
