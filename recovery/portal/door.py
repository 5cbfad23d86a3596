"""The portal's door: who really asks where proxies stand before it, and under which names it is reached."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from recovery.settings import Network, settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SCHEMES = ("http", "https")
_HOST = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::\d{1,5})?")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Door:
    """Lets in what was asked under a name of the portal; who asks is what a named proxy says, and nobody else.

    A name that is not ours is a mistake, or a foreign page that had its own name lead to this machine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = _behind_proxies(scope, settings().trusted_proxies)
        names = Headers(scope=seen).getlist("host")
        host = host_of(names[0]) if len(names) == 1 else None
        if host is None:
            await PlainTextResponse("The host's name cannot be read.\n", 400)(seen, receive, send)
        elif host not in LOOPBACK and host != urlsplit(settings().portal_url).hostname:
            await PlainTextResponse("Nothing is served under this name.\n", 421)(seen, receive, send)
        else:
            await self.app(seen, receive, send)


def host_of(text: str) -> str | None:
    """Return the name of a Host header without its port, None where it is none."""
    found = _HOST.fullmatch(text)
    return (found["six"] or found["name"]).lower() if found else None


def _behind_proxies(scope: Scope, trusted: Sequence[Network]) -> Scope:
    """Return a request as it reached the outermost of the named proxies."""
    peer = _address(scope["client"][0]) if scope.get("client") else None
    if peer is None or not _named(peer, trusted):
        return scope
    headers = MutableHeaders(raw=list(scope["headers"]))
    seen = {**scope, "headers": headers.raw, "client": (str(_asking(peer, _listed(headers, "for"), trusted)), 0)}
    if (schemes := _listed(headers, "proto")) and schemes[-1] in SCHEMES:
        seen["scheme"] = schemes[-1]
    if hosts := _listed(headers, "host"):
        headers["host"] = hosts[-1]
    return seen


def _listed(headers: Headers, what: str) -> list[str]:
    """Return what the proxies added to an X-Forwarded header, the nearest last."""
    return [one.strip() for line in headers.getlist(f"x-forwarded-{what}") for one in line.split(",") if one.strip()]


def _asking(peer: Address, said: Iterable[str], trusted: Sequence[Network]) -> Address:
    """Return the nearest address that is no named proxy: what stands left of it anybody may have written."""
    nearest = peer
    for text in reversed(list(said)):
        found = _address(text)
        if found is None:
            return nearest
        nearest = found
        if not _named(found, trusted):
            return found
    return nearest


def _named(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _address(text: str) -> Address | None:
    """Return an address; an IPv4 one in IPv6 clothes is the IPv4 one, and a port is left out."""
    plain = re.sub(r"^\[(.+)\](:\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$", lambda found: found[1] or found[3], text.strip())
    try:
        known = ipaddress.ip_address(plain)
    except ValueError:
        return None
    return known.ipv4_mapped or known if isinstance(known, ipaddress.IPv6Address) else known
