"""Signing in, by password and by link, and what must not get anybody in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from recovery.people.switches import switch
from recovery.portal.sign_in.mails import send_link
from recovery.portal.texts import translations
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import AuditEntry
from tests.portal.conftest import form_token
from tests.portal.sign_in import BAD, GOOD, MEMBER, TOKEN, issued, link_in, mails, now, people, visitor

__all__ = ["people", "visitor"]


def test_a_member_signs_in_and_out(visitor):
    mia = visitor()
    answer = mia.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/claims")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    assert mia.open("/account").status_code == 200
    assert mia.send("/sign-out", on="/account").headers["location"] == "/"
    assert mia.open("/account").headers["location"] == "/sign-in?back=/account"
    with reading() as session:
        assert [one.kind for one in session.exec(select(AuditEntry))][-1] == "sign_in"


@pytest.mark.parametrize(
    ("back", "to"), [("/charter", "/charter"), ("//x.example", "/claims"), ("https://x", "/claims")]
)
def test_after_it_one_comes_back_to_an_own_page_alone(visitor, back, to):
    assert visitor().sign_in(back=back).headers["location"] == to


def test_each_sign_in_has_a_new_cookie_and_ends_the_session_before(visitor):
    planted = visitor("chosen-by-somebody-else").sign_in()
    assert planted.status_code == 303
    assert "chosen-by-somebody-else" not in planted.headers["set-cookie"]
    assert visitor("chosen-by-somebody-else").open("/account").status_code == 303

    mia = visitor()
    mia.sign_in()
    first, token = mia.cookie, form_token(mia.open("/account").text)
    mia.client.post("/sign-in", data={"email": MEMBER, "password": GOOD, "csrf": token})
    assert mia.cookie != first
    assert visitor(first).open("/account").status_code == 303


def test_a_wrong_password_and_an_unknown_address_are_answered_the_same(visitor):
    pages = []
    for who in (MEMBER, "nobody@voorbeeld.example"):
        answer = visitor().sign_in(who, BAD)
        assert answer.status_code == 422
        pages.append(TOKEN.sub("", answer.text).replace(who, ""))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-in/link", "/password", "/sign-in/link/x", "/password/x", "/first/x"]
)
def test_a_form_of_elsewhere_is_refused(visitor, path):
    assert visitor().client.post(path, data={"email": MEMBER, "password": GOOD}).status_code == 403
    assert visitor().client.post(path, data={"csrf": "0" * 64}).status_code == 403


def test_a_closed_account_is_told_its_owner_alone(visitor):
    mia = visitor()
    answers = [mia.sign_in(MEMBER, BAD) for _ in range(10)] + [mia.sign_in(MEMBER, GOOD)]
    assert {one.status_code for one in answers} == {422}
    assert len({TOKEN.sub("", one.text) for one in answers}) == 1
    (told,) = mails("locked")
    assert told["To"] == MEMBER
    assert told["Subject"] == translations("nl").gettext("Your password is locked for a while")
    assert told["Subject"] != "Your password is locked for a while"
    assert link_in(told) == "/password"


def test_too_many_tries_from_one_place_must_wait(visitor):
    found = [visitor().sign_in(f"{number}@voorbeeld.example", BAD).status_code for number in range(21)]
    assert found == [422] * 20 + [429]
    assert visitor().sign_in().status_code == 429


@pytest.mark.parametrize("path", ["/sign-in/link", "/password"])
def test_asking_for_a_link_tells_nothing_and_has_a_limit(visitor, path):
    known = [visitor().send(path, on=path, email=MEMBER) for _ in range(6)]
    unknown = [visitor().send(path, on=path, email="nobody@voorbeeld.example") for _ in range(6)]
    for one, other in zip(known, unknown, strict=True):
        assert (one.status_code, one.headers.get("location")) == (other.status_code, other.headers.get("location"))
    assert [one.status_code for one in known] == [303] * 5 + [429]
    mails("sign_in" if path == "/sign-in/link" else "reset", 5)
    assert visitor().send(path, on=path, email="no address").status_code == 422


def test_nobody_is_written_to_who_is_nobody(people):
    for purpose in ("sign_in", "reset"):
        send_link("nobody@voorbeeld.example", purpose, now())
    with unit_of_work() as session:
        switch(session, "sign_in_by_link", False, "root", now())
    send_link(MEMBER, "sign_in", now())
    assert not (settings().outgoing / "mail").exists()


def test_a_mailed_link_signs_in_once_and_not_by_being_opened(visitor):
    mia = visitor()
    mia.send("/sign-in/link", on="/sign-in/link", email=MEMBER.upper())
    (mail,) = mails("sign_in")
    path = link_in(mail)
    for _ in range(3):
        assert mia.open(path).status_code == 200
    assert mia.send(path, on=path).headers["location"] == "/claims"
    assert visitor().open(path).status_code == 410
    assert visitor().send(path).status_code == 410


def test_a_link_that_has_ended_opens_nothing(visitor, people):
    token = issued(people[MEMBER], "sign_in", now() - timedelta(minutes=21))
    assert visitor().open(f"/sign-in/link/{token}").status_code == 410
    assert visitor().send(f"/sign-in/link/{token}").status_code == 410
    assert visitor().send(f"/password/{issued(people[MEMBER], 'sign_in')}", password=GOOD).status_code == 410


def test_links_can_be_switched_off(visitor):
    with unit_of_work() as session:
        switch(session, "sign_in_by_link", False, "root", now())
    assert visitor().open("/sign-in/link").status_code == 404
    assert "/sign-in/link" not in visitor().open("/sign-in").text


def test_a_forgotten_password_is_chosen_anew_and_ends_every_session(visitor):
    before, mia = visitor(), visitor()
    before.sign_in()
    mia.send("/password", on="/password", email=MEMBER)
    path = link_in(mails("reset")[0])
    assert mia.send(path, on=path, password="short").status_code == 422
    assert mia.send(path, on=path, password="quite another sentence").headers["location"] == "/claims"
    mails("changed")
    assert before.open("/account").status_code == 303
    assert visitor().open(path).status_code == 410
    assert visitor().sign_in(MEMBER, GOOD).status_code == 422
    assert visitor().sign_in(MEMBER, "quite another sentence").status_code == 303
