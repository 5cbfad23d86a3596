"""News: what a person is told, at once, in a daily digest or not by mail at all; every thing told stands in the feed.

The choice is made when a notice is about to be sent, and is kept with it in one transaction: what waits for the
digest is ticked off in the outbox and stands in the table of news instead.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from recovery.channels import mail
from recovery.errors import known
from recovery.notices.digest import Told, choosing, compose_digest
from recovery.registry import adapter_of, countries
from recovery.settings import settings
from recovery.store import outbox
from recovery.store.database import look, transact
from recovery.store.portal_tables import Account, News
from recovery.store.tables import Case, Member, Outbox, TeamMember
from recovery.telling import notices

log = logging.getLogger(__name__)
Choice = Literal["now", "daily", "off"]
# The zone in which a day's digest is made.
ZONE = "Europe/Brussels"
DIGEST = "send_digest"
# In the link that ends the digest: every kind that comes in it.
DAILY = "daily"
DECISIONS = ("ask", "dispute", "task", "task_near", "consent_wanted", "settlement_offered", "refuse")
# Kinds of news as people choose among them: the notices that each holds.
KINDS: Mapping[str, tuple[str, ...]] = {
    "decisions": DECISIONS,
    "progress": (
        *("filed", "accept", "take_up", "give_notice", "go_to_court"),
        *("record_order", "record_opposition", "record_title"),
        *("resolve_for_creditor", "settlement_lapsed", "suspend", "resume", "reroute"),
    ),
    "money": ("payment", "payment_returned", "plan", "break_plan", "advance"),
    "closing": (
        *("close_paid", "settle", "resolve_for_debtor", "close_partly_recovered", "close_uncollectable"),
        *("close_insolvent", "close_time_barred", "close_transferred", "close_refused", "withdraw"),
    ),
    "messages": ("message",),
    "deadlines": ("deadline_near", "deadline_late", "escalated", "limitation_near"),
    "team_messages": ("message_to_team",),
}
FOR_TEAM = ("deadlines", "team_messages")
# Kinds that ask for something by a last day: they may come daily, but not be left out.
NEEDED = ("decisions", "deadlines")
KIND_OF = {notice: kind for kind, held in KINDS.items() for notice in held}
CHOICES: tuple[Choice, ...] = ("now", "daily", "off")


def offered(kind: str) -> tuple[Choice, ...]:
    """Return how a kind of news may be told."""
    return CHOICES[:2] if kind in NEEDED else CHOICES


def kinds_of(account: Account) -> list[str]:
    """Return the kinds of news that an account gets."""
    return [kind for kind in KINDS if (account.team_member_id if kind in FOR_TEAM else account.member_id)]


def choice_of(account: Account, kind: str) -> Choice:
    """Return how an account is told of a kind: at once until something else is chosen."""
    chosen = account.news.get(kind)
    return next((one for one in offered(kind) if one == chosen), "now")


def choose(session: Session, account: Account, choices: Mapping[str, str]) -> None:
    """Keep how an account is told of some kinds; what is not offered changes nothing."""
    kept = {kind: one for kind, one in choices.items() if kind in KINDS and one in offered(kind)}
    account.news = {**account.news, **kept}
    session.add(account)
    session.flush()


def unsubscribe(session: Session, account: Account, kind: str) -> None:
    """Take a kind of news out of an account's mails as far as that is offered: off, else daily."""
    ended = [one for one in KINDS if choice_of(account, one) == "daily"] if kind == DAILY else [kind]
    least = {one: offered(one)[-1] for one in ended if one in KINDS}
    choose(session, account, least)


def account_by_feed(session: Session, token: str) -> Account | None:
    """Return the account whose feeds and links a token opens."""
    return session.exec(select(Account).where(Account.feed_token == token)).first()


def renew_feed(session: Session, account: Account) -> None:
    """Give an account's feeds and links a new token; the former opens nothing any more."""
    account.feed_token = secrets.token_urlsafe(24)
    session.add(account)
    session.flush()


def goes_at_once(session: Session, item: Outbox, at: datetime) -> bool:
    """Note in the feed of who is told what a notice tells; return whether it is mailed now."""
    case = session.get_one(Case, item.claim_id)
    found = notices.address_of(session, case, item.payload["to"], at)
    account = _account(session, found[0]) if found else None
    if account is None:
        return True
    kind = item.payload["notice"]
    choice = choice_of(account, KIND_OF.get(kind, ""))
    row = session.exec(select(News).where(News.key == item.key)).first() or News(
        account_id=account.id,
        key=item.key,
        kind=kind,
        claim_id=case.claim_id,
        at=at,
        told_on=at.astimezone(ZoneInfo(ZONE)).date(),
    )
    row.account_id, row.digest = account.id, choice == "daily"
    session.add(row)
    session.flush()
    return choice == "now"


def _account(session: Session, email: str) -> Account | None:
    return session.exec(select(Account).where(Account.email == email)).first()


