"""The pages' texts: every one in every language, nothing said twice or left over."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract
from jinja2 import nodes

from recovery.charter import PRINCIPLES
from recovery.notices.compose import LANGUAGES
from recovery.portal.pages import environment
from recovery.portal.texts import best_language, catalogues, translations

ROOT = Path(str(resources.files("recovery.portal")))
TEMPLATES = sorted(str(one.relative_to(ROOT / "templates")) for one in (ROOT / "templates").rglob("*.html"))
OTHERS = [code for code in LANGUAGES if code != "en"]
PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]")


@cache
def wanted():
    """Return every text that a page can show: a text, or a text and its plural."""
    texts = {principle.text for principle in PRINCIPLES}
    for name in TEMPLATES:
        with (ROOT / "templates" / name).open("rb") as file:
            texts |= {
                found[1]
                for found in extract(
                    "jinja2.ext:babel_extract", file, options={"silent": "false", "extensions": "jinja2.ext.do"}
                )
            }
    for path in sorted(ROOT.rglob("*.py")):
        with path.open("rb") as file:
            texts |= {found[1] for found in extract("python", file, keywords={"N_": None, "_": None})}
    return {text for text in texts if text}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_once(language):
    have = [message for area in catalogues(language).values() for message in area if message.id]
    named = Counter(message.id for message in have)
    assert [text for text, times in named.items() if times > 1] == []
    assert set(named) == wanted()
    for message in have:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        source = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(text.strip() for text in strings), message.id
        assert {tuple(sorted(PLACEHOLDERS.findall(text))) for text in strings} <= {
            tuple(sorted(PLACEHOLDERS.findall(text))) for text in source
        }, message.id


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_text_stands_in_a_template(name):
    """What a reader sees goes through _(), save the product's own name."""
    source = (ROOT / "templates" / name).read_text("utf-8")
    tree = environment("en").parse(source)
    bare = " ".join(piece.data for piece in tree.find_all(nodes.TemplateData))
    left = re.sub(r"<[^>]*>|<!doctype html>", " ", bare)
    left = re.sub(r'[a-z-]+="[^"]*"', " ", left)  # attributes that a macro gives to a tag elsewhere
    assert re.findall(r"[^\W\d_]{2,}", left.replace("Recovery", "")) == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("pt-PT,sv;q=0.4,it;q=0.7", "it"),
        ("DE-at", "de"),
        ("pt", "en"),
        ("", "en"),
        ("fr;q=0,es", "es"),
        ("fr;q=x, ,es;q=0.1", "es"),
    ],
)
def test_the_browser_is_answered_in_the_language_it_likes_best(accepted, language):
    assert best_language(accepted) == language


def test_a_language_translates():
    assert translations("sv").gettext("Principle") == "Princip"
    assert translations("en").gettext("Principle") == "Principle"


def test_a_basis_on_a_page_tells_its_country_unless_the_reader_is_at_home():
    basis = environment("nl").filters["basis"]
    text = "CC 5.210; place of the costs by practice"
    assert basis(text, "NL", "BE").replace("\N{NO-BREAK SPACE}", " ") == "Belgisch Burgerlijk Wetboek, art. 5.210"
    assert basis(text, "BE", "BE", "BE").replace("\N{NO-BREAK SPACE}", " ") == "art. 5.210 BW"
    assert basis(text, "BE", None, "BE", True).endswith("plaats van de kosten volgens de praktijk")
    assert basis(None, "BE") == ""


def test_notes_for_the_team_are_asked_for_by_the_teams_pages_alone():
    whole = re.compile(r"\| basis\([^)]*, true\)")
    shown = {name for name in TEMPLATES if whole.search((ROOT / "templates" / name).read_text("utf-8"))}
    assert shown == {"team/case_money.html", "team/case_overview.html"}
