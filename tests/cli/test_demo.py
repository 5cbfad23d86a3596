"""The demo as a new user runs it: every case ends closed with a reason, the letters are there."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

from pypdf import PdfReader


def test_the_main_job_from_filing_to_closure(tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path)}
    for name in ("RECOVERY_DATA_DIR", "RECOVERY_DATABASE_URL", "PREFECT_API_URL", "PREFECT_HOME"):
        environment.pop(name, None)
    result = subprocess.run(
        [sys.executable, "-m", "recovery.cli", "demo", "--json"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        umask=0o022,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    document = json.loads(result.stdout)
    rows = {row["debtor"]: row for row in document["cases"]}
    assert {country: row["reason"] for country, row in rows.items()} == {
        "BE": "paid",
        "NL": "paid",
        "SE": "paid",
        "IT": "paid",
        "ES": "paid",
        "AT": "withdrawn",
    }
    assert all(row["creditor"] != row["debtor"] for row in rows.values())
    assert rows["SE"]["asked"][0]["currency"] == "SEK"
    assert rows["IT"]["recovered"] == rows["IT"]["asked"]
    assert all(line["basis"] for line in document["ledger"])
    check_letters([Path(path) for path in document["letters"]])
    [folder] = (tmp_path / "var").iterdir()
    found = [folder, *folder.rglob("*")]
    assert {"recovery.db", "documents", "keys", "outgoing", "prefect"} <= {path.name for path in found}
    open_to_others = [path.name for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == [], "what an installation writes is its owner's alone"


def check_letters(paths):
    assert len(paths) >= 12
    whole = {path.name: " ".join(page.extract_text() for page in PdfReader(path).pages) for path in paths}
    texts = {name: " ".join(text.split()) for name, text in whole.items()}
    reminders = [text for name, text in texts.items() if name.endswith("reminder.pdf")]
    assert len(reminders) >= 5
    for text in texts.values():
        assert "{" not in text
    assert any("wet van 2 augustus 2002" in text for text in texts.values())


def test_the_printed_command_runs_as_it_stands(tmp_path, monkeypatch):
    from recovery.demo.users import serve_line

    folder = tmp_path / "a folder's data"
    for here in (tmp_path, Path(__file__).parents[2]):
        monkeypatch.chdir(here)
        done = subprocess.run(
            ["/bin/sh", "-c", f"{serve_line(folder)} --help"], cwd=here, capture_output=True, text=True
        )
        assert (done.returncode, "Usage" in done.stdout) == (0, True), done.stderr
