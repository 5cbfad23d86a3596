"""Making pages: templates, the reader's language, and the headers that every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_decimal_symbol,
)
from babel.units import format_unit
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from recovery.law.periods import Period
from recovery.letters.bases import basis_text
from recovery.letters.words import country_name, date_text, language_name, number_text, percent_text, words
from recovery.money import Money
from recovery.notices.compose import LANGUAGES
from recovery.portal.posting import FORM_COOKIE, FormToken
from recovery.portal.remarks import Remarks
from recovery.portal.terms import term
from recovery.portal.texts import best_language, translations
from recovery.portal.visit import Visit, secure

COOKIE = "language"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# Nothing from elsewhere, no script, no frame: a page is its own text, style and pictures.
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",  # a browser heeds it over TLS alone (RFC 6797, 8.1)
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
TERMS = {
    "state": "STATES",
    "reason": "REASONS",
    "event": "EVENTS",
    "action": "ACTIONS",
    "deadline": "DEADLINES",
    "route": "ROUTES",
    "paper": "PAPERS",
    "channel": "CHANNELS",
    "shipment": "SHIPMENTS",
    "entry": "ENTRIES",
    "role": "ROLES",
    "side": "SIDES",
    "bank_status": "BANK",
    "bank_sign": "SIGNS",
    "kind": "KINDS",
    "ground": "GROUNDS",
    "guard": "GUARDS",
}


@cache
def environment(language: str) -> Environment:
    """Return the templates in a language; a name that is not given fails the page instead of leaving a hole."""
    made = Environment(
        loader=PackageLoader("recovery.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["language"] = language
    made.globals["languages"] = {code: own_name(code) for code in LANGUAGES}
    made.filters |= _filters(language)
    return made


def _filters(language: str) -> dict[str, Callable[..., str]]:
    locale = {"en": "en_GB"}.get(language, language)
    gettext = translations(language).gettext
    found: dict[str, Callable[..., str]] = {
        "country": lambda code: country_name(code, language),
        "language_name": lambda code: language_name(code, language),
        "day": lambda day: _day_text(_day(day), locale) if day else "–",
        "instant": lambda at: format_datetime(_instant(at), "short", locale=locale) if at else "–",
        "money": lambda amount, currency=None: _money(amount, currency, locale),
        "typed": lambda amount: str(amount).replace(".", get_decimal_symbol(locale)),
        "about": lambda amount: _about(amount, locale),
        "minor": lambda pair: _money(Money(*pair), None, locale),
        "number": lambda number: format_decimal(number, locale=locale),
        # Whoever reads a page may be in any country: without `reader` every act is told with its country.
        "basis": lambda text, country, law=None, reader="", whole=False: (
            (remarks.told(text) or basis_text(text, language, country, law or "", reader, whole)) if text else ""
        ),
        "plain_number": lambda text: number_text(text, locale),
        "cost": lambda kind: words(language).get(kind) or term("ENTRIES", kind, gettext),
        "rate": lambda rate: percent_text(rate, locale),
        "term_text": lambda text: _term(text, locale),
        "percent": lambda share: format_percent(share, locale=locale),
    }
    for name, group in TERMS.items():
        found[name] = lambda code, group=group: term(group, str(code), gettext)
    remarks = found["remark"] = Remarks(language, found)
    return found


# Babel takes a tenth of a millisecond for each: a list has hundreds, and most of them again and again.
@lru_cache(maxsize=4096)
def _day_text(day: date, locale: str) -> str:
    return date_text(day.isoformat(), locale, "medium")


@lru_cache(maxsize=8192)
def _money_text(amount: str, currency: str, locale: str) -> str:
    return str(format_currency(Decimal(amount), currency, locale=locale))


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _instant(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _money(amount: Any, currency: str | None, locale: str) -> str:
    if amount is None:
        return "–"
    if isinstance(amount, Money):
        amount, currency = str(amount), amount.currency
    elif isinstance(amount, dict):
        amount, currency = amount["amount"], amount["currency"]
    return _money_text(str(amount), currency or "EUR", locale)


# From this sum on an amount is told in millions where a glance has to do.
_LARGE = Decimal(1_000_000)


def _about(amount: Money, locale: str) -> str:
    """Return an amount as it is read at a glance: whole units, large ones in millions."""
    sum_, currency = amount.major, amount.currency
    if abs(sum_) >= _LARGE:
        return str(format_compact_currency(sum_, currency, locale=locale, fraction_digits=2))
    pattern = Locale.parse(locale).currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(sum_, currency, pattern, locale=locale, currency_digits=False))


_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}


def _term(text: str, locale: str) -> str:
    """Return a term such as 30d in words."""
    period = Period.parse(text)
    return str(format_unit(period.count, _UNITS[period.unit], locale=locale))


def own_name(language: str) -> str:
    """Return a language's name in that language."""
    return str(Locale(language).get_language_name(language)).capitalize()


def language_of(request: Request) -> str:
    """Return the reader's language: the one chosen, else the account's, else what the browser asks for."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    visit: Visit | None = request.state.visit
    if visit is not None and visit.language in LANGUAGES:
        return visit.language
    return best_language(request.headers.get("accept-language", ""))


def texts_of(request: Request) -> Callable[[str], str]:
    """Return what translates a text into the reader's language."""
    return translations(language_of(request)).gettext


def page(
    request: Request, template: str, status_code: int = 200, *, language: str = "", script: bool = False, **values: Any
) -> HTMLResponse:
    """Return a page in the reader's language, or in the one given; only a page with a passkey may run our script."""
    spoken, token = language or language_of(request), FormToken(request)
    given = {"path": request.url.path, "visit": request.state.visit, "csrf": token, "query": request.url.query}
    text = environment(spoken).get_template(template).render({**given, **values})
    headers = {"Content-Language": spoken, "Vary": "Accept-Language, Cookie"}
    if request.state.visit is not None or token.used:
        headers["Cache-Control"] = "no-store"
    if script:
        headers["Content-Security-Policy"] = POLICY + "; script-src 'self'; connect-src 'self'"
    answer = HTMLResponse(text, status_code=status_code, headers=headers)
    if token.new:
        answer.set_cookie(FORM_COOKIE, token.new, httponly=True, samesite="lax", secure=secure())
    return answer
