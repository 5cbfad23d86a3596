"""The audit as a list and as a file: who did what outside the cases' own histories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from recovery.people.audit_list import MOST_COUNTED, MOST_ROWS, Which, as_csv, count, entries, names_of
from recovery.portal.lists import as_file, day_asked, pages_of
from recovery.portal.pages import page
from recovery.portal.texts import N_
from recovery.portal.visit import OfAdministrator
from recovery.store.database import reading

router = APIRouter(prefix="/administrator/audit")
SIZE = 50
KINDS = {
    "sign_in": N_("Signed in"),
    "sign_in_failed": N_("Wrong password"),
    "locked": N_("Password locked for a while"),
    "second_factor_failed": N_("Wrong second factor"),
    "password_set": N_("Password chosen"),
    "totp_set": N_("Authenticator app set up"),
    "totp_dropped": N_("Authenticator app removed"),
    "passkey_added": N_("Passkey added"),
    "passkey_dropped": N_("Passkey removed"),
    "recovery_codes_made": N_("Recovery codes made"),
    "recovery_code_used": N_("Recovery code used"),
    "provider_linked": N_("Linked with the organisation’s sign-in"),
    "sessions_ended": N_("Sessions ended"),
    "administrator_made": N_("First administrator made"),
    "case_opened": N_("Case opened with a reason"),
    "member_added": N_("Member added"),
    "person_added": N_("Person added to a team"),
    "user_invited": N_("Invitation sent"),
    "user_changed": N_("User changed"),
    "iban_changed": N_("Member’s account number changed"),
    "email_changed": N_("Member’s address changed"),
    "user_closed": N_("Access closed"),
    "user_opened": N_("Access opened again"),
    "factor_reset": N_("Second factor reset"),
    "fee_set": N_("Fee set"),
    "text_set": N_("Own text set"),
    "holiday_added": N_("Own holiday added"),
    "holiday_dropped": N_("Own holiday taken out"),
    "statements_set": N_("How long demands wait for a statement set"),
    "tolerance_set": N_("Small differences that are let go set"),
    "switched": N_("Switched on or off"),
    "test_mail": N_("Test mail sent"),
    "debtor_code_renewed": N_("New code for a debtor’s page"),
    "outbox_retried": N_("Sending tried again"),
    "deadline_again": N_("Deadline worked again"),
}


@router.get("")
def shown(request: Request, visit: OfAdministrator, number: int = 1) -> Response:
    """Show the entries that are asked for, the latest first."""
    which = _which(request.query_params)
    query = urlencode({name: value for name, value in _asked(which).items() if value})
    with reading() as session:
        counted = count(session, which)
        pages = pages_of("/administrator/audit", number, counted, SIZE, query)
        rows = entries(session, which, (pages["number"] - 1) * SIZE, SIZE)
        names = names_of(session, rows)
    values: dict[str, Any] = {"rows": rows, "names": names, "pages": pages, "more": counted >= MOST_COUNTED}
    return page(request, "administrator/audit.html", kinds=KINDS, asked=_asked(which), kept=query, **values)


@router.get(".csv")
def as_values(request: Request, visit: OfAdministrator) -> Response:
    """Return the entries that are asked for as comma-separated values."""
    with reading() as session:
        content = as_csv(entries(session, _which(request.query_params), 0, MOST_ROWS))
    return as_file(f"audit-{datetime.now(UTC).date()}.csv", "text/csv; charset=utf-8", content)


def _which(given: Mapping[str, str]) -> Which:
    """Return what is asked for; what cannot be read is as if it were not asked."""
    return Which(
        given.get("kind", ""), given.get("actor", ""), day_asked(given.get("first")), day_asked(given.get("last"))
    )


def _asked(which: Which) -> dict[str, str]:
    days = {name: day.isoformat() if day else "" for name, day in (("first", which.first), ("last", which.last))}
    return {"kind": which.kind, "actor": which.actor, **days}
