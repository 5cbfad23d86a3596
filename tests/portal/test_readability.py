"""The indices of readability: formulas as published, and the pages no harder than a newspaper."""

from __future__ import annotations

import pytest

from bench.readability import LANGUAGES, PAGES, index, measured


def test_the_formulas_are_those_published():
    text = ["The cat sat on the mat. It was happy there."]
    # Ten words, 32 letters and twelve groups of vowels ("happy" and "there" have two each), in two sentences.
    assert index(text, "en") == pytest.approx(206.835 - 1.015 * 5 - 84.6 * 1.2)
    assert index(text, "it") == pytest.approx(89 + (300 * 2 - 10 * 32) / 10)
    assert index(text, "sv") == pytest.approx(5)
    assert index(["Indrivningen kostar ingenting."], "sv") == pytest.approx(3 + 100 * 2 / 3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pages", PAGES)
def test_the_pages_read_easily(pages, language):
    """Flesch and its kin: 70 is fairly easy; Gulpease: 80 is easy for who left school early; LIX: 30 is easy."""
    found = measured("", pages, language)
    assert found < 30 if language == "sv" else found > (80 if language == "it" else 70)
