"""The watch: what does not run by itself is found, shown and told by mail, once while it lasts and once when over."""

from __future__ import annotations

import asyncio
import string
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from flows import watch, watch_prefect
from flows.schedules import Schedule, schedules
from flows.watch_faults import KINDS
from recovery.notices.compose import LANGUAGES
from recovery.notices.watch import fault_text, watch_texts
from recovery.settings import settings
from tests.portal.people import worker

ALL_RUN = {"prefect server": True, "worker": True, "portal": True}
NAMES = {one.full_name for one in schedules()}
START = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def minutes(count):
    return START + timedelta(minutes=count)


def mails():
    files = sorted((settings().outgoing / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def away(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")


def look(at, runs=True):
    return watch.look_and_tell(at, {**ALL_RUN, "worker": runs})


@pytest.fixture
def administrator(local):
    worker("ada@dienst.example", None, "administrator", "nl", "Ada Voorbeeld")
    worker("nora@dienst.example")


def test_administrators_are_told_within_half_an_hour_once_and_when_it_is_over(administrator, monkeypatch):
    away(monkeypatch)
    look(START)
    assert (mails(), [one.kind for one in watch.known(START)]) == ([], ["prefect_away"])
    assert watch.lasting(minutes(5)) == ()
    for count in (*range(3, 61, 3), *range(120, 24 * 60, 240)):
        look(minutes(count))
        assert len(mails()) == (count >= 10), "each look reads the file anew, as after a restart"
    (first,) = mails()
    assert first["to"] == "ada@dienst.example"
    assert first["subject"] == watch_texts()["nl"]["subject"]
    assert fault_text("prefect_away", "", "nl") in first.get_content()
    look(minutes(24 * 60 + 12))
    assert len(mails()) == 2
    monkeypatch.setattr(watch_prefect, "schedules", lambda: ())  # nothing is wrong any more
    monkeypatch.setattr(watch_prefect, "noted_api", lambda: "http://127.0.0.1:9/api")
    monkeypatch.setattr(watch_prefect, "faults", lambda *found: [])
    look(minutes(24 * 60 + 15))
    assert len(mails()) == 2, "what comes and goes is not over yet"
    look(minutes(24 * 60 + 30))
    *_, last = mails()
    assert (len(mails()), last["subject"]) == (3, watch_texts()["nl"]["subject_over"])
    look(minutes(24 * 60 + 60))
    assert len(mails()) == 3


def test_without_a_mail_server_that_takes_it_the_mail_is_tried_again(administrator, monkeypatch):
    from recovery.errors import GatewayError

    away(monkeypatch)
    send = watch.tell.__globals__["mail"].send

    def silent(made, at):
        raise GatewayError("e-mail: not sent")

    look(START)
    monkeypatch.setattr("flows.watch_mail.mail.send", silent)
    look(minutes(12))
    assert [one.told_at for one in watch.known(minutes(12))] == [None]
    monkeypatch.setattr("flows.watch_mail.mail.send", send)
    look(minutes(15))
    assert len(mails()) == 1


def test_a_watch_that_stands_still_and_a_program_that_is_away_show(administrator, monkeypatch):
    away(monkeypatch)
    look(START, runs=False)
    assert [one.key for one in watch.known(START)] == ["process_away:worker", "prefect_away:"]
    assert [one.kind for one in watch.known(minutes(40))] == ["watch_still"]
    settings().watch_file.write_text("{cut off")
    assert watch.known(minutes(40)) == ()


def test_errors_of_prefects_own_services_are_found_in_its_log(local):
    log = settings().data_dir / "logs" / "prefect-server.log"
    log.parent.mkdir()
    log.write_text("09:00:00.000 | ERROR   | prefect.server.services.scheduler - before the watch began\n")
    read, found = watch_prefect.log_errors(None)
    assert (read, found) == (log.stat().st_size, False)
    for line, wrong in (
        ("09:01:00.000 | WARNING | prefect.server - slow", False),
        (
            "09:02:00.000 | ERROR   | prefect.server.services.scheduler - Unexpected error in: InvalidRequestError()",
            True,
        ),
        ("Traceback (most recent call last):", True),
        ("a line that ends well", False),
    ):
        with log.open("a") as file:
            file.write(line + "\n")
        read, found = watch_prefect.log_errors(read)
        assert (read, found) == (log.stat().st_size, wrong), line
    faults = watch_prefect.faults(START, ALL_RUN, START - timedelta(minutes=5))
    assert "service_errors" in [one.kind for one in faults]
    log.write_text("begun anew | ERROR   | x\n")
    assert watch_prefect.log_errors(read) == (log.stat().st_size, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_its_text_in_every_language(language):
    said, english = watch_texts()[language], watch_texts()["en"]
    assert set(said) == set(english)
    assert set(said["faults"]) == set(KINDS)
    for kind, text in said["faults"].items():
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name]
        assert fields == [name for _, name, _, _ in string.Formatter().parse(english["faults"][kind]) if name]
    assert language == "en" or all(said["faults"][kind] != english["faults"][kind] for kind in KINDS)


@pytest.mark.parametrize(
    ("cron", "zone", "now", "missed"),
    [
        ("*/15 * * * *", "UTC", "2026-11-27T10:07:00+00:00", "2026-11-27T09:45:00+00:00"),
        ("30 16 * * 1-5", "Europe/Brussels", "2026-11-30T09:00:00+00:00", "2026-11-26T15:30:00+00:00"),  # a Monday
        ("0 9 * * *", "Europe/Amsterdam", "2026-10-25T12:00:00+00:00", "2026-10-24T07:00:00+00:00"),  # clocks changed
        ("0 7 1 * *", "Europe/Brussels", "2026-11-27T10:00:00+00:00", "2026-10-01T05:00:00+00:00"),
    ],
)
def test_two_missed_runs_are_reckoned_in_the_schedules_own_calendar(cron, zone, now, missed):
    found = Schedule("some", "some", cron, zone).missed_since(datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(missed)


def found_at(at):
    faults = {}
    for one in watch_prefect.faults(at, ALL_RUN, None):
        faults.setdefault(one.kind, set()).add(one.subject)
    return faults


def test_prefect_is_held_to_every_schedule(served, monkeypatch):
    """A real server: nothing planned, then all planned; nothing run for long, runs that wait, a run that failed."""
    from flows.run import speaking_to
    from flows.serving import Serving
    from flows.worker import served as table

    assert found_at(datetime.now(UTC)) == {"not_planned": NAMES}
    with speaking_to(served):
        asyncio.run(Serving(table()).register())
        until = time.monotonic() + 60
        while (wrong := found_at(datetime.now(UTC))) and time.monotonic() < until:
            time.sleep(1)
        assert wrong == {}
        later = found_at(datetime.now(UTC) + timedelta(minutes=50))
        assert (set(later), later["overdue"]) == ({"overdue", "late"}, {"deliver-outbox/outbox"})
        assert "deliver-outbox/outbox" in later["late"]
        month = found_at(datetime.now(UTC) + timedelta(days=65))
        assert month["overdue"] == NAMES
        assert "deliver-outbox/outbox" in month["not_planned"]
        asyncio.run(_fails("tidy/tidy"))
        assert found_at(datetime.now(UTC)) == {"failed": {"tidy/tidy"}}


async def _fails(name):
    from prefect.client.orchestration import get_client
    from prefect.states import Failed

    async with get_client() as client:
        deployment = await client.read_deployment_by_name(name)
        run = await client.create_flow_run_from_deployment(deployment.id)
        await client.set_flow_run_state(run.id, Failed(), force=True)
