"""Prefect's pages behind the portal's sign-in: read by managers and administrators, changed by nobody."""

from __future__ import annotations

import httpx
import pytest

from flows.credentials import headers
from tests.portal.people import member, worker

FILTER = "/flow-runs/api/flow_runs/filter"


@pytest.fixture
def run(served):
    """A run that was done, as Prefect shows it."""
    with httpx.Client(base_url=served, headers=headers(served), trust_env=False, timeout=30) as client:
        flow = client.post("/flows/", json={"name": "shown-in-the-portal"}).json()
        sent = {"flow_id": flow["id"], "name": "NL-2026-000042", "state": {"type": "COMPLETED"}}
        return client.post("/flow_runs/", json=sent).json()["id"]


def manager():
    return worker("mina@dienst.example", None, "manager")


def administrator():
    return worker("ada@dienst.example", None, "administrator")


def test_only_managers_and_administrators_come_in(served, caller):
    for cookie in (manager(), administrator()):
        client = caller(cookie)
        assert client.get("/flow-runs/ui/ui-settings").json()["auth"] is None
        assert client.post(FILTER, json={}).status_code == 200
        assert client.get("/flow-runs/ui").headers["location"] == "/flow-runs/ui/"
    for cookie in (member(), worker(), worker("aud@dienst.example", None, "auditor")):
        for path in ("/flow-runs/ui/", "/flow-runs/ui/ui-settings", "/flow-runs/api/health"):
            assert caller(cookie).get(path).status_code == 403, path
        assert caller(cookie).post(FILTER, json={}).status_code == 403
    assert caller().get("/flow-runs/ui/").headers["location"].startswith("/sign-in")


def test_nothing_is_changed_and_no_other_page_asks(served, caller):
    client = caller(manager())
    for path in ("deployments/", "flow_runs/", "work_pools/", "flow_runs/0b0a/set_state", "events/", "events"):
        assert client.post(f"/flow-runs/api/{path}", json={}).status_code == 403, path
    for method in ("PATCH", "PUT", "DELETE"):
        assert client.request(method, "/flow-runs/api/deployments/0b0a").status_code in (404, 405)
    for path in ("variables/filter", "block_documents/filter", "automations/filter", "admin/settings"):
        assert client.post(f"/flow-runs/api/{path}", json={}).status_code == 403, path
        assert path == "admin/settings" or client.get(f"/flow-runs/api/{path}").status_code == 403, path
    assert "auth" not in client.get("/flow-runs/api/admin/settings").text
    for sent in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert client.post(FILTER, json={}, headers=sent).status_code == 403, sent


def test_other_pages_keep_their_policy_and_these_reach_no_further(served, caller):
    client = caller(manager())
    shown = client.get("/flow-runs/ui/")
    assert f"connect-src {client.base_url.netloc.decode()}/flow-runs/;" in shown.headers["content-security-policy"]
    assert shown.headers["cross-origin-opener-policy"] == "unsafe-none"
    other = client.get("/manager/flows")
    assert "script-src" not in other.headers["content-security-policy"]
    assert other.headers["cross-origin-opener-policy"] == "same-origin"


def test_a_browser_shows_the_runs(run, reader, pictures):
    page = reader("/flow-runs/ui/runs", cookie=manager(), policy=True)
    page.get_by_text("NL-2026-000042").first.wait_for(timeout=20_000)
    assert page.get_by_text("Something went wrong").count() == 0
    page.screenshot(path=str(pictures / "flow-runs.png"))
    page.get_by_text("NL-2026-000042").first.click()
    page.wait_for_url(f"**/flow-run/{run}**")
    page.get_by_text("shown-in-the-portal").first.wait_for(timeout=20_000)


def test_prefect_away_is_told(local, caller, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    answer = caller(manager()).get("/flow-runs/ui/")
    assert (answer.status_code, "Prefect" in answer.text) == (422, True)
