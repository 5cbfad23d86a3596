"""Signing in by an organisation's provider: a real one here, whose answers are signed, or should have been."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlmodel import select

from recovery.people.accounts import account_for
from recovery.people.members import add_member
from recovery.people.teams import add_team_member
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, PortalSession

MEMBER, WORKER = "mia@voorbeeld.example", "ada@dienst.example"
CLIENT, SECRET = "recovery", "a secret of the client"
KEYS = {name: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}) for name in ("own", "foreign")}


class Organisation:
    """A provider: it knows one person, and answers as it is told to."""

    def __init__(self):
        self.claims, self.key, self.down = {"sub": "17", "email": MEMBER, "email_verified": True}, KEYS["own"], False
        self.asked, self.codes = {}, {}
        organisation = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                organisation.get(self)

            def do_POST(self):
                organisation.post(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def get(self, handler):
        parts = urlsplit(handler.path)
        if self.down:
            self.reply(handler, {}, 503)
        elif parts.path == "/.well-known/openid-configuration":
            paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            self.reply(handler, {"issuer": self.issuer} | {name: self.issuer + path for name, path in paths.items()})
        elif parts.path == "/keys":
            self.reply(handler, KeySet([KEYS["own"]]).as_dict(private=False))
        else:
            self.authorize(handler, {name: value[0] for name, value in parse_qs(parts.query).items()})

    def authorize(self, handler, asked):
        self.asked = asked
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        self.codes["the-code"] = asked
        handler.send_response(302)
        given = urlencode({"code": "the-code", "state": asked["state"]})
        handler.send_header("Location", f"{asked['redirect_uri']}?{given}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def post(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        sent = {name: value[0] for name, value in parse_qs(body).items()}
        asked = self.codes.pop(sent["code"], None)
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proven = asked and asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not proven or handler.headers["Authorization"] != f"Basic {known}":
            self.reply(handler, {"error": "invalid_grant"}, 400)
        else:
            self.reply(handler, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked["nonce"])})

    def token(self, nonce):
        at = int(datetime.now(UTC).timestamp())
        own = {"iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": nonce}
        claims = {name: value for name, value in (own | self.claims).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    @staticmethod
    def reply(handler, content, status=200):
        body = json.dumps(content).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def organisation(address, monkeypatch):
    """The provider, and the portal set to it."""
    made = Organisation()
    for name, value in {"ISSUER": made.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}.items():
        monkeypatch.setenv(f"RECOVERY_OIDC_{name}", value)
    monkeypatch.setenv("RECOVERY_PORTAL_URL", address)
    settings.cache_clear()
    with unit_of_work() as session:
        add_member(session, MEMBER, "Mia Voorbeeld", "NL", "nl", None)
        add_team_member(session, WORKER, "Ada Voorbeeld", "NL")
    yield made
    made.close()


def walk(client, back="/"):
    """Go to the provider and come back as a browser does; return what the portal answers."""
    led = client.get("/sign-in/oidc", params={"back": back})
    assert led.status_code == 303, led.text
    with httpx.Client(trust_env=False) as outside:
        returned = outside.get(led.headers["location"]).headers["location"]
    return client.get(returned)


def test_who_the_organisation_vouches_for_signs_in(organisation, caller):
    assert "/sign-in/oidc" in caller().get("/sign-in").text
    answer = walk(caller(), "/charter")
    assert (answer.status_code, answer.headers["location"]) == (303, "/charter")
    organisation.claims["email"] = "renamed@voorbeeld.example"
    assert walk(caller()).headers["location"] == "/claims"
    with reading() as session:
        found = session.exec(select(Account)).one()
        assert (found.email, found.subject) == (MEMBER, f"{organisation.issuer} 17")
        assert [one.strong for one in session.exec(select(PortalSession))] == [False, False]


def test_factors_that_the_organisation_has_seen_count(organisation, caller):
    organisation.claims |= {"email": WORKER, "amr": ["pwd"]}
    assert walk(caller()).headers["location"] == "/account/second-factor"
    organisation.claims["amr"] = ["pwd", "mfa"]
    assert walk(caller()).headers["location"] == "/team"


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": "nobody@voorbeeld.example"},
        {"aud": "somebody-else"},
        {"azp": "somebody-else"},
        {"iss": "https://else.example"},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
    ],
)
def test_a_token_that_is_not_for_us_signs_nobody_in(organisation, caller, claims):
    organisation.claims |= claims
    answer = walk(caller())
    assert answer.status_code == 403
    assert "session=" not in answer.headers.get("set-cookie", "")


def test_a_token_that_somebody_else_signed_is_refused(organisation, caller):
    organisation.key = KEYS["foreign"]
    assert walk(caller()).status_code == 403


def test_a_token_without_a_signature_is_refused(organisation, caller, monkeypatch):
    plain = lambda part: base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")  # noqa: E731
    signed = organisation.token
    monkeypatch.setattr(organisation, "token", lambda nonce: f"{plain({'alg': 'none'})}.{signed(nonce).split('.')[1]}.")
    assert walk(caller()).status_code == 403


def test_an_account_of_another_subject_is_not_taken_over(organisation, caller):
    assert walk(caller()).status_code == 303
    organisation.claims["sub"] = "18"
    assert walk(caller()).status_code == 403


def test_a_deactivated_account_stays_closed(organisation, caller):
    with unit_of_work() as session:
        account_for(session, MEMBER, datetime.now(UTC)).active = False
    assert walk(caller()).status_code == 403


def test_an_answer_is_for_the_browser_that_asked(organisation, caller):
    asked, other = caller(), caller()
    led = asked.get("/sign-in/oidc").headers["location"]
    with httpx.Client(trust_env=False) as outside:
        returned = outside.get(led).headers["location"]
    assert other.get(returned).status_code == 403
    assert asked.get(returned.replace("state=", "state=x")).status_code == 403
    assert asked.get(returned).status_code == 403, "the cookie was good once"
    assert caller().get("/sign-in/oidc/back").status_code == 403


def test_a_provider_that_is_silent_leaves_the_other_ways(organisation, caller):
    organisation.down = True
    answer = caller().get("/sign-in/oidc")
    assert answer.status_code == 502
    assert 'name="password"' in answer.text


def test_a_provider_that_says_it_is_another_is_not_asked(organisation, caller, monkeypatch):
    monkeypatch.setenv("RECOVERY_OIDC_ISSUER", organisation.issuer.replace("127.0.0.1", "localhost"))
    settings.cache_clear()
    assert caller().get("/sign-in/oidc").status_code == 502


def test_without_a_provider_there_is_no_such_way(address, caller):
    assert "/sign-in/oidc" not in caller().get("/sign-in").text
    assert caller().get("/sign-in/oidc").status_code == 404
    assert caller().get("/sign-in/oidc/back?code=x").status_code == 404
