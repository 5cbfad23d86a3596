"""The pages, as a reader meets them: in a real browser, in a language, on a phone and on a desk, without script."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from recovery.portal.visit import own_path
from tests.portal.conftest import AXE, WIDTHS, press
from tests.portal.people import worker

PAGES = ("/", "/charter", "/countries", "/countries/se", "/styleguide", "/nowhere")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/charter", "/countries/se", "/styleguide"])
def test_no_barrier_is_found_in_the_dark(reader, pictures, path, width):
    """In the light every page is read: test_barriers."""
    page = reader(path, "de", width, "dark")
    page.screenshot(path=pictures / f"{path.strip('/').replace('/', '-') or 'start'}-{width}-dark.png", full_page=True)
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("nl", "Het Europese handvest"),
        ("it", "La carta europea dei principi"),
        ("sv", "Den europeiska stadgan"),
    ],
)
@pytest.mark.parametrize("script", [True, False])
def test_a_reader_comes_to_the_charter_by_keyboard(reader, language, heading, script):
    page = reader("/", language, "phone", script=script)
    assert page.locator("html").get_attribute("lang") == language
    page.keyboard.press("Tab")
    assert page.locator(".skip:focus").count() == 1
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/charter")
    assert page.locator("h1").inner_text() == heading
    assert page.locator("tbody tr").count() == 9
    assert page.locator("tbody strong").count() == 0


def test_a_chosen_language_stays(reader):
    page = reader("/charter", "en")
    press(page.get_by_role("link", name="Español"))
    assert page.url.endswith("/charter")
    assert page.locator("h1").inner_text() == "La carta europea de principios"
    press(page.locator("header a[href='/countries']"))
    assert page.locator("html").get_attribute("lang") == "es"


def test_a_team_sees_what_runs(reader):
    page = reader("/status", "es", cookie=worker())
    assert page.locator("h1").inner_text() == "Estado"
    assert page.locator("tr", has_text="Ejecutor").locator("strong").inner_text() == "parado"
    assert Axe().run(page, options=AXE).violations_count == 0


def test_every_link_of_the_pages_leads_somewhere(reader, address):
    for path in PAGES:
        for link in reader(path).locator("a[href^='/']").all():
            with urllib.request.urlopen(address + link.get_attribute("href")) as reply:
                assert reply.status == 200


def test_every_answer_is_guarded(address):
    for path in ("/", "/static/portal.css", "/health"):
        try:
            reply = urllib.request.urlopen(address + path)
        except urllib.error.HTTPError as error:
            reply = error
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_there_is_said_so(address):
    for path in ("/nowhere", "/language/xx", "/static/none.css"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(address + path)
        assert caught.value.code == 404
        assert "<h1>This page does not exist</h1>" in caught.value.read().decode()


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/charter", "/charter"),
        ("//example.org", "/"),
        ("https://example.org", "/"),
        ("/\\example.org", "/"),
        ("/a\r\nb", "/"),
        ("", "/"),
    ],
)
def test_a_way_back_never_leads_elsewhere(asked, path):
    assert own_path(asked) == path
