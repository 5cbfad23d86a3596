"""A whole paper read in a process of its own, within a time: what it holds cannot hold up or harm who asked."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from recovery.errors import IntakeError
from recovery.intake.paper.parties import Member

SECONDS = 90


@dataclass(frozen=True)
class Apart:
    """What was read, as the command line's JSON has it, and a PNG of the place of each field."""

    answer: Mapping[str, Any]
    cuttings: Mapping[str, bytes]


def read_apart(data: bytes, name: str, member: Member, seconds: float = SECONDS) -> Apart:
    """Read the pages of a PDF or a picture in a child process.

    Raises:
        IntakeError: it cannot be read, or not in this time.
    """
    head = json.dumps({"what": "paper", "name": name, "member": asdict(member)}).encode() + b"\n"
    answer = asked(head + data, name, seconds)
    return Apart(answer["paper"], {field: base64.b64decode(text) for field, text in answer["cuttings"].items()})


def asked(request: bytes, name: str, seconds: float) -> dict[str, Any]:
    """Return the answer of a child to a request; it ends with all its own children when the time is over.

    Raises:
        IntakeError: it refuses the paper, fails, or takes too long.
    """
    path = os.pathsep.join(place for place in sys.path if place)
    child = subprocess.Popen(
        [sys.executable, "-m", "recovery.intake.paper.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path},
        start_new_session=True,
    )
    try:
        told, _ = child.communicate(request, timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        raise refused(name, f"not read within {seconds:.0f} seconds", "reading_too_slow") from None
    try:
        answer: dict[str, Any] = json.loads(told)
    except ValueError:
        raise refused(name, "it could not be read", "unreadable_picture") from None
    if "error" in answer:
        error = answer["error"]
        raise IntakeError(error["message"], code=error["code"], field=error["field"])
    return answer


def refused(name: str, why: str, code: str) -> IntakeError:
    """Return the refusal of a paper that cannot be read."""
    return IntakeError(f"{name}: {why}; take it anew, or type the claim in", code=code, field="file")
