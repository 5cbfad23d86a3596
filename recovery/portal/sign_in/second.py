"""The second factor, shown after the first."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from recovery.people import factors, passkeys
from recovery.people.accounts import signed_in as note_signed_in
from recovery.people.audit import note
from recovery.people.limits import FACTOR, SIGN_IN, forget
from recovery.portal.faults import Fault
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, after_post
from recovery.portal.sign_in.steps import account_of, caller, count_try, present, with_back
from recovery.portal.texts import N_
from recovery.portal.visit import SignedIn, Visit, enter, own_path
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account

WRONG = {
    "code": N_("This code is not right or was used already; wait for the next one"),
    "recovery": N_("This recovery code is not right or was used already"),
    "passkey": N_("The passkey was not recognised; try again"),
}
router = APIRouter()


@router.get("/second-factor")
def ask(request: Request, visit: SignedIn, back: str = "/") -> Response:
    """Ask for the second factor, where there is one and it was not shown yet."""
    with reading() as session:
        wanted = "" if visit.strong else factors.wanted(session, account_of(session, visit))
    if wanted == "set_up":
        return RedirectResponse(with_back("/account/second-factor", back), 303)
    return _page(request, visit, back) if wanted else RedirectResponse(_next(visit, back), 303)


@router.post("/second-factor")
def show(request: Request, visit: SignedIn, form: Form) -> Response:
    """Take a code, a recovery code or a passkey."""
    back = own_path(form.text("back"))
    if visit.strong:
        return after_post(_next(visit, back))
    tries = count_try((FACTOR, visit.account), (SIGN_IN, caller(request)))
    way = next((name for name in ("passkey", "recovery") if form.has(name)), "code")
    with unit_of_work() as session:
        account = account_of(session, visit)
        good = _taken(session, account, visit, way, form.text(way))
        if good:
            forget(session, FACTOR, account.id)
            note_signed_in(session, account, f"second_factor_{way}", present())
        else:
            note(session, visit.account, "second_factor_failed", visit.account, data={"way": way}, now=present())
    if good:
        tries.were_right()
        return enter(request, after_post(_next(visit, back)), account, True)
    return _page(request, visit, back, way)


@router.post("/second-factor/passkey")
def challenge(visit: SignedIn, form: Form) -> Response:
    """Give the script of the page what a browser needs to show a passkey."""
    with unit_of_work() as session:
        text = passkeys.ask_shown(session, account_of(session, visit), visit.session)
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


def _taken(session: Session, account: Account, visit: Visit, way: str, given: str) -> bool:
    if way == "passkey":
        return passkeys.take_passkey(session, account, visit.session, given, present())
    if way == "recovery":
        return factors.take_recovery_code(session, account, given, present())
    return factors.take_totp(session, account, given, present())


def _page(request: Request, visit: Visit, back: str, wrong: str = "") -> Response:
    with reading() as session:
        account = account_of(session, visit)
        passkey = passkeys.possible() and factors.has_passkey(session, account)
        recovery = factors.recovery_codes_left(session, account, present()) > 0
    errors = [Fault(wrong if wrong != "passkey" else "", texts_of(request)(WRONG[wrong]))] if wrong else []
    return page(
        request,
        "sign_in/second_factor.html",
        422 if wrong else 200,
        script=passkey,
        back=own_path(back),
        code=account.totp_secret is not None,
        passkey=passkey,
        recovery=recovery,
        errors=errors,
    )


def _next(visit: Visit, back: str) -> str:
    return visit.home if own_path(back) == "/" else own_path(back)
