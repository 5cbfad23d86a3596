"""A member's pages: filing a claim, and following it."""

from __future__ import annotations

from fastapi import APIRouter

from recovery.portal.member import claims, wizard

router = APIRouter()
router.include_router(wizard.router)
router.include_router(claims.router)
