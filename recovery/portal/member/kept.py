"""What was typed when a session had ended: sealed in the browser's own cookie, shown again after signing in."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request, Response
from starlette.exceptions import HTTPException

from recovery.errors import CaseError
from recovery.portal.posting import FIELD, posted
from recovery.portal.visit import Visit, of_member, secure
from recovery.secrecy import opened, sealed

COOKIE = "kept"
KEY = "kept"
SECONDS = 3600
# Browsers keep four kilobytes a cookie, its name and attributes among them.
MOST_LETTERS = 3600
_NOT_TYPED = (FIELD, "go", "seen", "language", "mandate")


async def member_or_kept(request: Request) -> Visit:
    """Return the member who is signed in; anybody else is led to the sign-in, and what was typed waits meanwhile."""
    try:
        return of_member(request)
    except HTTPException as led:
        if led.status_code != 303 or request.method != "POST":
            raise
        form = await posted(request)
    fields = {name: text for name in form.data if name not in _NOT_TYPED and (text := form.text(name))}
    path = request.url.path
    headers = {"Location": f"/sign-in?back={quote(path, safe='/')}"}
    cookie = sealed(KEY, json.dumps(fields, ensure_ascii=False), path)
    if fields and len(cookie) <= MOST_LETTERS:
        flags = "; Secure" if secure() else ""
        headers["Set-Cookie"] = f"{COOKIE}={cookie}; Max-Age={SECONDS}; Path={path}; HttpOnly; SameSite=Lax{flags}"
    raise HTTPException(303, headers=headers)


KeptMember = Annotated[Visit, Depends(member_or_kept)]


def kept_of(request: Request) -> dict[str, str]:
    """Return what waits for a page since its session ended, nothing where nothing does."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return {}
    try:
        found: dict[str, str] = json.loads(opened(KEY, cookie, request.url.path))
    except (CaseError, ValueError):
        return {}
    return found


def forget(request: Request, answer: Response) -> Response:
    """Let a browser forget what was kept: it stands in the page now."""
    answer.delete_cookie(COOKIE, path=request.url.path)
    return answer
