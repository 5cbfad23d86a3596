"""Filing a claim, one question a page: invoice, debtor, evidence, preview, mandate. Every step keeps what was typed."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from flows.start import start_route
from flows.uploads import read
from recovery.case.record import CaseRecord
from recovery.currency.rates import converted
from recovery.errors import CaseError, Faults, IntakeError, RecoveryError
from recovery.evidence import Wanted, wanted
from recovery.filing import draft_bundle, drafts
from recovery.filing.bundle import credited
from recovery.filing.claimants import last_creditor
from recovery.filing.claims import Filing, claim_data, refuse_duplicates
from recovery.filing.known import Known, known_debtor
from recovery.filing.paper import looked_at, rival_of
from recovery.filing.routing import route
from recovery.law.claim import parse_claim
from recovery.ledger.fees import shown
from recovery.notices.compose import LANGUAGES
from recovery.people.partners import fee_of, in_language
from recovery.people.sessions import IDLE
from recovery.portal.faults import Fault, fault_of
from recovery.portal.member.kept import KeptMember, forget, kept_of
from recovery.portal.member.paper import notes_of, read_pages, read_paper, unpacked
from recovery.portal.pages import language_of, page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.visit import OfMember, Visit
from recovery.postal import PostalAddress
from recovery.quote import Quote, quote
from recovery.registry import adapter_of, countries
from recovery.store.database import reading, transact, unit_of_work
from recovery.store.portal_tables import ClaimDraft
from recovery.store.tables import Member
from recovery.telling.member_details import change_iban
from recovery.telling.notices import put_notice

router = APIRouter(prefix="/claims")
# Fewer days than these until limitation are told at the top, in plain words.
NEAR_DAYS = 60
IDLE_HOURS = int(IDLE.total_seconds()) // 3600
log = logging.getLogger(__name__)


class _Typed(dict[str, Any]):
    """What was typed; a field that was not typed yet is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def today(member: Member) -> date:
    """Return today where the member's cooperative is."""
    now = datetime.now(UTC)
    return adapter_of(member.partner).today(now) if member.partner in countries() else now.date()


@router.get("/new")
def begin(request: Request, visit: OfMember) -> Response:
    """Ask for the invoice."""
    return page(request, "member/new.html", errors=[], idle_hours=IDLE_HOURS)


@router.post("/new")
def upload(request: Request, visit: OfMember, form: Form) -> Response:
    """Keep the invoice and read it, if it is one that can be read."""
    given = unpacked(form.files("file"))
    if not given:
        missing = IntakeError("file: choose one", code="missing", field="file")
        return page(request, "member/new.html", 422, idle_hours=IDLE_HOURS, errors=fault_of(missing, texts_of(request)))
    now = datetime.now(UTC)
    first = _first(given)
    found = read_paper(visit.member or "", *first)
    pages = read_pages(visit.member or "", [one for one in given if one is not first])
    try:
        with unit_of_work() as session:
            member = _member(session, visit)
            draft = _begun(session, member, given, found, now, pages)
    except RecoveryError as error:
        return page(request, "member/new.html", 422, idle_hours=IDLE_HOURS, errors=fault_of(error, texts_of(request)))
    return after_post(f"/claims/draft/{draft.id}/{'more' if len(given) > 1 else 'invoice'}")


def _begun(
    session: Session,
    member: Member,
    files: list[tuple[str, bytes]],
    found: dict[str, Any],
    now: datetime,
    pages: dict[str, dict[str, Any]] | None = None,
) -> ClaimDraft:
    """Return a draft begun with files: the first that is no credit note is its invoice, the rest are further papers."""
    first = _first(files)
    draft = drafts.new_draft(session, member, now)
    drafts.take_invoice(session, draft, member, *first, read, now)
    drafts.type_in(session, draft, {**_sender(session, member, draft.typed)}, now)
    drafts.type_in(session, draft, {name: text for name, text in found.items() if text != ""}, now)
    draft_bundle.add_files(session, draft, [one for one in files if one is not first], read, now, pages)
    return draft


