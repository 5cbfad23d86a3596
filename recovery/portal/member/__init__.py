"""A member's pages: filing a claim, and following it."""

from __future__ import annotations

from fastapi import APIRouter

from recovery.portal.member import bulk, claims, paper, wizard

router = APIRouter()
router.include_router(bulk.router)
router.include_router(paper.router)
router.include_router(wizard.router)
router.include_router(claims.router)
