"""A transfer that comes back twice at the same instant, by status report and by statement: it counts once."""

from __future__ import annotations

from recovery.bank.status_report import Refusal
from recovery.case.store import load
from recovery.case.transition import open_deadlines
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.held_money import take_refused
from recovery.store.database import reading, transact
from recovery.store.tables import Remittance
from tests.together.at_once import at_once
from tests.together.scene import ACCOUNT as OURS
from tests.together.scene import DAY, DOINGS, HUNDRED, Line, Scene

ROUNDS = 8


def test_a_transfer_that_comes_back_twice_at_once_counts_once(on_postgresql):
    for number in range(1, ROUNDS + 1):
        scene = Scene(number)
        DOINGS["book"](scene)
        DOINGS["remit"](scene)
        with reading() as session:
            [row] = load(session, scene.claim, lock=False).rows(Remittance)
        ident = f"{scene.name}-C1"
        line = Line(OURS, DAY, DAY, HUNDRED, True, None, None, ident, "", f"back-{number}")
        report = [Refusal(row.message_id, ident, "AC04")]
        outcomes = at_once(
            lambda line=line: take_lines([line]).errors,
            lambda report=report: transact(lambda session: take_refused(session, report, DAY)),
        )
        assert not [one for one in outcomes if isinstance(one, Exception)]
        with reading() as session:
            case = load(session, scene.claim, lock=False)
            assert sorted(one.amount_minor for one in case.rows(Remittance)) == [-HUNDRED.minor, HUNDRED.minor]
            assert [one.kind for one in open_deadlines(case)].count("decide_money") == 1
