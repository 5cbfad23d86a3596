"""Settings of one installation, read from the environment once."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from recovery.errors import CaseError
from recovery.private import make_private

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0)]
HINTS = {"RECOVERY_TRUSTED_PROXIES": "write addresses or networks, such as 10.0.0.7,10.1.0.0/16"}

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


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "recovery"


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class _FromEnvironment(BaseSettings):
    """Values read from RECOVERY_… variables; one that is set to nothing counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix="RECOVERY_", env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )


class Channels(_FromEnvironment):
    """How letters leave the house; what is not set lies in the folder `outgoing` instead. Seconds are those in all."""

    smtp_host: str | None = None
    smtp_port: Port = 587
    smtp_starttls: bool = True
    smtp_user: str | None = None
    smtp_password: str = Field("", repr=False)
    smtp_from: str | None = None
    smtp_seconds: Seconds = 20.0
    post_url: str | None = Field(None, repr=False)
    post_seconds: Seconds = 300.0
    webhook_url: str | None = Field(None, repr=False)
    webhook_secret: str = Field("", repr=False)
    webhook_seconds: Seconds = 10.0


@dataclass(frozen=True)
class Oidc:
    """An organisation's own sign-in (OpenID Connect)."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)


class Settings(_FromEnvironment):
    """Where things lie and what listens where."""

    data_dir: Path = Field(default_factory=_default_data_dir)
    database: str | None = Field(None, validation_alias="RECOVERY_DATABASE_URL", repr=False)
    host: ClassVar[str] = "127.0.0.1"
    portal_port: Port = Field(8000, validation_alias="RECOVERY_PORT")
    prefect_port: Port = 4200
    portal: str | None = Field(None, validation_alias="RECOVERY_PORTAL_URL")
    channels: Channels = Field(default_factory=Channels)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str = Field("", repr=False)
    keys: Path | None = Field(None, validation_alias="RECOVERY_KEYS_DIR")
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()
    task_runner: Literal["threads", "dask"] | None = None
    task_workers: int = Field(2, ge=1)
    dask_address: str | None = None
    ecb_url: str = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml"
    # The interface of the registers of VAT numbers; without it nobody is asked.
    vies_url: str | None = None
    vies_seconds: Seconds = 10.0
    reads_days: int = Field(730, ge=1)
    # Minutes between the runs of every schedule: for a soak, where a day's work is watched in an hour.
    schedules_every: int = Field(0, ge=0, le=59)

    @field_validator("data_dir", "keys")
    @classmethod
    def _whole(cls, folder: Path | None) -> Path | None:
        return folder and folder.resolve()

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _listed(cls, text: Any) -> Any:
        return [one.strip() for one in text.split(",") if one.strip()] if isinstance(text, str) else text

    @property
    def database_url(self) -> str:
        """Where the product's own database is."""
        return self.database or f"sqlite:///{self.data_dir / 'recovery.db'}"

    @property
    def portal_url(self) -> str:
        """The address of the pages as letters print it."""
        return self.portal or f"http://127.0.0.1:{self.portal_port}"

    @property
    def unreachable_portal(self) -> bool:
        """Whether letters leave this machine while the page they name is of this machine alone, or without encryption.

        Nobody can open such a page, and a code typed into it could be read on its way.
        """
        channels, here = self.channels, urlsplit(self.portal_url)
        hosts = [channels.smtp_host, urlsplit(channels.post_url).hostname if channels.post_url else None]
        leaves = any(host and not _is_here(host) for host in hosts)
        return leaves and (here.scheme != "https" or _is_here(here.hostname or ""))

    @property
    def oidc(self) -> Oidc | None:
        """The organisation's own sign-in, None where none is set."""
        if not (self.oidc_issuer and self.oidc_client_id):
            return None
        return Oidc(self.oidc_issuer.rstrip("/"), self.oidc_client_id, self.oidc_client_secret)

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


@cache
def settings() -> Settings:
    """Return the settings; the data folder is made on first use.

    Raises:
        CaseError: a variable holds what it cannot.
    """
    try:
        found = Settings()
    except ValidationError as error:
        raise _bad(error) from None
    make_private(found.data_dir)
    return found


def _bad(error: ValidationError) -> CaseError:
    """Name each variable at fault and what is wrong with it; never what it holds."""
    faults = {_variable(str(one["loc"][0])): one["msg"][:1].lower() + one["msg"][1:] for one in error.errors()}
    hints = "".join(f"; {HINTS[name]}" for name in faults if name in HINTS)
    text = "; ".join(f"{name}: {why}" for name, why in faults.items())
    return CaseError(f"{text}{hints}", code="bad_setting")


def _variable(name: str) -> str:
    return name if name.startswith("RECOVERY_") else f"RECOVERY_{name.upper()}"


def prepare_prefect_environment(api_url: str | None = None) -> None:
    """Set Prefect's environment before Prefect is imported: quiet, local, in our data folder."""
    for name, value in PREFECT_QUIET.items():
        os.environ.setdefault(name, value)
    # A command tells a domain error in one line itself; the run's own log keeps the rest.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_HOME", str(settings().prefect_home))
    if api_url:
        os.environ["PREFECT_API_URL"] = api_url
