"""A recovery team's pages: what is to do, one case whole, the bank, the calendar, who stands in."""

from __future__ import annotations

from fastapi import APIRouter

from recovery.portal.team import bank, bulk, case, desk, inbox

router = APIRouter()
for part in (inbox, bulk, case, bank, desk):
    router.include_router(part.router)
