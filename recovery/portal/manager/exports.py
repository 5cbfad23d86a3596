"""The figures as files: CSV for programs, a workbook for people."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from recovery.figures.export import csv_of, rows_of, xlsx_of
from recovery.figures.report import pdf_of, report_of
from recovery.portal.manager.asked import asked_of
from recovery.portal.pages import language_of
from recovery.portal.visit import OfManager, Visit
from recovery.store.database import reading

router = APIRouter(prefix="/manager")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/figures.csv")
def as_csv(request: Request, visit: OfManager) -> Response:
    """Return the figures as comma-separated values."""
    rows, day = _rows(request, visit)
    return _file(csv_of(rows), "text/csv; charset=utf-8", f"figures-{day}.csv")


@router.get("/figures.xlsx")
def as_xlsx(request: Request, visit: OfManager) -> Response:
    """Return the figures as a workbook."""
    rows, day = _rows(request, visit)
    return _file(xlsx_of(rows), SHEET, f"figures-{day}.xlsx")


@router.get("/figures.pdf")
def as_pdf(request: Request, visit: OfManager) -> Response:
    """Return the monthly report of the figures that are asked for, as of their day."""
    with reading() as session:
        report = report_of(session, asked_of(visit, request.query_params))
    if report is None:
        raise HTTPException(404)
    return _file(pdf_of(report, language_of(request)), "application/pdf", f"figures-{report.figures.as_of}.pdf")


def _rows(request: Request, visit: Visit) -> tuple[list[list[object]], date]:
    with reading() as session:
        report = report_of(session, asked_of(visit, request.query_params))
    if report is None:
        raise HTTPException(404)
    return rows_of(report.figures, report.outlook), report.figures.as_of


def _file(content: bytes, media: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media, headers=headers)
