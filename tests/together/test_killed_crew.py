"""Two sweeps, two deliveries, an import and a person at once, killed at random: the end is that of a quiet day."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.test_kills import end_state
from tests.together.crew import ACTING, DUE, MOST_STATEMENTS, PAYING, WORKERS

pytestmark = pytest.mark.timeout(3600)
# A soak kills three hundred workers; in `make test` they are part of the forty of tests/cases/test_kills.py.
KILLS = 300 if os.environ.get("RECOVERY_SOAK") else 20
SHIFTS = 3
BEGAN = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
BETWEEN = timedelta(hours=1)  # longer than a hold
QUIET = [0] * len(WORKERS)


class Crew:
    """The process that is forked, and the installations that it works in: copies of one."""

    def __init__(self, server, admin, folder):
        self.server, self.admin, self.folder, self.made = server, admin, folder, []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.together.crew"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.model = self._installation("model")
        assert self.shift(*self.model, BEGAN - BETWEEN, [0], prepare=True) == [0]

    def _installation(self, template):
        name, place = f"w{uuid.uuid4().hex}", self.folder / uuid.uuid4().hex
        place.mkdir()
        if self.made:
            (place / "keys").symlink_to(self.model[0] / "keys")
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append(name)
        return place, self.server.get_uri(name)

    def installation(self):
        return self._installation(self.made[0])

    def shift(self, place, url, at, kills, **more):
        order = {"folder": str(place), "url": url, "at": at.isoformat(), "kills": kills, **more}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        with self.admin.connect() as connection:
            for name in self.made:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def crew(postgresql, tmp_path):
    made = Crew(postgresql.server, postgresql.admin, tmp_path)
    yield made
    made.close()


def test_workers_killed_at_random_end_where_a_quiet_day_ends(crew, monkeypatch):
    wanted = ended(crew, crew.installation(), 0, monkeypatch)
    assert len([one for one in wanted["documents"] if one[1] == "letter:reminder"]) == PAYING + ACTING + DUE
    assert len([one for one in wanted["entries"] if one[1] == "payment"]) == 2 * PAYING
    chance, kills = random.Random(7), 0
    while kills < KILLS:
        place = crew.installation()
        for number in range(SHIFTS):
            points = [chance.randrange(1, most) for most in MOST_STATEMENTS]
            ends = crew.shift(*place, BEGAN + number * BETWEEN, points)
            assert set(ends) <= {0, -9}
            kills += ends.count(-9)
        assert ended(crew, place, SHIFTS, monkeypatch) == wanted, f"after {kills} kills"


def ended(crew, place, number, monkeypatch):
    """Let a crew work undisturbed until all is done, and return what stands then."""
    for more in range(2):  # what one put down while the others ended is done by the second
        assert crew.shift(*place, BEGAN + (number + more) * BETWEEN, QUIET) == QUIET
    return end_state(*place, monkeypatch)
