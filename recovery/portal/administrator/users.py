"""Users: found, added, invited, changed, closed and opened again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from recovery.errors import IntakeError, RecoveryError
from recovery.notices.compose import LANGUAGES
from recovery.notices.warning import masked_iban
from recovery.people import administration as people
from recovery.people.audit import note
from recovery.people.factors import has_factor
from recovery.people.member_file import import_members
from recovery.people.teams import ROLES
from recovery.portal.administrator.faults import faults_of
from recovery.portal.faults import Fault
from recovery.portal.lists import pages_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.sign_in.again import has_password, show_again
from recovery.portal.sign_in.mails import send_link, send_notice
from recovery.portal.visit import OfAdministrator, Visit
from recovery.registry import countries
from recovery.store.database import reading, unit_of_work
from recovery.telling.member_details import change_email, change_iban

router = APIRouter(prefix="/administrator/users")
Side = Literal["team", "members"]
SIZE = 50


@router.get("/{side}")
def listed(request: Request, visit: OfAdministrator, side: Side, q: str = "", number: int = 1) -> Response:
    """Show the people of the teams or the members, all or those found."""
    return _list(request, side, q, number)


def _list(
    request: Request, side: Side, q: str = "", number: int = 1, errors: list[Fault] | None = None, typed: Any = None
) -> Response:
    with reading() as session:
        rows, count = people.users(session, side, q, max(number - 1, 0) * SIZE, SIZE)
        pages = pages_of(f"/administrator/users/{side}", number, count, SIZE, urlencode({"q": q}) if q else "")
        if pages["number"] != number:
            rows, _ = people.users(session, side, q, (pages["number"] - 1) * SIZE, SIZE)
    values: dict[str, Any] = {
        "side": side,
        "q": q,
        "rows": rows,
        "pages": pages,
        "errors": errors or [],
        "typed": typed or {},
    }
    status = 422 if errors else 200
    return page(request, "administrator/users.html", status, roles=ROLES, countries=countries(), **values)


@router.post("/members/import")
def imported(request: Request, visit: OfAdministrator, form: Form) -> Response:
    """Add the members of a CSV file, and tell what came of each row."""
    given, gettext = form.files("file"), texts_of(request)
    try:
        if not given:
            raise IntakeError("file: choose one", code="missing", field="file")
        with unit_of_work() as session:
            rows = import_members(session, given[0][1], LANGUAGES, visit.account, datetime.now(UTC))
    except RecoveryError as error:
        return page(request, "administrator/imported.html", 422, errors=faults_of(error, gettext), found=None)
    found = [
        {
            "row": one.row,
            "email": one.email,
            "known": one.known,
            "fault": faults_of(one.error, gettext)[0] if one.error else None,
        }
        for one in rows
    ]
    return page(request, "administrator/imported.html", errors=[], found=found)


@router.post("/{side}")
def added(request: Request, visit: OfAdministrator, form: Form, side: Side) -> Response:
    """Add somebody, and mail the link by which the first password is chosen where that is asked for."""
    now = datetime.now(UTC)
    try:
        with unit_of_work() as session:
            user = _added(session, form, side, visit.account, now)
            if form.has("invite"):
                note(session, visit.account, "user_invited", user.subject, now=now)
    except RecoveryError as error:
        return _list(request, side, errors=faults_of(error, texts_of(request)), typed=form.texts())
    answer = after_post(f"/administrator/users/{side}/{user.row.id}")
    if form.has("invite"):
        answer.background = BackgroundTask(send_link, user.row.email, "invite", now)
    return answer


def _added(session: Session, form: Posted, side: Side, by: str, now: datetime) -> people.User:
    email, name, language = form.text("email"), form.text("name"), _language(form)
    if side == "team":
        return people.new_person(session, email, name, form.text("country"), form.text("role"), language, by, now)
    return people.new_member(session, email, name, form.text("partner"), language, form.text("iban"), by, now)


def _language(form: Posted) -> str:
    language = form.text("language")
    if language not in LANGUAGES:
        raise IntakeError(f"language {language!r}: not offered", code="bad_choice", field="language")
    return language


@router.get("/{side}/{key}")
def shown(request: Request, visit: OfAdministrator, side: Side, key: str, done: str = "") -> Response:
    """Show somebody and what can be changed."""
    return _one(request, visit, side, key, done=done)


def _one(
    request: Request,
    visit: Visit,
    side: Side,
    key: str,
    errors: list[Fault] | None = None,
    done: str = "",
    reason: str = "",
) -> Response:
    with reading() as session:
        user = _user(session, side, key)
        factor = user.account is not None and has_factor(session, user.account)
    values: dict[str, Any] = {"side": side, "user": user, "factor": factor, "done": done, "reason": reason}
    values |= {"iban": masked_iban(getattr(user.row, "iban", None)), "password": has_password(visit)}
    values |= {"own": user.account is not None and user.account.id == visit.account}
    status = 422 if errors else 200
    choices: dict[str, Any] = {"roles": ROLES, "countries": countries()}
    return page(request, "administrator/user.html", status, errors=errors or [], **values, **choices)


def _user(session: Session, side: Side, key: str) -> people.User:
    try:
        return people.user_of(session, side, key)
    except IntakeError:
        raise HTTPException(404) from None


@router.post("/{side}/{key}/{what}")
def changed(request: Request, visit: OfAdministrator, form: Form, side: Side, key: str, what: str) -> Response:
    """Change, close, open or invite somebody, or forget the second factor."""
    act = DONE.get(what) or (DETAILS.get(what) if side == "members" else None)
    if act is None:
        raise HTTPException(404)
    now = datetime.now(UTC)
    try:
        if what in DETAILS:
            show_again(request, visit, form)
        with unit_of_work() as session:
            user = _user(session, side, key)
            act(session, user, form, visit.account, now)
    except RecoveryError as error:
        errors = faults_of(error, texts_of(request))
        return _one(request, visit, side, key, errors, reason=form.text("reason"))
    answer = after_post(f"/administrator/users/{side}/{key}?done={what}")
    if what == "invite":
        answer.background = BackgroundTask(send_link, user.row.email, "invite", now)
    elif what == "factor" and user.account is not None:
        answer.background = BackgroundTask(send_notice, user.account, "changed", now)
    return answer


def _change(session: Session, user: people.User, form: Posted, by: str, now: datetime) -> None:
    language = _language(form)
    if user.side == "team":
        people.change_person(session, user, form.text("role"), form.text("country"), language, by, now)
    else:
        people.change_member(session, user, form.text("partner"), language, by, now)


def _close(session: Session, user: people.User, form: Posted, by: str, now: datetime) -> None:
    people.close_user(session, user, by, now)


def _open(session: Session, user: people.User, form: Posted, by: str, now: datetime) -> None:
    people.open_user(session, user, by, now)


def _invite(session: Session, user: people.User, form: Posted, by: str, now: datetime) -> None:
    note(session, by, "user_invited", user.subject, now=now)


def _factor(session: Session, user: people.User, form: Posted, by: str, now: datetime) -> None:
    people.reset_factor(session, user, form.text("reason"), by, now)


def _iban(session: Session, user: people.User, form: Posted, by: str, now: datetime) -> None:
    change_iban(session, user.row.id, form.text("iban"), by, now)


def _email(session: Session, user: people.User, form: Posted, by: str, now: datetime) -> None:
    change_email(session, user.row.id, form.text("email"), by, now)


DONE = {"change": _change, "close": _close, "open": _open, "invite": _invite, "factor": _factor}
# Where a member's money and mail go: only for who shows once more who it is.
DETAILS = {"iban": _iban, "email": _email}
