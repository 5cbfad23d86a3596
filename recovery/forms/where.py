"""Where and how an application is sent: the last page of a pack, and the same as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from recovery.errors import CaseError
from recovery.forms.build import court_of
from recovery.forms.court_file import CourtFile
from recovery.forms.order import CourtOffice
from recovery.forms.printed import section
from recovery.forms.sheet_spec import SendSpec, Sheets
from recovery.forms.sheet_text import said, sheet_words
from recovery.forms.sources import SOURCES

_BY = {"creditor": "send.by_creditor", "lawyer": "send.by_lawyer", "bailiff": "send.by_bailiff"}


@dataclass(frozen=True, slots=True)
class Instructions:
    """Where a pack goes and how, in the court's language; `unsure` names the lines that no source confirms."""

    route: str
    court: str
    address: str
    channel: str
    copies: str
    fee: str
    payment: str
    language: str
    representation: str
    annexes: tuple[str, ...]
    basis: str
    unsure: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the instructions in the shape of the command line's JSON."""
        return {**asdict(self), "annexes": list(self.annexes), "unsure": list(self.unsure)}


def court_in(sheets: Sheets, file: CourtFile) -> CourtOffice:
    """Return the competent court by its name in the court's language, with its address where one is known."""
    text = file.route.facts.court
    found = court_of(text, file.country)
    known: Mapping[str, str] = sheets.courts.get(found.name, {})
    name = known.get(file.language, found.name)
    if " of the debtor's " in text:
        debtor = file.party("02")
        place = debtor.city if debtor and debtor.city else sheet_words(file.language)["sheet.unsure"]
        name = said(file.language, "send.debtor_place", court=name, place=place)
    if "address" in known and not found.address:
        return CourtOffice(name, known["address"], known["postal_code"], known["city"], file.country)
    return CourtOffice(name, found.address, found.postal_code, found.city, file.country)


def where_to_send(sheets: Sheets, file: CourtFile) -> Instructions:
    """Return where and how the application of a route is sent.

    Raises:
        CaseError: the country does not describe the route.
    """
    from babel import Locale

    words, send = sheet_words(file.language), _send(sheets, file)
    court = court_in(sheets, file)
    postal = ", ".join(part for part in (court.address, f"{court.postal_code} {court.city}".strip()) if part)
    unsure = [*send.uncertain, *(() if postal else ("address",)), *(() if send.copies else ("copies",))]
    return Instructions(
        route=file.route.code,
        court=court.name,
        address=postal or words["send.look_up"],
        channel=send.channel[file.language],
        copies=send.copies[file.language] if send.copies else words["send.ask"],
        fee=SOURCES["court.fee"](file).text,
        payment=send.payment[file.language],
        language=str(Locale.parse(file.language).get_display_name(file.language)),
        representation=words[_BY[file.route.facts.filed_by]],
        annexes=_annexes(send, file),
        basis=send.basis,
        unsure=tuple(dict.fromkeys(unsure)),
    )


def _send(sheets: Sheets, file: CourtFile) -> SendSpec:
    code = file.route.code
    if code not in sheets.routes:
        raise CaseError(f"{file.country.lower()}: {code} is not described; choose another route", field="route")
    return sheets.routes[code].send


def _annexes(send: SendSpec, file: CourtFile) -> tuple[str, ...]:
    return file.documents if send.attach else ()


def send_section(told: Instructions, language: str, attach: bool) -> dict[str, Any]:
    """Return the last page of a pack."""
    words = sheet_words(language)
    names = ("court", "address", "channel", "copies", "fee", "payment", "language", "representation")
    pairs = [(_label(words, name, told), getattr(told, name)) for name in names]
    rows = [[str(number), name] for number, name in enumerate(told.annexes, 1)]
    table = {"caption": words["send.annexes"], "head": ["#", words["sheet.name"]], "widths": [0, 1], "rows": rows}
    if not rows:
        pairs.append((words["send.annexes"], words["sheet.none"] if attach else words["send.no_annexes"]))
    return section("", words["send.title"], pairs, tables=[table] if rows else (), apart=True)


def _label(words: Mapping[str, str], name: str, told: Instructions) -> str:
    label = words[f"send.{name}"]
    return f"{label} \N{EN DASH} {words['sheet.unsure']}" if name in told.unsure else label
