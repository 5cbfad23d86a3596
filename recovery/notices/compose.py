"""A notice: its subject and text in a language, with one thing to do and a link to the case; nobody is named."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from recovery.errors import LawError

# The members' languages: news, pages and every letter can be read in each; pages offer them in this order.
LANGUAGES = ("en", "nl", "fr", "de", "it", "es", "sv")
FALLBACK = "en"
# What a member is told, by the case's own events, each with the one thing to do about it.
FOR_MEMBERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("filed", "accept", "take_up", "give_notice", "go_to_court"), "look"),
        **dict.fromkeys(("record_order", "record_opposition", "record_title"), "look"),
        **dict.fromkeys(("payment", "payment_returned", "plan", "break_plan", "resolve_for_creditor"), "look"),
        **dict.fromkeys(("settlement_lapsed", "suspend", "resume", "reroute", "advance"), "look"),
        **dict.fromkeys(("ask", "dispute", "task", "task_near"), "answer"),
        **dict.fromkeys(("consent_wanted", "settlement_offered"), "decide"),
        **dict.fromkeys(("close_paid", "settle", "resolve_for_debtor", "close_partly_recovered"), "check"),
        **dict.fromkeys(("close_uncollectable", "close_insolvent", "close_time_barred"), "check"),
        **dict.fromkeys(("close_transferred", "close_refused", "withdraw"), "check"),
        "refuse": "mend",
        "message": "read",
    }
)
# What a team is told.
FOR_TEAMS: Mapping[str, str] = MappingProxyType(
    {
        "message_to_team": "read",
        "deadline_near": "act",
        "deadline_late": "charge",
        "escalated": "charge",
        "limitation_near": "charge",
    }
)
KINDS: Mapping[str, str] = MappingProxyType({**FOR_MEMBERS, **FOR_TEAMS})
FRAME = ("case", "greeting", "privacy")


@dataclass(frozen=True)
class Notice:
    """A notice as it is sent."""

    language: str
    subject: str
    text: str


def compose(kind: str, language: str, reference: str, link: str, sender: str) -> Notice:
    """Return a notice; a language without texts of its own is answered in English.

    Raises:
        LawError: no such notice is written.
    """
    if kind not in KINDS:
        raise LawError(f"notice {kind!r}: not written; recovery/notices/compose.py lists them", code="no_such_notice")
    spoken = language if language in LANGUAGES else FALLBACK
    said = texts(spoken)
    frame, words, action = said["frame"], said[kind], said["actions"][KINDS[kind]]
    head = f"{frame['case']}: {reference}"
    parts = (frame["greeting"], head, words["body"], f"{action}\n{link}", frame["privacy"], sender)
    return Notice(spoken, f"{reference}: {words['subject']}", "\n\n".join(parts) + "\n")


@cache
def texts(language: str) -> dict[str, Any]:
    """Return the texts of one language."""
    file = resources.files("recovery.notices").joinpath("texts", f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))
