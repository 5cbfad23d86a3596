"""One table says what may be done: the table, the pages and the command line answer alike in every state."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from recovery.case.lifecycle import State
from recovery.case.order import Order
from recovery.case.store import load
from recovery.case.transition import move
from recovery.cli import main
from recovery.cli.work import NEEDS
from recovery.desk import action_page
from recovery.desk.actions import act, carry_out, fits, possible, why_not
from recovery.desk.doing import Asked, would_do
from recovery.desk.table import ACTIONS
from recovery.desk.views import today_of
from recovery.errors import CaseError
from recovery.store.database import unit_of_work
from tests.casework import FILED, accepted, do, filed, routed, seen
from tests.portal.people import member, worker

ON = date(2026, 3, 10)
WHO = ("team", "lead", "member", "debtor")
BUTTON = re.compile(r'href="[^"]+/do/(\w+)"')
ANSWER = re.compile(r'action="[^"]+/do/(\w+)"')


def _after(*steps, **more):
    """Return a case with which some actions were done."""
    name = accepted(**more)
    for action, data in steps:
        do(name, action, ON, **{"note": "as it was", **data})
    return name


def _only_filed(number):
    with unit_of_work() as session:
        return filed(session, number=number).claim_id


def _drafted(number):
    name = _only_filed(number)
    with unit_of_work() as session:
        load(session, name).row.state = "draft"
    return name


def _routed(number, action=None, **data):
    name = routed(number=number)
    if action:
        do(name, action, ON, note="as it was", **data)
    return name


COURT = (("decide_urgent", {}), ("choose_route", {}))
MADE = {
    State.DRAFT: _drafted,
    State.FILED: _only_filed,
    State.AWAITING_ACCEPTANCE: _routed,
    State.AWAITING_INFORMATION: lambda number: _routed(number, "ask"),
    State.REFUSED: lambda number: _routed(number, "refuse"),
    State.AMICABLE: lambda number: _after(("set_task", {}), number=number),
    State.FORMAL_NOTICE: lambda number: _noticed(number),
    State.DISPUTED: lambda number: _after(("dispute", {}), number=number),
    State.INSTALMENT_PLAN: lambda number: _after(("plan", {}), number=number),
    State.JUDICIAL: lambda number: _after(*COURT, number=number),
    State.ENFORCEMENT: lambda number: _after(
        *COURT, ("record_judgment", {"for": "creditor"}), ("record_title", {}), number=number
    ),
    State.SUSPENDED: lambda number: _after(("suspend", {"kind": "insolvency"}), number=number),
    State.CLOSED: lambda number: _after(("withdraw", {}), number=number),
}


def _noticed(number):
    name = accepted(number=number)
    with unit_of_work() as session:
        move(load(session, name), "give_notice", actor="system", on=ON)
    return name


@pytest.fixture
def cases(local):
    """A case in every state."""
    made = {state: make(f"2026-{number}") for number, (state, make) in enumerate(MADE.items(), 1)}
    for state, name in made.items():
        assert seen(name).state == state
    return made


def _tried(name, action, on):
    """Return why the case refuses an action that is tried without any field, None where it lacks only those."""
    try:
        would_do(Asked(name, action, on))
    except CaseError as error:
        return error.message if (error.code, error.field) == ("not_allowed", "action") else None
    return None


def test_table_and_handlers_answer_alike_for_every_action_state_and_side(cases):
    tried = 0
    for name in cases.values():
        case = seen(name)
        day = today_of(case)
        answers = [(who, *row) for who in WHO for row in possible(case, day, who).items()]
        for who, action, why in answers:
            assert why_not(case, action, day, who) == why
            if why is None:
                assert fits(case, ACTIONS[action], who)
            else:
                with pytest.raises(CaseError) as refused:
                    carry_out(case, Order(action, day, who=who))
                assert (refused.value.code, refused.value.message) == ("not_allowed", why)
            if who == "lead" and why is None:
                tried += 1
                assert _tried(name, action, day) is None, action
    assert tried > 150


def test_pages_offer_what_the_table_allows(cases, caller):
    team, lead, own = caller(worker()), caller(worker("lena@dienst.example", role="lead")), caller(member())
    for name in cases.values():
        case = seen(name)
        day = today_of(case)
        for client, who in ((team, "team"), (lead, "lead")):
            shown = set(BUTTON.findall(client.get(f"/team/cases/{name}").text))
            told = possible(case, day, who)
            assert shown == {one for one, why in told.items() if why is None and ACTIONS[one].group}
        answers = set(ANSWER.findall(own.get(f"/claims/{name}").text))
        told = possible(case, day, "member")
        assert answers <= {one for one, why in told.items() if why is None}
        assert ("withdraw" in answers) is (told["withdraw"] is None)


def test_a_form_says_why_not_and_is_nobody_elses(cases, caller):
    team, own = caller(worker()), caller(member())
    name = cases[State.CLOSED]
    assert "not while the case is in this state" in team.get(f"/team/cases/{name}/do/accept").text
    for action in ("hand_over", "refuse_consent", "record_payment", "dance"):
        assert team.get(f"/team/cases/{name}/do/{action}").status_code == 404
    page = own.get(f"/claims/{cases[State.AMICABLE]}").text
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)[1]
    for action, status in (("accept", 404), ("dance", 404), ("inform", 422)):
        assert own.post(f"/claims/{cases[State.AMICABLE]}/do/{action}", data={"csrf": token}).status_code == status


def answer(*arguments):
    result = CliRunner().invoke(main, [*arguments, "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_the_command_line_answers_as_the_table(cases):
    for name in cases.values():
        case = seen(name)
        day = today_of(case)
        told = possible(case, day, "lead")
        assert answer("case", "actions", name)[1]["actions"] == told
        shown = answer("case", "show", name, "--as-of", day.isoformat())[1]
        assert shown["possible"] == told
        refused = next(one for one, why in told.items() if why)
        for more in ((), ("--dry-run",)):
            code, said = answer("case", "do", name, refused, "--on", day.isoformat(), *more)
            assert (code, said["error"]["message"]) == (1, told[refused])


FAULTY = [
    # action, options, code, field
    ("promise", ("--route", "national_court"), "bad_choice", "route"),
    ("withdraw", ("--amount", "5.00"), "bad_choice", "amount"),
    ("waive", (), "missing", "amount"),
    ("waive", ("--amount", "5.00", "--currency", "SEK"), "bad_choice", "currency"),
    ("decide_urgent", ("--note", " "), "missing", "note"),
    ("override_law", ("--law", "NL", "--note", "agreed"), "missing", "basis"),
    ("write_debtor", ("--note", "Hello", "--channel", "pigeon"), "bad_choice", "channel"),
    ("promise", ("--by", "member"), "not_allowed", "action"),
    ("record_payment", (), "missing", "amount"),
    ("record_payment", ("--amount", "5.00", "--version", "0"), "version_conflict", None),
]


@pytest.mark.parametrize(("action", "options", "code", "field"), FAULTY)
def test_an_action_takes_its_own_fields_alone_and_names_what_is_missing(local, action, options, code, field):
    name = accepted()
    version = seen(name).version
    exit_code, said = answer("case", "do", name, action, "--on", ON.isoformat(), *options)
    assert (exit_code, said["error"]["code"], said["error"].get("field")) == (1, code, field)
    assert seen(name).version == version


def test_an_amount_may_name_the_cases_own_currency(local):
    name = accepted()
    code, _ = answer("case", "do", name, "waive", "--amount", "5.00", "--currency", "eur", "--on", ON.isoformat())
    assert code == 0


def test_the_options_are_the_fields_of_the_table():
    fields = {field.name for action in ACTIONS.values() for field in action.fields}
    assert {name.replace("-", "_") for name in NEEDS} == fields - {"note", "amount", "currency", "mistaken"}


def test_the_table_of_actions_in_the_docs_is_current():
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
    assert action_page.section() in page
    assert action_page.renewed(page) == page


def test_papers_come_with_an_action_and_its_version_is_the_one_that_was_seen(local):
    name = routed()
    stood = seen(name)
    papers = (("other", "note.pdf", b"%PDF-1.7 a note"),)
    order = Order("accept", FILED, expected_version=stood.version, papers=papers)
    with pytest.raises(CaseError, match="changed by somebody else"), unit_of_work() as session:
        act(session, name, replace(order, expected_version=stood.version - 1))
    with unit_of_work() as session:
        act(session, name, order)
    assert seen(name).state == "amicable"
    assert [one.name for one in seen(name).papers if one.kind == "other"] == ["note.pdf"]
