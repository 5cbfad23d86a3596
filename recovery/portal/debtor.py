"""The debtor's page: a private link and a code from the letter open what is owed, and take an answer. No account."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.cases import debtor_answers as answers
from recovery.cases.correspondence import amounts_of, payment_of
from recovery.cases.debtor_access import access_by, opened
from recovery.cases.disputes import GROUNDS
from recovery.cases.draft_fields import plain_sum
from recovery.cases.record import assess_case, claim_of, load, party, procedure_of
from recovery.cases.views import today_of
from recovery.errors import RecoveryError
from recovery.letters.qr import qr_svg
from recovery.notices.compose import LANGUAGES
from recovery.people.limits import Limit
from recovery.portal.faults import Fault, fault_of
from recovery.portal.pages import COOKIE as LANGUAGE
from recovery.portal.pages import language_of, page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.sign_in.steps import caller, count_try
from recovery.portal.team.forms import CHOICES
from recovery.portal.visit import secure
from recovery.registry import adapter_of
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import DebtorAccess
from recovery.store.tables import Case

router = APIRouter(prefix="/d")
COOKIE = "letter"
TRIES = Limit("debtor_code", 30, 15)
HOUR = 3600
KINDS = ("paid", "dispute", "plan", "contact")


def _cookie(access: DebtorAccess) -> str:
    """Return what a browser holds after the right code: nobody makes it who does not know both."""
    return hashlib.sha256(f"debtor {access.token} {access.code}".encode()).hexdigest()


def _case(request: Request, session: Session, token: str, lock: bool = False) -> Case | None:
    """Return the case whose code this browser has shown, None where it has not."""
    access = access_by(session, token)
    shown = request.cookies.get(COOKIE, "")
    if access is None or not hmac.compare_digest(shown.encode(), _cookie(access).encode()):
        return None
    return load(session, access.claim_id, lock=lock)


def _language(request: Request, case: Case, letter_language: str | None) -> str:
    """Return the language chosen, else that of the letters, else the browser's."""
    if request.cookies.get(LANGUAGE) in LANGUAGES:
        return language_of(request)
    wanted = letter_language or adapter_of(case.debtor_country).letter_languages(claim_of(case).debtor.region)[0]
    return wanted if wanted in LANGUAGES else language_of(request)


@router.get("/{token}")
def shown(request: Request, token: str) -> Response:
    """Ask for the code, or show what is owed; a link that does not exist looks like one that does."""
    with reading() as session:
        case = _case(request, session, token)
        if case is None:
            return page(request, "debtor/code.html", token=token, wrong=False)
        return _page(request, session, case, token)


@router.post("/{token}")
def enter(request: Request, form: Form, token: str) -> Response:
    """Take the code; wrong ones are counted by caller and by letter."""
    now = datetime.now(UTC)
    count_try(TRIES, caller(request))
    with unit_of_work() as session:
        case = opened(session, token, form.text("code"), now)
        access = access_by(session, token)
    if case is None or access is None:
        return page(request, "debtor/code.html", 422, token=token, wrong=True)
    answer = after_post(f"/d/{token}")
    answer.set_cookie(
        COOKIE, _cookie(access), max_age=HOUR, path=f"/d/{token}", httponly=True, samesite="lax", secure=secure()
    )
    return answer


def _page(request: Request, session: Session, case: Case, token: str) -> Response:
    debtor = party(session, case, "debtor")
    return page(
        request, "debtor/page.html", language=_language(request, case, debtor.language), **_facts(session, case, token)
    )


def _facts(session: Session, case: Case, token: str) -> dict[str, Any]:
    """Return what a debtor may see: its own debt, the creditor's name, how to pay; nothing of anybody else."""
    day, adapter = today_of(case), procedure_of(case)
    closed = not answers.answerable(case)
    owed = None if closed else assess_case(case, day)
    payment = payment_of(case, owed) if owed is not None else None
    return {
        "token": token,
        "case": case,
        "day": day,
        "creditor": party(session, case, "creditor").name,
        "service": adapter.service,
        "invoices": case.facts["claim"]["invoices"],
        "amounts": amounts_of(owed) if owed is not None else (),
        "total": owed.total if owed is not None else None,
        "beside": payment.beside if payment else "",
        "payment": payment,
        "qr": qr_svg(payment) if payment else None,
        "closed": closed,
        "country": case.debtor_country,
        "plan": case.facts.get("plan"),
    }


@router.get("/{token}/qr.svg")
def code(request: Request, token: str) -> Response:
    """Give the code with which a banking app fills in the transfer."""
    with reading() as session:
        case = _case(request, session, token)
        drawn = _facts(session, case, token)["qr"] if case else None
    if drawn is None:
        raise HTTPException(404)
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/{token}/answer/{kind}")
def asked(request: Request, token: str, kind: str) -> Response:
    """Ask what an answer needs."""
    return _asked(request, token, kind, {}, [])


def _asked(request: Request, token: str, kind: str, typed: dict[str, str], errors: list[Fault]) -> Response:
    if kind not in KINDS:
        raise HTTPException(404)
    with reading() as session:
        case = _case(request, session, token)
        if case is None:
            return after_post(f"/d/{token}")
        language = _language(request, case, party(session, case, "debtor").language)
        day = today_of(case)
    values: dict[str, Any] = {
        "kind": kind,
        "typed": typed,
        "errors": errors,
        "token": token,
        "case": case,
        "grounds": [(ground, CHOICES[ground]) for ground in GROUNDS],
        "most": answers.MOST_INSTALMENTS,
        "last_first": day + answers.FIRST_WITHIN,
        "today": day,
    }
    return page(request, "debtor/answer.html", 422 if errors else 200, language=language, **values)


@router.post("/{token}/answer/{kind}")
def answered(request: Request, form: Form, token: str, kind: str) -> Response:
    """Take an answer."""
    if kind not in KINDS:
        raise HTTPException(404)
    try:
        with unit_of_work() as session:
            case = _case(request, session, token, lock=True)
            if case is None:
                return after_post(f"/d/{token}")
            language = _language(request, case, party(session, case, "debtor").language)
            _take(session, case, kind, form, language)
            service = procedure_of(case).service
    except RecoveryError as error:
        return _asked(request, token, kind, form.texts(), fault_of(error, texts_of(request)))
    return page(request, "debtor/done.html", language=language, kind=kind, token=token, service=service)


def _take(session: Session, case: Case, kind: str, form: Posted, language: str) -> None:
    day, text, files = today_of(case), form.text("text"), form.files("file")
    if kind == "paid":
        answers.say_paid(session, case, day, form.day("paid_on"), text, files)
    elif kind == "dispute":
        amount = plain_sum(form.text("amount"), language) if form.has("amount") else None
        answers.object_to(session, case, day, form.text("ground"), text, amount, files)
    elif kind == "plan":
        count = form.text("count")
        answers.propose_plan(session, case, day, int(count) if count.isdecimal() else 0, form.day("first"), text)
    else:
        answers.ask_contact(session, case, day, text)
