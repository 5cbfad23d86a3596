"""What is wrong with a claim that is typed: each fault at its field and step, in a sentence of its own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from recovery.portal.texts import LANGUAGES
from tests.portal.conftest import press
from tests.portal.people import member
from tests.portal.test_member import SCAN
from tests.portal.test_several_invoices import HEAD, begun

LINKS = re.compile(r'<li[^>]*><a href="#(\w+)">([^<]+)</a>')
SCANNED = ("scan.pdf", SCAN, "application/pdf")


def faults(answer):
    assert answer.status_code == 422, answer.text
    return dict(LINKS.findall(answer.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_sentence_of_its_own_in_the_pages_language(caller, language):
    client = caller(member())
    client.cookies.set("language", language)
    place, token = begun(client, SCANNED)
    steps = {
        "/invoice": {"currency": "", "issued": "", "amount": "", "number": ""},
        "/debtor": {"debtor_vat": "NL1", "debtor_email": "x", "debtor_phone": "x"},
    }
    found = {}
    for step, typed in steps.items():
        answer = client.post(place.replace("/invoice", step), data={"csrf": token, "go": "on", **typed})
        told = faults(answer)
        assert [field for field in told if f'id="{field}-error"' not in answer.text] == []
        found |= told
    asked = {"number", "issued", "amount", "currency", "debtor_name", "debtor_kind", "debtor_country"}
    asked |= {"debtor_street", "debtor_city", "debtor_vat", "debtor_email", "debtor_phone"}
    assert set(found) == asked
    assert len(set(found.values())) == len(found), "no two say the same"
    more = place.replace("/invoice", "/more")
    for action, fields in (
        ("add-invoice", {"more_number", "more_issued", "more_amount"}),
        ("add-paid", {"paid_on", "paid_amount"}),
        ("add-reminder", {"reminded_on"}),
    ):
        told = faults(client.post(more, data={"csrf": token, "go": action}))
        assert set(told) == fields
        assert len(set(told.values())) == len(told)


def of_dates(issued, due):
    row = f"7,{issued},{due},EUR,500.00,,,Studio Voorbeeld,BE,Bakker BV,NL,,,,"
    return "7.csv", f"{HEAD}\n{row}\n".encode(), "text/csv"


@pytest.mark.parametrize(("issued_in", "due_in", "field"), [(20, 50, "issued"), (-40, 10, "due")])
def test_dates_ahead_are_told_on_their_own_step_before_the_debtor_is_asked(caller, issued_in, due_in, field):
    client, today = caller(member()), datetime.now(UTC).date()
    issued, due = today + timedelta(days=issued_in), today + timedelta(days=due_in)
    for paper in (of_dates(issued, due), SCANNED):
        place, token = begun(client, paper)
        typed = {"number": "7", "issued": str(issued), "due": str(due), "amount": "500", "currency": "EUR"}
        answer = client.post(place, data={"csrf": token, "go": "on", **(typed if paper is SCANNED else {})})
        assert field in faults(answer)
        assert f'id="{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text


def test_the_summary_has_the_focus_and_no_field_at_fault_is_in_a_closed_panel(reader):
    page = reader("/claims/new", "nl", "phone", cookie=member())
    page.set_input_files("#file", {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": SCAN})
    press(page.locator("main form button"))
    page.fill("#number", "7")
    page.evaluate("document.querySelectorAll('[required]').forEach(one => one.required = false)")
    page.fill("#seller_street", "Straat 1")
    page.fill("#seller_vat", "BE1")
    press(page.locator("button[name=go][value=on]"))
    assert page.evaluate("document.activeElement.getAttribute('aria-labelledby')") == "errors"
    for link in page.locator("[aria-labelledby=errors] a").all():
        assert page.locator(link.get_attribute("href")).is_visible()
    assert page.locator("[aria-labelledby=errors] a[href='#seller_vat']").count() == 1
    page.click("[aria-labelledby=errors] a[href='#seller_vat']")
    assert page.evaluate("document.activeElement.id") == "seller_vat" or page.url.endswith("#seller_vat")
