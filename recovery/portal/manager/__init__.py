"""A manager's pages: figures, the cases behind them, exports, how the flows are; nobody is named."""

from __future__ import annotations

from fastapi import APIRouter

from recovery.portal.manager import exports, flow_health, lists, overview

router = APIRouter()
for part in (overview, lists, exports, flow_health):
    router.include_router(part.router)
