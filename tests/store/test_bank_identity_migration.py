"""Bank lines of before 0013 are known again when a statement repeats them."""

from __future__ import annotations

from sqlalchemy import text

from recovery.bank.entry import content_mark
from recovery.money import Money
from recovery.store import database
from tests.cases.test_bank_identity import ACCOUNT, DAY
from tests.store.test_migrations import empty  # noqa: F401 - a fixture

LINE = """
INSERT INTO bank_entry (account, bank_id, booked_on, value_on, amount_minor, currency, credit, debtor_name, text,
  status, why)
VALUES ('NL91ABNA0417164300', :bank_id, '2026-03-16', '2026-03-16', 10000, 'EUR', true,
  'A B', 'Invoice 1', 'unmatched', '')
"""
IDS = {"A1": ("A1", None), "A2/3": ("A2/3", "A2"), "DL-1:7": (None, None), f"h-{'0' * 24}": (None, None)}


def test_lines_of_before_get_what_they_are_known_by(empty, local):  # noqa: F811
    database.upgrade(empty, "0011")
    with empty.begin() as connection:
        for bank_id in IDS:
            connection.execute(text(LINE), {"bank_id": bank_id})
    database.upgrade(empty)
    mark = content_mark(ACCOUNT, DAY, Money(10_000, "EUR"), True, (None, "a b", None, "invoice  1"))
    with empty.begin() as connection:
        rows = connection.execute(text("SELECT bank_id, servicer_id, batch, mark, source FROM bank_entry"))
        assert {
            row.bank_id: (row.servicer_id, row.batch) for row in rows if (row.mark, row.source) == (mark, "")
        } == IDS
