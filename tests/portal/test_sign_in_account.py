"""One's own account: second factors, password, sessions; and how the first administrator comes in."""

from __future__ import annotations

import re

import pyotp
from sqlmodel import select

from recovery.people import factors, links
from recovery.people.accounts import PLACEHOLDER
from recovery.portal.sign_in.account import agent_name
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, PortalSession
from tests.portal.sign_in import BAD, GOOD, MEMBER, WORKER, mails, now, people, visitor

__all__ = ["people", "visitor"]


def test_the_first_administrator_signs_up_and_must_set_a_factor_up(visitor):
    with unit_of_work() as session:
        path = links.first_administrator_link(session, now()).removeprefix(settings().portal_url)
    root = visitor()
    given = {"name": "Rut", "email": "root@dienst.example", "password": GOOD}
    for wrong in ({"name": ""}, {"email": "x"}, {"password": "x"}, {"email": WORKER}):
        assert root.send(path, on=path, **{**given, **wrong}).status_code == 422
    assert root.send(path, on=path, **given).headers["location"] == "/account/second-factor"
    assert visitor().open(path).status_code == 410
    assert visitor().send(path, **given).status_code == 410
    with reading() as session:
        assert not session.get(Account, PLACEHOLDER).active


def test_a_worker_sets_an_app_up_and_shows_it_from_then_on(visitor, people):
    ada = visitor()
    assert ada.sign_in(WORKER).headers["location"] == "/account/second-factor"
    here, weak = "/account/second-factor", ada.cookie
    assert ada.send(f"{here}/app", on=here).headers["location"] == f"{here}/app"
    page = ada.open(f"{here}/app")
    app = pyotp.TOTP(re.search(r"<code>([A-Z2-7]{32})</code>", page.text).group(1))
    assert ada.send(f"{here}/app/code", on=f"{here}/app", code="no").status_code == 422
    assert ada.send(f"{here}/app/code", on=f"{here}/app", code=app.now()).headers["location"] == f"{here}/codes"
    assert ada.cookie != weak
    assert visitor(weak).open("/account").status_code == 303
    shown = ada.send(f"{here}/codes", on=f"{here}/codes")
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", shown.text)
    assert len(codes) == 10

    again = visitor()
    assert again.sign_in(WORKER, back="/charter").headers["location"] == "/second-factor?back=/charter"
    assert again.open("/account").headers["location"] == "/second-factor?back=/account"
    assert again.open(here).headers["location"] == f"/second-factor?back={here}"
    on = "/second-factor?back=/charter"
    with reading() as session:
        used = session.get(Account, people[WORKER]).totp_last
    replayed = app.generate_otp(used)
    assert again.send("/second-factor", on=on, code=replayed, back="/charter").status_code == 422
    assert (
        again.send("/second-factor", on=on, code=app.generate_otp(used + 1), back="/charter").headers["location"]
        == "/charter"
    )
    assert again.open("/account").status_code == 200

    lost = visitor()
    lost.sign_in(WORKER)
    assert lost.send("/second-factor", on="/second-factor", recovery="abcd").status_code == 422
    assert lost.send("/second-factor", on="/second-factor", recovery=codes[0]).headers["location"] == "/team"
    lost.send(f"{here}/drop", on=here, app="yes")
    mails("changed", 2)
    assert visitor().sign_in(WORKER).headers["location"] == here


def test_codes_are_not_guessed(visitor, people):
    with unit_of_work() as session:
        session.get(Account, people[WORKER]).totp_secret = factors.new_secret()
    ada = visitor()
    ada.sign_in(WORKER)
    found = [ada.send("/second-factor", on="/second-factor", code="wrong").status_code for _ in range(11)]
    assert found == [422] * 10 + [429]


def test_one_changes_ones_password_language_and_ends_sessions(visitor, people):
    mia, other = visitor(), visitor()
    mia.sign_in()
    other.sign_in()
    before = mia.cookie
    new = {"password": "quite another sentence"}
    assert mia.send("/account/password", on="/account", present_password=BAD, **new).status_code == 422
    assert mia.send("/account/password", on="/account", present_password=GOOD, password="x").status_code == 422
    assert mia.send("/account/password", on="/account", present_password=GOOD, **new).status_code == 303
    assert mia.cookie != before
    assert other.open("/account").status_code == 303
    mia.send("/account/language", on="/account", language="sv")
    assert '<html lang="sv">' in mia.open("/account").text
    third = visitor()
    third.sign_in(MEMBER, "quite another sentence")
    with reading() as session:
        ids = [one.id for one in session.exec(select(PortalSession).where(PortalSession.account_id == people[MEMBER]))]
    assert len(ids) == 2
    mia.send("/account/sessions", on="/account")
    assert third.open("/account").status_code == 303
    assert mia.open("/account").status_code == 200


def test_nobody_ends_anothers_session(visitor, people):
    mia, ada = visitor(), visitor()
    mia.sign_in()
    with reading() as session:
        theirs = session.exec(select(PortalSession.id).where(PortalSession.account_id == people[MEMBER])).one()
    ada.sign_in(WORKER)
    ada.send("/account/sessions", on="/account", session=theirs)
    assert mia.open("/account").status_code == 200


def test_a_browser_is_named_as_far_as_it_says():
    assert agent_name("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0") == "Firefox, Linux"
    assert agent_name("") == "–"
