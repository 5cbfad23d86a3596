"""Backups: one moment of everything, signed, restored elsewhere and compared row by row."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import uuid
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from recovery.audit.heads import export_heads
from recovery.audit.verify import verify
from recovery.errors import CaseError, IntakeError
from recovery.money import Money
from recovery.rounds import delivery, sweep
from recovery.settings import settings
from recovery.store import backup as backups
from recovery.store import database, documents, encryption
from recovery.store.backup import backup, stored_table
from recovery.store.database import unit_of_work
from recovery.store.restore import restore
from recovery.store.sealing import forget_keys
from recovery.store.snapshot import snapshot
from tests.casework import accepted, booked, do, seen
from tests.store.test_migrations import DEADLINE, old_chain
from tests.worked import lived

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@contextmanager
def elsewhere(request, monkeypatch, folder: Path, kind: str, keys: bool = True):
    """Stand in another installation's place, its keys brought along or not."""
    before = {
        name: os.environ.get(name) for name in ("RECOVERY_DATA_DIR", "RECOVERY_DATABASE_URL", "RECOVERY_KEYS_DIR")
    }
    brought, name = settings().keys_dir, f"r{uuid.uuid4().hex}"
    folder.mkdir()
    url = f"sqlite:///{folder / 'recovery.db'}"
    if kind == "postgresql":
        databases = request.getfixturevalue("postgresql")
        server, admin = databases.server, databases.admin
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = server.get_uri(name)
    now = {"RECOVERY_DATA_DIR": str(folder), "RECOVERY_DATABASE_URL": url}
    _stand(monkeypatch, {**now, "RECOVERY_KEYS_DIR": str(brought) if keys else None})
    yield
    _stand(monkeypatch, before)
    if kind == "postgresql":
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _stand(monkeypatch, environment):
    database.engine().dispose()
    for name, value in environment.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    database.engine.cache_clear()
    forget_keys()


def rows() -> dict[str, list[str]]:
    with snapshot() as connection:
        names = inspect(connection).get_table_names()
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(stored_table(connection, name))))
            for name in names
        }


def files() -> set[str]:
    return {path.name for path in settings().documents.glob("*/*")}


@pytest.mark.parametrize("same", [True, False])
def test_what_is_restored_elsewhere_is_the_same_row_by_row(installation, tmp_path, request, monkeypatch, same):
    lived()
    export_heads(date(2026, 3, 4))
    before, kept = rows(), files()
    made = backup(tmp_path / "all.backup")
    assert (tmp_path / "all.backup").stat().st_mode & 0o777 == 0o600
    with elsewhere(request, monkeypatch, tmp_path / "other", installation if same else OTHER[installation]):
        restored = restore(tmp_path / "all.backup")
        assert (restored["rows"], restored["documents"]) == (made["rows"], made["documents"])
        assert (rows(), files()) == (before, kept)
        assert verify().findings == []
        name = accepted(number="99")  # counters go on after what was restored
        do(name, "log_call", date(2026, 3, 5))
        assert verify().findings == []
        with pytest.raises(CaseError, match="not empty"):
            restore(tmp_path / "all.backup")


def test_five_of_five_taken_while_the_sweep_runs_are_one_moment_each(installation, tmp_path, request, monkeypatch):
    names = [accepted(number=str(number)) for number in range(4)]
    ended, faults = threading.Event(), []

    def work(name: str) -> None:
        day, count = date(2026, 3, 3), 0
        try:
            while not ended.is_set() and count < 60:
                sweep.work(sweep.due_deadlines(day), day)
                with unit_of_work() as session:
                    booked(session, name, Money.parse("1.00", "EUR"), date(2026, 3, 4), f"by hand: {count}")
                delivery.deliver(delivery.waiting_ids(3))
                count += 1
        except Exception as error:
            faults.append(error)
            raise

    threads = [threading.Thread(target=work, args=(name,)) for name in names[:2]]
    for thread in threads:
        thread.start()
    made = [backup(tmp_path / f"{number}.backup") for number in range(5)]
    ended.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert made[0]["rows"] < made[-1]["rows"]
    for number, one in enumerate(made):
        with elsewhere(request, monkeypatch, tmp_path / f"r{number}", OTHER[installation]):
            assert restore(tmp_path / f"{number}.backup")["rows"] == one["rows"]
            assert verify().findings == []


def test_an_older_backup_is_restored_by_migrating(local, tmp_path, request, monkeypatch):
    accepted()
    old = database.make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    database.upgrade(old, "0005")
    with old.begin() as connection:
        old_chain(connection, "c1", ["a", "b"])
        connection.execute(text(DEADLINE))
    assert backup(tmp_path / "old.backup", on=old)["schema"] == "0005"
    old.dispose()
    with elsewhere(request, monkeypatch, tmp_path / "other", "postgresql"):
        assert restore(tmp_path / "old.backup")["schema"] == "0005"
        assert verify().findings == []
        assert seen("c1").version == 3


