"""Prefect's server on loopback: started, watched and ended by us, with SQLite in our data folder."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from flows.credentials import headers, own_secret
from recovery.errors import GatewayError
from recovery.settings import PREFECT_QUIET, settings

START_SECONDS = 90
STOP_SECONDS = 15
# Where the portal shows Prefect's pages and passes their questions on, to people who are signed in.
UI_BASE, UI_API = "/flow-runs/ui", "/flow-runs/api"
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2): no child outlives a parent that was killed


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Tell whether a health address answers."""
    try:
        asked = urllib.request.Request(url, headers=headers(url))  # noqa: S310 - the API's own address
        with urllib.request.urlopen(asked, timeout=2) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except OSError:
        return False


def _tie_to_parent() -> None:
    os.umask(0o077)  # Prefect's database and pages are its owner's alone
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)


def start_child(arguments: Sequence[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, its output in a log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_tie_to_parent,
        )


def stop_child(child: subprocess.Popen[bytes]) -> None:
    """End a child and everything it started: asked first, forced after a while."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_SECONDS)
        if child.poll() is not None and not _group_alive(child.pid):
            return


def _group_alive(group: int) -> bool:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return False
        time.sleep(0.1)
    return True


class PrefectServer:
    """Prefect's API server and UI, as a context manager."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.child: subprocess.Popen[bytes] | None = None
        self.log = settings().data_dir / "logs" / "prefect-server.log"

    @property
    def api_url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}/api"

    def environment(self) -> dict[str, str]:
        """Return the environment of the server and of everything that talks to it."""
        return {
            **os.environ,
            **PREFECT_QUIET,
            "PREFECT_HOME": str(settings().prefect_home),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_SERVER_API_PORT": str(self.port),
            "PREFECT_SERVER_API_HOST": "127.0.0.1",
            "PREFECT_SERVER_API_AUTH_STRING": own_secret(),
            "PREFECT_API_AUTH_STRING": own_secret(),
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://nobody.invalid",  # RFC 2606: no page is from there
            "PREFECT_SERVER_UI_SERVE_BASE": UI_BASE,
            "PREFECT_SERVER_UI_API_URL": UI_API,
            "PREFECT_SERVER_UI_V2_ENABLED": "false",  # its pages carry a tracker
            "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(settings().prefect_home / "ui"),
            "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
            "RECOVERY_DATA_DIR": str(settings().data_dir),
        }

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process without waiting for it."""
        self.child = start_child(["-m", "flows.prefect_app", str(self.port)], self.environment(), self.log)
        return self.child

    def wait(self) -> None:
        """Wait until the API answers.

        Raises:
            GatewayError: it ended or did not answer in time.
        """
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if answers(f"{self.api_url}/health"):
                return
            if self.child is not None and self.child.poll() is not None:
                break
            time.sleep(0.2)
        raise GatewayError(
            f"Prefect's server did not start on port {self.port}; see {self.log}", code="server_not_started"
        )

    def __enter__(self) -> PrefectServer:
        self.start()
        try:
            self.wait()
        except GatewayError:
            self.stop()
            raise
        os.environ |= {"PREFECT_API_URL": self.api_url, "PREFECT_API_AUTH_STRING": own_secret()}
        return self

    def stop(self) -> None:
        """End the server."""
        if self.child is not None:
            stop_child(self.child)
            self.child = None

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
