"""A warning: what was changed about where somebody's money or mail goes, and what to do if it was not they."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

from babel.dates import format_date

from recovery.notices.compose import FALLBACK, LANGUAGES, Notice, texts

What = Literal["iban", "email"]


def masked_iban(iban: str | None) -> str:
    """Return an account number by its country and last digits, "" for none."""
    return f"{iban[:2]}… {iban[-4:]}" if iban else ""


def masked_address(email: str) -> str:
    """Return an address by its first letter and its domain."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


def compose_warning(what: What, language: str, day: date, before: str, after: str, service: dict[str, Any]) -> Notice:
    """Return a warning; `before` and `after` come masked."""
    spoken = language if language in LANGUAGES else FALLBACK
    own = warning_texts()[spoken]
    told = {
        "day": format_date(day, "long", locale={"en": "en_GB"}.get(spoken, spoken)),
        "before": before or own["none"],
        "after": after or own["none"],
    }
    body, wrong = own[f"{what}_body"].format(**told), own["wrong"].format(phone=service["phone"])
    parts = (texts(spoken)["frame"]["greeting"], body, own["right"], wrong, service["name"])
    return Notice(spoken, own[f"{what}_subject"], "\n\n".join(parts) + "\n")


@cache
def warning_texts() -> dict[str, Any]:
    """Return the texts by language."""
    return tomllib.loads(resources.files("recovery.notices").joinpath("warning.toml").read_text("utf-8"))
