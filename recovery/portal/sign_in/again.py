"""Showing once more who one is, before something is changed that money or access hangs on."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request

from recovery.errors import IntakeError
from recovery.people.accounts import check_password
from recovery.people.limits import SIGN_IN
from recovery.portal.posting import Posted
from recovery.portal.sign_in.mails import send_notice
from recovery.portal.sign_in.steps import account_of, caller, count_try, present
from recovery.portal.visit import Visit
from recovery.store.database import reading
from recovery.store.portal_tables import PortalSession

FIELD = "present_password"
# Who has no password shows it by a sign-in (a mailed link, a provider, a passkey) as short ago as this.
FRESH = timedelta(minutes=10)


def has_password(visit: Visit) -> bool:
    """Tell whether somebody shows who it is by a password."""
    with reading() as session:
        return account_of(session, visit).password_hash is not None


def is_fresh(visit: Visit) -> bool:
    """Tell whether somebody signed in a moment ago."""
    with reading() as session:
        return session.get_one(PortalSession, visit.session).created_at + FRESH > present()


def show_again(request: Request, visit: Visit, form: Posted) -> None:
    """Take the password again, or a sign-in of a moment ago where there is none; wrong ones count as at the sign-in.

    Raises:
        IntakeError: it is not shown.
    """
    if not has_password(visit):
        if not is_fresh(visit):
            raise IntakeError("sign in again: the last sign-in is too long ago", code="sign_in_again")
        return
    tries, now = count_try((SIGN_IN, caller(request))), present()
    checked = check_password(visit.email, form.text(FIELD), now)
    if checked.account is not None:
        tries.were_right()
        return
    if checked.locked is not None:
        send_notice(checked.locked, "locked", now)
    raise IntakeError("present password: not right", code="wrong_password", field=FIELD)
