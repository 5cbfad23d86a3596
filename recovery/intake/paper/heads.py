"""The number and the dates at the head of an invoice, and which paper it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from recovery.intake.paper.found import Found, best
from recovery.intake.paper.labels import AMOUNTS, plain
from recovery.intake.paper.sheet import Placed, Region, Sheet
from recovery.intake.paper.values import Amount, Value, amounts_in, dates_in, ibans_in

_NUMBER = re.compile(
    r"(?:[#№]\s*|n[°ºr]?\.?\s+(?=\S*\d))?"
    r"(?P<number>(?:[A-Za-z]{1,8}[ .:/_-]?)?[A-Za-z0-9./_\-]*\d[A-Za-z0-9./_\-]*"
    r"(?: ?[/\-] ?[A-Za-z0-9]+)*(?: \d[\w\-/]*)*)",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"credit|avoir|gutschrift|abono|rectificativ|kredit|storno|korrektur|variazione|accredito")
_STRONG, _TITLE, _WEAK = 1.0, 0.8, 0.5
_TITLES = (_TITLE, _WEAK + 0.1)


@dataclass(frozen=True, slots=True)
class Day:
    """A date on the page with the label it belongs to."""

    found: Value
    region: Region
    rank: float


def language_of(sheet: Sheet) -> str | None:
    """Return the language that most labels are of, None where there are none."""
    count: Counter[str] = Counter()
    for labels in sheet.labels:
        for label in labels:
            for language in label.languages:
                count[language] += 1 / len(label.languages)  # type: ignore[assignment]
    return count.most_common(1)[0][0] if count else None


def languages_of(sheet: Sheet) -> set[str]:
    """Return the languages whose own labels stand on the pages."""
    return {next(iter(one.languages)) for labels in sheet.labels for one in labels if len(one.languages) == 1}


def kind_of(sheet: Sheet) -> str:
    """Return invoice or credit_note by the largest title; `other` for a paper that is neither."""
    titles = [
        (sheet.rows[one.row].words_at(one.label.start, one.label.end)[0].size, -at, kind)
        for kind in ("credit_note", "invoice", "not_invoice")
        for at, one in enumerate(sheet.labelled(kind))
        if _is_title(sheet, one)
    ]
    if not titles:
        return "invoice"
    _, _, kind = max(titles, key=lambda one: (round(one[0]), one[2] != "invoice", one[1]))
    return {"not_invoice": "other"}.get(kind, kind)


def _is_title(sheet: Sheet, placed: Placed) -> bool:
    """Tell whether words stand as a title: alone in their cell, or with a number or a date behind."""
    text = sheet.rows[placed.row].text
    rest = text[placed.label.end :].split("\t")[0]
    return _begins_cell(sheet, placed) and not re.search(r"[^\W\d]{4,}", re.sub(r"\S*\d\S*", "", rest))


def _begins_cell(sheet: Sheet, placed: Placed) -> bool:
    row = sheet.rows[placed.row]
    return not re.search(r"\w", row.text[row.cell_start(placed.label.start) : placed.label.start])


def number_of(sheet: Sheet, credit: bool) -> Found | None:
    """Return the number of an invoice or credit note."""
    return best(_numbers(sheet, credit))


def _numbers(sheet: Sheet, credit: bool) -> Iterator[Found]:
    for placed in sheet.labelled("number", "number_weak", "invoice", "credit_note"):
        label = placed.label
        words = plain(sheet.rows[placed.row].text[label.start : label.end])
        rank = _STRONG if label.of("number") else _WEAK if label.of("number_weak") else _TITLE
        if label.of("other_number"):
            continue
        if rank == _TITLE and sheet.rows[placed.row].text[label.end :].lstrip()[:1] in ("#", "№"):
            rank = _STRONG
        elif rank == _TITLE and not _begins_cell(sheet, placed):
            rank = _WEAK + 0.1
        if credit and rank >= _TITLE and not _CREDIT.search(words):
            rank -= 0.3
        beside = sheet.beside(placed)
        if beside is None and rank not in _TITLES:
            beside = _next_cell(sheet, placed)
        regions = [beside] if beside else []
        if _alone(sheet, placed) and rank not in _TITLES:
            regions += sheet.below(placed)[:2]
        for region in regions:
            found = _number(sheet, region)
            if found:
                value, place = found
                page, box = sheet.rows[place.row].page, sheet.box(place)
                certain = all(one.certain for one in sheet.rows[place.row].words_at(place.start, place.end))
                yield Found(value, page, box, rank >= _TITLE and certain, rank * region.near)
                break


def _next_cell(sheet: Sheet, placed: Placed) -> Region | None:
    """Return the next cell of a label's row where no label stands in it."""
    text = sheet.rows[placed.row].text
    label_end = sheet.end_of(placed)
    start = text.find("\t", label_end)
    if start < 0 or re.search(r"\w", text[label_end:start]):
        return None
    end = text.find("\t", start + 1)
    region = Region(placed.row, start + 1, end if end >= 0 else len(text), 0.95)
    inside = any(region.start <= one.start < region.end for one in sheet.labels[placed.row])
    return None if inside or region.end <= region.start else region


