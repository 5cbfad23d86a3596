"""Settings of one installation, read from the environment once."""

from __future__ import annotations

import ipaddress
import os
import stat
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from recovery.errors import CaseError

# What no file of an installation gives to others (umask).
PRIVATE = 0o077
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Prefect's telemetry stays off, its UI shows no advertisements (docs/decisions/0003-prefect.md).
PREFECT_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "true",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_TO_API_ENABLED": "true",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}


@dataclass(frozen=True)
class Channels:
    """How letters leave the house; what is not set lies in the folder `outgoing` instead. Seconds are those in all."""

    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_starttls: bool = True
    smtp_user: str | None = None
    smtp_password: str = field(default="", repr=False)
    smtp_from: str | None = None
    smtp_seconds: float = 20.0
    post_url: str | None = field(default=None, repr=False)
    post_seconds: float = 300.0
    webhook_url: str | None = field(default=None, repr=False)
    webhook_secret: str = field(default="", repr=False)
    webhook_seconds: float = 10.0


@dataclass(frozen=True)
class Oidc:
    """An organisation's own sign-in (OpenID Connect)."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """Where things lie and what listens where."""

    data_dir: Path
    database_url: str
    host: str = "127.0.0.1"
    portal_port: int = 8000
    prefect_port: int = 4200
    portal_url: str = "http://127.0.0.1:8000"
    channels: Channels = Channels()
    oidc: Oidc | None = None
    keys: Path | None = None
    trusted_proxies: tuple[Network, ...] = ()
    reads_days: int = 730
    schedules_every: int | None = None

    @property
    def keys_dir(self) -> Path:
        """The folder of the installation's keys: kept and copied apart from the database and its backups."""
        return self.keys or self.data_dir / "keys"

    @property
    def outgoing(self) -> Path:
        """The folder of what would leave the house, where a channel is not set."""
        return self.data_dir / "outgoing"

    @property
    def documents(self) -> Path:
        """The folder of stored documents, by content."""
        return self.data_dir / "documents"

    @property
    def prefect_home(self) -> Path:
        """Prefect's own folder."""
        return self.data_dir / "prefect"

    @property
    def prefect_api_file(self) -> Path:
        """Where a running server notes its API address."""
        return self.data_dir / "prefect-api-url"

    @property
    def watch_file(self) -> Path:
        """Where the watch notes what does not run as it should."""
        return self.data_dir / "watch.json"


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "recovery"


@cache
def settings() -> Settings:
    """Return the settings; the data folder is made on first use."""
    data_dir = Path(os.environ.get("RECOVERY_DATA_DIR") or _default_data_dir()).resolve()
    _make_private(data_dir)
    port = int(os.environ.get("RECOVERY_PORT", "8000"))
    return Settings(
        data_dir=data_dir,
        database_url=os.environ.get("RECOVERY_DATABASE_URL") or f"sqlite:///{data_dir / 'recovery.db'}",
        portal_port=port,
        prefect_port=int(os.environ.get("RECOVERY_PREFECT_PORT", "4200")),
        portal_url=os.environ.get("RECOVERY_PORTAL_URL", f"http://127.0.0.1:{port}"),
        channels=_channels(),
        oidc=_oidc(),
        keys=Path(folder).resolve() if (folder := os.environ.get("RECOVERY_KEYS_DIR")) else None,
        reads_days=int(os.environ.get("RECOVERY_READS_DAYS", "730")),
        trusted_proxies=_networks(os.environ.get("RECOVERY_TRUSTED_PROXIES", "")),
        # Minutes between the runs of every schedule: for a soak, where a day's work is watched in an hour.
        schedules_every=int(os.environ.get("RECOVERY_SCHEDULES_EVERY", "0")) or None,
    )


def _make_private(folder: Path) -> None:
    """Make a folder that its owner alone opens, or close one that was left open; a shared one is left as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.stat()
    shared = found.st_mode & stat.S_ISVTX or folder == Path(folder.anchor)
    if found.st_mode & PRIVATE and found.st_uid == os.geteuid() and not shared:
        folder.chmod(0o700)


def _networks(text: str) -> tuple[Network, ...]:
    """Return the addresses and networks of a list.

    Raises:
        CaseError: one is none.
    """
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as error:
        raise CaseError(
            f"RECOVERY_TRUSTED_PROXIES: {error}; write addresses or networks, such as 10.0.0.7,10.1.0.0/16",
            code="bad_setting",
        ) from None


def _oidc() -> Oidc | None:
    issuer, client = os.environ.get("RECOVERY_OIDC_ISSUER"), os.environ.get("RECOVERY_OIDC_CLIENT_ID")
    secret = os.environ.get("RECOVERY_OIDC_CLIENT_SECRET", "")
    return Oidc(issuer.rstrip("/"), client, secret) if issuer and client else None


def _channels() -> Channels:
    found = os.environ.get
    return Channels(
        smtp_host=found("RECOVERY_SMTP_HOST") or None,
        smtp_port=int(found("RECOVERY_SMTP_PORT", "587")),
        smtp_starttls=found("RECOVERY_SMTP_STARTTLS", "1") != "0",
        smtp_user=found("RECOVERY_SMTP_USER") or None,
        smtp_password=found("RECOVERY_SMTP_PASSWORD", ""),
        smtp_from=found("RECOVERY_SMTP_FROM") or None,
        smtp_seconds=float(found("RECOVERY_SMTP_SECONDS", "20")),
        post_url=found("RECOVERY_POST_URL") or None,
        post_seconds=float(found("RECOVERY_POST_SECONDS", "300")),
        webhook_url=found("RECOVERY_WEBHOOK_URL") or None,
        webhook_secret=found("RECOVERY_WEBHOOK_SECRET", ""),
        webhook_seconds=float(found("RECOVERY_WEBHOOK_SECONDS", "10")),
    )


def prepare_prefect_environment(api_url: str | None = None) -> None:
    """Set Prefect's environment before Prefect is imported: quiet, local, in our data folder."""
    for name, value in PREFECT_QUIET.items():
        os.environ.setdefault(name, value)
    # A command tells a domain error in one line itself; the run's own log keeps the rest.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_HOME", str(settings().prefect_home))
    if api_url:
        os.environ["PREFECT_API_URL"] = api_url
