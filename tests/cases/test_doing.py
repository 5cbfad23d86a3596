"""An action only tried stores nothing and tells what doing it does; many are done from lines."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlmodel import func, select

from recovery.audit.verify import verify
from recovery.cli import main
from recovery.desk.doing import Asked, do, would_do
from recovery.errors import CaseError
from recovery.rounds import sweep
from recovery.settings import settings
from recovery.store.database import reading
from recovery.store.tables import METADATA
from tests.casework import accepted, routed, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY = date(2026, 3, 10)


def counts():
    """Return how many rows every table holds, and how many papers are kept."""
    with reading() as session:
        rows = {name: session.exec(select(func.count()).select_from(t)).one() for name, t in METADATA.tables.items()}
    return rows, sorted(path.name for path in settings().documents.rglob("*") if path.is_file())


def reminded():
    name = accepted()
    sweep.work(sweep.due_deadlines(date(2026, 3, 4)), date(2026, 3, 4))
    return name


TRIED = [
    (routed, "accept", {}, {}),
    (accepted, "dispute", {"ground": "defective"}, {"amount": "100.00"}),
    (accepted, "record_payment", {}, {"amount": "300.00"}),
    (accepted, "record_payment", {}, {"amount": "5000.00"}),
    (reminded, "plan", {"count": "3"}, {}),
    (reminded, "waive", {}, {"amount": "10.00"}),
    (reminded, "decide_urgent", {}, {"note": "limitation is near"}),
    (accepted, "suspend", {"kind": "insolvency", "opened": "2026-03-05"}, {}),
    (accepted, "withdraw", {}, {"note": "the member asked for it"}),
    (accepted, "reroute", {"country": "BE", "address": "Straat 1; 1000 Brussel"}, {}),
]


@pytest.mark.parametrize(
    ("begun", "action", "data", "more"), TRIED, ids=[f"{row[1]}-{n}" for n, row in enumerate(TRIED)]
)
def test_what_is_tried_is_what_is_done_and_nothing_is_stored(begun, action, data, more):
    name = begun()
    asked, before, stood = Asked(name, action, DAY, data=data, **more), counts(), seen(name)
    told = would_do(asked)
    assert counts() == before
    assert (seen(name).version, seen(name).state) == (stood.version, stood.state)
    assert [(one.id, one.status) for one in seen(name).deadlines] == [(one.id, one.status) for one in stood.deadlines]
    assert verify().findings == []
    row = do(asked)
    done = seen(stood.claim_id)
    assert told["state"] == {"before": stood.state, "after": row["state"]}
    assert told["events"] == [event.kind for event in done.events[len(stood.events) :]]
    assert [one["amount"] for one in told["ledger"]] == [
        f"{one.amount_minor / 100:.2f}" for one in done.entries[len(stood.entries) :]
    ]
    due = sorted((one.name, one.due_on.isoformat()) for one in done.deadlines)
    assert {(one["kind"], one["due"]) for one in told["deadlines"]["set"]} <= set(due)
    assert verify().findings == []


def test_what_may_not_be_done_is_refused_when_it_is_tried():
    with pytest.raises(CaseError, match="not possible"):
        would_do(Asked(accepted(), "accept", DAY))


def run(*arguments, text=None):
    return CliRunner().invoke(main, list(arguments), input=text)


def test_the_command_tells_it_for_people_and_as_json():
    name = routed()
    told = json.loads(run("case", "do", name, "accept", "--on", "2026-03-03", "--dry-run", "--json").stdout)
    assert (told["dry_run"], told["state"]["after"]) == (True, "amicable")
    text = run("case", "do", name, "accept", "--on", "2026-03-03", "--dry-run").stdout
    assert "awaiting_acceptance → amicable" in text
    assert "deadline set: step:reminder by 2026-03-03 (system)" in text
    assert seen(name).state == "awaiting_acceptance"


def test_many_are_done_each_by_itself_and_answered_in_order():
    first, second = routed(), routed(number="2026-2")
    lines = [
        {"id": "a", "ref": first, "action": "accept", "on": "2026-03-03"},
        {"id": "b", "ref": "NL-2026-999999", "action": "accept"},
        {"id": "c", "ref": second, "action": "accept", "on": "2026-03-03", "version": 99},
        {"id": "d", "ref": first, "action": "plan", "on": "2026-03-05", "count": 2, "by": "team"},
        {"id": "e", "ref": first, "action": "record_payment", "on": "2026-03-06", "amount": "10.00"},
        {"id": "f", "action": "accept"},
        {"id": "g", "ref": first, "action": "accept", "colour": "red"},
        {"id": "h", "ref": second, "action": "accept", "on": "2199-01-01"},
    ]
    result = run("case", "do-many", "-", text="\n".join(json.dumps(line) for line in lines))
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == list("abcdefgh")
    codes = [row["error"]["code"] if "error" in row else row["result"]["state"] for row in rows]
    assert codes == [
        "amicable",
        "case_not_found",
        "version_conflict",
        "instalment_plan",
        "instalment_plan",
        "missing",
        "bad_choice",
        "far_day",
    ]
    assert seen(second).state == "awaiting_acceptance"
