"""A manager reads figures without names, opens a case only with a reason, and takes the figures away as files."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader
from sqlmodel import select

from recovery.figures.rebuild import rebuild
from recovery.money import Money
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import AuditEntry, PortalSession
from tests.casework import accepted, booked, do, routed
from tests.portal.conftest import AXE, form_token, press
from tests.portal.people import member, worker

AS_OF = date(2026, 11, 20)
MANAGER = {"email": "mira@dienst.example", "role": "manager", "name": "Mira Voorbeeld"}


def cases():
    """File a few cases in two countries and two currencies, and make the figures."""
    part = accepted(number="A")
    with unit_of_work() as session:
        booked(session, part, Money.parse("400.00", "EUR"), date(2026, 3, 20), "test")
    accepted(number="B", creditor="SE", debtor="NL", amount="10000.00", currency="SEK")
    gone = accepted(number="C", debtor="IT", amount="500.00")
    do(gone, "withdraw", date(2026, 3, 12), note="the member asked for it")
    routed(number="D", amount="250.00")
    with unit_of_work() as session:
        rebuild(session, AS_OF, datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    return part, gone


@pytest.mark.parametrize(
    ("language", "width", "script", "heading", "button"),
    [
        ("nl", "desk", True, "Lopende dossiers naar stand", "Het dossier openen"),
        ("de", "phone", False, "Offene Akten nach Stand", "Den Akt öffnen"),
    ],
)
def test_a_manager_walks_from_the_figures_to_a_case(reader, pictures, language, width, script, heading, button):
    part, _ = cases()
    cookie = worker(**MANAGER, country=None, language=language)
    page = reader("/manager", language, width, script=script, cookie=cookie)
    assert page.get_by_role("heading", name=heading).count() == 1
    # A picture has no text of its own, and no style: the policy of the pages forbids it.
    assert page.locator("main svg text, main svg title, main [style]").count() == 0
    assert page.locator("main svg:not([aria-hidden=true])").count() == 0
    assert "Voorbeeld" not in page.content()
    page.screenshot(path=pictures / f"manager-{language}.png", full_page=True)
    press(page.locator(".bars a[href*='state=amicable']"))
    assert page.locator("tbody tr").count() == 2
    assert "Voorbeeld" not in page.content()
    press(page.get_by_role("link", name=part))
    page.locator("#reason").fill("Een klacht van de schuldenaar onderzoeken")
    press(page.get_by_role("button", name=button))
    with reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.kind == "case_opened")).one()
        opened = [one.data.get("opened") for one in session.exec(select(PortalSession))]
    assert (entry.subject, entry.reason) == (part, "Een klacht van de schuldenaar onderzoeken")
    assert sum(len(one or []) for one in opened) == 1
    assert page.url.endswith(f"/team/cases/{part}")


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_no_barrier_is_found_in_the_dark(reader, width):
    cases()
    page = reader("/manager", "sv", width, "dark", cookie=worker(**MANAGER, country="NL"))
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


def test_pages_say_so_while_there_is_nothing(caller):
    read = caller(worker(**MANAGER, country=None))
    assert "No figures have been made yet" in read.get("/manager").text
    assert read.get("/manager/figures.csv").status_code == 404
    assert "0 cases" in read.get("/manager/cases").text
    assert "Prefect does not answer" in read.get("/manager/flows").text


def test_figures_are_made_anew_on_a_button(caller):
    read = caller(worker(**MANAGER, country=None))
    token = form_token(read.get("/manager").text)
    answer = read.post("/manager/refresh", data={"csrf": token, "kept": "country=NL"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/manager?country=NL")
    assert "No case was filed in this selection." in read.get("/manager").text


def test_a_country_s_manager_sees_no_other_country(caller):
    _, gone = cases()
    read = caller(worker(**MANAGER, country="NL"))
    shown = read.get("/manager?country=IT").text
    assert "country=IT" not in shown
    assert "IT-2026" not in read.get("/manager/cases?country=IT").text
    assert read.get(f"/manager/cases/{gone}").status_code == 404
    assert "NL-2026-000001" in read.get("/manager/cases?state=amicable").text
    rows = list(csv.reader(io.StringIO(read.get("/manager/figures.csv?country=IT").text)))
    assert ["2026-11-20", "cases", "", "3", "", "", "", ""] in rows


def test_others_are_kept_out_and_an_auditor_changes_nothing(caller):
    part, _ = cases()
    assert caller(member()).get("/manager").status_code == 403
    assert caller(worker(role="worker")).get("/manager").status_code == 403
    assert caller().get("/manager").headers["location"].startswith("/sign-in")
    read = caller(worker(email="a@dienst.example", role="auditor", country=None, name="A"))
    assert read.get("/manager").status_code == 200
    token = form_token(read.get("/manager").text)
    posts = ("/manager/refresh", f"/manager/cases/{part}/open", "/manager/flows/x/retry")
    assert [read.post(path, data={"csrf": token}).status_code for path in posts] == [403, 403, 403]


def test_a_case_is_not_opened_without_a_reason(caller):
    part, _ = cases()
    read = caller(worker(**MANAGER, country=None))
    token = form_token(read.get(f"/manager/cases/{part}").text)
    answer = read.post(f"/manager/cases/{part}/open", data={"csrf": token, "reason": "why"})
    assert answer.status_code == 422
    assert "Write why you open the case" in answer.text
    assert read.post("/manager/cases/NL-2026-999999/open", data={"csrf": token, "reason": "x" * 20}).status_code == 404
    with reading() as session:
        assert session.exec(select(AuditEntry).where(AuditEntry.kind == "case_opened")).all() == []


def test_figures_as_files(caller):
    cases()
    read = caller(worker(**MANAGER, country=None))
    text = read.get("/manager/figures.csv")
    assert text.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(text.text)))
    received = {row["currency"]: row["amount"] for row in rows if row["figure"] == "received" and not row["name"]}
    assert received == {"EUR": "400.00", "SEK": "0.00"}
    named = {(row["figure"], row["name"]): row for row in rows}
    assert named["received_in", "NL 2026-Q1"]["amount"] == "400.00"
    assert named["due_late", "accept"]["cases"] == "1"
    assert named["forecast", "2027-Q1"]["currency"] == "EUR"
    assert "Voorbeeld" not in text.text
    book = read.get("/manager/figures.xlsx?currency=EUR")
    with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "cohort_received" in archive.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<v>1750</v>" in sheet


def test_lists_follow_the_figures(caller):
    cases()
    read = caller(worker(**MANAGER, country=None))
    count = lambda query: read.get(f"/manager/cases?{query}").text.count('<th scope="row">')  # noqa: E731
    assert count("") == 4
    assert count("state=open") == 3
    assert count("reason=withdrawn") == 1
    assert count("currency=SEK") == 1
    assert count("partner=BE&country=NL") == 2
    assert count("first=2026-03&last=2026-03") == 4
    assert count("first=2026-04") == 0
    assert count("disputed=dispute") == 0
    assert count("late=accept") == 0
    assert count("handler=nobody") == 4
    assert count("age=365") == 3  # due on 14 February: 279 days before
    assert count("age=60") == 0
    assert count("risk=14") == 1  # to be taken up; the service itself does the rest
    assert count("promise=kept") == 0
    assert count(f"paid={2026 * 4}") == 1
    assert count(f"paid={2026 * 4 + 1}") == 0


def test_every_number_of_a_picture_leads_to_as_many_cases(caller):
    """What is drawn and what its link lists are the same cases: the figures and the tables cannot part unseen."""
    part, _ = cases()
    do(part, "plan", date(2026, 4, 1), count="3", first="2026-05-01")
    with unit_of_work() as session:
        rebuild(session, AS_OF, datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    read = caller(worker(**MANAGER, country=None))
    shown = read.get("/manager").text
    rows = re.findall(
        r'<div><a href="([^"]+)" class="small">.*?</svg><span class="num small end">(.*?)</span></div>', shown
    )
    counted = 0
    for address, text in rows:
        number = re.search(r"(\d+) cases?<", text) or re.fullmatch(r"(\d+)(<span.*)?", text)
        listed = read.get(html.unescape(address)).text.count('<th scope="row">')
        assert listed == int(number[1]), address
        counted += listed
    assert counted == 10


def test_a_page_names_nobody_but_who_works(caller):
    part, _ = cases()
    cookie = worker(**MANAGER, country=None)
    worker()
    do(part, "take_over", date(2026, 3, 21), actor="nora@dienst.example")
    with unit_of_work() as session:
        rebuild(session, AS_OF, datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    text = caller(cookie).get("/manager").text
    assert text.count("Nora Voorbeeld") == 1
    assert "Debiteur" not in text
    assert "Studio" not in text


def test_the_figures_as_a_pdf(caller):
    cases()
    read = caller(worker(**MANAGER, country=None, language="nl"))
    answer = read.get("/manager/figures.pdf?country=NL", headers={"Accept-Language": "nl"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "prognose" in text
    assert "Voorbeeld" not in text
