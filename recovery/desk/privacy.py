"""A person over all cases: what is held of them, corrected, restricted, erased (GDPR art. 15 to 18).

Each right is answered case by case: done, or left and why. What is only tried changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, func, or_, select

from recovery.case.lifecycle import WORKED, State
from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.store import load
from recovery.case.transition import record
from recovery.desk.actions import carry_out, why_not
from recovery.desk.views import INTERNAL, show_case
from recovery.errors import CaseError
from recovery.filing.bundle import plain_name
from recovery.law.periods import add_months
from recovery.people import links
from recovery.people.audit import note
from recovery.people.members import plain_address, plain_iban
from recovery.people.sessions import close_all
from recovery.postal import read_lines
from recovery.store import documents
from recovery.store.portal_tables import Account, ClaimDraft, DebtorAccess, DebtorVisit
from recovery.store.tables import Case, Document, Member, Message, Party
from recovery.telling.member_details import change_email, change_iban

# Years after a case ended for which its books and papers are kept: the longest term for books of the countries served
# (ten years, C.c. 2220), and longer than claims against the service live.
KEEP_YEARS = 10
GONE = "erased"
_STUB = b"Erased under GDPR art. 17.\n"


@dataclass
class Person:
    """Who is meant: the members they are, and the sides of cases on which they stand."""

    asked: str
    members: list[Member] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)

    @property
    def sides(self) -> list[tuple[str, str]]:
        """Claims and the side of each: debtor or creditor."""
        return [(one.claim_id, one.role) for one in self.parties]


def person_of(session: Session, asked: str) -> Person:
    """Return the person of an e-mail address, a VAT or enterprise number, a name, or one side of a case (REF:debtor).

    Raises:
        CaseError: nobody is known so, or a name is that of people who live apart.
    """
    text = asked.strip()
    reference, _, side = text.rpartition(":")
    if side in ("debtor", "creditor"):
        one = load(session, reference, lock=False).party(side)
        found = _alike(session, one)
    else:
        found = Person(asked, _members(session, text), _parties(session, text))
        if "@" not in text:
            _refuse_several(found)
    found.asked = asked
    if not (found.members or found.parties):
        raise CaseError("person: nobody is known by this", code="not_found", field="person")
    return found


def _members(session: Session, text: str) -> list[Member]:
    named = or_(func.lower(col(Member.email)) == text.lower(), func.lower(col(Member.name)) == text.lower())
    return list(session.exec(select(Member).where(named).order_by(col(Member.email))))


def _parties(session: Session, text: str) -> list[Party]:
    number = "".join(mark for mark in text.upper() if mark.isalnum())
    known = or_(
        func.lower(col(Party.email)) == text.lower(),
        func.lower(col(Party.name)) == text.lower(),
        col(Party.vat) == number,
    )
    return list(session.exec(select(Party).where(known).order_by(col(Party.claim_id), col(Party.role))))


def _alike(session: Session, one: Party) -> Person:
    """Return the person that a side of a case is, in all cases: by number, by mail, or by name and place."""
    rows = [*_parties(session, one.name), *(_parties(session, one.vat) if one.vat else [])]
    rows += _parties(session, one.email) if one.email else []
    same = {(row.claim_id, row.role): row for row in rows if _same(row, one)}
    same[one.claim_id, one.role] = one
    return Person("", _members(session, one.email) if one.email else [], [same[key] for key in sorted(same)])


def _same(row: Party, one: Party) -> bool:
    if one.vat and row.vat:
        return row.vat == one.vat
    if one.email and row.email and row.email.lower() == one.email.lower():
        return True
    place = (row.postal_code, row.town, row.country) == (one.postal_code, one.town, one.country)
    return plain_name(row.name) == plain_name(one.name) and place


def _refuse_several(found: Person) -> None:
    """Refuse a name that several people have: nobody's data may be given to another."""
    first = found.parties[0] if found.parties else None
    if first and not all(_same(row, first) for row in found.parties):
        places = "; ".join(f"{row.claim_id[:8]}:{row.role} in {row.town or row.country}" for row in found.parties)
        raise CaseError(
            f"person: several people have this name ({places}); give an address, a number or CASE:debtor",
            code="ambiguous_person",
            field="person",
        )


def held_of(session: Session, person: Person) -> dict[str, Any]:
    """Return all that is held of a person; notes that a team wrote for itself about a case are not part of it."""
    cases = []
    for claim_id, role in person.sides:
        shown = show_case(session, claim_id)
        shown["timeline"] = [one for one in shown["timeline"] if one["event"] not in INTERNAL]
        party = load(session, claim_id, lock=False).party(role)
        cases.append({"role": role, "details": _plain(party, "claim_id", "role", "seal"), "case": shown})
    return {
        "person": person.asked,
        "members": [
            {**_plain(one, "seal"), "account": _account(session, one), "drafts": _drafts(session, one)}
            for one in person.members
        ],
        "cases": cases,
    }


