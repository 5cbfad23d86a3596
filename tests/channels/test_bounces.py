"""What mail servers report: read from any place and any shape, recorded once with the letter."""

from __future__ import annotations

import base64
import mailbox
import shutil
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.channels.bounces import Bounce, mails_in, read_bounces
from recovery.errors import IntakeError
from recovery.post.returns import Returned, take_bounces
from recovery.store.database import unit_of_work
from tests.casework import deadlines
from tests.channels.outgoing import kinds, noticed, sent

ON = date(2026, 3, 16)
ID = "<0123456789abcdef@recovery-nl.example>"
STATUS = """Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; d@d.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <d@d.example>:
 no such user
"""
REPORT = """From: MAILER-DAEMON@mx.example
To: incasso@recovery-nl.example
Subject: Undelivered
{headers}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="==B"

--==B
Content-Type: text/plain

It was not delivered.
--==B
Content-Type: {kind}
{encoding}
{status}
--==B
{original}
--==B--
"""
GIVEN_BACK = "Content-Type: text/rfc822-headers\n\nFrom: a@b.example\nMessage-ID: {id}\nSubject: x"
WHOLE = "Content-Type: message/rfc822\n\nFrom: a@b.example\nMessage-ID:\n {id}\nSubject: x\n\nGood day"


def report(action="failed", status="5.1.1", original=GIVEN_BACK, message_id=ID, **more):
    said = more.pop("said", STATUS).format(action=action, status=status)
    given = {"headers": "", "kind": "message/delivery-status", "encoding": "", **more}
    return REPORT.format(status=said, original=original.format(id=message_id), **given).encode()


@pytest.mark.parametrize("original", [GIVEN_BACK, WHOLE], ids=["headers", "whole"])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_a_failure_is_read_whole(original, ends):
    raw = report(original=original).replace(b"\n", ends)
    expected = Bounce(ID, "d@d.example", "failed", "5.1.1", "550 5.1.1 <d@d.example>: no such user")
    assert read_bounces(raw) == [expected]
    assert expected.final


def test_a_report_may_be_of_several_recipients_and_of_delays():
    more = STATUS + "\nFinal-Recipient: rfc822; e@e.example\nAction: Delayed (still trying)\nStatus: 4.4.1\n"
    found = read_bounces(report(said=more))
    assert [(one.recipient, one.action, one.status, one.final) for one in found] == [
        ("d@d.example", "failed", "5.1.1", True),
        ("e@e.example", "delayed", "4.4.1", False),
    ]
    assert {one.message_id for one in found} == {ID}


def test_what_servers_do_beside_the_standard_is_read_all_the_same():
    encoded = "\n" + base64.encodebytes(STATUS.format(action="failed", status="5.7.1").encode()).decode()
    in_base64 = report(said=encoded, encoding="Content-Transfer-Encoding: base64\n")
    worldwide = report(kind="message/global-delivery-status")
    no_status = report(status="none")
    answered = report(original="Content-Type: text/plain\n\nnone", headers=f"In-Reply-To: {ID}\n")
    forwarded = b"From: a@b.example\nContent-Type: message/rfc822\n\n" + report()
    for raw, status in [
        (in_base64, "5.7.1"),
        (worldwide, "5.1.1"),
        (no_status, "5.1.1"),
        (answered, "5.1.1"),
        (forwarded, "5.1.1"),
    ]:
        assert [(one.message_id, one.action, one.status) for one in read_bounces(raw)] == [(ID, "failed", status)]


def nested(depth):
    raw = b""
    for level in range(depth):
        raw += f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'.encode()
    return raw + report()


