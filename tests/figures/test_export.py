"""Text in files is never a formula."""

from __future__ import annotations

import io
import zipfile

from recovery.figures.export import csv_of, xlsx_of

ROWS = [["figure", "name"], ["=1+1", "@x"], ["-5", "+y"], ["plain", 7]]


def test_csv_writes_an_apostrophe_before_what_looks_like_a_formula():
    assert csv_of(ROWS).decode().splitlines() == ["figure,name", "'=1+1,'@x", "'-5,'+y", "plain,7"]


def test_a_workbook_keeps_text_as_text_and_numbers_as_numbers():
    with zipfile.ZipFile(io.BytesIO(xlsx_of(ROWS))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "=1+1" in archive.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<v>7</v>" in sheet
