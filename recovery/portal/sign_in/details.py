"""A member's own account number and address, changed by who shows once more who it is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from recovery.errors import IntakeError, RecoveryError
from recovery.notices.warning import masked_iban
from recovery.portal.faults import Fault, fault_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, after_post
from recovery.portal.sign_in.again import has_password, is_fresh, show_again
from recovery.portal.sign_in.steps import Settled, present
from recovery.portal.visit import Visit
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Member
from recovery.telling.member_details import change_email, change_iban

HERE = "/account/details"
router = APIRouter()


@router.get(HERE)
def show(request: Request, visit: Settled, done: str = "") -> Response:
    """Show where money and mail go, the account number by its last digits."""
    return _page(request, visit, [], {}, done)


@router.post(f"{HERE}/{{what}}")
def change(request: Request, visit: Settled, form: Form, what: str) -> Response:
    """Change the account number or the address; who had it before is warned by mail."""
    if what not in ("iban", "email") or visit.member is None:
        raise HTTPException(404)
    try:
        if not form.has(what):
            raise IntakeError(f"{what}: empty", code="missing", field=what)
        show_again(request, visit, form)
        with unit_of_work() as session:
            if what == "iban":
                change_iban(session, visit.member, form.text("iban"), visit.account, present())
            else:
                change_email(session, visit.member, form.text("email"), visit.account, present(), visit.session)
    except RecoveryError as error:
        return _page(request, visit, fault_of(error, texts_of(request)), form.texts())
    return after_post(f"{HERE}?done={what}")


def _page(request: Request, visit: Visit, errors: list[Fault], typed: dict[str, str], done: str = "") -> Response:
    if visit.member is None:
        raise HTTPException(404)
    with reading() as session:
        member = session.get_one(Member, visit.member)
    values: dict[str, Any] = {"iban": masked_iban(member.iban), "email": member.email, "done": done}
    values |= {"password": has_password(visit), "fresh": is_fresh(visit), "typed": {"iban": "", "email": "", **typed}}
    return page(request, "sign_in/details.html", 422 if errors else 200, errors=errors, **values)
