"""The live source against a server on this machine that answers, hangs, or answers nonsense."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest

from recovery.currency.live import LiveForex
from recovery.errors import GatewayError

FRIDAY = date(2026, 10, 30)


def live(server, seconds=30.0):
    return LiveForex(seconds, f"http://127.0.0.1:{server.server_address[1]}/api/")


def answer(rate, day="2026-10-30"):
    return json.dumps({"base": "EUR", "date": day, "rates": {"SEK": rate}}).encode()


def test_a_rate_comes_back_exact_and_dated(service):
    service.body = answer(10.981)
    found = live(service).rate("EUR", "SEK", FRIDAY)
    assert (str(found.rate), found.rate_date, found.source) == ("10.981", FRIDAY, "forex-python")
    assert service.paths[0].startswith("/api/2026-10-30?base=EUR&symbols=SEK")


def test_a_weekend_gets_the_date_that_the_service_states(service):
    service.body = answer(10.981)
    assert live(service).rate("EUR", "SEK", date(2026, 11, 1)).rate_date == FRIDAY


REFUSED = [
    (200, answer(20.0), "rate_not_plausible", "far from the last fixing"),
    (200, answer(-10.9), "rate_not_plausible", "negative"),
    (200, answer("NaN"), "rate_not_plausible", "not a number"),
    (200, answer("kronor"), "rate_not_plausible", "a word"),
    (200, answer(10.981, "2026-11-05"), "rate_not_plausible", "of a later day"),
    (200, answer(10.981, "2020-01-02"), "rate_not_plausible", "of years ago"),
    (200, answer(10.981, "soon"), "rate_not_plausible", "no date"),
    (200, b'{"rates": {"SEK": 10.9}}', "rate_not_plausible", "date missing"),
    (200, b'{"date": "2026-10-30", "rates": {}}', "rate_unavailable", "rate missing"),
    (200, b"<html>", "rate_unavailable", "no JSON"),
    (200, b"[]", "rate_unavailable", "JSON of another shape"),
    (500, b"", "rate_unavailable", "server error"),
]


@pytest.mark.parametrize(("status", "body", "code", "why"), REFUSED, ids=[row[3] for row in REFUSED])
def test_nonsense_is_a_gateway_error(service, status, body, code, why):
    service.status, service.body = status, body
    with pytest.raises(GatewayError) as caught:
        live(service).rate("EUR", "SEK", FRIDAY)
    assert caught.value.code == code


def test_a_hanging_service_does_not_hang_us(service):
    service.body = None
    started = time.monotonic()
    with pytest.raises(GatewayError) as caught:
        live(service, 0.2).rate("EUR", "SEK", FRIDAY)
    assert caught.value.code == "rate_unavailable"
    assert time.monotonic() - started < 5


def test_no_service_at_all_is_a_gateway_error():
    with pytest.raises(GatewayError) as caught:
        LiveForex(5, "http://127.0.0.1:9/").rate("EUR", "SEK", FRIDAY)
    assert caught.value.code == "rate_unavailable"


def test_the_same_currency_asks_nobody():
    assert str(LiveForex(0.1, "http://127.0.0.1:9/").rate("EUR", "EUR", FRIDAY).rate) == "1"
