"""Lines that stand under each other at one margin: addresses, and which of them a label heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from recovery.intake.countries import country_code
from recovery.intake.paper.labels import PARTIES, Label, plain
from recovery.intake.paper.rows import Box, around
from recovery.intake.paper.sheet import Placed, Region, Sheet

_POSTAL = re.compile(
    r"(?<![\w.,/-])(?:(?P<country>[A-Z]{1,3})[- ])?(?:\d{4} ?[A-Z]{2}|\d{3} \d{2}|\d{4,5})[, ]+"
    r"(?P<city>[^\W\d][\w'’.\- ]{1,})"
)
_BRITISH = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")
# Kinds of labels that begin another part of the page: an address ends there.
_ENDS = (
    "number",
    "issued",
    "due",
    "other_date",
    "terms",
    "invoice",
    "credit_note",
    "table",
    "other_number",
    "reference",
)
_PERSON = re.compile(
    r"^(?:t\.? ?a\.? ?v\.?|attn\.?|attention|z\. ?h(?:d|dn)?\.?|zu h(?:ä|a)nden|"
    r"c\.? ?a\.?|alla c|à l['’]att|a l['’]att|att\.?|a la att|"
    r"c/o|p/a|att:)\b", re.IGNORECASE
)  # fmt: skip
_CONTACT = re.compile(
    r"@|\bwww\.|https?:|\b(?:tel|phone|fax|mob|gsm|telefon|tfno|tlf|email|e-mail|mail|web|iban|bic|swift)\b",
    re.IGNORECASE,
)
_MOST_LINES = 9


@dataclass(frozen=True)
class Line:
    """A cell as a line of an address."""

    region: Region
    text: str
    box: Box
    size: float
    page: int


@dataclass
class Segment:
    """Lines of one margin, and the part that the label above them gives them."""

    lines: list[Line] = field(default_factory=list)
    role: str | None = None
    heading: Line | None = None

    @property
    def page(self) -> int:
        """The page it stands on."""
        return self.lines[0].page

    @cached_property
    def box(self) -> Box:
        """Where it stands."""
        return around(line.box for line in self.lines)

    @cached_property
    def address_at(self) -> int | None:
        """Which line holds postal code and city, None where none does."""
        return next((at for at, line in enumerate(self.lines) if is_postal(line.text)), None)

    def covers(self, region: Region) -> bool:
        """Tell whether a place lies in it."""
        return any(
            line.region.row == region.row and line.region.start <= region.start < line.region.end + 1
            for line in self.lines
        )


def is_postal(text: str) -> bool:
    """Tell whether a line holds a postal code with a city."""
    if re.search(r"\d[.,]\d{2}\b|\bIBAN\b|\bBIC\b", text):
        return False
    match = _POSTAL.search(text)
    if match and not country_code(match["city"]):
        return True
    return bool(_BRITISH.search(text))


def is_whole_address(text: str) -> bool:
    """Tell whether a whole address stands in one line with signs between its parts: how senders write their own."""
    return is_postal(text) and bool(re.search(r"\S\s*[·•|–]\s*\S.*\s*[·•|–]\s*\S", text))


def postal_country(text: str) -> str | None:
    """Return the country whose letters stand before the postal code, None where none do."""
    match = _POSTAL.search(text)
    return country_code(match["country"]) if match and match["country"] else None


def segments_of(sheet: Sheet) -> list[Segment]:
    """Return the segments of a document; where a label heads one, it has the label's role."""
    found = [part for block in _blocks(sheet) for part in _split(sheet, block)]
    for head in [part for part in found if part.role and not part.lines]:
        if head.heading:
            _adopt(head, head.heading, found)
    return [part for part in found if part.lines]


def _blocks(sheet: Sheet) -> list[list[Line]]:
    """Return cells that stand close under each other with a common margin, left, right or in the middle."""
    blocks: list[list[Line]] = []
    for at, row in enumerate(sheet.rows):
        for start, end in row.cells():
            if not row.text[start:end].strip():
                continue
            region = Region(at, start, end)
            line = Line(region, row.text[start:end], row.box(start, end), row.size, row.page)
            home = next((block for block in reversed(blocks[-14:]) if _goes_on(block[-1], line)), None)
            if home is None:
                blocks.append([line])
            else:
                home.append(line)
    return blocks


def _goes_on(above: Line, line: Line) -> bool:
    size = max(above.box.height, line.box.height)
    gap = line.box.y0 - above.box.y1
    if above.page != line.page or above.region.row == line.region.row or not -0.6 * size < gap < 0.95 * size:
        return False
    edges = (
        abs(above.box.x0 - line.box.x0),
        abs(above.box.x1 - line.box.x1),
        abs(above.box.x0 + above.box.x1 - line.box.x0 - line.box.x1) / 2,
    )
    return min(edges) < 0.6 * size


