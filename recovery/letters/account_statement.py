"""A claim's account as a PDF, in the look of the letters and the language of who reads it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from recovery.letters.words import date_text, locale_of, money_text

FALLBACK = "en"


@cache
def _all_words() -> dict[str, dict[str, str]]:
    text = resources.files("recovery.letters").joinpath("account_statement.toml").read_text("utf-8")
    return tomllib.loads(text)


def render(told: dict[str, Any], sender: Sequence[str], language: str) -> bytes:
    """Return a statement as an archival and accessible PDF (PDF/A-2a, PDF/UA-1), the same bytes each time."""
    import typst

    spoken = language if language in _all_words() else FALLBACK
    said, day = _all_words()[spoken], date.fromisoformat(told["as_of"])
    data = {
        "title": f"{said['title']} {told['case'] or told['claim']}",
        "reference": told["case"] or told["claim"],
        "as_of": said["as_of"].format(day=_day(told["as_of"], spoken)),
        "parties": [f"{said['creditor']}: {told['creditor']}", f"{said['debtor']}: {told['debtor']}"],
        "sender": list(sender),
        "page": said["page"],
        "nothing": said["nothing"],
        "language": spoken,
        **{"year": day.year, "month": day.month, "day": day.day},
        "parts": list(_parts(told, said, spoken)),
    }
    layout = resources.files("recovery.letters").joinpath("account_statement.typ").read_bytes()
    given = {"statement": json.dumps(data, ensure_ascii=False)}
    return bytes(
        typst.compile(layout, format="pdf", sys_inputs=given, ignore_system_fonts=True, pdf_standards=["a-2a", "ua-1"])
    )


def _parts(told: dict[str, Any], said: dict[str, str], language: str) -> Iterator[dict[str, Any]]:
    cash, day = (lambda one: _cash(one, language)), (lambda text: _day(text, language))
    asked = [[said[one["what"]], cash(one)] for one in (*told["asked"], *told["given_up"])]
    yield _part(said, "asked", ["", "amount"], asked)
    paid = [
        [
            one["by"]
            + (f" ({said['taken_back'].format(day=day(one['taken_back_on']))})" if one["taken_back_on"] else ""),
            day(one["paid_on"]),
            day(one["reached_on"]),
            said[one["to"]],
            cash(one),
        ]
        for one in told["payments"]
    ]
    yield _part(said, "payments", ["by", "paid_on", "reached_on", "to", "amount"], paid)
    sent = [[said[one["to"]], day(one["on"]), cash(one)] for one in told["sent_on"]]
    yield _part(said, "sent_on", ["to", "on", "amount"], sent)
    stands = [[said["fee"], cash(told["fee"])], [said["waiting"], cash(told["waiting"])]]
    yield _part(said, "stands", ["", "amount"], [*stands, *([said["open"], cash(one)] for one in told["open"])])


def _part(said: dict[str, str], name: str, head: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": said[name], "head": [said[one] if one else "" for one in head], "rows": rows}


def _locale(language: str) -> str:
    return locale_of(language, {"en": "GB", "sv": "SE"}.get(language, language.upper()))


def _cash(one: dict[str, str], language: str) -> str:
    return money_text(one["amount"], one["currency"], _locale(language))


def _day(text: str, language: str) -> str:
    return date_text(text, _locale(language), "medium")
