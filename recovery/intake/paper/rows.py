"""Words on pages, and the rows that they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from statistics import median

# A gap of so many times the height of the letters parts two cells of a row; less is a blank between words.
_CELL_GAP = 0.95
# Of the lower word, so much must stand beside the row for it to be of the row.
_BESIDE = 0.5
CELL = "\t"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch) or pixels from the upper left corner."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        """How high it is."""
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """Where its middle lies, downwards."""
        return (self.y0 + self.y1) / 2

    def over(self, other: Box) -> float:
        """Return how much of the narrower of two boxes lies over or under the other, from 0 to 1."""
        shared = min(self.x1, other.x1) - max(self.x0, other.x0)
        return max(shared, 0.0) / max(min(self.x1 - self.x0, other.x1 - other.x0), 0.1)

    def joined(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around several, of which there is at least one."""
    first, *others = boxes
    for other in others:
        first = first.joined(other)
    return first


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands. `size` is the height of its letters; `certain` is false where it was guessed at."""

    text: str
    box: Box
    size: float
    certain: bool = True


@dataclass(frozen=True)
class Page:
    """A page as it is read, upright: its number from 1, its size and its words."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    pictured: bool = False
    turn: int = 0  # right angles by which it was turned clockwise for its text to stand upright
    slope: tuple[float, float, float] = (0.0, 0.0, 0.0)  # of its text: in the middle, and its change across and down

    def seen(self, box: Box) -> Box:
        """Return where a box stands on the page as it is seen: words are placed as if their rows lay level."""
        base, by_x, by_y = self.slope
        across, down = (box.x0 + box.x1 - self.width) / 2, box.middle - self.height / 2
        shift = base * across + by_x * across * across / 2 + by_y * across * down
        aside = (base + by_x * across + by_y * down) * down
        return Box(box.x0 - aside, box.y0 + shift, box.x1 - aside, box.y1 + shift)

    @cached_property
    def text_size(self) -> float:
        """The usual height of letters."""
        return median([word.size for word in self.words]) if self.words else 10.0


@dataclass(frozen=True)
class Row:
    """Words that stand beside each other. In `text` a blank parts words, a tab parts cells."""

    page: int
    words: tuple[Word, ...]
    text: str = field(init=False)
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        text, starts = "", []
        before: Word | None = None
        for word in self.words:
            if before is not None:
                wide = word.box.x0 - before.box.x1 > _CELL_GAP * min(word.size, before.size)
                text += CELL if wide else " "
            starts.append(len(text))
            text += word.text
            before = word
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "starts", tuple(starts))

    def words_at(self, start: int, end: int) -> list[Word]:
        """Return the words that hold the signs of a span of the text."""
        places = zip(self.words, self.starts, strict=True)
        return [word for word, at in places if at < end and at + len(word.text) > start]

    def box(self, start: int = 0, end: int | None = None) -> Box:
        """Return where a span of the text stands; a part of a word is measured by its signs."""
        end = len(self.text) if end is None else end
        places = [
            (word, at)
            for word, at in zip(self.words, self.starts, strict=True)
            if at < end and at + len(word.text) > start
        ]
        return around(_part(word, start - at, end - at) for word, at in places or [(self.words[0], 0)])

    def cells(self) -> list[tuple[int, int]]:
        """Return the spans of the cells."""
        found, at = [], 0
        for piece in self.text.split(CELL):
            found.append((at, at + len(piece)))
            at += len(piece) + 1
        return found

    def cell_start(self, at: int) -> int:
        """Return where the cell of a place begins."""
        return self.text.rfind(CELL, 0, at) + 1

    @cached_property
    def size(self) -> float:
        """The height of its letters."""
        return max(word.size for word in self.words)


def _part(word: Word, start: int, end: int) -> Box:
    start, end, count = max(start, 0), min(end, len(word.text)), len(word.text)
    box = word.box
    wide = (box.x1 - box.x0) / max(count, 1)
    return Box(box.x0 + wide * start, box.y0, box.x0 + wide * end, box.y1)


def rows_of(page: Page) -> list[Row]:
    """Return the rows of a page, from top to bottom."""
    found: list[list[Word]] = []
    for word in sorted(page.words, key=lambda one: (one.box.middle, one.box.x0)):
        row = next((row for row in reversed(found[-4:]) if _beside(word.box, row)), None)
        if row is None:
            found.append([word])
        else:
            row.append(word)
    rows = [Row(page.number, tuple(sorted(words, key=lambda one: one.box.x0))) for words in found]
    return sorted(rows, key=lambda row: min(word.box.middle for word in row.words))


def _beside(box: Box, row: Sequence[Word]) -> bool:
    """Tell whether a word stands beside those of a row, by the one of them that is nearest to it."""
    near = min(row, key=lambda one: min(abs(one.box.x0 - box.x1), abs(box.x0 - one.box.x1)))
    if any(one.box.over(box) > _BESIDE and abs(one.box.middle - box.middle) > box.height / 4 for one in row):
        return False
    shared = min(near.box.y1, box.y1) - max(near.box.y0, box.y0)
    return shared > _BESIDE * min(near.box.height, box.height)


def turned(page: Page, quarter: int) -> Page:
    """Return a page turned clockwise by so many right angles."""
    quarter %= 4
    if not quarter:
        return page
    wide, high = page.width, page.height
    words = tuple(replace(word, box=_turned(word.box, quarter, wide, high)) for word in page.words)
    if quarter % 2:
        wide, high = high, wide
    return replace(page, width=wide, height=high, words=words)


def _turned(box: Box, quarter: int, wide: float, high: float) -> Box:
    if quarter == 1:
        return Box(high - box.y1, box.x0, high - box.y0, box.x1)
    if quarter == 2:
        return Box(wide - box.x1, high - box.y1, wide - box.x0, high - box.y0)
    return Box(box.y0, wide - box.x1, box.y1, wide - box.x0)
