"""A member says on the claim's page what came to the member, and reads the claim's account there."""

from __future__ import annotations

import re

import pytest

from recovery.desk.views import today_of
from tests.casework import accepted, deadlines, do, seen
from tests.portal.people import member, worker


@pytest.fixture
def claim(local):
    return accepted()


def _token(page):
    return re.search(r'name="csrf" value="([0-9a-f]+)"', page)[1]


def test_a_member_says_what_came_and_the_team_books_it(claim, caller):
    own, team, day = caller(member()), caller(worker()), today_of(seen(claim))
    page = own.get(f"/claims/{claim}").text
    assert f"/claims/{claim}/do/say_paid" in page
    told = {"csrf": _token(page), "amount": "400.00", "paid_on": "2026-03-04", "note": "by transfer"}
    refused = own.post(f"/claims/{claim}/do/say_paid", data={**told, "amount": ""})
    assert (refused.status_code, deadlines(claim)[0].kind == "member_paid") == (422, False)
    proof = {"file": ("proof.pdf", b"%PDF-1.7 proof", "application/pdf")}
    assert own.post(f"/claims/{claim}/do/say_paid", data=told, files=proof).status_code == 303
    [task] = [one for one in deadlines(claim) if one.kind == "member_paid"]
    assert (task.data["amount"], task.data["paid_on"], task.data["papers"]) == ("400.00", "2026-03-04", 1)
    assert own.post(f"/claims/{claim}/do/record_payment", data={**told}).status_code == 422
    form = team.get(f"/team/cases/{claim}/do/confirm_paid").text
    done = team.post(f"/team/cases/{claim}/do/confirm_paid", data={"csrf": _token(form), "on": day.isoformat()})
    assert done.status_code == 303
    assert [(one.held_by, one.amount_minor) for one in seen(claim).payments] == [("member", 400_00)]
    assert "Paid to you" in own.get(f"/claims/{claim}").text


def test_a_member_takes_the_account_along(claim, caller):
    do(claim, "record_payment", today_of(seen(claim)), amount="100.00")
    given = caller(member()).get(f"/claims/{claim}/statement")
    assert (given.headers["content-type"], given.content[:5]) == ("application/pdf", b"%PDF-")
    assert caller(member("other@x.example")).get(f"/claims/{claim}/statement").status_code == 404
