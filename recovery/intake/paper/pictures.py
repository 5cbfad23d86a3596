"""Pictures that hold a page: opened within limits, upright by their own mark, no larger than reading needs."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from recovery.errors import IntakeError

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2000  # pixels: letters of a page are then some 20 high, and more costs time alone
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"BM", b"GIF87a", b"GIF89a")


def looks_like_picture(data: bytes) -> bool:
    """Tell whether a file is a picture, by its first bytes whatever its name."""
    return data.startswith(_STARTS) or is_heif(data) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def is_heif(data: bytes) -> bool:
    """Tell whether a file is a picture as phones take them (HEIC)."""
    return data[4:8] == b"ftyp" and any(brand in data[8:32] for brand in _HEIF)


def pages_of_picture(data: bytes, name: str, wanted: Sequence[int] | None = None) -> Iterator[tuple[int, Image]]:
    """Yield the pictures of a file with their numbers from 1: one, or the pages of a TIFF.

    Raises:
        IntakeError: it is broken, has more than 60 million pixels, or is a HEIC that cannot be opened here.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    _with_heif(data, name)
    Image.init()
    Image.MAX_IMAGE_PIXELS = 2 * MOST_PIXELS
    try:
        with Image.open(io.BytesIO(data), formats=("HEIF",) if is_heif(data) else _FORMATS) as picture:
            frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
            for at in wanted or range(min(frames, 12)):
                if at >= frames:
                    continue
                picture.seek(at)
                _refuse_large(picture.size, name)
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                yield at + 1, upright
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise IntakeError(
            f"{name}: the picture cannot be opened; take it anew, or type the claim in",
            code="unreadable_picture",
            field="file",
        ) from None


def _refuse_large(size: tuple[int, int], name: str) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise IntakeError(
            f"{name}: {size[0]} by {size[1]} pixels; at most {MOST_PIXELS // 1_000_000} million are taken: "
            "send a smaller picture",
            code="picture_too_large",
            field="file",
        )


def _with_heif(data: bytes, name: str) -> None:
    if not is_heif(data):
        return
    if find_spec("pi_heif") is None:
        raise IntakeError(
            f"{name}: a HEIC picture, which this installation cannot open: an administrator installs recovery[ocr]; "
            "send a JPEG, or type the claim in",
            code="ocr_missing",
            field="file",
        )
    import pi_heif

    pi_heif.register_heif_opener()