def _first(files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Return the file that a claim begins with: the first that is no credit note."""
    return next((one for one in files if not _is_credit(*one)), files[0])


def _is_credit(name: str, content: bytes) -> bool:
    try:
        return read(content, name).kind == "credit_note"
    except RecoveryError:
        return False


def _sender(session: Session, member: Member, typed: dict[str, Any]) -> dict[str, str]:
    """Return the member's address as the last claim had it, where the invoice is typed by hand."""
    if typed.get("source") == "e_invoice":
        return {}
    last = last_creditor(session, member.id)
    found = {"seller_vat": last.vat or ""} if last else {}
    at = last.address if last else PostalAddress()
    return {"currency": adapter_of(member.partner).currency if member.partner in countries() else "EUR"} | (
        {**found, "seller_street": at.street, "seller_place": at.place} if at.street and at.town else found
    )


@router.get("/draft/{draft_id}")
def tasks(request: Request, visit: OfMember, draft_id: str) -> Response:
    """Show what is done of a draft and what is left."""
    with reading() as session:
        member, draft = _member(session, visit), _draft(session, visit, draft_id)
    open_steps = [step for step, faults in drafts.faults_of(draft, member, read, today(member)).items() if faults]
    return page(request, "member/draft.html", draft=draft, open_steps=open_steps, title=drafts.title_of(draft))


@router.get("/draft/{draft_id}/{step}")
def step_page(request: Request, visit: OfMember, draft_id: str, step: str) -> Response:
    """Show one step of a draft."""
    with reading() as session:
        member, draft = _member(session, visit), _draft(session, visit, draft_id)
    if draft.claim_id:
        return after_post(f"/claims/{draft.claim_id}")
    if kept := kept_of(request):
        return forget(request, _shown(request, draft, member, step, [], kept, again=True))
    return _shown(request, draft, member, step, [])


def _shown(
    request: Request,
    draft: ClaimDraft,
    member: Member,
    step: str,
    errors: list[Fault],
    given: dict[str, str] | None = None,
    again: bool = False,
) -> Response:
    """Show a step; `again` tells that what was typed before the session ended stands in it."""
    if step not in drafts.STEPS:
        raise HTTPException(404)
    waiting = draft_bundle.waiting_of(draft)
    filled = waiting[0].get("filled") or {} if waiting and step == "more" else {}
    typed = draft.typed | (given or {})
    values: dict[str, Any] = {
        "draft": draft,
        "typed": _Typed(typed | {name: text for name, text in filled.items() if not typed.get(name)}),
        "waiting": waiting,
        "member": member,
        "errors": errors,
        "again": again,
        "stays_typed": f"/claims/draft/{draft.id}/{step}",
        "papers": drafts.papers_of(draft),
        "odd_number": drafts.odd_number(draft),
        "rows": {what: draft_bundle.rows_of(draft, what) for what in ("more", "paid", "reminded", "apart")},
        "numbers": draft_bundle.numbers_of(draft),
        "countries": countries(),
        "steps": drafts.STEPS,
        "step": step,
        "paper_notes": notes_of(draft, texts_of(request)),
        "known": _known(draft, member) if step == "debtor" else None,
    }
    if step == "evidence":
        values["wanted"] = _wanted(draft, member)
    if step in ("preview", "mandate"):
        try:
            filing = drafts.filing_of(draft, member, read, today(member))
            values |= _previewed(filing, language_of(request))
            errors = errors or _claimed(request, filing, member)
            values["errors"] = errors
        except RecoveryError as error:
            first = _first_step(draft, member)
            if first is None:
                errors = errors or fault_of(error, texts_of(request))
                return page(request, "member/invoice.html", 422, **{**values, "errors": errors, "step": "invoice"})
            return after_post(f"/claims/draft/{draft.id}/{first}?check=1")
    if request.query_params.get("check") and not errors:
        faults = drafts.faults_of(draft, member, read, today(member)).get(step, [])
        values["errors"] = _faults(request, faults)
    return page(request, f"member/{step}.html", 422 if errors else 200, **values)


def _wanted(draft: ClaimDraft, member: Member) -> list[Wanted]:
    """Return the papers that a claim should have; none while it is not known what it is about."""
    try:
        filing = drafts.filing_of(draft, member, read, today(member))
        claim = parse_claim(claim_data(filing))
        return _papers(quote(claim, filing.on, converted)) if claim.debtor.country in countries() else []
    except RecoveryError:
        return []


def _papers(answer: Quote) -> list[Wanted]:
    debtor = answer.claim.debtor
    routes = [one.code for one in answer.routes if one.available]
    return wanted(adapter_of(debtor.country), debtor.kind, routes)


def _known(draft: ClaimDraft, member: Member) -> Known | None:
    with reading() as session:
        return known_debtor(session, member.id, draft.typed)


def _again(
    request: Request,
    visit: Visit,
    draft_id: str,
    step: str,
    error: RecoveryError,
    given: dict[str, str] | None = None,
) -> Response:
    """Show a step once more, as it is kept and with what was typed now, and what was wrong."""
    with reading() as session:
        member, draft = _member(session, visit), _draft(session, visit, draft_id)
    return _shown(request, draft, member, step, fault_of(error, texts_of(request)), given)


def _previewed(filing: Filing, language: str) -> dict[str, Any]:
    """Return what a claim would ask and how it would go on."""
    claim = parse_claim(claim_data(filing))
    country = claim.debtor.country
    answer: Quote | None = quote(claim, filing.on, converted) if country in countries() else None
    adapter = adapter_of(country) if answer else None
    with reading() as session:
        fee = fee_of(session, country) if answer else None
    return {
        "fee": fee,
        "fee_terms": shown(country, claim.creditor.country, claim.invoices[0].currency, filing.on) if answer else [],
        "fee_text": in_language(fee["text"], language) if fee else "",
        "filing": filing,
        "credited": credited,
        "near": _near(answer, filing.on) if answer else None,
        "quote": answer.as_dict() if answer else None,
        "service": adapter.service if adapter else None,
        "wanted": _papers(answer) if answer else [],
        "court_language": adapter.languages[0] if adapter else "",
        "debtor_country": country,
        "law": answer.laws.substance if answer else None,
    }


def _claimed(request: Request, filing: Filing, member: Member) -> list[Fault]:
    """Return what is claimed already, by this member or another: told before filing, not by a team afterwards."""
    try:
        with reading() as session:
            refuse_duplicates(session, filing.bundle.invoices, member.id)
    except IntakeError as error:
        return [Fault("", one.text, one.lang, one.detail) for one in fault_of(error, texts_of(request))]
    return []


def _near(answer: Quote, on: date) -> int | None:
    """Return how many days are left until limitation, where it is dangerously near; None where it is not."""
    limit = answer.limitation
    last = limit.last_day if limit and not limit.barred else None
    left = (last - on).days if last else None
    return left if left is not None and left < NEAR_DAYS else None


def _first_step(draft: ClaimDraft, member: Member) -> str | None:
    day = today(member)
    return next((step for step, faults in drafts.faults_of(draft, member, read, day).items() if faults), None)


def _faults(request: Request, faults: list[IntakeError]) -> list[Fault]:
    return fault_of(Faults(faults), texts_of(request)) if faults else []


@router.post("/draft/{draft_id}/{step}")
def step_taken(
    request: Request, visit: KeptMember, form: Form, draft_id: str, step: str, background: BackgroundTasks
) -> Response:
    """Keep what a step brings; go on where nothing is missing."""
    if step == "mandate":
        return _file(request, visit, form, draft_id, background)
    if step not in drafts.FIELDS:
        raise HTTPException(404)
    if form.text("go") == "drop" and not form.has("sure"):
        with reading() as session:
            _draft(session, visit, draft_id)
        place = f"/claims/draft/{draft_id}/{step}"
        return page(request, "member/sure.html", what="draft", place=place, back=place, hidden={"go": "drop"})
    now = datetime.now(UTC)
    typed = {**_fields(step, form), "language": language_of(request)}
    files = unpacked(form.files("file")) if step in ("invoice", "more") else form.files("file")
    found = read_paper(visit.member or "", *files[0]) if files and step == "invoice" else {}
    pages = read_pages(visit.member or "", files if step == "more" else files[1:]) if step != "evidence" else {}
    try:
        with unit_of_work() as session:
            member, draft = _member(session, visit), _draft(session, visit, draft_id, lock=True)
            _refuse_stale(draft, form, typed)
            other = _keep(session, draft, member, step, form, typed, now, files, pages)
            if form.text("go") != "drop":
                drafts.type_in(session, draft, found or looked_at(draft, step), now)
    except RecoveryError as error:
        return _again(request, visit, draft_id, step, error, typed)
    action = form.text("go")
    if form.text("language") in LANGUAGES:
        return after_post(f"/language/{form.text('language')}?back=/claims/draft/{draft_id}/{step}")
    if other is not None:
        return after_post(f"/claims/draft/{other}/invoice")
    if action in ("later", "drop"):
        return after_post("/claims")
    stays = action in ("stay", "known") or action.startswith(("remove-", "add-", "use-"))
    if stays or (step in ("invoice", "more") and form.files("file")):
        return after_post(f"/claims/draft/{draft_id}/{step}")
    faults = drafts.faults_of(draft, member, read, today(member))[step]
    if faults:
        return _shown(request, draft, member, step, _faults(request, faults))
    return after_post(f"/claims/draft/{draft_id}/{drafts.next_step(draft, step)}")


def _refuse_stale(draft: ClaimDraft, form: Posted, typed: dict[str, str]) -> None:
    """Refuse to write over what was typed in another window since this one was shown.

    Raises:
        IntakeError: it was, and says something else; sent once more, what is shown counts.
    """
    seen = form.text("seen")
    kept = (str(draft.typed.get(name) or "") for name in typed if name != "language")
    now = (text for name, text in typed.items() if name != "language")
    if seen and seen != draft.changed_at.isoformat() and list(kept) != list(now):
        raise IntakeError("draft: changed in another window meanwhile", code="draft_changed", field="")


def _fields(step: str, form: Posted) -> dict[str, str]:
    return {name: form.text(name) for name in drafts.FIELDS[step] if name != "file" and name in form.data}


def _keep(
    session: Session,
    draft: ClaimDraft,
    member: Member,
    step: str,
    form: Posted,
    typed: dict[str, str],
    now: datetime,
    files: list[tuple[str, bytes]],
    pages: dict[str, dict[str, Any]],
) -> str | None:
    """Keep what a step brings; return the draft of another claim where a paper was sent off to one."""
    action = form.text("go")
    if action == "drop":
        drafts.drop_draft(session, draft)
        return None
    drafts.type_in(session, draft, typed, now)
    if action == "known" and (known := known_debtor(session, member.id, draft.typed)):
        drafts.type_in(session, draft, known.fields, now)
    if action.startswith("use-"):
        drafts.type_in(session, draft, rival_of(draft, action), now)
    if step == "invoice":
        for name, content in files[:1]:
            drafts.take_invoice(session, draft, member, name, content, read, now)
        draft_bundle.add_files(session, draft, files[1:], read, now, pages)
    if step == "more":
        return _keep_more(session, draft, member, files, pages, action, now)
    if step == "evidence":
        if action.startswith("remove-"):
            drafts.drop_paper(session, draft, action.removeprefix("remove-"), now)
        for name, content in files:
            drafts.add_paper(session, draft, "evidence", name, content, now)
    return None


def _keep_more(
    session: Session,
    draft: ClaimDraft,
    member: Member,
    files: list[tuple[str, bytes]],
    pages: dict[str, dict[str, Any]],
    action: str,
    now: datetime,
) -> str | None:
    """Keep further papers, payments and reminders; a paper of another debtor may begin a draft of its own."""
    if action.startswith("remove-"):
        draft_bundle.drop_row(session, draft, action.removeprefix("remove-"), now)
    elif action.startswith("apart-"):
        taken = draft_bundle.take_apart(session, draft, action.removeprefix("apart-"), now)
        return _begun(session, member, [taken[0]], taken[1], now).id if taken else None
    else:
        draft_bundle.add_files(session, draft, files, read, now, pages)
        draft_bundle.add_what_is_typed(session, draft, action, now)
    return None


def _file(request: Request, visit: Visit, form: Posted, draft_id: str, background: BackgroundTasks) -> Response:
    now = datetime.now(UTC)
    given = [kind for kind in ("mandate", *drafts.CONSENTS) if form.has(kind) and form.text(kind) != "ask"]
    with unit_of_work() as session:
        draft = _draft(session, visit, draft_id, lock=True)
        asked = form.text("formal_notice") == "ask"
        drafts.type_in(session, draft, {"consents": given, "asked_first": asked, "iban": form.text("iban")}, now)
    try:
        case = transact(lambda session: _filed(session, visit, form, draft_id, now))
    except RecoveryError as error:
        return _again(request, visit, draft_id, "mandate", error)
    if case.filed_on is not None:
        background.add_task(start_route, case.claim_id, case.filed_on.isoformat())
    return after_post(f"/claims/{case.claim_id}/filed")


def _filed(session: Session, visit: Visit, form: Posted, draft_id: str, now: datetime) -> CaseRecord:
    member, draft = _member(session, visit), _draft(session, visit, draft_id, lock=True)
    _account(session, member, form, visit.account, now)
    case = drafts.file_draft(session, draft, member, read, today(member), now)
    if case.filed_on is not None:  # a number at once: the flow that follows finds it routed
        route(case, case.filed_on)
        put_notice(case, f"{case.claim_id}:filed:notice", "filed", "member")
    drafts.type_in(session, draft, {"read": None}, now)  # the pictures have done their work
    return case


def _account(session: Session, member: Member, form: Posted, by: str, now: datetime) -> None:
    """Keep the first account to which money goes; nobody is paid without one. Another is chosen on the account's page.

    Raises:
        IntakeError: there is none, or it is no IBAN.
    """
    if member.iban:
        return
    if form.has("iban"):
        change_iban(session, member.id, form.text("iban"), by, now)
    else:
        raise IntakeError("iban: needed, what is recovered is sent there", code="missing", field="iban")


def _member(session: Session, visit: Visit) -> Member:
    found = session.get(Member, visit.member)
    if found is None:
        raise HTTPException(403)
    return found


def _draft(session: Session, visit: Visit, draft_id: str, lock: bool = False) -> ClaimDraft:
    try:
        return drafts.draft_of(session, draft_id, visit.member or "", lock)
    except CaseError:
        raise HTTPException(404) from None
