"""Many claims from one CSV file: rows of one debtor are one claim; what is claimed already is told, never filed again.

Claims are filed and routed in chunks, each chunk one transaction; one that fails falls out alone. A run that was cut
off is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from recovery.case.record import CaseRecord
from recovery.case.store import load, unit_of
from recovery.errors import Faults, IntakeError, RecoveryError, known
from recovery.filing.bundle import Sheet, numbers_of, plain_name, plain_number, reason_of
from recovery.filing.claimants import member_of
from recovery.filing.claims import Filing, take_in
from recovery.filing.duplicates import Claimed, claimed_of, duplicate, same_invoice
from recovery.filing.routing import route
from recovery.intake.checks import faults_of_claim
from recovery.intake.csvfile import is_credit, read_lines_csv, written
from recovery.intake.invoice import Invoice, Party
from recovery.registry import countries
from recovery.store.database import divided, no_collection, transact
from recovery.store.tables import Member

# Claims that are filed in one transaction.
CHUNK = 100


@dataclass(frozen=True)
class Terms:
    """What holds for every claim of a file: the member in whose name it is filed, and what the rows do not say."""

    on: date
    member_email: str | None = None
    debtor_kind: str | None = None
    claim_kind: str = "services"
    consents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row that was read: its number and cells in the file, its paper, and what a file of it is named."""

    row: int
    cells: dict[str, str]
    sheet: Sheet
    name: str


@dataclass
class Group:
    """The rows of one debtor, creditor and currency."""

    lines: list[Line] = field(default_factory=list)

    @property
    def row(self) -> int:
        """The first row, by which the claim is named."""
        return self.lines[0].row


Answer = dict[str, Any]


def file_many(data: bytes, name: str, terms: Terms, tell: Callable[[int, int], None] | None = None) -> Iterator[Answer]:
    """File the claims of a CSV file and yield what came of each, and of each row that is none; `tell` how far it came.

    Raises:
        IntakeError: the file is no readable CSV, or a needed column is missing.
    """
    groups, refused = grouped(data, name, terms)
    yield from refused
    done = 0
    for at in range(0, len(groups), CHUNK):
        with no_collection():
            yield from _filed(groups[at : at + CHUNK], terms)
        done += len(groups[at : at + CHUNK])
        if tell:
            tell(done, len(groups))


def grouped(data: bytes, name: str, terms: Terms) -> tuple[list[Group], list[Answer]]:
    """Return the claims that a file makes, and the answers for rows that are none.

    A credit note that cannot be read keeps its debtor's rows back: without it too much would be asked.
    """
    lines, refused, held = list[Line](), list[Answer](), dict[str, int]()
    for row, read in read_lines_csv(data, name):
        if isinstance(read, Invoice):
            title = f"{name.rsplit('.', 1)[0]}-{row.line}"
            lines.append(Line(row.line, row.cells, Sheet(read, b"", name), title))
            continue
        refused.append(_refused(row.line, read))
        if is_credit(row):
            held[plain_name(row.cells.get("buyer_name", ""))] = row.line
    groups = dict[tuple[str, ...], Group]()
    names = _numbered(line.sheet.invoice.buyer for line in lines)
    for line in lines:
        invoice = line.sheet.invoice
        if (bad := held.get(plain_name(invoice.buyer.name))) is not None:
            text = f"kept back: the credit note in row {bad} cannot be read; correct it"
            refused.append(_refused(line.row, IntakeError(text, code="kept_back", field="kind")))
            continue
        seller = "" if terms.member_email else _key(invoice.seller, {})
        key = (seller, _key(invoice.buyer, names), invoice.currency)
        groups.setdefault(key, Group()).lines.append(line)
    return list(groups.values()), refused


def _numbered(parties: Iterable[Party]) -> dict[str, set[str]]:
    """Return by name and country the numbers that parties of it have."""
    found: dict[str, set[str]] = {}
    for party in parties:
        found.setdefault(_name(party), set()).update(numbers_of(party))
    return found


def _name(party: Party) -> str:
    return f"{plain_name(party.name)}|{party.country or ''}"


