"""Invoices in envelopes: XML inside a PDF (Factur-X, ZUGFeRD), a signed .p7m file, base64, an archive or a mail."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import io
import logging
import re
import zipfile
from typing import NamedTuple

from recovery.errors import IntakeError
from recovery.safe_xml import INVOICE_LIMIT

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # OID 1.2.840.113549.1.7.2
_OCTET_STRING, _CHUNKED_OCTET_STRING, _CONSTRUCTED = 0x04, 0x24, 0x20
_MOST_LEVELS = 12
_SHORTEST = 64  # less in base64 is a word
MOST_FILES = 200
_E_INVOICE = re.compile(r"factur|zugferd|xrechnung|order-x|\.xml$|\.p7m$", re.IGNORECASE)
_MAIL = re.compile(rb"(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.MULTILINE)


class Element(NamedTuple):
    """One element of BER: its tag, where its content starts and stops, where the next begins."""

    tag: int
    start: int
    stop: int
    following: int


def files_of_pdf(data: bytes, name: str) -> list[tuple[str, bytes]]:
    """Return the files attached to a PDF, those with the names of e-invoices first.

    Raises:
        IntakeError: the PDF is broken.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a broken file is told by the error below
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            reader.decrypt("")
        found = [(str(key), bytes(part)) for key, parts in reader.attachments.items() for part in parts]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError, IndexError) as error:
        raise IntakeError(
            f"{name}: the PDF cannot be read ({type(error).__name__}); send the invoice's XML",
            code="unreadable_pdf",
            field="file",
        ) from None
    return sorted(found, key=lambda one: not _E_INVOICE.search(one[0]))


def without_invoice(name: str) -> IntakeError:
    """Return the refusal of a PDF that carries no e-invoice."""
    return IntakeError(
        f"{name}: a PDF without invoice data inside; send the invoice's XML, or type the claim in",
        code="pdf_without_xml",
        field="file",
    )


def packed(data: bytes, name: str) -> list[tuple[str, bytes]] | None:
    """Return the files of a zip archive or of a mail, None for what is neither.

    Raises:
        IntakeError: the archive is broken, holds too much or nothing.
    """
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        found = _of_archive(data, name)
    elif _MAIL.match(data[:2000]):
        found = _of_mail(data)
    else:
        return None
    if not found:
        raise IntakeError(f"{name}: nothing inside; send the invoice itself", code="empty_file", field="file")
    return found


def _of_archive(data: bytes, name: str) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > 3 * INVOICE_LIMIT:
                raise IntakeError(
                    f"{name}: more inside than is taken at once; unpack it and send the invoices one by one",
                    code="file_too_large",
                    field="file",
                )
            return [(one.filename.rsplit("/", 1)[-1], archive.read(one)) for one in members]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise IntakeError(
            f"{name}: the archive cannot be unpacked; send the invoice itself", code="unreadable_file", field="file"
        ) from None


def _of_mail(data: bytes) -> list[tuple[str, bytes]]:
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    named = [part for part in parts if part.get_filename() or part.get_content_maintype() == "application"]
    contents = [(part.get_filename() or "mail", part.get_payload(decode=True)) for part in named]
    return [(str(name), content) for name, content in contents if isinstance(content, bytes) and content.strip()]


def decoded(data: bytes) -> bytes | None:
    """Return what a file in base64 holds, in PEM or bare, with or without its padding; None for other files."""
    bare = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare[:1] in (b"<", b"{", b"%", b""):
        return None
    text = re.sub(rb"-----[^-]+-----|\s", b"", bare)
    if len(text) < _SHORTEST or not re.fullmatch(rb"[A-Za-z0-9+/]+={0,2}", text):
        return None
    text = text.rstrip(b"=")
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return None


def signed(data: bytes) -> bool:
    """Tell whether a file is CMS-signed (DER)."""
    return data[:1] == b"\x30" and _SIGNED_DATA in data[:64]


def content_of_signed(der: bytes, name: str) -> bytes:
    """Return what was signed (CAdES .p7m). The signature itself is not judged.

    Raises:
        IntakeError: there is no document inside.
    """
    found = [part for part in _octets(der) if b"<" in part[:200] or _SIGNED_DATA in part[:64]]
    if not found:
        raise IntakeError(
            f"{name}: no invoice inside the signed file; send the XML itself", code="unreadable_p7m", field="file"
        )
    return max(found, key=len)


def _octets(data: bytes) -> list[bytes]:
    """Return the contents of all OCTET STRINGs, those in chunks joined (X.690, 8.7)."""
    found: list[bytes] = []
    stack = [(0, len(data), 0)]
    while stack:
        at, end, level = stack.pop()
        while element := _element(data, at, end):
            if element.tag == _CHUNKED_OCTET_STRING:
                found.append(b"".join(_chunks(data, element.start, element.stop)))
            elif element.tag == _OCTET_STRING:
                found.append(data[element.start : element.stop])
            elif element.tag & _CONSTRUCTED and level < _MOST_LEVELS:
                stack.append((element.start, element.stop, level + 1))
            at = element.following
    return found


def _chunks(data: bytes, at: int, end: int) -> list[bytes]:
    parts = []
    while (element := _element(data, at, end)) and element.tag == _OCTET_STRING:
        parts.append(data[element.start : element.stop])
        at = element.following
    return parts


def _length(data: bytes, at: int) -> tuple[int | None, int]:
    """Return the length written at a place, None for an indefinite one, and where the content starts."""
    first = data[at]
    if first == 0x80:
        return None, at + 1
    if not first & 0x80:
        return first, at + 1
    start = at + 1 + (first & 0x7F)
    return int.from_bytes(data[at + 1 : min(start, at + 9)], "big"), start


def _element(data: bytes, at: int, end: int) -> Element | None:
    if at + 2 > end:
        return None
    length, start = _length(data, at + 1)
    if length is None:  # ends at two zero octets on this level
        stop = _indefinite_end(data, start, end)
        return Element(data[at], start, stop, stop + 2) if stop is not None else None
    stop = start + length
    return Element(data[at], start, stop, stop) if stop <= end else None


def _indefinite_end(data: bytes, at: int, end: int) -> int | None:
    level = 0
    while at + 2 <= end:
        if data[at : at + 2] == b"\x00\x00":
            if level == 0:
                return at
            level, at = level - 1, at + 2
            continue
        length, start = _length(data, at + 1)
        level, at = (level + 1, start) if length is None else (level, start + length)
    return None
