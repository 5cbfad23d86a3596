"""One's own account: language, password, open sessions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.background import BackgroundTask

from recovery.errors import IntakeError
from recovery.notices.compose import LANGUAGES
from recovery.people import factors
from recovery.people.accounts import keep_password, set_language
from recovery.people.audit import note
from recovery.people.passwords import accepted
from recovery.people.sessions import close_all, close_one, open_sessions
from recovery.portal.faults import Fault, fault_of
from recovery.portal.pages import COOKIE as LANGUAGE_COOKIE
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, after_post
from recovery.portal.sign_in.again import show_again
from recovery.portal.sign_in.mails import send_notice
from recovery.portal.sign_in.steps import Settled, account_of, present
from recovery.portal.visit import Visit, enter, secure
from recovery.store.database import reading, unit_of_work

YEAR_SECONDS = 365 * 24 * 3600
# What a browser says of itself, longest known first: Edge and Opera also say Chrome, and Chrome also says Safari.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS"}
router = APIRouter()


@router.get("/account")
def show(request: Request, visit: Settled) -> Response:
    """Show one's own account."""
    return _page(request, visit)


@router.post("/account/language")
def language(request: Request, visit: Settled, form: Form) -> Response:
    """Keep in which language somebody reads."""
    chosen = form.text("language")
    answer = after_post("/account")
    if chosen in LANGUAGES:
        with unit_of_work() as session:
            set_language(session, account_of(session, visit), chosen)
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR_SECONDS, httponly=True, samesite="lax", secure=secure())
    return answer


@router.post("/account/password")
def password(request: Request, visit: Settled, form: Form) -> Response:
    """Keep a new password; every other session ends, this one goes on under a new cookie."""
    now = present()
    try:
        show_again(request, visit, form)
        kept = accepted(form.text("password"), visit.email)
    except IntakeError as error:
        return _page(request, visit, fault_of(error, texts_of(request)))
    with unit_of_work() as session:
        account = account_of(session, visit)
        keep_password(session, account, kept, now)
        close_all(session, account.id)
    answer = enter(request, after_post("/account"), account, visit.strong)
    answer.background = BackgroundTask(send_notice, account, "changed", now)
    return answer


@router.post("/account/sessions")
def end(request: Request, visit: Settled, form: Form) -> Response:
    """End one of one's sessions, or all but this one."""
    with unit_of_work() as session:
        if form.has("session"):
            close_one(session, visit.account, form.text("session"))
        else:
            close_all(session, visit.account, visit.session)
        note(session, visit.account, "sessions_ended", visit.account, now=present())
    return after_post("/account")


def _page(request: Request, visit: Visit, errors: list[Fault] | None = None) -> Response:
    with reading() as session:
        account = account_of(session, visit)
        values: dict[str, Any] = {
            "account": account,
            "second": factors.has_factor(session, account),
            "sessions": _sessions(session, visit),
        }
    return page(request, "sign_in/account.html", 422 if errors else 200, errors=errors or [], **values)


def _sessions(session: Session, visit: Visit) -> list[dict[str, Any]]:
    """Return one's open sessions, this one first."""
    found = open_sessions(session, visit.account, present())
    rows = [
        {"id": one.id, "agent": agent_name(one.agent), "seen_at": one.seen_at, "own": one.id == visit.session}
        for one in found
    ]
    return sorted(rows, key=lambda row: not row["own"])


def agent_name(agent: str) -> str:
    """Return which browser on which system a session was opened with, as far as it says."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "Linux" if "Linux" in agent else "")
    return ", ".join(part for part in (browser, system) if part) or "–"
