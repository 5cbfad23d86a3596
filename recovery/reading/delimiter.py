"""What separates the cells of a CSV file."""

from __future__ import annotations


def delimiter_of(header: str) -> str:
    """Return the delimiter of a file as its header shows it: semicolon, comma or tab, whichever is there most often."""
    return max(";,\t", key=header.count)
