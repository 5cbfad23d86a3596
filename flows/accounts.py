"""The trust-account check, every night: the ledger of each bank account against what its bank tells."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task

from flows.boundary import private
from flows.marks import mark_run
from flows.watch_faults import Fault
from flows.watch_mail import tell
from recovery.errors import CaseError
from recovery.store import trust_accounts
from recovery.store.snapshot import snapshot

# Accounts and days that a mail names; the audit names all.
MOST_NAMED = 5


@task(name="check-bank-accounts", timeout_seconds=1800)
@private
async def check(now: str) -> dict[str, Any]:
    """Compare every account, and tell administrators at once of what does not agree."""
    return await asyncio.to_thread(_checked, datetime.fromisoformat(now))


def _checked(now: datetime) -> dict[str, Any]:
    with snapshot() as connection:
        found = trust_accounts.check(connection)
    if found.findings:
        tell([Fault("accounts_differ", one.where) for one in found.findings[:MOST_NAMED]], [], now)
    return found.as_dict()


@flow(name="check-accounts", timeout_seconds=3600, validate_parameters=False)
async def check_accounts(at: str | None = None) -> dict[str, Any]:
    """Hold the ledger to the banks; a run that finds a difference fails, and the watch tells of it.

    Raises:
        CaseError: an account is not what its bank tells.
    """
    now = at or datetime.now(UTC).isoformat()
    await mark_run(f"accounts {now[:10]}", [])
    found = await check(now)
    if found["findings"]:
        count = len(found["findings"])
        raise CaseError(
            f"trust accounts: {count} differences between ledger and bank; `recovery audit verify` names them",
            code="accounts_differ",
        )
    return found
