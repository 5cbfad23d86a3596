"""A data folder is served once, and a port that is taken is said at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from flows.alone import alone, wait_for_port
from recovery.errors import CaseError


def test_a_folder_is_served_once(tmp_path):
    lock = tmp_path / "serve.lock"
    program = "import sys; from pathlib import Path; from flows.alone import alone\nwith alone(Path(sys.argv[1])): pass"
    with alone(lock):
        other = subprocess.run([sys.executable, "-c", program, str(lock)], capture_output=True, text=True)
        assert other.returncode == 1
        assert f"served already, by process {os.getpid()}" in other.stderr
    assert subprocess.run([sys.executable, "-c", program, str(lock)]).returncode == 0
    assert lock.stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CaseError, match=f"port {port} is in use; set RECOVERY_PORT"):
            wait_for_port("RECOVERY_PORT", port, seconds=0.3)
    wait_for_port("RECOVERY_PORT", port, seconds=0.3)
