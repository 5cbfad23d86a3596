"""What a measure is held against in the same run, in milliseconds of CPU each."""

from __future__ import annotations

import time
from datetime import date

from sqlalchemy import insert

from recovery.store.database import transact
from recovery.store.tables import ExchangeRate

ROWS = 2_000
RUNS = 50


def _rows(currency: str) -> list[dict[str, object]]:
    return [
        {"currency": currency, "rate_on": date.fromordinal(700_000 + number), "rate": "1.0", "source": "yardstick"}
        for number in range(ROWS)
    ]


def orm_row() -> float:
    """Return what a row costs that is written as a plain object of the ORM."""
    rows = _rows("XXA")
    began = time.process_time()
    transact(lambda session: session.add_all(ExchangeRate(**row) for row in rows))
    return (time.process_time() - began) * 1000 / ROWS


def set_row() -> float:
    """Return what a row costs that is written with all others by one statement."""
    rows = _rows("XXB")
    began = time.process_time()
    transact(lambda session: session.connection().execute(insert(ExchangeRate), rows))
    return (time.process_time() - began) * 1000 / ROWS


def prefect_run() -> float:
    """Return what a run of a flow costs that does nothing, its server's part apart."""
    import asyncio

    from prefect import flow
    from prefect.testing.utilities import prefect_test_harness

    @flow
    async def nothing(number: int) -> int:
        return number

    async def all_of_them() -> None:
        for number in range(RUNS):
            await nothing(number)

    with prefect_test_harness(server_startup_timeout=120):
        asyncio.run(nothing(0))
        began = time.process_time()
        asyncio.run(all_of_them())
        return (time.process_time() - began) * 1000 / RUNS
