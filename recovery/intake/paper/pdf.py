"""Words of PDF pages, by PDFium."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from recovery.errors import IntakeError
from recovery.intake.paper.rows import Box, Page, Word, turned

FIRST_PAGES, LAST_PAGES = 10, 2
_MOST_SIGNS = 40_000  # of one page; more is no invoice
# A gap of so many heights of a letter parts words that no blank parts.
_WORD_GAP = 0.28
_FEWEST_SIGNS = 25  # a page with fewer is taken as a picture
_MOST_UNKNOWN = 0.2  # of the signs; with more the letters of a page are not told


@dataclass(frozen=True, slots=True)
class Sign:
    """A letter on a page: its box, the height of its font and the way it runs, in right angles."""

    text: str
    box: Box
    size: float
    way: int


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Any]:
    """Open a PDF.

    Raises:
        IntakeError: it is locked by a password, or broken.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise _refused(name, str(error)) from None
    try:
        if not count:
            raise _refused(name, "no page")
        yield document
    finally:
        document.close()


def _refused(name: str, why: str) -> IntakeError:
    if "password" in why.lower() or "security" in why.lower():
        return IntakeError(
            f"{name}: locked by a password; save it without one and send that, or type the claim in",
            code="pdf_password",
            field="file",
        )
    return IntakeError(
        f"{name}: the PDF cannot be opened; save it anew from the program that made it, or type the claim in",
        code="unreadable_pdf",
        field="file",
    )


def pages_to_read(count: int) -> list[int]:
    """Return the indexes of the pages that are read: an invoice's data stand on its first and its last ones."""
    if count <= FIRST_PAGES + LAST_PAGES:
        return list(range(count))
    return [*range(FIRST_PAGES), *range(count - LAST_PAGES, count)]


def page_words(document: Any, index: int) -> Page:
    """Return a page with its words upright; without words where it is a picture or its letters are not told."""
    page = document[index]
    text = page.get_textpage()
    try:
        wide, high = page.get_size()
        signs, unknown = _signs(text, page)
    finally:
        text.close()
        page.close()
    told = [sign for sign in signs if sign.text.strip()]
    if len(told) < _FEWEST_SIGNS or unknown > _MOST_UNKNOWN * (len(told) + unknown):
        return Page(index + 1, wide, high, ())
    ways = [sign.way for sign in told]
    way = max(set(ways), key=ways.count)
    upright = [sign for sign in signs if sign.way == way or not sign.text.strip()]
    found = turned(Page(index + 1, wide, high, tuple(_as_word(sign) for sign in upright)), way)
    return Page(index + 1, found.width, found.height, tuple(_words(found.words)), turn=way)


def _as_word(sign: Sign) -> Word:
    return Word(sign.text, sign.box, sign.size)


def _signs(text: Any, page: Any) -> tuple[list[Sign], int]:
    """Return the letters of a page in the order in which they were set, and how many are not told."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = page.get_bbox()
    turn, found, unknown = page.get_rotation() // 90, [], 0
    loose = pdfium.FS_RECTF()
    for at in range(min(text.count_chars(), _MOST_SIGNS)):
        code = pdfium.FPDFText_GetUnicode(text, at)
        if code in (0, 0xFFFE, 0xFFFD) or 0xE000 <= code < 0xF900:
            unknown += 1
            continue
        sign = chr(code)
        if sign in "\r\n\u00ad\x02" or 0xD800 <= code < 0xE000:
            sign = " "
        pdfium.FPDFText_GetLooseCharBox(text, at, ctypes.byref(loose))
        box = Box(loose.left, loose.bottom, loose.right, loose.top)
        angle = pdfium.FPDFText_GetCharAngle(text, at) if sign.strip() else 0.0
        way = (-round(angle / (math.pi / 2)) - turn) % 4
        upright = _placed(box, (left, bottom, right, top), turn)
        size = upright.height if not way % 2 else upright.x1 - upright.x0
        found.append(Sign(sign, upright, max(size, 1.0), way))
    return found, unknown


def _placed(box: Box, edges: tuple[float, float, float, float], turn: int) -> Box:
    """Return a box of PDF's coordinates, which run upwards, as it is seen on the page."""
    left, bottom, right, top = edges
    seen = Box(box.x0 - left, top - box.y1, box.x1 - left, top - box.y0)
    page = turned(Page(1, right - left, top - bottom, (Word("", seen, 1.0),)), turn)
    return page.words[0].box


def _words(signs: tuple[Word, ...]) -> Iterator[Word]:
    held: list[Word] = []
    for sign in signs:
        if held and (not sign.text.strip() or not _continues(held[-1], sign)):
            yield _word(held)
            held = []
        if sign.text.strip():
            held.append(sign)
    if held:
        yield _word(held)


def _continues(before: Word, sign: Word) -> bool:
    gap = sign.box.x0 - before.box.x1
    level = abs(sign.box.middle - before.box.middle) < 0.5 * max(sign.size, before.size)
    return level and -sign.size < gap < _WORD_GAP * sign.size


def _word(signs: list[Word]) -> Word:
    first, last = signs[0], signs[-1]
    box = Box(
        min(one.box.x0 for one in signs),
        first.box.y0,
        max(last.box.x1, first.box.x1),
        first.box.y1,
    )
    return Word("".join(one.text for one in signs), box, first.size)
