"""Flows for the tests of serving."""

from __future__ import annotations

import asyncio

from prefect import flow

DONE: list[str] = []
WRONG = True


@flow(name="ends-well", validate_parameters=False)
async def ends_well() -> None:
    DONE.append("well")


@flow(name="fails", validate_parameters=False)
async def fails() -> None:
    if WRONG:
        raise ValueError("wrong")


@flow(name="never-ends", validate_parameters=False)
async def never_ends() -> None:
    await asyncio.Event().wait()
