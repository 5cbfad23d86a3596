"""What an installation keeps to itself: its files and folders are open to their owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

# What no file of an installation gives to others (umask).
PRIVATE = 0o077


def make_private(folder: Path) -> None:
    """Make a folder that its owner alone opens, or close one that was left open; a shared one is left as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.stat()
    shared = found.st_mode & stat.S_ISVTX or folder == Path(folder.anchor)
    if found.st_mode & PRIVATE and found.st_uid == os.geteuid() and not shared:
        folder.chmod(0o700)
