"""One's news: chosen in words, ended by one click, read as feeds in one's language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from lxml import etree
from sqlmodel import select

from recovery.portal.news import CHOICES, KINDS
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account
from recovery.store.tables import TeamMember
from recovery.telling import news
from tests.casework import accepted, do
from tests.portal.conftest import form_token, press
from tests.portal.people import member, worker

MEMBER = "studio@voorbeeld.example"


def account(email=MEMBER):
    with reading() as session:
        return session.exec(select(Account).where(Account.email == email)).one()


def told(**choices):
    """Give the member of a case some news; return the case's name."""
    member()
    with unit_of_work() as session:
        news.choose(session, session.get(Account, account().id), choices)
    name = accepted()
    do(name, "set_task", date(2026, 3, 5), note="What do you say?", until="2026-03-30")
    delivery.deliver(delivery.waiting_ids())
    return name


def test_every_kind_and_choice_has_words():
    assert set(KINDS) == set(news.KINDS)
    assert set(CHOICES) == set(news.CHOICES)


@pytest.mark.parametrize(
    ("language", "width", "script", "keep", "kept"),
    [
        ("nl", "desk", True, "De keuze opslaan", "Uw keuze is bewaard."),
        ("de", "phone", False, "Auswahl speichern", "Ihre Auswahl ist gespeichert."),
        ("es", "phone", True, "Guardar la elección", "Su elección se ha guardado."),
    ],
)
def test_a_member_chooses_and_ends_kinds_of_news(reader, pictures, address, language, width, script, keep, kept):
    name = told()
    page = reader("/account/news", language, width, script=script, cookie=member(language=language))
    page.screenshot(path=pictures / f"news-{language}.png", full_page=True)
    assert page.locator("#decisions-off").count() == 0
    page.locator("#decisions-daily").check()
    page.locator("#messages-off").check()
    press(page.get_by_role("button", name=keep))
    assert page.locator("[role=status]").inner_text() == kept
    assert page.locator("#messages-off").is_checked()
    assert page.get_by_role("link", name=name).count() == 2
    page.goto(f"{address}/news/unsubscribe/{account().feed_token}/money")
    press(page.locator("main form button"))
    assert page.locator("main form").count() == 0
    assert {kind: account().news[kind] for kind in ("decisions", "messages", "money", "progress")} == {
        "decisions": "daily",
        "messages": "off",
        "money": "off",
        "progress": "now",
    }


def test_one_click_ends_a_kind_without_cookies_and_a_look_ends_nothing(caller):
    told()
    client, path = caller(), f"/news/unsubscribe/{account().feed_token}/closing"
    assert client.get(path).status_code == 200
    assert account().news == {}
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 303
    assert account().news == {"closing": "off"}
    client.post(f"/news/unsubscribe/{account().feed_token}/decisions")
    assert account().news["decisions"] == "daily"
    assert "once a day" in client.get(f"/news/unsubscribe/{account().feed_token}/decisions").text
    client.post(f"/news/unsubscribe/{account().feed_token}/daily")
    assert account().news == {"closing": "off", "decisions": "daily"}
    for wrong in ("/news/unsubscribe/x/closing", path.replace("closing", "nothing")):
        assert client.get(wrong).status_code == client.post(wrong).status_code == 404


def test_the_feed_tells_in_ones_language_and_names_nobody(caller):
    name = told(progress="off")
    with unit_of_work() as session:
        session.get(Account, account().id).language = "fr"
    answer = caller().get(f"/news/{account().feed_token}.rss")
    assert answer.headers["content-type"].startswith("application/rss+xml")
    root = etree.fromstring(answer.content)
    assert (root.findtext("channel/language"), root.get("version")) == ("fr", "2.0")
    items = {item.findtext("title"): item.findtext("link") for item in root.iter("item")}
    assert items == {
        f"{name}: votre dossier est pris en charge": f"{settings().portal_url}/cases/{name}",
        f"{name}: {dict(news_words('fr'))['task']}": f"{settings().portal_url}/cases/{name}",
    }
    assert len({item.findtext("guid") for item in root.iter("item")}) == 2
    assert not {"Debiteur", "Studio", "1000", "EUR"} & set(answer.text.replace(":", " ").split())


def news_words(language):
    from recovery.notices.digest import headline

    return [(kind, headline(kind, language)) for kind in ("task",)]


def test_the_calendar_tells_in_ones_language_what_a_member_and_a_person_of_a_team_have_to_do(caller):
    name = told()
    with unit_of_work() as session:
        session.get(Account, account().id).language = "nl"
    answer = caller().get(f"/news/{account().feed_token}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == f"{name}: Een vraag aan het lid"
    worker()
    nora = account("nora@dienst.example")
    do(name, "take_over", date(2026, 3, 6), actor="nora@dienst.example")
    assert len(Calendar.from_ical(caller().get(f"/news/{nora.feed_token}.ics").content).walk("VEVENT")) >= 1
    with unit_of_work() as session:
        session.get(Account, nora.id).member_id = None
        session.get(TeamMember, nora.team_member_id).active = False
    assert caller().get(f"/news/{nora.feed_token}.ics").status_code == 404


def test_feeds_close_with_the_token_and_with_the_account(caller):
    told()
    client, before = caller(member()), account().feed_token
    token = form_token(client.get("/account/news").text)
    client.post("/account/news/renew", data={"csrf": token})
    after = account().feed_token
    assert before != after
    codes = lambda key: {client.get(f"/news/{key}.{kind}").status_code for kind in ("rss", "ics")}  # noqa: E731
    assert (codes(before), codes(after), codes("")) == ({404}, {200}, {404})
    with unit_of_work() as session:
        session.get(Account, account().id).active = False
    assert codes(after) == {404}


def test_nobody_else_sees_or_changes_a_choice(caller):
    told()
    assert caller().get("/account/news").headers["location"].startswith("/sign-in")
    client = caller(member())
    assert client.post("/account/news", data={"money": "off"}).status_code == 403
    token = form_token(client.get("/account/news").text)
    client.post("/account/news", data={"csrf": token, "money": "daily", "decisions": "off", "deadlines": "daily"})
    assert account().news == {"money": "daily"}


def test_who_has_no_cases_is_told_so(caller):
    with unit_of_work() as session:
        session.add(
            Account(id="none", email="none@dienst.example", created_at=datetime.now(UTC), feed_token="none-token")
        )
        session.flush()
        from recovery.people.sessions import open_session

        cookie = open_session(session, session.get(Account, "none"), datetime.now(UTC))
    shown = caller(cookie).get("/account/news").text
    assert "you have no cases" in shown
    assert "Nothing yet." in shown
