"""The page for many claims: a report row by row, nothing twice, a file too long for one page goes on."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from recovery.portal.member import bulk
from recovery.store.database import reading
from recovery.store.tables import Case
from tests.casework import seen
from tests.portal.conftest import AXE, form_token, press
from tests.portal.people import member

HEAD = "number,issued,due,currency,amount,buyer_name,buyer_country"


def table(*rows):
    return "\n".join((HEAD, *rows)).encode()


def row(number, buyer="Bakker BV", due="2026-02-14"):
    return f"{number},2026-01-15,{due},EUR,100.00,{buyer},NL"


def cases():
    with reading() as session:
        return session.exec(select(Case).order_by(Case.reference)).all()


def send(client, content, **more):
    token = form_token(client.get("/claims/many").text)
    data = {"csrf": token, "mandate": "yes", "formal_notice": "formal_notice", **more}
    return client.post("/claims/many", data=data, files={"file": ("claims.csv", content, "text/csv")})


def test_each_row_is_reported_and_nothing_is_filed_twice(caller):
    client = caller(member())
    content = table(row("1"), row("2"), row("3", "Slager BV"), row("4", "Laat BV", "2036-01-01"))
    answer = send(client, content)
    assert answer.status_code == 200
    assert "2 claims filed; 1 row could not be filed." in answer.text
    assert "is not due yet" in answer.text
    one, two = cases()
    case = seen(one.reference)
    assert [invoice.number for invoice in case.invoices] == ["1", "2"]
    assert {consent.about for consent in case.consents} == {"mandate", "formal_notice"}
    assert case.party("creditor").name == "Studio Voorbeeld"
    again = send(client, content).text
    assert again.count("filed before") == 2
    assert len(cases()) == 2
    assert f'href="/claims/{two.reference}"' in again


def test_without_mandate_or_file_nothing_is_filed(caller):
    client = caller(member())
    assert 'href="#mandate"' in send(client, table(row("1")), mandate="").text
    token = form_token(client.get("/claims/many").text)
    assert client.post("/claims/many", data={"csrf": token, "mandate": "yes"}).status_code == 422
    assert send(client, b"no table at all").status_code == 422
    assert cases() == []


def test_what_one_page_cannot_file_goes_on_with_the_same_file(caller, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_SECONDS", -1.0)
    client = caller(member())
    content = table(*(row(str(number), f"Debiteur {number} BV") for number in range(3)))
    assert "goes on where it stopped" in send(client, content).text
    monkeypatch.setattr(bulk, "MOST_SECONDS", 60.0)
    assert "goes on where it stopped" not in send(client, content).text
    assert len(cases()) == 3


@pytest.mark.parametrize(("language", "width"), [("it", "phone"), ("en", "desk")])
def test_the_page_is_walked_and_readable(reader, pictures, language, width):
    page = reader("/claims", language, width, cookie=member())
    press(page.locator("a[href='/claims/many']"))
    content = table(row("1"), row("2", "Slager BV"), row("3", "Laat BV", "2036-01-01"))
    page.set_input_files("#file", {"name": "claims.csv", "mimeType": "text/csv", "buffer": content})
    page.check("#mandate")
    page.check("#formal_notice-formal_notice")
    press(page.locator("main form button"))
    assert page.locator("tbody tr").count() == 3
    assert Axe().run(page, options=AXE).response["violations"] == []
    page.screenshot(path=pictures / f"member-many-{language}-{width}.png", full_page=True)
