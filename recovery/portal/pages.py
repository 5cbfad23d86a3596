"""Making pages: templates, the reader's language, and the headers that every answer carries."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from recovery.letters.words import country_name
from recovery.notices.compose import LANGUAGES
from recovery.portal.texts import best_language, translations

COOKIE = "language"
# Nothing from elsewhere, no script, no frame: a page is its own text, style and pictures.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@cache
def environment(language: str) -> Environment:
    """Return the templates in a language; a name that is not given fails the page instead of leaving a hole."""
    made = Environment(
        loader=PackageLoader("recovery.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["language"] = language
    made.globals["languages"] = {code: own_name(code) for code in LANGUAGES}
    made.filters["country"] = lambda code: country_name(code, language)
    return made


def own_name(language: str) -> str:
    """Return a language's name in that language."""
    return str(Locale(language).get_language_name(language)).capitalize()


def language_of(request: Request) -> str:
    """Return the reader's language: the one chosen, else what the browser asks for."""
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else best_language(request.headers.get("accept-language", ""))


def page(request: Request, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """Return a page in the reader's language."""
    language = language_of(request)
    text = environment(language).get_template(template).render({"path": request.url.path, **values})
    headers = {"Content-Language": language, "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(text, status_code=status_code, headers=headers)
