"""Letters leave the house once each, by their channel."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlmodel import select

from recovery.case.chain import breaks
from recovery.registry import adapter_of
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Document, Outbox
from tests.casework import deadlines, seen
from tests.channels.outgoing import (
    AT,
    LATER,
    NOTICED,
    REMINDED,
    accepted,
    change_debtor,
    folder,
    kinds,
    mail_server,
    manifest,
    noticed,
    run,
    sent,
    waiting,
    worked,
)
from tests.channels.servers import free_port, smtp, team_system


@pytest.fixture
def channel(monkeypatch):
    """Give a function that sets the channels of the installation at hand."""

    def set_variables(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(f"RECOVERY_{name}", str(value))
        settings.cache_clear()

    return set_variables


def test_offline_the_letters_lie_in_the_folders(installation):
    name = noticed()
    reminder, notice = sent(name)
    assert (reminder.channel, reminder.status, reminder.sent_at) == ("email", "sent", AT)
    assert (notice.channel, notice.status, notice.batch) == ("registered", "sent", "NL-2026-03-14-1")
    assert len(folder("mail")) == 1
    assert folder("post") == ["NL-2026-03-14-1.csv", "NL-2026-03-14-1.pdf"]


def test_a_mail_says_what_the_letter_says_and_names_nobody_outside(installation, channel):
    with smtp() as (inbox, port):
        mail_server(channel, port)
        name = accepted()
        worked(REMINDED)
        assert run().failed == 0
        assert run(LATER).done == 0
    (message,) = inbox.messages
    text = message.get_body(("plain",)).get_content()
    assert message["Subject"] == f"Ons kenmerk: {name}"
    assert message["Message-ID"] == sent(name)[0].provider_id
    for words in ("nog niet betaald", "3 maart 2026", "NL91", "302026000001", "Incassodienst Nederland"):
        assert words in text
    with reading() as session:
        stored = session.exec(select(Document).where(Document.kind == "letter:reminder")).one()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == stored.name
    assert attached.get_content().startswith(b"%PDF")
    assert len(attached.get_content()) == stored.size


def test_letters_of_a_country_and_day_are_one_batch(installation):
    first, second = accepted(), accepted(number="2026-2", amount="2500.00")
    other = accepted(debtor="BE", creditor="NL", number="2026-3")
    for day in (REMINDED, NOTICED):
        worked(day)
    run()
    assert run(LATER).done == 0
    rows = [row for row in manifest("NL-2026-03-14-1") if "formal_notice" in row["letter"]]
    assert [row["letter"] for row in rows] == [f"{name}-2026-03-14-formal_notice" for name in (first, second)]
    pdf = PdfReader(settings().outgoing / "post" / "NL-2026-03-14-1.pdf")
    assert int(rows[-1]["page_to"]) == len(pdf.pages)
    for name, row in zip((first, second), rows, strict=True):
        assert row["registered"] == "yes"
        for page in pdf.pages[int(row["page_from"]) - 1 : int(row["page_to"])]:
            assert name in page.extract_text()
    assert not any(other in page.extract_text() for page in pdf.pages)


def test_effects_that_are_done_over_leave_one_mail_and_one_batch_line(installation, channel):
    with smtp() as (inbox, port):
        mail_server(channel, port)
        name = noticed()
        with unit_of_work() as session:
            for item in session.exec(select(Outbox)):
                item.status = "waiting"
                session.add(item)
        assert run(LATER).failed == 0
    assert (len(inbox.messages), waiting()) == (1, [])
    assert [one.sent_at for one in sent(name)] == [AT, AT]
    assert folder("post") == ["NL-2026-03-14-1.csv", "NL-2026-03-14-1.pdf"]
    assert len(manifest("NL-2026-03-14-1")) == 1


def test_letters_that_come_later_on_the_day_are_a_batch_of_their_own(installation):
    noticed()
    noticed(number="2026-2")
    assert [len(manifest(f"NL-2026-03-14-{number}")) for number in (1, 2)] == [1, 1]


def test_a_refused_recipient_is_a_bounce_and_a_task_and_is_not_asked_again(installation, channel):
    with smtp(rcpt="550 5.1.1 no such user") as (inbox, port):
        mail_server(channel, port)
        name = accepted()
        worked(REMINDED)
        run()
        run(LATER)
    (shipment,) = sent(name)
    assert (shipment.status, inbox.tries) == ("bounced", 1)
    assert [line["what"] for line in shipment.history] == ["bounced"]
    assert kinds(name).count("letter_bounced") == 1
    (task,) = [one for one in deadlines(name) if one.kind == "work"]
    assert (task.actor, task.data["letter"], task.data["subject"]) == ("team", shipment.key, "address")
    with reading() as session:
        assert list(breaks(session)) == []
        assert "d@d.example" not in json.dumps([item.error for item in session.exec(select(Outbox))])


def test_a_busy_server_is_asked_again_after_a_while(installation, channel):
    with smtp(rcpt="451 4.3.0 later") as (inbox, port):
        mail_server(channel, port)
        name = accepted()
        worked(REMINDED)
        assert run().failed == 1
        assert run(AT + timedelta(seconds=59)).failed == 0
        del inbox.behaviour["rcpt"]
        assert run(LATER).done == 1
        assert run(LATER).done == 0
    assert (inbox.tries, len(inbox.messages), sent(name)[0].status) == (2, 1, "sent")


def test_a_server_that_stays_away_for_days_is_given_up_and_told(installation, channel):
    mail_server(channel, free_port())
    name = accepted()
    worked(REMINDED)
    for number in range(delivery.MOST_SENDINGS):
        assert run(AT + number * delivery.LONGEST_WAIT).failed == 1
    assert (sent(name)[0].status, sent_item(name).status) == ("failed", "failed")
    assert [one.kind for one in deadlines(name)].count("work") == 1


def sent_item(name):
    with reading() as session:
        query = select(Outbox).where(Outbox.claim_id == seen(name).claim_id, Outbox.kind == "send_email")
        return session.exec(query).one()


def test_a_place_that_fails_holds_the_batch_together(installation, channel, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    channel(POST_URL=blocked)
    name = accepted()
    for day in (REMINDED, NOTICED):
        worked(day)
    assert run().failed == 1
    blocked.unlink()
    assert run(LATER).done == 1
    assert sent(name)[1].status == "sent"
    assert sorted(file.name for file in blocked.iterdir()) == ["NL-2026-03-14-1.csv", "NL-2026-03-14-1.pdf"]


def test_a_mail_without_an_address_goes_by_post_and_without_any_to_the_team(installation):
    posted, by_hand = accepted(), accepted(number="2026-2")
    change_debtor(posted, email=None)
    change_debtor(by_hand, email=None, street="", postal_code="", town="")
    worked(REMINDED)
    run()
    assert [(one.channel, one.status) for one in sent(posted)] == [("post", "sent")]
    assert [row["registered"] for row in manifest("NL-2026-03-03-1")] == ["no"]
    assert [(one.channel, one.status) for one in sent(by_hand)] == [("by_hand", "by_hand")]
    assert [one.kind for one in deadlines(by_hand)].count("work") == 1


def test_a_team_with_its_own_system_gets_references_alone(installation, channel, monkeypatch):
    monkeypatch.setitem(adapter_of("NL").service, "channel", "webhook")
    with team_system() as (told, url):
        channel(WEBHOOK_URL=url, WEBHOOK_SECRET="sample")
        name = accepted()
        worked(REMINDED)
        run()
        run(LATER)
    ((_, body),) = told
    assert sent(name)[0].status == "sent"
    said = json.loads(body)
    assert (said["reference"], said["document"], said["channel"]) == (name, "reminder", "email")
    assert set(said) == {"delivery", "kind", "reference", "document", "letter", "channel", "dated", "sha256"}
    assert b"Voorbeeld" not in body
    assert folder("mail") == folder("post") == []
