"""The debtor's page: a private link and a code from the letter open what is owed, and take an answer. No account."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.case.record import CaseRecord, assess_case, procedure_of
from recovery.case.store import load
from recovery.case.transition import open_deadlines
from recovery.desk import debtor_answers as answers
from recovery.desk.disputes import GROUNDS
from recovery.desk.views import said_by_debtor, today_of
from recovery.errors import LawError, RecoveryError
from recovery.filing.fields import plain_sum
from recovery.letters.letterhead import letterhead
from recovery.letters.qr import qr_svg
from recovery.letters.render import how_to_check
from recovery.letters.words import words
from recovery.money import Money
from recovery.notices.compose import LANGUAGES
from recovery.people.limits import Limit, used_up
from recovery.portal.faults import Fault, fault_of
from recovery.portal.pages import COOKIE as LANGUAGE
from recovery.portal.pages import language_of, page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.sign_in.steps import caller, count_try, present
from recovery.portal.team.forms import CHOICES
from recovery.portal.visit import secure
from recovery.post import visits
from recovery.post.access import access_by, opened
from recovery.post.correspondence import amounts_of, payment_of
from recovery.registry import adapter_of
from recovery.store.database import reading, transact, unit_of_work

router = APIRouter(prefix="/d")
COOKIE = "letter"
TRIES = Limit("debtor_code", 30, 15)
COOKIES = Limit("debtor_cookie", 30, 60)
KINDS = ("paid", "dispute", "plan", "contact")
# How many of the debtor's own answers its page lists.
MOST_SAID = 5


def visiting(request: Request, token: str) -> str | None:
    """Return whose case this browser has shown the code of, None where it has not; a guessed cookie is counted."""
    cookie, now = request.cookies.get(COOKIE), present()
    if not cookie:
        return None
    counted = (TRIES, caller(request)), (COOKIES, token.lower())
    with reading() as session:
        if any(used_up(session, limit, subject, now) for limit, subject in counted):
            raise HTTPException(429, "tries")
        known = visits.visit_by(session, token, cookie)
        on = access_by(session, token) is not None
    if known is None:
        count_try(*counted)
        return None
    if not on or not visits.goes_on(known, now):
        return None
    if visits.seen_long_ago(known, now):
        with unit_of_work() as session:
            visits.note_seen(session, known, now)
    return known.claim_id


Visiting = Annotated[str | None, Depends(visiting)]


def _ask_code(request: Request, token: str, wrong: bool = False) -> Response:
    """Ask for the code; a cookie that opens nothing is dropped."""
    answer = page(request, "debtor/code.html", 422 if wrong else 200, token=token, wrong=wrong)
    if request.cookies.get(COOKIE):
        answer.delete_cookie(COOKIE, path=f"/d/{token}")
    return answer


def _language(request: Request, case: CaseRecord, letter_language: str | None) -> str:
    """Return the language chosen, else that of the letters, else the browser's."""
    if request.cookies.get(LANGUAGE) in LANGUAGES:
        return language_of(request)
    adapter = adapter_of(case.debtor_country)
    wanted = letter_language or adapter.letter_languages(case.claim.debtor.region)[0]
    if wanted in LANGUAGES:
        return wanted
    # Letters know a language more than pages do: who reads Catalan reads the country's first language beside it.
    return next((one for one in adapter.languages if one in LANGUAGES), language_of(request))


@router.get("/{token}")
def shown(request: Request, claim: Visiting, token: str) -> Response:
    """Ask for the code, or show what is owed; a link that does not exist looks like one that does."""
    if claim is None:
        return _ask_code(request, token)
    with reading() as session:
        return _page(request, session, load(session, claim, lock=False), token)


@router.post("/{token}")
def enter(request: Request, form: Form, token: str) -> Response:
    """Take the code; wrong ones are counted by caller and by letter."""
    now = present()
    tries = count_try((TRIES, caller(request)))
    with unit_of_work() as session:
        case = opened(session, token, form.text("code"), now)
        cookie = visits.open_visit(session, case.claim_id, now) if case else ""
    if not cookie:
        return _ask_code(request, token, wrong=True)
    tries.were_right()
    seconds = int(visits.LIFE.total_seconds())
    answer = after_post(f"/d/{token}")
    answer.set_cookie(
        COOKIE, cookie, max_age=seconds, path=f"/d/{token}", httponly=True, samesite="lax", secure=secure()
    )
    return answer


@router.post("/{token}/leave")
def leave(request: Request, form: Form, token: str) -> Response:
    """End the visit."""
    with unit_of_work() as session:
        visits.end_visit(session, request.cookies.get(COOKIE, ""), present())
    answer = after_post(f"/d/{token}")
    answer.delete_cookie(COOKIE, path=f"/d/{token}")
    return answer


def _page(request: Request, session: Session, case: CaseRecord, token: str) -> Response:
    language = _language(request, case, case.party("debtor").language)
    return page(
        request,
        "debtor/page.html",
        language=language,
        real=_how_to_check(case, language),
        **_facts(session, case, token),
    )


