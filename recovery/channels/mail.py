"""E-mail by SMTP: one message by its key, what the server refuses for good told apart from what may come right."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import idna

from recovery.channels.files import put_once, safe_name
from recovery.channels.refused import Refused
from recovery.errors import GatewayError
from recovery.limit import Limit
from recovery.settings import Channels, settings


@dataclass(frozen=True)
class Mail:
    """One letter as a mail: plain text with the PDF beside it, or a notice without one; the subject names no person.

    `unsubscribe` is the address that ends such mails by one click (RFC 8058).
    """

    key: str
    to: str
    sender_name: str
    sender: str
    subject: str
    text: str
    language: str
    pdf_name: str = ""
    pdf: bytes | None = None
    unsubscribe: str = ""


def message_id(key: str, sender: str) -> str:
    """Return the identifier that a repeated sending of the same letter carries again."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"


def send(mail: Mail, at: datetime) -> str:
    """Send a mail, or lay it down while no server is set; return its identifier.

    Raises:
        GatewayError: the server could not be reached or does not take it now.
        Refused: the server does not take it for this recipient.
    """
    channels = settings().channels
    message = compose(mail, channels.smtp_from or mail.sender, at)
    if channels.smtp_host:
        _submit(message, channels)
    else:
        put_once(str(settings().outgoing / "mail"), f"{safe_name(mail.key)}.eml", message.as_bytes())
    return str(message["Message-ID"])


def compose(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    """Return the message; an answer to it goes to the service.

    Raises:
        Refused: the recipient's address is none.
    """
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit", refold_source="none"))
    message["From"] = _own(mail.sender_name, sender)
    message["To"] = _recipient(mail.to)
    message["Reply-To"] = _own(mail.sender_name, mail.sender)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(mail.key, sender)
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        # Raw: a long address would be broken up into encoded words, which no reader takes for one.
        message.set_raw("List-Unsubscribe", f"<{mail.unsubscribe}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message["Content-Language"] = mail.language
    if mail.pdf is not None:
        message.add_attachment(mail.pdf, maintype="application", subtype="pdf", filename=mail.pdf_name)
    return message


def _own(name: str, address: str) -> Address:
    try:
        return Address(name, addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        raise _later("the service's own address is none, see RECOVERY_SMTP_FROM and service.toml") from None


def _recipient(text: str) -> Address:
    """Return the recipient's address, its domain as servers look it up (IDNA 2008, UTS 46)."""
    try:
        found = Address(addr_spec=text.strip())
        if not found.domain.isascii():
            found = Address(username=found.username, domain=idna.encode(found.domain, uts46=True).decode("ascii"))
    except (HeaderParseError, ValueError, IndexError):  # idna's own errors are a ValueError
        found = Address()
    if not found.username or not found.domain:
        raise Refused("e-mail: the recipient's address is none; correct it and send the letter again")
    return found


class _Server(smtplib.SMTP):
    """A mail server that has so long in all."""

    def __init__(self, limit: Limit, host: str, port: int) -> None:
        self._limit = limit
        super().__init__(host, port, timeout=limit.seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._limit.connect(host, port)


def _submit(message: EmailMessage, channels: Channels) -> None:
    with Limit(channels.smtp_seconds) as limit:
        try:
            _speak(message, channels, limit)
        except GatewayError:
            if limit.over:
                raise _later(f"the server took longer than {limit.seconds:g} seconds in all") from None
            raise


def _speak(message: EmailMessage, channels: Channels, limit: Limit) -> None:
    try:
        with _Server(limit, channels.smtp_host or "", channels.smtp_port) as server:
            if channels.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if channels.smtp_user:
                server.login(channels.smtp_user, channels.smtp_password)
            _hand_over(server, message)
    except smtplib.SMTPServerDisconnected:
        raise _later("the connection was cut") from None
    except smtplib.SMTPResponseException as error:
        raise _later(f"the server answered {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise _later(type(error).__name__) from None


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Give the message to the server; its answer about this recipient decides, 5xx for good (RFC 5321, 4.2.1)."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
    except smtplib.SMTPDataError as error:
        code = error.smtp_code
    except smtplib.SMTPNotSupportedError:
        raise Refused("e-mail: the server cannot write to an address with such letters; use post") from None
    else:
        return
    if code < 500:
        raise _later(f"the server answered {code}")
    raise Refused(f"e-mail: the server answered {code} for the recipient; correct the address or use post")


def _later(why: str) -> GatewayError:
    return GatewayError(f"e-mail: not sent, {why}; it is tried again, check RECOVERY_SMTP_*", code="mail_unavailable")
