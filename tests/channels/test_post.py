"""Batches for a mail house: the PDF read back, its manifest, and places other than a folder."""

from __future__ import annotations

import csv
import io
from datetime import date

import fsspec
import pytest
from pypdf import PdfReader, PdfWriter

from recovery.channels.post import Batch, Piece, post
from recovery.errors import GatewayError
from recovery.store import documents

DAY = date(2026, 3, 4).isoformat()


def paper(width, pages):
    """Store a letter of so many pages, recognised by their width."""
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width, 800)
    writer.write(out)
    return documents.keep(out.getvalue())


def batch(*pieces):
    return Batch(f"NL-{DAY}-1", "NL", DAY, pieces)


def piece(number, pages, registered=False, name="Debiteur Voorbeeld"):
    address = ("Weg 1", "1000 Plaats")
    return Piece(f"NL-2026-{number:06d}-reminder", name, address, registered, paper(100 + number, pages))


def read(pdf, manifest):
    rows = list(csv.DictReader(io.StringIO(manifest.decode())))
    return PdfReader(io.BytesIO(pdf)), rows


def test_a_batch_is_one_pdf_whose_manifest_says_which_pages_are_whose(channel):
    place = channel() / "outgoing" / "post"
    post(batch(piece(1, 2), piece(2, 1, registered=True), piece(3, 3)))
    assert sorted(file.name for file in place.iterdir()) == [f"NL-{DAY}-1.csv", f"NL-{DAY}-1.pdf"]
    pdf, rows = read(*((place / f"NL-{DAY}-1.{kind}").read_bytes() for kind in ("pdf", "csv")))
    assert [(row["page_from"], row["page_to"], row["registered"]) for row in rows] == [
        ("2", "3", "no"),
        ("4", "4", "yes"),
        ("5", "7", "no"),
    ]
    widths = [round(float(page.mediabox.width)) for page in pdf.pages]
    assert widths[1:] == [101, 101, 102, 103, 103, 103]
    sheet = pdf.pages[0].extract_text()
    for row in rows:
        assert row["letter"] in sheet
        assert f"{row['page_from']}–{row['page_to']}" in sheet
    assert "Debiteur Voorbeeld" in sheet
    assert "Weg 1, 1000 Plaats" in sheet


def test_a_long_address_sheet_is_counted_in_the_pages(channel):
    place = channel() / "outgoing" / "post"
    post(batch(*(piece(number, 1) for number in range(1, 91))))
    pdf, rows = read(*((place / f"NL-{DAY}-1.{kind}").read_bytes() for kind in ("pdf", "csv")))
    assert int(rows[0]["page_from"]) > 2
    assert int(rows[-1]["page_to"]) == len(pdf.pages)
    for number, row in enumerate(rows, 1):
        assert round(float(pdf.pages[int(row["page_from"]) - 1].mediabox.width)) == 100 + number


def test_a_name_is_never_markup_nor_a_second_line(channel):
    place = channel() / "outgoing" / "post"
    post(batch(piece(1, 1, name='#panic("x") $a$ *b*\r\n"Zweite", Zeile')))
    pdf, (row,) = read(*((place / f"NL-{DAY}-1.{kind}").read_bytes() for kind in ("pdf", "csv")))
    assert row["name"] == '#panic("x") $a$ *b* "Zweite", Zeile'
    assert "#panic" in pdf.pages[0].extract_text()


def test_a_batch_is_made_once_and_one_cut_off_is_completed(channel):
    place = channel() / "outgoing" / "post"
    one = batch(piece(1, 1))
    post(one)
    first = (place / f"NL-{DAY}-1.pdf").stat().st_mtime_ns
    (place / f"NL-{DAY}-1.csv").unlink()
    (place / f".NL-{DAY}-1.csv.partial").write_bytes(b"half")
    post(one)
    assert (place / f"NL-{DAY}-1.pdf").stat().st_mtime_ns == first
    assert sorted(file.name for file in place.iterdir()) == [f"NL-{DAY}-1.csv", f"NL-{DAY}-1.pdf"]


def test_a_batch_goes_to_another_place_by_its_url(channel):
    folder = channel(POST_URL="memory://mailhouse/in")
    post(batch(piece(1, 1)))
    assert sorted(fsspec.filesystem("memory").ls("/mailhouse/in", detail=False)) == [
        f"/mailhouse/in/NL-{DAY}-1.csv",
        f"/mailhouse/in/NL-{DAY}-1.pdf",
    ]
    assert not (folder / "outgoing").exists()


@pytest.mark.parametrize("url", ["sftp://user:sample@127.0.0.1:{port}/in", "nothing://user:sample@host.example/in"])
def test_a_place_that_does_not_answer_is_tried_again_and_its_password_told_to_nobody(channel, url):
    from tests.channels.servers import free_port

    channel(POST_URL=url.format(port=free_port()))
    with pytest.raises(GatewayError, match="RECOVERY_POST_URL") as later:
        post(batch(piece(1, 1)))
    assert "sample" not in later.value.message
