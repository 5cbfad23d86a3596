"""Bank reconciliation: entries that no rule could place, each with the cases it may be for; statements taken in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.desk.bank_choices import choices_of
from recovery.desk.bank_entries import Payee, Share, assign, ignore, send_back, send_over, share_of, undo
from recovery.desk.inbox import BANK_WAITS, Scope
from recovery.errors import IntakeError, RecoveryError
from recovery.filing.fields import plain_sum
from recovery.ledger.bank_list import Placed, count_entries, is_of_account, list_entries
from recovery.ledger.statements import take_statement
from recovery.money import Money
from recovery.portal.access import team_case
from recovery.portal.faults import Fault, fault_of
from recovery.portal.lists import pages_of
from recovery.portal.pages import language_of, page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.visit import OfTeam, Visit
from recovery.registry import adapter_of, countries
from recovery.store.database import reading, transact
from recovery.store.documents import keep

router = APIRouter(prefix="/team/bank")
# What waits comes with the cases that it may be for, and what is owed there.
PER_PAGE = 15
# What a list beside the entries that wait shows.
LISTS = {
    "booked": ("booked",),
    "outgoing": ("outgoing",),
    "aside": ("ignored", "sent_back", "to_partner", "told_apart", "returned"),
}


@router.get("")
def entries(
    request: Request, visit: OfTeam, number: int = 1, status: str = "", entry: int = 0, find: str = ""
) -> Response:
    """Show the entries that wait for a person with the cases that they may be for, or those booked.

    For one `entry` a person looks for the case by what its text names (`find`).
    """
    return _shown(request, visit, number, status, [], asked=(entry, find))


def _shown(
    request: Request,
    visit: Visit,
    number: int,
    status: str,
    errors: list[Fault],
    taken: dict[str, Any] | None = None,
    asked: tuple[int, str] = (0, ""),
) -> Response:
    wanted = LISTS.get(status, BANK_WAITS)
    with reading() as session:
        account = _account(visit)
        count = count_entries(session, account, wanted)
        pages = pages_of("/team/bank", number, count, PER_PAGE, f"status={status}" if status else "")
        found = list_entries(session, account, wanted, (pages["number"] - 1) * PER_PAGE, PER_PAGE)
        rows = [_row(session, visit, one, asked) for one in found]
    values: dict[str, Any] = {"rows": rows, "pages": pages, "status": status, "errors": errors, "taken": taken}
    values["asked"] = asked
    values["services"] = [code for code in countries() if code != visit.country]
    return page(request, "team/bank.html", 422 if errors else 200, works=visit.role in ("worker", "lead"), **values)


def _row(session: Session, visit: Visit, placed: Placed, asked: tuple[int, str]) -> dict[str, Any]:
    entry = placed.entry
    row = {**placed._asdict(), "amount": Money(entry.amount_minor, entry.currency), "choices": None}
    if entry.status in BANK_WAITS:
        text = asked[1] if asked[0] == entry.id else ""
        row["choices"] = choices_of(session, entry, Scope(visit.country), text)
    return row


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
    number, asked = form.number("number") or 1, (entry_id, form.text("find"))
    try:
        transact(lambda session: _decided(session, visit, form, entry_id, language_of(request)))
    except RecoveryError as error:
        return _shown(request, visit, number, "", fault_of(error, texts_of(request)), asked=asked)
    except HTTPException:
        unknown = IntakeError("case: not one of your team", code="case_not_found", field=f"case-{entry_id}")
        return _shown(request, visit, number, "", fault_of(unknown, texts_of(request)), asked=asked)
    return after_post(f"/team/bank?number={number}" if number > 1 else "/team/bank")


def _shares(form: Posted, language: str) -> list[Share]:
    """Return for which cases a line is: those with an amount beside them, or as REF or REF:AMOUNT in one field."""
    names, amounts = form.all("case"), form.all("amount")
    if not amounts:
        return [share_of(text) for text in form.text("case").split()]
    given = zip(names, amounts, strict=False)
    return [Share(name, plain_sum(amount, language)) for name, amount in given if name and amount]


def _decided(session: Session, visit: Visit, form: Posted, entry_id: int, language: str) -> None:
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
        shares = _shares(form, language)
        for share in shares:
            team_case(session, visit, share.case)
        assign(session, entry_id, shares, visit.email)
