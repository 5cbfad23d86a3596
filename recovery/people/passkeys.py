"""Passkeys (WebAuthn): kept with their public key, shown as a second factor; a challenge is good once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, col, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from recovery.people.audit import note
from recovery.people.factors import ISSUER, drop_codes_of_none
from recovery.settings import settings
from recovery.store.portal_tables import Account, Passkey, PortalSession

MOST_PASSKEYS = 10


def possible() -> bool:
    """Tell whether browsers offer passkeys at the portal's address: at a name, over TLS or on this machine."""
    here = urlsplit(settings().portal_url)
    name = here.hostname or ""
    named = not name.replace(".", "").isdigit() and ":" not in name
    return named and (here.scheme == "https" or name == "localhost")


def passkeys_of(session: Session, account_id: str) -> list[Passkey]:
    """Return an account's passkeys, oldest first."""
    query = select(Passkey).where(Passkey.account_id == account_id).order_by(col(Passkey.created_at))
    return list(session.exec(query))


def ask_new(session: Session, account: Account, session_id: str) -> str:
    """Return, as JSON, what a browser needs to make a passkey."""
    options = generate_registration_options(
        rp_id=_name(),
        rp_name=ISSUER,
        user_name=account.email,
        user_id=account.id.encode(),
        user_display_name=account.email,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_described(session, account.id),
    )
    _remember(session, session_id, options.challenge)
    return options_to_json(options)


def add_passkey(
    session: Session, account: Account, session_id: str, answer: str, name: str, now: datetime
) -> Passkey | None:
    """Keep a passkey that a browser made for this session's challenge; None where it does not fit."""
    challenge = _recall(session, session_id)
    credential = _read(answer)
    if challenge is None or credential is None or len(passkeys_of(session, account.id)) >= MOST_PASSKEYS:
        return None
    try:
        made = verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=_name(), expected_origin=_origin()
        )
    except (WebAuthnException, ValueError, KeyError):
        return None
    key = bytes_to_base64url(made.credential_id)
    if session.get(Passkey, key) is not None:
        return None
    kept = Passkey(
        id=key,
        account_id=account.id,
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        name=name.strip()[:60] or "Passkey",
        created_at=now,
    )
    session.add(kept)
    note(session, account.id, "passkey_added", account.id, now=now)
    return kept


def ask_shown(session: Session, account: Account, session_id: str) -> str:
    """Return, as JSON, what a browser needs to show one of an account's passkeys."""
    options = generate_authentication_options(rp_id=_name(), allow_credentials=_described(session, account.id))
    _remember(session, session_id, options.challenge)
    return options_to_json(options)


def take_passkey(session: Session, account: Account, session_id: str, answer: str, now: datetime) -> bool:
    """Tell whether one of an account's passkeys was shown for this session's challenge."""
    challenge, credential = _recall(session, session_id), _read(answer)
    kept = session.get(Passkey, str(credential.get("id")), with_for_update=True) if credential else None
    if challenge is None or credential is None or kept is None or kept.account_id != account.id:
        return False
    try:
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_name(),
            expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(kept.public_key),
            credential_current_sign_count=kept.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError):
        return False
    kept.sign_count, kept.used_at = shown.new_sign_count, now
    session.add(kept)
    return True


def drop_passkey(session: Session, account: Account, key: str, now: datetime) -> bool:
    """Forget one of an account's passkeys; tell whether it had it."""
    kept = session.get(Passkey, key)
    if kept is None or kept.account_id != account.id:
        return False
    session.delete(kept)
    session.flush()
    note(session, account.id, "passkey_dropped", account.id, now=now)
    drop_codes_of_none(session, account)
    return True


def _name() -> str:
    return urlsplit(settings().portal_url).hostname or ""


def _origin() -> str:
    here = urlsplit(settings().portal_url)
    return f"{here.scheme}://{here.netloc}"


def _described(session: Session, account_id: str) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in passkeys_of(session, account_id)]


def _remember(session: Session, session_id: str, challenge: bytes) -> None:
    known = session.get_one(PortalSession, session_id, with_for_update=True)
    known.data = known.data | {"challenge": bytes_to_base64url(challenge)}
    session.add(known)


def _recall(session: Session, session_id: str) -> bytes | None:
    """Return the challenge of a session and forget it."""
    known = session.get(PortalSession, session_id, with_for_update=True)
    if known is None or "challenge" not in known.data:
        return None
    challenge = base64url_to_bytes(known.data["challenge"])
    known.data = {name: value for name, value in known.data.items() if name != "challenge"}
    session.add(known)
    session.flush()
    return challenge


def _read(answer: str) -> dict[str, Any] | None:
    try:
        read = json.loads(answer)
    except ValueError:
        return None
    return read if isinstance(read, dict) and isinstance(read.get("response"), dict) else None
