"""Commands about transfers that a bank refuses, and demands that wait for a statement."""

from __future__ import annotations

import json

from click.testing import CliRunner

from recovery.cli import main
from recovery.people.partners import statements_of
from recovery.store.database import reading
from tests.cases.test_held_money import REPORT


def answer(*args):
    result = CliRunner().invoke(main, [*args, "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_a_status_report_is_taken_in(local, tmp_path):
    file = tmp_path / "report.xml"
    file.write_text(REPORT.format(message="NL-2026-03-0001", group="<GrpSts>RJCT</GrpSts>", rows=""), "utf-8")
    assert answer("bank", "refused", str(file), "--on", "2026-03-13") == (0, {"refused": 0, "known": 0, "unknown": 1})
    file.write_text("<x/>", "utf-8")
    code, found = answer("bank", "refused", str(file))
    assert (code, found["error"]["code"], found["error"]["field"]) == (1, "not_a_status_report", "file")


def test_demands_are_let_wait_for_statements(local):
    assert answer("team", "wait-for-statements", "nl", "3") == (0, {"country": "NL", "days": 3})
    with reading() as session:
        assert statements_of(session, "NL") == (3, None)
    code, found = answer("team", "wait-for-statements", "NL", "31")
    assert (code, found["error"]["code"]) == (1, "bad_number")
