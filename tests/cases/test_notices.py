"""News by mail: complete in every language, naming nobody, each once, addressed when it is sent."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlmodel import select

from recovery.case import transition
from recovery.case.store import load
from recovery.errors import LawError
from recovery.notices import compose as written
from recovery.notices.compose import FOR_MEMBERS, FRAME, KINDS, LANGUAGES, compose, texts
from recovery.registry import adapter_of
from recovery.rounds import delivery
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Document, Member, Outbox
from recovery.telling.notices import put_notice
from tests.cases.team import AT, body, clear, deliver, events, join, notices, use_server
from tests.casework import accepted, deadlines, do, seen
from tests.channels.servers import free_port, smtp

LINK = "https://recovery.example/cases/NL-2026-000001"
ON = date(2026, 3, 10)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_stands_in_every_language_and_none_beside(language):
    said = texts(language)
    assert set(said) == {"frame", "actions", *KINDS}
    assert set(said["frame"]) == set(FRAME)
    assert set(said["actions"]) == set(KINDS.values())
    for kind in KINDS:
        assert set(said[kind]) == {"subject", "body"}
        assert all(text.strip() == text != "" for text in said[kind].values())
        assert len(said[kind]["subject"]) <= 60


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_text_was_left_in_english(language):
    english, said = texts("en"), texts(language)
    same = [kind for kind in said for key in said[kind] if said[kind][key] == english[kind].get(key)]
    assert same == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_has_one_link_the_reference_and_no_number_beside(kind, language):
    made = compose(kind, language, "NL-2026-000001", LINK, "Incassodienst Nederland")
    assert made.subject.startswith("NL-2026-000001: ")
    assert made.text.count("http") == made.text.count(LINK) == 1
    rest = (made.subject + made.text).replace("NL-2026-000001", "")
    assert re.search(r"[\d€{}]", rest) is None
    assert made.text.endswith("Incassodienst Nederland\n")


def test_a_language_without_texts_is_answered_in_english_and_an_unknown_kind_refused():
    made = compose("accept", "ca", "NL-2026-000001", LINK, "Team")
    assert (made.language, made) == ("en", compose("accept", "en", "NL-2026-000001", LINK, "Team"))
    with pytest.raises(LawError, match="not written"):
        compose("birthday", "en", "NL-2026-000001", LINK, "Team")
    assert written.FALLBACK in LANGUAGES


def test_every_event_a_member_is_told_of_has_its_notice():
    assert set(FOR_MEMBERS) >= transition._TOLD


def test_news_reaches_the_member_once_from_the_partners_own_service(installation, monkeypatch):
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        name = accepted()
        assert deliver().failed == 0
        deliver()
        deliver(AT + timedelta(hours=1))
    (message,) = inbox.messages
    service = adapter_of("BE").service
    assert message["To"] == "studio@voorbeeld.example"
    assert message["From"].addresses[0].addr_spec == service["email"]
    assert message["Subject"] == f"{name}: uw dossier is in behandeling"
    assert f"https://recovery.example/cases/{name}" in body(message)
    assert not list(message.iter_attachments())
    for secret in ("Debiteur", "1000", "1.000"):
        assert secret not in message.as_string()
    with reading() as session:
        assert session.exec(select(Document.name).where(Document.kind == "news")).all() == ["accept.json"]


def test_a_member_of_a_country_without_a_service_hears_from_the_debtors(local, monkeypatch):
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        accepted(creditor="PT")
        deliver()
    (message,) = inbox.messages
    assert message["From"].addresses[0].addr_spec == adapter_of("NL").service["email"]
    assert body(message).startswith("Good day,")


def test_a_member_without_a_mailbox_gets_none(installation, monkeypatch):
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        name = accepted()
        change_member(name, email="be0123456749@member.invalid")
        assert deliver().failed == 0
    assert inbox.messages == []
    assert deliver().done == 0


def test_the_address_is_read_when_the_notice_is_sent(installation, monkeypatch):
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        name = accepted()
        change_member(name, email="new@voorbeeld.example", language="fr")
        deliver()
    (message,) = inbox.messages
    assert message["To"] == "new@voorbeeld.example"
    assert message["Subject"] == f"{name}: votre dossier est pris en charge"
    with reading() as session:
        payloads = [str(item.payload) for item in session.exec(select(Outbox))]
    assert all("@" not in payload for payload in payloads)


def test_after_a_failure_the_same_mail_goes_again(installation, monkeypatch):
    use_server(monkeypatch, free_port())
    accepted()
    assert deliver().failed == 1
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        assert deliver(AT).done == 0
        assert deliver(AT + timedelta(minutes=2)).done == 1
        repeat_after_a_crash()
        assert deliver(AT + timedelta(hours=1)).done == 1
    first, again = inbox.messages
    assert first["Message-ID"] == again["Message-ID"]


def test_a_mailbox_that_takes_nothing_becomes_one_task_of_the_team(installation, monkeypatch):
    with smtp(rcpt="550 5.1.1 no such user") as (_, port):
        use_server(monkeypatch, port)
        name = accepted()
        with unit_of_work() as session:
            case = load(session, name)
            put_notice(case, "sample:1", "suspend", "member")
            put_notice(case, "sample:2", "deadline_near", "handler")
        deliver()
    tasks = [one for one in deadlines(name) if one.data.get("subject") == "member_address"]
    assert ["550" in task.data["why"] for task in tasks] == [True]
    [event] = events(name, "notice_not_taken")
    assert "studio" not in event.note


def test_without_a_server_the_notices_lie_beside_the_letters(local):
    name = accepted()
    clear()
    with unit_of_work() as session:
        put_notice(load(session, name), "sample:1", "task", "member")
        put_notice(load(session, name), "sample:1", "task", "member")
    assert deliver().done == 1
    assert notices() == [("task", "member")]


def test_a_team_without_people_is_told_through_its_lead_its_manager_or_its_mailbox(local, monkeypatch):
    name, at = accepted(), AT
    clear()
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        for number, (person, role) in enumerate([(None, ""), ("mona", "manager"), ("lena", "lead")]):
            if person:
                join(person, role)
            with unit_of_work() as session:
                put_notice(load(session, name), f"sample:{number}", "deadline_late", "lead")
            deliver(at)
    told = [message["To"] for message in inbox.messages]
    assert told == ["incasso@recovery-nl.example", "mona@team.example", "lena@team.example"]


def test_a_case_that_moved_is_named_by_its_new_reference(local, monkeypatch):
    name = accepted()
    clear()
    do(name, "reroute", ON, country="BE", address="Straat 2; 1000 Brussel")
    moved = seen(name).reference
    with unit_of_work() as session:
        put_notice(load(session, name), "sample:1", "reroute", "member")
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        deliver()
    assert moved.startswith("BE-")
    assert inbox.messages
    assert all(message["Subject"].startswith(f"{moved}: ") for message in inbox.messages)


def change_member(name, **changes):
    with unit_of_work() as session:
        member = session.get_one(Member, load(session, name).member_id)
        for field, value in changes.items():
            setattr(member, field, value)
        session.add(member)


def repeat_after_a_crash():
    """Leave a notice as a worker does that was killed after sending and before noting it."""
    with unit_of_work() as session:
        item = session.exec(select(Outbox).where(Outbox.kind == "send_notice")).one()
        item.status, item.done_at, item.held_until = "waiting", None, AT + delivery.HOLD
        session.add(item)
