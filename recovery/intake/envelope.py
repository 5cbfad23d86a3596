"""Invoices in envelopes: XML inside a PDF (Factur-X, ZUGFeRD) and inside a signed .p7m file."""

from __future__ import annotations

import base64
import binascii
import io
import logging
import re
from typing import NamedTuple

from recovery.errors import IntakeError

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # OID 1.2.840.113549.1.7.2
_OCTET_STRING, _CHUNKED_OCTET_STRING, _CONSTRUCTED = 0x04, 0x24, 0x20
_MOST_LEVELS = 12


class Element(NamedTuple):
    """One element of BER: its tag, where its content starts and stops, where the next begins."""

    tag: int
    start: int
    stop: int
    following: int


def xml_of_pdf(data: bytes, name: str) -> bytes:
    """Return the invoice XML attached to a PDF.

    Raises:
        IntakeError: the PDF is broken or carries none.
    """
    from facturx import get_xml_from_pdf

    for library in ("pypdf", "factur-x"):  # what they say of a broken file is told by the error below
        logging.getLogger(library).setLevel(logging.CRITICAL)
    try:
        _, xml = get_xml_from_pdf(io.BytesIO(data), check_xsd=False)
    except Exception as error:  # the PDF library raises many kinds for broken files
        raise IntakeError(
            f"{name}: the PDF cannot be read ({type(error).__name__}); send the invoice's XML",
            code="unreadable_pdf",
            field="file",
        ) from None
    if not xml:
        raise IntakeError(
            f"{name}: a PDF without invoice data inside; send the invoice's XML, or type the claim in",
            code="pdf_without_xml",
            field="file",
        )
    return bytes(xml)


def signed(data: bytes) -> bytes | None:
    """Return the DER of a CMS-signed file, also where it is written in base64; None for other files."""
    if data[:1] == b"\x30" and _SIGNED_DATA in data[:64]:
        return data
    if not data.lstrip().startswith((b"M", b"-----")):
        return None
    text = re.sub(rb"-----[^-]+-----|\s", b"", data)
    if not re.fullmatch(rb"M[A-Za-z0-9+/]+={0,2}", text):
        return None
    try:
        der = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return der if der[:1] == b"\x30" and _SIGNED_DATA in der[:64] else None


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