def mail_of(session: Session, item: Outbox, at: datetime) -> mail.Mail | None:
    """Return a notice or a digest as a mail, with the lines by which its reader gets fewer of them."""
    made = digest_mail(session, item) if item.kind == DIGEST else notices.mail_of(session, item, at)
    account = _account(session, made.to) if made else None
    if made is None or account is None:
        return made
    kind = DAILY if item.kind == DIGEST else KIND_OF[item.payload["notice"]]
    link = unsubscribe_link(account, kind)
    can_end = kind not in NEEDED
    text = made.text + choosing(made.language, link, can_end)
    return replace(made, text=text, unsubscribe=link if can_end else "")


def unsubscribe_link(account: Account, kind: str) -> str:
    """Return the address at which a kind of news is ended without signing in."""
    return f"{settings().portal_url}/news/unsubscribe/{account.feed_token}/{kind}"


def sent(session: Session, item: Outbox, why: str | None, at: datetime) -> None:
    """Note that a mail went out, or why the recipient's side did not take it."""
    rows = _rows(session, item)
    for row in rows:
        row.mailed_at = None if why else at
        session.add(row)
    if why and item.kind == DIGEST:
        claims = {row.claim_id: row.kind for row in rows if row.claim_id and KIND_OF[row.kind] not in FOR_TEAM}
        for claim_id, kind in claims.items():
            notices.mailbox_closed(session, claim_id, kind, why, at)
    elif why:
        notices.not_taken(session, item, why, at)


def _rows(session: Session, item: Outbox) -> list[News]:
    which = col(News.id).in_(item.payload["news"]) if item.kind == DIGEST else col(News.key) == item.key
    return list(session.exec(select(News).where(which).order_by(col(News.id))))


def waiting_accounts(session: Session) -> list[str]:
    """Return the accounts for which something waits to be told in a digest."""
    query = select(News.account_id).where(col(News.digest), col(News.mailed_at).is_(None)).distinct()
    return sorted(session.exec(query))


def gather_all(day: date) -> int:
    """Put down the digests of a day, each in a transaction of its own; return how many; one that fails waits a day."""
    made = 0
    for account_id in look(waiting_accounts):
        try:
            made += transact(partial(gather, account_id=account_id, day=day))
        except Exception as error:
            log.error("the digest of account %s could not be made: %s", account_id, known(error).message)
    return made


def gather(session: Session, account_id: str, day: date) -> bool:
    """Put down a day's digest of an account, once; tell whether there was something for it.

    What it holds is ticked off in the same transaction: nothing is in two digests and nothing in none.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    key = f"digest:{account_id}:{day}"
    if session.exec(select(Outbox.id).where(Outbox.key == key)).first() is not None:
        return False
    query = select(News).where(News.account_id == account_id, col(News.digest), col(News.mailed_at).is_(None))
    rows = list(session.exec(query.order_by(col(News.id))))
    wanted = [row for row in rows if choice_of(account, KIND_OF[row.kind]) != "off"]
    for row in rows:
        row.digest = False
        session.add(row)
    if wanted:
        outbox.put(session, key, DIGEST, None, {"account": account_id, "news": [row.id for row in wanted]})
    session.flush()
    return bool(wanted)


def digest_mail(session: Session, item: Outbox) -> mail.Mail | None:
    """Return a digest as a mail; None where its account has no mailbox any more."""
    account = session.get_one(Account, item.payload["account"])
    if account.email.endswith(notices.NO_MAILBOX):
        return None
    name, address = service_of(session, account)
    made = compose_digest(_told(session, _rows(session, item)), account.language, name)
    return mail.Mail(
        key=item.key,
        to=account.email,
        sender_name=name,
        sender=address,
        subject=made.subject,
        text=made.text,
        language=made.language,
    )


def _told(session: Session, rows: Iterable[News]) -> list[Told]:
    return [Told(row.kind, name, f"{settings().portal_url}/cases/{name}") for row, name in named(session, rows)]


def named(session: Session, rows: Iterable[News]) -> list[tuple[News, str]]:
    """Return pieces of news, each with the name of its case."""
    cases = [(row, session.get_one(Case, row.claim_id)) for row in rows]
    return [(row, case.reference or case.claim_id) for row, case in cases]


def latest(session: Session, account: Account, limit: int) -> list[tuple[News, str]]:
    """Return what an account was told last, each with the name of its case."""
    query = select(News).where(News.account_id == account.id).order_by(col(News.at).desc(), col(News.id).desc())
    return named(session, session.exec(query.limit(limit)))


def service_of(session: Session, account: Account) -> tuple[str, str]:
    """Return name and address of the service that writes to an account: of its partner, else of its team."""
    member = session.get(Member, account.member_id) if account.member_id else None
    person = session.get(TeamMember, account.team_member_id) if account.team_member_id else None
    asked = (member.partner.upper() if member else "", person.country if person else "")
    code = next((one for one in asked if one in countries()), countries()[0])
    service = adapter_of(code or "").service
    return service["name"], service["email"]
