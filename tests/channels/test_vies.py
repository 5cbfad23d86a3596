"""The registers of VAT numbers over real HTTP: what they say is kept with the case, and nothing waits for it."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest
from sqlmodel import select

from recovery.channels.vies import check, checkable
from recovery.desk.advice import advise
from recovery.errors import GatewayError
from recovery.filing.claims import Filing, file_claim
from recovery.filing.routing import route_case
from recovery.intake.invoice import Party
from recovery.rounds import delivery
from recovery.settings import settings
from recovery.store import documents
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Outbox
from tests.casework import FILED, invoice, routed, seen
from tests.channels.servers import free_port, serving

NUMBER = "NL004495445B01"
VALID = {
    "countryCode": "NL",
    "vatNumber": NUMBER[2:],
    "requestDate": "2026-03-02T09:00:00.000Z",
    "valid": True,
    "requestIdentifier": "WAPI1",
    "name": "BAKKER B.V.",
    "address": "\nWEG 00001\n4811AA BREDA\n",
}
CLOSED = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}


@contextlib.contextmanager
def register(*answers):
    """Run a register that gives these answers in turn, the last one ever after; give what it was asked and its URL."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            status, said = answers[min(len(asked), len(answers)) - 1]
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with serving(Handler) as address:
        yield asked, f"{address}/vies/"


@pytest.fixture
def vies(local, monkeypatch):
    """Give a function that sets the address of the register."""

    def set_url(url):
        monkeypatch.setenv("RECOVERY_VIES_URL", url)
        settings.cache_clear()

    yield set_url
    settings.cache_clear()


def filed(postal_code="4811 AA", name="Bakker BV", number="2026-1"):
    buyer = Party(name, "NL", vat=NUMBER, street="Weg 1", postal_code=postal_code, city="Breda")
    made = replace(invoice(number=number), buyer=buyer)
    with unit_of_work() as session:
        case = file_claim(session, Filing(made, b"<Invoice/>", "a.xml", FILED, "studio@voorbeeld.example", "business"))
        return route_case(session, case.claim_id, FILED).reference


def delivered(at=None):
    at = at or datetime.now(UTC)
    return delivery.deliver(delivery.waiting_ids(at=at), at)


def effect(case):
    with reading() as session:
        return session.exec(select(Outbox).where(Outbox.key == f"{case.claim_id}:vat:1")).one()


def test_what_the_register_says_is_kept_with_the_case_and_told_before_it_is_accepted(vies):
    with register((200, VALID)) as (asked, url):
        vies(url)
        name = filed()
        delivered()
    assert asked == [("/vies/check-vat-number", {"countryCode": "NL", "vatNumber": NUMBER[2:]})]
    case = seen(name)
    (told,) = [one for one in case.events if one.kind == "vat_checked"]
    assert told.data == {"valid": True, "name": "same", "seat": "same"}
    (paper,) = [one for one in case.papers if one.kind == "register_answer"]
    kept = json.loads(documents.read(paper.sha256))
    assert (kept["address"], kept["request"]) == ("WEG 00001\n4811AA BREDA", "WAPI1")
    assert "vat_valid" in [one.code for one in advise(case, FILED, "lead").reasons]


def test_another_seat_another_name_and_no_number_are_told(vies):
    with register((200, VALID), (200, {**VALID, "valid": False, "name": "---", "address": "---"})) as (_, url):
        vies(url)
        first = filed(postal_code="9999 ZZ", name="Slager BV")
        delivered()
        second = filed(number="2026-2")
        delivered()
    codes = [one.code for one in advise(seen(first), FILED, "lead").reasons]
    assert {"vat_valid", "name_other", "seat_other"} <= set(codes)
    (told,) = [one for one in seen(second).events if one.kind == "vat_checked"]
    assert told.data == {"valid": False, "name": "unknown", "seat": "unknown"}


@pytest.mark.parametrize("answer", [(500, CLOSED), (200, CLOSED), (503, b"<html>"), (200, b"[]"), (302, VALID)])
def test_a_register_that_does_not_answer_is_asked_again_and_blocks_nothing(vies, answer):
    with register(answer, (200, VALID)) as (asked, url):
        vies(url)
        name = filed()
        case = seen(name)
        delivered()
        assert (effect(case).status, effect(case).attempts) == ("waiting", 1)
        assert case.state == "awaiting_acceptance"
        delivered(datetime(2027, 1, 1, tzinfo=UTC))
    assert (effect(case).status, len(asked)) == ("done", 2)


def test_without_a_register_nobody_is_asked(local):
    assert checkable(NUMBER) is None
    assert all(":vat:" not in one.key for one in seen(routed()).effects)


def test_which_numbers_a_register_holds(vies):
    vies("http://127.0.0.1:1")
    assert checkable("GR 094259216") == "EL094259216"
    assert checkable("NL 0044.95445 B01") == NUMBER
    assert [checkable(one) for one in (None, "", "0403019261", "CHE123456789", "GB123456789")] == [None] * 5


def test_a_number_that_the_register_takes_for_none_is_not_valid_and_one_that_is_away_is_told(vies):
    with register((400, {"errorWrappers": [{"error": "INVALID_INPUT"}]})) as (_, url):
        vies(url)
        assert not check(NUMBER).valid
    vies(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(GatewayError, match="RECOVERY_VIES_URL"):
        check(NUMBER)
