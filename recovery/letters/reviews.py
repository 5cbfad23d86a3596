"""Who has read each letter as a native speaker or a lawyer, and when: reviews.toml of a country, as a table in docs.

`python -m recovery.letters.reviews FILE` renews the table. A reading counts for the very words that were read: once a
text changes, its row says so and it waits to be read again. A country without the file was read by nobody.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from recovery.errors import LawError
from recovery.letters.texts import load_texts
from recovery.letters.words import LANGUAGES
from recovery.registry import adapter_of, countries

SIDES = ("native", "lawyer")


@dataclass(frozen=True)
class Reading:
    """One reading: by whom, on which day, as a native speaker or a lawyer, and the fingerprint of what was read."""

    by: str
    on: date
    side: str
    text: str


@dataclass(frozen=True)
class Text:
    """One letter in one language, with the fingerprint of its words and who read it."""

    document: str
    language: str
    fingerprint: str
    readings: tuple[Reading, ...]

    @property
    def standing(self) -> tuple[Reading, ...]:
        """The readings of the words as they stand."""
        return tuple(one for one in self.readings if one.text == self.fingerprint)


def texts_of(country: str) -> tuple[Text, ...]:
    """Return every letter that a country writes itself, in each of its languages.

    Raises:
        LawError: reviews.toml names a letter that is not there, or a side that is none.
    """
    folder = adapter_of(country).folder
    found = [one for language in LANGUAGES for one in _in_language(country, language)]
    known = {(document, language) for document, language, _ in found}
    file = folder.joinpath("reviews.toml")
    rows = tomllib.loads(file.read_text("utf-8")).get("read", []) if file.is_file() else []
    read: dict[tuple[str, str], list[Reading]] = {}
    for row in rows:
        key = (row["document"], row["language"])
        if key not in known or row["as"] not in SIDES:
            raise LawError(f"{country.lower()}: reviews.toml: {' '.join(key)} as {row['as']}: no such letter or side")
        read.setdefault(key, []).append(Reading(row["by"], row["on"], row["as"], row["text"]))
    return tuple(Text(name, tongue, mark, tuple(read.get((name, tongue), ()))) for name, tongue, mark in found)


def _in_language(country: str, language: str) -> Iterator[tuple[str, str, str]]:
    folder = adapter_of(country).folder.joinpath("letters")
    if not folder.joinpath(f"{language}.toml").is_file():
        return
    for document, parts in load_texts(folder, language).documents.items():
        whole = "\n".join(f"{key}: {parts[key]}" for key in sorted(parts))
        yield document, language, hashlib.sha256(whole.encode()).hexdigest()[:12]


def counted(country: str) -> tuple[int, int]:
    """Return how many letters of a country were read as they stand, and how many there are."""
    texts = texts_of(country)
    return sum(bool(one.standing) for one in texts), len(texts)


def markdown() -> str:
    """Return the table of all countries."""
    parts = [
        "# Who has read the letters",
        "Made by `make docs` from `reviews.toml` in each country's folder; write there, not here. Empty is empty: "
        "nobody has read it. A reading counts for the words that were read: `text` is their fingerprint, the last "
        "column.",
        'One entry of `reviews.toml`:\n\n```toml\n[[read]]\ndocument = "formal_notice"\nlanguage = "nl"\n'
        'as = "lawyer"  # or "native"\nby = "name, profession"\non = 2026-12-01\ntext = "0123456789ab"\n```',
    ]
    for country in countries():
        read, of = counted(country)
        rows = [_row(one) for one in texts_of(country)]
        head = "| letter | language | native speaker | lawyer | text |\n| --- | --- | --- | --- | --- |"
        parts.append(f"## {country}: {read} of {of} read\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _row(text: Text) -> str:
    cells = []
    for side in SIDES:
        readings = [one for one in text.readings if one.side == side]
        cells.append("; ".join(f"{one.by}, {one.on}{_age(one, text)}" for one in readings))
    return f"| {text.document} | {text.language} | {cells[0]} | {cells[1]} | `{text.fingerprint}` |"


def _age(reading: Reading, text: Text) -> str:
    return "" if reading.text == text.fingerprint else " (another text)"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), "utf-8")
