"""A worker that is killed, or not alone, sends each letter once."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

import pytest

from recovery.rounds import delivery
from tests.channels.outgoing import (
    AT,
    LATER,
    NOTICED,
    REMINDED,
    accepted,
    folder,
    mail_server,
    manifest,
    run,
    sent,
    waiting,
    worked,
)
from tests.channels.servers import smtp
from tests.forked import deliver, ended, killed_at, started


def test_two_workers_send_one_message(installation, channel):
    found = []

    def second_worker():
        found.append(delivery.deliver(waiting(), AT))

    with smtp(then=second_worker) as (inbox, port):
        mail_server(channel, port)
        channel(SMTP_SECONDS=30)  # the other worker is at work inside it
        name = accepted()
        worked(REMINDED)
        assert run().failed == 0
    assert [one.done for one in found] == [0]
    assert (len(inbox.messages), sent(name)[0].status) == (1, "sent")


def test_a_worker_killed_while_it_mails_repeats_the_same_message_when_its_hold_ends(installation, channel):
    workers = []
    with smtp(then=lambda: workers[0].kill()) as (inbox, port):
        mail_server(channel, port)
        name = accepted()
        worked(REMINDED)
        workers.append(started(deliver, AT))
        workers[0].join(60)
        assert workers[0].exitcode == -signal.SIGKILL
        del inbox.behaviour["then"]
        assert sent(name)[0].status == "waiting"
        assert run(AT + timedelta(minutes=14)).done == 0
        assert run(LATER).done == 2  # the letter, and the member's news that was held with it
        assert run(LATER).done == 0
    first, second = (message["Message-ID"] for message in inbox.messages)
    assert first == second == sent(name)[0].provider_id


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize("statement", range(2, 62, 1 if os.environ.get("RECOVERY_SOAK") else 12))
def test_a_kill_at_any_statement_leaves_one_batch_line_and_one_mail_per_letter(statement):
    name = accepted()
    for day in (REMINDED, NOTICED):
        worked(day)
    assert ended(killed_at, statement, deliver, AT) in (0, -signal.SIGKILL)
    for at in (LATER, LATER + timedelta(hours=1)):
        run(at)
    assert [(one.channel, one.status) for one in sent(name)] == [("email", "sent"), ("registered", "sent")]
    assert len(folder("mail")) == 1
    assert folder("post") == ["NL-2026-03-14-1.csv", "NL-2026-03-14-1.pdf"]
    assert len(manifest("NL-2026-03-14-1")) == 1
    assert waiting() == []
