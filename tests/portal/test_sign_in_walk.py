"""Signing in as a reader meets it: in a real browser, without barriers, with a passkey."""

from __future__ import annotations

import re

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from recovery.portal.texts import translations
from recovery.settings import settings
from recovery.store.database import reading
from recovery.store.portal_tables import AuditEntry, OneTimeLink
from tests.portal.conftest import AXE, press
from tests.portal.sign_in import GOOD, WORKER, people, visitor

__all__ = ["people", "visitor"]


@pytest.mark.parametrize(
    ("language", "width", "script"), [("en", "desk", True), ("de", "phone", True), ("sv", "desk", False)]
)
def test_a_walk_through_ones_account(reader, people, pictures, language, width, script):
    said = translations(language).gettext

    def look(name):
        if script:
            found = Axe().run(page, options=AXE)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.screenshot(path=pictures / f"sign-in-{name}-{language}.png", full_page=True)

    page = reader("/account", language, width, script=script)
    look("password")
    page.get_by_label(said("E-mail address")).fill(WORKER)
    page.get_by_label(said("Password"), exact=True).fill(GOOD)
    press(page.locator("main").get_by_role("button", name=said("Sign in")))
    page.wait_for_url("**/account/second-factor?back=/account")
    look("factors")
    press(page.get_by_role("button", name=said("Set up an app")))
    page.wait_for_url("**/account/second-factor/app?back=/account")
    look("app")
    app = pyotp.TOTP(page.locator("main code").inner_text())
    page.get_by_label(said("Code that the app shows now")).fill(app.now())
    press(page.get_by_role("button", name=said("Go on")))
    page.wait_for_url("**/codes?back=/account")
    press(page.get_by_role("button", name=said("Show new codes")))
    assert page.locator("main li").count() == 10
    look("codes")
    press(page.get_by_role("link", name=said("I have kept them")))
    page.wait_for_url("**/account")
    look("account")
    press(page.get_by_role("button", name=said("Sign out")))
    page.wait_for_url(re.compile(r":\d+/$"))
    assert not page.context.cookies() or all(one["name"] != "session" for one in page.context.cookies())


def test_a_passkey_is_made_shown_and_removed(browser, address, people, monkeypatch):
    here = address.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("RECOVERY_PORTAL_URL", here)
    settings.cache_clear()
    context = browser.new_context(locale="en")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}}
    key = wire.send("WebAuthn.addVirtualAuthenticator", made)["authenticatorId"]

    def sign_in():
        page.goto(f"{here}/sign-in?back=/account")
        page.get_by_label("E-mail address").fill(WORKER)
        page.get_by_label("Password", exact=True).fill(GOOD)
        press(page.locator("main").get_by_role("button", name="Sign in"))

    sign_in()
    page.get_by_label("Name of the passkey").fill("Laptop")
    press(page.get_by_role("button", name="Add a passkey"))
    page.wait_for_url("**/account/second-factor/codes?back=/account")
    press(page.locator("header").get_by_role("button", name="Sign out"))
    sign_in()
    page.wait_for_url("**/second-factor?back=/account")
    wire.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    press(page.get_by_role("button", name="Use a passkey"))
    page.wait_for_url(f"{here}/account")
    page.goto(f"{here}/account/second-factor")
    press(page.get_by_role("button", name="Remove Laptop"))
    page.wait_for_url(f"{here}/account/second-factor")
    with reading() as session:
        kinds = [one.kind for one in session.exec(select(AuditEntry))]
        assert session.exec(select(OneTimeLink)).all() == []
    assert kinds[-1] == "passkey_dropped"
    assert "passkey_added" in kinds
    context.close()
