"""One case whole: facts, ledger on any day, deadlines, history, papers, messages, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.case.order import Order
from recovery.case.papers import KINDS, add_paper
from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.case.transition import open_deadlines
from recovery.desk.action import Action
from recovery.desk.actions import act, why_not
from recovery.desk.advice import advise
from recovery.desk.bundle import FOR_COURT, as_one_pdf, for_court
from recovery.desk.inbox import QUEUES
from recovery.desk.letter_views import next_letter, preview_letter
from recovery.desk.views import others_of, show_case, today_of, unanswered
from recovery.errors import IntakeError, RecoveryError
from recovery.filing.fields import plain_sum
from recovery.people.reads import note_reads
from recovery.people.teams import workers_for
from recovery.portal.access import team_case
from recovery.portal.faults import Fault, fault_of
from recovery.portal.lists import as_file, download
from recovery.portal.pages import environment, language_of, page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.team.advice_texts import age_of, told
from recovery.portal.team.forms import CHOICES, TITLES, action_for, asked_of, fields_of, offered, side_of
from recovery.portal.team.queues import around, just_done, next_in
from recovery.portal.visit import OfReader, OfTeam, Visit
from recovery.registry import countries
from recovery.store.database import reading, transact, unit_of_work
from recovery.telling.messages import mark_read, send_message, unread_of

router = APIRouter(prefix="/team/cases")


@router.get("/{name}")
def case(request: Request, visit: OfReader, name: str, queue: str = "", done: str = "", did: str = "") -> Response:
    """Show what is to be done with a case, and why."""
    return _shown(request, visit, name, queue=queue, done=(done, did))


@router.get("/{name}/money")
def money(request: Request, visit: OfReader, name: str, on: str = "", queue: str = "") -> Response:
    """Show what is owed, on any day, and what was booked."""
    return _shown(request, visit, name, "money", on=on, queue=queue)


@router.get("/{name}/letters")
def letters(request: Request, visit: OfReader, name: str, queue: str = "") -> Response:
    """Show the letters that went out, how they went, and the next one."""
    return _shown(request, visit, name, "letters", queue=queue)


@router.get("/{name}/talk")
def talk(request: Request, visit: OfReader, name: str, queue: str = "") -> Response:
    """Show what the debtor says and what the team and the member write each other; what is shown is read."""
    return _shown(request, visit, name, "talk", queue=queue)


@router.get("/{name}/court")
def court(request: Request, visit: OfReader, name: str, queue: str = "") -> Response:
    """Show how it stands with the court, and the papers for it."""
    return _shown(request, visit, name, "court", queue=queue)


@router.get("/{name}/history")
def history(request: Request, visit: OfReader, name: str, queue: str = "") -> Response:
    """Show all that has happened, the newest first."""
    return _shown(request, visit, name, "history", queue=queue)


# What stands beside the recommended action without opening the menu, where it is possible.
USUAL = ("log_call", "write_debtor", "set_deadline")


def _shown(
    request: Request,
    visit: Visit,
    name: str,
    part: str = "",
    errors: Sequence[Fault] = (),
    written: str = "",
    on: str = "",
    queue: str = "",
    done: tuple[str, str] = ("", ""),
) -> Response:
    works = visit.role in ("worker", "lead")
    with reading() as session:
        found = team_case(session, visit, name)
        day, today = _day(found, on), today_of(found)
        shown = show_case(session, found.claim_id, day)
        groups = offered(found, today, visit) if works else {}
        open_ones = [one for actions in groups.values() for one, why in actions if why is None]
        advice = advise(found, today, side_of(visit)) if works and not part else None
        values: dict[str, Any] = {
            "case": shown,
            "part": part,
            "parties": {role: found.party(role) for role in ("creditor", "debtor")},
            "place": f"/team/cases/{found.reference or found.claim_id}",
            "groups": groups,
            "usual": [one for one in USUAL if one in open_ones and (advice is None or one != advice.action)],
            "joinable": "join" in open_ones,
            "advice": told(advice, request),
            "answers": unanswered(found),
            "letter": next_letter(session, found, today) if part in ("", "letters") else None,
            "sent": _sent(shown),
            "packs": [one for one in shown["documents"] if one["kind"] in FOR_COURT],
            "money_actions": [one for one, why in groups.get(TITLES["money"], ()) if why is None],
            "court_actions": [one for one, why in groups.get(TITLES["court"], ()) if why is None],
            "others": [] if part else others_of(session, found),
            "unread": unread_of(session, [found.claim_id], "team").get(found.claim_id, 0),
            "around": around(session, visit, queue, found.claim_id),
            "age": age_of(found, today),
        }
    note_reads(visit.account, [found.claim_id], "case")
    if part == "talk" and values["unread"] and works and not errors:
        with unit_of_work() as session:
            mark_read(load(session, found.claim_id), "team", datetime.now(UTC))
    values |= {
        "works": works,
        "kinds": KINDS,
        "grounds": CHOICES,
        "errors": errors,
        "written": written,
        "on": day.isoformat() if day else "",
        "today": today.isoformat(),
        "queue": queue if queue in QUEUES else "",
        "done": just_done(*done),
        "flow_runs": found.flow_runs,
        "prefect_ui": request.app.state.prefect_ui,
    }
    return page(request, "team/case.html", 422 if errors else 200, **values)


def _sent(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the letters that went out, the newest first, each with how it went."""
    ways: dict[str, list[dict[str, Any]]] = {}
    for one in shown["letters"]:
        ways.setdefault(one["letter"], []).append(one)
    papers = [one for one in shown["documents"] if one["kind"].startswith("letter:")]
    return [{**one, "shipped": ways.get(one["key"], [])} for one in reversed(papers)]


