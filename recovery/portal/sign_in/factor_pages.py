"""Setting up and dropping second factors: an authenticator app, passkeys, recovery codes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.background import BackgroundTask

from recovery.people import factors, passkeys
from recovery.people.limits import FACTOR
from recovery.portal.faults import Fault
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, after_post
from recovery.portal.sign_in.mails import send_notice
from recovery.portal.sign_in.steps import Settled, account_of, count_try, present, with_back
from recovery.portal.texts import N_
from recovery.portal.visit import Visit, enter, own_path
from recovery.secrecy import opened, sealed
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, PortalSession

HERE = "/account/second-factor"
WRONG_CODE = N_("This code is not right; check the clock of your telephone and write the code it shows now")
WRONG_PASSKEY = N_("The passkey could not be kept; try again")
router = APIRouter()


@router.get(HERE)
def show(request: Request, visit: Settled, back: str = "/") -> Response:
    """Show which second factors there are, and offer more."""
    return _page(request, visit, back)


@router.post(f"{HERE}/app")
def begin(request: Request, visit: Settled, form: Form) -> Response:
    """Make a secret for an authenticator app; it counts once a code was shown."""
    with unit_of_work() as session:
        known = session.get_one(PortalSession, visit.session, with_for_update=True)
        known.data = known.data | {"totp": sealed(factors.KEY, factors.new_secret(), visit.account)}
        session.add(known)
    return after_post(with_back(f"{HERE}/app", form.text("back")))


@router.get(f"{HERE}/app")
def picture(request: Request, visit: Settled, back: str = "/") -> Response:
    """Show the secret as a QR code and ask for the first code."""
    return _app(request, visit, back)


@router.post(f"{HERE}/app/code")
def confirm(request: Request, visit: Settled, form: Form) -> Response:
    """Keep the authenticator app whose code is right."""
    tries = count_try((FACTOR, visit.account))
    with unit_of_work() as session:
        known, account = session.get_one(PortalSession, visit.session), account_of(session, visit)
        secret = _pending(known)
        kept = bool(secret) and factors.set_totp(session, account, secret, form.text("code"), present())
    if not kept:
        return _app(request, visit, form.text("back"), [Fault("code", texts_of(request)(WRONG_CODE))])
    tries.were_right()
    return _added(request, account, form.text("back"))


@router.post(f"{HERE}/passkey/options")
def challenge(visit: Settled, form: Form) -> Response:
    """Give the script of the page what a browser needs to make a passkey."""
    with unit_of_work() as session:
        text = passkeys.ask_new(session, account_of(session, visit), visit.session)
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.post(f"{HERE}/passkey")
def add(request: Request, visit: Settled, form: Form) -> Response:
    """Keep a passkey."""
    with unit_of_work() as session:
        account = account_of(session, visit)
        answer, name = form.text("passkey"), form.text("name")
        kept = passkeys.add_passkey(session, account, visit.session, answer, name, present())
    if kept is None:
        return _page(request, visit, form.text("back"), [Fault("", texts_of(request)(WRONG_PASSKEY))])
    return _added(request, account, form.text("back"))


@router.post(f"{HERE}/drop")
def drop(request: Request, visit: Settled, form: Form) -> Response:
    """Forget the authenticator app or a passkey."""
    with unit_of_work() as session:
        account = account_of(session, visit)
        if form.has("passkey"):
            passkeys.drop_passkey(session, account, form.text("passkey"), present())
        else:
            factors.drop_totp(session, account, present())
    answer = after_post(HERE)
    answer.background = BackgroundTask(send_notice, account, "changed", present())
    return answer


@router.get(f"{HERE}/codes")
def offer_codes(request: Request, visit: Settled, back: str = "/") -> Response:
    """Offer recovery codes to who has a second factor."""
    with reading() as session:
        able = factors.has_factor(session, account_of(session, visit))
    if not able:
        return RedirectResponse(HERE, 303)
    return page(request, "sign_in/codes.html", codes=[], next=_next(visit, back), back=own_path(back))


@router.post(f"{HERE}/codes")
def codes(request: Request, visit: Settled, form: Form) -> Response:
    """Make new recovery codes and show them this once."""
    with unit_of_work() as session:
        account = account_of(session, visit)
        made = factors.new_recovery_codes(session, account, present()) if factors.has_factor(session, account) else []
    if not made:
        return after_post(HERE)
    back = form.text("back")
    return page(request, "sign_in/codes.html", codes=made, next=_next(visit, back), back=own_path(back))


def _added(request: Request, account: Account, back: str) -> Response:
    """Go on after a factor was added: it was shown just now, so the session is a strong one."""
    with reading() as session:
        left = factors.recovery_codes_left(session, account, present())
    to = HERE if left else with_back(f"{HERE}/codes", back)
    answer = enter(request, after_post(to), account, True)
    answer.background = BackgroundTask(send_notice, account, "changed", present())
    return answer


def _page(request: Request, visit: Visit, back: str, errors: list[Fault] | None = None) -> Response:
    with reading() as session:
        account = account_of(session, visit)
        values: dict[str, Any] = {
            "app": account.totp_secret is not None,
            "passkeys": passkeys.passkeys_of(session, account.id),
            "left": factors.recovery_codes_left(session, account, present()),
            "wanted": factors.wanted(session, account) == "set_up",
        }
    values |= {"possible": passkeys.possible(), "back": own_path(back), "errors": errors or []}
    status = 422 if errors else 200
    return page(request, "sign_in/factors.html", status, script=passkeys.possible(), **values)


def _app(request: Request, visit: Visit, back: str, errors: list[Fault] | None = None) -> Response:
    with reading() as session:
        secret = _pending(session.get_one(PortalSession, visit.session))
    if not secret:
        return RedirectResponse(with_back(HERE, back), 303)
    drawn = Markup(factors.picture_of(secret, visit.email))  # noqa: S704 (our own drawing)
    values: dict[str, Any] = {"picture": drawn, "secret": secret, "back": own_path(back)}
    return page(request, "sign_in/app.html", 422 if errors else 200, errors=errors or [], **values)


def _pending(known: PortalSession) -> str:
    """Return the secret of an authenticator app that is being set up, "" where none is."""
    kept = known.data.get("totp")
    return opened(factors.KEY, kept, known.account_id) if kept else ""


def _next(visit: Visit, back: str) -> str:
    return visit.home if own_path(back) == "/" else own_path(back)
