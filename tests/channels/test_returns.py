"""What comes back is recorded once and reaches the team."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from recovery.desk.views import show_case
from recovery.errors import CaseError
from recovery.money import Money
from recovery.post import shipments
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Shipment
from tests.casework import booked, deadlines, do, seen
from tests.channels.outgoing import (
    LATER,
    kinds,
    mail_server,
    noticed,
    run,
    sent,
)
from tests.channels.servers import smtp


def test_a_letter_that_came_back_is_recorded_once(installation):
    name = noticed()
    key, back = sent(name)[1].key, date(2026, 3, 24)
    for _ in range(2):
        with unit_of_work() as session:
            shipments.record_return(*shipments.find(session, key), "moved away", actor="team", on=back)
    notice = sent(name)[1]
    assert (notice.status, notice.error) == ("returned", "moved away")
    assert notice.history == [{"on": "2026-03-24", "what": "returned", "why": "moved away", "actor": "team"}]
    assert kinds(name).count("letter_returned") == 1
    assert [one.data["why"] for one in deadlines(name) if one.kind == "work"] == ["moved away"]


def test_a_later_bounce_is_found_by_its_message_id(installation):
    name = noticed()
    message = sent(name)[0].provider_id
    with unit_of_work() as session:
        shipments.record_bounce(
            *shipments.find(session, message), "mailbox unknown", actor="team", on=date(2026, 3, 15)
        )
    assert sent(name)[0].status == "bounced"
    assert kinds(name).count("letter_bounced") == 1


def test_a_tracking_number_is_entered_corrected_and_kept(installation):
    name = noticed()
    key = sent(name)[1].key
    for number in ("rr 123 456 789 nl", "RR123456789NL", "RR123456788NL"):
        with unit_of_work() as session:
            shipments.record_tracking(*shipments.find(session, key), number, actor="team", on=date(2026, 3, 16))
    notice = sent(name)[1]
    assert notice.tracking_number == "RR123456788NL"
    assert [line["why"] for line in notice.history] == ["RR123456789NL", "RR123456788NL"]
    assert kinds(name).count("letter_tracking_number") == 2


def test_what_was_not_sent_so_is_refused(installation):
    name = noticed()
    reminder, notice = sent(name)
    wrong = [
        (shipments.record_return, reminder.key, "moved away"),
        (shipments.record_bounce, notice.key, "mailbox unknown"),
        (shipments.record_bounce, notice.batch, "mailbox unknown"),
        (shipments.record_tracking, reminder.key, "RR123456789NL"),
        (shipments.record_tracking, notice.key, "=1+1"),
        (shipments.record_return, "unknown", "moved away"),
    ]
    for function, key, text in wrong:
        with pytest.raises(CaseError), unit_of_work() as session:
            function(*shipments.find(session, key), text, actor="team", on=date(2026, 3, 16))
    assert [one.history for one in sent(name)] == [[], []]


def test_a_receipt_that_bounces_after_closing_gives_no_task(installation, channel):
    name = noticed()
    with smtp(rcpt="550 5.1.1 no such user") as (_, port):
        mail_server(channel, port)
        with unit_of_work() as session:
            booked(session, name, Money.parse("5000.00", "EUR"), date(2026, 3, 20), "bank:sample:1")
        run(LATER)
    assert seen(name).state == "closed"
    with reading() as session:
        receipt = session.exec(select(Shipment).where(Shipment.status == "bounced")).one()
    assert receipt.key.endswith(":receipt:6")
    assert kinds(name).count("letter_bounced") == 1
    assert [one.kind for one in deadlines(name)] == ["refund"], "the surplus, and nothing of the receipt"


def test_a_team_tells_of_letters_by_the_commands_of_a_case(local):
    name, back = noticed(), date(2026, 3, 24)
    do(name, "letter_returned", back, note="moved away")
    do(name, "letter_tracking", back, number="rr 123456785 nl")
    with reading() as session:
        letter = show_case(session, name, back)["letters"][1]
    assert (letter["status"], letter["tracking_number"]) == ("returned", "RR123456785NL")
    assert [line["what"] for line in letter["history"]][-2:] == ["returned", "tracking_number"]
    with pytest.raises(CaseError, match="no such letter in this case"):
        do(name, "letter_bounced", back, letter="another")
