"""An administrator's pages: users, partners, channels, switches and the audit; an auditor reads them."""

from __future__ import annotations

from fastapi import APIRouter

from recovery.portal.administrator import audit, channels, overview, partners, reads, users

router = APIRouter()
for _part in (overview, users, partners, channels, audit, reads):
    router.include_router(_part.router)
