"""A portal that is served for real, and a real browser to read it with."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from flows.server import free_port
from recovery.portal.app import portal_app

# Without these, Chromium looks for its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PARTS = {"prefect server": True, "worker": False, "portal": True}


@pytest.fixture
def address(local):
    """The address of a served portal on an installation of its own."""
    port = free_port()
    app = portal_app("http://127.0.0.1:4200", lambda: PARTS)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


# Playwright keeps an event loop running in its thread until it ends: no longer than a file of tests, or tests of flows
# in the same process cannot start their own.
@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium; `make test` installs it where it is missing."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "Chromium is missing: make browser"
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield made
        made.close()


@pytest.fixture
def pictures():
    """The folder in which pictures of pages are kept as an artifact of the build."""
    folder = Path(os.environ.get("RECOVERY_PICTURES") or Path(__file__).parents[2] / "build" / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
