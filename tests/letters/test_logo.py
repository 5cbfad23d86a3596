"""The mark of a national service on its letters."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest
from pypdf import PdfReader, PdfWriter

from recovery.errors import LawError
from recovery.letters.letter import Letter
from recovery.letters.logo import LARGEST, load_logo
from recovery.letters.render import render
from recovery.registry import adapter_of
from tests.letters.correspondents import case_in, letter_of, printed
from tests.letters.sample_letters import BASE

ON, PAY_BY = date(2026, 4, 1), date(2026, 4, 15)
SAMPLE = resources.files("recovery.letters")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)


def with_logo(monkeypatch, country, name):
    monkeypatch.setitem(adapter_of(country).service, "logo", str(name))


def test_a_logo_stands_in_place_of_the_name_and_is_described_by_it(local, monkeypatch):
    name, service = case_in("IT"), adapter_of("IT").service["name"]
    bare = letter_of(name, "reminder", ON, PAY_BY)
    assert bare.logo is None
    with_logo(monkeypatch, "IT", SAMPLE / "sample_logo.svg")
    letter = letter_of(name, "reminder", ON, PAY_BY)
    assert letter.logo["format"] == "svg"
    assert printed(bare).count(service) > printed(letter).count(service)
    assert service in alternatives(letter)
    assert service not in alternatives(bare)
    assert Letter.from_dict(json.loads(json.dumps(letter.as_dict()))) == letter
    assert render(letter) == render(letter)


def alternatives(letter):
    """Return what the pictures of a letter say to those who cannot see them."""
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(render(letter)))), io.BytesIO()
    writer.write(out)
    return [str(obj["/Alt"]) for obj in map(_object, writer._objects) if isinstance(obj, dict) and "/Alt" in obj]


def _object(entry):
    return entry.get_object() if entry is not None else None


def test_what_was_sent_keeps_its_logo_when_the_file_changes(local, monkeypatch, tmp_path):
    file = tmp_path / "mark.png"
    file.write_bytes(PNG)
    with_logo(monkeypatch, "SE", file)
    letter = letter_of(case_in("SE"), "reminder", ON, PAY_BY)
    before = render(letter)
    file.write_bytes(b"gone")
    assert letter.logo["format"] == "png"
    assert render(Letter.from_dict(letter.as_dict())) == before


LOGO_FAULTS = [
    ("absent.svg", b"", "no such file"),
    ("big.png", PNG + bytes(LARGEST), "under 65536 bytes"),
    ("text.svg", b"hello", "neither a PNG nor a well-formed SVG"),
    ("html.svg", b"<html/>", "neither a PNG nor a well-formed SVG"),
    ("entity.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "neither a PNG"),
    ("../law.toml", b"", "leaves the country's folder"),
]


@pytest.mark.parametrize(("name", "content", "message"), LOGO_FAULTS)
def test_a_logo_that_cannot_be_printed_is_refused(name, content, message, tmp_path):
    if content:
        tmp_path.joinpath(name).write_bytes(content)
    with pytest.raises(LawError, match=message):
        load_logo(name, tmp_path)


def test_a_logo_of_the_countrys_folder_is_found(tmp_path):
    tmp_path.joinpath("mark.png").write_bytes(PNG)
    assert load_logo("mark.png", tmp_path) == {"format": "png", "data": base64.b64encode(PNG).decode()}
    assert load_logo(None, tmp_path) is None


@pytest.mark.parametrize(("width", "height"), [(2000, 20), (20, 2000), (1, 1)])
def test_a_logo_of_any_shape_leaves_the_letter_as_long_as_it_is(width, height, tmp_path):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><rect width="9" height="9"/></svg>'
    tmp_path.joinpath("mark.svg").write_text(svg)
    pages = [
        len(PdfReader(io.BytesIO(render(letter))).pages)
        for letter in (BASE, replace(BASE, logo=load_logo("mark.svg", tmp_path)))
    ]
    assert pages[0] == pages[1]
