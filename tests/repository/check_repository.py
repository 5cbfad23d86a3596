"""What must never stand in the repository: dead links, secrets, registry hosts, paths of one machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SELF = Path(__file__).relative_to(ROOT)
FORBIDDEN = {
    "a registry's address": re.compile(r"https?://[^\s\"')]*/simple/?\b|--(extra-)?index-" + "url"),
    "a path of one machine": re.compile(r"(?<![\w.])/(work|farm|root|home/\w+)/"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a secret": re.compile(r"(?i)\b(api[_-]?key|secret|password|token)\b\s*[:=]\s*[\"'][A-Za-z0-9+/_\-]{12,}[\"']"),
    "a loose end": re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b"),
}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")


def files() -> list[Path]:
    """Return the files that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def faults() -> list[str]:
    """Return every fault of the repository, with file and line."""
    found = []
    for path in files():
        name = path.relative_to(ROOT)
        if name == SELF or "samples" in name.parts or path.suffix in (".png", ".pdf"):
            continue
        text = path.read_text("utf-8", errors="replace")
        found += [
            f"{name}:{text[: match.start()].count(chr(10)) + 1}: {what}: {match[0]}"
            for what, pattern in FORBIDDEN.items()
            for match in pattern.finditer(text)
        ]
        if path.suffix == ".md":
            found += [
                f"{name}: dead link {match[1]}"
                for match in LINK.finditer(text)
                if "://" not in match[1] and not (path.parent / match[1]).exists()
            ]
    return found


if __name__ == "__main__":
    wrong = faults()
    print("\n".join(wrong) or "the repository is clean")
    sys.exit(bool(wrong))
