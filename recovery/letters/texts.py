"""Letter texts: one TOML file per country and language, one table per document, checked placeholders.

`[shared]` of a file serves each of its documents that does not set its own. Documents without national law are written
once for all countries in `texts_common`; a country's own document wins over them, its data protection always stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from recovery.errors import LawError
from recovery.letters.letter import Paragraph

PLACEHOLDERS = frozenset(
    (
        *("reference", "creditor", "debtor", "sender", "mandate", "invoices", "principal", "interest", "costs"),
        *("total", "pay_by", "term_days", "first_day", "last_day", "rate", "consequence_costs"),
        *("consequence_costs_vat", "portal_url", "dispute_contact", "member_state"),
        *("instalment", "settlement", "message", "invoice_count"),
    )
)
_REQUIRED = ("subject", "body")
_SHARED = ("what_to_do", "footer")
_KEYS = frozenset((*_REQUIRED, *_SHARED))
# The language of the foot where a country has none in a letter's language.
FALLBACK = "en"
_OWN_LAW = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_BY_COSTS = re.compile(r"\[\[([+-])\s*(.+?)\]\]", re.DOTALL)
_FIELD = re.compile(r"\{([^{}]*)\}")
_EMPHASISED = "! "
_MESSAGE = "{message}"


@dataclass(frozen=True)
class Texts:
    """The documents of one language of a country, with the file they stand in."""

    file: str
    language: str
    documents: Mapping[str, Mapping[str, str]]

    def __contains__(self, document: object) -> bool:
        return document in self.documents


@dataclass(frozen=True)
class ComposedText:
    """A document's text in one language, its placeholders filled."""

    subject: str
    paragraphs: tuple[Paragraph, ...]
    what_to_do: tuple[Paragraph, ...]
    footer: tuple[Paragraph, ...]


def load_texts(folder: Traversable, language: str) -> Texts:
    """Return the documents of one language of a country's `letters` folder, and the common ones it does not write.

    Raises:
        LawError: nothing is written in the language, or a file lacks a text, or asks for an unknown placeholder.
    """
    own, common = folder.joinpath(f"{language}.toml"), _COMMON.joinpath(f"{language}.toml")
    name = _name(own)
    if not own.is_file() and not common.is_file():
        raise LawError(f"{name}: no letter texts in {language!r}; add the file")
    shared, documents = _read(own) if own.is_file() else ({}, {})
    return Texts(name, language, {**_common(folder, common, shared.get("footer")), **documents})


_COMMON = resources.files("recovery.letters").joinpath("texts_common")


def _common(folder: Traversable, file: Traversable, footer: str | None) -> dict[str, dict[str, str]]:
    """Return the documents that every country shares, with the country's foot in the language, else in English."""
    if not file.is_file():
        return {}
    fallback = folder.joinpath(f"{FALLBACK}.toml")
    if footer is None and fallback.is_file():
        footer = _read(fallback)[0].get("footer")
    return {document: {**parts, "footer": footer or ""} for document, parts in _read(file)[1].items()}


def _name(file: Traversable) -> str:
    return "/".join(str(file).replace("\\", "/").split("/")[-3:])


def _read(file: Traversable) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return what a file's documents share, and the documents."""
    name = _name(file)
    try:
        return _parsed(name, file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LawError(f"{name}: no readable TOML: {error}") from None


@cache
def _parsed(name: str, text: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    raw = tomllib.loads(text)
    shared = raw.pop("shared", {})
    _check_texts(name, "shared", shared, frozenset(_SHARED))
    for document, parts in raw.items():
        _check(name, document, parts)
    return shared, {document: {**shared, **parts} for document, parts in raw.items()}


def _check(name: str, document: str, parts: object) -> None:
    """Refuse a document without its texts, with unknown ones, or with placeholders nobody fills."""
    _check_texts(name, document, parts, _KEYS)
    for key in _REQUIRED:
        if not (isinstance(parts, dict) and str(parts.get(key, "")).strip()):
            raise LawError(f"{name}: {document}.{key}: missing or empty")


def _check_texts(name: str, document: str, parts: object, keys: frozenset[str]) -> None:
    if not isinstance(parts, dict):
        raise LawError(f"{name}: {document}: not a table; write [{document}] with {' and '.join(sorted(keys))}")
    for key, text in parts.items():
        if key not in keys or not isinstance(text, str):
            raise LawError(f"{name}: {document}.{key}: not one of the texts {', '.join(sorted(keys))}")
        if unknown := {one for one in _FIELD.findall(text) if "|" not in one} - PLACEHOLDERS:
            raise LawError(f"{name}: {document}.{key}: unknown placeholder {', '.join(sorted(unknown))}")
        if odd := [one for one in _FIELD.findall(text) if one.count("|") > 1]:
            raise LawError(f"{name}: {document}.{key}: {{{odd[0]}}}: write {{one|several}}")


def compose(texts: Texts, document: str, values: Mapping[str, str], own_law: bool = True) -> ComposedText:
    """Fill a document's texts; braces in a value stay as they are.

    A sentence in double brackets states the law of the country alone: of limitation, of interest. It is printed where
    that law governs the contract (`own_law`), for these follow it (Rome I, art. 12(1)(b) to (d)). {invoice|invoices} is
    the word for one invoice or for several, by the value invoice_count; a letter without it is of one. [[+ …]] is
    printed where the value consequence_costs is a sum, [[- …]] where it is nil: no letter asks its reader to look.

    Raises:
        LawError: the document is missing, or a value for one of its placeholders is.
    """
    if document not in texts:
        raise LawError(f"{texts.file}: no document {document!r}; add it to every language of the country")

    asks_costs = bool(re.search("[1-9]", values.get("consequence_costs", "")))

    def paragraphs(key: str) -> tuple[Paragraph, ...]:
        text = texts.documents[document].get(key, "")
        where = f"{texts.file}: {document}.{key}"
        found: list[Paragraph] = []
        text = _BY_COSTS.sub(lambda one: one[2] if (one[1] == "+") is asks_costs else "", text)
        for block in _blocks(_OWN_LAW.sub(r"\1" if own_law else "", text)):
            free = block == _MESSAGE and "message" in values
            found += _said(values["message"]) if free else [_paragraph(block, values, where)]
        return tuple(found)

    subject = " ".join(paragraph.text for paragraph in paragraphs("subject"))
    return ComposedText(subject, paragraphs("body"), paragraphs("what_to_do"), paragraphs("footer"))


def _blocks(text: str) -> list[str]:
    """Return the parts of a text that empty lines divide."""
    return [block.strip() for block in re.split(r"\n[ \t]*\n", text) if block.strip()]


def _said(message: str) -> list[Paragraph]:
    """Return a free message in the paragraphs in which it was written."""
    return [Paragraph(" ".join(block.split())) for block in _blocks(message.replace("\r\n", "\n"))]


def _paragraph(block: str, values: Mapping[str, str], where: str) -> Paragraph:
    """Return one paragraph; its lines are joined before values come in, so that theirs stay whole."""

    several = values.get("invoice_count", "1") != "1"

    def value(found: re.Match[str]) -> str:
        if "|" in found[1]:
            return found[1].split("|")[several]
        if found[1] not in values:
            raise LawError(f"{where}: no value for {{{found[1]}}}")
        return values[found[1]]

    emphasised = block.startswith(_EMPHASISED)
    joined = " ".join(block.removeprefix(_EMPHASISED).split())
    return Paragraph(_FIELD.sub(value, joined), emphasised)
