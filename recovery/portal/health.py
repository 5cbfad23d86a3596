"""The health page: what runs, what waits, what is late."""

from __future__ import annotations

import html
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import func
from sqlmodel import select

from recovery.store.database import reading
from recovery.store.tables import Case, Deadline, Outbox


def counts() -> dict[str, Any]:
    """Return the figures of the installation."""
    with reading() as session:
        by_state = dict(session.exec(select(Case.state, func.count()).group_by(Case.state)).all())
        waiting = session.exec(select(func.count()).select_from(Outbox).where(Outbox.status == "waiting")).one()
        failed = session.exec(select(func.count()).select_from(Outbox).where(Outbox.status == "failed")).one()
        late = session.exec(select(func.count()).select_from(Deadline).where(Deadline.status == "late")).one()
    return {"cases": by_state, "outbox_waiting": waiting, "outbox_failed": failed, "deadlines_late": late}


def health_app(prefect_ui: str, alive: Any) -> FastAPI:
    """Return the application; `alive` tells which processes run."""
    app = FastAPI(title="Recovery", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    def health() -> JSONResponse:
        parts = alive()
        good = all(parts.values())
        return JSONResponse({"healthy": good, "processes": parts, **counts()}, status_code=200 if good else 503)

    @app.get("/")
    def page() -> Response:
        return HTMLResponse(
            _page(prefect_ui, alive(), counts()),
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    return app


def _page(prefect_ui: str, parts: dict[str, bool], figures: dict[str, Any]) -> str:
    rows = [(name, "running" if up else "not running") for name, up in parts.items()]
    rows += [(f"cases {state}", str(number)) for state, number in sorted(figures["cases"].items())]
    rows += [
        ("effects waiting", figures["outbox_waiting"]),
        ("effects failed", figures["outbox_failed"]),
        ("deadlines late", figures["deadlines_late"]),
    ]
    table = "".join(
        f"<tr><th scope=row>{html.escape(str(name))}</th><td>{html.escape(str(value))}</td></tr>"
        for name, value in rows
    )
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Recovery: health</title>"
        "<meta name=viewport content='width=device-width, initial-scale=1'><style>"
        "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#1d2b3a}"
        "table{border-collapse:collapse;width:100%}th,td{padding:.4rem .6rem;border-bottom:1px solid #c9d1d8;"
        "text-align:left;font-weight:400}td{text-align:right;font-variant-numeric:tabular-nums}a{color:#0b5cad}"
        "</style></head><body><main><h1>Recovery</h1><p>What runs, what waits, what is late.</p>"
        f"<table>{table}</table><p><a href='{html.escape(prefect_ui)}'>Flow runs in Prefect</a></p>"
        "</main></body></html>"
    )
