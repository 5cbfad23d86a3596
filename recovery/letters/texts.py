"""A country's letter texts: one TOML file per language, one table per document, checked placeholders."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable

from recovery.errors import LawError
from recovery.letters.letter import Paragraph

PLACEHOLDERS = frozenset(
    (
        *("reference", "creditor", "debtor", "sender", "mandate", "invoices", "principal", "interest", "costs"),
        *("total", "pay_by", "term_days", "first_day", "last_day", "rate", "consequence_costs"),
        *("consequence_costs_vat", "portal_url", "dispute_contact", "member_state"),
    )
)
_REQUIRED = ("subject", "body")
_KEYS = frozenset((*_REQUIRED, "what_to_do", "footer"))
_FIELD = re.compile(r"\{([^{}]*)\}")
_EMPHASISED = "! "


@dataclass(frozen=True)
class Texts:
    """The documents of one language of a country, with the file they stand in."""

    file: str
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
    """Return the documents of one language of a country's `letters` folder.

    Raises:
        LawError: the language is missing, or its file lacks a text, or asks for an unknown placeholder.
    """
    file = folder.joinpath(f"{language}.toml")
    name = "/".join(str(file).replace("\\", "/").split("/")[-3:])
    if not file.is_file():
        raise LawError(f"{name}: no letter texts in {language!r}; add the file")
    try:
        return _parsed(name, file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LawError(f"{name}: no readable TOML: {error}") from None


@cache
def _parsed(name: str, text: str) -> Texts:
    raw = tomllib.loads(text)
    for document, parts in raw.items():
        _check(name, document, parts)
    return Texts(name, raw)


def _check(name: str, document: str, parts: object) -> None:
    """Refuse a document without its texts, with unknown ones, or with placeholders nobody fills."""
    if not isinstance(parts, dict):
        raise LawError(f"{name}: {document}: not a table; write [{document}] with subject and body")
    for key in _REQUIRED:
        if not str(parts.get(key, "")).strip():
            raise LawError(f"{name}: {document}.{key}: missing or empty")
    for key, text in parts.items():
        if key not in _KEYS or not isinstance(text, str):
            raise LawError(f"{name}: {document}.{key}: not one of the texts {', '.join(sorted(_KEYS))}")
        if unknown := set(_FIELD.findall(text)) - PLACEHOLDERS:
            raise LawError(f"{name}: {document}.{key}: unknown placeholder {', '.join(sorted(unknown))}")


def compose(texts: Texts, document: str, values: Mapping[str, str]) -> ComposedText:
    """Fill a document's texts; braces in a value stay as they are.

    Raises:
        LawError: the document is missing, or a value for one of its placeholders is.
    """
    if document not in texts:
        raise LawError(f"{texts.file}: no document {document!r}; add it to every language of the country")

    def paragraphs(key: str) -> tuple[Paragraph, ...]:
        text = texts.documents[document].get(key, "")
        where = f"{texts.file}: {document}.{key}"
        blocks = (block.strip() for block in re.split(r"\n[ \t]*\n", text))
        return tuple(_paragraph(block, values, where) for block in blocks if block)

    subject = " ".join(paragraph.text for paragraph in paragraphs("subject"))
    return ComposedText(subject, paragraphs("body"), paragraphs("what_to_do"), paragraphs("footer"))


def _paragraph(block: str, values: Mapping[str, str], where: str) -> Paragraph:
    """Return one paragraph; its lines are joined before values come in, so that theirs stay whole."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise LawError(f"{where}: no value for {{{found[1]}}}")
        return values[found[1]]

    emphasised = block.startswith(_EMPHASISED)
    joined = " ".join(block.removeprefix(_EMPHASISED).split())
    return Paragraph(_FIELD.sub(value, joined), emphasised)
