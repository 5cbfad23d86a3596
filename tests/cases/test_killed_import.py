"""A statement whose import is killed again and again, and started again: the end is as if it had never been."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import pytest
from sqlmodel import func, select

from recovery.audit.verify import verify
from recovery.store.database import reading
from recovery.store.tables import BankEntry, PaymentRow
from tests.cases.importer import ONE_IN, lines
from tests.casework import accepted, seen

pytestmark = pytest.mark.timeout(3600)
SOAK = bool(os.environ.get("RECOVERY_SOAK"))
LINES, KILLS = (100_000, 30) if SOAK else (200, 2)


def import_(references, seconds=None):
    """Import in a process of its own, killed after so many seconds; return what it said at its end, None if killed."""
    command = [sys.executable, "-m", "tests.cases.importer", str(LINES), *references]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begun\n"
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
        said = process.stdout.read().split()
    return [int(one) for one in said] or None


def stored():
    with reading() as session:
        return session.exec(select(func.count()).select_from(BankEntry)).one()


@pytest.mark.parametrize("kind", ["local", "on_postgresql"] if SOAK else ["on_postgresql"])
def test_an_import_that_is_killed_goes_on_where_it_stood(request, kind):
    request.getfixturevalue(kind)
    names = [accepted(number=f"K{number}", amount="90000.00") for number in range(4)]
    references = [seen(name).payment_reference for name in names]
    chance, before = random.Random(14), 0
    for _ in range(KILLS):
        import_(references, chance.uniform(0, 20 if SOAK else 1.5))
        assert before <= stored() <= LINES
        before = stored()
    new, known, failed = import_(references)
    assert (new + known, failed, stored()) == (LINES, 0, LINES)
    assert import_(references) == [0, LINES, 0]
    named = [line.reference for line in lines(LINES, references) if line.reference in references]
    assert len(named) == LINES // ONE_IN
    with reading() as session:
        by_case = select(PaymentRow.claim_id, func.sum(PaymentRow.amount_minor)).group_by(PaymentRow.claim_id)
        booked = dict(session.exec(by_case).all())
    assert booked == {
        seen(name).claim_id: 100 * named.count(reference) for name, reference in zip(names, references, strict=True)
    }
    assert verify().findings == []
