"""A member's claims: the list, one claim whole, and what a member may do with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.case.kinds import WATCHED
from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.currency.rates import converted
from recovery.desk.actions import act, possible
from recovery.desk.letter_views import letters_of, member_copy
from recovery.desk.member_list import asked_until, count_claims, debtors_of, list_claims
from recovery.desk.table import ACTIONS
from recovery.desk.views import INTERNAL, show_case, today_of
from recovery.errors import RecoveryError
from recovery.filing.drafts import drafts_of, title_of
from recovery.ledger.account_statement import pdf_of, statement_of
from recovery.ledger.fees import shown
from recovery.money import Money
from recovery.notices.compose import LANGUAGES
from recovery.people.partners import fee_of, in_language, partner_text
from recovery.portal.access import own_case
from recovery.portal.faults import Fault, fault_of
from recovery.portal.lists import as_file, download, pages_of
from recovery.portal.pages import language_of, page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.team.forms import CHOICES
from recovery.portal.visit import OfMember, Visit
from recovery.quote import quote
from recovery.store.database import reading, transact, unit_of_work
from recovery.store.tables import Document
from recovery.telling.messages import mark_read, send_message, unread_of

router = APIRouter(prefix="/claims")
PER_PAGE = 25
# Fewer days than these until limitation are told at the top, in plain words.
NEAR_DAYS = 60
# How far a claim has come, as a member sees it: the states that stand for each stage.
STAGES = (
    ("filed", ("draft", "filed", "awaiting_information", "awaiting_acceptance", "refused")),
    ("amicable", ("amicable",)),
    ("formal_notice", ("formal_notice",)),
    ("judicial", ("judicial",)),
    ("enforcement", ("enforcement",)),
    ("closed", ("closed",)),
)
# What a member answers: the kind of question, and the actions that answer it.
ANSWERS = {
    "task": ("answer_task",),
    "dispute_statement": ("answer_task",),
    "information": ("inform",),
    "refused_review": ("resubmit", "withdraw"),
    "consent:formal_notice": ("consent_formal_notice", "refuse_consent"),
    "consent:court": ("consent_court", "refuse_consent"),
    "consent:settlement": ("consent_settlement", "refuse_consent"),
}


@router.get("")
def claims(request: Request, visit: OfMember, number: int = 1) -> Response:
    """Show a member's claims, those begun and those filed."""
    with reading() as session:
        pages = pages_of("/claims", number, count_claims(session, visit.member), PER_PAGE)
        found = list_claims(session, visit.member, (pages["number"] - 1) * PER_PAGE, PER_PAGE)
        ids = [case.claim_id for case in found]
        values: dict[str, Any] = {
            "drafts": (begun := drafts_of(session, visit.member or "")),
            "titles": {draft.id: title_of(draft) for draft in begun},
            "cases": found,
            "debtors": debtors_of(session, ids),
            "waiting": asked_until(session, ids),
            "unread": unread_of(session, ids, "member"),
            "pages": pages,
        }
    return page(request, "member/claims.html", **values)


@router.get("/{name}")
def claim(request: Request, visit: OfMember, name: str) -> Response:
    """Show one claim whole."""
    return _shown(request, visit, name, [])


def _shown(request: Request, visit: Visit, name: str, errors: list[Fault], written: str = "") -> Response:
    with reading() as session:
        case = own_case(session, visit, name)
        shown = show_case(session, case.claim_id)
        shown["timeline"] = [one for one in shown["timeline"] if one["event"] not in INTERNAL]
        unread = unread_of(session, [case.claim_id], "member")
        letters = letters_of(session, case)
        account = statement_of(session, case, today_of(case))
        may = {action for action, why in possible(case, today_of(case), "member").items() if why is None}
    if unread and not errors:
        with unit_of_work() as session:
            mark_read(load(session, case.claim_id), "member", datetime.now(UTC))
    values: dict[str, Any] = {
        "case": shown,
        "place": f"/claims/{case.reference or case.claim_id}",
        "stages": _stages(shown),
        "questions": [one for one in shown["deadlines"] if one["actor"] == "member" and one["kind"] in ANSWERS],
        "answers": {kind: [one for one in actions if one in may] for kind, actions in ANSWERS.items()},
        "grounds": CHOICES,
        "withdrawable": "withdraw" in may,
        "payable": "say_paid" in may,
        "account": account,
        "flow": _flow(account, case.currency),
        "coming": next((one for one in shown["deadlines"] if one["kind"] not in WATCHED), None),
        "errors": errors,
        "written": written,
        "letters": letters,
        "papers": [one for one in shown["documents"] if not one["kind"].startswith("letter:")],
    }
    return page(request, "member/claim.html", 422 if errors else 200, **values)


def _flow(account: dict[str, Any], currency: str) -> dict[str, Money | None]:
    """Return the money's way of a claim in its own currency: asked, paid and to whom, kept, sent on, still here."""

    def summed(rows: list[dict[str, Any]], **of: str) -> Money:
        fitting = [one for one in rows if all(one[name] == value for name, value in of.items())]
        inside = [one for one in fitting if one["currency"] == currency and not one.get("taken_back_on")]
        return Money(sum(Money.parse(one["amount"], currency).minor for one in inside), currency)

    waiting = Money.parse(account["waiting"]["amount"], currency)
    return {
        "asked": summed(account["asked"]),
        "team": summed(account["payments"], to="team"),
        "member": summed(account["payments"], to="member"),
        "fee": Money.parse(account["fee"]["amount"], currency),
        "sent": summed(account["sent_on"], to="creditor"),
        "waiting": waiting if waiting else None,
    }


