"""The watch's mails: written and sent by itself, since the outbox may be what stands still."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from flows.watch_faults import Fault
from recovery.channels import mail
from recovery.channels.refused import Refused
from recovery.errors import GatewayError
from recovery.notices.watch import Named, compose_watch
from recovery.registry import adapter_of, countries
from recovery.settings import settings
from recovery.store.database import reading
from recovery.store.tables import TeamMember

log = logging.getLogger(__name__)


def tell(begun: Sequence[Fault], over: Sequence[Fault], now: datetime) -> bool:
    """Tell every administrator what does not run and what runs again; return whether one was reached."""
    try:
        people = _administrators()
    except SQLAlchemyError as error:
        log.warning("nobody could be told of what does not run: %s", type(error).__name__)
        return False
    reached = [_send(person, begun, over, now) for person in people]
    return any(reached)


def _administrators() -> list[TeamMember]:
    with reading() as session:
        query = select(TeamMember).where(TeamMember.role == "administrator", TeamMember.active)
        return list(session.exec(query))


def _send(person: TeamMember, begun: Sequence[Fault], over: Sequence[Fault], now: datetime) -> bool:
    service = adapter_of(person.country or countries()[0]).service
    link = f"{settings().portal_url}/status"
    notice = compose_watch(_named(begun), _named(over), person.language, link, service["name"])
    made = mail.Mail(
        key=f"watch:{person.id}:{now.isoformat()}",
        to=person.email,
        sender_name=service["name"],
        sender=service["email"],
        subject=notice.subject,
        text=notice.text,
        language=notice.language,
    )
    try:
        mail.send(made, now)
    except (GatewayError, Refused) as error:
        log.warning("an administrator could not be told of what does not run: %s", type(error).__name__)
        return False
    return True


def _named(faults: Sequence[Fault]) -> list[Named]:
    return [(one.kind, one.subject) for one in faults]
