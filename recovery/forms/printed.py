"""The data of form A as an accessible PDF, field by field, in the language of the court."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from recovery.errors import LawError
from recovery.forms.fields import (
    Pairs,
    account_pairs,
    appendix_1_pairs,
    claim_tables,
    consumer_pairs,
    cost_tables,
    country_pairs,
    court_pairs,
    evidence_tables,
    fee_pairs,
    interest_tables,
    party_pairs,
    penalty_pairs,
    signed_pairs,
    total_pairs,
)
from recovery.forms.labels import day_text, labels
from recovery.forms.order import OrderForm


def print_order(form: OrderForm, *ends: dict[str, Any]) -> bytes:
    """Return the form's data as an archival and accessible PDF (PDF/A-2a, PDF/UA-1), the same bytes each time.

    `ends` are sections that follow the form's own.

    Raises:
        LawError: the layout does not take its data.
    """
    return pdf_of(view(form), *ends)


def pdf_of(shown: dict[str, Any], *ends: dict[str, Any]) -> bytes:
    """Return the PDF of what a form's view shows, and of the sections that follow its own.

    Raises:
        LawError: the layout does not take its data.
    """
    import typst

    shown = {**shown, "sections": [*shown["sections"], *ends]}
    try:
        return bytes(
            typst.compile(
                _layout(),
                format="pdf",
                sys_inputs={"form": json.dumps(_composed(shown), ensure_ascii=False)},
                ignore_system_fonts=True,
                pdf_standards=["a-2a", "ua-1"],
            )
        )
    except typst.TypstError as error:
        raise LawError(f"forms: form.typ: {' '.join(str(error).split())[:200]}") from None


@cache
def _layout() -> bytes:
    return resources.files("recovery.forms").joinpath("form.typ").read_bytes()


def _composed(value: Any) -> Any:
    """Return the data with its texts composed, without characters that a form cannot show."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value)
        return "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    if isinstance(value, dict):
        return {key: _composed(one) for key, one in value.items()}
    return [_composed(one) for one in value] if isinstance(value, (list, tuple)) else value


def view(form: OrderForm) -> dict[str, Any]:
    """Return everything the layout prints, field by field with the official numbers."""
    words = labels(form.language)
    return framed(form, words["form.title"], words["form.notice"], _sections(form, words))


def framed(form: OrderForm, title: str, notice: str, sections: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
    """Return what the layout prints: the heading, the sections that there are, and the footer."""
    words = labels(form.language)
    return {
        "title": title,
        "notice": notice,
        "author": next((party.name for party in form.people("01")), ""),
        "language": form.language,
        "year": form.dated.year,
        "month": form.dated.month,
        "day": form.dated.day,
        "page": words["form.page"],
        "footer": f"{words['form.reference']} {form.reference}".strip() if form.reference else day_text(form.dated),
        "sections": [one for one in sections if one],
    }


def section(
    number: str,
    title: str,
    *groups: Pairs,
    tables: Sequence[dict[str, Any]] = (),
    texts: Sequence[str] = (),
    apart: bool = False,
) -> dict[str, Any]:
    """Return a section of the print; one that stands apart begins a page, as it is not served on the defendant."""
    filled_in = [[pair for pair in group if pair[1]] for group in groups]
    return {
        "number": number,
        "title": title,
        "groups": [group for group in filled_in if group],
        "tables": list(tables),
        "texts": list(texts),
        "apart": apart,
    }


def _sections(form: OrderForm, words: Mapping[str, str]) -> list[dict[str, Any] | None]:
    return [
        section("", words["form.check"], texts=form.notes) if form.notes else None,
        section("1", words["field.court"], court_pairs(form, words)),
        section("2", words["field.parties"], *(party_pairs(party, words) for party in form.parties)),
        section("3", words["field.jurisdiction"], [(code, words[f"code.ground_{code}"]) for code in form.jurisdiction]),
        section("4 †", words["field.cross_border"], country_pairs(form, words)),
        section("5.1", words["field.fee"], fee_pairs(form, words)) if form.fee else None,
        section("5.2", words["field.account"], account_pairs(form, words)) if form.account else None,
        section("6", words["field.principal"], total_pairs(form, words), tables=claim_tables(form, words)),
        section("6", words["field.consumer"], consumer_pairs(form, words)),
        section("7", words["field.interest"], tables=interest_tables(form, words)) if form.interest else None,
        section("8", words["field.penalty"], penalty_pairs(form, words)) if form.penalty else None,
        section("9", words["field.costs"], tables=cost_tables(form, words)),
        section("10", words["field.evidence"], tables=evidence_tables(form, words)),
        section("11", words["field.statements"], texts=form.statements),
        section("", words["field.closing"], signed_pairs(form, words), texts=[words["text.closing"]]),
        section("", words["field.appendix_1"], appendix_1_pairs(form, words), apart=True)
        if form.fee and form.fee.holder
        else None,
        section("", words["field.appendix_2"], _choice(form, words), signed_pairs(form, words), apart=True),
    ]


def _choice(form: OrderForm, words: Mapping[str, str]) -> Pairs:
    after = form.choice.after if form.choice else "none"
    return [
        (words["word.case_number"], "\N{NO-BREAK SPACE}"),
        ("art. 17", words[f"code.after_{after}"]),
        (words["word.recorded"], day_text(form.choice.recorded_on) if form.choice else ""),
    ]