def _how_to_check(case: CaseRecord, language: str) -> str:
    """Return how a reader finds out whether this is real; nothing where the service does not say who it is."""
    try:
        head = letterhead(case.debtor_country, language)
    except LawError:
        return ""
    return how_to_check(words(language), head, case.party("creditor").name, [one.number for one in case.claim.invoices])


def _facts(session: Session, case: CaseRecord, token: str) -> dict[str, Any]:
    """Return what a debtor may see: its own debt, the creditor's name, how to pay; nothing of anybody else."""
    day, adapter = today_of(case), procedure_of(case)
    closed = not answers.answerable(case)
    owed = None if closed else assess_case(case, day)
    payment = payment_of(case, owed) if owed is not None else None
    return {
        "token": token,
        "case": case,
        "day": day,
        "creditor": case.party("creditor").name,
        "service": adapter.service,
        "invoices": case.claim.invoices,
        "amounts": amounts_of(owed, case.claim.credits) if owed is not None else (),
        "total": owed.total if owed is not None else None,
        "beside": payment.beside if payment else "",
        "payment": payment,
        "qr": qr_svg(payment) if payment else None,
        "closed": closed,
        "country": case.debtor_country,
        "law": case.substance,
        "plan": case.plan.shown(case.currency) if case.plan else None,
        "said": _said(case),
    }


def _said(case: CaseRecord) -> list[dict[str, Any]]:
    """Return what the debtor sent, the newest first, and until when it is answered."""
    waits = {one.data.get("answer"): one.due_on for one in open_deadlines(case) if one.kind == "debtor_answer"}
    told = reversed(said_by_debtor(case)[-MOST_SAID:])
    return [{"on": one.happened_on, "kind": one.kind, "until": waits.get(one.kind)} for one in told]


@router.get("/{token}/qr.svg")
def code(claim: Visiting, token: str) -> Response:
    """Give the code with which a banking app fills in the transfer."""
    with reading() as session:
        drawn = _facts(session, load(session, claim, lock=False), token)["qr"] if claim else None
    if drawn is None:
        raise HTTPException(404)
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/{token}/answer/{kind}")
def asked(request: Request, claim: Visiting, token: str, kind: str) -> Response:
    """Ask what an answer needs."""
    if kind not in KINDS:
        raise HTTPException(404)
    return _asked(request, claim, token, kind, {}, []) if claim else after_post(f"/d/{token}")


def _asked(request: Request, claim: str, token: str, kind: str, typed: dict[str, str], errors: list[Fault]) -> Response:
    with reading() as session:
        case = load(session, claim, lock=False)
        language = _language(request, case, case.party("debtor").language)
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
def answered(request: Request, claim: Visiting, form: Form, token: str, kind: str) -> Response:
    """Take an answer."""
    if kind not in KINDS:
        raise HTTPException(404)
    if claim is None:
        return after_post(f"/d/{token}")
    try:
        if kind == "plan" and form.text("sure") != "yes":
            return _plan_shown(request, claim, token, form)
        language, service = transact(lambda session: _answered(session, request, claim, kind, form))
    except RecoveryError as error:
        return _asked(request, claim, token, kind, form.texts(), fault_of(error, texts_of(request)))
    return page(request, "debtor/done.html", language=language, kind=kind, token=token, service=service)


def _plan_shown(request: Request, claim: str, token: str, form: Posted) -> Response:
    """Show the days and sums of the instalments that a debtor thinks of; nothing is sent yet."""
    with reading() as session:
        case = load(session, claim, lock=False)
        language, day = _language(request, case, case.party("debtor").language), today_of(case)
        made = answers.proposal(case, day, _count(case, day, form, language), form.day("first"))
    typed = {**form.texts(), "count": str(made.count)}
    shown = made.as_dict()
    return page(request, "debtor/plan.html", language=language, token=token, case=case, plan=shown, typed=typed)


def _count(case: CaseRecord, day: date, form: Posted, language: str) -> int:
    """Return how many instalments a debtor wants: the number, or what one of an amount makes."""
    if form.has("part") and not form.has("count"):
        return answers.count_for(case, day, Money.parse(plain_sum(form.text("part"), language), case.currency, "part"))
    count = form.text("count")
    return int(count) if count.isdecimal() else 0


def _answered(session: Session, request: Request, claim: str, kind: str, form: Posted) -> tuple[str, dict[str, Any]]:
    """Take an answer; return the language it was given in, and the service that reads it."""
    case = load(session, claim)
    language = _language(request, case, case.party("debtor").language)
    _take(session, case, kind, form, language)
    return language, procedure_of(case).service


def _take(session: Session, case: CaseRecord, kind: str, form: Posted, language: str) -> None:
    day, text, files = today_of(case), form.text("text"), form.files("file")
    if kind == "paid":
        answers.say_paid(case, day, form.day("paid_on"), text, files)
    elif kind == "dispute":
        amount = plain_sum(form.text("amount"), language) if form.has("amount") else None
        answers.object_to(case, day, form.text("ground"), text, amount, files)
    elif kind == "plan":
        answers.propose_plan(case, day, _count(case, day, form, language), form.day("first"), text)
    else:
        answers.ask_contact(case, day, text)
