"""What an installation writes is its owner's alone, whatever the account's own umask is."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

from recovery.settings import settings


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def run(folder, *arguments):
    environment = {**os.environ, "RECOVERY_DATA_DIR": str(folder)}
    environment.pop("RECOVERY_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "recovery.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        umask=0,
    )
    assert done.returncode == 0, done.stderr


def test_folders_and_files_are_closed_to_others(tmp_path):
    folder, copy = tmp_path / "data", tmp_path / "copy.tar.gz"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    run(folder, "user", "add", "mia@voorbeeld.example", "--name", "Mia", "--partner", "NL")
    run(folder, "backup", str(copy))
    found = list(folder.rglob("*"))
    assert "recovery.db" in {path.name for path in found}
    assert mode(folder) == 0o700, "one that was left open is closed"
    assert [path.name for path in (*found, copy) if mode(path) & 0o077] == []


def test_a_folder_of_everybody_is_left_to_everybody(tmp_path, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    monkeypatch.setenv("RECOVERY_DATA_DIR", str(shared))
    settings.cache_clear()
    assert settings().data_dir == shared
    assert mode(shared) == 0o1777
    settings.cache_clear()
