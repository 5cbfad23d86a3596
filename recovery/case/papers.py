"""Papers that come in while a case is worked: contracts, delivery notes, answers of the debtor."""

from __future__ import annotations

from datetime import date

from recovery.case.record import CaseRecord
from recovery.case.transition import record
from recovery.errors import CaseError, IntakeError
from recovery.store.tables import Document

KINDS = ("evidence", "debtor_statement", "court_document", "insolvency_document", "other")
MOST_BYTES = 10 * 1024 * 1024
MEDIA = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
    "eml": "message/rfc822",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
# How files of a kind begin, whatever their name says.
_BEGINS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
    (b"{\\rtf", "application/rtf"),
)
# Brands of ISO media files that hold pictures (ISO/IEC 23008-12, annex B).
_PICTURES = (b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1", b"avif")
# What inside an archive tells whose document it is.
_INSIDE = (
    (b"word/", MEDIA["docx"]),
    (b"xl/", MEDIA["xlsx"]),
    (b"opendocument.text", MEDIA["odt"]),
    (b"opendocument.spreadsheet", MEDIA["ods"]),
)
# Programs: how they begin, and the names under which a machine would run them.
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
_RUNS = (
    *("exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "js", "jse", "wsf", "hta", "msi", "jar", "lnk", "app", "sh"),
    *("dll", "cpl", "pif", "reg", "apk", "deb", "rpm", "docm", "xlsm"),
)
_LOOKED_AT = 64 * 1024


def media_of(name: str, content: bytes = b"") -> str:
    """Return the media type of a file: as its content tells, else as its name does."""
    known = next((media for begin, media in _BEGINS if content.startswith(begin)), None)
    if known:
        return known
    if content[4:8] == b"ftyp" and content[8:12] in _PICTURES:
        return "image/heic"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[:4] == b"PK\x03\x04":
        inside = content[:_LOOKED_AT]
        return next((media for mark, media in _INSIDE if mark in inside), "application/zip")
    return MEDIA.get(name.rsplit(".", 1)[-1].lower(), "application/octet-stream")


def is_copy(content: bytes) -> bool:
    """Tell whether a file is a picture or a PDF: a copy of a paper, though nothing reads it by itself."""
    return media_of("", content) == "application/pdf" or media_of("", content).startswith("image/")


def refuse_program(name: str, content: bytes) -> None:
    """Refuse what a machine would run: no such file is a paper.

    Raises:
        IntakeError: it is a program, or holds one by its name.
    """
    if content.startswith(_PROGRAMS) or name.rsplit(".", 1)[-1].lower() in _RUNS:
        raise IntakeError(
            f"{name}: a program; send a document, a picture or an e-invoice", code="bad_file_kind", field="file"
        )


def add_paper(case: CaseRecord, kind: str, name: str, content: bytes, actor: str, on: date) -> Document:
    """Keep a paper with the case, never to change; the event names its kind and hash, not its content.

    Raises:
        CaseError: the kind is unknown.
        IntakeError: the file is empty or too large.
    """
    if kind not in KINDS:
        raise CaseError(f"kind {kind!r}: one of {', '.join(KINDS)}", code="bad_choice", field="kind")
    if not 0 < len(content) <= MOST_BYTES:
        raise IntakeError(
            f"{name}: {len(content)} bytes; a paper has from 1 to {MOST_BYTES} bytes", code="bad_size", field="file"
        )
    refuse_program(name, content)
    key = f"{case.claim_id}:paper:{len(case.papers) + 1}"
    kept = case.outside.attach(case, key, kind, name, media_of(name, content), content)
    record(case, "paper", actor=actor, on=on, data={"kind": kind, "sha256": kept.sha256})
    return kept


def paper_of(case: CaseRecord, sha256: str) -> Document | None:
    """Return a document of a case by its content's hash, None where it has none; news of people are no papers."""
    return next((one for one in case.papers if one.sha256 == sha256 and one.kind != "news"), None)
