"""Flows on Prefect's own server: names, tags, parameters, retries, idempotency."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest
from sqlmodel import select

from flows.boundary import FlowFault
from recovery.case.store import load
from recovery.errors import GatewayError, IntakeError
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Case, Document, ExchangeRate, Outbox
from tests.casework import FILED, accepted, filed, seen

pytestmark = pytest.mark.usefixtures("harness")


def sample(country):
    return resources.files("recovery.demo").joinpath("invoices", f"{country}.xml").read_bytes()


def upload(country="nl", on=FILED):
    from flows.uploads import keep_upload

    return keep_upload(sample(country), f"{country}.xml", on, consents=["formal_notice"])


def client_of():
    from prefect.client.orchestration import get_client

    return get_client()


async def runs(name):
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName

    async with client_of() as client:
        return await client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=[name])), limit=200)


def test_filing_runs_as_flows_that_a_manager_finds_by_the_reference():
    from flows.claims import file_claim

    async def story():
        claim = await file_claim(upload(), FILED.isoformat())
        with reading() as session:
            case = load(session, claim, lock=False)
        found = [run for flow in ("file-claim", "route-case") for run in await runs(flow) if run.name == case.reference]
        async with client_of() as client:
            artifacts = await client.read_artifacts()
        return case, found, artifacts

    case, found, artifacts = asyncio.run(story())
    assert len(found) >= 2
    tags = set().union(*(run.tags for run in found))
    assert {case.reference, "country:NL", "partner:BE"} <= tags
    assert {run.id for run in case.flow_runs} <= {str(run.id) for run in found}
    assert any(case.reference in str(artifact.data) for artifact in artifacts)


def test_parameters_hold_references_alone():
    from flows.claims import file_claim

    async def story():
        await file_claim(upload("it"), FILED.isoformat())
        return [run.parameters for flow in ("file-claim", "route-case") for run in await runs(flow)]

    text = str(asyncio.run(story()))
    for secret in ("Leieboord", "Esempio", "6050", "BE77539000001242", "G-2026-005"):
        assert secret not in text


def test_a_fault_in_the_claim_fails_the_run_and_stores_nothing():
    from flows.claims import file_claim

    with pytest.raises(IntakeError) as refused:
        asyncio.run(file_claim(upload(on=date(2026, 1, 20)), "2026-01-20"))
    assert "due on" in refused.value.message
    assert str(refused.value) == refused.value.code, "what Prefect stores is the code alone"
    with reading() as session:
        assert list(session.exec(select(Case))) == []


def test_a_claim_cut_off_between_filing_and_routing_is_routed_by_the_outbox():
    from flows.daily import deliver_outbox

    with unit_of_work() as session:
        claim = filed(session).claim_id
    assert seen(claim).reference is None
    asyncio.run(deliver_outbox())
    assert seen(claim).reference == "NL-2026-000001"
    asyncio.run(deliver_outbox())
    assert seen(claim).reference == "NL-2026-000001"


def test_a_claim_that_cannot_be_routed_stops_no_delivery():
    from flows.daily import deliver_outbox

    with unit_of_work() as session:
        old = filed(session, number="old")
        [invoice] = old.invoices
        invoice.issued_on, invoice.due_on = date(1990, 1, 1), date(1990, 2, 1)
        old.changed()
        good = filed(session, number="good").claim_id
    done = asyncio.run(deliver_outbox())
    assert done["failed"] == 1
    assert seen(good).reference == "NL-2026-000001"
    with reading() as session:
        [item] = session.exec(select(Outbox).where(Outbox.status == "failed")).all()
    assert (item.kind, "1990-02-02" in item.error) == ("route", True)


def test_the_daily_run_works_what_is_due_and_makes_the_letters():
    from flows.daily import deliver_outbox, work_deadlines

    name = accepted()
    result = asyncio.run(work_deadlines("NL", "2026-03-03"))
    assert (result["due"], result["worked"], result["failed"]) == (1, 1, 0)
    assert asyncio.run(work_deadlines("IT", "2026-03-03"))["due"] == 0
    asyncio.run(deliver_outbox())
    with reading() as session:
        kinds = [
            document.kind for document in session.exec(select(Document)) if document.claim_id == seen(name).claim_id
        ]
    assert "letter:reminder" in kinds
    assert any(run.name == "NL 2026-03-03" for run in asyncio.run(runs("work-deadlines")))


def test_only_outside_failures_are_tried_again(monkeypatch):
    from flows import daily
    from recovery.rounds import delivery

    calls = []

    def broken(error):
        def deliver(ids):
            calls.append(ids)
            raise error

        return deliver

    with unit_of_work() as session:
        filed(session)
    fast = daily.deliver_chunk.with_options(retry_delay_seconds=0)
    monkeypatch.setattr(daily, "deliver_chunk", fast)
    monkeypatch.setattr(delivery, "deliver", broken(GatewayError("the mail house does not answer")))
    with pytest.raises(GatewayError):
        asyncio.run(daily.deliver_outbox())
    assert len(calls) == 4
    calls.clear()
    monkeypatch.setattr(delivery, "deliver", broken(ValueError("a fault of ours")))
    with unit_of_work() as session:
        for item in session.exec(select(Outbox)):
            item.status = "waiting"
    with pytest.raises(FlowFault, match=r"ValueError at tests/flows/test_flows\.py"):
        asyncio.run(daily.deliver_outbox())
    assert len(calls) == 1


def test_a_statement_imported_twice_books_once():
    from flows.bank import import_statement, remit
    from recovery.demo.bankfile import Paid, statement
    from recovery.money import Money
    from recovery.store.documents import keep

    name = accepted()
    paid = Paid(
        1,
        "NL91ABNA0417164300",
        date(2026, 3, 10),
        Money(30_000, "EUR"),
        "Debiteur Voorbeeld",
        seen(name).payment_reference,
    )
    sha = keep(statement([paid], date(2026, 3, 11)))
    assert asyncio.run(import_statement(sha))["matched"] == 1
    assert asyncio.run(import_statement(sha))["known"] == 1
    assert asyncio.run(remit("NL", "2026-03-31"))["totals"] == {"EUR": "300.00"}
    assert asyncio.run(remit("NL", "2026-03-31"))["transfers"] == 0


def stored():
    with reading() as session:
        rows = session.exec(select(ExchangeRate).order_by(ExchangeRate.rate_on, ExchangeRate.currency)).all()
        return [(row.rate_on.isoformat(), row.currency, row.rate, row.source) for row in rows]


def test_the_ecb_s_file_is_stored_once_and_the_second_source_serves_where_it_is_silent(monkeypatch):
    from decimal import Decimal

    from flows import daily
    from recovery.currency import ecb_file
    from recovery.currency.live import LiveForex
    from recovery.currency.rates import Rate

    monkeypatch.setattr(daily, "ecb_rates", daily.ecb_rates.with_options(retry_delay_seconds=0))
    thursday, friday = date(2026, 11, 19), date(2026, 11, 20)
    days = {thursday: {"SEK": Decimal("11.01")}, friday: {"SEK": Decimal("11.05"), "USD": Decimal("1.16")}}
    monkeypatch.setattr(ecb_file, "fetch", lambda on: days)
    assert asyncio.run(daily.refresh_rates("2026-11-20")) == {"new": 3}
    assert asyncio.run(daily.refresh_rates("2026-11-20")) == {"new": 0}
    fixed = [
        ("2026-11-19", "SEK", "11.01", ecb_file.NAME),
        ("2026-11-20", "SEK", "11.05", ecb_file.NAME),
        ("2026-11-20", "USD", "1.16", ecb_file.NAME),
    ]
    assert stored() == fixed

    def silent(*asked):
        raise GatewayError("no answer")

    monkeypatch.setattr(ecb_file, "fetch", silent)
    monkeypatch.setattr(LiveForex, "rate", lambda self, s, t, on: Rate(Decimal("11.07"), on, "live"))
    assert asyncio.run(daily.refresh_rates("2026-11-23")) == {"SEK": "11.07"}
    assert stored() == [*fixed, ("2026-11-23", "SEK", "11.07", "forex-python")]
    monkeypatch.setattr(LiveForex, "rate", silent)
    assert asyncio.run(daily.refresh_rates("2026-11-24")) == {}
    assert len(stored()) == 4


def test_the_same_start_key_gives_the_same_run_and_a_new_attempt_another():
    from flows.daily import work_deadlines
    from flows.worker import start

    key = uuid.uuid4().hex

    async def story():
        deployment = await work_deadlines.ato_deployment("daily-test", parameters={"country": "NL"})
        await deployment.apply()
        name = "work-deadlines/daily-test"
        return [await start(name, {"country": "NL"}, key, attempt) for attempt in (1, 1, 2)]

    first, again, second = asyncio.run(story())
    assert first == again
    assert second != first


def test_a_run_that_nobody_can_still_be_running_is_marked_as_crashed(monkeypatch):
    from prefect.states import Running

    from flows import worker
    from flows.daily import deliver_outbox

    async def story(limit):
        monkeypatch.setattr(worker, "LONGEST_RUN", limit)
        async with client_of() as client:
            run = await client.create_flow_run(deliver_outbox, state=Running())
            await worker.reconcile()
            return (await client.read_flow_run(run.id)).state.type.value

    assert asyncio.run(story(timedelta(hours=2))) == "RUNNING"
    assert asyncio.run(story(timedelta(seconds=-1))) == "CRASHED"


def test_every_country_has_its_schedule_in_its_own_time_zone():
    from flows.worker import served
    from recovery.registry import adapter_of, countries

    made = [asyncio.run(one.deployment()) for one in served()]
    zones = {one.name: one.schedules[0].schedule.timezone for one in made if one.schedules}
    for code in countries():
        assert zones[f"daily-{code.lower()}"] == adapter_of(code).timezone
    assert datetime.now(UTC)
