"""CONTRIBUTING.md names every file that a country has, and no file that none has."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.repository.check_repository import files

ROOT = Path(__file__).parents[2]
FOLDERS = [*sorted(path.parent for path in (ROOT / "adapters").glob("*/law.toml")), ROOT / "examples/de/recovery_de"]


def named():
    """Return the patterns of the table's first column, and which of them are marked as needed."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## A new country")[1]
    cells = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    found = [one for cell in cells for one in re.findall(r"`([^`]+)`( \*)?", cell)]
    return {re.sub("<[^>]+>", "*", name): bool(star) for name, star in found}


def files_of(folder):
    return {str(path.relative_to(folder)) for path in files() if path.is_relative_to(folder)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_of_a_country_is_named_and_none_that_is_needed_is_missing(folder):
    patterns = named()
    assert [file for file in files_of(folder) if not any(fnmatch(file, one) for one in patterns)] == []
    for pattern, needed in patterns.items():
        assert not needed or any(fnmatch(file, pattern) for file in files_of(folder)), pattern


def test_nothing_is_named_that_no_country_has():
    everything = set().union(*map(files_of, FOLDERS))
    assert len(named()) == 16
    for pattern in named():
        assert any(fnmatch(file, pattern) for file in everything), pattern
