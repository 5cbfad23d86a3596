"""The dashboard, and making its figures anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from babel.dates import format_date, format_skeleton
from fastapi import APIRouter, Request, Response

from recovery.case.lifecycle import State
from recovery.figures.cases import NOBODY, soonest
from recovery.figures.dashboard import choices, dashboard, sums_of
from recovery.figures.gather import CURVE_DAYS
from recovery.figures.outlook import outlook
from recovery.figures.rebuild import AGES, LONGER, RISKS, rebuild
from recovery.people.teams import names_of
from recovery.portal.manager.asked import asked_of, month_text, query_of
from recovery.portal.manager.drawing import curve
from recovery.portal.manager.flow_health import lately
from recovery.portal.pages import language_of, page
from recovery.portal.posting import Form, after_post
from recovery.portal.visit import OfManager
from recovery.registry import countries
from recovery.store.database import reading, unit_of_work

router = APIRouter(prefix="/manager")
MOST_TASKS = 6


@router.get("")
def shown(request: Request, visit: OfManager) -> Response:
    """Show the figures of the cases that are asked for."""
    asked = asked_of(visit, request.query_params)
    with reading() as session:
        sums = sums_of(session, asked)
        figures = dashboard(session, asked, sums)
        found: dict[str, Any] = {"outlook": None, "tasks": [], "names": {}}
        if figures is not None:
            found["outlook"] = outlook(session, asked, sums, figures.as_of)
            until = figures.as_of + timedelta(days=RISKS[-1])
            found["tasks"] = soonest(session, asked, until, MOST_TASKS)
            found["names"] = names_of(session, [one.handler for one in found["outlook"].load])
        partners, currencies, months = choices(session)
    return page(
        request,
        "manager/overview.html",
        figures=figures,
        asked=asked,
        partners=partners,
        currencies=currencies,
        months=[(month_text(month), month) for month in months],
        countries=countries(),
        states=tuple(State),
        kept=query_of(asked),
        first=month_text(asked.first),
        last=month_text(asked.last),
        flows=lately(),
        curve=curve(figures.cohorts) if figures is not None else None,
        curve_days=CURVE_DAYS,
        age_from={str(end): start + 1 for start, end in pairwise(AGES)},
        longer=LONGER,
        oldest=AGES[-1],
        nobody=NOBODY,
        quarter_end=lambda first: month_text(first.replace(month=first.month + 2)),
        month_text=month_text,
        **found,
        **_naming(language_of(request)),
    )


def _naming(language: str) -> dict[str, Any]:
    """Return how months and quarters are called in a language."""
    return {
        "month_name": lambda day: str(format_skeleton("yMMM", day, locale=language)),
        "quarter_name": lambda day: str(format_date(day, "QQQ y", locale=language)),
    }


@router.post("/refresh")
def refresh(visit: OfManager, form: Form) -> Response:
    """Make the figures anew as of today."""
    now = datetime.now(UTC)
    with unit_of_work() as session:
        rebuild(session, now.date(), now)
    query = form.text("kept")
    return after_post(f"/manager?{query}" if query else "/manager")
