"""A country's service in an administrator's hands: its fee, its own words, the days it does not work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from recovery.errors import RecoveryError
from recovery.notices.compose import LANGUAGES
from recovery.people import partners
from recovery.portal.administrator.faults import faults_of
from recovery.portal.faults import Fault
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, Posted, after_post
from recovery.portal.visit import OfAdministrator
from recovery.registry import adapter_of, countries
from recovery.store.database import reading, unit_of_work

router = APIRouter(prefix="/administrator/countries")
PARTS = ("fee", "text", "holiday", "drop")


@router.get("")
def listed(request: Request, visit: OfAdministrator) -> Response:
    """Show every country's service and what is set for it."""
    with reading() as session:
        rows = [
            {
                "code": code,
                "service": adapter_of(code).service,
                "fee": partners.fee_of(session, code),
                "texts": sorted(partners.texts_of(session, code)),
                "holidays": partners.own_holidays(session, code),
            }
            for code in countries()
        ]
    return page(request, "administrator/countries.html", rows=rows)


@router.get("/{code}")
def shown(request: Request, visit: OfAdministrator, code: str, done: str = "") -> Response:
    """Show a country's service and what can be set for it."""
    return _one(request, code, done=done)


def _one(
    request: Request, code: str, errors: list[Fault] | None = None, typed: dict[str, str] | None = None, done: str = ""
) -> Response:
    country = _served(code)
    with reading() as session:
        fee = partners.fee_of(session, country) or {"percent": None, "fixed": None, "text": {}}
        texts, holidays = partners.texts_of(session, country), partners.own_holidays(session, country)
    stands = {
        "percent": fee["percent"] or "",
        "fixed": fee["fixed"]["amount"] if fee["fixed"] else "",
        **{f"fee_text_{one}": fee["text"].get(one, "") for one in LANGUAGES},
        **{f"text_{one}": texts.get(one, "") for one in LANGUAGES},
        **{"day": "", "name": ""},
    }
    adapter = adapter_of(country)
    values: dict[str, Any] = {"code": country, "service": adapter.service, "currency": adapter.currency}
    values |= {"holidays": holidays, "fields": stands | (typed or {}), "errors": errors or [], "done": done}
    return page(request, "administrator/country.html", 422 if errors else 200, **values)


def _served(code: str) -> str:
    if code not in countries():
        raise HTTPException(404)
    return code


@router.post("/{code}/{part}")
def changed(request: Request, visit: OfAdministrator, form: Form, code: str, part: str) -> Response:
    """Set one part of what a country's service may set."""
    country = _served(code)
    if part not in PARTS:
        raise HTTPException(404)
    try:
        _set(country, part, form, visit.account, datetime.now(UTC))
    except RecoveryError as error:
        return _one(request, country, faults_of(error, texts_of(request)), form.texts())
    return after_post(f"/administrator/countries/{country}?done={part}#{part}")


def _set(country: str, part: str, form: Posted, by: str, now: datetime) -> None:
    with unit_of_work() as session:
        if part == "fee":
            texts = {one: form.text(f"fee_text_{one}") for one in LANGUAGES}
            partners.set_fee(session, country, form.text("percent"), form.text("fixed"), texts, by, now)
        elif part == "text":
            partners.set_texts(session, country, {one: form.text(f"text_{one}") for one in LANGUAGES}, by, now)
        elif part == "holiday":
            partners.add_holiday(session, country, form.day("day"), form.text("name"), by, now)
        else:
            partners.drop_holiday(session, country, form.day("day"), by, now)
