"""Sign-in and one's own account: passwords, one-time links, second factors, an organisation's provider."""

from __future__ import annotations

from fastapi import APIRouter

from recovery.portal.sign_in import account, by_link, details, entry, factor_pages, first, oidc, passwords, second

router = APIRouter()
for _area in (entry, oidc, by_link, passwords, first, second, account, details, factor_pages):
    router.include_router(_area.router)
