"""A team's own system over real HTTP: signed references, and its answers told apart."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from recovery.channels.refused import Refused
from recovery.channels.webhook import notify
from recovery.errors import GatewayError
from tests.channels.servers import free_port, team_system

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
KEY = "claim-1:reminder:3:sent"
REFERENCES = {"kind": "letter", "reference": "NL-2026-000001", "document": "reminder"}
SIGNED_WITH = "sample"


def test_references_arrive_signed_and_alone(channel):
    with team_system() as (told, url):
        channel(WEBHOOK_URL=url, WEBHOOK_SECRET=SIGNED_WITH)
        delivery = notify(KEY, REFERENCES, AT)
        assert notify(KEY, REFERENCES, AT) == delivery
    (headers, body), (again, _) = told
    assert json.loads(body) == {"delivery": delivery, **REFERENCES}
    stamp = headers["X-Recovery-Timestamp"]
    made = hmac.new(SIGNED_WITH.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Recovery-Signature"] == f"sha256={made}"
    assert stamp == str(int(AT.timestamp()))
    assert headers["X-Recovery-Delivery"] == again["X-Recovery-Delivery"] == delivery


@pytest.mark.parametrize(("status", "error"), [(422, Refused), (410, Refused)])
def test_a_letter_that_the_system_does_not_take_is_final(channel, status, error):
    with team_system(status) as (_, url):
        channel(WEBHOOK_URL=url, WEBHOOK_SECRET=SIGNED_WITH)
        with pytest.raises(error, match=str(status)) as refused:
            notify(KEY, REFERENCES, AT)
    assert refused.value.status == "failed"


@pytest.mark.parametrize("status", [500, 503, 429, 401, 404, 302, 307])
def test_what_a_person_mends_at_the_installation_is_tried_again(channel, status):
    with team_system(status) as (told, url):
        channel(WEBHOOK_URL=url, WEBHOOK_SECRET=SIGNED_WITH)
        with pytest.raises(GatewayError, match=str(status)):
            notify(KEY, REFERENCES, AT)
    assert len(told) == 1


def test_a_system_that_is_not_there_is_tried_again(channel):
    channel(WEBHOOK_URL=f"http://127.0.0.1:{free_port()}", WEBHOOK_SECRET=SIGNED_WITH)
    with pytest.raises(GatewayError, match="ConnectError"):
        notify(KEY, REFERENCES, AT)


def test_nothing_goes_unsigned(channel):
    with team_system() as (told, url):
        channel(WEBHOOK_URL=url)
        with pytest.raises(GatewayError, match="RECOVERY_WEBHOOK_SECRET"):
            notify(KEY, REFERENCES, AT)
    assert told == []


def test_offline_the_references_lie_in_the_folder_once(channel):
    folder = channel()
    assert notify(KEY, REFERENCES, AT) == notify(KEY, REFERENCES, AT)
    (file,) = (folder / "outgoing" / "webhook").iterdir()
    assert json.loads(file.read_bytes())["reference"] == "NL-2026-000001"
