"""Files that mean harm, or that are none of ours: one clear line, at once."""

from __future__ import annotations

import contextlib
import io
import os
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery.errors import IntakeError, RecoveryError
from recovery.intake.reader import read_invoice_file
from tests.intake.documents import CII, EB6, FACTURAE, FATTURA, MAPS, UBL, read, sample

UBL_ROOT = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&x;</Invoice>'
LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
HTTP = "http://127.0.0.1:9/x"


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE Invoice [{LAUGHS}<!ENTITY x "&a11;">]>{UBL_ROOT}',
        f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>{UBL_ROOT}',
        f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "{HTTP}">]>{UBL_ROOT}',
        f'<!DOCTYPE Invoice [<!ENTITY % y SYSTEM "{HTTP}"> %y;]>{UBL_ROOT}',
        f'<!DOCTYPE Invoice SYSTEM "{HTTP}">{UBL_ROOT}',
        f"<!--{'x' * 100_000}--><!DOCTYPE Invoice>{UBL_ROOT.replace('&x;', '')}",
        f'<?xml version="1.0"?>\n<!DOCTYPE html>{UBL_ROOT.replace("&x;", "")}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_entities_are_refused(text, encoding):
    started = time.monotonic()
    with pytest.raises(IntakeError) as caught:
        read(text.encode(encoding))
    assert caught.value.code == "unsafe_xml"
    assert time.monotonic() - started < 5


def test_nesting_without_end():
    with pytest.raises(IntakeError) as caught:
        read(b"<Invoice>" + b"<a>" * 300 + b"</a>" * 300 + b"</Invoice>")
    assert caught.value.code in ("unsafe_xml", "unreadable_xml")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "invoice.xml", "empty_file"),
        (b" \n ", "invoice.xml", "empty_file"),
        (sample(UBL)[:5000], "invoice.xml", "unreadable_xml"),
        (b"<a><b></a>", "invoice.xml", "unreadable_xml"),
        (b"not xml at all", "invoice.xml", "unreadable_xml"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "scan.png", "unknown_format"),
        (bytes(range(256)), "x.bin", "unknown_format"),
        (b"<html><body/></html>", "page.html", "unknown_format"),
        (b"<Invoice/>", "invoice.xml", "unknown_format"),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>", "bank.xml", "unknown_format"),
    ],
)
def test_what_is_no_invoice(data, name, code):
    with pytest.raises(IntakeError) as caught:
        read(data, name)
    assert caught.value.code == code
    assert "\n" not in caught.value.message
    assert name in caught.value.message


def test_broken_xml_names_the_line():
    with pytest.raises(IntakeError, match="line 3"):
        read(b"<Invoice>\n<ID>1</ID>\n<IssueDate></Invoice>")


def test_an_archive_that_would_fill_the_house_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.xml", b" " * 20_000_000)
    with pytest.raises(IntakeError, match="more inside than is taken") as caught:
        read(target.getvalue(), "bomb.zip")
    assert caught.value.code == "file_too_large"


def test_large_file_is_refused_before_it_is_read(tmp_path):
    large = tmp_path / "large.xml"
    with large.open("wb") as file:
        file.write(sample(UBL))
        file.truncate(100 * 1024 * 1024)
    started = time.monotonic()
    with pytest.raises(IntakeError) as caught:
        read_invoice_file(large, MAPS)
    assert caught.value.code == "file_too_large"
    assert time.monotonic() - started < 0.5


def test_large_bytes_are_refused():
    with pytest.raises(IntakeError) as caught:
        read(b"<" + b" " * (20 * 1024 * 1024))
    assert caught.value.code == "file_too_large"


def test_no_file_folder_and_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none.xml", tmp_path, tmp_path / "pipe"):
        with pytest.raises(IntakeError):
            read_invoice_file(path, MAPS)


def test_messages_hold_no_account_numbers():
    invoice = read(sample(FATTURA).replace(b"01234567890", b"98765432109"))
    assert not any("98765432109" in warning for warning in invoice.warnings)


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from(["x.xml", "x.csv", "x.p7m", "x.pdf", "x"]))
def test_random_bytes(data, name):
    _read_or_refuse(data, name)


@settings(max_examples=200)
@given(
    st.binary(max_size=300), st.sampled_from([b"%PDF-1.7", b"0\x82", b"<?xml ", b"\xff\xfe<\x00", b"number;issued\n"])
)
def test_random_bytes_after_a_true_beginning(data, start):
    _read_or_refuse(start + data, "x")


MUTATED = [sample(name) for name in (UBL, CII, FATTURA, FACTURAE, EB6)]


@settings(max_examples=400)
@given(
    st.sampled_from(MUTATED),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=5),
)
def test_mutated_invoices(data, cuts):
    for place, length, new in cuts:
        at = int(place * len(data))
        data = data[:at] + new + data[at + length :]
    _read_or_refuse(data, "x.xml")


TEXT = st.text(
    alphabet=st.characters(blacklist_characters="<&\x00", min_codepoint=32, max_codepoint=0x2FFF), max_size=30
)


@settings(max_examples=300)
@given(st.sampled_from(MUTATED), st.integers(0, 400), TEXT)
def test_odd_texts_in_elements(data, which, text):
    pieces = data.decode("utf-8").split(">")
    at = which % len(pieces)
    if "</" in pieces[at]:
        pieces[at] = text.replace(">", "") + pieces[at][pieces[at].index("</") :]
    _read_or_refuse(">".join(pieces).encode("utf-8"), "x.xml")


def _read_or_refuse(data: bytes, name: str) -> None:
    with contextlib.suppress(RecoveryError):
        assert read(data, name).as_dict()["number"]
