"""The kinds of deadlines: whose they are and for how long, what moves them, and what they outlive. One registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of deadline.

    days: how long a task of this kind is given, by who acts. by_law: a term of law runs behind it, so the team's own
    free days do not move it. stands: it outlives a change of state, whatever it is about or about these alone.
    watched: it is set anew by the watch over every open case.
    """

    name: str
    days: Mapping[str, int] = field(default_factory=dict)
    by_law: bool = False
    stands: bool | tuple[str, ...] = False
    watched: bool = False


def _team(days: int) -> dict[str, int]:
    return {"team": days}


def _member(days: int) -> dict[str, int]:
    return {"member": days}


_ALL = (
    # What the procedure does by itself
    Kind("step"),
    Kind("route"),
    Kind("limitation", stands=True, watched=True),
    Kind("capitalise", stands=True, watched=True),
    Kind("instalment_reminder"),
    # What the debtor is to do
    Kind("instalment"),
    Kind("settlement", stands=True),
    # What the team is to do
    Kind("accept", _team(7)),
    Kind("work", _team(14)),
    Kind("choose_route", _team(7)),
    Kind("debtor_answer", _team(7), stands=True),
    Kind("member_paid", _team(7), stands=True),
    Kind("dispute_answer", _team(30)),
    Kind("suspension_review", _team(90)),
    Kind("enforcement_review", _team(90)),
    Kind("court_reply", _team(45)),
    Kind("refund", _team(14), stands=True),
    Kind("decide_money", _team(14), stands=True),
    Kind("act_before_limitation", _team(7), by_law=True, stands=True),
    Kind("lodge_claim", _team(30), by_law=True, stands=True),
    # What a court has set
    Kind("rectify", by_law=True),
    Kind("answer_proposal", by_law=True),
    Kind("hearing", by_law=True),
    Kind("opposition_end", by_law=True),
    # What the member is to do
    Kind("information", _member(14)),
    Kind("consent", _member(10), stands=("settlement",)),
    Kind("task", _member(10), stands=True),
    Kind("dispute_statement", _member(10)),
    Kind("draft", _member(30)),
    Kind("refused_review", _member(30)),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
# What waits while the team looks whether the member was paid.
PAUSED = ("step", "instalment", "instalment_reminder", "settlement")
WATCHED = tuple(kind.name for kind in _ALL if kind.watched)


def stands(kind: str, about: str, data: Mapping[str, Any]) -> bool:
    """Tell whether a deadline outlives a change of state: by its kind, or as a task that somebody set and must end."""
    known = KINDS[kind].stands
    return (known if isinstance(known, bool) else about in known) or bool(data.get("stays"))
