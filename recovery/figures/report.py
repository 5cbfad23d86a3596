"""The monthly report: a manager's figures as a PDF in the manager's language, and the mail that brings it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from sqlmodel import Session, col, select

from recovery.figures import charts
from recovery.figures.dashboard import dashboard, sums_of
from recovery.figures.gather import CURVE_DAYS
from recovery.figures.outlook import Outlook, outlook
from recovery.figures.rebuild import AGES, LONGER
from recovery.figures.values import Amounts, Asked, Dashboard
from recovery.letters.words import country_name, date_text, locale_of, money_text
from recovery.money import Money
from recovery.settings import settings
from recovery.store import documents, outbox
from recovery.store.tables import Outbox, TeamMember

FALLBACK = "en"
# The page's style sheet does not reach a paper: the colours go into the picture.
STYLE = (
    "<style>text{font:14px 'Libertinus Serif';fill:#1d2b3a}.value{fill:#51606d}.bar{fill:#0b6e69}"
    ".grid{stroke:#c9d1d8}.line{fill:none;stroke-width:2.5}.line0{stroke:#51606d}"
    ".line1{stroke:#8a5a00;stroke-dasharray:9 4}"
    ".line2{stroke:#1d6b35;stroke-dasharray:3 3}.line3{stroke:#a3261b;stroke-dasharray:12 3 3 3}"
    ".line4{stroke:#1d2b3a;stroke-dasharray:6 3}.line5{stroke:#0b6e69;stroke-width:3.5}.point{fill:#1d2b3a;stroke:none}"
    "</style><title"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the report: a table, and a chart where there is one."""

    title: str
    head: list[str]
    rows: list[list[str]]
    about: str = ""
    chart: str | None = None
    alt: str = ""


def put_reports(session: Session, day: date) -> int:
    """Store the last month's report for every manager and put its mail down, once a month; return how many are new."""
    month = f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
    managers = select(TeamMember).where(TeamMember.role == "manager", col(TeamMember.active))
    return sum(_put(session, person, month) for person in session.exec(managers.order_by(col(TeamMember.email))))


def _put(session: Session, person: TeamMember, month: str) -> bool:
    """Store a report and put its mail down; False where the month's stands already or there are no figures."""
    key = f"report:{month}:{person.id}"
    report = report_of(session, Asked(country=person.country))
    if report is None or session.exec(select(Outbox.id).where(Outbox.key == key)).first() is not None:
        return False
    language = person.language if person.language in _all_words() else FALLBACK
    said, title = words(language), _title(person.country, language)
    place = f"report:{month}:{person.country or 'all'}:{language}"
    name = f"report-{month}-{(person.country or 'all').lower()}.pdf"
    documents.attach(session, None, place, "report", name, "application/pdf", pdf_of(report, language))
    text = f"{said['mail']}\n{settings().portal_url}/manager\n"
    payload = {"to": person.id, "document": place, "subject": f"{title}, {month}", "text": text}
    outbox.put(session, key, "send_paper", None, payload)
    return True


@cache
def _all_words() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("recovery.figures").joinpath("report.toml").read_text("utf-8"))


def words(language: str) -> dict[str, str]:
    """Return the report's words in a language."""
    return _all_words()[language]


@dataclass(frozen=True, slots=True)
class Report:
    """What a report tells: the figures, and what they tell beside."""

    figures: Dashboard
    outlook: Outlook


def report_of(session: Session, asked: Asked) -> Report | None:
    """Return what a report of the cases asked for tells, None where no figures were made yet."""
    sums = sums_of(session, asked)
    figures = dashboard(session, asked, sums)
    return None if figures is None else Report(figures, outlook(session, asked, sums, figures.as_of))


