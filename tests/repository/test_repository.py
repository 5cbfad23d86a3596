"""The repository as it is handed over: clean, its arrows kept, its wheel whole."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from recovery.registry import ENTRY_POINTS
from tests.repository.check_repository import faults

ROOT = Path(__file__).parents[2]


def test_nothing_forbidden_stands_in_the_repository():
    assert faults() == []


def test_imports_point_one_way():
    tool = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([str(tool)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:]


def test_pages_ask_no_table_themselves():
    asking = []
    for path in sorted((ROOT / "recovery" / "portal").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            named = [one.name for one in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            source = (node.module or "") if isinstance(node, ast.ImportFrom) else " ".join(named)
            if "sqlalchemy" in source or ("sqlmodel" in source and named != ["Session"]):
                asking.append(f"{path.name}: imports {', '.join(named)} of {source}")
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("exec", "execute", "scalars", "query"):
                asking.append(f"{path.name}:{node.lineno}: asks")
    assert asking == []


def test_a_wheel_installed_elsewhere_works(tmp_path):
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            str(tmp_path),
            ".",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-2000:]
    wheel = next(tmp_path.glob("*.whl"))
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(target)
    assert not any("samples" in name or name.startswith("tests") for name in names)
    for needed in (
        "adapters/it/law.toml",
        "adapters/se/letters/sv.toml",
        "recovery/letters/layout.typ",
        "recovery/channels/sheet.typ",
        "recovery/forms/form.typ",
        "recovery/forms/form_a.toml",
        "recovery/forms/labels/sv.toml",
        "recovery/demo/invoices/at.xml",
        "recovery/store/migrations/script.py.mako",
        "recovery/intake/formats/ubl.toml",
    ):
        assert needed in names
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    served = [name.upper() for name in project["entry-points"][ENTRY_POINTS]]
    code = (
        "import sys, recovery; assert recovery.__file__.startswith(sys.argv[1]), recovery.__file__\n"
        "from recovery.registry import countries; assert set(sys.argv[2:]) <= set(countries()), countries()\n"
        "from recovery.cli import main\n"
        "main(['quote','--creditor-country','BE','--debtor-country','NL','--debtor-kind',"
        "'business',"
        "'--amount','1.00','--issued','2026-01-10','--as-of','2026-06-01','--json'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(target), "RECOVERY_DATA_DIR": str(tmp_path / "data")}
    result = subprocess.run(
        [sys.executable, "-c", code, str(target), *served],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["principal"]["amount"] == "1.00"


@pytest.mark.parametrize("file", sorted((ROOT / "bench").glob("*.py")), ids=lambda file: file.stem)
def test_every_measurement_finds_what_it_measures(file):
    assert importlib.import_module(f"bench.{file.stem}").__doc__
