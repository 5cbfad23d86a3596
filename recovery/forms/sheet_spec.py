"""What a country's court_sheets.toml describes: its acts, their fields with articles, and where each act is sent."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from recovery.errors import LawError
from recovery.forms.sources import SOURCES
from recovery.registry import adapter_of

OWN_WORDS = ("court.name", "court.competence_basis", "request", "statement")
NATIONAL = ("national_payment_order", "national_court", "uncontested_bailiff")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a sheet: its label by language, the article that asks for it, and where its value comes from."""

    id: str
    label: Words
    source: str
    article: str
    optional: bool = False
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """One section of a sheet."""

    title: Words
    fields: tuple[FieldSpec, ...]


@dataclass(frozen=True, slots=True)
class SendSpec:
    """Where and how an act is sent; `uncertain` names what no source confirms, `attach` whether documents go along."""

    channel: Words
    payment: Words
    copies: Words | None
    uncertain: tuple[str, ...]
    attach: bool
    basis: str


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """One route's act; European routes have `send` alone, as their form is the Union's."""

    send: SendSpec
    act: Words
    own: Mapping[str, Words]
    sections: tuple[SectionSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheets:
    """A country's sheets: languages, routes and the courts' names."""

    country: str
    languages: tuple[str, ...]
    courts: Mapping[str, Mapping[str, str]]
    routes: Mapping[str, RouteSpec]


@cache
def sheets_of(country: str) -> Sheets:
    """Return a country's sheets, checked.

    Raises:
        LawError: the country has none, or a part of them is missing or unknown.
    """
    path = adapter_of(country).folder.joinpath("court_sheets.toml")
    if not path.is_file():
        raise LawError(f"{country.lower()}: no court_sheets.toml; add one to the country's folder")
    return read_sheets(country, tomllib.loads(path.read_text("utf-8")))


def read_sheets(country: str, raw: Mapping[str, Any]) -> Sheets:
    """Return the sheets that a file describes.

    Raises:
        LawError: naming the country, the route and the part at fault.
    """
    languages = tuple(raw["languages"])
    routes = {code: _route(country, languages, raw, code, row) for code, row in raw["route"].items()}
    return Sheets(country, languages, raw.get("court", {}), routes)


def _route(
    country: str, languages: tuple[str, ...], raw: Mapping[str, Any], code: str, row: Mapping[str, Any]
) -> RouteSpec:
    where = f"{country.lower()}: court_sheets.toml, {code}"
    send = row["send"]
    found = SendSpec(
        _words(where, "channel", languages, send["channel"]),
        _words(where, "payment", languages, send["payment"]),
        _words(where, "copies", languages, send["copies"]) if "copies" in send else None,
        tuple(send.get("uncertain", ())),
        send.get("attach", True),
        send["basis"],
    )
    if code not in NATIONAL:
        return RouteSpec(found, {}, {})
    own = {
        name: _words(where, name, languages, row[name])
        for name in ("competence", "request", "statement")
        if name in row
    }
    sections = tuple(
        SectionSpec(
            _words(where, "title", languages, section["title"]),
            tuple(_field(where, languages, raw["field"], own, one) for one in section["fields"]),
        )
        for section in row["section"]
    )
    return RouteSpec(found, _words(where, "act", languages, row["act"]), own, sections)


def _field(
    where: str,
    languages: tuple[str, ...],
    fields: Mapping[str, Any],
    own: Mapping[str, Words],
    row: Mapping[str, Any],
) -> FieldSpec:
    name, article = row["id"], str(row.get("article", ""))
    if name not in fields:
        raise LawError(f"{where}: field {name} has no [field.{name}]; add its label and source")
    source = fields[name]["source"]
    wanted = {"court.competence_basis": "competence"}.get(source, source)
    if source not in SOURCES and not (source == "court.name" or (source in OWN_WORDS and wanted in own)):
        raise LawError(f"{where}: field {name}: source {source!r} is not known or the route lacks its words")
    confidence = row.get("confidence", "confirmed")
    if not article or confidence not in ("confirmed", "uncertain"):
        raise LawError(f"{where}: field {name}: name its article, and confidence as confirmed or uncertain")
    label = _words(where, name, languages, row.get("label", fields[name]["label"]))
    return FieldSpec(name, label, source, article, bool(row.get("optional")), confidence == "uncertain")


def _words(where: str, name: str, languages: tuple[str, ...], text: str | Mapping[str, str]) -> Words:
    """Return a text by language; one text stands for all languages of the file."""
    found = dict.fromkeys(languages, text) if isinstance(text, str) else dict(text)
    if set(found) != set(languages) or not all(value.strip() for value in found.values()):
        raise LawError(f"{where}: {name}: write it in {', '.join(languages)}")
    return found
