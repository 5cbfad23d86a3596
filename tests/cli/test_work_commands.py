"""The commands with which a case is worked, used as a team and a member use them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from recovery.cli import main
from recovery.desk.actions import ACTIONS
from recovery.rounds import delivery, sweep
from tests.casework import accepted, do, seen

pytestmark = pytest.mark.usefixtures("local")
REPORT = b"""From: mailer@mx.example
To: team@nl.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; d@d.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: %s

--b--
"""


def run(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def answer(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 1, result.output
    return json.loads(result.stdout)["error"]


def reminded():
    name = accepted()
    sweep.work(sweep.due_deadlines(date(2026, 3, 3)), date(2026, 3, 3))
    delivery.deliver(delivery.waiting_ids())
    return name


def text_of(path):
    return " ".join(page.extract_text() for page in PdfReader(path).pages)


def test_every_action_is_listed_with_what_it_does_and_can_be_asked_of_a_case():
    listed = answer("case", "actions")["actions"]
    assert set(listed) == {*ACTIONS, "record_payment"}
    assert all(text.endswith(".") or len(text) > 20 for text in listed.values())
    moves = answer("case", "actions", accepted(), "--on", "2026-03-04")["moves"]
    assert moves["withdraw"] is None
    assert "no formal notice" in moves["go_to_court"]


def test_every_action_is_documented():
    text = Path("docs/commands.md").read_text("utf-8")
    assert [name for name in ACTIONS if name not in text] == []


def test_an_action_takes_what_it_needs_by_options(tmp_path):
    name = accepted()
    row = answer("case", "do", name, "plan", "--on", "2026-03-10", "--count", 3, "--interest", "waived")
    assert row["state"] == "instalment_plan"
    assert seen(name).plan.interest == "waived"
    assert refused("case", "do", name, "plan", "--on", "2026-03-10")["code"] == "not_allowed"
    assert refused("case", "do", name, "suspend", "--kind", "holiday")["field"] == "kind"
    assert refused("case", "do", name, "dance")["code"] == "unknown_action"


def test_a_preview_is_written_and_nothing_is_sent(tmp_path):
    name = accepted()
    version = seen(name).version
    shown = answer("case", "preview", name, "--on", "2026-03-04", "--out", tmp_path / "p.pdf")
    assert (shown["document"], shown["may_go_out"]) == ("reminder", True)
    assert "2026-1" in text_of(tmp_path / "p.pdf")
    do(name, "suspend", date(2026, 3, 4))
    held = answer("case", "preview", name, "--document", "formal_notice", "--out", tmp_path / "q.pdf")
    assert (held["may_go_out"], held["why"]) == (False, "the case is suspended")
    assert seen(name).version == version + 1
    assert delivery.waiting_ids() == [one for one in delivery.waiting_ids() if one]
    assert refused("case", "preview", "XX-1", "--out", tmp_path / "r.pdf")["code"] == "case_not_found"


def test_a_letter_is_read_as_sent_and_in_the_members_language(tmp_path):
    name = reminded()
    answer("case", "letter", name, "--out", tmp_path / "sent.pdf")
    answer("case", "letter", name, "reminder", "--language", "sv", "--out", tmp_path / "copy.pdf")
    sent, copy = text_of(tmp_path / "sent.pdf"), text_of(tmp_path / "copy.pdf")
    assert "Betalingsherinnering" in sent or "herinnering" in sent.lower()
    assert "svenska" not in sent
    assert "nederländska" in copy
    assert refused("case", "letter", name, "formal_notice")["code"] == "not_found"


def test_square_brackets_of_a_note_are_shown_as_written():
    name = reminded()
    answer("case", "do", name, "log_call", "--note", "said [/b], [red]never[/red]", "--on", "2026-03-04")
    shown = run("case", "show", name)
    assert shown.exit_code == 0, shown.output
    assert "said [/b], [red]never[/red]" in shown.output


def test_papers_and_messages_stand_in_the_case(tmp_path):
    name = accepted()
    paper = tmp_path / "order.pdf"
    paper.write_bytes(b"%PDF-1.7 signed order")
    assert answer("case", "attach", name, paper, "--on", "2026-03-05")["kind"] == "evidence"
    answer("case", "message", name, "Here is the order.", "--attach", paper, "--as", "member", "--on", "2026-03-05")
    answer("case", "message", name, "Thank you.", "--on", "2026-03-06")
    shown = answer("case", "show", name)
    assert [(one["side"], one["text"]) for one in shown["messages"]] == [
        ("member", "Here is the order."),
        ("team", "Thank you."),
    ]
    assert shown["messages"][0]["attachments"] == ["order.pdf"]
    assert "evidence" in {one["kind"] for one in shown["documents"]}
    assert not [event for event in shown["timeline"] if "order" in json.dumps(event["data"])]
    assert refused("case", "attach", name, paper, "--kind", "novel")["field"] == "kind"
    empty = tmp_path / "empty.pdf"
    empty.touch()
    assert run("case", "attach", name, empty).exit_code == 1


def test_a_team_with_a_stand_in_and_its_calendar():
    answer("team", "add", "anna@nl.example", "--name", "Anna", "--country", "NL")
    answer("team", "add", "bram@nl.example", "--name", "Bram", "--country", "NL", "--role", "lead")
    assert refused("team", "add", "anna@nl.example", "--name", "Anna")["field"] == "email"
    assert refused("team", "add", "x@nl.example", "--name", "X", "--role", "king")["field"] == "role"
    name = accepted()
    answer("case", "do", name, "take_over", "--by", "anna@nl.example", "--on", "2026-03-04")
    answer("team", "away", "anna@nl.example", "--until", "2026-04-01", "--stand-in", "bram@nl.example")
    people = {one["email"]: one for one in answer("team", "list")["people"]}
    assert people["anna@nl.example"]["stand_in"] == "bram@nl.example"
    assert answer("case", "show", name)["handler"]["email"] == "anna@nl.example"
    feed = run("calendar", "--person", "anna@nl.example")
    assert feed.output.startswith("BEGIN:VCALENDAR")
    assert name in feed.output
    assert run("calendar", "--person", "anna@nl.example", "--country", "NL").exit_code == 2


def test_a_mail_servers_report_becomes_a_bounce(tmp_path):
    name = reminded()
    [letter] = answer("case", "show", name)["letters"]
    assert letter["status"] == "sent"
    from sqlmodel import select

    from recovery.store.database import reading
    from recovery.store.tables import Shipment

    with reading() as session:
        message = session.exec(select(Shipment.provider_id)).one()
    file = tmp_path / "report.eml"
    file.write_bytes(REPORT % message.encode())
    told = answer("mail", "bounces", file, "--on", "2026-03-05")
    assert told["bounced"] == 1
    assert answer("case", "show", name)["letters"][0]["status"] == "bounced"
    assert answer("mail", "bounces", file, "--on", "2026-03-05")["bounced"] == 0


def test_a_letter_of_the_teams_own_asks_for_nothing(tmp_path):
    name = accepted()
    assert run("case", "do", name, "write_debtor").exit_code == 1
    answer("case", "do", name, "write_debtor", "--note", "Your documents have reached us.", "--on", "2026-03-05")
    delivery.deliver(delivery.waiting_ids())
    answer("case", "letter", name, "information", "--out", tmp_path / "i.pdf")
    text = text_of(tmp_path / "i.pdf")
    assert "Your documents have reached us." in text
    assert "IBAN" not in text
