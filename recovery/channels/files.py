"""Files put where others fetch them: whole or not at all, and one name only once."""

from __future__ import annotations

import re
from typing import Any

from recovery.errors import GatewayError
from recovery.limit import Limit
from recovery.settings import settings


def safe_name(key: str) -> str:
    """Return a key as a name that every file system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", key)


def put_once(url: str, name: str, content: bytes) -> bool:
    """Write a file under a temporary name, then give it its own; tell whether it was new.

    Raises:
        GatewayError: the place did not take it, or not in time.
    """
    with Limit(settings().channels.post_seconds) as limit:
        try:
            return _put(*_open(url, limit), name, content)
        except Exception as error:  # each kind of place has errors of its own; none may carry the address into a log
            raise _failed(url, name, TimeoutError() if limit.over else error) from None


def _put(place: Any, path: str, name: str, content: bytes) -> bool:
    final, partial = f"{path}/{name}", f"{path}/.{name}.partial"
    place.makedirs(path, exist_ok=True)
    if place.exists(final):
        return False
    with place.open(partial, "wb") as file:
        file.write(content)
    place.mv(partial, final)
    return True


def _open(url: str, limit: Limit) -> tuple[Any, str]:
    """Return the place behind a URL and the folder in it."""
    import fsspec  # type: ignore[import-untyped]
    from fsspec.core import url_to_fs  # type: ignore[import-untyped]

    more: dict[str, Any] = {}
    if url.startswith("sftp://"):
        from recovery.channels.sftp import KnownHostsSftp

        fsspec.register_implementation("sftp", KnownHostsSftp, clobber=True)
        more["limit"] = limit
    place, path = url_to_fs(url, skip_instance_cache=True, **more)
    return place, str(path).rstrip("/")


def _failed(url: str, name: str, error: Exception) -> GatewayError:
    kind = url.partition("://")[0] if "://" in url else "folder"
    return GatewayError(
        f"post: {kind}: {name or 'the place'} could not be written ({type(error).__name__}); check RECOVERY_POST_URL",
        code="post_unavailable",
    )
