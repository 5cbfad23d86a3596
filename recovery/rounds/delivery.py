"""Doing what the outbox holds, in chunks: each effect at least once, made once by its key.

A chunk is taken in one transaction: what stays in the house is done in it, the rest is held for this worker, done
outside any transaction, and ticked off in one more. After a crash the hold runs out and the same key goes again.
Chunks of several workers do not wait for each other: a case that another has is taken last. Whatever fails falls out
alone, at one boundary: counted, tried again, in the end set aside for a person (`undelivered`). How each kind is done
stands in `effects`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, or_, select

from recovery.case.store import load_many, lock_rows, locked
from recovery.channels.refused import Refused
from recovery.errors import GatewayError, RecoveryError, UnexpectedError, known
from recovery.post import shipments
from recovery.rounds.effects import GATHERED, HOLD, KINDS, LOOKED_AT, Chunk, kind_of, new_effects
from recovery.rounds.post_batches import batch, for_the_post
from recovery.rounds.sendings import TOLD, Papers, letters_of
from recovery.store import outbox
from recovery.store.database import StoreBusy, divided, look, transact
from recovery.store.tables import Outbox
from recovery.telling import news

MOST_ATTEMPTS = 10
# What fails for a reason that nobody foresaw is tried so often, then set aside.
MOST_UNFORESEEN = 5
# A sending waits longer after every failure, up to half a day: given up after four days (RFC 5321, 4.5.4.1).
MOST_SENDINGS = 17
LONGEST_WAIT = timedelta(hours=12)
# Effects of one transaction; what leaves the house is held in smaller chunks: after a kill those go once more.
CHUNK, SENT_AT_ONCE = 100, 20
# What a slow place leaves undone of a chunk by then is given back, long before another worker could take it.
LONGEST_SENDING = HOLD.total_seconds() / 3


@dataclass
class Delivered:
    """What a delivery did of what it was asked for, and what failed of that and of what it gave rise to."""

    done: int = 0
    failed: int = 0


@dataclass
class _Taken:
    """What became of a chunk in its transaction: done in it, held for this worker, or another's at this moment."""

    done: int = 0
    made: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Outcome:
    """What came of doing an effect outside any transaction."""

    item_id: int
    made: Any = None
    refused: Refused | None = None
    error: RecoveryError | None = None
    given_back: bool = False


def waiting_ids(limit: int = 500, at: datetime | None = None) -> list[int]:
    """Return the effects that wait and that no worker holds, the oldest first."""
    query = select(Outbox.id).where(*_free(at or datetime.now(UTC))).order_by(col(Outbox.id)).limit(limit)
    return look(lambda session: [found for found in session.exec(query) if found is not None])


def _free(at: datetime) -> tuple[Any, ...]:
    """Return what holds of effects that wait and that no worker holds."""
    return Outbox.status == "waiting", or_(col(Outbox.held_until).is_(None), col(Outbox.held_until) <= at)


def deliver(ids: list[int], at: datetime | None = None) -> Delivered:
    """Do effects in chunks, and what they give rise to; what fails outside is tried again by a later run."""
    run = _Run(at or datetime.now(UTC))
    wave = run.wave(list(ids))
    done = run.result.done
    while wave:
        wave = run.wave(wave)
    run.result.done = done
    return run.result


