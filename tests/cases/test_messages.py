"""Members and teams write to each other; the case's chain and the mail tell that they did, never what."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import select

from recovery.case.chain import breaks
from recovery.case.store import load
from recovery.errors import CaseError, IntakeError
from recovery.store import documents
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import CaseEvent, Message, Outbox
from recovery.telling.messages import MOST_BYTES, MOST_LETTERS, mark_read, messages_of, send_message, unread_of
from tests.cases.team import AT, body, clear, deliver, events, handled_by, join, notices, use_server
from tests.casework import accepted, filed, seen
from tests.channels.servers import smtp

ON = date(2026, 3, 10)
TEXT = "The delivery note is attached; Debiteur Voorbeeld signed it."


def write(name, role="member", text=TEXT, files=(), sender="studio@voorbeeld.example"):
    with unit_of_work() as session:
        return send_message(load(session, name), role, sender, text, ON, files).sequence


def test_a_message_is_kept_whole_and_its_event_says_nothing_of_it(installation):
    name = accepted()
    assert write(name, files=[("note.pdf", b"%PDF-1"), ("photo.png", b"png")]) == 1
    assert write(name, "team", "Thank you.", sender="anna@team.example") == 2
    with reading() as session:
        first, second = messages_of(seen(name))
        assert (first.message.text, first.message.sender_role, first.message.written_on) == (TEXT, "member", ON)
        assert [(one.name, one.media_type) for one in first.attachments] == [
            ("note.pdf", "application/pdf"),
            ("photo.png", "image/png"),
        ]
        assert documents.read(first.attachments[0].sha256) == b"%PDF-1"
        assert (second.message.sender, second.attachments) == ("anna@team.example", ())
        assert list(breaks(session)) == []
        everything = json.dumps([event.model_dump(mode="json") for event in session.exec(select(CaseEvent))])
    told = [(event.actor, event.note, event.data) for event in events(name, "message")]
    assert told == [
        ("member", "", {"message": 1, "by": "member", "attachments": 2}),
        ("team", "", {"message": 2, "by": "team", "attachments": 0}),
    ]
    assert "delivery note" not in everything
    assert "anna@team.example" not in everything


def test_the_eleventh_attachment_key_is_not_taken_for_the_first_messages(local):
    name = accepted()
    for number in range(1, 12):
        write(name, files=[(f"{number}.txt", b"text")])
    with reading() as session:
        kept = [[paper.name for paper in one.attachments] for one in messages_of(load(session, name, lock=False))]
    assert kept == [[f"{number}.txt"] for number in range(1, 12)]


def test_the_other_side_is_told_by_mail_and_each_once(installation, monkeypatch):
    name = accepted()
    join("anna")
    handled_by(name, "anna", ON)
    clear()
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        write(name)
        write(name, "team", "Thank you.")
        assert deliver().failed == 0
        deliver()
    assert notices() == [("message_to_team", "handler"), ("message", "member")]
    to_team, to_member = inbox.messages
    assert (to_team["To"], to_member["To"]) == ("anna@team.example", "studio@voorbeeld.example")
    assert to_team["Subject"] == f"{name}: het lid heeft geschreven"
    for message in inbox.messages:
        assert f"https://recovery.example/cases/{name}" in body(message)
        for secret in ("Debiteur", "delivery note", "Thank you", "1000"):
            assert secret not in message.as_string()


def test_without_a_handler_the_service_is_told(local, monkeypatch):
    name = accepted()
    clear()
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        write(name)
        deliver()
    (message,) = inbox.messages
    assert message["To"] == "incasso@recovery-nl.example"


def test_no_address_stands_in_the_outbox(local):
    name = accepted()
    write(name)
    write(name, "team", "Thank you.")
    with reading() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "send_notice"))
        assert [sorted(row.payload) for row in rows] == [["notice", "to"], ["notice", "to"]]


def test_reading_counts_once_and_only_the_others_messages(installation):
    name, other = accepted(number="A"), accepted(number="B")
    write(name)
    write(name)
    write(name, "team", "Thank you.")
    ids = [seen(name).claim_id, seen(other).claim_id]
    with reading() as session:
        assert unread_of(session, ids, "team") == {ids[0]: 2}
        assert unread_of(session, ids, "member") == {ids[0]: 1}
    with unit_of_work() as session:
        assert mark_read(load(session, name), "team", AT) == 2
        assert mark_read(load(session, name), "team", AT) == 0
    with reading() as session:
        assert unread_of(session, ids, "team") == {}
        assert unread_of(session, ids, "member") == {ids[0]: 1}
        assert [one.message.read_at for one in messages_of(load(session, name, lock=False))] == [AT, AT, None]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": " \n"}, "missing"),
        ({"text": "x" * (MOST_LETTERS + 1)}, "bad_size"),
        ({"files": [("a.txt", b"")]}, "bad_size"),
        ({"files": [("a.txt", b"x" * (MOST_BYTES + 1))]}, "bad_size"),
        ({"files": [("a.txt", b"x")] * 11}, "bad_size"),
        ({"files": [("../a.txt", b"x")]}, "bad_name"),
        ({"files": [("a\\b.txt", b"x")]}, "bad_name"),
        ({"files": [(".hidden", b"x")]}, "bad_name"),
        ({"files": [("a\x00.txt", b"x")]}, "bad_name"),
        ({"files": [("a\u202etxt.exe", b"x")]}, "bad_name"),
        ({"files": [("  ", b"x")]}, "bad_name"),
        ({"files": [("x" * 121, b"x")]}, "bad_name"),
    ],
)
def test_what_cannot_be_taken_is_refused_whole(local, wrong, code):
    name = accepted()
    with pytest.raises(IntakeError) as refused:
        write(name, **wrong)
    assert refused.value.code == code
    with reading() as session:
        assert session.exec(select(Message)).all() == []
    assert events(name, "message") == []


def test_nobody_reads_a_draft_and_nobody_else_writes(local):
    with unit_of_work() as session:
        claim_id = filed(session).claim_id
    with pytest.raises(CaseError, match="once it is routed"):
        write(claim_id)
    with pytest.raises(CaseError, match="one of member, team"):
        write(accepted(number="B"), "debtor")
