"""A portal that is served for real, and a real browser to read it with."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from flows.server import free_port
from recovery.portal.app import portal_app, served

# Without these, Chromium looks for its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"phone": (360, 740), "desk": (1280, 900)}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PARTS = {"prefect server": True, "worker": False, "portal": True}


def form_token(text):
    """Return the token of a page's form."""
    return re.search(r'name="csrf" value="([0-9a-f]+)"', text)[1]


def press(locator):
    """Press what leads to another page, and wait until that page is whole: read at once, it may be half there."""
    with locator.page.expect_navigation():
        locator.click()


@pytest.fixture
def address(local):
    """The address of a served portal on an installation of its own."""
    port = free_port()
    app = portal_app("http://127.0.0.1:4200", lambda: PARTS)
    server = uvicorn.Server(served(app, "127.0.0.1", port))
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


@pytest.fixture
def reader(browser, address):
    """Open a page as a reader of a language does, signed in by a cookie of tests.portal.people; nothing may fail."""
    opened = []

    def read(path, language="en", width="desk", scheme="light", script=True, cookie=None, policy=False):
        size = {"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
        context = browser.new_context(
            locale=language,
            viewport=size,
            color_scheme=scheme,
            java_script_enabled=script,
            bypass_csp=script and not policy,
        )
        opened.append(context)
        context.add_cookies([{"name": "language", "value": language, "url": address}])
        if cookie:
            context.add_cookies([{"name": "session", "value": cookie, "url": address}])
        page = context.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + path)
        assert [url for url in asked if not url.removeprefix("blob:").startswith(address)] == []
        return page

    yield read
    for context in opened:
        context.close()


@pytest.fixture
def caller(address):
    """Ask for pages without a browser, signed in by a cookie; redirects are not followed."""
    made = []

    def call(cookie=None):
        cookies = {"session": cookie} if cookie else {}
        made.append(httpx.Client(base_url=address, cookies=cookies, trust_env=False, timeout=30))
        return made[-1]

    yield call
    for client in made:
        client.close()
