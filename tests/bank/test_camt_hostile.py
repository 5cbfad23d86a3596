"""Files that are broken, huge or hostile: one clear refusal, nothing else."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery.bank.statement import LIMIT, read_statement, read_statement_file
from recovery.errors import IntakeError, RecoveryError
from tests.bank.camt_files import document, entry, statement

GOOD = document(statement(entry()))
BODY = GOOD.split(b"?>", 1)[1].decode()
LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = f"<Document>{'<a>' * 5000}{'</a>' * 5000}</Document>"

HOSTILE = [
    (f"<!DOCTYPE Document [{LAUGHS}]>{BODY}", "unsafe_xml"),
    (f'<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>{BODY}', "unsafe_xml"),
    (f'<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">{BODY}', "unsafe_xml"),
    (f'<!DOCTYPE Document [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>{BODY}', "unsafe_xml"),
    (f"<!--{'x' * 100_000}--><!DOCTYPE Document>{BODY}", "unsafe_xml"),
    (DEEP, "unreadable_xml"),
    ("", "empty_file"),
    ("not xml", "not_a_statement"),
    (BODY[:-20], "unreadable_xml"),
    (BODY + BODY, "unreadable_xml"),
    ("PK\x03\x04", "unreadable_file"),
    ("<?xml version='1.0' encoding='klingon'?><a/>", "unreadable_xml"),
    ("<Invoice/>", "not_a_statement"),
    ("<html><body>Session expired</body></html>", "not_a_statement"),
    (
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'><CstmrCdtTrfInitn/></Document>",
        "not_a_statement",
    ),
]


@pytest.mark.parametrize(("text", "code"), HOSTILE, ids=range(len(HOSTILE)))
def test_refused(text, code):
    with pytest.raises(IntakeError) as caught:
        read_statement(text.encode(), "file.xml")
    assert caught.value.code == code
    assert caught.value.message.startswith("file.xml: ")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_no_encoding_hides_a_dtd(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE Document [{LAUGHS}]>{BODY}'
    with pytest.raises(IntakeError):
        read_statement(text.encode(encoding), "file.xml")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_are_read(encoding):
    name = encoding.removesuffix("-sig")
    assert read_statement(f'<?xml version="1.0" encoding="{name}"?>{BODY}'.encode(encoding), "f").entries


def test_leading_blank_lines_are_forgiven():
    assert read_statement(b"\n\n" + GOOD, "f").entries


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 200 * 1024**3)
    with pytest.raises(IntakeError) as caught:
        read_statement_file(path)
    assert caught.value.code == "file_too_large"


def test_too_many_bytes_are_refused():
    with pytest.raises(IntakeError) as caught:
        read_statement(b" " * (LIMIT + 1), "f")
    assert caught.value.code == "file_too_large"


def test_a_text_of_many_megabytes_is_refused():
    with pytest.raises(IntakeError) as caught:
        read_statement(f"<Document><x>{'y' * 12_000_000}</x></Document>".encode(), "f")
    assert caught.value.code == "unreadable_xml"


@pytest.mark.parametrize("name", ["missing.xml", "."])
def test_no_such_file(tmp_path, name):
    with pytest.raises(IntakeError) as caught:
        read_statement_file(tmp_path / name)
    assert caught.value.code == "unreadable_file"


def attempt(data):
    with suppress(RecoveryError):
        read_statement(data, "file.xml")


@given(st.binary(max_size=400))
def test_random_bytes(data):
    attempt(data)


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=6), st.integers(0, 12))
def test_a_good_file_with_a_damaged_place(place, instead, removed):
    attempt(GOOD[:place] + instead + GOOD[place + removed :])


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&"), max_size=30))
def test_any_text_in_any_field(text):
    for old in ("100.00", "CRDT", "BOOK", "2026-03-02", "EUR", "NL26VAYB8060476890", "S1"):
        quoted = text.replace('"', "'")
        attempt(GOOD.decode().replace(old, quoted).encode())
