"""Mails about an account, in its language: links, and notice of what happened to it."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel import Session

from recovery.channels import mail
from recovery.channels.refused import Refused
from recovery.errors import GatewayError
from recovery.people import links
from recovery.people.accounts import known_account
from recovery.people.switches import is_on
from recovery.portal.texts import N_, translations
from recovery.registry import adapter_of, countries
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account
from recovery.store.tables import Member, TeamMember

# kind: subject, what is said before the link, what after
TEXTS = {
    "sign_in": (
        N_("Your link to sign in"),
        N_("Use this link within 20 minutes to sign in. It works once."),
        N_("If you did not ask for it, you need not do anything."),
    ),
    "reset": (
        N_("Choose a new password"),
        N_("Use this link within an hour to choose a new password. It works once."),
        N_("If you did not ask for it, you need not do anything."),
    ),
    "invite": (
        N_("Your access to the recovery service"),
        N_("You were given access. Use this link within 7 days to choose a password. It works once."),
        N_("If you do not know what this is about, answer this mail."),
    ),
    "locked": (
        N_("Your password is locked for a while"),
        N_(
            "A wrong password was entered for your account too often; for a while no password is taken. "
            "If it was not you, choose a new one here:"
        ),
        N_("A new password opens your account at once."),
    ),
    "changed": (
        N_("The way you sign in was changed"),
        N_("The password or a second factor of your account was changed just now. Your account:"),
        N_("If it was not you, answer this mail at once."),
    ),
}
HERE = {"locked": "/password", "changed": "/account"}
log = logging.getLogger(__name__)


def send_link(email: str, purpose: str, now: datetime) -> None:
    """Make a link for an address and mail it; for an address that nobody has, nothing happens.

    It runs after the answer was sent, so that the answer takes as long for every address.
    """
    with unit_of_work() as session:
        account = known_account(session, email, now)
        if account is None or (purpose == "sign_in" and not is_on(session, "sign_in_by_link")):
            return
        token = links.issue(session, account, purpose, now)
        made = compose(session, account, purpose, links.address_of(purpose, token), token)
    _send(made, purpose, now)


def send_notice(account: Account, kind: str, now: datetime) -> None:
    """Tell somebody what happened to the account."""
    with reading() as session:
        made = compose(session, account, kind, settings().portal_url + HERE[kind], f"{kind} {account.id} {now}")
    _send(made, kind, now)


def compose(session: Session, account: Account, kind: str, link: str, key: str) -> mail.Mail:
    """Return a mail about an account; an answer to it goes to the service of its country."""
    said = translations(account.language).gettext
    subject, before, after = (said(text) for text in TEXTS[kind])
    name, address = _service(session, account)
    return mail.Mail(
        key=f"account {kind} {hashlib.sha256(key.encode()).hexdigest()[:32]}",
        to=account.email,
        sender_name=name,
        sender=address,
        subject=subject,
        text=f"{before}\n\n{link}\n\n{after}\n\n{name}\n",
        language=account.language,
    )


def _service(session: Session, account: Account) -> tuple[str, str]:
    """Return name and address of the service that an account belongs to, else those of the installation."""
    person = session.get(TeamMember, account.team_member_id) if account.team_member_id else None
    member = session.get(Member, account.member_id) if account.member_id else None
    country = (person.country if person else None) or (member.partner if member else None)
    if country in countries():
        service = adapter_of(country).service
        return service["name"], service["email"]
    here = urlsplit(settings().portal_url).hostname or "localhost"
    return "Recovery", settings().channels.smtp_from or f"recovery@{here}"


def _send(made: mail.Mail, kind: str, now: datetime) -> None:
    try:
        mail.send(made, now)
    except (GatewayError, Refused) as error:
        log.warning("the mail %r about an account was not sent: %s", kind, error.message)
