"""What speaks for or against a recommended action, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from fastapi import Request
from sqlmodel import Session

from recovery.case.record import CaseRecord, assess_case
from recovery.desk.advice import Advice, Reason, advise, days_past_due
from recovery.desk.views import today_of
from recovery.portal.access import team_case
from recovery.portal.pages import language_of, texts_of
from recovery.portal.team.forms import side_of
from recovery.portal.texts import N_
from recovery.portal.visit import Visit

REASONS = {
    "late": N_("days late: %(num)s"),
    "in_time": N_("days left: %(num)s"),
    "barred": N_("limitation has run out"),
    "limit_near": N_("limitation runs out on %(day)s"),
    "age": N_("days past due: %(num)s"),
    "law_open": N_("a person must decide which law governs the contract"),
    "complaint": N_("the debtor has complained before"),
    "vat_valid": N_("the debtor’s VAT number is valid (VIES)"),
    "vat_invalid": N_("the debtor’s VAT number is not valid (VIES)"),
    "name_other": N_("the register (VIES) has another name for this number"),
    "seat_other": N_("the seat in the register (VIES) is not where the invoice went"),
    "remarks": N_("remarks on what was filed: %(num)s"),
    "within_count": N_("a team agrees to %(most)s instalments at most without asking"),
    "first_in": N_("days until the first payment: %(num)s"),
    "no_plan_broken": N_("no plan was broken before"),
    "plans_broken": N_("plans broken before: %(num)s"),
    "court_consented": N_("the member agrees to court"),
    "court_not_consented": N_("the member has not agreed to court yet"),
    "member_still_asked": N_("the member still has time to answer"),
    "member_was_asked": N_("the member was asked"),
}


def told(advice: Advice | None, request: Request) -> dict[str, Any] | None:
    """Return an advice as its page tells it, its fields as the query of the form's address."""
    if advice is None:
        return None
    gettext, locale = texts_of(request), {"en": "en_GB"}.get(language_of(request), language_of(request))
    reasons = [{"good": one.good, "text": _text(one, gettext, locale)} for one in advice.reasons]
    return {**vars(advice), "asked": urlencode(advice.fields), "reasons": reasons}


def _text(reason: Reason, gettext: Callable[[str], str], locale: str) -> str:
    values = dict(reason.values)
    if "day" in values:
        values["day"] = format_date(date.fromisoformat(values["day"]), "medium", locale=locale)
    return gettext(REASONS[reason.code]) % values


def age_of(case: CaseRecord, today: date) -> int | None:
    """Return for how many days the oldest debt is past due."""
    days = days_past_due(case, today)
    return max(days, 0) if days is not None else None


def preview_of(request: Request, session: Session, visit: Visit, name: str) -> dict[str, Any]:
    """Return a case as it stands beside its list: sum, age, and what is recommended to who works it."""
    case = team_case(session, visit, name)
    today, works = today_of(case), visit.role in ("worker", "lead")
    owed = assess_case(case, today).total if case.reference and case.state != "closed" else None
    return {
        "name": case.reference or case.claim_id,
        "debtor": case.party("debtor").name,
        "creditor": case.party("creditor").name,
        "state": case.state,
        "total": owed,
        "age": age_of(case, today),
        "advice": told(advise(case, today, side_of(visit)), request) if works else None,
    }
