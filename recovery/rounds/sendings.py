"""What leaves the house, made ready: everything read that a sending needs, so that it goes without the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlmodel import Session, select

from recovery.audit import heads
from recovery.channels import mail, post, webhook
from recovery.letters.letter import Letter
from recovery.post.access import with_code
from recovery.post.mail import mail_of
from recovery.store.tables import Document, Outbox
from recovery.telling import news, notices
from recovery.telling.member_details import WARNING, warning_mail

# What people are told, as they chose to be told it.
TOLD = ("send_notice", news.DIGEST)


def made_ready(session: Session, item: Outbox, at: datetime) -> Callable[[], str]:
    """Return the sending of an effect, everything read that it needs."""
    if item.kind in TOLD:
        return partial(notices.send_notice, news.mail_of(session, item, at), at)
    if item.kind == WARNING:
        return partial(notices.send_notice, warning_mail(session, item), at)
    if item.kind == heads.KIND:
        return partial(webhook.notify, item.key, dict(item.payload), at)
    if item.kind == "send_paper":
        return partial(notices.send_notice, notices.paper_mail_of(session, item), at)
    return partial(_by_channel, item, [_stored(session, key) for key in letters_of(item)], at)


def letters_of(item: Outbox) -> list[str]:
    """Return the letters that a sending carries; a notice carries none."""
    return list(item.payload.get("letters", []))


def _stored(session: Session, key: str) -> tuple[Letter, Document]:
    """Return a letter as it was decided and as it was stored."""
    frozen = session.exec(select(Outbox).where(Outbox.key == key)).one()
    letter = with_code(session, Letter.from_dict(frozen.payload), frozen.claim_id)
    return letter, session.exec(select(Document).where(Document.key == key)).one()


def _by_channel(item: Outbox, letters: list[tuple[Letter, Document]], at: datetime) -> str:
    if item.kind == "post_batch":
        pieces = tuple(_piece(letter, stored) for letter, stored in letters)
        return post.post(post.Batch(item.payload["batch"], item.payload["country"], item.payload["day"], pieces))
    letter, stored = letters[0]
    if item.kind == "send_email":
        return mail.send(mail_of(item.key, letter, stored), at)
    references = {
        "kind": "letter",
        "reference": letter.reference,
        "document": letter.document,
        "letter": stored.key,
        "channel": letter.channel,
        "dated": letter.dated,
        "sha256": stored.sha256,
    }
    return webhook.notify(item.key, references, at)


def _piece(letter: Letter, stored: Document) -> post.Piece:
    name = stored.name.removesuffix(".pdf")
    registered = letter.channel == "registered"
    return post.Piece(name, letter.debtor.name, letter.debtor.lines, registered, stored.sha256)
