"""Accounts: whose they are, their passwords, and what closes one for a while."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from recovery.errors import IntakeError
from recovery.people import limits, links, passwords
from recovery.people.accounts import (
    account_for,
    account_of,
    administrator_exists,
    check_password,
    make_administrator,
    set_language,
    set_password,
)
from recovery.people.limits import LINK_MAILS, SIGN_IN, count, forget_old, give_back, network_of, take
from recovery.people.members import add_member
from recovery.people.passwords import accepted
from recovery.people.teams import add_team_member
from recovery.store.database import engine, reading, unit_of_work
from recovery.store.portal_tables import Account, AuditEntry, Tally
from recovery.store.tables import Member, TeamMember
from tests.conftest import REAL_HASHER

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EMAIL = "ada@dienst.example"
GOOD = "kettle under four bridges"


@pytest.fixture
def ada(installation):
    """Ada, who works for the Dutch team, with a password."""
    with unit_of_work() as session:
        add_team_member(session, EMAIL, "Ada Voorbeeld", "NL", language="nl")
        account = account_for(session, EMAIL, NOW)
        set_password(session, account, GOOD, NOW)
    return account.id


def wrong(times, now=NOW):
    return [check_password(EMAIL, "not the right one", now) for _ in range(times)]


def kinds():
    with reading() as session:
        return [one.kind for one in session.exec(select(AuditEntry).order_by(AuditEntry.id))]


def test_one_account_stands_for_a_member_who_also_works(installation):
    with unit_of_work() as session:
        member = add_member(session, EMAIL, "Ada Voorbeeld", "NL", "fr", None)
        first = account_for(session, EMAIL.upper(), NOW)
        person = add_team_member(session, EMAIL, "Ada Voorbeeld", "NL")
        again = account_for(session, EMAIL, NOW)
    assert (first.id, again.member_id, again.team_member_id) == (again.id, member.id, person.id)
    assert again.language == "fr"


def test_who_is_nobody_gets_no_account(installation):
    with unit_of_work() as session, pytest.raises(IntakeError, match="neither a member"):
        account_for(session, "nobody@voorbeeld.example", NOW)


def test_two_who_ask_at_once_get_the_same_account(installation):
    with unit_of_work() as session:
        add_member(session, EMAIL, "Ada Voorbeeld", "NL", "nl", None)

    def made(_):
        with unit_of_work() as session:
            return account_for(session, EMAIL, NOW).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(made, range(8)))) == 1


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_length"),
        ("x" * 129, "password_length"),
        ("Ada@Dienst.Example", "password_address"),
        ("Password1234", "password_common"),
        ("abababababab", "password_common"),
    ],
)
def test_a_bad_password_is_not_taken(password, code):
    with pytest.raises(IntakeError) as caught:
        accepted(password, EMAIL)
    assert (caught.value.code, caught.value.field) == (code, "password")


def test_the_right_password_signs_in_and_only_its_hash_is_kept(ada):
    assert check_password(f" {EMAIL.upper()} ", GOOD, NOW).account.id == ada
    with reading() as session:
        kept = session.get(Account, ada).password_hash
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept


@pytest.mark.parametrize("email", [EMAIL, "nobody@voorbeeld.example", "", "@"])
def test_a_wrong_password_and_an_unknown_address_give_the_same(ada, email):
    assert check_password(email, "not the right one", NOW) == check_password("else@voorbeeld.example", GOOD, NOW)


def test_a_hash_of_old_parameters_is_made_anew(ada, monkeypatch):
    monkeypatch.setattr(passwords, "hasher", REAL_HASHER)
    with unit_of_work() as session:
        session.get(Account, ada).password_hash = PasswordHasher(time_cost=1, memory_cost=8192).hash(GOOD)
    assert check_password(EMAIL, GOOD, NOW).account.id == ada
    with reading() as session:
        assert "m=65536,t=3" in session.get(Account, ada).password_hash
    assert check_password(EMAIL, GOOD, NOW).account.id == ada


def test_ten_wrong_ones_close_the_account_for_a_quarter_of_an_hour(ada):
    tries = wrong(10)
    assert [one.locked is not None for one in tries] == [False] * 9 + [True]
    assert check_password(EMAIL, GOOD, NOW + 14 * MINUTE).account is None
    assert check_password(EMAIL, GOOD, NOW + 15 * MINUTE).account.id == ada
    assert kinds().count("locked") == 1
    with reading() as session:
        assert session.get(Account, ada).failures == 0


def test_a_try_while_it_is_closed_does_not_count(ada):
    wrong(10)
    assert not any(one.locked for one in wrong(20, NOW + MINUTE))
    assert check_password(EMAIL, GOOD, NOW + 16 * MINUTE).account.id == ada


def test_it_stays_closed_longer_the_second_time_and_a_day_later_all_is_forgotten(ada):
    wrong(10)
    assert wrong(10, NOW + 20 * MINUTE)[-1].locked
    assert check_password(EMAIL, GOOD, NOW + 49 * MINUTE).account is None
    with reading() as session:
        assert session.get(Account, ada).locked_until == NOW + 50 * MINUTE
    assert not any(one.locked for one in wrong(9, NOW + timedelta(days=1)))
    assert check_password(EMAIL, GOOD, NOW + timedelta(days=1)).account.id == ada


def test_guesses_at_once_are_counted_each(ada):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: check_password(EMAIL, "not the right one", NOW), range(12)))
    assert sum(one.locked is not None for one in found) == 1
    with reading() as session:
        assert session.get(Account, ada).failures == 10


def test_a_new_password_opens_a_closed_account(ada):
    wrong(10)
    with unit_of_work() as session:
        set_password(session, session.get(Account, ada), "quite another sentence", NOW)
    assert check_password(EMAIL, "quite another sentence", NOW).account.id == ada
    assert check_password(EMAIL, GOOD, NOW).account is None


def test_who_was_deactivated_does_not_sign_in(ada):
    with unit_of_work() as session:
        session.get(Account, ada).active = False
    assert check_password(EMAIL, GOOD, NOW).account is None
    with reading() as session:
        assert account_of(session, EMAIL) is None


def test_the_language_is_one_for_pages_and_news(installation):
    with unit_of_work() as session:
        member = add_member(session, EMAIL, "Ada Voorbeeld", "NL", "nl", None)
        person = add_team_member(session, EMAIL, "Ada Voorbeeld", "NL", language="nl")
        set_language(session, account_for(session, EMAIL, NOW), "sv")
    with reading() as session:
        assert session.get(Member, member.id).language == session.get(TeamMember, person.id).language == "sv"


def test_a_limit_counts_every_try_of_a_window_and_each_subject_apart(installation):
    with unit_of_work() as session:
        tried = [take(session, LINK_MAILS, EMAIL, NOW).count <= LINK_MAILS.most for _ in range(6)]
        assert tried == [True] * 5 + [False]
        assert take(session, LINK_MAILS, "else@voorbeeld.example", NOW).count == 1
        assert take(session, SIGN_IN, EMAIL, NOW).count == 1
        assert take(session, LINK_MAILS, EMAIL, NOW + 60 * MINUTE).count == 1
    with reading() as session:
        names = [one.name for one in session.exec(select(Tally))]
    assert not any("@" in name for name in names)


def test_tries_at_once_are_counted_each(installation):
    engine()

    def tried(_):
        with unit_of_work() as session:
            return count(session, SIGN_IN, "192.0.2.1", NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(tried, range(12))) == list(range(1, 13))


def test_old_windows_are_deleted(installation):
    with unit_of_work() as session:
        count(session, SIGN_IN, "192.0.2.1", NOW)
        forget_old(session, NOW + 14 * MINUTE)
        assert session.exec(select(Tally)).all()
        count(session, SIGN_IN, "192.0.2.1", NOW + 15 * MINUTE)
    with reading() as session:
        assert len(session.exec(select(Tally)).all()) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_callers_of_one_subscriber_are_counted_together(address, network):
    assert network_of(address) == network


def test_the_first_administrator_comes_by_a_link_that_ends_with_it(installation):
    with unit_of_work() as session:
        before = links.first_administrator_link(session, NOW)
        link = links.first_administrator_link(session, NOW)
    token = link.rpartition("/first/")[2]
    with unit_of_work() as session:
        assert links.open_link(session, before.rpartition("/")[2], ("administrator",), NOW) is None
        assert links.open_link(session, token, ("administrator",), NOW + timedelta(hours=24)) is None
        assert links.use(session, token, ("administrator",), NOW) is not None
        made = make_administrator(session, "root@dienst.example", "Rut", accepted(GOOD, ""), "es", NOW)
    with unit_of_work() as session:
        assert administrator_exists(session)
        assert links.first_administrator_link(session, NOW) is None
        assert session.get(TeamMember, made.team_member_id).role == "administrator"
    assert check_password("root@dienst.example", GOOD, NOW).account.id == made.id


def test_an_administrator_without_a_way_in_is_none_yet(installation):
    with unit_of_work() as session:
        person = add_team_member(session, EMAIL, "Ada Voorbeeld", None, "administrator")
        assert links.first_administrator_link(session, NOW)
        made = make_administrator(session, EMAIL, "Ada Voorbeeld", accepted(GOOD, EMAIL), "nl", NOW)
        assert made.team_member_id == person.id
        assert links.first_administrator_link(session, NOW) is None


def test_a_worker_is_not_made_administrator_by_the_first_link(ada):
    with unit_of_work() as session, pytest.raises(IntakeError, match="has it already"):
        make_administrator(session, EMAIL, "Ada Voorbeeld", accepted(GOOD, EMAIL), "nl", NOW)


def test_limits_forget_one_subject(installation):
    with unit_of_work() as session:
        count(session, SIGN_IN, "192.0.2.1", NOW)
        count(session, SIGN_IN, "192.0.2.2", NOW)
        limits.forget(session, SIGN_IN, "192.0.2.1")
        assert [count(session, SIGN_IN, one, NOW) for one in ("192.0.2.1", "192.0.2.2")] == [1, 2]


def test_what_was_right_counts_for_nothing_however_many_try_at_once(installation):
    engine()

    def tried(number):
        with unit_of_work() as session:
            taken = take(session, SIGN_IN, "192.0.2.7", NOW)
        if number % 2:
            with unit_of_work() as session:
                give_back(session, taken)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tried, range(24)))
    with reading() as session:
        [kept] = session.exec(select(Tally))
        assert kept.count == 12
