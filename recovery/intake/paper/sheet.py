"""A document as rows with the labels and values in them, and what stands beside or below a label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from recovery.intake.paper.labels import Label, labels_in
from recovery.intake.paper.rows import Box, Page, Row, rows_of
from recovery.intake.paper.values import american_dates, comma_decimals

# So many heights of a row below a label its value still stands.
_BELOW = 3.2


@dataclass(frozen=True, slots=True)
class Region:
    """A span of one row. `near` tells how close it is to its label: 1 right beside it, less below it."""

    row: int
    start: int
    end: int
    near: float = 1.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A label and the row it stands in."""

    row: int
    label: Label


class Sheet:
    """The rows of some pages of a document."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = tuple(pages)
        self.rows: list[Row] = [row for page in pages for row in rows_of(page)]
        self.labels: list[list[Label]] = [labels_in(row.text) for row in self.rows]
        self.boxes: list[Box] = [row.box() for row in self.rows]

    @cached_property
    def comma(self) -> bool:
        """Whether amounts have a decimal comma."""
        return comma_decimals(row.text for row in self.rows)

    @cached_property
    def american(self) -> bool | None:
        """Whether dates with slashes begin with the month; None where no date tells."""
        return american_dates(row.text for row in self.rows)

    def labelled(self, *kinds: str) -> list[Placed]:
        """Return the labels of some kinds, from top to bottom."""
        return [Placed(at, label) for at, found in enumerate(self.labels) for label in found if label.of(*kinds)]

    def box(self, region: Region) -> Box:
        """Return where a span stands on its page."""
        return self.rows[region.row].box(region.start, region.end)

    def text(self, region: Region) -> str:
        """Return the text of a span."""
        return self.rows[region.row].text[region.start : region.end]

    def beside(self, placed: Placed, across: bool = False) -> Region | None:
        """Return what stands to the right of a label: the rest of its cell, else the next cell; `across`, all cells.

        Another label ends it.
        """
        text = self.rows[placed.row].text
        end_of_label = self.end_of(placed)
        start = end_of_label + len(_leading(text[end_of_label:]))
        following = [one.start for one in self.labels[placed.row] if one.start >= end_of_label]
        stop = following[0] if following else len(text)
        if not across:
            cut = text.find("\t", start)
            stop = min(stop, cut if cut >= 0 else len(text))
        end = start + len(text[start:stop].rstrip("\t ("))
        return Region(placed.row, start, end) if end > start else None

    def end_of(self, placed: Placed) -> int:
        """Return where a label ends with the same label in another language behind it."""
        text, end = self.rows[placed.row].text, placed.label.end
        for other in self.labels[placed.row]:
            again = other.start >= end and not _family(placed.label).isdisjoint(_family(other))
            if again and re.fullmatch(r"[ .:#]*[/|(–-]?[ ]*", text[end : other.start]):
                end = other.end
        return end

    def below(self, placed: Placed) -> list[Region]:
        """Return the cells below a label that stand under its own cell, the nearest first."""
        row = self.rows[placed.row]
        cell_start = row.cell_start(placed.label.start)
        cell_end = row.text.find("\t", placed.label.start)
        column = row.box(cell_start, cell_end if cell_end >= 0 else None)
        found: list[Region] = []
        for at in range(placed.row + 1, min(placed.row + 5, len(self.rows))):
            other = self.rows[at]
            if other.page != row.page or self.boxes[at].y0 - column.y1 > _BELOW * max(row.size, other.size):
                break
            for start, end in other.cells():
                if end > start and column.over(other.box(start, end)) > 0.3:
                    found.append(Region(at, start, end, 0.8 - 0.1 * len(found)))
        return found

    def is_label(self, region: Region) -> bool:
        """Tell whether a span begins with a label that has no value in it."""
        text = self.text(region)
        return any(
            label.start == region.start + len(text) - len(text.lstrip()) and not re.search(r"\d", text)
            for label in self.labels[region.row]
        )


def _family(label: Label) -> frozenset[str]:
    """Return what a label may stand for, weakly or strongly."""
    kinds = frozenset(kind.removesuffix("_weak") for kind in label.kinds)
    return kinds | {"number"} if "invoice" in kinds else kinds


def _leading(text: str) -> str:
    """Return the signs that part a label from its value."""
    found = re.match(r"[\s:.#)\]=|/–-]*(?:\([^\d)]{0,12}\)[\s:]*)?", text)
    # A sign before digits belongs to them.
    return found[0].rstrip("-–") if found and re.match(r"\d", text[found.end() :]) else found[0] if found else ""
