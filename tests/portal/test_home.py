"""The first page: where to begin, a letter's way in, and what waits for whom."""

from __future__ import annotations

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from recovery.people.debtor_link import access_of
from recovery.registry import countries
from recovery.store.database import unit_of_work
from recovery.store.tables import Case
from tests.casework import accepted, do
from tests.portal.conftest import AXE, press
from tests.portal.people import member, worker


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_letter_leads_to_its_page(reader, width):
    """In the dark, without script: with the whole address and with its end, and told where it is none."""
    name = accepted()
    with unit_of_work() as session:
        claim = session.exec(select(Case.claim_id).where(Case.reference == name)).one()
        token = access_of(session, claim).token
    page = reader("/", "it", width, "dark")
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".linkcard").count() == len(countries())
    page.locator("#address").fill("not an address")
    press(page.get_by_role("button", name="Apri la mia lettera"))
    assert page.locator("#address").get_attribute("aria-invalid") == "true"
    assert page.locator("#address").input_value() == "not an address"
    page.locator("#address").fill(f"https://portal.example/d/{token.upper()}/")
    press(page.get_by_role("button", name="Apri la mia lettera"))
    assert page.url.endswith(f"/d/{token}")


def test_the_countries_terms_are_the_procedures(caller):
    text = caller().get("/", headers={"Accept-Language": "en"}).text
    spain = text[text.index('href="/countries/es"') :].split("</li>")[0]
    assert re.findall(r"<dd>(\d+ days)</dd>", spain) == ["10 days", "30 days", "30 days"]
    assert "Requerimiento e invitación a negociar" in spain
    assert "What waits for you" not in text
    assert "ES" in caller().get("/countries/es").text.partition('class="code">')[2][:30]  # the account to compare with


def test_who_is_signed_in_sees_what_waits(caller):
    name = accepted()
    mine = caller(member())
    assert "Nothing is asked of you" in mine.get("/").text
    do(name, "set_task", date(2026, 3, 20), note="Send the contract", until="2026-12-31")
    shown = mine.get("/").text
    assert f'href="/claims/{name}"' in shown
    assert "answer until 31 Dec 2026" in shown
    accepted(number="2")
    team = caller(worker()).get("/").text
    assert "What waits for you" in team
    assert 'href="/claims/new"' not in team
    assert 'href="/manager"' in caller(worker("m@dienst.example", None, "manager")).get("/").text
    assert 'href="/administrator/channels"' in caller(worker("a@dienst.example", None, "administrator")).get("/").text
