"""A country is one folder: Germany, a package outside the tree, is served as soon as it is installed.

It is installed for real, into a folder of its own, and asked of in a new interpreter; nothing in the tree changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from recovery.registry import countries
from tests.repository.check_repository import files

ROOT = Path(__file__).parents[2]
SECONDS = 90  # for one command on a busy machine; all of them take twenty
PAGES = """
import asyncio, sys
import httpx
from recovery.portal.app import portal_app

async def read():
    app = httpx.ASGITransport(portal_app("http://127.0.0.1:4200", dict))
    async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1") as reader:
        for path in ("/countries", "/countries/de"):
            answer = await reader.get(path, headers={"Accept-Language": "nl"})
            assert answer.status_code == 200, (path, answer.text)
            sys.stdout.write(answer.text)

asyncio.run(read())
"""


def tree():
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files()}


@pytest.fixture(scope="module")
def germany(tmp_path_factory):
    """Run something in an interpreter that finds the German package; the tree stays as it was."""
    before = tree()
    target, data = tmp_path_factory.mktemp("germany"), tmp_path_factory.mktemp("data")
    environment = {**os.environ, "RECOVERY_DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("RECOVERY_DATABASE_URL", None)

    def run(*arguments, **more):
        result = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**environment, **more},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
        return result.stdout

    offline = ("--no-deps", "--no-build-isolation", "--no-index")
    run("-m", "pip", "install", "--quiet", *offline, "--target", str(target), "examples/de")
    yield lambda *arguments: run(*arguments, PYTHONPATH=str(target))
    assert tree() == before


@pytest.fixture
def answer(germany):
    return lambda *arguments: json.loads(germany("-m", "recovery.cli", *arguments, "--json"))


@pytest.mark.parametrize(
    ("tests", "least"),
    [
        (("tests/conformance", "--country", "DE"), 45),
        (("tests/cases/test_walks.py::test_every_country_reaches_every_ending[DE-paid]",), 1),  # with a step of its own
    ],
)
def test_it_passes_what_every_country_passes(germany, tests, least):
    said = germany("-m", "pytest", "-o", "addopts=", "-p", "no:cacheprovider", *tests)
    assert int(re.search(r"(\d+) passed", said)[1]) >= least
    assert "failed" not in said
    assert "skipped" not in said


def test_it_is_served_beside_the_others_and_marked(answer):
    rows = {row["country"]: row for row in answer("countries")["countries"]}
    assert set(rows) == {*countries(), "DE"}
    assert [code for code, row in rows.items() if row["experimental"]] == ["DE"]


def test_a_claim_against_a_debtor_there_is_quoted(answer):
    claim = ("--creditor-country", "NL", "--debtor-country", "DE", "--debtor-kind", "business", "--amount", "1000.00")
    found = answer("quote", *claim, "--issued", "2026-01-10", "--due", "2026-02-09", "--as-of", "2026-06-10")
    assert found["applicable_law"]["procedure"] == "DE"
    assert [row["step"] for row in found["procedure"]] == ["reminder", "second_reminder", "formal_notice", "court"]
    assert found["routes"][0]["court"] == "Amtsgericht Wedding, 13343 Berlin"
    assert any("experimental" in text for text in found["warnings"])


def test_its_law_governs_a_contract_of_its_creditor(answer):
    claim = ("--creditor-country", "DE", "--debtor-country", "SE", "--debtor-kind", "business", "--amount", "1000.00")
    found = answer("quote", *claim, "--issued", "2026-01-10", "--due", "2026-02-09", "--as-of", "2026-06-10")
    # 121 days from 10 February at 10.27 %: 34.05
    assert (found["applicable_law"]["substance"], found["interest"]["amount"]) == ("DE", "34.05")
    assert found["limitation"]["date"] == "2029-12-31"


def test_its_numbers_are_known_and_take_nothing_from_the_others(answer):
    register = answer("identify", "München HRB 12345", "--country", "DE")
    assert (register["valid"], register["kind"], register["normalised"]) == (True, "enterprise", "München HRB 12345")
    bare = answer("identify", "111222333")
    assert (bare["country"], bare["kind"]) == ("NL", "personal")  # tried after the six, as its rank says


def test_its_debtors_pay_with_the_reference_that_all_take(answer):
    made = answer("reference", "--country", "DE", "make", "DE2026000123")
    assert (made["valid"], made["scheme"]) == (True, "rf")
    assert answer("reference", "--country", "DE", "check", made["reference"])["valid"]


def test_the_demo_plays_without_an_invoice_of_it(germany):
    played = germany("-c", "from recovery.demo.users import invoiced; print(*invoiced())").split()
    assert played == [code for code in countries() if code != "DE"]


def test_its_pages_say_that_it_is_on_trial_in_the_readers_language(germany):
    germany("-m", "recovery.cli", "db", "upgrade")
    pages = germany("-c", PAGES)
    assert pages.count("experimenteel") == 1
    assert "Experimenteel: niemand uit dit land" in pages
    assert "Tweede herinnering" in pages
