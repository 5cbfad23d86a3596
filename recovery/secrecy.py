"""Secrets in the database: sealed, or never stored, by keys that lie outside it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from recovery.errors import CaseError
from recovery.keys import key

NONCE = 12
MARK = "v1."


def sealed(name: str, text: str, whose: str) -> str:
    """Return a text sealed with the key of a purpose (AES-GCM): it opens only where it belongs."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE)
    closed = nonce + AESGCM(key(name)).encrypt(nonce, text.encode(), whose.encode())
    return MARK + base64.urlsafe_b64encode(closed).decode()


def opened(name: str, text: str, whose: str) -> str:
    """Return what was sealed.

    Raises:
        CaseError: it was sealed with another key or for somebody else, or was changed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        closed = base64.urlsafe_b64decode(text.removeprefix(MARK))
        return AESGCM(key(name)).decrypt(closed[:NONCE], closed[NONCE:], whose.encode()).decode()
    except (InvalidTag, ValueError):
        raise CaseError(
            f"key {name}: not the one that this was kept with; bring back the installation's keys", code="wrong_key"
        ) from None


def mac(name: str, *parts: str) -> bytes:
    """Return the keyed hash (HMAC-SHA256) of some texts that hold no line break, by the key of a purpose."""
    return hmac.new(key(name), "\n".join(parts).encode(), hashlib.sha256).digest()