def _split(sheet: Sheet, block: Sequence[Line]) -> Iterator[Segment]:
    """Yield the parts of a block: a label of a party begins one, a label of anything else ends it."""
    part = Segment()
    for at, line in enumerate(block):
        first = _first_label(sheet, line)
        if first and first.of(*PARTIES) and not first.of("buyer_vat", "vat_number", *_ENDS[:5]):
            if part.lines or part.role:
                yield part
            role = next(kind for kind in ("ship_to", "buyer", "seller") if first.of(kind))
            part = Segment(role=role, heading=line)
            rest = _after(sheet, line, first)
            if rest:
                part.lines.append(rest)
        elif is_whole_address(line.text) and _address_follows(block[at + 1 :]):
            if part.lines or part.role:
                yield part
            yield Segment(lines=[line], role="sender")
            part = Segment(role=part.role or "buyer")
        elif first and first.of(*_ENDS):
            if part.lines or part.role:
                yield part
            part = Segment()
        elif len(part.lines) < _MOST_LINES:
            part.lines.append(line)
    if part.lines or part.role:
        yield part


def _address_follows(lines: Sequence[Line]) -> bool:
    """Tell whether an address stands below a line: the one for the window of an envelope, below its sender."""
    return any(is_postal(line.text) and not is_whole_address(line.text) for line in lines)


def _first_label(sheet: Sheet, line: Line) -> Label | None:
    """Return the label that a line begins with."""
    return next(
        (
            label
            for label in sheet.labels[line.region.row]
            if line.region.start <= label.start < line.region.end
            and not re.search(r"\w", sheet.rows[line.region.row].text[line.region.start : label.start])
        ),
        None,
    )


def _after(sheet: Sheet, line: Line, label: Label) -> Line | None:
    """Return what follows a label in its own line."""
    row = sheet.rows[line.region.row]
    label_end = sheet.end_of(Placed(line.region.row, label))
    text = row.text[label_end : line.region.end]
    start = label_end + len(text) - len(text.lstrip(" :.-–/)"))
    if not re.search(r"\w{2}", row.text[start : line.region.end]):
        return None
    region = Region(line.region.row, start, line.region.end)
    return Line(region, row.text[start : line.region.end], row.box(start, line.region.end), line.size, line.page)


def _adopt(head: Segment, heading: Line, found: list[Segment]) -> None:
    """Give the segment that stands beside or below a heading without lines the heading's role."""
    free = [one for one in found if one.lines and one.role is None and one.page == heading.page]
    beside = [
        one for one in free
        if one.lines[0].region.row == heading.region.row and 0 < one.box.x0 - heading.box.x1 < 14 * heading.size
    ]  # fmt: skip
    below = [
        one for one in free
        if -2 < one.box.y0 - heading.box.y1 < 3.5 * heading.box.height and _under(heading.box, one.box)
    ]  # fmt: skip
    nearest = min(beside, key=lambda one: one.box.x0, default=None)
    chosen = min(below, key=lambda one: one.box.y0, default=None) or nearest
    if chosen:
        chosen.role = head.role


def _under(heading: Box, other: Box) -> bool:
    edges = (
        abs(heading.x0 - other.x0),
        abs(heading.x1 - other.x1),
        abs(heading.x0 + heading.x1 - other.x0 - other.x1) / 2,
    )
    return heading.over(other) > 0.3 or min(edges) < heading.height


def name_line(sheet: Sheet, part: Segment) -> Line | None:
    """Return the line of a segment that holds the party's name: the first above its street that is nothing else."""
    for at, line in enumerate(part.lines):
        if part.address_at is not None and at > part.address_at:
            break
        label = _first_label(sheet, line)
        if (label and not label.of(*PARTIES)) or _PERSON.search(line.text) or _CONTACT.search(line.text):
            continue
        if at == part.address_at or not re.search(r"[^\W\d]{2}", line.text):
            return _first_piece(sheet, line) if is_postal(line.text) else None
        return line if not country_code(line.text) else None
    return None


def _first_piece(sheet: Sheet, line: Line) -> Line | None:
    """Return the name that a whole address in one line begins with."""
    pieces = re.split(r"\s+[·•|–—-]\s+|\s*[·•|]\s*|,\s+", line.text)
    if len(pieces) < 3 or re.search(r"\d", pieces[0]) or not re.search(r"[^\W\d]{2}", pieces[0]):
        return None
    region = Region(line.region.row, line.region.start, line.region.start + len(pieces[0]))
    return Line(region, pieces[0], sheet.rows[region.row].box(region.start, region.end), line.size, line.page)


def country_in(part: Segment) -> str | None:
    """Return the country that an address names, in a line of its own or as the last piece of one."""
    for line in reversed(part.lines):
        for piece in reversed(re.split(r"[,·•|()]|\s[–-]\s", line.text)):
            bare = piece.strip(" .")
            if len(bare) > 3 and not re.search(r"\d", bare) and (found := country_code(bare)):
                return found
    for line in part.lines:
        if found := postal_country(line.text):
            return found
    return None


def is_contact(text: str) -> bool:
    """Tell whether a line holds a telephone number, a mail address or an account."""
    return bool(_CONTACT.search(text)) or "@" in plain(text)
