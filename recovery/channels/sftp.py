"""A mail house's SFTP server, written to only when its key is a known host's: letters hold personal data."""

from __future__ import annotations

from typing import Any

import paramiko  # type: ignore[import-untyped]
from fsspec.implementations.sftp import SFTPFileSystem  # type: ignore[import-untyped]

from recovery.limit import Limit

SECONDS = 20.0
PORT = 22


class KnownHostsSftp(SFTPFileSystem):  # type: ignore[misc]
    """SFTP by fsspec, the host's key checked against the account's known hosts, every step and the whole timed."""

    client: Any
    ftp: Any

    def _connect(self) -> None:
        self.client = paramiko.SSHClient()
        self.client.load_system_host_keys()
        self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        given = dict(self.ssh_kwargs)
        limit: Limit = given.pop("limit")
        given["sock"] = limit.connect(self.host, int(given.get("port") or PORT))
        times = dict.fromkeys(("timeout", "banner_timeout", "auth_timeout", "channel_timeout"), SECONDS)
        self.client.connect(self.host, **{**times, **given})
        self.ftp = self.client.open_sftp()
        self.ftp.get_channel().settimeout(SECONDS)
