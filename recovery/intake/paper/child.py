"""The child process that reads papers: a file comes in, what was read goes out as JSON, and it ends.

Asked for `words` it reads pictures; asked for a `paper` it reads all of it and cuts out where each value stands.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from recovery.errors import RecoveryError
from recovery.intake.paper import pdf
from recovery.intake.paper.pictures import LONGEST_SIDE, pages_of_picture
from recovery.intake.paper.rows import Box

_MOST_MEMORY = 6 * 1024**3  # bytes of address space, of which some 800 MB are used


def main() -> None:
    """Read the request's head line and the file after it from standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        if head["what"] == "words":
            answer: dict[str, Any] = {"pages": list(_pages(data, head["name"], head["pages"]))}
        else:
            answer = _paper(data, head["name"], head["member"])
    except RecoveryError as error:
        answer = {"error": error.as_dict()}
    except MemoryError:
        answer = {"error": {"code": "picture_too_large", "message": "more memory than a page takes", "field": "file"}}
    sys.stdout.write(json.dumps(answer))


def _paper(data: bytes, name: str, member: dict[str, list[str]]) -> dict[str, Any]:
    from recovery.intake.paper.cuttings import cuttings_of
    from recovery.intake.paper.read import Member, read_pages

    known = Member(tuple(member["names"]), tuple(member["vats"]), tuple(member["ibans"]))
    reading = read_pages(data, name, known)
    cuttings = {field: base64.b64encode(png).decode() for field, png in cuttings_of(data, name, reading).items()}
    return {"paper": reading.as_dict(), "cuttings": cuttings}


def _pages(data: bytes, name: str, wanted: list[int] | None) -> Iterator[dict[str, Any]]:
    from recovery.intake.paper.recognising import words_of

    for number, picture, scale in _pictures(data, name, wanted):
        page = words_of(picture)
        base, by_x, by_y = page.slope
        yield {
            "number": number,
            "width": page.width / scale,
            "height": page.height / scale,
            "turn": page.turn,
            "slope": [base, by_x * scale, by_y * scale],
            "words": [
                [word.text, *(round(edge / scale, 2) for edge in _edges(word.box)), word.certain] for word in page.words
            ],
        }


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _pictures(data: bytes, name: str, wanted: list[int] | None) -> Iterator[tuple[int, Any, float]]:
    """Yield the pages as pictures with the number of pixels that one unit of the page takes."""
    if b"%PDF-" not in data[:1024]:
        for number, picture in pages_of_picture(data, name, wanted):
            yield number, picture, 1.0
        return
    with pdf.opened(data, name) as document:
        for index in wanted or ():
            page = document[index]
            scale = min(200 / 72, LONGEST_SIDE / max(page.get_size()))
            yield index + 1, page.render(scale=scale).to_pil().convert("RGB"), scale


if __name__ == "__main__":
    main()
