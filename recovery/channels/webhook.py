"""A national team's own system: told by a signed request that holds references and no personal data."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime

from recovery.channels.files import put_once, safe_name
from recovery.channels.refused import Refused
from recovery.errors import GatewayError
from recovery.http import NoAnswer, ask
from recovery.settings import settings

LATER = frozenset({401, 403, 404, 408, 409, 425, 429})


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of the time and the body, as the header `X-Recovery-Signature` carries it."""
    return "sha256=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def notify(key: str, references: dict[str, str], at: datetime) -> str:
    """Send references to the team's system, or lay them down while none is set; return the delivery's identifier.

    Raises:
        GatewayError: the system could not be reached or does not take it now.
        Refused: the system does not take this letter.
    """
    channels, delivery = settings().channels, hashlib.sha256(key.encode()).hexdigest()[:40]
    body = json.dumps({"delivery": delivery, **references}, sort_keys=True).encode()
    if not channels.webhook_url:
        put_once(str(settings().outgoing / "webhook"), f"{safe_name(key)}.json", body)
        return delivery
    if not channels.webhook_secret:
        raise _later("it would go unsigned, set RECOVERY_WEBHOOK_SECRET")
    stamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Recovery-Delivery": delivery,
        "X-Recovery-Timestamp": stamp,
        "X-Recovery-Signature": signature(channels.webhook_secret, stamp, body),
    }
    _judge(_post(channels.webhook_url, body, headers, channels.webhook_seconds))
    return delivery


def _post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> int:
    """Return the answer's status; what it says beside is not read."""
    try:
        return ask("POST", url, seconds, content=body, headers=headers).status
    except NoAnswer as error:
        raise _later(str(error)) from None


def _judge(status: int) -> None:
    """Take 2xx as done and 4xx about the letter as final; what a person mends at the installation is tried again."""
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in LATER:
        raise Refused(f"webhook: the team's system answered {status}; ask the team to look at the letter", "failed")
    raise _later(f"the team's system answered {status}")


def _later(why: str) -> GatewayError:
    return GatewayError(
        f"webhook: not sent, {why}; it is tried again, check RECOVERY_WEBHOOK_URL", code="webhook_unavailable"
    )
