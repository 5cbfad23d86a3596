"""What a member and a team write to each other about a case: kept whole, told of by mail, read in the case alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from recovery.case.papers import MOST_BYTES, media_of, refuse_program
from recovery.case.record import CaseRecord
from recovery.case.transition import record
from recovery.errors import CaseError, IntakeError
from recovery.store.tables import Document, Message
from recovery.telling.notices import put_notice

ROLES = ("member", "team")
MOST_LETTERS = 10_000
MOST_ATTACHMENTS = 10
MOST_NAME = 120


@dataclass(frozen=True)
class Written:
    """One message with its attachments, as it is shown."""

    message: Message
    attachments: tuple[Document, ...]


def send_message(
    case: CaseRecord,
    sender_role: str,
    sender: str,
    text: str,
    on: date,
    attachments: Sequence[tuple[str, bytes]] = (),
) -> Message:
    """Write a message to the other side; the case must be locked. The event holds neither text nor name.

    Raises:
        CaseError: nobody works the case yet, or the role is none.
        IntakeError: the text or an attachment cannot be taken.
    """
    _checked(case, sender_role, text, attachments)
    message = _written(case, sender_role, sender, text, on)
    for number, (name, content) in enumerate(attachments, 1):
        case.outside.attach(case, _key(message, number), "attachment", name.strip(), media_of(name), content)
    told = {"message": message.sequence, "by": sender_role, "attachments": len(attachments)}
    record(case, "message", actor=sender_role, on=on, data=told)
    _tell(case, message)
    return message


def _written(case: CaseRecord, role: str, sender: str, text: str, on: date) -> Message:
    before = case.rows(Message)
    return case.add(
        Message(
            claim_id=case.claim_id,
            sequence=before[-1].sequence + 1 if before else 1,
            at=case.outside.now(),
            written_on=on,
            sender_role=role,
            sender=sender,
            text=text.strip(),
        )
    )


def _tell(case: CaseRecord, message: Message) -> None:
    """Let the other side know by mail that there is something to read."""
    key = f"{case.claim_id}:message:{message.sequence}:notice"
    if message.sender_role == "team":
        put_notice(case, key, "message", "member")
    else:
        put_notice(case, key, "message_to_team", "handler")


def messages_of(case: CaseRecord) -> list[Written]:
    """Return a case's messages with their attachments, the oldest first."""
    kept = [paper for paper in case.papers if paper.kind == "attachment"]
    return [
        Written(one, tuple(paper for paper in kept if paper.key.startswith(_key(one, ""))))
        for one in case.rows(Message)
    ]


def mark_read(case: CaseRecord, role: str, at: datetime) -> int:
    """Note that a side has read what the other wrote; return how many messages were new to it.

    Raises:
        CaseError: the role is none.
    """
    other = _other(role)
    new = [message for message in case.rows(Message) if message.sender_role == other and message.read_at is None]
    for message in new:
        message.read_at = at
    return len(new)


def unread_of(session: Session, claim_ids: Iterable[str], role: str) -> dict[str, int]:
    """Return how many messages a side has not read, of those of these cases that have any.

    Raises:
        CaseError: the role is none.
    """
    query = (
        select(Message.claim_id, func.count(col(Message.id)))
        .where(col(Message.claim_id).in_(list(claim_ids)), Message.sender_role == _other(role))
        .where(col(Message.read_at).is_(None))
        .group_by(col(Message.claim_id))
    )
    return dict(session.exec(query).all())


def _key(message: Message, number: int | str) -> str:
    return f"{message.claim_id}:message:{message.sequence}:attachment:{number}"


def _other(role: str) -> str:
    if role not in ROLES:
        raise CaseError(f"role {role!r}: one of {', '.join(ROLES)}", code="bad_choice", field="role")
    return ROLES[1 - ROLES.index(role)]


def _checked(case: CaseRecord, role: str, text: str, attachments: Sequence[tuple[str, bytes]]) -> None:
    _other(role)
    if case.reference is None:
        raise CaseError(
            f"message: the claim is still {case.state}; a team reads it once it is routed", code="not_allowed"
        )
    if not text.strip():
        raise IntakeError("text: empty; write what the other side should know", code="missing", field="text")
    if len(text) > MOST_LETTERS:
        raise IntakeError(
            f"text: {len(text)} characters, at most {MOST_LETTERS}; attach a longer text as a file",
            code="bad_size",
            field="text",
        )
    if len(attachments) > MOST_ATTACHMENTS:
        raise IntakeError(
            f"attachments: {len(attachments)}, at most {MOST_ATTACHMENTS} a message", code="bad_size", field="file"
        )
    for name, content in attachments:
        _checked_file(name, content)


def _checked_file(name: str, content: bytes) -> None:
    """Refuse a file whose name no folder takes, and one that is empty or too large."""
    plain = name.strip()
    strange = any(mark in '/\\:*?"<>|' or unicodedata.category(mark).startswith("C") for mark in plain)
    if not plain or plain.startswith(".") or strange or len(plain) > MOST_NAME:
        raise IntakeError(
            f'file name {name[:MOST_NAME]!r}: 1 to {MOST_NAME} characters, no leading dot, none of / \\ : * ? " < > | '
            "and no control character; rename the file",
            code="bad_name",
            field="file",
        )
    refuse_program(plain, content)
    if not 0 < len(content) <= MOST_BYTES:
        raise IntakeError(
            f"{plain}: {len(content)} bytes; an attachment has from 1 to {MOST_BYTES} bytes",
            code="bad_size",
            field="file",
        )
