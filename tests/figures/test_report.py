"""The monthly report: a PDF in every manager's language, put down once a month, with nobody's name in it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader
from sqlmodel import select

from recovery.figures.rebuild import rebuild
from recovery.figures.report import pdf_of, put_reports, report_of, words
from recovery.figures.values import Asked
from recovery.money import Money
from recovery.notices.compose import LANGUAGES
from recovery.people.teams import add_team_member
from recovery.store import documents
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Document, Outbox
from tests.casework import accepted, booked, do

AS_OF = date(2026, 11, 1)


def filled():
    part = accepted(number="A")
    with unit_of_work() as session:
        booked(session, part, Money.parse("400.00", "EUR"), date(2026, 3, 20), "test")
    accepted(number="B", creditor="SE", debtor="NL", amount="10000.00", currency="SEK")
    gone = accepted(number="C", debtor="IT", amount="500.00")
    do(gone, "withdraw", date(2026, 3, 12), note="the member asked for it")
    with unit_of_work() as session:
        rebuild(session, AS_OF, datetime(2026, 11, 1, 3, 0, tzinfo=UTC))


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_every_language_has_every_word():
    assert {code: set(words(code)) for code in LANGUAGES} == {code: set(words("en")) for code in LANGUAGES}


def test_the_report_is_made_in_every_language(local):
    filled()
    with reading() as session:
        figures = report_of(session, Asked())
    for language in LANGUAGES:
        pdf = pdf_of(figures, language)
        text = text_of(pdf)
        assert words(language)["ages"] in text
        assert words(language)["exchange"] in text
        assert "Voorbeeld" not in text
        assert pdf == pdf_of(figures, language)
        assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == language
    assert "€1,500.00" in text_of(pdf_of(figures, "en"))


def test_a_report_before_anything_was_filed(local):
    with unit_of_work() as session:
        rebuild(session, AS_OF, datetime(2026, 11, 1, 3, 0, tzinfo=UTC))
    with reading() as session:
        assert words("en")["money"] in text_of(pdf_of(report_of(session, Asked()), "en"))


@pytest.fixture
def managers(installation):
    with unit_of_work() as session:
        all_ = add_team_member(session, "mira@dienst.example", "Mira Voorbeeld", None, "manager", "nl")
        italy = add_team_member(session, "ivo@dienst.example", "Ivo Voorbeeld", "IT", "manager", "it")
        gone = add_team_member(session, "gone@dienst.example", "Weg Voorbeeld", None, "manager", "en")
        gone.active = False
        session.add(gone)
        add_team_member(session, "nora@dienst.example", "Nora Voorbeeld", "NL", "lead", "nl")
    filled()
    return all_, italy


def put(day=AS_OF):
    with unit_of_work() as session:
        return put_reports(session, day)


def test_each_manager_has_one_report_a_month(managers):
    all_, italy = managers
    assert put() == 2
    assert put(date(2026, 11, 20)) == 0
    assert put(date(2026, 12, 1)) == 2
    with reading() as session:
        sent = {item.key: item for item in session.exec(select(Outbox).where(Outbox.kind == "send_paper"))}
        papers = {paper.key: paper for paper in session.exec(select(Document).where(Document.kind == "report"))}
    assert len(sent) == 4
    one = sent[f"report:2026-10:{italy.id}"].payload
    assert one["to"] == italy.id
    assert one["subject"] == "Rapporto mensile – Italia, 2026-10"
    assert "/manager" in one["text"]
    paper = papers[one["document"]]
    assert (paper.claim_id, paper.name) == (None, "report-2026-10-it.pdf")
    assert "500,00" in text_of(documents.read(paper.sha256))
    assert sent[f"report:2026-10:{all_.id}"].payload["document"] == "report:2026-10:all:nl"


def test_nothing_is_put_down_before_figures_are_made(local):
    with unit_of_work() as session:
        add_team_member(session, "mira@dienst.example", "Mira Voorbeeld", None, "manager", "nl")
    assert put() == 0
