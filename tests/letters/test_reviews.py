"""Who has read the letters: the table is the data, and a reading counts for the words that were read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recovery.errors import LawError
from recovery.letters import reviews
from recovery.registry import adapter_of, countries

DOCS = Path(__file__).parents[2] / "docs" / "review.md"
ROW = '[[read]]\ndocument = "{}"\nlanguage = "nl"\nas = "{}"\nby = "A. Lezer, advocaat"\non = 2026-11-20\ntext = "{}"\n'


@pytest.fixture
def reviewed(monkeypatch, tmp_path):
    """Write a country's reviews beside a copy of its letters."""

    def write(text):
        own = adapter_of("NL").folder
        tmp_path.joinpath("letters").symlink_to(str(own.joinpath("letters")))
        tmp_path.joinpath("reviews.toml").write_text(text, "utf-8")
        monkeypatch.setattr(adapter_of("NL"), "folder", tmp_path)

    return write


def test_the_table_in_the_docs_is_current():
    assert DOCS.read_text("utf-8") == reviews.markdown()


def test_every_letter_of_every_country_has_a_row():
    for country in countries():
        rows = {(one.document, one.language) for one in reviews.texts_of(country)}
        assert {("formal_notice", language) for language in adapter_of(country).languages} <= rows
        assert reviews.counted(country) == (0, len(rows))


def test_a_reading_counts_until_the_text_changes(reviewed):
    [text] = [one for one in reviews.texts_of("NL") if (one.document, one.language) == ("reminder", "nl")]
    row = ROW.format("reminder", "lawyer", text.fingerprint)
    reviewed(row + ROW.format("formal_notice", "native", "0" * 12))
    found = {one.document: one for one in reviews.texts_of("NL") if one.language == "nl"}
    assert found["reminder"].standing[0].on == date(2026, 11, 20)
    assert found["formal_notice"].standing == ()
    assert reviews.counted("NL")[0] == 1
    table = reviews.markdown()
    assert "| reminder | nl |  | A. Lezer, advocaat, 2026-11-20 |" in table
    assert "2026-11-20 (another text)" in table


@pytest.mark.parametrize(("document", "side"), [("nothing", "lawyer"), ("reminder", "friend")])
def test_a_row_about_nothing_is_refused(reviewed, document, side):
    reviewed(ROW.format(document, side, "0" * 12))
    with pytest.raises(LawError, match="reviews"):
        reviews.texts_of("NL")
