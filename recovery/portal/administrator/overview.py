"""Where an administrator starts: what is to be done, what there is, and what is switched on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.desk.counts import looked_after
from recovery.law_pages import ending
from recovery.people.audit import note
from recovery.people.partners import fee_of, texts_of
from recovery.people.switches import SWITCHES, is_on, switch
from recovery.portal.flow_faults import fault_texts
from recovery.portal.pages import page
from recovery.portal.posting import Form, after_post
from recovery.portal.texts import N_
from recovery.portal.visit import OfAdministrator
from recovery.registry import adapter_of, countries
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work

router = APIRouter(prefix="/administrator")
# switch: what it is called, what it does
SWITCH_TEXTS = {
    "second_factor": (
        N_("People of teams need a second factor"),
        N_("Who has none sets one up at the next sign-in. Members decide for themselves."),
    ),
    "debtor_page": (
        N_("Debtors answer on a page of their own"),
        N_("Letters name its address and a code. Switched off, the page tells debtors to write or call."),
    ),
    "sign_in_by_link": (
        N_("Signing in by a link in a mail"),
        N_("Switched off, everybody needs a password or your organisation’s sign-in."),
    ),
}


@router.get("")
def shown(request: Request, visit: OfAdministrator) -> Response:
    """Show what is to be done and how much there is."""
    with reading() as session:
        values: dict[str, Any] = {
            "counts": looked_after(session),
            "bare": _bare(session),
            "switches": _switches(session),
        }
    values["ending"] = _ending(datetime.now(UTC).date())
    values["samples"] = [code for code in countries() if adapter_of(code).service.get("sample")]
    return page(
        request,
        "administrator/overview.html",
        mail=bool(settings().channels.smtp_host),
        faults=fault_texts(request),
        **values,
    )


def _ending(on: date) -> dict[str, list[tuple[date, str]]]:
    """Return by country what ends soon after a day: last day and label, the earliest first."""
    found: dict[str, list[tuple[date, str]]] = {}
    for last, name, label in ending(on):
        found.setdefault(name.partition(":")[0], []).append((last, label))
    return dict(sorted(found.items()))


def _bare(session: Session) -> list[str]:
    """Return the countries whose service has set neither a fee nor a text of its own."""
    return [code for code in countries() if fee_of(session, code) is None and not texts_of(session, code)]


def _switches(session: Session) -> list[dict[str, Any]]:
    return [
        {"name": name, "on": is_on(session, name), "label": SWITCH_TEXTS[name][0], "hint": SWITCH_TEXTS[name][1]}
        for name in SWITCHES
    ]


@router.post("/switches/{name}")
def switched(visit: OfAdministrator, form: Form, name: str) -> Response:
    """Switch something on or off."""
    if name not in SWITCHES:
        raise HTTPException(404)
    on, now = form.text("on") == "yes", datetime.now(UTC)
    with unit_of_work() as session:
        if is_on(session, name) != on:
            switch(session, name, on, visit.account, now)
            note(session, visit.account, "switched", name, data={"on": on}, now=now)
    return after_post("/administrator#switches")
