"""Invoices in envelopes: XML inside a PDF (Factur-X, ZUGFeRD) and inside a signed .p7m file."""

from __future__ import annotations

import base64
import binascii
import io
import re

from recovery.errors import IntakeError


def xml_of_pdf(data: bytes, name: str) -> bytes:
    """Return the invoice XML attached to a PDF.

    Raises:
        IntakeError: the PDF is broken or carries none.
    """
    from facturx import get_xml_from_pdf

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


def looks_signed(data: bytes, name: str) -> bool:
    """Tell whether a file is a CMS-signed envelope: DER, or DER in base64."""
    return (data[:1] == b"\x30" and data[:2] != b"0,") or (name.lower().endswith(".p7m") and data[:1] != b"<")


def xml_of_signed(data: bytes, name: str) -> bytes:
    """Return the XML inside a signed file (CAdES .p7m). The signature itself is not judged.

    Raises:
        IntakeError: there is no XML inside.
    """
    if data[:1] != b"\x30":
        try:
            data = base64.b64decode(re.sub(rb"-----[^-]+-----|\s", b"", data), validate=True)
        except (binascii.Error, ValueError):
            data = b""
    xml = max(_octets(data), key=len, default=b"")
    start = xml.find(b"<")
    if start < 0:
        raise IntakeError(
            f"{name}: no invoice inside the signed file; send the XML itself",
            code="unreadable_p7m",
            field="file",
        )
    return xml[start:]


def _octets(data: bytes) -> list[bytes]:
    """Return the contents of the OCTET STRINGs that hold XML, chunks joined (X.690 8.7)."""
    found: list[bytes] = []
    stack = [(0, len(data))]
    while stack:
        at, end = stack.pop()
        while at < end:
            parsed = _element(data, at, end)
            if parsed is None:
                break
            tag, start, stop, following = parsed
            if tag == 0x24:
                found.append(b"".join(_chunks(data, start, stop)))
            elif tag == 0x04:
                found.append(data[start:stop])
            elif tag & 0x20:
                stack.append((start, stop))
            at = following
    return [content for content in found if b"<" in content[:200]]


def _chunks(data: bytes, at: int, end: int) -> list[bytes]:
    parts = []
    while at < end:
        parsed = _element(data, at, end)
        if parsed is None or parsed[0] == 0:
            break
        parts.append(data[parsed[1] : parsed[2]])
        at = parsed[3]
    return parts


def _element(data: bytes, at: int, end: int) -> tuple[int, int, int, int] | None:
    """Return tag, start, stop of the content, and where the next element begins."""
    if at + 2 > end:
        return None
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:  # indefinite length: ends at two zero octets on this level
        stop = _indefinite_end(data, start, end)
        return (tag, start, stop, stop + 2) if stop >= 0 else None
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    stop = start + length
    return (tag, start, stop, stop) if stop <= end else None


def _indefinite_end(data: bytes, at: int, end: int) -> int:
    depth = 0
    while at + 2 <= end:
        if data[at : at + 2] == b"\x00\x00":
            if depth == 0:
                return at
            depth -= 1
            at += 2
            continue
        if data[at + 1] == 0x80:
            depth += 1
            at += 2
            continue
        length, start = data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, start = int.from_bytes(data[start : start + count], "big"), start + count
        at = start + length
    return -1