def _plain(row: SQLModel, *left: str) -> dict[str, Any]:
    return {name: value for name, value in row.model_dump(mode="json").items() if name not in left}


def _account(session: Session, member: Member) -> dict[str, Any] | None:
    found = session.exec(select(Account).where(Account.member_id == member.id)).first()
    secret = ("password_hash", "totp_secret", "totp_last", "feed_token")
    return _plain(found, *secret) if found else None


def _drafts(session: Session, member: Member) -> list[dict[str, Any]]:
    return [_plain(one) for one in session.exec(select(ClaimDraft).where(ClaimDraft.member_id == member.id))]


Rows = list[dict[str, Any]]


def _row(case: CaseRecord, role: str, done: str, why: str = "") -> dict[str, Any]:
    return {"case": case.reference, "claim": case.claim_id, "role": role, "done": done, "why": why}


def correct(session: Session, person: Person, right: Mapping[str, str], by: str, now: datetime) -> Rows:
    """Put a person's details right in all cases (GDPR art. 16): name, address (lines parted by ;), email, phone, iban.

    Raises:
        CaseError: nothing to put right is given.
        IntakeError: an address or account is none.
    """
    given = {name: text.strip() for name, text in right.items() if text and text.strip()}
    if not given:
        raise CaseError("correct: give --name, --address, --email, --phone or --iban", code="missing", field="name")
    if "email" in given:
        given["email"] = plain_address(given["email"])
    if "iban" in given:
        given["iban"] = plain_iban(given["iban"])
    rows = []
    for claim_id, role in sorted(person.sides):
        case = load(session, claim_id)
        rows.append(_row(case, role, ", ".join(_put_right(case, role, given, by, now.date())) or "nothing"))
    for member in person.members:
        rows.append({"member": member.id, "done": ", ".join(_member_right(session, member, given, by, now))})
    return rows


def _put_right(case: CaseRecord, role: str, given: Mapping[str, str], by: str, on: date) -> list[str]:
    """Change a side of a case; where a debtor can be reached again, its letters go on."""
    party, changed = case.party(role), list[str]()
    fields = ("email", "phone") if role == "debtor" else ("email", "phone", "iban")
    action = "correct_debtor"
    asked = {name: given[name] for name in ("address", "email", "phone") if name in given}
    if "name" in given and party.name != given["name"]:
        party.name = given["name"]
        changed.append("name")
    if role == "debtor" and asked and why_not(case, action, on, "team") is None:
        carry_out(case, Order(action, on, by, "GDPR art. 16", data=dict(asked)))
        changed += asked
    else:
        if "address" in given:
            party.lives_at(read_lines([line.strip() for line in given["address"].split(";")], party.country))
            changed.append("address")
        for name in fields:
            if name in given and getattr(party, name) != given[name]:
                setattr(party, name, given[name])
                changed.append(name)
    if changed:
        record(
            case, f"{action if role == 'debtor' else 'correct_creditor'}", actor=by, on=on, data={"changed": changed}
        )
    return changed


def _member_right(session: Session, member: Member, given: Mapping[str, str], by: str, now: datetime) -> list[str]:
    changed = []
    if "email" in given and change_email(session, member.id, given["email"], by, now):
        changed.append("email")
    if "iban" in given and change_iban(session, member.id, given["iban"], by, now):
        changed.append("iban")
    if "name" in given and member.name != given["name"]:
        member.name = given["name"]
        session.add(member)
        note(session, by, "name_changed", member.id, now=now)
        changed.append("name")
    return changed


def restrict(session: Session, person: Person, why: str, by: str, now: datetime) -> Rows:
    """Stop what is done with a person's data (GDPR art. 18): cases against them rest, a member signs in no more.

    A case goes on by `resume`; what a court or the law asks for meanwhile stays possible (art. 18(2)).
    """
    rows, on = [], now.date()
    for claim_id, role in sorted(person.sides):
        case = load(session, claim_id)
        refused = why_not(case, "suspend", on, "team")
        if role == "debtor" and refused is None:
            told = f"restricted under GDPR art. 18: {why}"
            carry_out(case, Order("suspend", on, by, told, data={"kind": "other"}))
            rows.append(_row(case, role, "suspended"))
        elif role == "debtor":
            rests = case.state == State.SUSPENDED
            rows.append(_row(case, role, "left", "it rests already" if rests else refused or ""))
        else:
            rows.append(_row(case, role, "left", "claims of the person go on: art. 18(2)"))
    for member in person.members:
        rows.append({"member": member.id, "done": "signed out" if _close(session, member, by, now) else "left"})
    return rows


