"""A digest: one mail with all that happened since the last, each with one link; and the line about choosing news."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from recovery.notices.compose import FALLBACK, LANGUAGES, Notice, texts


@dataclass(frozen=True)
class Told:
    """One thing in a digest: what kind of notice, of which case, and where to look."""

    kind: str
    reference: str
    link: str


def compose_digest(told: Sequence[Told], language: str, sender: str) -> Notice:
    """Return a digest; a language without texts of its own is answered in English."""
    spoken = language if language in LANGUAGES else FALLBACK
    said, own = texts(spoken), digest_texts()[spoken]
    items = [f"{one.reference}: {said[one.kind]['subject']}\n{one.link}" for one in told]
    subject = own["one"] if len(told) == 1 else own["many"].format(count=len(told))
    parts = (said["frame"]["greeting"], own["opening"], *items, said["frame"]["privacy"], sender)
    return Notice(spoken, subject, "\n\n".join(parts) + "\n")


def choosing(language: str, link: str, can_end: bool) -> str:
    """Return the last lines of a mail: how to get fewer such mails, or none."""
    own = digest_texts()[language if language in LANGUAGES else FALLBACK]
    return f"\n{own['end'] if can_end else own['choose']}\n{link}\n"


def headline(kind: str, language: str) -> str:
    """Return what happened, in a few words."""
    spoken = language if language in LANGUAGES else FALLBACK
    return str(texts(spoken)[kind]["subject"])


@cache
def digest_texts() -> dict[str, Any]:
    """Return the texts by language."""
    return tomllib.loads(resources.files("recovery.notices").joinpath("digest.toml").read_text("utf-8"))
