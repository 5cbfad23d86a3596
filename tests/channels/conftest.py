"""Fixtures: channels set by the environment, as an installation sets them."""

from __future__ import annotations

import pytest

from recovery.settings import settings


@pytest.fixture
def channel(tmp_path, monkeypatch):
    """Give a function that sets variables of an installation without a database."""
    monkeypatch.setenv("RECOVERY_DATA_DIR", str(tmp_path))

    def set_variables(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(f"RECOVERY_{name}", str(value))
        settings.cache_clear()
        return tmp_path

    yield set_variables
    settings.cache_clear()
