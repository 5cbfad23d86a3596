"""The ECB's own file of rates, asked of a server on this machine."""

from __future__ import annotations

import time
from datetime import date

import pytest

from recovery.currency import ecb_file
from recovery.errors import GatewayError

TODAY = date(2026, 11, 20)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><Cube>"""


def file_of(*days):
    """Return such a file: each day with its fixings."""
    rows = [
        f'<Cube time="{day}">'
        + "".join(f'<Cube currency="{code}" rate="{rate}"/>' for code, rate in fixings)
        + "</Cube>"
        for day, fixings in days
    ]
    return f"{HEAD}{''.join(rows)}</Cube></gesmes:Envelope>".encode()


@pytest.fixture
def fetch(service):
    return lambda: ecb_file.fetch(TODAY, f"http://127.0.0.1:{service.server_address[1]}/hist.xml")


def test_each_day_has_its_fixings_the_oldest_first(service, fetch):
    service.body = file_of(("2026-11-20", [("SEK", "10.98"), ("USD", "1.15")]), ("2026-11-19", [("SEK", "10.97")]))
    found = fetch()
    assert list(found) == [date(2026, 11, 19), TODAY]
    assert {code: str(rate) for code, rate in found[TODAY].items()} == {"SEK": "10.98", "USD": "1.15"}


def test_what_cannot_be_a_fixing_is_left_out_and_the_rest_is_taken(service, fetch):
    odd = [("SEK", "109.8"), ("USD", "-1.15"), ("GBP", "NaN"), ("JPY", ""), ("", "3"), ("CHF", "0.93")]
    service.body = file_of(("2026-11-20", odd), ("2026-11-23", [("CHF", "0.93")]), ("soon", [("CHF", "0.93")]))
    assert {day: list(fixings) for day, fixings in fetch().items()} == {TODAY: ["CHF"]}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html><body>Sorry</body></html>"), (200, b"not found"), (200, file_of()), (404, b""), (503, b""),
        (302, b""), (200, file_of(("2026-11-20", [("SEK", "999")]))), (200, b" " * (ecb_file.MOST_BYTES + 1)),
    ],
    ids=["a page", "no XML", "no day", "gone", "busy", "elsewhere", "far off", "endless"],
)  # fmt: skip
def test_what_is_no_such_file_is_a_gateway_that_failed(service, fetch, status, body):
    service.status, service.body = status, body
    with pytest.raises(GatewayError, match="RECOVERY_ECB_URL") as caught:
        fetch()
    assert caught.value.code == "rate_unavailable"


def test_a_server_that_hangs_holds_nobody(service, fetch, monkeypatch):
    service.body = None
    monkeypatch.setattr(ecb_file, "SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(GatewayError, match="no answer within"):
        fetch()
    assert time.monotonic() - began < 5
