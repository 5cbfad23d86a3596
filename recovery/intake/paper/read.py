"""Reading an invoice that is pages only: words, then values, then which of them is which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from recovery.errors import IntakeError
from recovery.intake.identifiers import identify
from recovery.intake.paper import ocr, pdf
from recovery.intake.paper.addresses import buyers_address
from recovery.intake.paper.due import due_of
from recovery.intake.paper.found import NO_INVOICE, Found, Note
from recovery.intake.paper.heads import issued_of, kind_of, language_of, languages_of, number_of
from recovery.intake.paper.parties import Member, Side, parties_of
from recovery.intake.paper.reading import Reading
from recovery.intake.paper.references import reference_of
from recovery.intake.paper.rows import Page
from recovery.intake.paper.sheet import Sheet
from recovery.intake.paper.sums import Sums, sums_of

_EUROS = frozenset(
    (
        "AT",
        "BE",
        "CY",
        "DE",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PT",
        "SI",
        "SK",
    )
)
_OWN_CURRENCY = {"SE": "SEK", "DK": "DKK", "NO": "NOK", "CH": "CHF", "GB": "GBP", "PL": "PLN", "US": "USD"}

_MOST_PICTURES = 4  # pages of pictures of one PDF; each takes seconds


def member_known_by(marks: Sequence[str]) -> Member:
    """Return the member that numbers, accounts and names in any order tell."""
    told = [(mark, identify(mark)) for mark in marks if mark.strip()]
    accounts = tuple(mark for mark, what in told if what["kind"] == "iban")
    numbers = tuple(mark for mark, what in told if what["kind"] in ("vat", "enterprise", "tax", "personal"))
    return Member(tuple(mark for mark, _ in told if mark not in accounts + numbers), numbers, accounts)


def read_pages(data: bytes, name: str, member: Member | None = None) -> Reading:
    """Read a PDF or a picture whose pages alone hold the invoice.

    Raises:
        IntakeError: it is locked, broken or too large, or its pages hold no words that can be read here.
    """
    if b"%PDF-" not in data[:1024]:
        pages, form = ocr.picture_pages(data, name), "image"
        warnings: list[Note] = []
    else:
        pages, warnings = _pdf_pages(data, name)
        form = "pdf"
    if not any(page.words for page in pages):
        raise IntakeError(
            f"{name}: no words were found on it; send the invoice's XML, take the picture anew in good light, "
            "or type the claim in",
            code="no_words",
            field="file",
        )
    return read_words(pages, form, member or Member(), tuple(warnings))


def _pdf_pages(data: bytes, name: str) -> tuple[list[Page], list[Note]]:
    """Return the pages of a PDF, its pictures read as such where there are no words, and what was left out."""
    warnings: list[Note] = []
    with pdf.opened(data, name) as document:
        count = len(document)
        indexes = pdf.pages_to_read(count)
        pages = [pdf.page_words(document, index) for index in indexes]
    if count > len(indexes):
        text = f"{count} pages: the first {pdf.FIRST_PAGES} and the last {pdf.LAST_PAGES} are read"
        warnings.append(Note("pages_left_out", text))
    blank = [page.number - 1 for page in pages if not page.words]
    if len(blank) == len(pages):
        read = blank if len(blank) <= _MOST_PICTURES else [*blank[: _MOST_PICTURES - 1], blank[-1]]
        if len(read) < len(blank):
            text = f"{count} pages of pictures: the first {_MOST_PICTURES - 1} and the last one are read"
            warnings.append(Note("pages_left_out", text))
        pages = ocr.picture_pages(data, name, read)
    return pages, warnings


def read_words(pages: Sequence[Page], form: str, member: Member, warnings: tuple[Note, ...] = ()) -> Reading:
    """Read the invoice or invoices whose words stand on pages."""
    groups = _invoices(pages)
    readings = [_read(group, form, member, warnings) for group in groups]
    first = readings[0]
    if len(readings) == 1:
        return first
    text = f"{len(readings)} invoices on these pages: the first is shown; file the others as well"
    return replace(first, others=tuple(readings), notes=(*first.notes, Note("several_invoices", text)))


def _invoices(pages: Sequence[Page]) -> list[list[Page]]:
    """Return the pages of each invoice: one with another number of its own begins the next."""
    groups: list[list[Page]] = []
    current: str | None = None
    for page in pages:
        sheet = Sheet([page])
        found = number_of(sheet, kind_of(sheet) == "credit_note") if page.words else None
        number = found.value if found and found.sure and found.rank >= 0.75 else None
        if groups and (number is None or current is None or number == current):
            groups[-1].append(page)
        else:
            groups.append([page])
        current = number or current
    whole = [group for group in groups if _has_total(group)]
    return groups if len(whole) == len(groups) else [list(pages)]


def _has_total(pages: Sequence[Page]) -> bool:
    return sums_of(Sheet(pages), None).agree


def _read(pages: Sequence[Page], form: str, member: Member, warnings: tuple[Note, ...]) -> Reading:
    sheet = Sheet(pages)
    kind = kind_of(sheet)
    language, languages = language_of(sheet), languages_of(sheet)
    parties = parties_of(sheet, member, languages)
    seller_country = parties.seller.country.value if parties.seller.country else None
    sums = sums_of(sheet, _currency_of(seller_country))
    doubtful = language == "en" and sheet.american is None and _has_slashes(sheet)
    issued = issued_of(sheet, doubtful)
    due, days = due_of(sheet, issued, doubtful)
    found = {
        "number": number_of(sheet, kind == "credit_note"),
        "issued": issued,
        "due": due,
        **_sums(sums),
        "payment_reference": reference_of(sheet, seller_country),
        **_party("seller", parties.seller),
        **_party("buyer", parties.buyer),
        **buyers_address(sheet, parties.buyer),
    }
    notes = [*warnings, *parties.warnings, *sums.warnings]
    if kind == "other":
        notes.append(NO_INVOICE)
    places = {page.number: page for page in pages}
    fields = {name: _seen(one, places) for name, one in found.items() if one is not None}
    if kind == "other":
        fields = {name: one.checked() for name, one in fields.items()}
    return Reading(
        form,
        "credit_note" if kind == "credit_note" else "invoice",
        fields,
        tuple(replace(page, words=()) for page in pages),
        language,
        days,
        tuple(notes),
    )


def _seen(found: Found, places: Mapping[int, Page]) -> Found:
    """Return a value with its place as it is seen on the page."""
    rivals = tuple(_seen(one, places) for one in found.rivals)
    return replace(found, box=places[found.page].seen(found.box), rivals=rivals)


def _currency_of(country: str | None) -> str | None:
    return "EUR" if country in _EUROS else _OWN_CURRENCY.get(country or "")


def _has_slashes(sheet: Sheet) -> bool:
    return any(re.search(r"\b\d{1,2}/\d{1,2}/\d{2,4}\b", row.text) for row in sheet.rows)


def _sums(sums: Sums) -> dict[str, Found | None]:
    place = sums.total or sums.payable
    currency = None
    if sums.currency and place:
        currency = replace(place, value=sums.currency, sure=sums.told and place.sure, rivals=())
    return {"currency": currency, "total": sums.total, "payable": sums.payable}


def _party(role: str, side: Side) -> dict[str, Found | None]:
    return {f"{role}.{name}": getattr(side, name) for name in ("name", "country", "vat", "iban")}


__all__ = ["Member", "member_known_by", "read_pages", "read_words"]
