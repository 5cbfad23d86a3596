"""The made-up invoices as PDF: every field as it was printed, by the command that people use."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from recovery.cli import main
from tests.intake.documents import SAMPLES
from tests.intake.paper.scores import score

PAPER = SAMPLES / "paper"
ALL = json.loads((PAPER / "truth.json").read_text("utf-8"))
TRUTH = {name: truth for name, truth in ALL.items() if name.endswith(".pdf")}
PICTURES = {name: truth for name, truth in ALL.items() if name not in TRUTH}


def read(path, *options):
    result = CliRunner().invoke(main, ["invoice", str(path), "--json", *options])
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_every_field_of_a_plain_pdf_is_read(name):
    code, answer = read(PAPER / name)

    assert code == 0
    assert answer["format"] == "pdf"
    assert score([(name, TRUTH[name], answer)]).faults == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_scan_a_photo_and_a_heic_are_read_upright_or_lying_on_their_side(name):
    pytest.importorskip("rapidocr")

    code, answer = read(PAPER / name)
    found = score([(name, PICTURES[name], answer)])

    assert code == 0
    assert answer["format"] == "image"
    assert answer["pages"][0]["turn"] == (0 if "side" not in name else answer["pages"][0]["turn"])
    assert answer["pages"][0]["height"] > answer["pages"][0]["width"]
    assert found.share_right > 0.9, found.faults
    assert found.wrong_sure == 0, found.faults


def test_most_values_are_sure_and_each_tells_where_it_stands():
    answers = [(name, truth, read(PAPER / name)[1]) for name, truth in TRUTH.items()]

    assert score(answers).sure > 0.85 * score(answers).fields
    for _, _, answer in answers:
        for found in answer["fields"].values():
            left, upper, right, lower = found["box"]
            assert found["page"] == 1
            assert 0 <= left < right <= 596
            assert 0 <= upper < lower <= 843


def test_the_member_is_the_seller():
    name = "it-ites-a1-35.pdf"

    _, plain = read(PAPER / name)
    _, told = read(PAPER / name, "--member", TRUTH[name]["seller"]["vat"])
    _, odd = read(PAPER / name, "--member", TRUTH[name]["buyer"]["name"])

    assert plain["seller"] == told["seller"]
    assert any("addressed to you" in warning for warning in odd["warnings"])
    assert {odd["fields"][f"{role}.name"]["confidence"] for role in ("seller", "buyer")} == {"check"}


def test_a_broken_pdf_says_what_to_do(tmp_path):
    path = tmp_path / "broken.pdf"
    shutil.copy(PAPER / "nl-nlnl-a1-08.pdf", path)
    path.write_bytes(path.read_bytes()[:200])

    code, answer = read(path)

    assert code == 1
    assert answer["error"]["code"] == "unreadable_pdf"
    assert "type the claim in" in answer["error"]["message"]
