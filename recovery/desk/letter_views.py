"""Letters as people see them: before they are sent, as they were sent, and in the member's language."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from recovery.case.lifecycle import WORKED
from recovery.case.record import CaseRecord, procedure_of
from recovery.case.withholding import DEMANDS, demand_refused
from recovery.errors import CaseError, RecoveryError
from recovery.law.values import Step
from recovery.letters.letter import Letter
from recovery.letters.render import render
from recovery.people.debtor_link import preview_online
from recovery.planned import term_end
from recovery.post import correspondence
from recovery.post.access import with_code
from recovery.procedure.steps import next_step
from recovery.settings import settings
from recovery.store import documents
from recovery.store.tables import Document, Outbox


def preview_letter(
    session: Session, case: CaseRecord, on: date, document: str | None = None
) -> tuple[str, bytes, str | None]:
    """Return the letter that a document would be on a day: its name, its PDF, and why it may not go out (None: it may).

    Without a name the letter of the next step is shown. Nothing is written.

    Raises:
        CaseError: no step with a letter is left, or the case is not at work.
    """
    if case.reference is None:
        raise CaseError("preview: the case has no reference yet", code="not_allowed", field="reference")
    step = next_step(case)
    name = document or (step.document if step else None)
    if name is None:
        raise CaseError(
            "preview: no step with a letter is left; name one with --document", code="missing", field="document"
        )
    pay_by, channel = _term_of(case, step, on, name)
    why = demand_refused(case, on, name) if name in DEMANDS else None
    return name, correspondence.preview(session, case, name, on, pay_by, channel), why


def next_letter(session: Session, case: CaseRecord, on: date) -> Letter | None:
    """Return the letter of the next step as it would leave on a day, without link and code; None where none is left."""
    step = next_step(case) if case.reference and case.state in WORKED else None
    if step is None or step.document is None:
        return None
    try:
        pay_by, channel = _term_of(case, step, on, step.document)
        return correspondence.compose_letter(case, step.document, on, pay_by, channel, None, preview_online(session))
    except RecoveryError:
        return None  # what stops it is told where the step fails


def _term_of(case: CaseRecord, step: Step | None, on: date, document: str) -> tuple[date | None, str]:
    """Return until when a letter asks to pay, and by which channel it goes, where it is that of the next step."""
    if step is None or step.document != document:
        return None, "email"
    debtor = case.claim.debtor
    return term_end(procedure_of(case), debtor.kind, step, on, debtor.region), step.channel


def letter_of(session: Session, case: CaseRecord, named: str | None = None) -> Outbox:
    """Return a letter of a case as it was decided: the one of a key or document, else the last one.

    Raises:
        CaseError: there is none.
    """
    query = select(Outbox).where(Outbox.claim_id == case.claim_id, Outbox.kind == "letter").order_by(Outbox.id)  # type: ignore[arg-type]
    found = [one for one in session.exec(query) if named in (None, one.key, one.payload["document"])]
    if not found:
        raise CaseError(
            f"letter {named or ''}: none in this case; `recovery case show` lists them",
            code="not_found",
            field="letter",
        )
    return found[-1]


def member_copy(session: Session, case: CaseRecord, key: str, language: str) -> tuple[str, bytes]:
    """Return a letter as its member reads it, in a language; the debtor's link and code are not on it.

    Raises:
        CaseError: the case has no such letter.
    """
    copy = correspondence.translated(_without_access(letter_of(session, case, key).payload), language)
    return f"{copy.reference}-{copy.dated}-{copy.document}-{copy.language}.pdf", render(copy)


def closed_copy(session: Session, case: CaseRecord, key: str) -> tuple[str, bytes]:
    """Return a letter as it was written, without the debtor's link and code: for who only looks on.

    Raises:
        CaseError: the case has no such letter.
    """
    copy = _without_access(letter_of(session, case, key).payload)
    return f"{copy.reference}-{copy.dated}-{copy.document}-copy.pdf", render(copy)


def _without_access(payload: dict[str, Any]) -> Letter:
    """Return a letter whose every word leads to the portal, none to the debtor's page."""
    online = payload.get("online")
    if not online:
        return Letter.from_dict(payload)
    text = json.dumps({**payload, "online": None}, ensure_ascii=False)
    return Letter.from_dict(json.loads(text.replace(online["url"], settings().portal_url)))


def letter_pdf(session: Session, case: CaseRecord, named: str | None, language: str | None) -> tuple[str, bytes]:
    """Return a letter as it was stored, or the same letter in another language as a copy for information."""
    item = letter_of(session, case, named)
    letter = with_code(session, Letter.from_dict(item.payload), item.claim_id)
    base = f"{letter.reference}-{letter.dated}-{letter.document}"
    if language and language != letter.language:
        copy = correspondence.translated(letter, language)
        return f"{base}-{copy.language}.pdf", render(copy)
    stored = session.exec(select(Document).where(Document.key == item.key)).first()
    return f"{base}.pdf", documents.read(stored.sha256) if stored else render(letter)


def letters_of(session: Session, case: CaseRecord) -> list[dict[str, Any]]:
    """Return the letters that went to the debtor, the newest first."""
    query = select(Document, Outbox).join(Outbox, col(Outbox.key) == col(Document.key))
    query = query.where(Document.claim_id == case.claim_id, col(Document.kind).startswith("letter:"))
    return [
        {
            "number": one.id,
            "document": one.kind.split(":")[1],
            "on": one.stored_at,
            "language": letter.payload["language"],
        }
        for one, letter in session.exec(query.order_by(col(Document.id).desc()))
    ]
