"""One case whole: facts, ledger on any day, deadlines, history, papers, messages, and what can be done now."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from recovery.case.order import Order
from recovery.case.papers import KINDS, add_paper
from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.desk.action import Action
from recovery.desk.actions import act, why_not
from recovery.desk.letter_views import preview_letter
from recovery.desk.views import show_case, today_of
from recovery.errors import IntakeError, RecoveryError
from recovery.filing.fields import plain_sum
from recovery.people.reads import note_reads
from recovery.people.teams import workers_for
from recovery.portal.access import team_case
from recovery.portal.faults import Fault, fault_of
from recovery.portal.lists import download
from recovery.portal.pages import language_of, page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.team.forms import CHOICES, action_for, asked_of, fields_of, offered, side_of
from recovery.portal.visit import OfReader, OfTeam, Visit
from recovery.registry import countries
from recovery.store.database import reading, transact, unit_of_work
from recovery.telling.messages import mark_read, send_message, unread_of

router = APIRouter(prefix="/team/cases")


@router.get("/{name}")
def case(request: Request, visit: OfReader, name: str, on: str = "") -> Response:
    """Show a case whole, with its ledger on a day."""
    return _shown(request, visit, name, on, [])


def _shown(request: Request, visit: Visit, name: str, on: str, errors: list[Fault], written: str = "") -> Response:
    with reading() as session:
        found = team_case(session, visit, name)
        day = _day(found, on)
        shown = show_case(session, found.claim_id, day)
        parties = {role: found.party(role) for role in ("creditor", "debtor")}
        unread = unread_of(session, [found.claim_id], "team")
        works = visit.role in ("worker", "lead")
        groups = offered(found, today_of(found), visit) if works else {}
    note_reads(visit.account, [found.claim_id], "case")
    if unread and works and not errors:
        with unit_of_work() as session:
            mark_read(load(session, found.claim_id), "team", datetime.now(UTC))
    values: dict[str, Any] = {
        "case": shown,
        "parties": parties,
        "place": f"/team/cases/{found.reference or found.claim_id}",
        "groups": groups,
        "works": works,
        "kinds": KINDS,
        "grounds": CHOICES,
        "errors": errors,
        "written": written,
        "on": day.isoformat() if day else "",
        "flow_runs": found.flow_runs,
        "prefect_ui": request.app.state.prefect_ui,
    }
    return page(request, "team/case.html", 422 if errors else 200, **values)


def _day(found: CaseRecord, on: str) -> date | None:
    if not on:
        return None
    try:
        return max(date.fromisoformat(on), found.filed_on or date.min)
    except ValueError:
        return None


@router.get("/{name}/do/{action}")
def form(request: Request, visit: OfTeam, name: str, action: str) -> Response:
    """Ask what an action needs."""
    asked = action_for(visit, action)
    with reading() as session:
        found = team_case(session, visit, name)
        answer = _form(request, session, visit, found, asked, {}, [])
    note_reads(visit.account, [found.claim_id], "case")
    return answer


def _form(
    request: Request,
    session: Session,
    visit: Visit,
    found: CaseRecord,
    action: Action,
    typed: dict[str, str],
    errors: list[Fault],
) -> Response:
    shown, today = show_case(session, found.claim_id), today_of(found)
    values: dict[str, Any] = {
        "case": shown,
        "place": f"/team/cases/{found.reference or found.claim_id}",
        "action": action.name,
        "fields": fields_of(action),
        "why": why_not(found, action.name, today, side_of(visit)),
        "typed": typed,
        "errors": errors,
        "today": today.isoformat(),
        "choices": CHOICES,
        "people": [(one.email, one.name) for one in workers_for(session, found.debtor_country)],
        "countries": countries(),
    }
    return page(request, "team/do.html", 422 if errors else 200, **values)


@router.post("/{name}/do/{action}")
def do(request: Request, visit: OfTeam, form: Form, name: str, action: str) -> Response:
    """Carry an action out."""
    asked, typed, spoken = action_for(visit, action), form.texts(), language_of(request)
    try:
        place = transact(lambda session: _done(session, visit, form, name, asked, spoken))
    except RecoveryError as error:
        with reading() as session:
            found = team_case(session, visit, name)
            return _form(request, session, visit, found, asked, typed, fault_of(error, texts_of(request)))
    return after_post(f"/team/cases/{place}")


def _done(session: Session, visit: Visit, form: Posted, name: str, action: Action, language: str) -> str:
    """Do an action and keep the papers that came with it; return the case's name."""
    found = team_case(session, visit, name, lock=True)
    act(session, found.claim_id, _order(action, found, visit, form, language))
    return found.reference or found.claim_id


def _order(action: Action, found: CaseRecord, visit: Visit, form: Posted, language: str) -> Order:
    day, today = form.day("on") if form.has("on") else None, today_of(found)
    if day is not None and day > today:
        raise IntakeError(f"on: {day} lies after today, {today}", code="future_day", field="on")
    return Order(
        action.name,
        day or today,
        visit.email,
        form.text("note"),
        plain_sum(form.text("amount"), language) if form.has("amount") else None,
        asked_of(action, form.texts()),
        form.number("version"),
        side_of(visit),
        tuple((_kind(form), title, content) for title, content in form.files("file")),
    )


def _kind(form: Posted) -> str:
    return form.text("paper_kind") if form.text("paper_kind") in KINDS else "other"


@router.post("/{name}/papers")
def paper(request: Request, visit: OfTeam, form: Form, name: str) -> Response:
    """Keep papers that came in."""
    try:
        with unit_of_work() as session:
            found = team_case(session, visit, name, lock=True)
            given = form.files("file")
            if not given:
                raise IntakeError("file: choose one", code="missing", field="file")
            for title, content in given:
                add_paper(found, _kind(form), title, content, visit.email, today_of(found))
    except RecoveryError as error:
        return _shown(request, visit, name, "", fault_of(error, texts_of(request)))
    return after_post(f"/team/cases/{name}#papers")


@router.post("/{name}/messages")
def write(request: Request, visit: OfTeam, form: Form, name: str) -> Response:
    """Write to the member."""
    text = form.text("text")
    try:
        with unit_of_work() as session:
            found = team_case(session, visit, name, lock=True)
            send_message(found, "team", visit.name, text, today_of(found), form.files("attachment"))
    except RecoveryError as error:
        return _shown(request, visit, name, "", fault_of(error, texts_of(request)), text)
    return after_post(f"/team/cases/{name}#messages")


@router.get("/{name}/preview.pdf")
def preview(visit: OfReader, name: str, document: str = "") -> Response:
    """Give the next letter as it would leave today, marked as a preview; nothing is sent or noted."""
    with reading() as session:
        found = team_case(session, visit, name)
        title, content, _ = preview_letter(session, found, today_of(found), document or None)
    note_reads(visit.account, [found.claim_id], "document")
    headers = {"Content-Disposition": f'attachment; filename="{title}-preview.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{name}/documents/{sha256}")
def document(visit: OfReader, name: str, sha256: str) -> Response:
    """Give a document of the case; the letters as they were sent to those alone who send them."""
    with reading() as session:
        letters: Any = "sent" if visit.role in ("worker", "lead") else "closed"
        found = team_case(session, visit, name)
        answer = download(session, found, sha256, letters)
    note_reads(visit.account, [found.claim_id], "document")
    return answer