def pdf_of(report: Report, language: str) -> bytes:
    """Return the report as an archival and accessible PDF (PDF/A-2a, PDF/UA-1), the same bytes each time."""
    import typst

    figures, said = report.figures, words(language)
    day = figures.as_of
    data = {
        "title": _title(figures.asked.country, language),
        "as_of": said["as_of"].format(day=date_text(day.isoformat(), _locale(language))),
        "page": said["page"],
        "language": language,
        **{"year": day.year, "month": day.month, "day": day.day},
        "parts": [asdict(part) for part in (*_parts(figures, language), *_more(report.outlook, language))],
    }
    layout = resources.files("recovery.figures").joinpath("report.typ").read_bytes()
    given = {"report": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(
        layout, format="pdf", sys_inputs=given, ignore_system_fonts=True, pdf_standards=["a-2a", "ua-1"]
    )
    return bytes(made)


def _locale(language: str) -> str:
    return locale_of(language, {"en": "GB", "sv": "SE"}.get(language, language.upper()))


def _title(country: str | None, language: str) -> str:
    said = words(language)
    return f"{said['title']} – {country_name(country, language) if country else said['all_countries']}"


def _parts(figures: Dashboard, language: str) -> Iterator[Part]:
    said = words(language)
    yield Part(
        said["money"],
        [said[one] for one in ("currency", "asked", "recovered", "share", "principal", "interest")],
        [
            *(_amounts(one, one.asked.currency, language) for one in figures.by_currency),
            *([_amounts(figures.in_unit, said["all_in_euro"], language)] if len(figures.by_currency) > 1 else []),
        ],
    )
    yield _ages(figures, language)
    yield _curve(figures, language)
    mean = [[said[one.name], _number(one.cases, language), _number(one.mean, language)] for one in figures.pace]
    yield Part(said["pace"], ["", said["cases"], said["mean"]], mean)
    late = sum(one.cases for one in figures.late)
    counted = [[said["open_cases"], _number(figures.open_cases, language)], [said["late"], _number(late, language)]]
    exchange = [said["exchange"], _cash(figures.exchange.effect, language)]
    yield Part(said["cases"], ["", ""], [*counted, exchange])


def _amounts(one: Amounts, label: str, language: str) -> list[str]:
    asked, received, *owed = (
        _cash(value, language) for value in (one.asked, one.received, one.principal, one.interest)
    )
    return [label, asked, received, _share(one.share, language), *owed]


def _ages(figures: Dashboard, language: str) -> Part:
    said = words(language)
    rows = [(_age(one.name, said), one.cases, one.amount) for one in figures.ages]
    bars = [charts.Bar(label, amount.minor, _cash(amount, language)) for label, _, amount in rows]
    table = [[label, _number(cases, language), _cash(amount, language)] for label, cases, amount in rows]
    chart = charts.bars("ages", said["ages"], said["bars"], bars).replace("<title", STYLE, 1)
    return Part(said["ages"], [said["past_due"], said["cases"], said["principal"]], table, "", chart, said["bars"])


def _age(name: str, said: dict[str, str]) -> str:
    if name == LONGER:
        return said["more_than"].format(days=AGES[-1])
    place = [str(end) for end in AGES].index(name)
    return said["between"].format(first=AGES[place - 1] + 1, last=name) if place else said["not_due"]


def _curve(figures: Dashboard, language: str) -> Part:
    said = words(language)
    named = [(format_date(one.first, "QQQ y", locale=_locale(language)), one) for one in figures.cohorts]
    lines = [charts.Line(label, one.points) for label, one in named if one.points[0] is not None]
    axis = [str(days) for days in CURVE_DAYS]
    chart = charts.lines("curve", said["curve"], said["lines"], axis, lines).replace("<title", STYLE, 1)
    head = [said["quarter"], said["cases"], *(said["days"].format(days=days) for days in CURVE_DAYS), said["until_now"]]
    rows = [
        [label, _number(one.cases, language), *(_share(share, language) for share in (*one.points, one.share))]
        for label, one in named
    ]
    return Part(said["curve"], head, rows, said["curve_about"], chart if lines else None, said["lines"])


def _more(found: Outlook, language: str) -> Iterator[Part]:
    """Yield what came in by country, what is likely to, and what became of plans."""
    said = words(language)
    rows = [(country_name(one.country, language), one) for one in found.places]
    if rows:
        drawn = [charts.Bar(label, one.received.minor, _cash(one.received, language)) for label, one in rows]
        chart = charts.bars("places", said["places"], said["bars"], drawn).replace("<title", STYLE, 1)
        table = [[label, _cash(one.received, language), _share(one.share, language)] for label, one in rows]
        head = [said["country"], said["recovered"], said["within_90"]]
        yield Part(said["places"], head, table, "", chart, said["bars"])
    ahead = [(_quarter(one.first, language), one) for one in found.expected]
    drawn = [charts.Bar(label, one.total.minor, _cash(one.total, language)) for label, one in ahead]
    chart = charts.bars("forecast", said["forecast"], said["bars"], drawn).replace("<title", STYLE, 1)
    table = [[label, *(_cash(sum_, language) for sum_ in (one.plans, one.others, one.total))] for label, one in ahead]
    head = [said["quarter"], said["plans"], said["others"], said["in_all"]]
    off = said["off"].format(share=_share(found.mean_error, language))
    yield Part(said["forecast"], head, table, f"{said['forecast_about']} {off}", chart, said["bars"])
    kept = found.promises
    counts = [[said[name], _number(getattr(kept, name), language)] for name in ("kept", "broken", "running")]
    yield Part(said["promises"], ["", said["cases"]], [*counts, [said["share"], _share(kept.share, language)]])


def _quarter(first: date, language: str) -> str:
    return str(format_date(first, "QQQ y", locale=_locale(language)))


def _cash(amount: Money, language: str) -> str:
    return money_text(str(amount), amount.currency, _locale(language))


def _share(share: Decimal | None, language: str) -> str:
    return str(format_percent(share, locale=_locale(language))) if share is not None else "–"


def _number(value: Decimal | int | None, language: str) -> str:
    return str(format_decimal(value, locale=_locale(language))) if value is not None else "–"
