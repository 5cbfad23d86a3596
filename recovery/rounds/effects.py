"""Every kind of effect: how it is done, and what is noted of it.

Three ways: `here` does it in the transaction that ticks it off; `ready` reads what it needs and returns what does it
outside any transaction, whose outcome `note` ticks off; letters for the post are gathered into batches first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, SQLModel

from recovery.audit import heads
from recovery.case.record import CaseRecord
from recovery.case.transition import add_effect
from recovery.channels import vies, webhook
from recovery.errors import CaseError, GatewayError
from recovery.filing import vat_check
from recovery.filing.routing import route
from recovery.letters.letter import Letter
from recovery.letters.render import render
from recovery.notices.compose import FOR_MEMBERS
from recovery.post import shipments
from recovery.post.access import with_code
from recovery.post.renewal import stands
from recovery.rounds.sendings import Papers, by_channel, letters_of
from recovery.store import documents
from recovery.store.portal_tables import DebtorAccess
from recovery.store.tables import Document, Outbox, Party, Shipment
from recovery.telling import news, notices
from recovery.telling.member_details import WARNING, can_be_warned, warning_mail

# What is read of the cases of a chunk by one statement a kind.
LOOKED_AT: tuple[type[SQLModel], ...] = (Outbox, Shipment, Document, DebtorAccess)
# How long a worker has what leaves the house, and a letter that it renders.
HOLD, RENDERING = timedelta(minutes=15), timedelta(minutes=2)

Doing = Callable[[], Any]


@dataclass
class Chunk:
    """Effects that are worked together, their cases as records, at an instant."""

    session: Session
    at: datetime
    cases: Mapping[str, CaseRecord] = field(default_factory=dict)
    # Letters as they were decided, by their keys.
    letters: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def case_of(self, item: Outbox) -> CaseRecord:
        """Return the case of an effect.

        Raises:
            CaseError: it belongs to none.
        """
        found = self.cases.get(item.claim_id or "")
        if found is None:
            raise CaseError(f"effect {item.id}: {item.kind} without a case", code="not_found")
        return found

    def shipments(self, item: Outbox) -> list[Shipment]:
        """Return how the letters that an effect sends leave the house."""
        keys = set(letters_of(item))
        cases = [self.case_of(item)] if item.claim_id else self.cases.values()
        return [one for case in cases for one in case.shipments if one.key in keys] if keys else []


def _always(chunk: Chunk, item: Outbox) -> bool:
    return True


def _nothing(chunk: Chunk, item: Outbox, made: Any) -> None: ...


@dataclass(frozen=True)
class Kind:
    """How effects of a kind are done.

    `wanted` tells, under the lock, whether it is still to be done; `hold` is how long a worker has it to itself.
    `leaves`: it leaves the house, so it is tried for days, and a failure is told to who decided it.
    """

    here: Callable[[Chunk, Outbox], None] | None = None
    ready: Callable[[Papers, Outbox, datetime], Doing] | None = None
    note: Callable[[Chunk, Outbox, Any], None] = _nothing
    wanted: Callable[[Chunk, Outbox], bool] = _always
    hold: timedelta = HOLD
    leaves: bool = True


def _route(chunk: Chunk, item: Outbox) -> None:
    route(chunk.case_of(item), date.fromisoformat(item.payload["on"]))


def _news(chunk: Chunk, item: Outbox) -> None:
    """Keep a piece of news for the member's feed; the mail that tells of it is an effect of its own."""
    case, event = chunk.case_of(item), item.payload["event"]
    text = json.dumps(item.payload, sort_keys=True).encode()
    case.outside.attach(case, item.key, "news", f"{event}.json", "application/json", text)
    if event in FOR_MEMBERS:
        add_effect(case, f"{item.key}:mail", "send_notice", {"notice": event, "to": "member"})


@dataclass(frozen=True)
class Rendered:
    """A letter as it was rendered, and the code that stands in it."""

    letter: Letter
    pdf: bytes


def _letter_stands(chunk: Chunk, item: Outbox) -> bool:
    return stands(chunk.case_of(item), item, item.payload, chunk.at)


def _letter_ready(papers: Papers, item: Outbox, at: datetime) -> Doing:
    letter = with_code(papers.session, Letter.from_dict(item.payload), item.claim_id)
    return partial(_rendered, letter)


def _rendered(letter: Letter) -> Rendered:
    made = Rendered(letter, render(letter))
    documents.keep(made.pdf)  # written here, so that the transaction finds it there
    return made


