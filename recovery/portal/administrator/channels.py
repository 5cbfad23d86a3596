"""How things leave the house: which channels are set, a mail to try them, what waits and what failed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from recovery.channels import mail
from recovery.channels.refused import Refused
from recovery.errors import GatewayError, RecoveryError
from recovery.people.audit import note
from recovery.portal.administrator.faults import faults_of
from recovery.portal.faults import Fault
from recovery.portal.pages import page, texts_of
from recovery.portal.posting import Form, after_post
from recovery.portal.texts import N_, translations
from recovery.portal.visit import OfAdministrator, Visit
from recovery.rounds import undelivered
from recovery.settings import Channels, settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account
from recovery.telling.news import service_of

router = APIRouter(prefix="/administrator/channels")
SUBJECT = N_("A mail to try the service")
TEXT = N_("An administrator asked for this mail. If you can read it, e-mails are being sent.")


@router.get("")
def shown(request: Request, visit: OfAdministrator, done: str = "") -> Response:
    """Show the channels, what waits and what failed."""
    return _page(request, [], done)


def _page(request: Request, errors: list[Fault], done: str = "") -> Response:
    with reading() as session:
        counts, failed, aside = undelivered.counts(session), undelivered.failed(session), undelivered.aside(session)
    found = settings().channels
    values: dict[str, Any] = {"counts": counts, "failed": failed, "aside": aside, "can_retry": undelivered.can_retry}
    values |= {"mail": _mail(found), "post": found.post_url is not None, "webhook": found.webhook_url is not None}
    return page(request, "administrator/channels.html", 422 if errors else 200, errors=errors, done=done, **values)


def _mail(found: Channels) -> dict[str, Any] | None:
    """Return how mails go, without anything secret; None where they lie in the folder instead."""
    if not found.smtp_host:
        return None
    return {
        "server": f"{found.smtp_host}:{found.smtp_port}",
        "from": found.smtp_from,
        "starttls": found.smtp_starttls,
        "user": bool(found.smtp_user),
    }


@router.post("/test")
def tried(request: Request, visit: OfAdministrator, form: Form) -> Response:
    """Send the administrator a mail by the channel that news goes by."""
    now = datetime.now(UTC)
    with unit_of_work() as session:
        note(session, visit.account, "test_mail", now=now)
        made = _test_mail(visit, service_of(session, session.get_one(Account, visit.account)), now)
    try:
        mail.send(made, now)
    except (GatewayError, Refused) as error:
        return _page(request, faults_of(error, texts_of(request)))
    return after_post("/administrator/channels?done=test")


def _test_mail(visit: Visit, service: tuple[str, str], now: datetime) -> mail.Mail:
    said = translations(visit.language).gettext
    return mail.Mail(
        key=f"test {visit.account} {now.isoformat()}",
        to=visit.email,
        sender_name=service[0],
        sender=service[1],
        subject=said(SUBJECT),
        text=f"{said(TEXT)}\n\n{service[0]}\n",
        language=visit.language,
    )


@router.post("/retry/{item}")
def again(request: Request, visit: OfAdministrator, form: Form, item: int) -> Response:
    """Let something that failed wait for the next delivery."""
    try:
        with unit_of_work() as session:
            undelivered.retry(session, item, visit.account, datetime.now(UTC))
    except RecoveryError as error:
        return _page(request, faults_of(error, texts_of(request)))
    return after_post("/administrator/channels?done=retry")


@router.post("/aside/{deadline}")
def worked_again(request: Request, visit: OfAdministrator, form: Form, deadline: int) -> Response:
    """Let something that was set aside be worked by the next sweep."""
    try:
        with unit_of_work() as session:
            undelivered.work_again(session, deadline, visit.account, datetime.now(UTC))
    except RecoveryError as error:
        return _page(request, faults_of(error, texts_of(request)))
    return after_post("/administrator/channels?done=aside")
