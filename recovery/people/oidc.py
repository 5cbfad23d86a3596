"""Sign-in by an organisation's own provider (OpenID Connect): authorization code, PKCE, state and nonce."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlmodel import Session, select

from recovery.errors import CaseError, GatewayError
from recovery.people.accounts import known_account
from recovery.people.audit import note
from recovery.settings import Oidc as Provider
from recovery.settings import settings
from recovery.store.portal_tables import Account

BACK = "/sign-in/oidc/back"
SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "RS384", "RS512", "EdDSA", "Ed25519"]
SECONDS = 10.0
LEEWAY_SECONDS = 60


@dataclass(frozen=True)
class Identity:
    """Whom a provider vouches for; `strong` where it says that several factors were shown (RFC 8176, mfa)."""

    subject: str
    email: str | None
    strong: bool


def provider() -> Provider | None:
    """Return the provider that is set, None where there is none."""
    return settings().oidc


def derived(secret: str, use: str) -> str:
    """Return a value that only the browser with this secret can have asked with: state, nonce or verifier."""
    digest = hashlib.sha256(f"{use} {secret}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def ask(at: Provider, secret: str) -> str:
    """Return the provider's address that a browser is led to.

    Raises:
        GatewayError: the provider does not answer.
    """
    with _client(at) as client:
        address, _ = client.create_authorization_url(
            _endpoint(_described(client, at), "authorization_endpoint"),
            state=derived(secret, "state"),
            nonce=derived(secret, "nonce"),
            code_verifier=derived(secret, "verifier"),
        )
    return str(address)


def answered(at: Provider, secret: str, code: str, now: datetime) -> Identity:
    """Return whom the provider vouches for with a code.

    Raises:
        GatewayError: the provider does not answer.
        CaseError: what it answers is not signed by it, not for us or not for this browser.
    """
    with _client(at) as client:
        described = _described(client, at)
        token = _fetched(client, _endpoint(described, "token_endpoint"), code, derived(secret, "verifier"))
        keys = _asked(client, _endpoint(described, "jwks_uri"))
    return _identity(_claims(at, token, keys, derived(secret, "nonce"), now))


def account_of(session: Session, who: Identity, now: datetime) -> Account | None:
    """Return the account of who was vouched for: by the subject, or once by an address that the provider checked."""
    found = session.exec(select(Account).where(Account.subject == who.subject)).first()
    if found is not None:
        return found if found.active else None
    account = known_account(session, who.email, now) if who.email else None
    if account is None or account.subject is not None:
        return None
    account.subject = who.subject
    session.add(account)
    note(session, account.id, "provider_linked", account.id, now=now)
    return account


def _client(at: Provider) -> OAuth2Client:
    return OAuth2Client(
        at.client_id,
        at.client_secret or None,
        token_endpoint_auth_method="client_secret_basic" if at.client_secret else "none",
        scope=SCOPE,
        redirect_uri=settings().portal_url + BACK,
        code_challenge_method="S256",
        timeout=SECONDS,
        trust_env=False,
    )


def _described(client: OAuth2Client, at: Provider) -> dict[str, Any]:
    """Return the provider's own description, if it is its own (OpenID Connect Discovery, 4.3)."""
    described = _asked(client, f"{at.issuer}/.well-known/openid-configuration")
    if str(described.get("issuer", "")).rstrip("/") != at.issuer:
        raise GatewayError("oidc: the provider describes itself as another; check RECOVERY_OIDC_ISSUER", code="oidc")
    return described


def _endpoint(described: dict[str, Any], name: str) -> str:
    """Return one of the provider's addresses: over TLS, or on this machine."""
    address = str(described.get(name, ""))
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")):
        return address
    raise GatewayError(f"oidc: the provider's {name} is not an https address", code="oidc")


def _asked(client: OAuth2Client, address: str) -> dict[str, Any]:
    try:
        reply = client.request("GET", address, withhold_token=True)
        reply.raise_for_status()
        read = reply.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise _silent(error) from None
    if not isinstance(read, dict):
        raise GatewayError("oidc: the provider's answer cannot be read", code="oidc")
    return read


def _fetched(client: OAuth2Client, address: str, code: str, verifier: str) -> str:
    """Return the ID token that the provider gives for a code."""
    try:
        given = client.fetch_token(address, code=code, code_verifier=verifier, grant_type="authorization_code")
    except httpx2.HTTPError as error:
        raise _silent(error) from None
    except (AuthlibBaseError, ValueError):
        raise refused("the provider does not take the code") from None
    token = given.get("id_token")
    if not isinstance(token, str):
        raise refused("the provider gives no ID token")
    return token


def _claims(at: Provider, token: str, keys: dict[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
    """Return the claims of an ID token, checked (OpenID Connect Core, 3.1.3.7)."""
    try:
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
        expected = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True},
            sub={"essential": True},
            aud={"essential": True, "value": at.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        expected.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError):
        raise refused("the ID token is not valid") from None
    if str(claims["iss"]).rstrip("/") != at.issuer or claims.get("azp", at.client_id) != at.client_id:
        raise refused("the ID token is not from this provider or not for us")
    return dict(claims)


def _identity(claims: dict[str, Any]) -> Identity:
    checked = claims.get("email_verified") is True and isinstance(claims.get("email"), str)
    ways = claims.get("amr")
    return Identity(
        subject=f"{str(claims['iss']).rstrip('/')} {claims['sub']}",
        email=claims["email"] if checked else None,
        strong=isinstance(ways, list) and "mfa" in ways,
    )


def _silent(error: Exception) -> GatewayError:
    return GatewayError(f"oidc: the provider does not answer ({type(error).__name__})", code="oidc")


def refused(why: str) -> CaseError:
    """Return the error that says why nobody is signed in."""
    return CaseError(f"oidc: {why}; sign in again", code="oidc_refused")
