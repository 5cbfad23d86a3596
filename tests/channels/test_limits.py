"""Servers that answer byte by byte hold a channel no longer than its limit in all."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from recovery.channels.files import put_once
from recovery.channels.mail import send
from recovery.channels.webhook import notify
from recovery.errors import GatewayError
from recovery.limit import Limit
from tests.channels.test_mail import MAIL

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SECONDS, PAUSE, SLACK = 0.8, 0.05, 1.2


@contextlib.contextmanager
def dripping(*said, drip):
    """Run a server that answers each thing it hears in turn, then drips for ever; give its port and who hung up."""
    listener, ended, over = socket.create_server(("127.0.0.1", 0)), [], threading.Event()

    def serve():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],)).start()

    def answer(connection):
        with contextlib.suppress(OSError), connection:
            for text in said:
                if text is None:
                    connection.recv(65536)
                else:
                    connection.sendall(text)
            while not over.wait(PAUSE):
                connection.sendall(drip)
        ended.append(True)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], ended
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def ends_in_time(call, *args):
    began = time.monotonic()
    with pytest.raises(GatewayError) as error:
        call(*args)
    assert time.monotonic() - began < SECONDS + SLACK
    return error.value.message


BANNER, HELLO = b"220 mail ESMTP\r\n", b"250-mail\r\n250 STARTTLS\r\n"


@pytest.mark.parametrize(
    ("starttls", "said", "drip"),
    [
        (0, (), b"220-wait\r\n"),
        (0, (), b"2"),
        (0, (BANNER, None), b"250-wait\r\n"),
        (0, (BANNER, None, HELLO, None, b"250 OK\r\n", None), b"250-wait\r\n"),
        (1, (BANNER, None, HELLO, None, b"220 go on\r\n", None, b"\x16\x03\x03\x40\x00"), b"\x02"),
    ],
)
def test_a_mail_server_that_drips(channel, starttls, said, drip):
    with dripping(*said, drip=drip) as (port, ended):
        channel(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_STARTTLS=starttls, SMTP_SECONDS=SECONDS)
        assert "seconds in all" in ends_in_time(send, MAIL, AT)
        time.sleep(3 * PAUSE)
        assert ended, "the connection is gone, not left behind"


@pytest.mark.parametrize("said", [(None,), (None, b"HTTP/1.1 200 OK\r\nX-Wait: ")])
def test_a_team_s_system_that_drips(channel, said):
    with dripping(*said, drip=b"H") as (port, ended):
        channel(WEBHOOK_URL=f"http://127.0.0.1:{port}/", WEBHOOK_SECRET="sample", WEBHOOK_SECONDS=SECONDS)
        assert "seconds in all" in ends_in_time(notify, "k", {"kind": "letter"}, AT)
        time.sleep(3 * PAUSE)
        assert ended


def test_an_answer_s_body_is_not_waited_for(channel):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    with dripping(None, head, drip=b".") as (port, _):
        channel(WEBHOOK_URL=f"http://127.0.0.1:{port}/", WEBHOOK_SECRET="sample", WEBHOOK_SECONDS=SECONDS)
        began = time.monotonic()
        assert notify("k", {"kind": "letter"}, AT)
        assert time.monotonic() - began < SECONDS


def test_a_mail_house_that_drips(channel, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with dripping(drip=b"welcome\r\n") as (port, ended):
        channel(POST_SECONDS=SECONDS)
        message = ends_in_time(put_once, f"sftp://house:sample@127.0.0.1:{port}/in", "a.pdf", b"x")
        assert "TimeoutError" in message
        time.sleep(3 * PAUSE)
        assert ended


def test_a_connection_made_too_late_is_cut_at_once():
    with dripping(drip=b".") as (port, _), Limit(0.05) as limit:
        time.sleep(0.2)
        with contextlib.suppress(OSError):
            made = limit.connect("127.0.0.1", port)
            with made:
                assert made.recv(10) == b""
        assert limit.over
