"""What mail servers report of mails that were sent (RFC 3464): read from raw bytes, whatever they hold."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

from recovery.errors import IntakeError

REPORTS = ("message/delivery-status", "message/global-delivery-status")
ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
# An enhanced status code (RFC 3463, 2).
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# A diagnosis is kept to the length of a line of SMTP (RFC 5321, 4.5.3.1.5).
MOST_LETTERS = 512
# Reports carry headers alone; what stands below a mail inside a mail inside a mail is none of ours.
DEEPEST = 20
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True)
class Bounce:
    """What became of one mail for one recipient."""

    message_id: str | None
    recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def final(self) -> bool:
        """Tell whether nobody tries any more: 5.x.x at once, 4.x.x after its time has run out (RFC 3464, 2.3.3)."""
        return self.action == "failed"


def read_bounces(raw: bytes) -> list[Bounce]:
    """Return what a mail reports of others, one row per recipient; nothing where it is no report or is broken."""
    try:
        return _read(message_from_bytes(raw, policy=compat32))
    except Exception:  # what strangers send breaks parsers in ways of its own; one mail must not hold up the next
        return []


def mails_in(path: Path) -> Iterator[bytes]:
    """Yield the mails of a file, an mbox, a Maildir or a folder of files; they stay where they are.

    Raises:
        IntakeError: there is no such place.
    """
    if path.is_dir() and (path / "cur").is_dir():
        yield from _from_box(mailbox.Maildir(str(path), create=False))
    elif path.is_dir():
        for file in sorted(one for one in path.iterdir() if one.is_file()):
            yield from mails_in(file)
    elif path.is_file():
        with path.open("rb") as opened:
            is_mbox = opened.read(5) == b"From "
        if is_mbox:
            yield from _from_box(mailbox.mbox(str(path), create=False))
        else:
            yield path.read_bytes()
    else:
        raise IntakeError(
            f"{path.name}: not there; give a mail, an mbox, a Maildir or a folder of mails",
            code="not_found",
            field="path",
        )


def _from_box(box: mailbox.Maildir | mailbox.mbox) -> Iterator[bytes]:
    try:
        for key in sorted(box.keys()):
            try:
                yield box.get_bytes(key)
            except (KeyError, OSError):
                continue  # moved or read by somebody else meanwhile: it comes under its new name
    finally:
        box.close()


def _read(message: Message) -> list[Bounce]:
    report = _report(message, 0)
    if report is None:
        return []
    parts = _parts(report)
    reports = [part for part in parts if part.get_content_type() in REPORTS]
    found = _original(parts) or _answered(message)
    rows = [block for part in reports for block in _blocks(part)]
    return [_bounce(block, found) for block in rows if block.get("Action")]


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _report(message: Message, depth: int) -> Message | None:
    """Return the part that holds a delivery status, found from the outside in."""
    parts = _parts(message)
    if any(part.get_content_type() in REPORTS for part in parts):
        return message
    if depth >= DEEPEST:
        return None
    return next((found for part in parts if (found := _report(part, depth + 1)) is not None), None)


def _body(part: Message) -> bytes:
    """Return a part's content, decoded where it was encoded although it should not be."""
    inner = _parts(part)
    if not inner:
        decoded = part.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else b""
    text = b"\n\n".join(one.as_bytes() for one in inner)
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() in ("base64", "quoted-printable"):
        outer = Message()
        outer["Content-Transfer-Encoding"] = part["Content-Transfer-Encoding"]
        outer.set_payload(text.strip().decode("ascii", "replace"))
        decoded = outer.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else b""
    return text


def _blocks(part: Message) -> Iterable[Message]:
    """Return the groups of fields of a delivery status: the first is about the mail, each other about a recipient."""
    blocks = re.split(rb"\r?\n[ \t]*\r?\n", _body(part))
    return [BytesHeaderParser(policy=compat32).parsebytes(block.lstrip(b"\r\n")) for block in blocks if block.strip()]


def _original(parts: list[Message]) -> str | None:
    """Return the Message-ID of the mail that the report gives back."""
    for part in parts:
        if part.get_content_type() in ORIGINALS:
            headers = BytesHeaderParser(policy=compat32).parsebytes(_body(part).lstrip(b"\r\n"))
            found = _MESSAGE_ID.search(str(headers.get("Message-ID", "")))
            if found:
                return found[0]
    return None


def _answered(message: Message) -> str | None:
    """Return the mail that the report says it answers: servers that give nothing back name it there."""
    named = [*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References"))]
    return named[0] if named else None


def _ids(message: Message, name: str) -> list[str]:
    return _MESSAGE_ID.findall(str(message.get(name, "")))


def _bounce(block: Message, message_id: str | None) -> Bounce:
    action = str(block["Action"]).strip().lower().split(" ")[0]
    diagnostic = " ".join(_typed(block, "Diagnostic-Code").split())[:MOST_LETTERS]
    said = STATUS.search(str(block.get("Status", ""))) or STATUS.search(diagnostic)
    return Bounce(
        message_id=message_id,
        recipient=_typed(block, "Final-Recipient") or _typed(block, "Original-Recipient"),
        action=action if action in ACTIONS else "unknown",
        status=said[0] if said else "",
        diagnostic=diagnostic,
    )


def _typed(block: Message, name: str) -> str:
    """Return a field's value without its type: `rfc822; a@b.example` (RFC 3464, 2.1.2)."""
    value = str(block.get(name, ""))
    return (value.partition(";")[2] or value).strip()