def _key(party: Party, numbers: dict[str, set[str]]) -> str:
    """Return what a party is grouped by: its number, also where only another row tells it; else name and country."""
    own = sorted(numbers_of(party)) or sorted(numbers.get(_name(party), ()))
    return own[0] if len(own) == 1 or numbers_of(party) else _name(party)


def _refused(row: int, error: RecoveryError) -> Answer:
    return {"row": row, "error": error.as_dict()}


def _filed(groups: list[Group], terms: Terms) -> Iterator[Answer]:
    """File groups in one transaction; where it cannot be written as a whole, each half by itself."""
    failed = list[Answer]()
    for answers in divided(
        groups,
        lambda some: transact(partial(_file_some, groups=some, terms=terms)),
        lambda group, failure: failed.append(_refused(group.row, known(failure))),
    ):
        yield from answers
    yield from failed


def _file_some(session: Session, groups: list[Group], terms: Terms) -> list[Answer]:
    """File some groups, read and written together; one that fails falls out alone."""
    answers, sellers = list[Answer](), dict[str, Member]()
    numbers = {line.sheet.invoice.number for group in groups for line in group.lines}
    claimed = claimed_of(session, numbers)
    with unit_of(session).in_sets() as unit:
        for group in groups:
            before = set(unit.records)
            try:
                answers += _file_group(session, group, terms, claimed, sellers)
            except DBAPIError:
                raise  # the transaction is spoilt: the chunk is divided
            except Exception as failure:
                for made in set(unit.records) - before:
                    unit.drop(unit.records[made])
                answers += _told(group, known(failure))
    return answers


def _told(group: Group, error: RecoveryError) -> list[Answer]:
    """Return the answer of a group that was refused as a whole, with all its rows."""
    return [{**_refused(group.row, error), **_rows(group.lines)}]


def _rows(lines: list[Line]) -> dict[str, Any]:
    return {"rows": [line.row for line in lines]} if len(lines) > 1 else {}


def _file_group(
    session: Session, group: Group, terms: Terms, claimed: dict[str, list[Claimed]], sellers: dict[str, Member]
) -> list[Answer]:
    """File what of a group can be claimed and is not yet; return an answer a claim, and one a row that is none."""
    member = _member(session, group.lines[0].sheet.invoice.seller, terms, sellers)
    parts = _Parts([replace(line, sheet=_of_member(line.sheet, member, terms)) for line in group.lines])
    parts.sort_out(claimed, member, terms.on)
    answers = [answer for claim in parts.claimed.values() for answer in _known(session, *claim)]
    answers += parts.refused
    if parts.fresh:
        lines = [*parts.fresh, *parts.credits]
        case = _file(session, lines, terms, claimed, member)
        answers.append({"row": lines[0].row, **_rows(lines), **_row_of(case)})
    elif parts.credits:
        numbers = ", ".join(line.sheet.invoice.number for line in parts.credits)
        text = f"credit note {numbers}: no invoice of it is filed with it; record it in the case of its invoice"
        answers.append({**_refused(parts.credits[0].row, IntakeError(text, code="unknown_invoice", field="credits"))})
    return answers


@dataclass
class _Parts:
    """The rows of a group: claimed already, refused, to be filed, and the credit notes among these."""

    lines: list[Line]
    claimed: dict[str, tuple[Claimed, list[Line]]] = field(default_factory=dict)
    refused: list[Answer] = field(default_factory=list)
    fresh: list[Line] = field(default_factory=list)
    credits: list[Line] = field(default_factory=list)

    def sort_out(self, claimed: dict[str, list[Claimed]], member: Member, on: date) -> None:
        """Tell the rows apart."""
        seen = set[str]()
        for line in self.lines:
            invoice = line.sheet.invoice
            if line.sheet.is_credit:
                continue
            known_rows = claimed.get(plain_number(invoice.number), [])
            found = same_invoice(invoice, member.id, known_rows)
            if plain_number(invoice.number) in seen:
                text = f"invoice {invoice.number}: stands in the file twice; the first row counts"
                self.refused.append(_refused(line.row, IntakeError(text, code="duplicate_invoice", field="number")))
            elif found is not None and found.member_id == member.id:
                self.claimed.setdefault(found.claim_id, (found, []))[1].append(line)
            elif error := duplicate(invoice, member.id, known_rows):
                self.refused.append(_refused(line.row, error))
            elif faults := faults_of_claim(invoice, on):
                self.refused.append(_refused(line.row, Faults(faults)))
            else:
                self.fresh.append(line)
            seen.add(plain_number(invoice.number))
        self._credits()

    def _credits(self) -> None:
        """Put each credit note to its invoice's claim; one whose invoice is not filed falls out with it."""
        fresh = [line.sheet.invoice for line in self.fresh]
        for line in [line for line in self.lines if line.sheet.is_credit]:
            named = {plain_number(one) for one in line.sheet.invoice.references}
            home = next((claim for claim in self.claimed.values() if named & _numbers(claim[1])), None)
            only = len(self.claimed) == 1 and not (named or fresh)
            if home or only:
                (home or next(iter(self.claimed.values())))[1].append(line)
            else:
                self.credits.append(line)


