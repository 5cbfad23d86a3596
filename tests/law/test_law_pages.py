"""The pages of docs/law say what the folders say, and what ends soon is told in time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recovery.commands import run
from recovery.law_pages import ending, main, page, uncertain
from recovery.registry import adapter_of, countries

ROOT = Path(__file__).parents[2]
OF_THE_TREE = [code for code in countries() if adapter_of(code).__module__.startswith("adapters.")]


@pytest.mark.parametrize("country", OF_THE_TREE)
def test_the_page_in_the_docs_is_current(country):
    kept = (ROOT / "docs" / "law" / f"{country.lower()}.md").read_text("utf-8")
    assert kept == page(adapter_of(country)), "renew it with make docs"


@pytest.mark.parametrize("country", countries())
def test_a_page_lists_every_parameter_with_basis_source_and_confidence(country):
    adapter = adapter_of(country)
    text = page(adapter)
    for key, parameter in adapter.law.parameters.items():
        assert f"### `{key}`" in text
        assert f"Source: {parameter.source}. Confidence: {parameter.confidence}." in text
        assert parameter.basis in text
    for stop in adapter.stop_events:
        assert stop.label in text
    for name in adapter.conventions:
        assert f"| {name} |" in text


@pytest.mark.parametrize("country", countries())
def test_the_command_lists_every_parameter_and_convention(country):
    adapter = adapter_of(country)
    answer = run("law", {"country": country, "on": "2026-11-23"})
    assert set(answer["parameters"]) == set(adapter.law.parameters)
    assert set(answer["conventions"]) == set(adapter.conventions)
    for row in answer["parameters"].values():
        assert row["basis"]
        assert row["confidence"] in ("confirmed", "known", "uncertain")
    for key in ("interest.commercial", "interest.civil"):
        assert answer["parameters"][key]["value"]


def test_what_ends_within_sixty_days_is_listed(capsys):
    assert ending(date(2026, 10, 1)) == []
    rows = ending(date(2026, 11, 15))
    assert ("BE: interest.commercial") in {key for _, key, _ in rows}
    assert rows == sorted(rows)
    main(["ending", "2026-11-15"])
    assert f"{len(rows)} parameters are relied on" in capsys.readouterr().out


def test_what_is_uncertain_is_listed_beside_it(capsys):
    rows = uncertain(date(2026, 11, 27))
    keys = {key for _, key, _ in rows}
    assert {"AT: costs.collector_index", "BE: fee.legal_aid_fund", "ES: interest.commercial"} <= keys
    assert "NL: interest.commercial" not in keys
    assert "AT: costs.collector_index" not in {key for _, key, _ in uncertain(date(2024, 6, 3))}
    main(["ending", "2026-11-27"])
    told = capsys.readouterr().out
    assert f"{len(rows)} parameters are uncertain on 2026-11-27" in told
    assert "2022-10-01  BE: fee.legal_aid_fund" in told


def test_pages_are_written_and_a_wrong_call_is_told(tmp_path):
    main(["write", str(tmp_path / "law")])
    assert {path.name for path in (tmp_path / "law").iterdir()} == {f"{code.lower()}.md" for code in countries()}
    with pytest.raises(SystemExit, match="usage"):
        main(["read"])
