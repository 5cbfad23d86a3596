"""What leaves the house, made ready: everything read that a sending needs, so that it goes without the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from recovery.channels import mail, post, webhook
from recovery.letters.letter import Letter
from recovery.post.access import with_code
from recovery.post.mail import mail_of
from recovery.store.portal_tables import DebtorAccess
from recovery.store.tables import Document, Outbox
from recovery.telling import news

# What people are told, as they chose to be told it.
TOLD = ("send_notice", news.DIGEST)


class Papers:
    """The letters of many effects and what they are printed with, read by one statement a kind."""

    def __init__(self, session: Session, items: Iterable[Outbox]) -> None:
        self.session = session
        keys = [key for item in items for key in letters_of(item)]
        claims = [item.claim_id for item in items]
        frozen = session.exec(select(Outbox).where(col(Outbox.key).in_(keys))).all() if keys else ()
        stored = session.exec(select(Document).where(col(Document.key).in_(keys))).all() if keys else ()
        self._frozen, self._stored = {one.key: one for one in frozen}, {one.key: one for one in stored}
        claims += [one.claim_id for one in frozen]
        # Held, so that the session finds the debtors' codes without asking for each.
        self._access = session.exec(select(DebtorAccess).where(col(DebtorAccess.claim_id).in_(claims))).all()

    def letter(self, key: str) -> tuple[Letter, Document]:
        """Return a letter as it was decided and as it was stored."""
        frozen = self._frozen[key]
        letter = with_code(self.session, Letter.from_dict(frozen.payload), frozen.claim_id)
        return letter, self._stored[key]


def letters_of(item: Outbox) -> list[str]:
    """Return the letters that a sending carries; a notice carries none."""
    return list(item.payload.get("letters", []))


def by_channel(papers: Papers, item: Outbox, at: datetime) -> Callable[[], str]:
    """Return the sending of letters by their channel, everything read that it needs."""
    return partial(_send, item, [papers.letter(key) for key in letters_of(item)], at)


def _send(item: Outbox, letters: list[tuple[Letter, Document]], at: datetime) -> str:
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
