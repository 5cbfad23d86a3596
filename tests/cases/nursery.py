"""A process that is warm once and then forked for every life: what a worker does from filing to remittance, killed.

Each line on its input is one life: where its installation lies, what time it is, and after which statement to the
database or which seconds it is killed without a word. Each line on its output says how that life ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import date, datetime

from sqlalchemy import event
from sqlmodel import select

from recovery.demo.bankfile import Paid, statement
from recovery.errors import IntakeError
from recovery.ledger import remittance
from recovery.ledger.statements import take_statement
from recovery.money import Money
from recovery.registry import adapter_of, countries
from recovery.rounds import delivery, sweep
from recovery.settings import settings
from recovery.store import database
from recovery.store.database import reading, unit_of_work
from recovery.store.documents import keep
from recovery.store.tables import Case
from tests.casework import do, filed

CLAIMS = (("NL", "1000.00", "2026-1"), ("IT", "750.00", "2026-2"))
DAYS = (date(2026, 3, 3), date(2026, 3, 14))
PAID_ON, REMITTED_ON = date(2026, 3, 20), date(2026, 3, 31)


def life(at: datetime) -> None:
    """Do everything from the start; what an earlier life did is not done again."""
    for country, amount, number in CLAIMS:
        _file(country, amount, number)
    _deliver(at)
    for name, state in _cases():
        if state == "awaiting_acceptance":
            do(name, "accept", DAYS[0])
    for day in DAYS:
        _sweep(day)
        _deliver(at)
    for content in _statements():
        take_statement(keep(content))
    for country in countries():
        with unit_of_work() as session:
            remittance.remit(session, country, REMITTED_ON)
    _deliver(at)


def _file(country: str, amount: str, number: str) -> None:
    try:
        with unit_of_work() as session:
            filed(session, debtor=country, amount=amount, number=number)
    except IntakeError as error:
        if error.code != "duplicate_claim":
            raise


def _deliver(at: datetime) -> None:
    while ids := delivery.waiting_ids(at=at):
        if not delivery.deliver(ids, at).done:
            return


def _sweep(day: date) -> None:
    seen: set[int] = set()
    while ids := [one for one in sweep.due_deadlines(day) if one not in seen]:
        seen.update(ids)
        sweep.work(ids, day)


def _cases() -> list[tuple[str, str]]:
    with reading() as session:
        found = session.exec(select(Case.reference, Case.state).order_by(Case.reference))
        return [(reference or "", state) for reference, state in found]


def _statements() -> list[bytes]:
    """Return each country's statement: a debtor has paid a part."""
    with reading() as session:
        found = {case.debtor_country: case.payment_reference or "" for case in session.exec(select(Case))}
    return [
        statement(
            [Paid(1, adapter_of(code).service["iban"], PAID_ON, Money(30_000, "EUR"), "Debiteur", found[code])],
            PAID_ON,
        )
        for code in sorted(found)
    ]


def _live(order: dict[str, object]) -> None:
    """Live one life in a process of its own; its end is told by how the process ended."""
    os.environ |= {"RECOVERY_DATA_DIR": str(order["folder"]), "RECOVERY_DATABASE_URL": str(order["url"])}
    settings.cache_clear()
    database.engine.cache_clear()
    if order.get("seconds"):
        signal.setitimer(signal.ITIMER_REAL, float(str(order["seconds"])))  # SIGALRM ends it as SIGKILL does: at once
    left = [int(str(order.get("statements") or 10**9))]

    def count(*arguments: object) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = database.engine()
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, moment, count)
    life(datetime.fromisoformat(str(order["at"])))
    (settings().data_dir / "statements").write_text(str(10**9 - left[0]))


def main() -> None:
    """Fork for every line until there is none."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _live(json.loads(line))
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)


if __name__ == "__main__":
    import recovery.letters.render

    assert recovery.letters.render
    main()
