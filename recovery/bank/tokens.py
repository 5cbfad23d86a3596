"""References and invoice numbers, found in what a payer wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CASE = re.compile(r"(?<![A-Z0-9])([A-Z]{2})[-/. ]?(\d{4})[-/. ]?(\d{6})(?!\d)")
_BELGIAN = re.compile(r"(?<!\d)\d{3}/?\d{4}/?\d{5}(?!\d)")
_BREAKS = re.compile(r"[\s:;,()<>\"'|=]+")
_SHORTEST = 5
_SHORTEST_IN_TEXT = 8
_MOST_WORDS = 7
_MOST_TEXT = 4000


def plain(text: str) -> str:
    """Return letters and digits alone, in capitals."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def reference_keys(reference: str) -> set[str]:
    """Return the keys under which a reference is kept: bare, and without the zeros that banks pad with."""
    bare = plain(reference)
    key = bare.removeprefix("OCR") if bare.removeprefix("OCR").isdigit() else bare
    return {form for form in (key, key.lstrip("0")) if len(form) >= _SHORTEST}


def spoken_keys(text: str) -> set[str]:
    """Return the keys of every reference that a text may contain, spaced or glued to other words."""
    upper = text.upper()[:_MOST_TEXT]
    keys = {"".join(found) for found in _CASE.findall(upper)} | {plain(x) for x in _BELGIAN.findall(upper)}
    for run in _runs(upper):
        keys |= reference_keys(run)
    return {key for key in keys if len(key) >= _SHORTEST_IN_TEXT}


def number_keys(number: str) -> set[str]:
    """Return the keys under which an invoice number is kept: as written, and bare if it is long enough."""
    bare = plain(number)
    return {number.strip().upper()} | ({f"={bare}"} if len(bare) >= _SHORTEST else set())


def written_numbers(text: str) -> set[str]:
    """Return what may be an invoice number in a text: whole words, and neighbours read as one."""
    upper = text.upper()[:_MOST_TEXT]
    words = {word.strip("#/.-+*") for word in upper.split()} | {word.strip("#/.-+*") for word in _BREAKS.split(upper)}
    joined = {f"={bare}" for run in _runs(upper) if len(bare := plain(run)) >= _SHORTEST}
    return {word for word in words if word} | joined


def _runs(text: str) -> Iterator[str]:
    """Yield each word, and each run of neighbouring words without the spaces."""
    words = [word for word in _BREAKS.split(text) if word]
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MOST_WORDS, len(words)) + 1):
            yield "".join(words[start:end])
