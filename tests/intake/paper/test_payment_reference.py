"""The reference to pay with, read from a page: sure only where its own check digits tell it."""

from __future__ import annotations

import json

import pytest

from recovery.intake.paper.read import read_pages
from recovery.intake.paper.references import reference_of
from recovery.intake.paper.rows import Box, Page, Word
from recovery.intake.paper.sheet import Sheet
from tests.intake.documents import SAMPLES


def page_of(lines):
    """Return a page of some lines of words, each letter six points wide."""
    words = []
    for line, text in enumerate(lines):
        at = 40.0
        for word in text.split(" "):
            words.append(Word(word, Box(at, 40.0 + 20 * line, at + 6 * len(word), 50.0 + 20 * line), 10.0))
            at += 6 * len(word) + 3
    return Page(1, 595.0, 842.0, tuple(words))


@pytest.mark.parametrize(
    ("lines", "country", "wanted"),
    [
        (["Totaal 121,00", "Mededeling: +++573/1276/77152+++"], "BE", ("+++573/1276/77152+++", True)),
        (["te betalen met vermelding van *** 573/1276/77152 ***"], None, ("+++573/1276/77152+++", True)),
        (["+++573/1276/77153+++"], "BE", None),
        (["Payment reference RF18 5390 0754 7034"], "AT", ("RF18 5390 0754 7034", True)),
        (["RF19 5390 0754 7034"], "AT", None),
        (["OCR-nummer: 2636041"], "SE", ("2636041", False)),
        (["OCR-nummer: 2636042"], "SE", None),
        (["Kundnummer: 2636041"], "SE", None),
        (["Factuurnummer 2636041"], "NL", None),
    ],
)
def test_what_is_read(lines, country, wanted):
    found = reference_of(Sheet([page_of(lines)]), country)
    assert (found and (found.value, found.sure)) == wanted


def test_the_samples_say_what_they_say():
    truth = json.loads((SAMPLES / "paper" / "truth.json").read_text("utf-8"))
    for name in (one for one in truth if one.endswith(".pdf")):
        found = read_pages((SAMPLES / "paper" / name).read_bytes(), name).text("payment_reference")
        assert found == truth[name]["reference"], name
