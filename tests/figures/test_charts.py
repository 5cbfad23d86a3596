"""Charts: well-formed, told in words, every text escaped, bars in proportion, lines only where there is a value."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from lxml import etree

from recovery.figures.charts import MOST_LINES, Bar, Line, bars, lines

SVG = "{http://www.w3.org/2000/svg}"


def read(text):
    return etree.fromstring(text)


def test_bars_are_in_proportion_and_told_in_words():
    made = read(bars("c", "Open <cases>", "One & all", [Bar("a<b", 10, "10"), Bar("b", 5, "5"), Bar("c", 0, "0")]))
    assert made.get("role") == "img"
    assert made.get("aria-labelledby") == "c-title c-desc"
    assert made.find(f"{SVG}title").text == "Open <cases>"
    assert made.find(f"{SVG}desc").text == "One & all"
    wide = [Decimal(one.get("width")) for one in made.iter(f"{SVG}rect")]
    assert wide == [420, 210, 0]
    assert "a<b" in [one.text for one in made.iter(f"{SVG}text")]


def test_nothing_and_less_than_nothing_have_no_length():
    assert [one.get("width") for one in read(bars("c", "t", "d", [Bar("a", 0, "0")])).iter(f"{SVG}rect")] == ["0"]
    made = read(bars("c", "t", "d", [Bar("a", -5, "-5"), Bar("b", 5, "5")]))
    assert [one.get("width") for one in made.iter(f"{SVG}rect")] == ["0", "420"]
    assert read(bars("c", "t", "d", [])).get("viewBox") == "0 0 560 50"


def test_a_line_ends_where_its_cohort_is_too_young():
    old = Line("old", (Decimal("0.1"), Decimal("0.3"), Decimal("0.5")))
    young = Line("young", (Decimal("0.2"), None, None))
    made = read(lines("c", "t", "d", ("30", "60", "90"), [old, young, Line("none", (None, None, None))]))
    points = [len(one.get("points").split()) for one in made.iter(f"{SVG}polyline")]
    assert points == [3, 1]
    assert len(list(made.iter(f"{SVG}circle"))) == 4
    heights = [Decimal(one.get("cy")) for one in made.iter(f"{SVG}circle")][:3]
    assert heights == sorted(heights, reverse=True)
    assert heights[2] == 16  # half of all is the top of the axis


def test_the_last_lines_are_drawn_and_labels_keep_apart():
    same = [Line(str(number), (Decimal("0.1"), Decimal("0.2"))) for number in range(MOST_LINES + 3)]
    made = read(lines("c", "t", "d", ("30", "60"), same))
    labels = [one for one in made.iter(f"{SVG}text") if one.get("class") is None]
    assert [one.text for one in labels] == ["3", "4", "5", "6", "7", "8"]
    heights = sorted(Decimal(one.get("y")) for one in labels)
    assert min(b - a for a, b in pairwise(heights)) >= 16
