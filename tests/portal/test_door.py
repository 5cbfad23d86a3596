"""Who really asks, under which name, and that only what goes wrong counts against an address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from recovery.errors import CaseError
from recovery.people import links
from recovery.people.accounts import account_for, keep_password
from recovery.people.limits import SIGN_IN
from recovery.people.members import add_member
from recovery.people.passwords import accepted
from recovery.portal.door import host_of
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import PortalSession
from tests.portal.conftest import form_token
from tests.portal.sign_in import GOOD, Visitor, issued, link_in, mails, now, people, visitor

__all__ = ["people", "visitor"]  # fixtures


@pytest.fixture
def behind(monkeypatch):
    """Say which proxies are ours, and under which address the portal is reached."""

    def say(**given):
        for name, value in given.items():
            monkeypatch.setenv(f"RECOVERY_{name.upper()}", value)
        settings.cache_clear()

    return say


def guesses(visitor, many, **headers):
    """Return the answers to so many links that nobody was sent, each said to come from another address."""
    one = visitor()
    token = form_token(one.open("/sign-in").text)
    found = []
    for number in range(many):
        said = {name: value.replace("#", str(number)) for name, value in headers.items()}
        found.append(one.client.post("/sign-in/link/nothing", data={"csrf": token}, headers=said).status_code)
    return found


def test_an_address_that_anybody_may_write_gets_round_no_limit(visitor):
    found = guesses(visitor, 24, **{"X-Forwarded-For": "203.0.113.#", "X-Forwarded-Proto": "https"})
    assert found == [410] * SIGN_IN.most + [429] * (24 - SIGN_IN.most)


def test_behind_a_named_proxy_the_nearest_foreign_address_counts(visitor, behind):
    behind(trusted_proxies="127.0.0.1, 10.0.0.0/8")
    forged = guesses(visitor, 22, **{"X-Forwarded-For": "203.0.113.#, 198.51.100.9, 10.1.2.3"})
    assert forged == [410] * SIGN_IN.most + [429] * 2
    elsewhere = guesses(visitor, 22, **{"X-Forwarded-For": "192.0.2.#"})
    assert elsewhere == [410] * 22, "each address has its own count"
    unreadable = guesses(visitor, 22, **{"X-Forwarded-For": "203.0.113.#, unknown"})
    assert unreadable == [410] * SIGN_IN.most + [429] * 2, "what cannot be read is the proxy's own"


def test_a_list_of_proxies_that_cannot_be_read_says_so(local, behind):
    behind(trusted_proxies="10.0.0.300")
    with pytest.raises(CaseError, match="RECOVERY_TRUSTED_PROXIES"):
        settings()
    behind(trusted_proxies="10.0.0.30")
    assert len(settings().trusted_proxies) == 1


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("recovery.example", 200),
        ("Recovery.Example:8443", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("recovery.example.evil.example", 421),
        ("127.0.0.2", 421),
        ("recovery.example/../x", 400),
        ("a b", 400),
        ("", 400),
    ],
)
def test_only_the_portal_s_own_names_are_answered(address, behind, host, status):
    behind(portal_url="https://recovery.example")
    assert httpx.get(f"{address}/charter", headers={"Host": host}, trust_env=False).status_code == status


def test_a_named_proxy_says_under_which_name_it_was_asked(address, behind):
    behind(portal_url="https://recovery.example", trusted_proxies="127.0.0.1")
    said = {"X-Forwarded-Host": "recovery.example", "X-Forwarded-Proto": "https"}
    assert httpx.get(f"{address}/charter", headers=said, trust_env=False).status_code == 200
    wrong = {"X-Forwarded-Host": "evil.example"}
    assert httpx.get(f"{address}/charter", headers=wrong, trust_env=False).status_code == 421
    behind(trusted_proxies="")
    assert httpx.get(f"{address}/charter", headers=wrong, trust_env=False).status_code == 200, "nobody's word"


def test_a_host_is_read_to_its_end():
    assert host_of("a.example:80") == "a.example"
    assert host_of("[fe80::1]") == "fe80::1"
    for text in ("a.example:", "a.example:x", "a@b", "[::1", "a.example:123456"):
        assert host_of(text) is None


def test_an_office_of_twenty_two_signs_in_behind_one_address(caller, people):
    names = [f"p{number}@voorbeeld.example" for number in range(22)]
    kept = accepted(GOOD, names[0])
    with unit_of_work() as session:
        for name in names:
            add_member(session, name, "Somebody", "NL", "nl", None)
            keep_password(session, account_for(session, name, now()), kept, now())
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda name: Visitor(caller()).sign_in(name).status_code, names))
    assert found == [303] * 22
    with reading() as session:
        assert len(session.exec(PortalSession.__table__.select()).all()) == 22


def test_links_that_are_used_count_against_nobody(visitor, people):
    for number in range(6):
        one = visitor()
        sent = one.send("/sign-in/link", on="/sign-in/link", email="mia@voorbeeld.example")
        assert sent.status_code == 303, number
        link = link_in(newest(number + 1))
        assert one.send(link, on=link).status_code == 303


def newest(many):
    """Return the mail of the link that was made last: the only one that opens."""
    found = mails("sign_in", many)
    with reading() as session:
        return next(
            one for one in found if links.open_link(session, link_in(one).rsplit("/", 1)[1], ("sign_in",), now())
        )


def test_a_used_link_gives_its_try_back_and_a_wrong_one_does_not(visitor, people):
    member = people["mia@voorbeeld.example"]
    for _ in range(SIGN_IN.most + 2):
        one = visitor()
        link = f"/sign-in/link/{issued(member, 'sign_in')}"
        assert one.send(link, on=link).status_code == 303
    assert guesses(visitor, SIGN_IN.most + 1) == [410] * SIGN_IN.most + [429], "wrong links count"
