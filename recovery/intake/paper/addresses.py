"""The buyer's postal address in its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recovery.intake.paper.found import Found
from recovery.intake.paper.parties import Side, same
from recovery.intake.paper.segments import Line, is_contact, is_postal
from recovery.intake.paper.sheet import Region, Sheet

_POSTAL_LINE = re.compile(r"(?:[A-Z]{1,3}[- ])?(?P<code>\d{4} ?[A-Z]{2}|\d{3} \d{2}|\d{4,5})[, ]+(?P<city>[^\W\d].*)")


def buyers_address(sheet: Sheet, side: Side) -> dict[str, Found | None]:
    """Return the buyer's street, postal code and city, which a person has to check."""
    found: dict[str, Found | None] = {}
    name = side.name
    for line in _lines(side, sheet):
        row = sheet.rows[line.region.row]
        match = _POSTAL_LINE.search(line.text) if is_postal(line.text) else None
        if match and name:
            for part, field in (("code", "postal_code"), ("city", "city")):
                start = line.region.start + match.start(part)
                end = line.region.start + match.end(part)
                found[f"buyer.{field}"] = Found(
                    match[part].strip(), row.page, sheet.box(Region(line.region.row, start, end))
                )
            break
        if name and re.search(r"\d", line.text) and "buyer.street" not in found:
            found["buyer.street"] = Found(line.text.strip(), row.page, sheet.box(line.region))
    return found


def _lines(side: Side, sheet: Sheet) -> Sequence[Line]:
    """Return the lines of a party's address below its name."""
    if side.name is None:
        return ()
    after = [line for line in side.lines if not same(line.text, side.name.value)]
    return [
        line
        for line in after
        if not is_contact(line.text) and not _has_label(sheet, line) and not re.search(r":\s*\S", line.text)
    ]


def _has_label(sheet: Sheet, line: Line) -> bool:
    return any(line.region.start <= one.start < line.region.end for one in sheet.labels[line.region.row])
