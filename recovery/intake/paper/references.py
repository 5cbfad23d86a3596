"""The reference that an invoice asks to be paid with: by its own check digits, else by its label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recovery.intake.paper.found import Found, best
from recovery.intake.paper.sheet import Region, Sheet
from recovery.intake.references import check_reference

# Belgium's structured communication, and the creditor reference of ISO 11649: both bear two check digits modulo 97.
_STRUCTURED = re.compile(r"[+*]{3} ?\d{3} ?/ ?\d{4} ?/ ?\d{5} ?[+*]{3}")
_CREDITOR = re.compile(r"\bRF\d{2}(?: ?[A-Z0-9]{1,4}){1,6}\b")
_DIGITS = re.compile(r"\d(?:[ ]?\d){3,24}")


def reference_of(sheet: Sheet, country: str | None) -> Found | None:
    """Return the payment reference; `country` is the seller's, whose scheme a labelled one must pass.

    Sure is one alone that shows what it is by itself; another number may pass a check of one digit by luck.
    """
    return best([*_by_itself(sheet), *(_labelled(sheet, country) if country else ())])


def _by_itself(sheet: Sheet) -> Iterator[Found]:
    for at, row in enumerate(sheet.rows):
        for pattern, scheme in ((_STRUCTURED, "BE"), (_CREDITOR, "")):
            for match in pattern.finditer(row.text):
                checked = check_reference(scheme, match[0])
                if checked["valid"]:
                    box = sheet.box(Region(at, match.start(), match.end()))
                    yield Found(checked["reference"], row.page, box, sure=True, rank=1.0)


def _labelled(sheet: Sheet, country: str) -> Iterator[Found]:
    for placed in sheet.labelled("reference"):
        beside = sheet.beside(placed)
        for region in [beside] if beside else sheet.below(placed)[:1]:
            match = _DIGITS.match(sheet.text(region))
            checked = check_reference(country, match[0]) if match else {"valid": False}
            if match and checked["valid"]:
                place = Region(region.row, region.start, region.start + match.end())
                yield Found(checked["reference"], sheet.rows[region.row].page, sheet.box(place), rank=0.6 * region.near)