def _numbers(lines: list[Line]) -> set[str]:
    return {plain_number(line.sheet.invoice.number) for line in lines if not line.sheet.is_credit}


def _known(session: Session, claim: Claimed, lines: list[Line]) -> Iterator[Answer]:
    """Yield what tells of rows that are claimed already; a credit note that their case does not hold is refused."""
    case = load(session, claim.claim_id, lock=False)
    mine = [line for line in lines if not line.sheet.is_credit]
    yield {"row": mine[0].row, **_rows(mine), **_row_of(case), "known": True}
    held = {credit.reason for credit in case.credits}
    for line in lines:
        note = line.sheet.invoice
        if line.sheet.is_credit and reason_of(note) not in held:
            text = (
                f"credit note {note.number}: its invoice is claimed in case {case.reference or case.claim_id}; "
                "record it there (credit_note)"
            )
            yield _refused(line.row, IntakeError(text, code="duplicate_claim", field="credits"))


def _row_of(case: CaseRecord) -> Answer:
    return {"claim": case.claim_id, "case": case.reference, "state": case.state}


def _member(session: Session, seller: Party, terms: Terms, sellers: dict[str, Member]) -> Member:
    """Return in whose name rows are filed: the member who is named, else the seller."""
    key = terms.member_email or _key(seller, {})
    found = sellers.get(key)
    if found is None:
        found = sellers[key] = member_of(session, terms.member_email or seller.email or "", seller)
    return found


def _of_member(sheet: Sheet, member: Member, terms: Terms) -> Sheet:
    """Return a paper whose seller is the member, where the row says nothing of the seller."""
    seller = sheet.invoice.seller
    if not terms.member_email:
        return sheet
    if seller.name and seller.country:
        if plain_name(seller.name) == plain_name(member.name):
            return sheet
        told = f"the invoice is from {seller.name!r}, filed by the member {member.name!r}"
        return replace(sheet, invoice=sheet.invoice.warned(told))
    known_as = replace(seller, name=seller.name or member.name, country=seller.country or member.partner)
    warnings = tuple(text for text in sheet.invoice.warnings if not text.startswith("seller:"))
    return replace(sheet, invoice=replace(sheet.invoice, seller=known_as, warnings=warnings))


def _file(
    session: Session, lines: list[Line], terms: Terms, claimed: dict[str, list[Claimed]], member: Member
) -> CaseRecord:
    """File and route the claim of some rows.

    Raises:
        IntakeError: it cannot be claimed, or the debtor's country is not served: nothing is stored.
    """
    first, *others = [line.sheet for line in lines]
    country = first.invoice.buyer.country
    if country and country not in countries():
        text = f"debtor's country {country}: not served; served are {', '.join(countries())}"
        raise IntakeError(text, code="country_not_served", field="debtor.country")
    filing = Filing(
        first.invoice,
        written([line.cells for line in lines]),
        f"{lines[0].name}.csv",
        terms.on,
        terms.member_email or member.email,
        terms.debtor_kind,
        terms.claim_kind,
        terms.consents,
        more=tuple(replace(one, content=b"") for one in others),
    )
    case = take_in(session, filing, claimed, member)
    route(case, terms.on)
    return case