def _alone(sheet: Sheet, placed: Placed) -> bool:
    """Tell whether a label is all that its cell holds."""
    text = sheet.rows[placed.row].text
    cell = text[sheet.rows[placed.row].cell_start(placed.label.start) :].split("\t")[0]
    label = text[placed.label.start : sheet.end_of(placed)]
    return len(re.findall(r"\w", cell)) <= len(re.findall(r"\w", label)) + 2


def _number(sheet: Sheet, region: Region) -> tuple[str, Region] | None:
    """Return the number that a span begins with; neither a date nor an account is one."""
    text = sheet.text(region)
    match = _NUMBER.match(text.lstrip(" :.#"))
    if not match:
        return None
    shift = len(text) - len(text.lstrip(" :.#"))
    days = [one for one in dates_in(text) if one.start < match.end("number") + shift]
    value, start = match["number"], region.start + shift + match.start("number")
    if days:
        value = text[match.start("number") + shift : days[0].start].strip(" -/.,")
    value = value.strip(" .-/:,")
    if (
        not re.search(r"\d", value)
        or ibans_in(text)
        or any(one.start <= start - region.start + 4 for one in _money(text))
    ):
        return None
    return value, Region(region.row, start, start + len(value))


def _money(text: str) -> list[Amount]:
    return [one for one in amounts_in(text) if one.currency or not one.short]


def days_of(sheet: Sheet, *kinds: str) -> list[Day]:
    """Return the dates that stand beside or below labels of some kinds."""
    found = []
    for placed in sheet.labelled(*kinds):
        beside = sheet.beside(placed, across=True)
        regions = [beside] if beside else []
        if _alone(sheet, placed):
            regions += sheet.below(placed)[:2]
        for region in regions:
            days = dates_in(sheet.text(region), bool(sheet.american))
            day = next((one for one in days if _close(sheet, placed, region, one)), None)
            if day:
                place = Region(region.row, region.start + day.start, region.start + day.end, region.near)
                found.append(Day(day, place, region.near))
                break
    return found


def _close(sheet: Sheet, placed: Placed, region: Region, day: Value) -> bool:
    """Tell whether few words stand between a label and a date in the same row."""
    if region.row != placed.row:
        return True
    between = sheet.rows[region.row].text[sheet.end_of(placed) : region.start + day.start]
    return len(re.findall(r"\w+", between)) <= 3


def issued_of(sheet: Sheet, doubtful: bool) -> Found | None:
    """Return the day of issue; `doubtful` where day and month may be either way."""
    strong = [_found(sheet, day, _STRONG, not doubtful) for day in days_of(sheet, "issued")]
    weak = [_found(sheet, day, _WEAK, not doubtful) for day in days_of(sheet, "issued_weak")]
    chosen = best([*strong, *weak])
    return chosen or best(_loose_days(sheet))


def _found(sheet: Sheet, day: Day, rank: float, sure: bool) -> Found:
    row = sheet.rows[day.region.row]
    certain = all(word.certain for word in row.words_at(day.region.start, day.region.end))
    return Found(day.found.value, row.page, sheet.box(day.region), sure and certain, rank * day.rank)


def _loose_days(sheet: Sheet) -> Iterator[Found]:
    """Yield the dates that no label of another date claims; the first on the page is the likeliest."""
    claimed = {(day.region.row, day.found.value) for day in days_of(sheet, "due", "other_date")}
    for at, row in enumerate(sheet.rows):
        if any(label.of(*AMOUNTS) for label in sheet.labels[at]):
            continue
        for day in dates_in(row.text, bool(sheet.american)):
            if (at, day.value) not in claimed and isinstance(day.value, date):
                region = Region(at, day.start, day.end)
                yield Found(day.value, row.page, sheet.box(region), False, 0.4 - 0.001 * at)
