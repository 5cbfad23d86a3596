"""What a member may send by mistake or malice: each ends with a sentence that says what to do, or is read."""

from __future__ import annotations

import io
import struct
import zlib

import pypdf
import pytest
from PIL import Image

from recovery.errors import IntakeError
from recovery.intake.documents import read_document
from recovery.intake.paper import ocr, pictures
from recovery.intake.paper.pictures import pages_of_picture
from recovery.intake.paper.read import member_known_by, read_pages
from tests.intake.documents import MAPS, SAMPLES
from tests.intake.paper.drawn.layouts import drawn
from tests.intake.paper.drawn.paper import paper

PDF = (SAMPLES / "paper" / "nl-nlnl-a1-08.pdf").read_bytes()
OTHER = (SAMPLES / "paper" / "it-ites-a1-35.pdf").read_bytes()


def pdf_of(*parts, change=None, password=None):
    writer = pypdf.PdfWriter()
    for part in parts:
        for page in pypdf.PdfReader(io.BytesIO(part)).pages:
            writer.add_page(page)
    if change:
        for page in writer.pages:
            change(page)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank_page():
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def fault(data, name="invoice.pdf"):
    with pytest.raises(IntakeError) as caught:
        read_document(data, name, MAPS)
    return caught.value


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_that_is_shown_turned_is_read(angle):
    turned = pdf_of(PDF, change=lambda page: page.rotate(angle))

    assert read_pages(turned, "a.pdf").text("total") == read_pages(PDF, "a.pdf").text("total") == "22.87"


@pytest.mark.parametrize("angle", [90, 270])
def test_a_page_whose_text_runs_sideways_is_read(angle):
    def lay(page):
        page.rotate(angle)
        page.transfer_rotation_to_content()

    reading = read_pages(pdf_of(PDF, change=lay), "a.pdf")

    assert (reading.text("number"), reading.text("seller.name")) == ("RE-0043/26", "Tekstbureau Waterkant B.V.")


def test_a_locked_pdf_says_so():
    error = fault(pdf_of(PDF, password="geheim"))

    assert error.code == "pdf_password"
    assert "save it without one" in error.message


def test_forty_pages_are_read_at_both_ends():
    reading = read_pages(pdf_of(PDF, *[blank_page()] * 38, OTHER), "a.pdf")

    assert reading.text("number") == "RE-0043/26"
    assert "40 pages: the first 10 and the last 2 are read" in [note.text for note in reading.notes]


def test_several_invoices_in_one_file_are_told_apart():
    answer = read_pages(pdf_of(PDF, OTHER), "a.pdf").as_dict()

    assert [one["number"] for one in answer["invoices"]] == ["RE-0043/26", "260026"]
    assert answer["number"] == "RE-0043/26"
    assert any("2 invoices" in warning for warning in answer["warnings"])


def test_an_invoice_over_two_pages_is_one():
    seeds = (seed for seed in range(300, 600) if "long" in paper(seed, True).traps)
    data, truth = drawn(paper(next(seeds), True))

    answer = read_pages(data, "a.pdf").as_dict()

    assert len(answer["pages"]) > 1
    assert "invoices" not in answer
    assert answer["total"] == truth["total"]


def bomb(side):
    """A PNG of a few kilobytes that claims many millions of pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("side", [8_000, 100_000])
def test_a_picture_bomb_is_refused_by_what_it_claims(side):
    with pytest.raises(IntakeError) as caught:
        list(pages_of_picture(bomb(side), "a.png"))

    assert caught.value.code in ("picture_too_large", "unreadable_picture")


def test_a_broken_picture_says_what_to_do():
    with pytest.raises(IntakeError, match="take it anew"):
        list(pages_of_picture(b"\xff\xd8\xff" + b"no picture", "a.jpg"))


def test_a_photo_is_turned_as_its_camera_says():
    picture = Image.new("RGB", (40, 20), "white")
    exif = picture.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)

    [(number, upright)] = pages_of_picture(out.getvalue(), "a.jpg")

    assert (number, upright.size) == (1, (20, 40))


def test_without_the_extra_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)

    error = fault((SAMPLES / "paper" / "nl-benl-a2-01-photo.jpg").read_bytes(), "photo.jpg")

    assert error.code == "ocr_missing"
    assert "recovery[ocr]" in error.message
    assert "type the claim in" in error.message


def test_a_heic_without_its_decoder_says_so(monkeypatch):
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    with pytest.raises(IntakeError, match="HEIC") as caught:
        list(pages_of_picture((SAMPLES / "paper" / "nl-nlbe-a2-20-scan.heic").read_bytes(), "a.heic"))

    assert caught.value.code == "ocr_missing"


@pytest.mark.slow
def test_a_white_page_is_no_invoice():
    pytest.importorskip("rapidocr")

    assert fault(blank_page()).code == "no_words"
    assert "XML" in fault(blank_page()).message


def test_what_tells_a_member():
    member = member_known_by(["NL718091267B01", "NL33DEMO0615655172", "Tekstbureau Waterkant B.V."])

    assert member.vats == ("NL718091267B01",)
    assert member.ibans == ("NL33DEMO0615655172",)
    assert member.names == ("Tekstbureau Waterkant B.V.",)


def test_a_legal_form_is_not_misread():
    from recovery.intake.paper.recognising import _spaced

    assert (
        _spaced("Officina Grafica Belvento S.r.I.", "Officina Grafica Belvento S.r.I.")
        == "Officina Grafica Belvento S.r.l."
    )
    assert _spaced("Fotografiadi Luca", "Fotografia di Luca") == "Fotografia di Luca"
