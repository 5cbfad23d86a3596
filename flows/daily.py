"""The daily work: due deadlines by country, the outbox, exchange rates."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from prefect import flow, task
from sqlmodel import Session

from flows.boundary import private
from flows.claims import route_case
from flows.marks import mark_run
from flows.retry import outside_failed
from flows.spread import spread, task_runner, workers
from recovery.currency import ecb_file
from recovery.currency.live import LiveForex
from recovery.currency.stored import store_fixings
from recovery.errors import GatewayError
from recovery.people import limits, links, reads, sessions
from recovery.post import visits as debtor_visits
from recovery.registry import adapter_of, currencies
from recovery.rounds import delivery, sweep
from recovery.store.database import look, transact
from recovery.store.tables import Outbox
from recovery.telling import escalation

# Deadlines and effects of one task: a task costs Prefect about 50 ms.
CHUNK, EFFECTS = 5000, 500
BASE = "EUR"


@task(name="work-chunk", timeout_seconds=1800)
@private
async def work_chunk(ids: list[int], as_of: str) -> sweep.Swept:
    """Work one chunk of deadlines."""
    return await asyncio.to_thread(sweep.work, ids, date.fromisoformat(as_of))


@task(name="escalate", timeout_seconds=1800)
@private
async def escalate(country: str, as_of: str) -> escalation.Escalated:
    """Tell people of deadlines that come near or have passed."""
    return await asyncio.to_thread(escalation.escalate_all, date.fromisoformat(as_of), country)


@flow(
    name="work-deadlines",
    flow_run_name="{country}",
    timeout_seconds=7200,
    validate_parameters=False,
    task_runner=task_runner(),
)
@private
async def work_deadlines(country: str, as_of: str | None = None) -> dict[str, Any]:
    """Work all due deadlines of a country; what that makes due on the same day is worked too."""
    day = as_of or adapter_of(country).today(datetime.now(UTC)).isoformat()
    await mark_run(f"{country} {day}", [f"country:{country}"])
    total = sweep.Swept()
    seen: set[int] = set()
    while ids := [
        i for i in await asyncio.to_thread(sweep.due_deadlines, date.fromisoformat(day), country) if i not in seen
    ]:
        seen.update(ids)
        for swept in await spread(work_chunk, _chunks(ids, CHUNK), day):
            total.add(swept)
    await escalate(country, day)
    return {
        "due": total.due,
        "worked": total.worked,
        "skipped": total.skipped,
        "failed": total.failed,
        "errors": total.errors,
    }


def _chunks(ids: list[int], most: int) -> list[list[int]]:
    """Return ids in chunks of so many at most, one a worker at least."""
    size = max(1, min(most, -(-len(ids) // workers())))
    return [ids[at : at + size] for at in range(0, len(ids), size)]


@task(
    name="deliver-chunk",
    retries=3,
    retry_delay_seconds=[5, 30, 120],
    retry_condition_fn=outside_failed,
    timeout_seconds=1800,
)
@private
async def deliver_chunk(ids: list[int]) -> delivery.Delivered:
    """Do one chunk of effects."""
    return await asyncio.to_thread(delivery.deliver, ids)


@flow(name="deliver-outbox", timeout_seconds=3600, validate_parameters=False, task_runner=task_runner())
@private
async def deliver_outbox() -> dict[str, int]:
    """Do every effect that waits: letters, news, and the routing of claims whose filing was cut off."""
    done = failed = 0
    seen: set[int] = set()
    at_once = EFFECTS * workers()
    while ids := [i for i in await asyncio.to_thread(delivery.waiting_ids, at_once) if i not in seen]:
        seen.update(ids)
        for claim_id, on in await asyncio.to_thread(_unrouted, ids):
            with suppress(Exception):  # it goes on below as an effect, where its failures are counted
                await route_case(claim_id, on)
        for result in await spread(deliver_chunk, _chunks(ids, EFFECTS)):
            done, failed = done + result.done, failed + result.failed
    return {"done": done, "failed": failed}


def _unrouted(ids: list[int]) -> list[tuple[str, str]]:
    """Return the claims among effects that no run has routed yet."""
    from sqlmodel import col, select

    from recovery.store.tables import Case

    query = (
        select(Outbox.claim_id, Outbox.payload)
        .join(Case, col(Case.claim_id) == Outbox.claim_id)
        .where(col(Outbox.id).in_(ids), Outbox.kind == "route", col(Case.reference).is_(None))
    )
    rows = look(lambda session: session.exec(query).all())
    return [(claim_id or "", payload["on"]) for claim_id, payload in rows if "on" in payload]


@task(
    name="ecb-rates",
    retries=2,
    retry_delay_seconds=[10, 60],
    retry_condition_fn=outside_failed,
    timeout_seconds=60,
)
@private
async def ecb_rates(on: str) -> int:
    """Store the fixings of the last ninety days that are not known yet, from the ECB's own file."""
    days = await asyncio.to_thread(ecb_file.fetch, date.fromisoformat(on))
    return await asyncio.to_thread(_store, days, ecb_file.NAME)


@task(name="live-rate", timeout_seconds=60)
@private
async def live_rate(currency: str, on: str) -> str:
    """Ask the second live source for a rate of the day."""
    rate = await asyncio.to_thread(LiveForex().rate, BASE, currency, date.fromisoformat(on))
    if rate is None:
        raise ValueError("the live source gives a rate or an error")
    await asyncio.to_thread(_store, {rate.rate_date: {currency: rate.rate}}, LiveForex.name)
    return str(rate.rate)


@flow(name="refresh-rates", timeout_seconds=600, validate_parameters=False)
@private
async def refresh_rates(on: str | None = None) -> dict[str, Any]:
    """Store new rates: the ECB's own file, without it the second source; without both those known so far serve."""
    day = on or datetime.now(UTC).date().isoformat()
    found: dict[str, Any] = {}
    with suppress(GatewayError):  # told by the task's own failed state
        return {"new": await ecb_rates(day)}
    for currency in (one for one in currencies() if one != BASE):
        with suppress(GatewayError):
            found[currency] = await live_rate(currency, day)
    return found


def _store(days: Mapping[date, Mapping[str, Decimal]], source: str) -> int:
    def store(session: Session) -> int:
        return sum(store_fixings(session, day, fixings, source) for day, fixings in days.items())

    return transact(store)


@flow(name="tidy", timeout_seconds=900, validate_parameters=False)
@private
async def tidy() -> None:
    """Delete what has ended and is kept for nothing: sessions, one-time links, counts against abuse."""
    await asyncio.to_thread(_tidy, datetime.now(UTC))


def _tidy(now: datetime) -> None:
    def forget(session: Session) -> None:
        sessions.forget_ended(session, now)
        links.forget_ended(session, now)
        debtor_visits.forget_ended(session, now)
        limits.forget_old(session, now)
        reads.forget_old(session, now)

    transact(forget)
