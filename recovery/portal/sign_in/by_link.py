"""Signing in by a link that is mailed: opening it shows a button, the button uses it (mail scanners open links)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from recovery.errors import IntakeError
from recovery.people import links
from recovery.people.limits import LINK_MAILS, LINK_REQUESTS, SIGN_IN, forgive
from recovery.people.members import plain_address
from recovery.people.switches import is_on
from recovery.portal.faults import fault_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, after_post
from recovery.portal.sign_in.mails import send_link
from recovery.portal.sign_in.steps import caller, count_try, go_on, present
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account

PURPOSES = ("sign_in",)
router = APIRouter()


@router.get("/sign-in/link")
def ask(request: Request, sent: bool = False) -> Response:
    """Ask for the address to which a link is sent, or say that it is on its way."""
    _offered()
    return page(request, "sign_in/link.html", sent=sent, errors=[], email="")


@router.post("/sign-in/link")
def send(request: Request, form: Form) -> Response:
    """Send a link; the answer is the same whether or not anybody has the address."""
    _offered()
    return asked_by_mail(request, form, "sign_in", "sign_in/link.html", "/sign-in/link?sent=yes")


def asked_by_mail(request: Request, form: Form, purpose: str, template: str, to: str) -> Response:
    """Send a link of some purpose to the address of a form, after the answer."""
    try:
        email = plain_address(form.text("email"))
    except IntakeError as error:
        errors = fault_of(error, texts_of(request))
        return page(request, template, 422, sent=False, errors=errors, email=form.text("email"))
    count_try((LINK_REQUESTS, caller(request)), (LINK_MAILS, email))
    answer = after_post(to)
    answer.background = BackgroundTask(send_link, email, purpose, present())
    return answer


@router.get("/sign-in/link/{token}")
def show(request: Request, token: str) -> Response:
    """Show the button that signs in."""
    with reading() as session:
        good = links.open_link(session, token, PURPOSES, present()) is not None
    return page(request, "sign_in/by_link.html", token=token) if good else ended(request)


@router.post("/sign-in/link/{token}")
def use(request: Request, token: str, form: Form) -> Response:
    """Sign in by a link."""
    tries = count_try((SIGN_IN, caller(request)))
    with unit_of_work() as session:
        account = links.use(session, token, PURPOSES, present())
    if account is None:
        return ended(request)
    tries.were_right()
    link_was_used(request, account)
    return go_on(request, account, "link")


def link_was_used(request: Request, account: Account) -> None:
    """Take the request for a link that was used out of the counts: only who owns the address can use it."""
    with unit_of_work() as session:
        forgive(session, LINK_MAILS, account.email, present())
        forgive(session, LINK_REQUESTS, caller(request), present())


def ended(request: Request) -> Response:
    """Say that a link was used or has ended."""
    return page(request, "sign_in/ended.html", 410)


def _offered() -> None:
    with reading() as session:
        if not is_on(session, "sign_in_by_link"):
            raise HTTPException(404)
