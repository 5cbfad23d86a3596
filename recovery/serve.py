"""`recovery serve`: Prefect's server, the worker and the portal, as one process tree."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import uvicorn

from flows.alone import alone, wait_for_port
from flows.server import START_SECONDS, UI_BASE, PrefectServer, answers, start_child, stop_child
from flows.watch import LOOK_SECONDS, look_and_tell
from recovery.people.links import first_administrator_link
from recovery.portal.app import portal_app, served
from recovery.registry import adapter_of, countries
from recovery.settings import settings
from recovery.store.database import engine, unit_of_work

WATCH_SECONDS = 2.0
STEADY_SECONDS = 60.0
log = logging.getLogger(__name__)


class Kept:
    """A program that is started again when it ends, ever more seldom when it keeps ending."""

    def __init__(self, launch: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.launch = launch
        self.child: subprocess.Popen[bytes] | None = None
        self.pause, self.since, self.due = 1.0, 0.0, 0.0

    def runs(self) -> bool:
        """Tell whether the program runs."""
        return self.child is not None and self.child.poll() is None

    def keep(self) -> bool:
        """Start the program if it does not run and its pause is over; tell whether it was started once more."""
        now = time.monotonic()
        if self.runs() or now < self.due:
            return False
        again = self.child is not None
        if again:
            self.pause = 1.0 if now - self.since > STEADY_SECONDS else min(2 * self.pause, STEADY_SECONDS)
        self.since, self.due = now, now + self.pause
        self.child = self.launch()
        return again

    def stop(self) -> None:
        """End the program and all that it started."""
        if self.child is not None:
            stop_child(self.child)


class Tree:
    """The processes of one installation; one that ends is started again, and the portal answers meanwhile."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.prefect = PrefectServer(settings().prefect_port)
        self.server, self.worker = Kept(self.prefect.start), Kept(self._start_worker)
        self.stopping = asyncio.Event()
        self.answered, self.silent_since = False, time.monotonic()

    def alive(self) -> dict[str, bool]:
        """Tell which processes do their work."""
        return {
            "prefect server": self.server.runs() and self.answered,
            "worker": self.worker.runs(),
            "portal": True,
        }

    def _start_worker(self) -> subprocess.Popen[bytes]:
        log_file = settings().data_dir / "logs" / "worker.log"
        return start_child(["-m", "flows.worker"], self.prefect.environment(), log_file)

    async def run(self) -> None:
        """Start all, watch them, and end all on a signal."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self.stopping.set)
        try:
            await asyncio.to_thread(engine)
            settings().prefect_api_file.write_text(self.prefect.api_url)
            self.server.keep()
            await self._portal()
        finally:
            await asyncio.to_thread(self.stop)

    async def _portal(self) -> None:
        config = served(portal_app(UI_BASE, self.alive), settings().host, self.port)
        portal = uvicorn.Server(config)
        portal.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(portal.serve())
        _tell(f"portal       http://{settings().host}:{self.port}")
        _tell(f"flow runs    http://{settings().host}:{self.port}{UI_BASE}/  (managers and administrators)")
        if samples := [code for code in countries() if adapter_of(code).service.get("sample")]:
            _tell(f"sample accounts and letterheads: {', '.join(samples)}; set RECOVERY_SERVICE_DIR first")
        if settings().unreachable_portal:
            _tell(f"no letter is released: nobody outside opens {settings().portal_url}; set RECOVERY_PORTAL_URL")
        if link := await asyncio.to_thread(_first_administrator):
            _tell(f"administrator {link}  (once, within 24 hours)")
        _tell("stop with Ctrl-C")
        looking = asyncio.create_task(self._look())
        while not self.stopping.is_set() and not serving.done():
            await self._watch()
        looking.cancel()
        portal.should_exit = True
        await serving

    async def _watch(self) -> None:
        """See to the programs once; whatever goes wrong with that is seen to the next time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), WATCH_SECONDS)
            return
        try:
            await self._see_to_programs()
        except Exception as error:
            _tell(f"a program could not be started ({type(error).__name__}): tried again")

    async def _see_to_programs(self) -> None:
        await self._see_to_server()
        if self.server.keep():
            self.silent_since = time.monotonic()
            _tell(f"Prefect's server ended: started again; see {self.prefect.log}")
        # The worker waits for the first answer alone: afterwards it sees to silences itself.
        if (self.answered or self.worker.child) and self.worker.keep():
            _tell(f"the worker ended: started again; see {settings().data_dir / 'logs' / 'worker.log'}")

    async def _see_to_server(self) -> None:
        """Ask whether the server answers; one that runs and is silent for long is ended, to be started again."""
        now = time.monotonic()
        self.answered = await asyncio.to_thread(answers, f"{self.prefect.api_url}/health")
        if self.answered:
            self.silent_since = now
        elif self.server.runs() and now - self.silent_since > START_SECONDS:
            _tell("Prefect's server does not answer: ended")
            await asyncio.to_thread(self.server.stop)

    async def _look(self) -> None:
        """Look every few minutes whether all that is to run by itself does, and tell administrators if not."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await asyncio.to_thread(look_and_tell, datetime.now(UTC), self.alive())
            except Exception as error:
                log.warning("the watch could not look: %s", type(error).__name__)

    def stop(self) -> None:
        """End the children, the worker before the server it talks to."""
        self.worker.stop()
        settings().prefect_api_file.unlink(missing_ok=True)
        self.server.stop()
        _tell("stopped")


def _first_administrator() -> str | None:
    """Return the link that makes the first administrator, while there is none."""
    with unit_of_work() as session:
        return first_administrator_link(session, datetime.now(UTC))


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main(port: int) -> None:
    """Run the tree until it is told to stop.

    Raises:
        CaseError: the data folder is served already, or a port is taken.
    """
    with alone(settings().data_dir / "serve.lock"):
        for name, one in (("RECOVERY_PORT", port), ("RECOVERY_PREFECT_PORT", settings().prefect_port)):
            wait_for_port(name, one)
        asyncio.run(_main(port))


async def _main(port: int) -> None:
    await Tree(port).run()
