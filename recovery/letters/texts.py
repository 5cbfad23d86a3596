"""A country's letter texts: one TOML file per language, checked placeholders."""

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
        "reference",
        "creditor",
        "debtor",
        "sender",
        "mandate",
        "invoices",
        "principal",
        "interest",
        "costs",
        "total",
        "pay_by",
        "term_days",
        "first_day",
        "last_day",
        "rate",
        "consequence_costs",
        "consequence_costs_vat",
        "portal_url",
        "dispute_contact",
        "member_state",
    )
)
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class ComposedText:
    """A document's text in one language, its placeholders filled."""

    subject: str
    paragraphs: tuple[Paragraph, ...]
    what_to_do: tuple[Paragraph, ...]
    footer: tuple[Paragraph, ...]


def load_texts(folder: Traversable, language: str) -> dict[str, dict[str, str]]:
    """Return the documents of one language of a country's `letters` folder.

    Raises:
        LawError: the language is missing, or a text asks for an unknown placeholder.
    """
    file = folder.joinpath(f"{language}.toml")
    if not file.is_file():
        raise LawError(f"letters: no texts in {language}; add {language}.toml to the country's letters")
    return _checked(file.read_text("utf-8"), language)


@cache
def _checked(text: str, language: str) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = tomllib.loads(text)
    for document, parts in texts.items():
        for key, text in parts.items():
            unknown = set(_FIELD.findall(text)) - PLACEHOLDERS
            if unknown:
                raise LawError(f"letters: {language}.toml {document}.{key}: unknown placeholder {sorted(unknown)}")
    return texts


def compose(texts: Mapping[str, Mapping[str, str]], document: str, values: Mapping[str, str]) -> ComposedText:
    """Fill a document's texts.

    Raises:
        LawError: the document is missing, or a value for one of its placeholders is.
    """
    if document not in texts:
        raise LawError(f"letters: no document {document}; add it to every language of the country")
    parts = texts[document]
    return ComposedText(
        _fill(parts["subject"], values, document).strip(),
        _paragraphs(parts["body"], values, document),
        _paragraphs(parts.get("what_to_do", ""), values, document),
        _paragraphs(parts.get("footer", ""), values, document),
    )


def _fill(text: str, values: Mapping[str, str], document: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise LawError(f"letters: {document}: no value for {match[1]}")
        return values[match[1]]

    return _FIELD.sub(value, text)


def _paragraphs(text: str, values: Mapping[str, str], document: str) -> tuple[Paragraph, ...]:
    result = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.strip():
            emphasised = block.startswith("! ")
            result.append(Paragraph(" ".join(_fill(block[2 * emphasised :], values, document).split()), emphasised))
    return tuple(result)
