"""A crew of workers that is warm once and then forked: two sweeps, two deliveries, an import and a person, all at once.

Each line on its input is one shift: where its installation lies, what time it is, and after how many statements to the
database each worker is killed without a word (0: not at all). Each line on its output says how each worker ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import event
from sqlmodel import col, select

from recovery.bank.entry import Entry as Line
from recovery.case.order import Order
from recovery.case.store import load
from recovery.desk.actions import act
from recovery.ledger.bank_lines import take_lines
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.rounds import delivery, sweep
from recovery.settings import settings
from recovery.store import database
from recovery.store.database import look, transact
from recovery.store.tables import Case
from tests.casework import accepted

REMINDED, DAY = date(2026, 3, 3), date(2026, 3, 4)
PAYING, ACTING, DUE = 4, 3, 8
# About what an undisturbed worker tells the database, in the order of `WORKERS`: some live to their end.
MOST_STATEMENTS = (34, 34, 140, 140, 70, 100)


def prepare(at: datetime) -> None:
    """Make cases whose reminder has gone, on which money comes in and a person acts, and others whose step is due."""
    for number in range(PAYING + ACTING):
        accepted(number=f"2026-{number}")
    sweep.work(sweep.due_deadlines(REMINDED), REMINDED)
    _deliver(at)
    for number in range(PAYING + ACTING, PAYING + ACTING + DUE):
        accepted(number=f"2026-{number}")


def _names() -> list[tuple[str, str]]:
    query = select(Case.reference, Case.payment_reference).order_by(col(Case.reference))
    return [(name or "", payment or "") for name, payment in look(lambda session: session.exec(query).all())]


def _sweep(at: datetime) -> None:
    assert sweep.work(sweep.due_deadlines(DAY), DAY).failed == 0


def _deliver(at: datetime) -> None:
    while ids := delivery.waiting_ids(at=at):
        if not delivery.deliver(ids, at).done:
            return


def _import(at: datetime) -> None:
    account = adapter_of("NL").service["iban"]
    lines = [
        Line(account, DAY, DAY, Money(10_000 + part, "EUR"), True, None, None, payment, "", f"I{number}-{part}")
        for number, (_, payment) in enumerate(_names()[:PAYING])
        for part in (0, 1)
    ]
    assert take_lines(lines).failed == 0


def _person(at: datetime) -> None:
    for name, _ in _names()[PAYING : PAYING + ACTING]:
        for order in (Order("waive", DAY, "ada", "said", "10.00"), Order("log_call", DAY, "ada", "spoke")):
            transact(lambda session, name=name, order=order: _once(session, name, order))


def _once(session: database.Session, name: str, order: Order) -> None:
    if order.action not in [one.kind for one in load(session, name).events]:
        act(session, name, order)


WORKERS: tuple[Callable[[datetime], None], ...] = (_sweep, _sweep, _deliver, _deliver, _import, _person)


def _work(worker: Callable[[datetime], None], order: dict[str, object], statements: int) -> None:
    """Do one worker's shift in a process of its own; its end is told by how the process ended."""
    os.environ |= {"RECOVERY_DATA_DIR": str(order["folder"]), "RECOVERY_DATABASE_URL": str(order["url"])}
    settings.cache_clear()
    database.engine.cache_clear()
    left = [statements or 10**9]

    def count(*arguments: object) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = database.engine()
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, moment, count)
    worker(datetime.fromisoformat(str(order["at"])))


def _fork(worker: Callable[[datetime], None], order: dict[str, object], statements: int) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _work(worker, order, statements)
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    return child


def main() -> None:
    """Fork a crew for every line until there is none."""
    for line in sys.stdin:
        order = json.loads(line)
        crew = (prepare,) if order.get("prepare") else WORKERS
        children = [_fork(worker, order, kill) for worker, kill in zip(crew, order["kills"], strict=False)]
        ends = [os.waitpid(child, 0)[1] for child in children]
        print(
            json.dumps([-os.WTERMSIG(one) if os.WIFSIGNALED(one) else os.WEXITSTATUS(one) for one in ends]), flush=True
        )


if __name__ == "__main__":
    import recovery.letters.render

    assert recovery.letters.render
    main()
