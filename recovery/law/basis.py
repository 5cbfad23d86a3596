"""Legal bases as typed values: which country's law, which act, which articles, and named notes around them.

A basis is written once, in English, as the JSON answers print it ("UGB § 456 with § 455; 9.2 % from 2026-01-01").
That text is what is stored and handed on; a `Grammar` of the laws and notes that countries register reads it back,
exactly and to the last sign, so that every other language is told from the typed value and never from English words.

    basis   = part { link part }
    part    = law [ " " articles ] | articles (of the law before) | note
    link    = "; " | ": " | ", " | " (" … ")" | " " | a word of laws.toml [links]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from recovery.errors import LawError

# Every language in which letters and pages print a basis.
LANGUAGES = ("en", "nl", "fr", "de", "it", "es", "sv", "ca")
# What a value within a note may look like, by its name.
VALUES = {
    "rate": r"-?\d+(?:\.\d+)?",
    "amount": r"\d+(?:\.\d+)?",
    "number": r"\d+(?:\.\d+)?",
    "day": r"\d{4}-\d\d-\d\d",
    "year": r"\d{4}",
    "country": r"[A-Z]{2}",
}
# An article's own number: 6:119a, 13(3-bis), XIX.10, VI.91/3-91/5, 1284(4)-(5), 1°, (4).
_BRACKET = r"\([\w.-]{1,6}\)"
_NUMBER = re.compile(rf"(?:\d\w*|[IVXLC]+(?![a-z]))(?:[.:/-]\w+|-?{_BRACKET}|°)*(?!\w)|[a-hA-Z](?!\w)|(?:{_BRACKET})+")
_LINKS = ("; ", ": ", ", ", " (")


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """One act: whose it is ("EU"; "" for a treaty), its forms within bases, its names by language, its form at home.

    `names` are full names for readers abroad, `home` the short forms for readers of the country in its languages,
    with {art} where the articles stand. `starts` says how the articles begin where another act has the same short form.
    """

    country: str
    key: str
    short: tuple[str, ...]
    names: Mapping[str, str]
    home: Mapping[str, str]
    number: str = ""
    day: date | None = None
    starts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Note:
    """Words around acts, by language, with values in braces; an internal one is not for a debtor's eyes."""

    key: str
    words: Mapping[str, str]
    pattern: re.Pattern[str]
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a basis: an act with articles, further articles of the act before (`again`), or a note.

    A part that is neither is an old or a person's own text, which is kept as it stands.
    """

    text: str
    before: str = ""
    after: str = ""
    law: Law | None = None
    articles: str = ""
    again: bool = False
    note: Note | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis; `str` gives exactly the English text that the JSON answers hold."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(f"{part.before}{part.text}{part.after}" for part in self.parts)

    @classmethod
    def said(cls, text: str) -> Basis:
        """Return a text that no country knows, kept as it stands."""
        return cls((Part(text),))


@dataclass(frozen=True)
class Citations:
    """What one laws.toml registers: acts, notes, the words for parts of acts, and words between two acts.

    `before` are words that stand before a number ("art."), `after` those that stand after it ("kap."); `said` gives
    the words that a language has for them, where it has its own. Only what all countries share has `links`.
    """

    country: str
    laws: tuple[Law, ...]
    notes: tuple[Note, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Grammar:
    """The reader of bases by the acts and notes of one or several countries; the first that knows a form has it."""

    def __init__(self, books: Sequence[Citations]) -> None:
        self._laws: dict[str, list[Law]] = {}
        for law in (law for book in books for law in book.laws):
            for text in law.short:
                self._laws.setdefault(text, []).append(law)
        forms = "|".join(re.escape(text) for text in sorted(self._laws, key=len, reverse=True))
        self._law = re.compile(rf"(?:{forms})(?!\w)")
        self._notes = [note for book in books for note in book.notes]
        units = {unit for book in books for unit in (*book.before, *book.after)}
        self._unit = re.compile(
            rf"(?:{'|'.join(re.escape(unit) for unit in sorted(units, key=len, reverse=True))})(?!\w)"
        )
        self._links = (*_LINKS, *(f" {word} " for book in books for word in book.links), " ")

    def parse(self, text: str) -> Basis:
        """Return the typed basis of a text.

        Raises:
            LawError: from some place on no law and no note is known; the message quotes the rest.
        """
        at, before, last, parts = 0, "", None, list[Part]()
        while True:
            part = self._part(text, at, last)
            if part is None:
                raise LawError(f"basis {text!r}: no law and no note begins {text[at:]!r}")
            at, last = at + len(part.text), part.law or last
            after = text[at : len(text) - len(text[at:].lstrip(")"))]
            at += len(after)
            parts.append(replace(part, before=before, after=after))
            if at == len(text):
                return Basis(tuple(parts))
            before = next((link for link in self._links if text.startswith(link, at)), "")
            if not before:
                raise LawError(f"basis {text!r}: cannot go on at {text[at:]!r}")
            at += len(before)

    def _part(self, text: str, at: int, last: Law | None) -> Part | None:
        """Return the part that begins at a place, None if no law and no note does."""
        notes = [(found, note) for note in self._notes if (found := note.pattern.match(text, at))]
        if notes:
            found, note = max(notes, key=lambda one: len(one[0][0]))
            return Part(found[0], note=note, values=tuple(found.groupdict().items()))
        for short, law in self._laws_at(text, at):
            articles = self._articles(text, at + len(short) + 1) if text.startswith(f"{short} ", at) else ""
            if not law.starts or articles.startswith(law.starts):
                return Part(f"{short} {articles}" if articles else short, law=law, articles=articles)
        articles = self._articles(text, at) if last else ""
        return Part(articles, law=last, articles=articles, again=True) if articles else None

    def _laws_at(self, text: str, at: int) -> Iterator[tuple[str, Law]]:
        found = self._law.match(text, at)
        if found:
            for law in self._laws[found[0]]:
                yield found[0], law

    def _articles(self, text: str, at: int) -> str:
        """Return the articles that begin at a place: numbers and words for parts of acts, as far as they go."""
        end = self._word(text, at)
        while end > at:
            gap = next((gap for gap in (", ", " ") if text.startswith(gap, end)), "")
            here = end + len(gap)
            if not gap or self._law.match(text, here) or (gap == " " and text.startswith("(", here)):
                break
            if any(note.pattern.match(text, here) for note in self._notes):
                break
            ends = self._word(text, here)
            if ends == here:
                break
            end = ends
        return text[at:end]

    def _word(self, text: str, at: int) -> int:
        """Return where the word of an article ends that begins at a place; the place itself if none does."""
        found = self._unit.match(text, at) or _NUMBER.match(text, at)
        return found.end() if found else at
