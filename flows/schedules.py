"""What runs by itself and when: the table that the worker serves and that the watch holds Prefect to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from zoneinfo import ZoneInfo

from cronsim import CronSim

from recovery.registry import adapter_of, countries
from recovery.settings import settings


@dataclass(frozen=True)
class Schedule:
    """One flow as it runs by itself: under which name, when (cron), in whose time zone, with what."""

    flow: str
    name: str
    cron: str
    zone: str = "UTC"
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tags: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """The name by which Prefect knows it."""
        return f"{self.flow}/{self.name}"

    def missed_since(self, now: datetime) -> datetime:
        """Return the last but one instant at which it was to run: since then it has run, or two runs are missed."""
        return next(islice(self._back(now), 1, None))

    def _back(self, now: datetime) -> CronSim:
        return CronSim(self.cron, now.astimezone(ZoneInfo(self.zone)), reverse=True)


EVERYWHERE = (
    Schedule("deliver-outbox", "outbox", "*/15 * * * *"),
    Schedule("refresh-rates", "rates", "30 16 * * 1-5", "Europe/Brussels"),
    Schedule("tidy", "tidy", "30 2 * * *", "Europe/Brussels"),
    Schedule("export-heads", "heads", "45 2 * * *", "Europe/Brussels"),
    Schedule("check-accounts", "accounts", "50 2 * * *", "Europe/Brussels"),
    Schedule("make-figures", "figures", "0 3 * * *", "Europe/Brussels"),
    Schedule("send-digests", "digest", "30 7 * * *", "Europe/Brussels"),
    Schedule("monthly-report", "report", "0 7 1 * *", "Europe/Brussels"),
)


def schedules() -> tuple[Schedule, ...]:
    """Return every schedule: those of all countries, and each country's sweep in its own time zone."""
    found = (*EVERYWHERE, *(_sweep(code) for code in countries()))
    every = settings().schedules_every
    if not every:
        return found
    cron = f"*/{every} * * * *"
    return tuple(Schedule(one.flow, one.name, cron, "UTC", one.parameters, one.tags) for one in found)


def _sweep(code: str) -> Schedule:
    parameters, tags = MappingProxyType({"country": code}), (f"country:{code}",)
    return Schedule("work-deadlines", f"daily-{code.lower()}", "0 9 * * *", adapter_of(code).timezone, parameters, tags)
