"""Words that a country's folder brings for its own codes: read whole, or not at all."""

from __future__ import annotations

import pytest

from recovery.country_files import own_words
from recovery.errors import LawError


def folder_of(tmp_path, **files):
    for language, text in files.items():
        (tmp_path / f"{language}.toml").write_text(text, "utf-8")
    return tmp_path


def test_words_stand_by_language_group_and_code(tmp_path):
    folder = folder_of(
        tmp_path, en='[DEADLINES]\nlast_call = "Last call"\n', de='[DEADLINES]\nlast_call = "Letzte Mahnung"\n'
    )
    (folder / "readme.txt").write_text("no words")
    assert own_words("DE", folder, {}) == {
        "de": {"DEADLINES": {"last_call": "Letzte Mahnung"}},
        "en": {"DEADLINES": {"last_call": "Last call"}},
    }


def test_english_of_other_files_is_worded_in_every_language(tmp_path):
    stops = {"STOPS": {"moratorium": "nothing is demanded"}}
    folder = folder_of(tmp_path, de='[STOPS]\nmoratorium = "nichts wird gefordert"\n')
    assert own_words("DE", folder, stops)["en"] == stops
    with pytest.raises(LawError, match=r"differ: STOPS\.other"):
        own_words("DE", folder, {"STOPS": {**stops["STOPS"], "other": "all waits"}})


def test_a_country_without_codes_of_its_own_has_no_words(tmp_path):
    assert own_words("DE", tmp_path / "words", {}) == {}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"en": '[PAPERS]\na = "A"\n', "de": '[PAPERS]\nb = "B"\n'}, r"words/de.toml .* differ: PAPERS.a, PAPERS.b"),
        ({"en": '[PAPERS]\na = "A"\n', "de": '[DEADLINES]\na = "A"\n'}, "differ: DEADLINES.a, PAPERS.a"),
        ({"en": '[PAPERS]\na = "A"\n', "de": '[PAPERS]\na = ""\n'}, "differ: PAPERS.a"),
        ({"de": '[PAPERS]\na = "A"\n'}, "differ: PAPERS.a"),
        ({"en": "[PAPERS]\n"}, "no words at all"),
    ],
)
def test_a_language_that_words_other_codes_is_refused(tmp_path, files, said):
    with pytest.raises(LawError, match=said):
        own_words("DE", folder_of(tmp_path, **files), {})
