"""Signing in by an organisation's own provider."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from recovery.errors import CaseError, GatewayError
from recovery.people import oidc
from recovery.people.limits import PROVIDER, SIGN_IN, forgive
from recovery.portal.sign_in.entry import sign_in_page
from recovery.portal.sign_in.steps import caller, count_try, go_on, present
from recovery.portal.texts import N_
from recovery.portal.visit import own_path, secure
from recovery.settings import Oidc
from recovery.store.database import unit_of_work

COOKIE = "oidc"
PATH = "/sign-in/oidc"
SECONDS = 600
UNKNOWN = N_("There is no account here for the address that your organisation gives. Ask your service for access.")
router = APIRouter()


@router.get(PATH)
def ask(request: Request, back: str = "/") -> Response:
    """Lead to the provider; what ties its answer to this browser is a cookie."""
    count_try((PROVIDER, caller(request)))
    secret = secrets.token_urlsafe(32)
    try:
        answer = RedirectResponse(oidc.ask(_provider(), secret), 303)
    except GatewayError as error:
        return sign_in_page(request, back, error, 502)
    answer.set_cookie(
        COOKIE,
        f"{secret}.{quote(own_path(back), safe='')}",
        max_age=SECONDS,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=secure(),
    )
    return answer


@router.get(oidc.BACK)
def answered(request: Request, code: str = "", state: str = "") -> Response:
    """Take the provider's answer and sign in who it vouches for."""
    at = _provider()
    tries = count_try((SIGN_IN, caller(request)))
    secret, _, back = request.cookies.get(COOKIE, "").partition(".")
    back = own_path(unquote(back))
    if not secret or not code or not hmac.compare_digest(state.encode(), oidc.derived(secret, "state").encode()):
        return _over(sign_in_page(request, back, oidc.refused("not asked from this browser"), 403))
    try:
        who = oidc.answered(at, secret, code, present())
    except (GatewayError, CaseError) as error:
        return _over(sign_in_page(request, back, error, 502 if isinstance(error, GatewayError) else 403))
    with unit_of_work() as session:
        account = oidc.account_of(session, who, present())
    if account is None:
        return _over(sign_in_page(request, back, UNKNOWN, 403))
    tries.were_right()
    with unit_of_work() as session:
        forgive(session, PROVIDER, caller(request), present())
    return _over(go_on(request, account, "oidc", back, who.strong))


def _provider() -> Oidc:
    found = oidc.provider()
    if found is None:
        raise HTTPException(404)
    return found


def _over(answer: Response) -> Response:
    answer.delete_cookie(COOKIE, path=PATH)
    return answer