HOSTILE = {
    "nothing": b"",
    "no parts": b"Content-Type: multipart/report; report-type=delivery-status\n\nno parts",
    "no boundary ends": report()[:300],
    "a person's answer": b"From: d@d.example\nSubject: Re: x\n\nI have paid.",
    "nested": nested(3000),
    "bytes": bytes(range(256)) * 50,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_report_reports_nothing(raw):
    assert read_bounces(raw) == []


def test_a_wrong_charset_and_twenty_megabytes_hide_nothing():
    wrong = report(encoding="").replace(b"text/plain", b'text/plain; charset="no-such"').replace(b"It was", b"\xff\xfe")
    large = report().replace(b"It was not delivered.", b"x" * 76 + b"\n" + (b"y" * 76 + b"\n") * 270_000)
    assert len(large) > 20_000_000
    for raw in (wrong, large):
        assert [one.message_id for one in read_bounces(raw)] == [ID]


@given(st.binary(max_size=400))
def test_what_stands_beside_the_report_neither_hides_nor_adds_anything(junk):
    assert read_bounces(report().replace(b"It was not delivered.", b"x" + junk)) == read_bounces(report()) != []


@given(st.integers(0, 900))
def test_a_report_cut_off_anywhere_tells_at_most_what_the_whole_tells(at):
    found = read_bounces(report()[:at])
    assert all((one.message_id in (ID, None), one.recipient in "d@d.example") == (True, True) for one in found)


def test_mails_are_found_in_files_folders_and_boxes(tmp_path):
    one, other = report(), report("delayed", "4.4.1")
    (tmp_path / "one.eml").write_bytes(one)
    assert list(mails_in(tmp_path / "one.eml")) == [one]
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, raw in (("a.eml", one), ("b.eml", other)):
        (folder / name).write_bytes(raw)
    boxes = mailbox.mbox(str(tmp_path / "box"), create=True), mailbox.Maildir(str(tmp_path / "dir"), create=True)
    for box in boxes:
        for raw in (one, other):
            box.add(raw)
        box.close()
    for place in (folder, tmp_path / "box", tmp_path / "dir"):
        found = [read_bounces(raw)[0].action for raw in mails_in(place)]
        assert sorted(found) == ["delayed", "failed"]
    assert len(list(mails_in(tmp_path / "dir"))) == 2
    shutil.rmtree(tmp_path / "dir")
    with pytest.raises(IntakeError, match="dir: not there"):
        list(mails_in(tmp_path / "dir"))


def take(raw):
    with unit_of_work() as session:
        return take_bounces(session, raw, ON)


def test_a_failure_is_recorded_once_with_its_letter_and_reaches_the_team(installation):
    name = noticed()
    letter = sent(name)[0]
    raw = report(message_id=letter.provider_id)
    assert (take(raw), take(raw)) == (Returned(bounced=1), Returned(known=1))
    letter = sent(name)[0]
    assert (letter.status, letter.error) == (
        "bounced",
        "e-mail: undeliverable, status 5.1.1; correct the address or use post",
    )
    assert kinds(name).count("letter_bounced") == 1
    assert [one.data["subject"] for one in deadlines(name) if one.kind == "work"] == ["address"]


def test_a_server_that_gave_up_after_days_is_a_failure_too(local):
    name = noticed()
    assert take(report(status="4.4.7", message_id=sent(name)[0].provider_id)) == Returned(bounced=1)
    assert sent(name)[0].status == "bounced"


def test_a_delay_a_stranger_and_no_report_change_nothing(installation):
    name = noticed()
    before = [one.model_dump() for one in sent(name)]
    mine, batch = sent(name)[0].provider_id, sent(name)[1].provider_id or ""
    assert take(report("delayed", "4.4.1", message_id=mine)) == Returned(delayed=1)
    assert take(report("delivered", "2.0.0", message_id=mine)) == Returned()
    assert take(report(message_id=f"<{batch}@x.example>")) == Returned(unknown=1)
    assert take(report(original="Content-Type: text/plain\n\nnone")) == Returned(unknown=1)
    total = Returned()
    for raw in HOSTILE.values():
        total.add(take(raw))
    assert total == Returned(no_report=len(HOSTILE))
    assert [one.model_dump() for one in sent(name)] == before
