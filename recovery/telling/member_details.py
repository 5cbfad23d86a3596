"""Where a member's money and mail go: changed only with an audit entry and a warning to who had it before."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from recovery.channels import mail
from recovery.errors import IntakeError
from recovery.notices.warning import What, compose_warning, masked_address, masked_iban
from recovery.people import links
from recovery.people.audit import note
from recovery.people.members import plain_address, plain_iban
from recovery.people.sessions import close_all
from recovery.registry import adapter_of, countries
from recovery.store import outbox
from recovery.store.portal_tables import Account
from recovery.store.tables import Member, Outbox, TeamMember
from recovery.telling.notices import NO_MAILBOX

WARNING = "send_warning"
LINKS = ("sign_in", "reset", "invite")


def change_iban(session: Session, member_id: str, iban: str, by: str, now: datetime) -> bool:
    """Change the account that a member's money goes to; tell whether it was another.

    The claims filed before keep the account they were filed with.

    Raises:
        IntakeError: it is no IBAN.
    """
    member, new = session.get_one(Member, member_id, with_for_update=True), plain_iban(iban)
    before = member.iban
    if before == new:
        return False
    member.iban = new
    session.add(member)
    told = {"before": masked_iban(before), "after": masked_iban(new)}
    note(session, by, "iban_changed", _subject(session, member), data=told, now=now)
    _warn(session, member, "iban", (member.email,), told, now)
    return True


def change_email(session: Session, member_id: str, email: str, by: str, now: datetime, keep: str | None = None) -> bool:
    """Change a member's address, its account's with it; tell whether it was another.

    Links that were mailed to the old address end, and so does every session save `keep`.

    Raises:
        IntakeError: it is no address, or somebody has it already.
    """
    member, new = session.get_one(Member, member_id, with_for_update=True), plain_address(email)
    before = member.email
    if before == new:
        return False
    account = session.exec(select(Account).where(Account.member_id == member.id).with_for_update()).first()
    _refuse_taken(session, new)
    subject = _subject(session, member)
    member.email = new
    session.add(member)
    if account is not None:
        account.email = new
        session.add(account)
        _of_team(session, account, new)
        close_all(session, account.id, keep)
        links.withdraw(session, account.id, *LINKS)
    told = {"before": masked_address(before), "after": masked_address(new)}
    note(session, by, "email_changed", subject, data=told, now=now)
    _warn(session, member, "email", (before, new), told, now)
    return True


def _of_team(session: Session, account: Account, email: str) -> None:
    """Let who works for a team too have one address for both."""
    person = session.get(TeamMember, account.team_member_id) if account.team_member_id else None
    if person is not None:
        person.email = email
        session.add(person)


def _refuse_taken(session: Session, email: str) -> None:
    for table in (Member, TeamMember, Account):
        query = select(func.count()).select_from(table).where(col(table.email) == email)
        if session.exec(query).one():
            raise IntakeError("email: somebody has this address already", code="duplicate_member", field="email")


def _subject(session: Session, member: Member) -> str:
    account = session.exec(select(Account.id).where(Account.member_id == member.id)).first()
    return account or member.id


def _warn(
    session: Session, member: Member, what: What, to: tuple[str, ...], told: dict[str, str], now: datetime
) -> None:
    """Put a warning down for each address, in the transaction of the change."""
    session.flush()
    for number, address in enumerate(one for one in to if not one.endswith(NO_MAILBOX)):
        payload = {"what": what, "to": address, "member": member.id, "day": now.date().isoformat(), **told}
        outbox.put(session, f"warning:{what}:{member.id}:{now.isoformat()}:{number}", WARNING, None, payload)


def can_be_warned(session: Session, item: Outbox) -> bool:
    """Tell whether a warning has somewhere to go: to the address it was put down for, else to the member's own."""
    member = session.get(Member, item.payload["member"])
    return member is not None and not (item.payload["to"] or member.email).endswith(NO_MAILBOX)


def warning_mail(session: Session, item: Outbox) -> mail.Mail:
    """Return a warning as a mail to the address that it was put down for, else to the member's own."""
    member, told = session.get_one(Member, item.payload["member"]), item.payload
    home = member.partner.upper()
    service = adapter_of(home if home in countries() else countries()[0]).service
    day = date.fromisoformat(told["day"])
    made = compose_warning(told["what"], member.language, day, told["before"], told["after"], service)
    return mail.Mail(
        key=item.key,
        to=told["to"] or member.email,
        sender_name=service["name"],
        sender=service["email"],
        subject=made.subject,
        text=made.text,
        language=made.language,
    )
