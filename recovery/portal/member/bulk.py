"""Many claims from one CSV file: a report row by row; the same file again files what is left and nothing twice."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from recovery.errors import IntakeError, RecoveryError
from recovery.filing.bulk import Answer, Terms, file_many
from recovery.filing.drafts import CONSENTS
from recovery.portal.faults import Fault, fault_of
from recovery.portal.member.wizard import today
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, Posted
from recovery.portal.visit import OfMember, Visit
from recovery.store.database import reading
from recovery.store.tables import Member

router = APIRouter(prefix="/claims")
# Seconds after which a page answers with what is filed; the rest comes with the same file once more.
MOST_SECONDS = 20.0


@dataclass(frozen=True)
class Reported:
    """What came of a row or claim, as the page shows it."""

    row: int
    rows: list[int]
    case: str | None
    state: str | None
    known: bool
    fault: Fault | None


@router.get("/many")
def many(request: Request, visit: OfMember) -> Response:
    """Ask for the file."""
    return _shown(request, visit, [])


@router.post("/many")
def file_them(request: Request, visit: OfMember, form: Form) -> Response:
    """File what the file holds, for so long as a page may take."""
    try:
        found, whole = _filed(request, visit, form)
    except RecoveryError as error:
        return _shown(request, visit, fault_of(error, texts_of(request)), form)
    return _shown(request, visit, [], form, found, whole)


def _filed(request: Request, visit: Visit, form: Posted) -> tuple[list[Reported], bool]:
    """Return what came of the rows, and whether all of them were worked.

    Raises:
        IntakeError: the file or the mandate is missing, or the file is no table of invoices.
    """
    given, member = form.files("file"), _member(visit)
    if not given:
        raise IntakeError("file: choose one", code="missing", field="file")
    if not form.has("mandate"):
        raise IntakeError("mandate: give it, or nobody may act for you", code="missing", field="mandate")
    if not member.iban:
        raise IntakeError("iban: needed, what is recovered is sent there", code="missing", field="iban")
    agreed = [kind for kind in CONSENTS if form.has(kind) and form.text(kind) != "ask"]
    terms = Terms(today(member), member.email, consents=("mandate", *agreed))
    until, answers, whole = time.monotonic() + MOST_SECONDS, list[Answer](), True
    for answer in file_many(given[0][1], given[0][0], terms):
        answers.append(answer)
        if time.monotonic() > until:
            whole = False
            break
    gettext = texts_of(request)
    return sorted((_reported(one, gettext) for one in answers), key=lambda one: one.row), whole


def _reported(answer: Answer, gettext: Any) -> Reported:
    error = answer.get("error")
    fault = None
    if error:
        fault = fault_of(IntakeError(error["message"], code=error["code"], field=error["field"]), gettext)[0]
    rows = answer.get("rows", [answer["row"]])
    return Reported(answer["row"], rows, answer.get("case"), answer.get("state"), bool(answer.get("known")), fault)


def _member(visit: Visit) -> Member:
    with reading() as session:
        found = session.get(Member, visit.member)
    if found is None:
        raise HTTPException(403)
    return found


def _shown(
    request: Request,
    visit: Visit,
    errors: list[Fault],
    form: Posted | None = None,
    found: list[Reported] | None = None,
    whole: bool = True,
) -> Response:
    values: dict[str, Any] = {
        "errors": errors,
        "found": found,
        "whole": whole,
        "member": _member(visit),
        "notice": form.text("formal_notice") if form else "",
        "given": form is not None and form.has("mandate"),
        "court": form is not None and form.has("court"),
    }
    return page(request, "member/many.html", 422 if errors else 200, **values)
