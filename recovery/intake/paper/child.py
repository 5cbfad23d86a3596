"""The child process that reads pictures: a file comes in, words with their places go out as JSON, and it ends."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from recovery.errors import RecoveryError
from recovery.intake.paper import pdf
from recovery.intake.paper.pictures import LONGEST_SIDE, pages_of_picture

_MOST_MEMORY = 6 * 1024**3  # bytes of address space, of which some 800 MB are used


def main() -> None:
    """Read the request's head line and the file after it from standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        answer: dict[str, Any] = {"pages": list(_pages(data, head["name"], head["pages"]))}
    except RecoveryError as error:
        answer = {"error": error.as_dict()}
    except MemoryError:
        answer = {"error": {"code": "picture_too_large", "message": "more memory than a page takes", "field": "file"}}
    sys.stdout.write(json.dumps(answer))


def _pages(data: bytes, name: str, wanted: list[int] | None) -> Iterator[dict[str, Any]]:
    from recovery.intake.paper.recognising import words_of

    for number, picture, scale in _pictures(data, name, wanted):
        words, turn, (wide, high) = words_of(picture)
        yield {
            "number": number,
            "width": wide / scale,
            "height": high / scale,
            "turn": turn,
            "words": [
                [word.text, *(round(float(edge) / scale, 2) for edge in _edges(word)), word.certain] for word in words
            ],
        }


def _edges(word: Any) -> tuple[float, float, float, float]:
    return word.box.x0, word.box.y0, word.box.x1, word.box.y1


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