def _letter_done(chunk: Chunk, item: Outbox, made: Rendered) -> None:
    """Keep a letter, never to change; its sending is an effect of its own."""
    case, letter = chunk.case_of(item), made.letter
    if with_code(chunk.session, letter, item.claim_id).online != letter.online:
        raise GatewayError(f"effect {item.id}: the debtor's code was renewed meanwhile")
    keep_letter(case, item, letter, made.pdf)


def keep_letter(case: CaseRecord, item: Outbox, letter: Letter, pdf: bytes) -> None:
    """Keep a rendered letter with its case and put its sending down."""
    name = f"{letter.reference}-{letter.dated}-{letter.document}.pdf"
    case.outside.attach(case, item.key, f"letter:{letter.document}", name, "application/pdf", pdf)
    channel = shipments.open_shipment(case, item.key, letter)
    if channel == "by_hand":
        return
    kind = "send_post" if channel in ("post", "registered") else f"send_{channel}"
    payload = {"letters": [item.key], "country": letter.country, "day": letter.dated}
    add_effect(case, f"{item.key}:sent", kind, payload)


def _sending_stands(chunk: Chunk, item: Outbox) -> bool:
    """Tell whether a letter that was rendered still waits, and still says what its case says."""
    [key] = letters_of(item)
    return _letters_wait(chunk, item) and stands(chunk.case_of(item), item, chunk.letters.get(key), chunk.at)


def _letters_wait(chunk: Chunk, item: Outbox) -> bool:
    return any(one.status == "waiting" for one in chunk.shipments(item))


def _letter_sent(chunk: Chunk, item: Outbox, provider_id: str) -> None:
    shipments.sent(chunk.shipments(item), provider_id, chunk.at)


def _notice_goes(chunk: Chunk, item: Outbox) -> bool:
    return news.goes_at_once(chunk.session, item, chunk.at)


def _told(chunk: Chunk, item: Outbox, provider_id: str) -> None:
    news.sent(chunk.session, item, None, chunk.at)


def _notice_ready(papers: Papers, item: Outbox, at: datetime) -> Doing:
    return partial(notices.send_notice, news.mail_of(papers.session, item, at), at)


def _paper_ready(papers: Papers, item: Outbox, at: datetime) -> Doing:
    return partial(notices.send_notice, notices.paper_mail_of(papers.session, item), at)


def _warning_ready(papers: Papers, item: Outbox, at: datetime) -> Doing:
    return partial(notices.send_notice, warning_mail(papers.session, item), at)


def _heads_ready(papers: Papers, item: Outbox, at: datetime) -> Doing:
    return partial(webhook.notify, item.key, dict(item.payload), at)


def _vat_ready(papers: Papers, item: Outbox, at: datetime) -> Doing:
    debtor = papers.session.get_one(Party, (item.claim_id, "debtor"))
    return partial(vies.check, vies.checkable(debtor.vat) or "")


def _vat_checked(chunk: Chunk, item: Outbox, found: vies.Registered) -> None:
    vat_check.note_answer(chunk.case_of(item), item.key, found, chunk.at.date())


_SENT = Kind(ready=by_channel, note=_letter_sent, wanted=_sending_stands)
KINDS: Mapping[str, Kind] = {
    "route": Kind(here=_route, leaves=False),
    "news": Kind(here=_news, leaves=False),
    "letter": Kind(ready=_letter_ready, note=_letter_done, wanted=_letter_stands, hold=RENDERING, leaves=False),
    "send_email": _SENT,
    "send_webhook": _SENT,
    "post_batch": Kind(ready=by_channel, note=_letter_sent, wanted=_letters_wait),
    "send_notice": Kind(ready=_notice_ready, note=_told, wanted=_notice_goes),
    news.DIGEST: Kind(ready=_notice_ready, note=_told),
    "send_paper": Kind(ready=_paper_ready),
    WARNING: Kind(ready=_warning_ready, wanted=lambda chunk, item: can_be_warned(chunk.session, item)),
    vat_check.KIND: Kind(
        ready=_vat_ready, note=_vat_checked, wanted=lambda chunk, item: vat_check.is_wanted(chunk.case_of(item))
    ),
    heads.KIND: Kind(ready=_heads_ready),
}
# What is gathered into a batch before it is sent.
GATHERED = "send_post"


def kind_of(item: Outbox) -> Kind:
    """Return how an effect is done.

    Raises:
        CaseError: nobody knows how.
    """
    found = KINDS.get(item.kind)
    if found is None:
        raise CaseError(f"effect {item.id}: kind {item.kind!r} is not known to this version", code="not_found")
    return found


def new_effects(session: Session, chunk: Chunk) -> list[int]:
    """Write what is new of a chunk's cases and return the effects among it."""
    made = [row for case in chunk.cases.values() for row in case.effects if row.id is None]
    session.flush()
    return [row.id or 0 for row in made]
