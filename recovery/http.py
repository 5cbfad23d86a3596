"""Asking another system by HTTP: within a limit of time for the whole exchange, and of size for what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recovery.limit import Limit


class NoAnswer(Exception):
    """The other side did not answer, not in time, or with more than is taken; says which, never what was asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered."""

    status: int
    body: bytes


def ask(method: str, url: str, seconds: float, most: int = 0, **asked: Any) -> Answer:
    """Return the answer to one request, redirects not followed; of its body no more than `most` bytes are read.

    Raises:
        NoAnswer: there was none within so many seconds in all, or it was longer.
    """
    import httpx

    with Limit(seconds) as limit:

        def watched(event: str, about: Mapping[str, Any]) -> None:
            if event == "connection.connect_tcp.complete":
                limit.watch(about["return_value"].get_extra_info("socket"))

        try:
            with (
                httpx.Client(timeout=seconds, follow_redirects=False) as client,
                client.stream(method, url, extensions={"trace": watched}, **asked) as answer,
            ):
                return Answer(answer.status_code, _body(answer, most))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why = f"no answer within {seconds:g} seconds in all" if limit.over else type(error).__name__
            raise NoAnswer(why) from None


def _body(answer: Any, most: int) -> bytes:
    found = bytearray()
    if most:
        for part in answer.iter_bytes():
            found += part
            if len(found) > most:
                raise NoAnswer(f"an answer of more than {most} bytes")
    return bytes(found)
