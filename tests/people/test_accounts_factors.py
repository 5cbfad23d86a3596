"""One-time links and second factors: each good once, for its purpose and in its time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from lxml import etree
from sqlmodel import select

from recovery.people import factors, links, passkeys
from recovery.people.accounts import account_for
from recovery.people.members import add_member
from recovery.people.sessions import open_session, session_id
from recovery.people.switches import switch
from recovery.people.teams import add_team_member
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, OneTimeLink, PortalSession

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECONDS = timedelta(seconds=1)
EMAIL = "ada@dienst.example"


@pytest.fixture
def ada(installation):
    with unit_of_work() as session:
        add_team_member(session, EMAIL, "Ada Voorbeeld", "NL")
        return account_for(session, EMAIL, NOW).id


def issued(account, purpose="sign_in", now=NOW):
    with unit_of_work() as session:
        return links.issue(session, session.get(Account, account), purpose, now)


def used(token, purposes=("sign_in",), now=NOW):
    with unit_of_work() as session:
        found = links.use(session, token, purposes, now)
        return found.id if found else None


def test_a_link_is_good_once(ada):
    token = issued(ada)
    assert [used(token), used(token)] == [ada, None]


def test_a_link_used_twice_at_once_is_good_once(ada):
    token = issued(ada)
    with ThreadPoolExecutor(4) as pool:
        assert sorted(str(one) for one in pool.map(lambda _: used(token), range(8))) == sorted([ada] + ["None"] * 7)


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [("sign_in", timedelta(minutes=20)), ("reset", timedelta(hours=1)), ("invite", timedelta(days=7))],
)
def test_a_link_ends_in_time(ada, purpose, lasts):
    assert used(issued(ada, purpose), (purpose,), NOW + lasts) is None
    assert used(issued(ada, purpose), (purpose,), NOW + lasts - SECONDS) == ada


def test_a_link_serves_its_own_purpose(ada):
    token = issued(ada, "sign_in")
    assert used(token, ("reset", "invite")) is None
    assert used("x" * 43) is None
    with reading() as session:
        assert links.open_link(session, token, ("reset",), NOW) is None
        assert links.open_link(session, token, ("sign_in",), NOW).account_id == ada
        assert session.get(OneTimeLink, token) is None


def test_a_deactivated_account_is_not_opened_by_a_link(ada):
    token = issued(ada)
    with unit_of_work() as session:
        session.get(Account, ada).active = False
    assert used(token) is None


def test_ended_links_are_deleted(ada):
    issued(ada)
    issued(ada, now=NOW + timedelta(hours=1))
    with unit_of_work() as session:
        assert len(session.exec(select(OneTimeLink)).all()) == 1
        links.forget_ended(session, NOW + timedelta(hours=2))
        assert session.exec(select(OneTimeLink)).all() == []


@pytest.fixture
def app(ada):
    """Ada's authenticator app."""
    secret = factors.new_secret()
    with unit_of_work() as session:
        account = session.get(Account, ada)
        assert not factors.set_totp(session, account, secret, "000000x", NOW)
        assert factors.set_totp(session, account, secret, pyotp.TOTP(secret).at(NOW), NOW)
    return pyotp.TOTP(secret)


def took(ada, code, now):
    with unit_of_work() as session:
        return factors.take_totp(session, session.get(Account, ada), code, now)


def test_a_code_is_taken_once_and_none_before_it(ada, app):
    later = NOW + 60 * SECONDS
    assert not took(ada, app.at(NOW), NOW), "the code that set it up"
    assert took(ada, f" {app.at(later)[:3]} {app.at(later)[3:]} ", later)
    assert not took(ada, app.at(later), later)
    assert not took(ada, app.at(later - 30 * SECONDS), later)
    assert took(ada, app.at(later + 30 * SECONDS), later), "a clock one step ahead"


def test_a_code_out_of_its_time_is_wrong(ada, app):
    later = NOW + timedelta(hours=1)
    for off in (-90, -60, 60, 90):
        assert not took(ada, app.at(later + off * SECONDS), later)
    for code in ("", "12345", "abcdef", "１２３４５６"):
        assert not took(ada, code, later)


