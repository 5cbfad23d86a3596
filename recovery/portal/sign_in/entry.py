"""Signing in by password, and signing out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask

from recovery.errors import RecoveryError
from recovery.people.accounts import check_password
from recovery.people.limits import SIGN_IN
from recovery.people.oidc import provider
from recovery.people.switches import is_on
from recovery.portal.faults import Fault, fault_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, after_post
from recovery.portal.sign_in.mails import send_notice
from recovery.portal.sign_in.steps import caller, count_try, go_on, present
from recovery.portal.texts import N_
from recovery.portal.visit import leave, own_path
from recovery.store.database import reading

WRONG = N_(
    "Address and password do not belong together, or a wrong password was entered too often. "
    "Try again, choose a new password or wait a while."
)
router = APIRouter()


@router.get("/sign-in")
def ask(request: Request, back: str = "/") -> Response:
    """Ask for address and password."""
    visit = request.state.visit
    if visit is not None:
        return RedirectResponse(visit.home if own_path(back) == "/" else own_path(back), 303)
    return sign_in_page(request, back)


def sign_in_page(
    request: Request, back: str, why: str | RecoveryError = "", status_code: int = 200, email: str = ""
) -> Response:
    """Return the page that asks for address and password, and says why it does so again."""
    with reading() as session:
        by_link = is_on(session, "sign_in_by_link")
    said = texts_of(request)
    errors = fault_of(why, said) if isinstance(why, RecoveryError) else [Fault("", said(why))] if why else []
    return page(
        request,
        "sign_in/sign_in.html",
        status_code,
        email=email,
        back=own_path(back),
        by_link=by_link,
        provider=provider(),
        errors=errors,
    )


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """Sign in by password; what is wrong is not told, the account's owner is where it was closed."""
    tries = count_try((SIGN_IN, caller(request)))
    email, now = form.text("email"), present()
    checked = check_password(email, form.text("password"), now)
    if checked.account is not None:
        tries.were_right()
        return go_on(request, checked.account, "password", form.text("back"))
    answer = sign_in_page(request, form.text("back"), WRONG, 422, email=email)
    if checked.locked is not None:
        answer.background = BackgroundTask(send_notice, checked.locked, "locked", now)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, form: Form) -> Response:
    """End the session."""
    return leave(request, after_post("/"))