class _Run:
    """One delivery at an instant."""

    def __init__(self, at: datetime) -> None:
        self.at, self.result = at, Delivered()

    def wave(self, ids: list[int]) -> list[int]:
        """Do effects and return those that they give rise to; what another is at is taken last."""
        made, kinds = self._gather_post(ids), look(partial(_kinds, ids))
        there = [item_id for item_id in ids if kinds.get(item_id, GATHERED) != GATHERED]
        leaving = [item_id for item_id in there if (kind := KINDS.get(kinds[item_id])) and kind.leaves]
        staying = [item_id for item_id in there if item_id not in set(leaving)]
        for some, size in ((staying, CHUNK), (leaving, SENT_AT_ONCE)):
            busy = [one for chunk in _by(some, size) for one in self._chunk(chunk, made, wait=False)]
            for chunk in _by(busy, size):
                self._chunk(chunk, made, wait=True)
        return made

    def _chunk(self, ids: list[int], made: list[int], wait: bool) -> list[int]:
        """Do a chunk; return what another is at. A busy database counts as a failure of each, and changes none."""
        busy, held = list[int](), list[int]()
        take = lambda some: transact(partial(_take, ids=some, at=self.at, wait=wait))  # noqa: E731
        for taken in divided(ids, take, lambda item_id, error: self._failed([(item_id, known(error))])):
            self.result.done += taken.done
            made += taken.made
            busy += taken.busy
            held += taken.held
        if held:
            self._outside(held, made)
        return busy

    def _outside(self, held: list[int], made: list[int]) -> None:
        """Do what is held outside any transaction, and note what came of it in one."""
        outcomes = _done_outside(held, self.at)
        self._failed([(one.item_id, one.error) for one in outcomes if one.error])
        for refused in (one for one in outcomes if one.refused):
            self._noted([refused], _note_refused, made)
        self._noted([one for one in outcomes if not one.error and not one.refused], _note, made)

    def _noted(
        self, outcomes: list[_Outcome], note: Callable[[Session, list[_Outcome], datetime], _Taken], made: list[int]
    ) -> None:
        work = lambda some: transact(lambda session: note(session, some, self.at))  # noqa: E731
        failed = lambda one, error: self._failed([(one.item_id, known(error))])  # noqa: E731
        for taken in divided(outcomes, work, failed) if outcomes else ():
            self.result.done += taken.done
            made += taken.made

    def _gather_post(self, ids: list[int]) -> list[int]:
        """Put the letters that wait for the post into one batch per country and day; who is in it never changes."""
        try:
            items = look(partial(for_the_post, ids))
        except StoreBusy:
            return []  # they go with the next delivery
        made: list[int] = []
        for _, group in groupby(items, key=lambda item: item[1]):
            work = lambda some: (len(some), transact(partial(batch, ids=some, at=self.at)))  # noqa: E731
            failed = lambda item_id, error: self._failed([(item_id, known(error))])  # noqa: E731
            for count, new in divided([item_id for item_id, _ in group], work, failed):
                self.result.done += count
                made += new
        return made

    def _failed(self, failures: list[tuple[int, RecoveryError]]) -> None:
        """Count failures and note them; where even that cannot be written it is noted by the next delivery."""
        self.result.failed += len(failures)
        told = [one for one in failures if not isinstance(one[1], StoreBusy)]
        work = lambda some: transact(partial(_note_failures, failures=some, at=self.at))  # noqa: E731
        with suppress(StoreBusy):
            for _ in divided(told, work, _unwritten) if told else ():
                pass


def _unwritten(failure: tuple[int, RecoveryError], error: Exception) -> None:
    raise error


