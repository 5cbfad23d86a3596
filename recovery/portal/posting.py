"""What a form brings: checked to come from a page of this portal, read within limits."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from recovery.errors import IntakeError
from recovery.portal.visit import COOKIE

FORM_COOKIE = "form"
FIELD = "csrf"
MOST_BYTES = 64 * 1024 * 1024
MOST_FILES = 20
MOST_FIELDS = 500
MOST_TEXT = 128 * 1024


class FormToken:
    """The hidden field that ties a form to the browser it was shown in; made when a page has a form."""

    def __init__(self, request: Request) -> None:
        self._known = request.cookies.get(COOKIE) or request.cookies.get(FORM_COOKIE)
        self.new: str | None = None
        self.used = False

    def __html__(self) -> str:
        self.used = True
        if self._known is None:
            self._known = self.new = secrets.token_urlsafe(24)
        return str(Markup('<input type="hidden" name="csrf" value="{}">').format(token_of(self._known)))


def token_of(cookie: str) -> str:
    """Return the token that belongs to a cookie; nobody makes it who cannot read the cookie."""
    return hashlib.sha256(f"form {cookie}".encode()).hexdigest()


class Posted:
    """A form's fields and files."""

    def __init__(self, data: FormData) -> None:
        self.data = data

    def text(self, name: str, default: str = "") -> str:
        """Return a field's text without blanks around it."""
        found = self.data.get(name)
        return _plain(found) if isinstance(found, str) else default

    def all(self, name: str) -> list[str]:
        """Return every value of a field that may be given several times."""
        return [_plain(one) for one in self.data.getlist(name) if isinstance(one, str)]

    def has(self, name: str) -> bool:
        """Tell whether a field was sent with something in it."""
        return bool(self.text(name))

    def number(self, name: str) -> int | None:
        """Return a field's whole number, None where it holds none."""
        text = self.text(name)
        return int(text) if text.isdecimal() else None

    def day(self, name: str) -> date:
        """Return a field's day.

        Raises:
            IntakeError: it is none.
        """
        text = self.text(name)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise IntakeError(f"{name} {text!r}: write the date as 2026-01-31", code="bad_date", field=name) from None

    def texts(self) -> dict[str, str]:
        """Return every text field, the token apart."""
        return {name: self.text(name) for name in self.data if name != FIELD and isinstance(self.data[name], str)}

    def files(self, name: str) -> list[tuple[str, bytes]]:
        """Return the files of a field, with their names; a field left empty gives none."""
        uploads = [one for one in self.data.getlist(name) if isinstance(one, UploadFile) and one.filename]
        return [(_plain(one.filename or "").replace("\\", "/").rsplit("/", 1)[-1], _whole(one)) for one in uploads]


def _whole(upload: UploadFile) -> bytes:
    """Return a file from its beginning: a transaction that is done again reads it again."""
    upload.file.seek(0)
    return upload.file.read()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\x00", "").replace("\r\n", "\n").strip()


async def posted(request: Request) -> Posted:
    """Read a form; one that no page of this portal showed to this browser is refused."""
    if request.headers.get("sec-fetch-site") == "cross-site" or not _own_origin(request):
        raise HTTPException(403, "form")
    size = request.headers.get("content-length", "")
    if not size.isdigit():
        raise HTTPException(411)
    if int(size) > MOST_BYTES:
        raise HTTPException(413)
    data = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MOST_TEXT)
    cookie = request.cookies.get(COOKIE) or request.cookies.get(FORM_COOKIE)
    given = data.get(FIELD)
    if not cookie or not isinstance(given, str) or not hmac.compare_digest(given.encode(), token_of(cookie).encode()):
        raise HTTPException(403, "form")
    return Posted(data)


def _own_origin(request: Request) -> bool:
    """Tell whether the browser says that the form comes from here; one that says nothing is judged by its token."""
    origin = request.headers.get("origin")
    return origin in (None, "null") or urlsplit(origin).netloc == request.headers.get("host")


Form = Annotated[Posted, Depends(posted)]


def after_post(path: str) -> RedirectResponse:
    """Lead on to a page after a form was taken."""
    return RedirectResponse(path, 303)
