"""What was found on the pages: a value, where it stands and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from recovery.intake.paper.rows import Box


@dataclass(frozen=True, slots=True)
class Found:
    """A value of one field. `sure` only where nothing speaks against it; `rivals` are the other values it may have."""

    value: Any
    page: int
    box: Box
    sure: bool = False
    rank: float = 0.0
    rivals: tuple[Found, ...] = field(default=())

    def checked(self) -> Found:
        """Return it as one that a person must look at."""
        return replace(self, sure=False)


def best(candidates: Iterable[Found]) -> Found | None:
    """Return the candidate that ranks highest; other values are its rivals, and a close one leaves doubt."""
    ranked = sorted(candidates, key=lambda one: -one.rank)
    if not ranked:
        return None
    first = ranked[0]
    others: dict[Any, Found] = {}
    for one in ranked[1:]:
        if one.value != first.value:
            others.setdefault(one.value, one)
    doubt = any(one.rank >= 0.8 * first.rank for one in others.values())
    return replace(first, sure=first.sure and not doubt, rivals=tuple(others.values()))


@dataclass(frozen=True, slots=True)
class Note:
    """What is odd about a paper: a code for pages in other languages, and a sentence."""

    code: str
    text: str


ADDRESSED = Note(
    "addressed_to_member",
    "the paper seems to be addressed to you: the member is the seller of what is claimed; check both",
)
EARLIER_BALANCE = Note(
    "earlier_balance", "the paper also names an earlier balance: only this invoice's own amount is read"
)
NO_INVOICE = Note(
    "no_invoice", "the title says that this is no invoice (a quotation, an order, a reminder or a copy): check it"
)
