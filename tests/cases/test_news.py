"""News at once, daily or not by mail: chosen per kind, each told once, nothing lost between."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from recovery.case.store import load
from recovery.notices.compose import KINDS, LANGUAGES
from recovery.notices.digest import compose_digest, digest_texts, headline
from recovery.rounds import delivery, effects
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, News
from recovery.store.tables import Member, Outbox
from recovery.telling import news
from recovery.telling.notices import put_notice
from tests.cases.team import AT, address, body, clear, deliver, events, handled_by, join, use_server
from tests.casework import accepted
from tests.channels.servers import smtp

DAY = date(2026, 3, 11)
MEMBER = "studio@voorbeeld.example"


def account(email=MEMBER, language="nl", **choices):
    """Give a member or a person of a team an account that has chosen how it is told."""
    from recovery.people.accounts import account_for, set_language

    with unit_of_work() as session:
        found = account_for(session, email, AT)
        set_language(session, found, language)
        news.choose(session, found, choices)
        return found.id


def told(name, kind, to="member", key=None):
    with unit_of_work() as session:
        case = load(session, name)
        put_notice(case, key or f"{case.claim_id}:{uuid.uuid4().hex}", kind, to)


def rows():
    with reading() as session:
        return list(session.exec(select(News).order_by(col(News.id))))


def gathered(day=DAY):
    with reading() as session:
        accounts = news.waiting_accounts(session)
    made = []
    for one in accounts:
        with unit_of_work() as session:
            made.append(news.gather(session, one, day))
    return sum(made)


@pytest.fixture
def case(installation):
    """A case whose first news is over."""
    name = accepted()
    deliver()
    clear()
    return name


def test_every_notice_belongs_to_one_kind():
    held = [notice for kind in news.KINDS.values() for notice in kind]
    assert sorted(held) == sorted(KINDS)
    assert set(news.NEEDED) <= set(news.KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_stands_in_every_language(language):
    own = digest_texts()
    assert set(own[language]) == {"one", "many", "opening", "end", "choose"}
    assert language == "en" or not set(own[language].values()) & set(own["en"].values())
    for kind in KINDS:
        assert headline(kind, language)
    one = news.Told("accept", "NL-2026-000001", "https://recovery.example/cases/NL-2026-000001")
    made = compose_digest([one, one], language, "Team")
    assert ("2" in made.subject, made.text.count(one.link)) == (True, 2)
    assert compose_digest([one], language, "Team").subject == own[language]["one"]


def test_who_has_no_account_is_told_at_once_and_has_no_feed(case, monkeypatch):
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        told(case, "payment")
        deliver()
    (message,) = inbox.messages
    assert message["List-Unsubscribe"] is None
    assert "unsubscribe" not in body(message)
    assert rows() == []


def test_a_mail_names_the_one_click_that_ends_its_kind(case, monkeypatch):
    mine = account()
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        told(case, "payment")
        told(case, "task")
        deliver()
    money, task = inbox.messages
    with reading() as session:
        token = session.get(Account, mine).feed_token
    link = f"https://recovery.example/news/unsubscribe/{token}/"
    assert money["List-Unsubscribe"].strip() == f"<{link}money>"
    assert money["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert body(money).rstrip().endswith(f"{link}money")
    assert task["List-Unsubscribe"] is None
    assert body(task).rstrip().endswith(f"{link}decisions")
    assert [(row.kind, row.mailed_at, row.digest) for row in rows()] == [("payment", AT, False), ("task", AT, False)]


def test_a_kind_that_was_ended_is_not_mailed_and_stands_in_the_feed(case, monkeypatch):
    account(money="off")
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        told(case, "payment")
        told(case, "suspend")
        deliver()
        assert gathered() == 0
    assert len(inbox.messages) == 1
    assert [(row.kind, row.mailed_at) for row in rows()] == [("payment", None), ("suspend", AT)]


def test_what_asks_for_a_decision_cannot_be_ended(case):
    mine = account(decisions="off", deadlines="off", money="never", nothing="off")
    with unit_of_work() as session:
        found = session.get(Account, mine)
        assert found.news == {}
        assert news.choice_of(found, "decisions") == "now"
        news.unsubscribe(session, found, "decisions")
        assert news.choice_of(found, "decisions") == "daily"
        news.choose(session, found, {"money": "daily", "progress": "now"})
        news.unsubscribe(session, found, news.DAILY)
        assert found.news == {"decisions": "daily", "money": "off", "progress": "now"}


def test_a_digest_is_one_mail_a_day_with_a_link_for_each(case, monkeypatch):
    mine = account(language="sv", money="daily", progress="daily")
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        told(case, "payment")
        told(case, "suspend")
        deliver()
        assert inbox.messages == []
        assert (gathered(), gathered()) == (1, 0)
        told(case, "resume")
        deliver()
        assert gathered() == 0
        deliver(AT + timedelta(hours=1))
        (message,) = inbox.messages
        assert gathered(DAY + timedelta(days=1)) == 1
        deliver(AT + timedelta(days=1))
    text = body(message)
    assert message["Subject"] == "2 nyheter i dina ärenden"
    assert text.splitlines().count(f"https://recovery.example/cases/{case}") == 2
    assert message["List-Unsubscribe"].strip().endswith(f"/{news.DAILY}>")
    assert "Debiteur" not in text
    assert len(inbox.messages) == 2
    assert body(inbox.messages[1]).count(f"/cases/{case}") == 1
    assert [(row.account_id, row.mailed_at) for row in rows()] == [
        (mine, AT),
        (mine, AT),
        (mine, AT + timedelta(days=1)),
    ]


def test_a_crash_between_gathering_and_sending_loses_and_doubles_nothing(case, monkeypatch):
    account(money="daily")
    told(case, "payment")
    deliver()

    def killed(*_):
        raise KeyboardInterrupt

    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        with monkeypatch.context() as patched:
            patched.setattr(news.outbox, "put", killed)
            with pytest.raises(KeyboardInterrupt):
                gathered()
        assert gathered() == 1
        with monkeypatch.context() as patched:
            patched.setattr(effects.notices, "send_notice", killed)
            with pytest.raises(KeyboardInterrupt):
                deliver()
        assert inbox.messages == []
        deliver(AT + delivery.HOLD)
        deliver(AT + 2 * delivery.HOLD)
    assert len(inbox.messages) == 1


def test_what_is_ended_before_the_digest_is_left_out_of_it(case, monkeypatch):
    mine = account(money="daily")
    told(case, "payment")
    deliver()
    with unit_of_work() as session:
        news.choose(session, session.get(Account, mine), {"money": "off"})
    assert gathered() == 0
    with reading() as session:
        assert news.waiting_accounts(session) == []


def test_a_choice_made_while_a_mail_waits_counts(case, monkeypatch):
    mine = account()
    told(case, "payment")
    with smtp(rcpt="451 later") as (inbox, port):
        use_server(monkeypatch, port)
        assert deliver().failed == 1
        with unit_of_work() as session:
            news.choose(session, session.get(Account, mine), {"money": "daily"})
    deliver(AT + timedelta(hours=1))
    assert inbox.messages == []
    assert [row.digest for row in rows()] == [True]


def test_a_person_of_a_team_gets_deadlines_in_the_digest(case, monkeypatch):
    join("ada")
    handled_by(case, "ada", date(2026, 3, 4))
    clear()
    account(address("ada"), deadlines="daily", money="off")
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        told(case, "deadline_near", "handler")
        told(case, "message_to_team", "handler")
        deliver()
        gathered()
        deliver()
    at_once, digest = inbox.messages
    assert "message" not in digest["Subject"]
    assert {message["To"] for message in (at_once, digest)} == {address("ada")}
    assert body(digest).count(f"/cases/{case}") == 1


def test_a_digest_that_the_mailbox_refuses_is_told_to_the_team_once_a_case(case, monkeypatch):
    account(money="daily")
    told(case, "payment")
    told(case, "plan")
    deliver()
    gathered()
    with smtp(rcpt="550 nobody") as (_, port):
        use_server(monkeypatch, port)
        deliver()
    assert len(events(case, "notice_not_taken")) == 1
    assert [row.mailed_at for row in rows()] == [None, None]


def test_a_forgotten_mailbox_gets_no_digest(case, monkeypatch):
    mine = account(money="daily")
    told(case, "payment")
    deliver()
    gathered()
    with unit_of_work() as session:
        session.get(Account, mine).email = f"{secrets.token_hex(4)}@forgotten.invalid"
    with smtp() as (inbox, port):
        use_server(monkeypatch, port)
        deliver()
    assert inbox.messages == []
    with reading() as session:
        assert session.exec(select(Outbox.status).where(Outbox.kind == news.DIGEST)).one() == "done"
        assert session.exec(select(Member.email)).one() == MEMBER


def test_a_new_token_closes_the_former(case):
    mine = account()
    with unit_of_work() as session:
        found = session.get(Account, mine)
        before = found.feed_token
        news.renew_feed(session, found)
        assert news.account_by_feed(session, before) is None
        assert news.account_by_feed(session, found.feed_token).id == mine
