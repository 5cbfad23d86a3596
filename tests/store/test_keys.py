"""Keys of an installation: made once, for their owner alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from recovery.errors import CaseError
from recovery.keys import SIZE, key
from recovery.settings import settings


def test_a_key_is_made_once_for_its_owner_alone(local):
    made = key("audit")
    path = settings().keys_dir / "audit"
    assert (len(made), key("audit")) == (SIZE, made)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert key("codes") != made


def test_many_that_ask_at_once_get_the_same_key(local):
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: key("audit"), range(16)))) == 1
    assert [path.name for path in settings().keys_dir.iterdir()] == ["audit"]


def test_a_key_that_others_can_read_or_that_is_cut_is_refused(local):
    key("audit")
    path = settings().keys_dir / "audit"
    path.chmod(0o644)
    with pytest.raises(CaseError, match="read by others"):
        key("audit")
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(CaseError, match="not 32 bytes"):
        key("audit")
