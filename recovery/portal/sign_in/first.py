"""The first administrator, made by the link that the first start prints."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from recovery.errors import IntakeError
from recovery.people import links
from recovery.people.accounts import administrator_exists, make_administrator
from recovery.people.limits import SIGN_IN
from recovery.people.members import plain_address
from recovery.people.passwords import accepted
from recovery.portal.faults import fault_of
from recovery.portal.pages import language_of, page, texts_of
from recovery.portal.posting import Form
from recovery.portal.sign_in.by_link import ended
from recovery.portal.sign_in.steps import caller, count_try, go_on, present
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account

PURPOSES = ("administrator",)
router = APIRouter()


@router.get("/first/{token}")
def show(request: Request, token: str) -> Response:
    """Ask for the first administrator's name, address and password."""
    if not _good(token):
        return ended(request)
    return page(request, "sign_in/first.html", token=token, errors=[], typed={"name": "", "email": ""})


@router.post("/first/{token}")
def make(request: Request, token: str, form: Form) -> Response:
    """Make the first administrator and sign in."""
    tries = count_try((SIGN_IN, caller(request)))
    if not _good(token):
        return ended(request)
    tries.were_right()
    typed = {"name": form.text("name"), "email": form.text("email")}
    try:
        if not typed["name"]:
            raise IntakeError("name: empty", code="missing", field="name")
        kept = accepted(form.text("password"), plain_address(typed["email"]))
        account = _made(token, typed, kept, language_of(request))
    except IntakeError as error:
        errors = fault_of(error, texts_of(request))
        return page(request, "sign_in/first.html", 422, token=token, errors=errors, typed=typed)
    return go_on(request, account, "first_link") if account else ended(request)


def _made(token: str, typed: dict[str, str], kept: str, language: str) -> Account | None:
    """Use the link and make the administrator, both or neither."""
    now = present()
    with unit_of_work() as session:
        if links.use(session, token, PURPOSES, now) is None or administrator_exists(session):
            return None
        return make_administrator(session, typed["email"], typed["name"], kept, language, now)


def _good(token: str) -> bool:
    with reading() as session:
        return links.open_link(session, token, PURPOSES, present()) is not None
