"""Real servers on the loopback for the tests: mail that behaves and misbehaves, and a team's own system."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller


class Inbox:
    """Keep what comes in; answer as told: `rcpt` or `data` with a code, `silent` never, `drop` by hanging up.

    `then` is called when a message was taken and before that is said.
    """

    def __init__(self, **behaviour):
        self.behaviour, self.messages, self.tries = behaviour, [], 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tries += 1
        if "drop" in self.behaviour:
            server.transport.abort()
        if "rcpt" in self.behaviour:
            return self.behaviour["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "silent" in self.behaviour:
            await asyncio.get_running_loop().create_future()
        if "data" in self.behaviour:
            return self.behaviour["data"]
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        if "then" in self.behaviour:
            await asyncio.to_thread(self.behaviour["then"])
        return "250 OK"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextlib.contextmanager
def smtp(**behaviour):
    """Run a mail server and give its inbox and port."""
    tls = behaviour.pop("tls", None)
    inbox = Inbox(**behaviour)
    server = Controller(inbox, hostname="127.0.0.1", port=free_port(), tls_context=tls, require_starttls=bool(tls))
    server.start()
    try:
        yield inbox, server.port
    finally:
        server.stop()


@contextlib.contextmanager
def serving(handler):
    """Serve HTTP by a handler, and give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def team_system(status=204):
    """Run a national team's system and give what it was told and its URL."""
    told = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with serving(Handler) as address:
        yield told, f"{address}/letters"
