"""`recovery serve`: Prefect's server, the worker and the portal, as one process tree."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import uvicorn

from flows.server import PrefectServer, start_child, stop_child
from recovery.people.links import first_administrator_link
from recovery.portal.app import portal_app, served
from recovery.settings import settings
from recovery.store.database import engine, unit_of_work

WATCH_SECONDS = 2.0
STEADY_SECONDS = 60.0


class Tree:
    """The processes of one installation; a child that ends is started again."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.server = PrefectServer(settings().prefect_port)
        self.worker: subprocess.Popen[bytes] | None = None
        self.stopping = asyncio.Event()
        self.pause, self.worker_since, self.worker_due = 1.0, 0.0, 0.0

    def alive(self) -> dict[str, bool]:
        """Tell which processes run."""
        return {"prefect server": _runs(self.server.child), "worker": _runs(self.worker), "portal": True}

    def start_worker(self) -> None:
        """Start the worker; one that keeps ending is started ever more seldom, and shows as not running."""
        ran = time.monotonic() - self.worker_since
        self.pause = 1.0 if ran > STEADY_SECONDS else min(2 * self.pause, STEADY_SECONDS)
        self.worker_since = time.monotonic()
        self.worker_due = self.worker_since + self.pause
        self.worker = start_child(
            ["-m", "flows.worker"], self.server.environment(), settings().data_dir / "logs" / "worker.log"
        )

    async def run(self) -> None:
        """Start all, watch them, and end all on a signal."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self.stopping.set)
        try:
            await asyncio.to_thread(engine)
            self.server.launch()
            await asyncio.to_thread(self.server.wait)
            settings().prefect_api_file.write_text(self.server.api_url)
            self.start_worker()
            await self._portal()
        finally:
            await asyncio.to_thread(self.stop)

    async def _portal(self) -> None:
        config = served(portal_app(self.server.ui_url, self.alive), settings().host, self.port)
        portal = uvicorn.Server(config)
        portal.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(portal.serve())
        _tell(f"portal       http://{settings().host}:{self.port}")
        _tell(f"flow runs    {self.server.ui_url}")
        if link := await asyncio.to_thread(_first_administrator):
            _tell(f"administrator {link}  (once, within 24 hours)")
        _tell("stop with Ctrl-C")
        while not self.stopping.is_set() and not serving.done():
            await self._watch()
        portal.should_exit = True
        await serving

    async def _watch(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), WATCH_SECONDS)
            return
        if not _runs(self.server.child):
            _tell("Prefect's server ended: started again")
            self.server.launch()
            await asyncio.to_thread(self.server.wait)
        if not _runs(self.worker) and time.monotonic() >= self.worker_due:
            _tell(f"the worker ended: started again; see {settings().data_dir / 'logs' / 'worker.log'}")
            self.start_worker()

    def stop(self) -> None:
        """End the children, the worker before the server it talks to."""
        settings().prefect_api_file.unlink(missing_ok=True)
        if self.worker is not None:
            stop_child(self.worker)
        self.server.stop()
        _tell("stopped")


def _first_administrator() -> str | None:
    """Return the link that makes the first administrator, while there is none."""
    with unit_of_work() as session:
        return first_administrator_link(session, datetime.now(UTC))


def _runs(child: subprocess.Popen[bytes] | None) -> bool:
    return child is not None and child.poll() is None


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main(port: int) -> None:
    """Run the tree until it is told to stop."""
    asyncio.run(_main(port))


async def _main(port: int) -> None:
    await Tree(port).run()
