"""XML bytes in whatever encoding, made ready for the parser: one declared encoding, nothing before or after."""

from __future__ import annotations

import re
from collections.abc import Callable

_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_BLANK = b" \t\r\n"
_WIDE = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)


def looks_like_xml(data: bytes) -> bool:
    """Tell whether bytes are meant as XML: the first sign after marks and blanks is an angle bracket."""
    wide = _wide(data)
    head = _utf8(data[:400].decode(wide, errors="replace")) if wide else data.removeprefix(b"\xef\xbb\xbf")
    return head.lstrip(_BLANK)[:1] == b"<"


def tidy_xml(data: bytes, warn: Callable[[str], None]) -> bytes:
    """Return XML that says its encoding truly; a file that belied its own leaves a warning."""
    wide = _wide(data)
    if wide:
        return _utf8(data.decode(wide, errors="replace"))
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK).rstrip(_BLANK + b"\x00\x1a")
    declared = _declared(data)
    if declared.startswith(("utf-16", "utf-32", "ucs-2")):
        declared = "utf-8"
        data = _DECLARATION.sub(b"", data, count=1)
    if declared != "utf-8":
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        warn("the file is not in the encoding that it states: read as windows-1252; check names with accents")
        return _utf8(data.decode("windows-1252", errors="replace"))
    return data


def plain_text(data: bytes) -> str:
    """Return text in UTF-8, in UTF-16 with a mark, or in windows-1252, its byte order mark taken off."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1252", errors="replace")


def _wide(data: bytes) -> str | None:
    """Return the encoding of text in units of more than one byte, None for others."""
    head = data.lstrip(_BLANK)[:4] if data[1:2] != b"\x00" else data[:4]
    return next((name for mark, name in _WIDE if head.startswith(mark)), None)


def _declared(data: bytes) -> str:
    declaration = _DECLARATION.match(data)
    found = _ENCODING.search(declaration[0]) if declaration else None
    return found[1].decode("ascii").lower().replace("utf8", "utf-8") if found else "utf-8"


def _utf8(text: str) -> bytes:
    plain = text.lstrip("\ufeff \t\r\n").rstrip(" \t\r\n\x00").encode("utf-8", errors="replace")
    return _DECLARATION.sub(b"", plain, count=1) if _DECLARATION.match(plain) else plain
