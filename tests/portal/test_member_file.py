"""Members are imported from a file: each row is answered, nothing is added twice, and one faulty row stops no other."""

from __future__ import annotations

import re
from datetime import date

from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from recovery.law_pages import ending
from recovery.portal.administrator import overview
from recovery.store.database import reading
from recovery.store.portal_tables import AuditEntry
from recovery.store.tables import Member
from tests.portal.conftest import AXE, form_token
from tests.portal.people import member, worker

ROOT = {"email": "root@dienst.example", "country": None, "role": "administrator"}
FILE = """Email;Name;Partner;Language;IBAN
anna@leden.example;Anna Voorbeeld;nl;nl;NL91 ABNA 0417 1643 00
studio@voorbeeld.example;Somebody Else;BE;nl;
bert@leden.example;Bert Voorbeeld;XX;nl;
carla@leden.example;Carla Voorbeeld;IT;it;IT00 1
dirk@leden.example;;BE;nl;
anna@leden.example;Anna Again;NL;nl;
"""


def send(read, content):
    token = form_token(read.get("/administrator/users/members").text)
    file = {"file": ("members.csv", content, "text/csv")}
    return read.post("/administrator/users/members/import", data={"csrf": token}, files=file)


def members():
    with reading() as session:
        return {one.email: (one.name, one.partner, one.iban) for one in session.exec(select(Member))}


def test_each_row_is_answered(caller):
    member()
    read = caller(worker(**ROOT))
    answer = send(read, FILE.encode("utf-8-sig"))
    assert answer.status_code == 200
    results = re.findall(r'<tr><th scope="row">(\d)</th>.*?<span class="tag[^"]*">([^<]+)</span>', answer.text)
    assert results == [
        *(("1", "added"), ("2", "here already"), ("3", "not added"), ("4", "not added"), ("5", "not added")),
        ("6", "here already"),
    ]
    assert "1 member added; 3 rows are not right" in answer.text
    assert members() == {
        "anna@leden.example": ("Anna Voorbeeld", "NL", "NL91ABNA0417164300"),
        "studio@voorbeeld.example": ("Studio Voorbeeld", "BE", "BE68539007547034"),
    }
    again = send(read, FILE.encode())
    assert "0 members added" in again.text
    with reading() as session:
        noted = session.exec(select(AuditEntry).where(AuditEntry.kind == "member_added")).all()
    assert len(noted) == 1


def test_a_file_that_is_none_is_refused(caller):
    read = caller(worker(**ROOT))
    assert send(read, b"name,partner\nAnna,NL\n").status_code == 422
    assert "Columns are missing in the file." in send(read, b"name,partner\nAnna,NL\n").text
    assert send(read, b"email,name,partner\n" + b"a@b.example,A,NL\n" * 2001).status_code == 422
    assert caller(member()).post("/administrator/users/members/import").status_code in (403, 422)
    assert members().keys() == {"studio@voorbeeld.example"}


def test_the_report_has_no_barrier(reader):
    page = reader("/administrator/users/members", "de", "phone", "dark", cookie=worker(**ROOT))
    page.locator("#file").set_input_files({"name": "m.csv", "mimeType": "text/csv", "buffer": FILE.encode()})
    with page.expect_navigation():
        page.get_by_role("button", name="Einlesen").click()
    assert page.locator("tbody tr").count() == 6
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_ends_soon_is_told(caller, monkeypatch):
    day = date(2026, 12, 15)
    last, name, label = ending(day)[0]
    monkeypatch.setattr(overview, "ending", lambda _: [(last, name, label), (last, name, "another")])
    read = caller(worker(**ROOT))
    text = read.get("/administrator").text
    assert label in text
    assert "2 values" in text
    assert "Nothing ends soon." not in text
    monkeypatch.setattr(overview, "ending", lambda _: [])
    assert "Nothing ends soon." in read.get("/administrator").text
