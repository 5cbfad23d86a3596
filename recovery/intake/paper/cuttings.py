"""Cut-outs of pages: the place where each value stands, as a small picture with a frame around the value."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from recovery.intake.paper import pdf
from recovery.intake.paper.pictures import pages_of_picture
from recovery.intake.paper.reading import Reading
from recovery.intake.paper.rows import Box, Page

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDEST = 640  # pixels
_SCALE = 2.0  # pixels a point of a PDF
_FRAME = (200, 60, 0)


def cuttings_of(data: bytes, name: str, reading: Reading) -> dict[str, bytes]:
    """Return for every field of a reading a PNG of its place on the page."""
    wanted = {found.page for found in reading.fields.values()}
    places = {page.number: page for page in reading.pages if page.number in wanted}
    pictures = _pictures(data, name, places)
    return {
        field: _cut(pictures[found.page], places[found.page], found.box)
        for field, found in reading.fields.items()
        if found.page in pictures
    }


def _pictures(data: bytes, name: str, places: Mapping[int, Page]) -> dict[int, Image]:
    """Return the pages as upright pictures."""
    indexes = [number - 1 for number in sorted(places)]
    if b"%PDF-" in data[:1024]:
        found = {}
        with pdf.opened(data, name) as document:
            for index in indexes:
                page = document[index]
                scale = min(_SCALE, 2000 / max(page.get_size()))
                found[index + 1] = page.render(scale=scale).to_pil().convert("L")
    else:
        found = {number: picture.convert("L") for number, picture in pages_of_picture(data, name, indexes)}
    return {
        number: picture.rotate(-90 * places[number].turn, expand=True) if places[number].turn else picture
        for number, picture in found.items()
    }


def _cut(picture: Image, page: Page, box: Box) -> bytes:
    from PIL import ImageDraw

    scale = picture.width / page.width
    rim = max(box.height, 6.0)
    frame = [
        (box.x0 - rim / 4) * scale,
        (box.y0 - rim / 4) * scale,
        (box.x1 + rim / 4) * scale,
        (box.y1 + rim / 4) * scale,
    ]
    left, right = max(box.x0 - 8 * rim, 0) * scale, min(box.x1 + 3 * rim, page.width) * scale
    upper, lower = max(box.y0 - 1.6 * rim, 0) * scale, min(box.y1 + 1.6 * rim, page.height) * scale
    area = tuple(int(edge) for edge in (left, upper, max(right, left + 2), max(lower, upper + 2)))
    part = picture.crop(area).convert("RGB")  # type: ignore[arg-type]
    draw: Any = ImageDraw.Draw(part)
    x0, y0, x1, y1 = (edge - shift for edge, shift in zip(frame, (left, upper, left, upper), strict=True))
    draw.rectangle((x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)), outline=_FRAME, width=2)
    if part.width > _WIDEST:
        part.thumbnail((_WIDEST, part.height))
    out = io.BytesIO()
    part.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()
