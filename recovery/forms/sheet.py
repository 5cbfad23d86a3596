"""A national application as a data sheet: filled from a court file by the country's description, and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from recovery.errors import CaseError
from recovery.forms.court_file import CourtFile, Value
from recovery.forms.printed import pdf_of, section
from recovery.forms.rules import shown_in_print
from recovery.forms.sheet_spec import FieldSpec, RouteSpec, Sheets, sheets_of
from recovery.forms.sheet_text import filled_text, said, sheet_words
from recovery.forms.sources import SOURCES
from recovery.forms.where import Instructions, court_in, send_section, where_to_send
from recovery.letters.words import words as layout_words


@dataclass(frozen=True, slots=True)
class Filled:
    """One field with its value."""

    spec: FieldSpec
    label: str
    value: Value

    @property
    def is_listed(self) -> bool:
        """Tell whether the value stands below its label, as lines or as a table."""
        return bool(self.value.lines or (self.value.table and self.value.table["rows"]))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled sheet: its sections in order, what must be checked, and where it goes."""

    file: CourtFile
    act: str
    sections: tuple[tuple[str, tuple[Filled, ...]], ...]
    notes: tuple[str, ...]
    send: Instructions
    attach: bool

    def field(self, name: str) -> Filled:
        """Return a field by its id."""
        return next(one for _, fields in self.sections for one in fields if one.spec.id == name)


def sheet(file: CourtFile) -> Sheet:
    """Return the sheet of a national route, filled.

    Raises:
        CaseError: the route is closed or has no sheet, the court does not take the language, or a value is missing.
        LawError: the country's description is at fault.
    """
    sheets = sheets_of(file.country)
    route = _open(sheets, file)
    sections = tuple(
        (part.title[file.language], tuple(one for spec in part.fields if (one := _filled(sheets, route, file, spec))))
        for part in route.sections
    )
    notes = _notes(file, sections)
    told = where_to_send(sheets, file)
    return Sheet(file, route.act[file.language], sections, notes, told, route.send.attach)


def print_sheet(found: Sheet) -> bytes:
    """Return the sheet as an archival and accessible PDF (PDF/A-2a, PDF/UA-1), the same bytes each time.

    Raises:
        LawError: the layout does not take its data.
    """
    return pdf_of(sheet_view(found))


def sheet_view(found: Sheet) -> dict[str, Any]:
    """Return everything the layout prints, section by section."""
    file, words = found.file, sheet_words(found.file.language)
    page = layout_words(file.language)
    parts = [
        section("", words["sheet.check"], texts=found.notes) if found.notes else None,
        *(part for number, (title, fields) in enumerate(found.sections, 1) for part in _parts(number, title, fields)),
        send_section(found.send, file.language, found.attach),
    ]
    creditor, dated = file.party("01"), file.owed.as_of
    return {
        "title": found.act,
        "notice": said(file.language, "sheet.notice", act=found.act),
        "author": creditor.name if creditor else "",
        "language": file.language,
        "year": dated.year,
        "month": dated.month,
        "day": dated.day,
        "page": page["page"],
        "footer": f"{page['reference']}: {file.parties.case_reference}",
        "sections": [part for part in parts if part],
    }


def _open(sheets: Sheets, file: CourtFile) -> RouteSpec:
    code, country = file.route.code, file.country.lower()
    route = sheets.routes.get(code)
    if route is None or not route.sections:
        raise CaseError(f"{country}: {code} has no sheet; choose another route", code="court_sheet", field="route")
    if not file.route.available:
        raise CaseError(f"{country}: {code} is closed: {file.route.why}", code="court_sheet", field="route")
    taken = [one for one in file.route.facts.languages if one in sheets.languages]
    if file.language not in taken:
        raise CaseError(
            f"{country}: {code}: no sheet in {file.language}; the court takes {', '.join(taken)}",
            code="court_sheet",
            field="language",
        )
    return route


