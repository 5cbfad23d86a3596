"""What a paper is, by its content: documents and pictures of any common kind are taken, programs are not."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from recovery.case.papers import MEDIA, add_paper, is_copy, media_of, refuse_program
from recovery.case.store import load
from recovery.errors import IntakeError
from recovery.store.database import unit_of_work
from tests.casework import accepted, seen


def archive(*names, first=None):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        if first:
            file.writestr("mimetype", first)
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


KINDS = [
    (b"%PDF-1.7", "a.xml", "application/pdf"),
    (b"\xff\xd8\xff\xdb\x00C", "foto", "image/jpeg"),
    (b"\xff\xd8\xff\xe2\x00C", "foto.png", "image/jpeg"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00", "IMG_1.HEIC", "image/heic"),
    (b"\x00\x00\x00\x18ftypmif1\x00\x00", "x", "image/heic"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "x", "image/webp"),
    (archive("[Content_Types].xml", "word/document.xml"), "contract.docx", MEDIA["docx"]),
    (archive("content.xml", first=MEDIA["odt"]), "contract.odt", MEDIA["odt"]),
    (archive("a.txt"), "a.zip", "application/zip"),
    (b"hello", "a.txt", "text/plain"),
    (b"hello", "a", "application/octet-stream"),
]


@pytest.mark.parametrize(("content", "name", "media"), KINDS)
def test_a_kind_is_told_by_content_before_name(content, name, media):
    assert media_of(name, content) == media
    assert is_copy(content) == (media == "application/pdf" or media.startswith("image/"))
    refuse_program(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"MZ\x90"), ("a", b"\x7fELF"), ("run.sh", b"#!/bin/sh"), ("a.js", b"x"), ("Rechnung.pdf.EXE", b"x")],
)
def test_a_program_is_refused_whatever_it_is_called(name, content):
    with pytest.raises(IntakeError) as error:
        refuse_program(name, content)
    assert error.value.code == "bad_file_kind"


@pytest.mark.usefixtures("installation")
def test_a_case_keeps_a_paper_with_the_kind_of_its_content():
    name = accepted()
    with unit_of_work() as session:
        add_paper(load(session, name), "evidence", "foto", b"\xff\xd8\xff\xdb", "team", date(2026, 3, 3))
    assert seen(name).papers[-1].media_type == "image/jpeg"
    with pytest.raises(IntakeError), unit_of_work() as session:
        add_paper(load(session, name), "evidence", "a.exe", b"MZ", "team", date(2026, 3, 3))
