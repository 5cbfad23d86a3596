"""Which papers a claim should have beside its invoice, by its debtor and its amount: told before it is filed.

What holds everywhere stands in evidence.toml; what a country's ways to court ask for stands in its courts.toml. Which
ways are open hangs on amount and debtor: so does what they ask. A way that opens after a letter only (`waits`) asks for
its papers from the beginning. A claim without them is taken all the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from recovery.country import CountryAdapter

# Order or contract; delivery note or work sheet; the terms that the debtor agreed to.
PAPERS = ("order", "delivery", "terms")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper that is wanted: the ways to court that ask for it (none: every one may), and the legal bases.

    `uncertain`: those of the bases that nobody has confirmed.
    """

    paper: str
    routes: tuple[str, ...]
    bases: tuple[str, ...]
    uncertain: tuple[str, ...] = ()


def wanted(adapter: CountryAdapter, kind: str, routes: Iterable[str]) -> list[Wanted]:
    """Return the papers that a claim should have; `kind` is the debtor's, `routes` are the ways open to its amount."""
    ways: dict[str, list[str]] = {}
    bases: dict[str, list[str]] = {}
    asking = [
        *_rules(),
        *_read()["route"].values(),
        *(spec["evidence"] for spec in adapter.courts.values() if "evidence" in spec),
    ]
    uncertain = {one["basis"] for one in asking if one.get("confidence") == "uncertain"}
    for rule in _rules():
        if kind in rule["kinds"]:
            for paper in rule["papers"]:
                ways.setdefault(paper, [])
                bases.setdefault(paper, []).append(rule["basis"])
    waiting = (code for code, spec in adapter.courts.items() if spec.get("evidence", {}).get("waits"))
    for code in dict.fromkeys((*routes, *waiting)):
        for asked in (_of_route(code), adapter.courts[code].get("evidence")):
            for paper in asked["papers"] if asked else ():
                ways.setdefault(paper, []).append(code)
                bases.setdefault(paper, []).append(asked["basis"] if asked else "")
    return [_wanted(paper, ways[paper], bases[paper], uncertain) for paper in PAPERS if paper in ways]


def _wanted(paper: str, ways: list[str], bases: list[str], uncertain: set[str]) -> Wanted:
    each = tuple(dict.fromkeys(bases))
    return Wanted(paper, tuple(dict.fromkeys(ways)), each, tuple(one for one in each if one in uncertain))


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("recovery").joinpath("evidence.toml").read_text("utf-8"))


def _rules() -> list[dict[str, Any]]:
    return list(_read()["rule"])


def _of_route(code: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = _read()["route"].get(code)
    return found
