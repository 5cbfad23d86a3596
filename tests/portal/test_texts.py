"""The pages' texts: every one in every language, nothing said twice or left over."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from babel.messages.extract import extract
from jinja2 import nodes

from recovery.charter import PRINCIPLES
from recovery.notices.compose import LANGUAGES
from recovery.portal.pages import environment
from recovery.portal.texts import best_language, catalogue, translations

TEMPLATES = sorted(one.name for one in resources.files("recovery.portal").joinpath("templates").iterdir())
OTHERS = [code for code in LANGUAGES if code != "en"]


def wanted():
    texts = {principle.text for principle in PRINCIPLES}
    for name in TEMPLATES:
        with resources.files("recovery.portal").joinpath("templates", name).open("rb") as file:
            texts |= {found[1] for found in extract("jinja2.ext:babel_extract", file, options={"silent": "false"})}
    return texts


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language):
    have = {message.id: message.string for message in catalogue(language) if message.id}
    assert set(have) == wanted()
    assert [name for name, text in have.items() if not text.strip()] == []
    placeholders = re.compile(r"%\(\w+\)s")
    assert [
        name for name, text in have.items() if sorted(placeholders.findall(name)) != sorted(placeholders.findall(text))
    ] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_text_stands_in_a_template(name):
    """What a reader sees goes through _(), save the product's own name."""
    source = resources.files("recovery.portal").joinpath("templates", name).read_text("utf-8")
    tree = environment("en").parse(source)
    bare = " ".join(piece.data for piece in tree.find_all(nodes.TemplateData))
    left = re.sub(r"<[^>]*>|<!doctype html>", " ", bare)
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
