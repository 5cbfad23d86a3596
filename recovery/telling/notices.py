"""Notices by mail: put down with the change they tell of, addressed when they are sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from sqlmodel import Session, select

from recovery.case.record import AnyCase, CaseRecord, procedure_of
from recovery.case.store import load
from recovery.case.transition import add_effect, add_task, open_deadlines, record
from recovery.channels import mail
from recovery.notices.compose import compose
from recovery.people.teams import lead_of, manager_of, on_duty
from recovery.registry import adapter_of, countries
from recovery.settings import settings
from recovery.store import documents
from recovery.store.tables import Case, Document, Member, Outbox, TeamMember

# To whom a notice goes; who that is, is looked up when it is sent.
Recipient = Literal["member", "handler", "lead", "manager"]
# A domain under which nobody has a mailbox (RFC 2606, 2).
NO_MAILBOX = ".invalid"
SUBJECT = "member_address"


def put_notice(case: CaseRecord, key: str, kind: str, to: Recipient) -> None:
    """Put a notice down for sending, once by its key."""
    add_effect(case, key, "send_notice", {"notice": kind, "to": to})


def mail_of(session: Session, item: Outbox, at: datetime) -> mail.Mail | None:
    """Return a notice as a mail to who it is for at this moment; None where nobody has an address."""
    case = session.get_one(Case, item.claim_id)
    found = address_of(session, case, item.payload["to"], at)
    if found is None:
        return None
    address, language, service = found
    name = case.reference or case.claim_id
    notice = compose(item.payload["notice"], language, name, f"{settings().portal_url}/cases/{name}", service["name"])
    return mail.Mail(
        key=item.key,
        to=address,
        sender_name=service["name"],
        sender=service["email"],
        subject=notice.subject,
        text=notice.text,
        language=notice.language,
    )


def paper_mail_of(session: Session, item: Outbox) -> mail.Mail | None:
    """Return a stored paper as a mail to a person of a team; None where the person has left."""
    person = session.get(TeamMember, item.payload["to"])
    if person is None or not person.active:
        return None
    paper = session.exec(select(Document).where(Document.key == item.payload["document"])).one()
    service = adapter_of(person.country or countries()[0]).service
    return mail.Mail(
        key=item.key,
        to=person.email,
        sender_name=service["name"],
        sender=service["email"],
        subject=item.payload["subject"],
        text=item.payload["text"],
        language=person.language,
        pdf_name=paper.name,
        pdf=documents.read(paper.sha256),
    )


def send_notice(made: mail.Mail | None, at: datetime) -> str:
    """Send a notice and return its Message-ID; without an address nothing is sent.

    Raises:
        GatewayError: the server could not be reached or does not take it now.
        Refused: the server does not take it for this recipient.
    """
    return mail.send(made, at) if made else ""


def not_taken(session: Session, item: Outbox, why: str, at: datetime) -> None:
    """Let the team know that a notice did not reach the member."""
    if item.payload["to"] == "member":
        mailbox_closed(session, item.claim_id or "", item.payload["notice"], why, at)


def mailbox_closed(session: Session, claim_id: str, notice: str, why: str, at: datetime) -> None:
    """Let the team know, once a case, that the member's mailbox takes nothing: the member must be told otherwise."""
    case = load(session, claim_id)
    told = any(one.data.get("subject") == SUBJECT for one in open_deadlines(case))
    if told or case.state == "closed" or case.debtor_country not in countries():
        return
    on = procedure_of(case).today(at)
    record(case, "notice_not_taken", actor="system", on=on, note=why, data={"notice": notice})
    add_task(case, "work", on, data={"why": why, "subject": SUBJECT, "stays": True})


def address_of(session: Session, case: AnyCase, to: str, at: datetime) -> tuple[str, str, dict[str, Any]] | None:
    """Return who is told at this moment: address, language and the service that writes."""
    if to == "member":
        return _member(session, case)
    if case.debtor_country not in countries():
        return None
    adapter = adapter_of(case.debtor_country)
    person = _person(session, case, to, adapter.today(at))
    if person:
        return person.email, person.language, adapter.service
    return adapter.service["email"], adapter.languages[0], adapter.service


def _member(session: Session, case: AnyCase) -> tuple[str, str, dict[str, Any]] | None:
    """Return the member's address; the partner's own service writes, else the debtor country's."""
    member = session.get(Member, case.member_id) if case.member_id else None
    home = member.partner.upper() if member else ""
    writes = next((code for code in (home, case.debtor_country) if code in countries()), None)
    if member is None or writes is None or member.email.endswith(NO_MAILBOX):
        return None
    return member.email, member.language, adapter_of(writes).service


def _person(session: Session, case: AnyCase, to: str, day: date) -> TeamMember | None:
    """Return who of the team is told: a lead that is missing is stood in for by the manager."""
    if to == "handler":
        handler = session.get(TeamMember, case.handler_id) if case.handler_id else None
        return on_duty(session, handler, day)
    lead = lead_of(session, case.debtor_country, day) if to == "lead" else None
    return lead or manager_of(session, case.debtor_country, day)