def test_a_backup_of_the_first_format_is_restored_when_it_is_said(local, tmp_path, request, monkeypatch):
    old = database.make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    database.upgrade(old, "0007")
    with old.begin() as connection:
        old_chain(connection, "c1", ["a", "b"])
        tables = {
            name: [
                {key: backups._plain(value) for key, value in row.items()}
                for row in connection.execute(select(stored_table(connection, name))).mappings()
            ]
            for name in inspect(connection).get_table_names()
            if name != "alembic_version"
        }
    old.dispose()
    with tarfile.open(tmp_path / "first.tar.gz", "w:gz") as made:
        content = json.dumps(tables).encode()
        entry = tarfile.TarInfo("rows.json")
        entry.size = len(content)
        made.addfile(entry, io.BytesIO(content))
    with elsewhere(request, monkeypatch, tmp_path / "other", "sqlite"):
        with pytest.raises(CaseError, match="not signed"):
            restore(tmp_path / "first.tar.gz")
        assert restore(tmp_path / "first.tar.gz", unsigned=True)["rows"] == 3
        assert seen("c1").version == 3
        assert verify().findings == []


def test_a_backup_that_was_changed_or_is_anothers_restores_nothing(local, tmp_path, request, monkeypatch):
    accepted()
    file = tmp_path / "all.backup"
    backup(file)
    content = file.read_bytes()
    place = content.index(b"tables/case_file.jsonl.gz") + 600
    changed = tmp_path / "changed.backup"
    changed.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    cut = tmp_path / "cut.backup"
    cut.write_bytes(content[: place + 100])
    with elsewhere(request, monkeypatch, tmp_path / "other", "sqlite"):
        for wrong in (changed, cut):
            with pytest.raises(IntakeError, match="no backup that can be read"):
                restore(wrong, unsigned=True)
        assert not (tmp_path / "other" / "documents").exists()
    with elsewhere(request, monkeypatch, tmp_path / "third", "sqlite", keys=False):
        with pytest.raises(CaseError, match="bring the folder of keys"):
            restore(file)
        assert not (settings().keys_dir / "backup").exists()
        told = restore(file, unsigned=True)
        assert (told["signed"], "reseal" in told["key"]) == (False, True)


def test_one_that_is_newer_than_the_program_says_so(local, tmp_path, monkeypatch):
    accepted()
    with database.engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup(tmp_path / "new.backup")
    with pytest.raises(IntakeError, match="update the program"):
        restore(tmp_path / "new.backup")


def test_a_damaged_document_is_named_and_the_rest_goes_on(local, tmp_path, request, monkeypatch):
    lived()
    kept = sorted(files())
    documents.path_of(kept[0]).unlink()
    documents.path_of(kept[1]).write_bytes(b"damaged")
    made = backup(tmp_path / "all.backup")
    assert [one["sha256"] for one in made["damaged"]] == kept[:2]
    content = (tmp_path / "all.backup").read_bytes()
    place = content.index(documents.read(kept[2]))
    (tmp_path / "all.backup").write_bytes(content[:place] + b"\0" + content[place + 1 :])
    with elsewhere(request, monkeypatch, tmp_path / "other", "sqlite"):
        told = restore(tmp_path / "all.backup")
        assert {one["sha256"] for one in told["damaged"]} == set(kept[:3])
        assert {one.what for one in verify().findings} == {"file"}
        assert files() == set(kept[3:])


def test_with_a_passphrase_nothing_can_be_read_without_it(local, tmp_path, request, monkeypatch):
    monkeypatch.setattr(encryption, "COST", {"n": 1 << 10, "r": 8, "p": 1})
    monkeypatch.setattr(encryption, "FRAME", 5000)
    lived()
    before = rows()
    file = tmp_path / "all.backup"
    assert backup(file, "correct horse")["encrypted"] is True
    content = file.read_bytes()
    assert b"manifest" not in content
    for name, wrong in (("changed", content[:-9] + b"\1" + content[-8:]), ("cut", content[: -len(content) // 3])):
        (tmp_path / name).write_bytes(wrong)
    with elsewhere(request, monkeypatch, tmp_path / "other", "sqlite"):
        with pytest.raises(IntakeError, match="give its passphrase"):
            restore(file)
        with pytest.raises(IntakeError, match="passphrase is another one"):
            restore(file, "wrong horse")
        for name in ("cut", "changed"):
            with pytest.raises(IntakeError, match="cannot be read"):
                restore(tmp_path / name, "correct horse")
            assert all(rows()[table] == [] for table in ("case_file", "entry", "record_head"))
        restore(file, "correct horse")
        assert rows() == before


def test_a_failure_leaves_nothing_and_what_a_kill_left_is_cleared(local, tmp_path, monkeypatch):
    accepted()
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "all.backup"

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            backup(file)
    assert list(folder.iterdir()) == []
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom recovery.store import archive, backup\n"
        "archive.add_file = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\nbackup.backup(Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(file)], env=dict(os.environ), timeout=60, check=False)
    assert [path.suffix for path in folder.iterdir()] == [".partial"]
    backup(file)
    assert list(folder.iterdir()) == [file]
    with pytest.raises(IntakeError, match="exists"):
        backup(file)
