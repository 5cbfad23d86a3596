"""What does not run by itself, on the pages: everybody is told whether all is well, only people inside what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows import watch
from recovery.notices.watch import fault_text
from recovery.settings import settings
from tests.portal.conftest import PARTS
from tests.portal.people import member, worker

FAULT = fault_text("prefect_away", "", "en")


@pytest.fixture
def running(monkeypatch):
    monkeypatch.setitem(PARTS, "worker", True)


def notice(monkeypatch, ago):
    """Have the watch find Prefect away, first some time ago and again now."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    for at in (datetime.now(UTC) - ago, datetime.now(UTC)):
        watch.look_and_tell(at, PARTS)


def test_everybody_is_told_whether_all_is_well_and_no_more(running, caller, monkeypatch):
    assert "All is well." in caller().get("/status").text
    notice(monkeypatch, timedelta(minutes=1))
    for cookie in (None, member()):
        shown = caller(cookie).get("/status").text
        assert "Something is late." in shown
        for inside in (FAULT, "Prefect", "<table"):
            assert inside not in shown
    monkeypatch.setitem(PARTS, "worker", False)
    assert "Something is late." in caller().get("/status").text


def test_people_inside_are_told_what_and_what_to_do(running, caller, monkeypatch):
    notice(monkeypatch, timedelta(minutes=1))
    manager, administrator = (worker(f"{role}@dienst.example", None, role) for role in ("manager", "administrator"))
    for cookie, path in (
        (worker(), "/status"),
        (administrator, "/status"),
        (administrator, "/administrator"),
        (manager, "/manager/flows"),
    ):
        assert FAULT in caller(cookie).get(path).text, path


def test_machines_are_told_of_what_lasts(running, caller, monkeypatch):
    assert caller().get("/health").json()["healthy"]
    notice(monkeypatch, timedelta(minutes=2))
    answer = caller().get("/health")
    assert (answer.status_code, answer.json()["faults"]) == (200, [])
    settings().watch_file.unlink()
    notice(monkeypatch, timedelta(minutes=12))
    answer = caller().get("/health")
    assert (answer.status_code, answer.json()["faults"]) == (503, ["prefect_away:"])
