"""Deadlines as calendar files: one for a team, one for a member, without names or amounts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from recovery.errors import CaseError
from recovery.store.database import reading
from recovery.telling.calendar import member_calendar, team_calendar
from tests.casework import FILED, accepted, deadlines, do, routed

NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)


def entries(content):
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_team_sees_what_is_open_in_its_country_and_nothing_of_others(installation):
    name = routed(number="A1")
    accepted(creditor="NL", debtor="BE", number="B1")
    with reading() as session:
        content = team_calendar(session, "NL", NOW)
    found = {str(entry["summary"]): entry for entry in entries(content)}
    assert f"{name}: accept" in found
    assert all(name in summary for summary in found)
    [due] = [one for one in deadlines(name) if one.kind == "accept"]
    entry = found[f"{name}: accept"]
    assert entry.decoded("dtstart") == due.due_on
    assert str(entry["url"]).endswith(f"/cases/{name}")
    assert b"BEGIN:VALARM" in content
    for secret in (b"Debiteur", b"Studio", b"1000"):
        assert secret not in content


def test_an_entry_keeps_its_identity_and_a_closed_case_leaves_the_calendar(local):
    name = accepted()
    with reading() as session:
        one, two = team_calendar(session, "NL", NOW), team_calendar(session, "NL", NOW.replace(hour=9))
    assert [entry["uid"] for entry in entries(one)] == [entry["uid"] for entry in entries(two)]
    do(name, "withdraw", FILED, note="asked")
    with reading() as session:
        assert entries(team_calendar(session, "NL", NOW)) == []


def test_a_member_sees_only_what_the_member_must_do(local):
    name = routed()
    do(name, "ask", FILED, note="the order confirmation, please")
    with reading() as session:
        [entry] = entries(member_calendar(session, " Studio@Voorbeeld.example ", NOW))
        assert str(entry["summary"]) == f"{name}: information"
        with pytest.raises(CaseError, match="not known"):
            member_calendar(session, "nobody@voorbeeld.example", NOW)
