"""A forgotten or first password, chosen by a link."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from recovery.errors import IntakeError
from recovery.people import links
from recovery.people.accounts import keep_password
from recovery.people.limits import SIGN_IN
from recovery.people.passwords import accepted
from recovery.people.sessions import close_all
from recovery.portal.faults import fault_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form
from recovery.portal.sign_in.by_link import asked_by_mail, ended, link_was_used
from recovery.portal.sign_in.mails import send_notice
from recovery.portal.sign_in.steps import caller, count_try, go_on, present
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account

PURPOSES = ("reset", "invite")
router = APIRouter()


@router.get("/password")
def ask(request: Request, sent: bool = False) -> Response:
    """Ask for the address to which a link for a new password is sent."""
    return page(request, "sign_in/forgotten.html", sent=sent, errors=[], email="")


@router.post("/password")
def send(request: Request, form: Form) -> Response:
    """Send a link for a new password; the answer is the same whether or not anybody has the address."""
    return asked_by_mail(request, form, "reset", "sign_in/forgotten.html", "/password?sent=yes")


@router.get("/password/{token}")
def show(request: Request, token: str) -> Response:
    """Ask for a new password."""
    account = _whose(token)
    return (
        page(request, "sign_in/password.html", token=token, account=account, errors=[]) if account else ended(request)
    )


@router.post("/password/{token}")
def choose(request: Request, token: str, form: Form) -> Response:
    """Keep a new password, end every session and sign in."""
    tries = count_try((SIGN_IN, caller(request)))
    account = _whose(token)
    if account is None:
        return ended(request)
    tries.were_right()
    try:
        kept = accepted(form.text("password"), account.email)
    except IntakeError as error:
        errors = fault_of(error, texts_of(request))
        return page(request, "sign_in/password.html", 422, token=token, account=account, errors=errors)
    now = present()
    with unit_of_work() as session:
        used = links.use(session, token, PURPOSES, now)
        if used is not None:
            keep_password(session, used, kept, now)
            links.withdraw(session, used.id, *PURPOSES, "sign_in")
            close_all(session, used.id)
    if used is None:
        return ended(request)
    link_was_used(request, used)
    answer = go_on(request, used, "new_password")
    answer.background = BackgroundTask(send_notice, used, "changed", now)
    return answer


def _whose(token: str) -> Account | None:
    """Return whose link may still be used."""
    with reading() as session:
        found = links.open_link(session, token, PURPOSES, present())
        account = session.get(Account, found.account_id) if found else None
    return account if account and account.active else None
