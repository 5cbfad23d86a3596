"""What opens Prefect's API: one secret per installation, kept in a file of its own and handed on by environment."""

from __future__ import annotations

import base64
import os
from urllib.parse import urlsplit

from recovery.keys import key

USER = "recovery"
OWN_HOSTS = ("127.0.0.1", "localhost")


def own_secret() -> str:
    """Return the secret of this installation's own server, made on first use."""
    return f"{USER}:{key('prefect-api').hex()}"


def secret_for(api_url: str) -> str | None:
    """Return what opens an API: our own secret on this machine, what the environment says for any other."""
    own = urlsplit(api_url).hostname in OWN_HOSTS
    return own_secret() if own else os.environ.get("PREFECT_API_AUTH_STRING")


def headers(api_url: str) -> dict[str, str]:
    """Return the headers by which an API is asked."""
    secret = secret_for(api_url)
    return {"Authorization": f"Basic {basic(secret)}"} if secret else {}


def basic(secret: str) -> str:
    """Return a secret as HTTP's Basic scheme writes it (RFC 7617)."""
    return base64.b64encode(secret.encode()).decode("ascii")