def test_a_code_shown_twice_at_once_is_taken_once(ada, app):
    later = NOW + 60 * SECONDS
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: took(ada, app.at(later), later), range(8))) == 1


def test_the_picture_stands_in_a_page_as_it_is():
    drawn = etree.fromstring(factors.picture_of(factors.new_secret(), EMAIL))
    assert drawn.tag == "svg"
    assert all(name not in ("style", "onload") for element in drawn.iter() for name in element.attrib)


def test_recovery_codes_work_once_each_until_new_ones_are_made(ada, app):
    with unit_of_work() as session:
        account = session.get(Account, ada)
        codes = factors.new_recovery_codes(session, account, NOW)
        assert len(set(codes)) == factors.recovery_codes_left(session, account, NOW) == 10
        assert factors.take_recovery_code(session, account, codes[0].upper().replace("-", " "), NOW)
        assert not factors.take_recovery_code(session, account, codes[0], NOW)
        assert not factors.take_recovery_code(session, account, "", NOW)
        assert factors.recovery_codes_left(session, account, NOW) == 9
        assert links.use(session, codes[1], ("sign_in", "reset"), NOW) is None
        factors.new_recovery_codes(session, account, NOW)
        assert not factors.take_recovery_code(session, account, codes[1], NOW)
        kept = [one.id for one in session.exec(select(OneTimeLink))]
    assert not any(code in kept for code in codes)


def test_another_ones_recovery_code_is_wrong(ada, app):
    with unit_of_work() as session:
        codes = factors.new_recovery_codes(session, session.get(Account, ada), NOW)
        add_member(session, "bo@voorbeeld.example", "Bo Voorbeeld", "NL", "nl", None)
        other = account_for(session, "bo@voorbeeld.example", NOW)
        assert not factors.take_recovery_code(session, other, codes[0], NOW)


def test_who_works_must_set_a_factor_up_and_who_has_one_must_show_it(ada):
    with unit_of_work() as session:
        account = session.get(Account, ada)
        add_member(session, "bo@voorbeeld.example", "Bo Voorbeeld", "NL", "nl", None)
        member = account_for(session, "bo@voorbeeld.example", NOW)
        assert (factors.wanted(session, account), factors.wanted(session, member)) == ("set_up", "")
        switch(session, "second_factor", False, "root", NOW)
        assert not factors.second_factor_required(session)
        assert factors.wanted(session, account) == ""
        member.totp_secret = factors.new_secret()
        assert factors.wanted(session, member) == "show"


def test_with_the_last_factor_the_recovery_codes_go(ada, app):
    with unit_of_work() as session:
        account = session.get(Account, ada)
        factors.new_recovery_codes(session, account, NOW)
        factors.drop_totp(session, account, NOW)
        assert not factors.has_factor(session, account)
        assert factors.recovery_codes_left(session, account, NOW) == 0


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("http://localhost:8000", True),
        ("https://incasso.example", True),
        ("http://incasso.example", False),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.1", False),
        ("https://[2001:db8::1]", False),
    ],
)
def test_passkeys_need_a_name_and_a_safe_way(local, monkeypatch, address, possible):
    monkeypatch.setenv("RECOVERY_PORTAL_URL", address)
    settings.cache_clear()
    assert passkeys.possible() is possible


def test_an_answer_without_a_challenge_or_without_sense_is_refused(ada):
    with unit_of_work() as session:
        account = session.get(Account, ada)
        here = session_id(open_session(session, account, NOW))
        answer = '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}'
        assert passkeys.add_passkey(session, account, here, answer, "Laptop", NOW) is None
        for nonsense in ("", "{", "[]", '{"id": 1}', answer):
            passkeys.ask_new(session, account, here)
            assert passkeys.add_passkey(session, account, here, nonsense, "Laptop", NOW) is None
            assert not passkeys.take_passkey(session, account, here, nonsense, NOW)
        assert "challenge" not in session.get(PortalSession, here).data
        assert not passkeys.drop_passkey(session, account, "AAAA", NOW)
