"""Papers read: plain PDFs in this process, pictures in the child that reads them."""

from __future__ import annotations

import resource
import time
from itertools import cycle, islice
from pathlib import Path

from bench.measures import Measured, measured
from recovery.intake.paper.read import read_pages

PAPER = Path(__file__).parents[1] / "tests" / "samples" / "paper"


def read(n: int) -> Measured:
    """Pages of plain PDFs read, the first one left out."""
    files = [(path.read_bytes(), path.name) for path in sorted(PAPER.glob("*.pdf"))]
    read_pages(*files[0])
    done = measured(n, lambda: [read_pages(*file) for file in islice(cycle(files), n)])[1]
    done.more["seconds_a_page"] = round(done.seconds / n, 4)
    return done


def picture(n: int) -> Measured:
    """Pictures read, each by a child process of its own, whose start counts."""
    files = [(path.read_bytes(), path.name) for path in sorted(PAPER.glob("*.jpg"))]
    began, cpu = time.monotonic(), _cpu_of_children()
    for file in islice(cycle(files), n):
        read_pages(*file)
    seconds = time.monotonic() - began
    return Measured(n, seconds, (_cpu_of_children() - cpu) * 1000, {"seconds_a_page": round(seconds / n, 2)})


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