def _stages(shown: dict[str, Any]) -> list[tuple[str, str]]:
    """Return each stage of a claim's way with done, now or next; a branch stands where it left the way."""
    state = shown["state"]
    reached = {one["event"] for one in shown["timeline"]}
    index = next((number for number, (_, states) in enumerate(STAGES) if state in states), None)
    if index is None:
        marks = {"formal_notice": 2, "judicial": 3, "court": 3, "enforcement": 4}
        index = max((number for event, number in marks.items() if event in reached), default=1)
    last = len(STAGES) - 1
    return [
        (name, "done" if number < index or (number == index == last) else "now" if number == index else "next")
        for number, (name, _) in enumerate(STAGES)
        if not (index == last and name in ("judicial", "enforcement") and name not in reached)
    ]


@router.get("/{name}/filed")
def filed(request: Request, visit: OfMember, name: str) -> Response:
    """Say that a claim is filed, and what happens next."""
    with reading() as session:
        case = own_case(session, visit, name)
        said = partner_text(session, case.debtor_country, language_of(request))
        fee = fee_of(session, case.debtor_country)
        day = case.filed_on or today_of(case)
        terms = shown(case.debtor_country, case.creditor_country, case.currency, day) if case.reference else []
    steps, near = _ahead(case)
    values: dict[str, Any] = {
        "said": said,
        "fee": fee,
        "fee_text": in_language(fee["text"], language_of(request)) if fee else "",
        "fee_terms": terms,
        "no_fee": bool(fee and fee["percent"] and not fee["fixed"] and not terms),
        "steps": steps,
        "near": near,
    }
    return page(request, "member/filed.html", case=case, **values)


def _ahead(case: CaseRecord) -> tuple[list[dict[str, Any]], date | None]:
    """Return the steps ahead of a claim that was just filed, and the last day to claim it where that is near."""
    if case.reference is None or case.filed_on is None:
        return [], None
    answer = quote(case.claim, case.filed_on, converted)
    last = answer.limitation.last_day if answer.limitation else None
    near = last if last and (last - case.filed_on).days < NEAR_DAYS else None
    return [step.as_dict() for step in answer.steps], near


@router.get("/{name}/documents/{sha256}")
def document(visit: OfMember, name: str, sha256: str) -> Response:
    """Give a member a document of its own claim."""
    with reading() as session:
        return download(session, own_case(session, visit, name), sha256, "none")


@router.get("/{name}/letters/{number}")
def letter(request: Request, visit: OfMember, name: str, number: int, language: str = "") -> Response:
    """Give a member a copy of a letter, as it was written or in the member's language."""
    with reading() as session:
        case = own_case(session, visit, name)
        found = session.get(Document, number)
        if found is None or found.claim_id != case.claim_id or not found.kind.startswith("letter:"):
            raise HTTPException(404)
        spoken = language if language in LANGUAGES else language_of(request)
        title, content = member_copy(session, case, found.key, spoken)
    return as_file(title, "application/pdf", content)


@router.get("/{name}/statement")
def statement(request: Request, visit: OfMember, name: str) -> Response:
    """Give a member the account of its claim, in the member's language."""
    with reading() as session:
        case = own_case(session, visit, name)
        content = pdf_of(session, case, today_of(case), language_of(request))
    return as_file(f"{case.reference or case.claim_id}-statement.pdf", "application/pdf", content)


@router.post("/{name}/messages")
def write(request: Request, visit: OfMember, form: Form, name: str) -> Response:
    """Write to the team."""
    text = form.text("text")
    try:
        with unit_of_work() as session:
            case = own_case(session, visit, name, lock=True)
            send_message(case, "member", visit.name, text, today_of(case), form.files("file"))
    except RecoveryError as error:
        return _shown(request, visit, name, fault_of(error, texts_of(request)), text)
    return after_post(f"/claims/{name}#messages")


@router.post("/{name}/do/{action}")
def do(request: Request, visit: OfMember, form: Form, name: str, action: str) -> Response:
    """Answer a question, give or refuse a consent, say what was paid, withdraw."""
    if action not in ACTIONS or "member" not in ACTIONS[action].who:
        raise HTTPException(404)
    if action == "withdraw" and not form.has("sure"):
        with reading() as session:
            own_case(session, visit, name)
        asked = {"note": form.text("note"), "version": form.text("version")}
        place, back = f"/claims/{name}/do/withdraw", f"/claims/{name}"
        return page(request, "member/sure.html", what="claim", place=place, back=back, hidden=asked)
    try:
        transact(lambda session: _done(session, visit, form, name, action))
    except RecoveryError as error:
        return _shown(request, visit, name, fault_of(error, texts_of(request)))
    return after_post(f"/claims/{name}")


def _done(session: Session, visit: Visit, form: Posted, name: str, action: str) -> None:
    """Do what a member answers, unless the claim was changed since the page was shown."""
    case = own_case(session, visit, name, lock=True)
    papers = tuple(("evidence", title, content) for title, content in form.files("file"))
    data, version = _data(form), form.number("version")
    amount = form.text("amount") or None
    order = Order(action, today_of(case), "member", form.text("note"), amount, data, version, "member", papers)
    act(session, case.claim_id, order)


def _data(form: Posted) -> dict[str, Any]:
    return {key: form.text(key) for key in ("what", "task", "paid_on") if form.has(key)}
