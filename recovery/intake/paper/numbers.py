"""VAT numbers and accounts on a page, and what their labels say of whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recovery.intake.paper.sheet import Region, Sheet
from recovery.intake.paper.values import ibans_in, vat_number, vats_in

# Where a bare VAT number behind a label of a language may be from.
_COUNTRIES = {
    "it": ("IT",), "es": ("ES",), "de": ("AT", "DE"), "nl": ("NL", "BE"), "fr": ("BE", "FR", "LU"), "sv": ("SE",),
    "en": ("IE", "GB", "NL", "BE", "IT", "ES", "AT", "SE", "DE", "FR"),
}  # fmt: skip
_ANYWHERE = ("NL", "BE", "IT", "ES", "AT", "SE", "DE", "FR", "LU", "PT", "PL", "DK", "FI")


@dataclass(frozen=True, slots=True)
class Number:
    """A VAT number on the page: the countries it may be of, whose the label says it is, and whether it checks."""

    readings: tuple[str, ...]
    region: Region
    whose: str | None
    checked: bool


def numbers_of(sheet: Sheet, languages: set[str]) -> Iterator[Number]:
    """Yield the VAT numbers of a document with whom their labels say they are of."""
    taken: set[tuple[int, int]] = set()
    for placed in sheet.labelled("vat_number", "buyer_vat", "seller_vat"):
        label = placed.label
        whose = "buyer" if label.of("buyer_vat") else "seller" if label.of("seller_vat") else None
        beside = sheet.beside(placed) or sheet.beside(placed, across=True)
        regions = [beside] if beside else sheet.below(placed)[:1]
        for region in regions:
            found = _labelled_number(sheet, region, label.languages | languages, whose)
            if found and (found.region.row, found.region.start) not in taken:
                taken.add((found.region.row, found.region.start))
                yield found
    for at, row in enumerate(sheet.rows):
        for value in vats_in(row.text):
            if not any(at == r and abs(start - value.start) <= 3 for r, start in taken):
                yield Number((value.value,), Region(at, value.start, value.end), _whose(sheet, at, value.start), True)


def _whose(sheet: Sheet, row: int, at: int) -> str | None:
    before = [label for label in sheet.labels[row] if label.end <= at]
    if before and before[-1].of("buyer_vat"):
        return "buyer"
    return "seller" if before and before[-1].of("seller_vat") else None


def _labelled_number(
    sheet: Sheet, region: Region, languages: frozenset[str] | set[str], whose: str | None
) -> Number | None:
    text = sheet.text(region)
    full = next((one for one in vats_in(text)), None)
    if full and full.start <= 6:
        return Number(
            (full.value,), Region(region.row, region.start + full.start, region.start + full.end), whose, True
        )
    match = re.match(r"[:\s.]*([A-Z]{0,3}[ .-]?[A-Z0-9][A-Z0-9 .\-/]{5,17}[A-Z0-9])(?![\w])", text) or re.match(
        r"[:\s.]*([A-Z0-9]{7,14})(?![\w])", text
    )
    if not match or len(re.findall(r"\d", match[1])) < 6:
        return None
    place = Region(region.row, region.start + match.start(1), region.start + match.end(1))
    countries = [*(code for language in sorted(languages) for code in _COUNTRIES[language]), *_ANYWHERE]
    readings = [number for code in dict.fromkeys(countries) if (number := vat_number(match[1], code))]
    if readings:
        return Number(tuple(dict.fromkeys(readings)), place, whose, True)
    bare = re.sub(r"[^A-Z0-9]", "", match[1])
    return Number((bare,), place, whose, False) if re.match(r"[A-Z]{2}", bare) else None


def accounts_of(sheet: Sheet) -> Iterator[tuple[str, Region, bool]]:
    """Yield the accounts of a document, and whether the check digits of each hold."""
    for at, row in enumerate(sheet.rows):
        for value in ibans_in(row.text):
            yield value.value, Region(at, value.start, value.end), value.sure
