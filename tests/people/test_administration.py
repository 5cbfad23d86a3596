"""An administrator's changes: users, partners' settings, the audit of them all."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from recovery.case.store import load
from recovery.case.transition import add_task
from recovery.errors import CaseError, IntakeError
from recovery.people import administration as people
from recovery.people import partners
from recovery.people.accounts import known_account, set_password
from recovery.people.audit import note
from recovery.people.audit_list import Which, as_csv, count, entries, names_of
from recovery.people.links import issue, use
from recovery.people.sessions import open_session, session_of
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, AuditEntry, OneTimeLink, Passkey
from recovery.store.tables import TeamMember
from tests.casework import accepted

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BY = "administrator-id"


def person(email="ada@dienst.example", country="NL", role="worker", password=False):
    with unit_of_work() as session:
        user = people.new_person(session, email, "Ada Voorbeeld", country, role, "nl", BY, NOW)
        if password:
            set_password(session, user.account, "kettle under four bridges", NOW)
    return user


def member(email="studio@voorbeeld.example"):
    with unit_of_work() as session:
        return people.new_member(session, email, "Studio Voorbeeld", "BE", "fr", "", BY, NOW)


def again(user):
    with reading() as session:
        return people.user_of(session, user.side, user.row.id)


def audit(kind):
    with reading() as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.kind == kind)))


def test_users_are_found_by_name_or_address(installation):
    person(), person("lena@dienst.example", "", "lead")
    member()
    with reading() as session:
        team, count_team = people.users(session, "team", "", 0, 1)
        found, _ = people.users(session, "team", "LENA", 0, 10)
        members, count_members = people.users(session, "members", "voorbeeld", 0, 10)
        nobody = [people.users(session, "members", text, 0, 10)[1] for text in ("%", "_", "'", "nora")]
    assert (len(team), count_team) == (1, 2)
    assert [(one.row.email, one.row.country, one.active) for one in found] == [("lena@dienst.example", None, True)]
    assert [one.account.language for one in members] == ["fr"]
    assert (count_members, nobody) == (1, [0, 0, 0, 0])
    assert [entry.data for entry in audit("person_added")] == [
        {"role": "worker", "country": "NL"},
        {"role": "lead", "country": ""},
    ]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"email": "nobody"}, "bad_email", "email"),
        ({"name": " "}, "missing", "name"),
        ({"name": "x" * 201}, "bad_size", "name"),
        ({"partner": "DE"}, "bad_choice", "partner"),
        ({"iban": "BE00"}, "bad_iban", "iban"),
        ({"email": "studio@voorbeeld.example"}, "duplicate_member", "email"),
    ],
)
def test_a_member_that_is_not_right_is_not_added(installation, change, code, field):
    member()
    given = {"email": "new@voorbeeld.example", "name": "Nieuw", "partner": "BE", "language": "nl", "iban": ""}
    with pytest.raises(IntakeError) as caught, unit_of_work() as session:
        people.new_member(session, **{**given, **change}, by=BY, now=NOW)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert len(audit("member_added")) == 1


def test_closed_access_ends_sessions_and_links_and_opens_again(installation):
    ada = person()
    with unit_of_work() as session:
        cookie = open_session(session, ada.account, NOW)
        token = issue(session, ada.account, "sign_in", NOW)
        people.close_user(session, people.user_of(session, "team", ada.row.id), BY, NOW)
    with unit_of_work() as session:
        assert session_of(session, cookie, NOW) is None
        assert use(session, token, ("sign_in",), NOW) is None
        assert known_account(session, "ada@dienst.example", NOW) is None
    assert (again(ada).active, again(ada).row.active) == (False, False)
    with unit_of_work() as session:
        people.open_user(session, people.user_of(session, "team", ada.row.id), BY, NOW)
    assert again(ada).active
    assert [entry.subject for entry in (*audit("user_closed"), *audit("user_opened"))] == [ada.account.id] * 2


def test_a_member_who_never_signed_in_can_be_closed(installation):
    from recovery.people.members import add_member

    with unit_of_work() as session:
        found = add_member(session, "stil@voorbeeld.example", "Stil", "BE", "nl", None)
        people.close_user(session, people.user_of(session, "members", found.id), BY, NOW)
    with unit_of_work() as session:
        assert not people.user_of(session, "members", found.id).active
        assert known_account(session, "stil@voorbeeld.example", NOW) is None


def test_who_leaves_a_team_stays_a_member(installation):
    own = member("ada@dienst.example")
    works = person()
    assert works.account.id == own.account.id
    with unit_of_work() as session:
        people.close_user(session, people.user_of(session, "team", works.row.id), BY, NOW)
    assert (again(own).active, again(works).active) == (True, False)
    with unit_of_work() as session:
        people.close_user(session, people.user_of(session, "members", own.row.id), BY, NOW)
    assert not again(own).active


def test_the_last_administrator_cannot_be_taken_away(installation):
    first = person("first@dienst.example", "", "administrator", password=True)
    person("second@dienst.example", "", "administrator")
    with pytest.raises(CaseError, match="last one"), unit_of_work() as session:
        people.close_user(session, people.user_of(session, "team", first.row.id), BY, NOW)
    with pytest.raises(CaseError, match="last one"), unit_of_work() as session:
        people.change_person(session, people.user_of(session, "team", first.row.id), "manager", "", "nl", BY, NOW)
    assert again(first).active
    third = person("third@dienst.example", "", "administrator", password=True)
    with unit_of_work() as session:
        people.close_user(session, people.user_of(session, "team", first.row.id), BY, NOW)
    with pytest.raises(CaseError, match="last one"), unit_of_work() as session:
        people.close_user(session, people.user_of(session, "team", third.row.id), BY, NOW)


def test_an_administrator_who_is_a_member_too_is_not_closed_as_one(installation):
    own = member("first@dienst.example")
    person("first@dienst.example", "", "administrator", password=True)
    with pytest.raises(CaseError, match="last one"), unit_of_work() as session:
        people.close_user(session, people.user_of(session, "members", own.row.id), BY, NOW)


def test_a_change_is_noted_with_what_was_and_stand_ins_end(installation):
    ada, lena = person(), person("lena@dienst.example")
    with unit_of_work() as session:
        session.get(TeamMember, lena.row.id).stand_in_id = ada.row.id
        people.change_person(session, people.user_of(session, "team", ada.row.id), "lead", "BE", "fr", BY, NOW)
    (entry,) = audit("user_changed")
    assert entry.data == {"role": ["worker", "lead"], "country": ["NL", "BE"], "language": ["nl", "fr"]}
    assert again(lena).row.stand_in_id is None
    assert again(ada).account.language == "fr"
    with unit_of_work() as session:
        people.change_person(session, people.user_of(session, "team", ada.row.id), "lead", "BE", "fr", BY, NOW)
    assert len(audit("user_changed")) == 1
    for role, country, field in (("king", "BE", "role"), ("lead", "DE", "country")):
        with pytest.raises(IntakeError) as caught, unit_of_work() as session:
            people.change_person(session, people.user_of(session, "team", ada.row.id), role, country, "fr", BY, NOW)
        assert caught.value.field == field


def test_a_member_changes_partner_and_language(installation):
    own = member()
    with unit_of_work() as session:
        people.change_member(session, people.user_of(session, "members", own.row.id), "NL", "nl", BY, NOW)
    assert (again(own).row.partner, again(own).account.language) == ("NL", "nl")
    with pytest.raises(IntakeError), unit_of_work() as session:
        people.change_member(session, people.user_of(session, "members", own.row.id), "XX", "nl", BY, NOW)


def test_a_second_factor_is_reset_with_a_reason(installation):
    ada = person()
    with unit_of_work() as session:
        account = session.get(Account, ada.account.id)
        account.totp_secret = "JBSWY3DPEHPK3PXP"
        session.add(Passkey(id="key", account_id=account.id, public_key="x", sign_count=0, name="key", created_at=NOW))
        session.add(
            OneTimeLink(id="code", account_id=account.id, purpose="recovery_code", expires_at=NOW + timedelta(days=9))
        )
        cookie = open_session(session, account, NOW, strong=True)
    for reason, by, error in (("short", BY, IntakeError), ("x" * 20, ada.account.id, CaseError)):
        with pytest.raises(error), unit_of_work() as session:
            people.reset_factor(session, people.user_of(session, "team", ada.row.id), reason, by, NOW)
    with unit_of_work() as session:
        people.reset_factor(session, people.user_of(session, "team", ada.row.id), "The telephone was lost", BY, NOW)
    with reading() as session:
        assert session.get(Account, ada.account.id).totp_secret is None
        assert (session.get(Passkey, "key"), session.get(OneTimeLink, "code")) == (None, None)
        assert session_of(session, cookie, NOW) is None
    assert [(one.actor, one.reason) for one in audit("factor_reset")] == [(BY, "The telephone was lost")]


def test_a_fee_is_set_shown_and_taken_out(installation):
    with unit_of_work() as session:
        assert partners.fee_of(session, "NL") is None
        partners.set_fee(session, "NL", "7,5", "25", {"en": " No cure, no fee. ", "nl": ""}, BY, NOW)
    with reading() as session:
        assert partners.fee_of(session, "NL") == {
            "percent": "7.5",
            "fixed": {"amount": "25.00", "currency": "EUR"},
            "text": {"en": "No cure, no fee."},
        }
        assert partners.fee_of(session, "BE") is None
    with unit_of_work() as session:
        partners.set_fee(session, "NL", "", "", {}, BY, NOW)
        assert partners.fee_of(session, "NL") is None
    assert [entry.data["percent"] for entry in audit("fee_set")] == ["7.5", None]


@pytest.mark.parametrize(
    ("percent", "fixed", "text", "field"),
    [
        ("101", "", "", "percent"),
        ("-1", "", "", "percent"),
        ("7.555", "", "", "percent"),
        ("١", "", "", "percent"),
        ("", "12.345", "", "fixed"),
        ("", "-3", "", "fixed"),
        ("", "NaN", "", "fixed"),
        ("", "", "x" * 2001, "fee_text_en"),
    ],
)
def test_a_fee_that_is_none_is_refused(installation, percent, fixed, text, field):
    with pytest.raises(IntakeError) as caught, unit_of_work() as session:
        partners.set_fee(session, "NL", percent, fixed, {"en": text}, BY, NOW)
    assert caught.value.field == field
    assert audit("fee_set") == []


def test_a_text_is_given_in_the_nearest_language(installation):
    with unit_of_work() as session:
        assert partners.partner_text(session, "NL", "fr") == ""
        partners.set_texts(session, "NL", {"nl": "Bel op werkdagen.", "en": "Call on weekdays.", "fr": " "}, BY, NOW)
        assert [partners.partner_text(session, "NL", one) for one in ("nl", "fr")] == [
            "Bel op werkdagen.",
            "Call on weekdays.",
        ]
        partners.set_texts(session, "NL", {"nl": "Bel op werkdagen."}, BY, NOW)
        assert partners.partner_text(session, "NL", "sv") == "Bel op werkdagen."


def test_own_holidays_move_the_teams_tasks_and_no_others(installation):
    name, day = accepted(), date(2026, 3, 9)
    with unit_of_work() as session:
        for free in (date(2026, 3, 23), date(2026, 3, 24)):
            partners.add_holiday(session, "NL", free, "Team day", BY, NOW)
        partners.add_holiday(session, "NL", date(2026, 3, 24), "Second team day", BY, NOW)
        assert partners.own_holidays(session, "NL") == {
            date(2026, 3, 23): "Team day",
            date(2026, 3, 24): "Second team day",
        }
        case = load(session, name)
        team, asked = (
            add_task(case, kind, day, actor) for kind, actor in (("work", "team"), ("information", "member"))
        )
        assert (team.due_on, asked.due_on) == (date(2026, 3, 25), date(2026, 3, 23))
        assert add_task(case, "act_before_limitation", date(2026, 3, 16)).due_on == date(2026, 3, 23)
        partners.drop_holiday(session, "NL", date(2026, 3, 23), BY, NOW)
        partners.drop_holiday(session, "NL", date(2026, 3, 23), BY, NOW)
    with unit_of_work() as session:
        case = load(session, name)
        assert add_task(case, "work", day).due_on == date(2026, 3, 23)
    assert (len(audit("holiday_added")), len(audit("holiday_dropped"))) == (3, 1)
    with pytest.raises(IntakeError), unit_of_work() as session:
        partners.add_holiday(session, "NL", day, " ", BY, NOW)


def test_the_audit_is_narrowed_and_taken_away(installation):
    ada = person()
    with unit_of_work() as session:
        note(session, ada.account.id, "sign_in", ada.account.id, now=NOW)
        note(session, ada.account.id, "case_opened", "NL-2026-000001", "=1+1", now=NOW + timedelta(days=1))
    with reading() as session:
        kinds = lambda **which: [one.kind for one in entries(session, Which(**which), 0, 9)]  # noqa: E731
        assert kinds() == ["case_opened", "sign_in", "person_added"]
        assert kinds(kind="sign_in") == ["sign_in"]
        assert kinds(actor="ADA@dienst.example") == ["case_opened", "sign_in"]
        assert kinds(actor=BY) == ["person_added"]
        assert kinds(first=date(2026, 3, 3)) == ["case_opened"]
        assert kinds(last=date(2026, 3, 2)) == ["sign_in", "person_added"]
        assert kinds(last=date.max, actor="nobody") == []
        assert count(session, Which(first=date(2026, 3, 2), last=date(2026, 3, 3))) == 3
        found = entries(session, Which(), 0, 9)
        assert names_of(session, found) == {ada.account.id: "ada@dienst.example"}
        rows = list(csv.DictReader(io.StringIO(as_csv(found).decode("utf-8-sig"))))
    assert [row["reason"] for row in rows] == ["'=1+1", "", ""]
    assert all("@" not in value for row in rows for value in row.values())
