"""The mark of a national service: read once, kept inside each letter so that what was sent never changes."""

from __future__ import annotations

import base64
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from recovery.errors import IntakeError, LawError
from recovery.safe_xml import parse_xml

LARGEST = 64 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"


def load_logo(name: str | None, folder: Traversable) -> dict[str, str] | None:
    """Return the logo that service.toml names, a file of the country's folder or an absolute path; None without one.

    Raises:
        LawError: there is no such file, it is too large, or neither SVG nor PNG.
    """
    if not name:
        return None
    where = f"service.toml: logo {PurePosixPath(name).name!r}"
    file = _file(name, folder, where)
    if not file.is_file():
        raise LawError(f"{where}: no such file; put it into the country's folder or name its absolute path")
    data = file.read_bytes()
    if len(data) >= LARGEST:
        raise LawError(f"{where}: {len(data)} bytes; letters take a logo under {LARGEST} bytes, make it smaller")
    return {"format": _format(data, where), "data": base64.b64encode(data).decode()}


def _file(name: str, folder: Traversable, where: str) -> Traversable:
    path = PurePosixPath(name)
    if Path(name).is_absolute():
        return Path(name)
    if ".." in path.parts:
        raise LawError(f"{where}: leaves the country's folder; name a file inside it or an absolute path")
    return folder.joinpath(*path.parts)


def _format(data: bytes, where: str) -> str:
    """Return what a picture is by its content."""
    if data.startswith(_PNG):
        return "png"
    try:
        root = parse_xml(data, where)
    except IntakeError:
        root = None
    if root is None or not str(root.tag).endswith("}svg"):
        raise LawError(f"{where}: neither a PNG nor a well-formed SVG picture; export it again")
    return "svg"


def logo_bytes(logo: dict[str, str]) -> list[int]:
    """Return a logo's bytes as the layout takes them."""
    return list(base64.b64decode(logo["data"]))
