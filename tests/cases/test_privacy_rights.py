"""A person over all cases: exported, corrected, restricted, erased; and what is left and why."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.cli import main
from recovery.desk import privacy
from recovery.errors import CaseError
from recovery.store import documents
from recovery.store.database import reading, transact
from recovery.store.tables import Document, Member, Party
from tests.cases.test_doing import counts
from tests.casework import accepted, do, routed, seen

pytestmark = pytest.mark.usefixtures("installation")
PERSON = "d@d.example"
LATER = datetime(2037, 1, 2, tzinfo=UTC)
SOON = datetime(2026, 6, 1, tzinfo=UTC)


def run(*arguments):
    result = CliRunner().invoke(main, ["privacy", *arguments, "--json"])
    return result.exit_code, json.loads(result.stdout)


def rights(call, *args, person=PERSON):
    return transact(lambda session: call(session, privacy.person_of(session, person), *args))


def closed():
    name = accepted(number="C")
    do(name, "close", date(2026, 3, 4), reason="uncollectable")
    return name


def test_all_that_is_held_of_a_person_is_told_without_the_teams_notes():
    one, two = accepted(number="1"), routed(number="2", debtor="IT")
    do(one, "note", date(2026, 3, 3), note="keep this to ourselves")
    code, told = run("export", PERSON)
    assert code == 0
    assert sorted(row["case"]["case"] for row in told["cases"]) == sorted((one, two))
    assert {row["details"]["email"] for row in told["cases"]} == {PERSON}
    assert "keep this to ourselves" not in json.dumps(told)
    code, told = run("export", "studio@voorbeeld.example")
    assert [one["email"] for one in told["members"]] == ["studio@voorbeeld.example"]
    assert {row["role"] for row in told["cases"]} == {"creditor"}
    assert run("export", "nobody@example.org")[0] == 1
    assert run("export", PERSON, "--dry-run")[1]["cases"][0].keys() == {"claim", "role"}


def test_a_name_of_two_people_gives_nobodys_data_away():
    one, two = accepted(number="1"), accepted(number="2")

    def moved(session):
        party = session.get(Party, (seen(two).claim_id, "debtor"))
        party.postal_code, party.town, party.email = "2000", "Elders", "other@d.example"

    transact(moved)
    with pytest.raises(CaseError) as error, reading() as session:
        privacy.person_of(session, "Debiteur Voorbeeld")
    assert error.value.code == "ambiguous_person"
    with reading() as session:
        assert privacy.person_of(session, f"{one}:debtor").sides == [(seen(one).claim_id, "debtor")]


def test_details_are_put_right_in_all_cases_or_only_tried():
    one, two = accepted(number="1"), closed()
    before = counts()
    code, told = run("correct", PERSON, "--name", "Debiteur V.", "--phone", "+31 20 1", "--dry-run")
    assert code == 0
    assert {row["done"] for row in told["corrected"]} == {"name, phone"}
    assert counts() == before
    run("correct", PERSON, "--name", "Debiteur V.", "--address", "Nieuweweg 27; 1012 AB Amsterdam")
    for name in (one, two):
        party = seen(name).party("debtor")
        assert (party.name, party.town) == ("Debiteur V.", "Amsterdam")
    assert run("correct", PERSON)[0] == 1
    assert verify().as_dict()["findings"] == []


def test_a_creditors_account_is_put_right_with_the_members_own():
    name = accepted()
    run("correct", "studio@voorbeeld.example", "--iban", "NL91ABNA0417164300")
    assert seen(name).party("creditor").iban == "NL91ABNA0417164300"
    with reading() as session:
        assert session.exec(select(Member.iban)).one() == "NL91ABNA0417164300"


def test_cases_against_a_restricted_person_rest():
    open_, done = accepted(number="1"), closed()
    rows = {row["case"]: row["done"] for row in rights(privacy.restrict, "contested", "team", SOON)}
    assert rows == {open_: "suspended", done: "left"}
    assert seen(open_).state == "suspended"
    own = rights(privacy.restrict, "", "team", SOON, person="studio@voorbeeld.example")
    assert {row["done"] for row in own} == {"left"}
    assert verify().as_dict()["findings"] == []


def test_an_open_claim_keeps_a_person_and_a_closed_one_loses_the_contact_at_once():
    open_, done = accepted(number="1"), closed()
    before = counts()
    assert {row["done"] for row in run("erase", PERSON, "--dry-run")[1]["erased"]} == {"kept", "contact details"}
    assert counts() == before
    rows = {row["case"]: row for row in rights(privacy.erase, "team", SOON)}
    assert "17(3)(e)" in rows[open_]["why"]
    assert rows[done]["why"].startswith("the rest is kept with the books until 2036-03-04")
    party = seen(done).party("debtor")
    assert (party.email, party.name) == (None, "Debiteur Voorbeeld")
    assert seen(open_).party("debtor").email == PERSON
    assert verify().as_dict()["findings"] == []


def test_after_ten_years_all_goes_but_the_amounts():
    name = closed()
    entries = [(one.kind, one.amount_minor) for one in seen(name).entries]
    with reading() as session:
        papers = [one.sha256 for one in session.exec(select(Document))]
    (row,) = rights(privacy.erase, "team", LATER)
    assert row["done"] == "erased"
    case = seen(name)
    party = case.party("debtor")
    assert (party.name, party.street, party.town, party.email, party.vat) == ("erased", "", "", None, None)
    assert [(one.kind, one.amount_minor) for one in case.entries] == entries
    assert not any(documents.path_of(sha).exists() for sha in papers)
    assert verify().as_dict()["findings"] == []
    (side, own) = rights(privacy.erase, "team", LATER, person="studio@voorbeeld.example")
    assert (side["done"], own["done"]) == ("erased", "erased")
    with reading() as session:
        member = session.exec(select(Member)).one()
    assert (member.name, member.iban, member.email.endswith("@erased.invalid")) == ("erased", None, True)
