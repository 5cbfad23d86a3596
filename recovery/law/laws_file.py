"""laws.toml read: the acts and notes of a country, of the Union and of all countries together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from recovery.errors import LawError
from recovery.law.basis import LANGUAGES, VALUES, Citations, Grammar, Law, Note
from recovery.law.parameters import LawBook

_TOP = {"laws", "notes", "words", "before", "after"}
_LAW = {"short", "name", "home", "numbers", "days", "starts", "treaty"}
_NOTE = {*LANGUAGES, "internal"}
_FIELD = re.compile(r"\{(\w+)\}")


@cache
def common() -> Citations:
    """Return what all countries share: Union law, treaties, and general words."""
    return read(resources.files("recovery.law"), "EU")


def load_laws(folder: Traversable, country: str) -> Citations:
    """Return the acts and notes of a country's own laws.toml.

    Raises:
        LawError: there is no such file, or an entry lacks a language or a form.
    """
    if not folder.joinpath("laws.toml").is_file():
        raise LawError(f"{country}: no laws.toml; add the acts that its bases cite, with their names in each language")
    return read(folder, country)


def read(folder: Traversable, country: str) -> Citations:
    """Return what a folder's laws.toml registers; see recovery/law/laws.toml for its form.

    Raises:
        LawError: naming the file and the entry at fault.
    """
    where = f"{country}: laws.toml"
    try:
        raw = tomllib.loads(folder.joinpath("laws.toml").read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"{where}: no TOML: {error}") from error
    unknown = set(raw) - (_TOP | {"links"} if country == "EU" else _TOP)
    if unknown:
        raise LawError(f"{where}: unknown: {', '.join(sorted(unknown))}; it has {', '.join(sorted(_TOP))}")
    laws = [law for key, row in raw.get("laws", {}).items() for law in _laws(country, key, row, where)]
    notes = [_note(key, row, f"{where} [notes.{key}]") for key, row in raw.get("notes", {}).items()]
    for group in ("words", "links"):
        for word, said in raw.get(group, {}).items():
            _complete(said, f"{where} [{group}.{word}]", set(LANGUAGES))
    before, after = tuple(raw.get("before", ())), tuple(raw.get("after", ()))
    return Citations(country, tuple(laws), tuple(notes), before, after, raw.get("words", {}), raw.get("links", {}))


def check_bases(grammar: Grammar, bases: Mapping[str, str], where: str) -> None:
    """Read every basis of a file by a country's grammar.

    Raises:
        LawError: naming the file, the entry, the words that no law begins, and what to do.
    """
    for key, text in bases.items():
        try:
            grammar.parse(text)
        except LawError as error:
            raise LawError(f"{where}: {key}: {error}; add it to the country's laws.toml") from None


def check_law(grammar: Grammar, book: LawBook, own: str) -> LawBook:
    """Return a country's parameters after reading each basis; what an installation states itself is its own affair.

    Raises:
        LawError: a basis of law.toml names a law that the country's laws.toml does not have.
    """
    stated = tomllib.loads(own).get("parameter", {})
    bases = {key: one.basis for key, one in book.parameters.items() if "basis" not in stated.get(key, {})}
    check_bases(grammar, bases, f"{book.country}: law.toml")
    return book


def check_tables(grammar: Grammar, raw: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the tables of a file after reading each `basis` in them.

    Raises:
        LawError: a basis names a law that the country's laws.toml does not have.
    """
    check_bases(grammar, dict(_bases(raw, "")), where)
    return raw


def _bases(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Return every basis within tables and lists, with its place."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from [(f"{place}basis", one)] if name == "basis" else _bases(one, f"{place}{name}.")
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _bases(one, f"{place}{number}.")


def _laws(country: str, key: str, row: dict[str, Any], where: str) -> Iterator[Law]:
    """Return one act, or all acts of a series that is cited by number or by day."""
    place = f"{where} [laws.{key}]"
    shorts = [row["short"]] if isinstance(row.get("short"), str) else row.get("short", [])
    wrong = set(row) - _LAW
    if not shorts or wrong:
        raise LawError(f"{place}: {'unknown: ' + ', '.join(sorted(wrong)) if wrong else 'give short'}")
    _complete(row.get("name", {}), f"{place} name", set(LANGUAGES))
    names, home, starts = row["name"], row.get("home", {}), tuple(row.get("starts", ()))
    owner = "" if row.get("treaty") else country
    days: dict[str, date] = row.get("days", {})
    for number in (*row.get("numbers", ()), *days):
        day = days.get(number)
        forms = tuple(text.replace("{n}", number) for text in shorts)
        yield Law(owner, f"{key}:{day or number}", forms, names, home, number, day, starts)
    if not days and "numbers" not in row:
        yield Law(owner, key, tuple(shorts), names, home, starts=starts)


def _note(key: str, row: dict[str, Any], place: str) -> Note:
    """Return a note with the pattern by which its English text, values filled in, is read back."""
    words = {language: text for language, text in row.items() if language != "internal"}
    _complete(words, place, set(LANGUAGES))
    if set(row) - _NOTE:
        raise LawError(f"{place}: unknown: {', '.join(sorted(set(row) - _NOTE))}")
    wanted = set(_FIELD.findall(words["en"]))
    for language, text in words.items():
        if {"day" if name == "of_day" else name for name in _FIELD.findall(text)} != wanted or wanted - set(VALUES):
            raise LawError(f"{place}: {language}: the values are {', '.join(sorted(wanted)) or 'none'}: {text!r}")
    pieces = _FIELD.split(words["en"])
    pattern = "".join(
        f"(?P<{piece}>{VALUES[piece]})" if odd % 2 else re.escape(piece) for odd, piece in enumerate(pieces)
    )
    return Note(key, words, re.compile(rf"{pattern}(?=$|[;:,) ])"), bool(row.get("internal", False)))


def _complete(said: dict[str, Any], place: str, wanted: set[str]) -> None:
    missing = sorted(name for name in wanted if not str(said.get(name, "")).strip())
    if missing:
        raise LawError(f"{place}: no text in {', '.join(missing)}")
