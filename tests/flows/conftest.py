"""Prefect's harness, started once for all flow tests."""

import pytest

from recovery.settings import PREFECT_QUIET


@pytest.fixture(scope="session")
def prefect_harness():
    import os

    for name, value in PREFECT_QUIET.items():
        os.environ.setdefault(name, value)
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def harness(prefect_harness, local):
    """A flow world: Prefect's test server and an empty installation."""
    return local
