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