def _by(ids: list[int], size: int) -> Iterator[list[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


def _kinds(ids: list[int], session: Session) -> dict[int, str]:
    """Return the kinds of those effects that wait."""
    found: dict[int, str] = {}
    for some in _by(ids, 500):
        query = select(Outbox.id, Outbox.kind).where(col(Outbox.id).in_(some), Outbox.status == "waiting")
        found |= {item_id: kind for item_id, kind in session.exec(query) if item_id is not None}
    return found


def _take(session: Session, ids: list[int], at: datetime, wait: bool) -> _Taken:
    """Take a chunk: do what stays in the house, hold the rest for this worker, tick off what is not wanted any more."""
    chunk, items, busy = _opened(session, ids, at, wait, _free(at))
    taken = _Taken(busy=busy)
    with session.no_autoflush:
        for item in items:
            kind = kind_of(item)
            if kind.here is not None:
                kind.here(chunk, item)
                outbox.mark_done(session, item)
                taken.done += 1
            elif not kind.wanted(chunk, item):
                if item.status == "waiting":
                    outbox.mark_done(session, item)
            else:
                # An effect without an error is being done; SQLite's one writer renders without a hold.
                item.held_until = at + kind.hold if kind.leaves or _shares(session) else None
                item.error = None
                taken.held.append(item.id or 0)
    taken.made = new_effects(session, chunk)
    return taken


def _shares(session: Session) -> bool:
    """Tell whether several workers can share the database's work."""
    return session.connection().dialect.name != "sqlite"


def _opened(
    session: Session, ids: list[int], at: datetime, wait: bool, which: tuple[Any, ...]
) -> tuple[Chunk, list[Outbox], list[int]]:
    """Return effects with their cases, the cases and then the effects locked, and those that another is at.

    A letter's own claim is in its effect; a batch's are those of its letters.
    """
    seen = session.exec(select(Outbox).where(col(Outbox.id).in_(ids), *which)).all()
    owners = shipments.claims_of(session, [key for item in seen if not item.claim_id for key in letters_of(item)])
    wanted = {item.id or 0: _claims(item, owners) for item in seen}
    found = load_many(session, {one for claims in wanted.values() for one in claims}, LOOKED_AT, wait)
    cases = {case.claim_id: case for case in found}
    mine = [item_id for item_id, claims in wanted.items() if claims <= cases.keys()]
    query = select(Outbox).where(col(Outbox.id).in_(mine), *which).order_by(col(Outbox.id))
    items = list(session.exec(locked(query, wait)))
    got = {item.id for item in items}
    keys = [key for item in items if item.claim_id for key in letters_of(item)]
    frozen = session.exec(select(Outbox).where(col(Outbox.key).in_(keys))).all() if keys else ()
    chunk = Chunk(session, at, cases, {one.key: one.payload for one in frozen})
    return chunk, items, [] if wait else [item_id for item_id in wanted if item_id not in got]


def _claims(item: Outbox, owners: dict[str, str]) -> set[str]:
    return {item.claim_id} if item.claim_id else {owners[key] for key in letters_of(item) if key in owners}


def _done_outside(held: list[int], at: datetime) -> list[_Outcome]:
    """Make effects ready and do them, outside any transaction."""
    doings, outcomes = list[tuple[int, Callable[[], Any]]](), list[_Outcome]()
    for some in divided(held, lambda ids: look(partial(_ready, ids, at)), lambda *one: outcomes.append(_fell(*one))):
        doings += some
    until = time.monotonic() + LONGEST_SENDING
    for item_id, doing in doings:
        outcomes.append(_outcome(item_id, doing) if time.monotonic() < until else _Outcome(item_id, given_back=True))
    return outcomes


def _ready(ids: list[int], at: datetime, session: Session) -> list[tuple[int, Callable[[], Any]]]:
    """Return what does each effect, everything read that it needs."""
    items = session.exec(select(Outbox).where(col(Outbox.id).in_(ids)).order_by(col(Outbox.id))).all()
    papers, doings = Papers(session, items), list[tuple[int, Callable[[], Any]]]()
    for item in items:
        ready = kind_of(item).ready
        assert ready is not None
        doings.append((item.id or 0, ready(papers, item, at)))
    return doings


def _fell(item_id: int, error: Exception) -> _Outcome:
    return _Outcome(item_id, error=known(error))


def _outcome(item_id: int, doing: Callable[[], Any]) -> _Outcome:
    try:
        return _Outcome(item_id, doing())
    except Refused as error:
        return _Outcome(item_id, refused=error)
    except Exception as error:
        return _fell(item_id, error)


def _note(session: Session, outcomes: list[_Outcome], at: datetime) -> _Taken:
    """Tick off what was done, and give back what there was no time for."""
    of_item = {one.item_id: one for one in outcomes}
    chunk, items, _ = _opened(session, list(of_item), at, True, (Outbox.status == "waiting",))
    taken = _Taken()
    with session.no_autoflush:
        for item in items:
            outcome = of_item[item.id or 0]
            item.held_until = None
            if not outcome.given_back:
                kind_of(item).note(chunk, item, outcome.made)
                outbox.mark_done(session, item)
                taken.done += 1
    taken.made = new_effects(session, chunk)
    return taken


def _note_refused(session: Session, outcomes: list[_Outcome], at: datetime) -> _Taken:
    """Note that the other side refused an effect."""
    [outcome] = outcomes
    item, refused = effect_of(session, outcome.item_id), outcome.refused
    if item is None or refused is None:
        return _Taken()
    outbox.mark_done(session, item)
    item.held_until, item.error = None, refused.message
    if item.kind in TOLD:
        news.sent(session, item, item.error, at)
    shipments.refused(session, letters_of(item), refused, at)
    return _Taken(done=1)


def effect_of(session: Session, item_id: int) -> Outbox | None:
    """Return an effect, its cases and then itself locked for this unit of work, None where it waits no more."""
    item = session.get(Outbox, item_id)
    if item is None or item.status != "waiting":
        return None
    lock_rows(session, [item.claim_id, *shipments.claims_of(session, letters_of(item)).values()])
    item = session.exec(locked(select(Outbox).where(Outbox.id == item_id))).one()
    return item if item.status == "waiting" else None


def _note_failures(session: Session, failures: list[tuple[int, RecoveryError]], at: datetime) -> None:
    items = session.exec(select(Outbox).where(col(Outbox.id).in_([item_id for item_id, _ in failures]))).all()
    owners = shipments.claims_of(session, [key for item in items for key in letters_of(item)])
    lock_rows(session, {*(item.claim_id for item in items), *owners.values()})
    for item_id, error in sorted(failures, key=lambda one: one[0]):
        _note_failure(session, item_id, error, at)


def _note_failure(session: Session, item_id: int, error: RecoveryError, at: datetime) -> None:
    item = effect_of(session, item_id)
    if item is None:
        return
    kind = KINDS.get(item.kind)
    outside, final = kind is not None and kind.leaves, _is_final(item, error)
    outbox.mark_failed(session, item, error.message, final)
    item.held_until = None if final else at + min(timedelta(minutes=2**item.attempts), LONGEST_WAIT)
    if outside and final:
        shipments.given_up(session, letters_of(item), error, at)


def _is_final(item: Outbox, error: RecoveryError) -> bool:
    """Tell whether a failure is the last: what is refused for good at once, the others after their tries."""
    if isinstance(error, GatewayError):
        kind = KINDS.get(item.kind)
        return item.attempts + 1 >= (MOST_SENDINGS if kind and kind.leaves else MOST_ATTEMPTS)
    return not isinstance(error, UnexpectedError) or item.attempts + 1 >= MOST_UNFORESEEN