def _filled(sheets: Sheets, route: RouteSpec, file: CourtFile, spec: FieldSpec) -> Filled | None:
    """Return a field with its value, None where an optional one has none."""
    value = _value(sheets, route, file, spec)
    if value:
        for text in _texts(value):
            shown_in_print(spec.id, text, f"{file.country.lower()}: {file.route.code}")
        return Filled(spec, _label(spec, file.language), value)
    if spec.optional:
        return None
    raise CaseError(
        f"{file.country.lower()}: {file.route.code}: field {spec.id} is missing ({spec.article}); add it to the case",
        code="court_sheet",
        field=spec.id,
    )


def _value(sheets: Sheets, route: RouteSpec, file: CourtFile, spec: FieldSpec) -> Value:
    if spec.source in SOURCES:
        return SOURCES[spec.source](file)
    court = court_in(sheets, file)
    if spec.source == "court.name":
        postal = f"{court.postal_code} {court.city}".strip()
        return Value(", ".join(part for part in (court.name, court.address, postal) if part))
    name = {"court.competence_basis": "competence"}.get(spec.source, spec.source)
    return Value(filled_text(route.own[name][file.language], _placeholders(file, court.name)))


def _placeholders(file: CourtFile, court: str) -> Mapping[str, str]:
    """Return what the texts of a sheet may speak of."""
    people = {name: file.party(role) for name, role in (("creditor", "01"), ("debtor", "02"))}
    running = SOURCES["claim.interest_rate_from"](file).lines
    return {
        "court": court,
        **{name: found.name if found else "" for name, found in people.items()},
        "place": people["debtor"].city if people["debtor"] else "",
        "principal": file.cash(file.owed.principal),
        "interest": file.cash(file.owed.interest),
        "costs": file.cash(file.owed.costs_open),
        "total": SOURCES["claim.claimable"](file).text,
        "running": "; ".join(running) or sheet_words(file.language)["sheet.none"],
        "day": file.day(file.owed.as_of),
        "days": "".join(char for char in file.route.facts.debtor_reacts_within if char.isdigit()),
    }


def _texts(value: Value) -> list[str]:
    rows = value.table["rows"] if value.table else []
    return [value.text, *value.lines, *(cell for row in rows for cell in row)]


def _notes(file: CourtFile, sections: Sequence[tuple[str, tuple[Filled, ...]]]) -> tuple[str, ...]:
    """Return what a person must see to before the act is signed."""
    words, facts = sheet_words(file.language), file.route.facts
    notes = []
    if any(one.spec.uncertain for _, fields in sections for one in fields):
        notes.append(words["sheet.unsure_note"])
    if file.owed.provisional:
        notes.append(words["sheet.provisional"])
    said_in = layout_words(file.language)
    for cost in file.owed.foreign_costs:
        label = said_in.get(cost.kind, said_in["costs"])
        values = {"label": label, "amount": file.cash(cost.amount), "basis": file.basis(cost.basis)}
        notes.append(said(file.language, "sheet.foreign", **values))
    return tuple(dict.fromkeys([*notes, *file.owed.warnings, *facts.warnings, *facts.fee.warnings]))


def _parts(number: int, title: str, fields: tuple[Filled, ...]) -> list[dict[str, Any]]:
    """Return one section of the print in the order of its fields; what follows a list goes on without a title."""
    parts: list[dict[str, Any]] = []
    for is_listed, run in groupby(fields, key=lambda one: one.is_listed):
        some, head = list(run), ("", "") if parts else (str(number), title)
        if is_listed:
            parts.append(section(*head, tables=[_listed(one) for one in some]))
        else:
            parts.append(section(*head, [(one.label, one.value.text) for one in some]))
    return parts


def _listed(one: Filled) -> dict[str, Any]:
    """Return a field of several lines as a table; a sum stands in its last row."""
    value = one.value
    if value.table is None:
        rows = [[str(number), line] for number, line in enumerate(value.lines, 1)]
        return {"caption": "", "head": ["#", one.label], "widths": [0, 1], "rows": rows}
    last = ["\N{GREEK CAPITAL LETTER SIGMA}", *[""] * (len(value.table["head"]) - 2), value.text]
    return {**value.table, "caption": one.label, "rows": [*value.table["rows"], last]}


def _label(spec: FieldSpec, language: str) -> str:
    label = f"{spec.label[language]} ({spec.article})"
    return f"{label} \N{EN DASH} {sheet_words(language)['sheet.unsure']}" if spec.uncertain else label