def _close(session: Session, member: Member, by: str, now: datetime) -> bool:
    """Let a member sign in no more; tell whether there was an account that could."""
    account = session.exec(select(Account).where(Account.member_id == member.id).with_for_update()).first()
    if account is None or not account.active:
        return False
    account.active = False
    session.add(account)
    close_all(session, account.id)
    links.withdraw(session, account.id, "sign_in", "reset", "invite")
    note(session, by, "restricted", account.id, "GDPR art. 18", now=now)
    return True


def erase(session: Session, person: Person, by: str, now: datetime) -> Rows:
    """Erase a person where nothing stands against it (GDPR art. 17).

    An open case is kept whole (art. 17(3)(e)). A closed one loses mail address, telephone and the debtor's page at
    once; the rest is kept with the books (art. 17(3)(b)) until ten years after it ended, and goes then: name, address,
    numbers, messages and papers. Amounts stay, and so do the sealed events with their notes.
    """
    rows = [_erase_side(session, claim_id, role, by, now.date()) for claim_id, role in sorted(person.sides)]
    waits = any(row["done"] == "kept" for row in rows)
    for member in person.members:
        if waits:
            rows.append({"member": member.id, "done": "kept", "why": "claims of the member are being worked"})
            continue
        _close(session, member, by, now)
        for draft in session.exec(select(ClaimDraft).where(ClaimDraft.member_id == member.id)).all():
            session.delete(draft)
        member.email, member.iban = f"{member.id}@erased.invalid", None
        account = session.exec(select(Account).where(Account.member_id == member.id)).first()
        if account:
            account.email = member.email
            session.add(account)
        member.name = member.name if any(row["done"] == "contact details" for row in rows) else GONE
        session.add(member)
        note(session, by, GONE, member.id, "GDPR art. 17", now=now)
        rows.append({"member": member.id, "done": "erased", "why": ""})
    return rows


def _erase_side(session: Session, claim_id: str, role: str, by: str, on: date) -> dict[str, Any]:
    case = load(session, claim_id)
    if case.state != State.CLOSED or case.closed_on is None:
        why = "the claim is being worked" if case.state in WORKED else f"the claim is {case.state}"
        return _row(case, role, "kept", f"{why}: GDPR art. 17(3)(e)")
    party, until = case.party(role), add_months(case.closed_on, 12 * KEEP_YEARS)
    party.email = party.phone = None
    if role == "debtor":
        _end_page(session, claim_id)
    if on < until:
        record(case, GONE, actor=by, on=on, data={"role": role, "what": "contact"})
        return _row(case, role, "contact details", f"the rest is kept with the books until {until}: art. 17(3)(b), (e)")
    party.name, party.vat, party.iban, party.former_addresses = GONE, None, None, None
    party.street = party.more = party.postal_code = party.town = ""
    for message in session.exec(select(Message).where(Message.claim_id == claim_id)).all():
        message.text, message.sender = GONE, GONE
        session.add(message)
    _drop_papers(session, claim_id)
    case.description, case.warnings = "", ()
    record(case, GONE, actor=by, on=on, data={"role": role, "what": "all"})
    return _row(case, role, "erased", "notes of sealed events stay")


def _end_page(session: Session, claim_id: str) -> None:
    """Take away the debtor's page: its link and the browsers that opened it."""
    for visit in session.exec(select(DebtorVisit).where(DebtorVisit.claim_id == claim_id)).all():
        session.delete(visit)
    access = session.get(DebtorAccess, claim_id)
    if access:
        session.delete(access)
    session.flush()


def _drop_papers(session: Session, claim_id: str) -> None:
    """Put a word in the place of a case's papers; a file that nothing else names is deleted."""
    stub, gone = documents.keep(_STUB), set[str]()
    for paper in session.exec(select(Document).where(Document.claim_id == claim_id)).all():
        if paper.sha256 != stub:
            gone.add(paper.sha256)
            paper.sha256, paper.size, paper.name, paper.media_type = stub, len(_STUB), "erased.txt", "text/plain"
            session.add(paper)
    session.flush()
    still = set(session.exec(select(Document.sha256).where(col(Document.sha256).in_(gone))).all()) if gone else set()
    for sha256 in gone - still:
        documents.path_of(sha256).unlink(missing_ok=True)


def tell_cases(session: Session, person: Person) -> list[str]:
    """Return the claims on which a person stands."""
    claims = {claim_id for claim_id, _ in person.sides}
    found = session.exec(select(Case.claim_id).where(col(Case.claim_id).in_(claims))).all()
    return sorted(found)
