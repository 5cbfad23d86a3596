"""Prefect's server as a program of ours: its own application behind a door that opens for the secret alone.

Prefect leaves its health, its pages and their settings open to everybody, answers any Host and lets every web page
ask (CORS `*`): whoever reaches it can have code run. Here nothing is answered without the secret.
"""

from __future__ import annotations

import hmac
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from flows.credentials import OWN_HOSTS, basic, own_secret
from recovery.settings import settings

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
MISDIRECTED, UNAUTHORIZED, POLICY_VIOLATION = 421, 401, 1008


class Door:
    """Lets in who names this server as its host and shows the secret; anybody else gets no more than a number."""

    def __init__(self, app: App, port: int, secret: str) -> None:
        self.app = app
        self.hosts = {f"{host}:{port}" for host in OWN_HOSTS}
        self.credential = f"Basic {basic(secret)}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif status := self._refused(scope["type"], dict(scope["headers"])):
            await _turn_away(scope["type"], status, send)
        else:
            await self.app(scope, receive, send)

    def _refused(self, kind: str, headers: dict[bytes, bytes]) -> int:
        """Return why somebody is turned away, 0 for one who may come in."""
        if headers.get(b"host", b"").decode("latin-1").lower() not in self.hosts:
            return MISDIRECTED  # a name that was made to point here (DNS rebinding)
        if kind == "websocket" and b"origin" not in headers:
            return 0  # no browser's: Prefect's own handshake asks for the secret in the first message
        if not hmac.compare_digest(headers.get(b"authorization", b""), self.credential):
            return UNAUTHORIZED
        return 0


async def _turn_away(kind: str, status: int, send: Send) -> None:
    if kind == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    # No WWW-Authenticate: a browser that asked for the secret would send it along for any page.
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def close_pages() -> None:
    """Close the copy of Prefect's pages to others: copying kept the modes that they were installed with."""
    for path in (settings().prefect_home / "ui", *(settings().prefect_home / "ui").rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)


def main(port: int) -> None:
    """Serve until told to stop."""
    import uvicorn
    from prefect.server.api.server import create_app

    app = Door(create_app(final=True), port, own_secret())
    close_pages()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