def _day(found: CaseRecord, on: str) -> date | None:
    if not on:
        return None
    try:
        return max(date.fromisoformat(on), found.filed_on or date.min)
    except ValueError:
        return None


@router.get("/{name}/do/{action}")
def form(request: Request, visit: OfTeam, name: str, action: str) -> Response:
    """Ask what an action needs, filled in with what the address says of its fields."""
    asked = action_for(visit, action)
    given = {one.name: request.query_params[one.name] for one in asked.fields if one.name in request.query_params}
    queue = request.query_params.get("queue", "")
    with reading() as session:
        found = team_case(session, visit, name)
        answer = _form(request, session, visit, found, asked, {**given, "queue": queue}, [])
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
    filters = environment(language_of(request)).filters
    told, told_kind = filters["remark"], filters["deadline"]
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
        "tasks": [
            (str(one.id), told(one.data.get("why") or one.data.get("question")) or told_kind(one.name))
            for one in open_deadlines(found)
            if one.actor == ("team" if action.name == "finish_task" else "member")
        ],
        "others": [
            (one["name"], one["name"])
            for one in (others_of(session, found) if action.name == "join" else ())
            if one["state"] != "closed" and not one["joined"]
        ],
        "queue": typed.get("queue", "") if typed.get("queue", "") in QUEUES else "",
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
    queue = form.text("queue")
    return after_post(_after(visit, place, queue, action) if queue in QUEUES else f"/team/cases/{place}")


def _after(visit: Visit, place: str, queue: str, action: str) -> str:
    """Return where to go on after an action on a case of a queue: its next case, else the list."""
    with reading() as session:
        found = next_in(session, visit, queue, team_case(session, visit, place).claim_id)
    said = urlencode({"queue": queue, "done": place, "did": action})
    return f"/team/cases/{found}?{said}" if found else f"/team?{said}"


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
        return _shown(request, visit, name, errors=fault_of(error, texts_of(request)))
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
        return _shown(request, visit, name, "talk", fault_of(error, texts_of(request)), text)
    return after_post(f"/team/cases/{name}/talk#messages")


@router.get("/{name}/preview.pdf")
def preview(visit: OfReader, name: str, document: str = "") -> Response:
    """Give the next letter as it would leave today, marked as a preview; nothing is sent or noted."""
    with reading() as session:
        found = team_case(session, visit, name)
        title, content, _ = preview_letter(session, found, today_of(found), document or None)
    note_reads(visit.account, [found.claim_id], "document")
    headers = {"Content-Disposition": f'attachment; filename="{title}-preview.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{name}/whole.pdf")
def whole(visit: OfReader, name: str) -> Response:
    """Give every PDF of the case as one, to read or print."""
    with reading() as session:
        found = team_case(session, visit, name)
        if visit.role not in ("worker", "lead"):
            raise HTTPException(404)  # the letters hold the debtor's code
        content = as_one_pdf(session, found)
    note_reads(visit.account, [found.claim_id], "document")
    return as_file(f"{found.reference or found.claim_id}.pdf", "application/pdf", content)


@router.get("/{name}/court.zip")
def for_the_court(visit: OfReader, name: str) -> Response:
    """Give the papers for the court as one ZIP."""
    with reading() as session:
        found = team_case(session, visit, name)
        content = for_court(session, found)
    note_reads(visit.account, [found.claim_id], "document")
    return as_file(f"{found.reference}-court.zip", "application/zip", content)


@router.get("/{name}/documents/{sha256}")
def document(visit: OfReader, name: str, sha256: str) -> Response:
    """Give a document of the case; the letters as they were sent to those alone who send them."""
    with reading() as session:
        letters: Any = "sent" if visit.role in ("worker", "lead") else "closed"
        found = team_case(session, visit, name)
        answer = download(session, found, sha256, letters)
    note_reads(visit.account, [found.claim_id], "document")
    return answer
