"""Bank reconciliation: entries that no rule could place, each with the cases it may be for; statements taken in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.desk.bank_entries import Payee, assign, ignore, send_back, send_over, share_of, undo
from recovery.desk.inbox import BANK_WAITS
from recovery.errors import IntakeError, RecoveryError
from recovery.ledger.bank_list import count_entries, is_of_account, list_entries
from recovery.ledger.statements import take_statement
from recovery.money import Money
from recovery.portal.access import team_case
from recovery.portal.faults import Fault, fault_of
from recovery.portal.lists import pages_of
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.visit import OfTeam, Visit
from recovery.registry import adapter_of, countries
from recovery.store.database import reading, transact
from recovery.store.documents import keep

router = APIRouter(prefix="/team/bank")
PER_PAGE = 50
# What a list beside the entries that wait shows.
LISTS = {
    "booked": ("booked",),
    "outgoing": ("outgoing",),
    "aside": ("ignored", "sent_back", "to_partner", "told_apart", "returned"),
}


@router.get("")
def entries(request: Request, visit: OfTeam, number: int = 1, status: str = "") -> Response:
    """Show the entries that wait for a person, or those booked."""
    return _shown(request, visit, number, status, [])


def _shown(
    request: Request, visit: Visit, number: int, status: str, errors: list[Fault], taken: dict[str, Any] | None = None
) -> Response:
    wanted = LISTS.get(status, BANK_WAITS)
    with reading() as session:
        account = _account(visit)
        count = count_entries(session, account, wanted)
        pages = pages_of("/team/bank", number, count, PER_PAGE, f"status={status}" if status else "")
        found = list_entries(session, account, wanted, (pages["number"] - 1) * PER_PAGE, PER_PAGE)
    rows = [{**one._asdict(), "amount": Money(one.entry.amount_minor, one.entry.currency)} for one in found]
    values: dict[str, Any] = {"rows": rows, "pages": pages, "status": status, "errors": errors, "taken": taken}
    values["services"] = [code for code in countries() if code != visit.country]
    return page(request, "team/bank.html", 422 if errors else 200, works=visit.role in ("worker", "lead"), **values)


def _account(visit: Visit) -> str | None:
    """Return the account of the reader's service, None for who works all countries."""
    return str(adapter_of(visit.country).service["iban"]) if visit.country else None


@router.post("")
def statement(request: Request, visit: OfTeam, form: Form) -> Response:
    """Take a statement in; one taken in before changes nothing."""
    given = form.files("file")
    try:
        if not given:
            raise IntakeError("file: choose one", code="missing", field="file")
        taken = take_statement(keep(given[0][1]), _account(visit))
    except RecoveryError as error:
        return _shown(request, visit, 1, "", fault_of(error, texts_of(request)))
    return _shown(request, visit, 1, "", [], taken)


@router.post("/{entry_id}")
def decide(request: Request, visit: OfTeam, form: Form, entry_id: int) -> Response:
    """Assign an entry to the cases that a person names, send it back, leave it out of account, or undo that."""
    try:
        transact(lambda session: _decided(session, visit, form, entry_id))
    except RecoveryError as error:
        return _shown(request, visit, 1, "", fault_of(error, texts_of(request)))
    except HTTPException:
        unknown = IntakeError("case: not one of your team", code="case_not_found", field=f"case-{entry_id}")
        return _shown(request, visit, 1, "", fault_of(unknown, texts_of(request)))
    return after_post("/team/bank")


def _decided(session: Session, visit: Visit, form: Posted, entry_id: int) -> None:
    if not is_of_account(session, entry_id, _account(visit)):
        raise HTTPException(404)
    what, note = form.text("do", "assign"), form.text("note")
    if what == "ignore":
        ignore(session, entry_id, note, visit.email)
    elif what == "return":
        send_back(session, entry_id, note, visit.email, payee=Payee(form.text("iban").strip() or None))
    elif what == "partner":
        send_over(session, entry_id, form.text("country"), note, visit.email)
    elif what == "undo":
        undo(session, entry_id, None, visit.email)
    else:
        shares = [share_of(text) for text in form.text("case").split()]
        for share in shares:
            team_case(session, visit, share.case)
        assign(session, entry_id, shares, visit.email)
