"""What the tests of signing in share: two people, their visits without a browser, their mails."""

from __future__ import annotations

import email
import email.policy
import re
import time
from datetime import UTC, datetime

import pytest

from recovery.people import links
from recovery.people.accounts import account_for, set_password
from recovery.people.members import add_member
from recovery.people.teams import add_team_member
from recovery.settings import settings
from recovery.store.database import unit_of_work
from recovery.store.portal_tables import Account
from tests.portal.conftest import form_token

MEMBER, WORKER = "mia@voorbeeld.example", "ada@dienst.example"
GOOD, BAD = "kettle under four bridges", "not the right one"
TOKEN = re.compile(r'value="[0-9a-f]{64}"')


def now():
    return datetime.now(UTC)


@pytest.fixture
def people(address):
    """A member and a person of a team, both with a password."""
    with unit_of_work() as session:
        add_member(session, MEMBER, "Mia Voorbeeld", "NL", "nl", None)
        add_team_member(session, WORKER, "Ada Voorbeeld", "NL")
        made = [account_for(session, one, now()) for one in (MEMBER, WORKER)]
        for account in made:
            set_password(session, account, GOOD, now())
    return {account.email: account.id for account in made}


class Visitor:
    """Somebody with a browser without script: opens a page and sends its form."""

    def __init__(self, client):
        self.client = client

    def open(self, path):
        self.page = self.client.get(path)
        return self.page

    def send(self, path, on="/sign-in", **fields):
        self.open(on)
        return self.client.post(path, data={**fields, "csrf": form_token(self.page.text)})

    def sign_in(self, who=MEMBER, password=GOOD, **fields):
        return self.send("/sign-in", email=who, password=password, **fields)

    @property
    def cookie(self):
        return self.client.cookies.get("session")


@pytest.fixture
def visitor(caller, people):
    return lambda cookie=None: Visitor(caller(cookie))


def mails(kind, many=1):
    """Return the mails of a kind, once so many were sent after their answers."""
    ends = time.monotonic() + 30
    while True:
        found = sorted((settings().outgoing / "mail").glob(f"account-{kind}-*.eml"))
        if len(found) >= many or time.monotonic() > ends:
            assert len(found) == many
            return [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in found]
        time.sleep(0.02)


def link_in(mail):
    return re.search(r"http://\S+", mail.get_content()).group().removeprefix(settings().portal_url)


def issued(account, purpose, at=None):
    with unit_of_work() as session:
        return links.issue(session, session.get(Account, account), purpose, at or now())
