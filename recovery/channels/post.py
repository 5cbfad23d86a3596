"""Post: the letters of a country and day as one PDF with its address sheet, and a manifest for a mail house."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

from recovery.channels.files import put_once
from recovery.settings import settings
from recovery.store import documents


@dataclass(frozen=True)
class Piece:
    """One letter to be posted: to whom, how, and the content it is printed from."""

    letter: str
    name: str
    address: tuple[str, ...]
    registered: bool
    sha256: str


@dataclass(frozen=True)
class Batch:
    """The letters of one country and day; its name is given once."""

    name: str
    country: str
    day: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Line:
    """One line of the manifest; the pages are those of the batch's PDF, its address sheet counted."""

    batch: str
    letter: str
    name: str
    address: str
    country: str
    registered: str
    page_from: int
    page_to: int


def post(batch: Batch) -> str:
    """Put a batch where the mail house fetches it, the manifest last; return its name.

    Raises:
        GatewayError: the place did not take it.
    """
    url = settings().channels.post_url or str(settings().outgoing / "post")
    pdf, lines = bind(batch)
    put_once(url, f"{batch.name}.pdf", pdf)
    put_once(url, f"{batch.name}.csv", manifest(lines))
    return batch.name


def bind(batch: Batch) -> tuple[bytes, list[Line]]:
    """Return the batch's PDF, the address sheet first, and the lines that say which pages are whose."""
    from pypdf import PdfReader, PdfWriter

    letters = [PdfReader(io.BytesIO(documents.read(piece.sha256))) for piece in batch.pieces]
    counts = [len(letter.pages) for letter in letters]
    head = PdfReader(io.BytesIO(_sheet(batch, _lines(batch, counts, 1))))
    lines = _lines(batch, counts, len(head.pages))
    made, out = PdfWriter(), io.BytesIO()
    for part in (PdfReader(io.BytesIO(_sheet(batch, lines))), *letters):
        made.append(part, import_outline=False)
    made.write(out)
    return out.getvalue(), lines


def _lines(batch: Batch, counts: Sequence[int], before: int) -> list[Line]:
    lines, page = [], before
    for piece, count in zip(batch.pieces, counts, strict=True):
        lines.append(
            Line(
                batch.name,
                piece.letter,
                _one_line(piece.name),
                ", ".join(_one_line(line) for line in piece.address),
                batch.country,
                "yes" if piece.registered else "no",
                page + 1,
                page + count,
            )
        )
        page += count
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sheet(batch: Batch, lines: Sequence[Line]) -> bytes:
    import typst

    data: dict[str, Any] = {"name": batch.name, "day": batch.day, "lines": [asdict(line) for line in lines]}
    layout = resources.files("recovery.channels").joinpath("sheet.typ").read_bytes()
    return bytes(
        typst.compile(
            layout, format="pdf", sys_inputs={"batch": json.dumps(data, ensure_ascii=False)}, ignore_system_fonts=True
        )
    )


def manifest(lines: Sequence[Line]) -> bytes:
    """Return the manifest: CSV in UTF-8, one line per letter in the order of the pages."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(Line.__dataclass_fields__), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(asdict(line) for line in lines)
    return out.getvalue().encode()
