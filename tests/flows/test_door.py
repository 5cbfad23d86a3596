"""Prefect's API is closed: without the secret every route answers 401, to another host or origin nothing at all."""

from __future__ import annotations

import asyncio
import base64

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from flows.credentials import headers, own_secret


@pytest.fixture
def client(served):
    with httpx.Client(base_url=served.removesuffix("/api"), trust_env=False, timeout=60) as made:
        yield made


def wrong():
    return {"Authorization": "Basic " + base64.b64encode(b"recovery:guess").decode()}


def test_without_the_secret_every_route_answers_401(client, served):
    schema = client.get("/api/openapi.json", headers=headers(served)).json()
    asked = [(method, path) for path, found in schema["paths"].items() for method in found]
    assert len(asked) > 150
    pages = ["/", "/docs", "/openapi.json", "/flow-runs/ui/", "/flow-runs/ui/ui-settings", "/api/health", "/api/ready"]
    for method, path in [*asked, *(("get", path) for path in pages)]:
        path = path if path.startswith(("/api", "/flow-runs")) or path in pages else f"/api{path}"
        assert client.request(method, path).status_code == 401, (method, path)
        assert client.request(method, path, headers=wrong()).status_code == 401, (method, path)
    assert client.get("/api/health", headers=headers(served)).json() is True


def test_another_host_and_another_origin_get_nothing(client, served):
    for host in ("evil.example", "evil.example:4200", "127.0.0.1", ""):
        assert client.get("/api/health", headers={**headers(served), "Host": host}).status_code == 421, host
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    for sent in (asked, {**asked, **headers(served)}):
        answer = client.options("/api/deployments/filter", headers=sent)
        assert answer.status_code >= 400
        assert "access-control-allow-origin" not in answer.headers
    answer = client.get("/api/health", headers={**headers(served), "Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["events/in", "events/out", "logs/out", "task_runs/subscriptions/scheduled"])
def test_a_socket_is_closed_to_who_does_not_know_the_secret(served, path):
    async def first(origin, token):
        address = f"{served.replace('http', 'ws')}/{path}"
        async with connect(address, subprotocols=["prefect"], origin=origin, proxy=None) as socket:
            await socket.send(f'{{"type": "auth", "token": "{token}"}}')
            return await socket.recv()

    with pytest.raises(InvalidStatus):
        asyncio.run(first("http://evil.example", own_secret()))
    with pytest.raises(ConnectionClosed):
        asyncio.run(first(None, "recovery:guess"))
    assert "auth_success" in asyncio.run(first(None, own_secret()))


def test_the_secret_lies_in_a_file_of_its_own_and_on_no_command_line(own_prefect, served):
    _, folder = own_prefect
    assert (folder / "keys" / "prefect-api").stat().st_mode & 0o777 == 0o600
    for name in ("logs/prefect-server.log", "prefect/prefect.db"):
        assert (folder / name).stat().st_mode & 0o077 == 0, name
    log = (folder / "logs" / "prefect-server.log").read_text()
    assert own_secret().removeprefix("recovery:") not in log
