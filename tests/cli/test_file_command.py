"""`recovery file`: what its options say, several papers kept for the flow, and a table of many claims."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from flows.uploads import filing_of, keep_upload
from recovery.cli import main
from recovery.filing.bundle import Paid, Reminded
from recovery.money import Money

pytestmark = pytest.mark.usefixtures("installation")

HEAD = "number,issued,due,currency,amount,kind,references,seller_name,seller_country,buyer_name,buyer_country"


def row(number, buyer="Een BV", kind="", references="", currency="EUR"):
    return f"{number},2026-01-15,2026-02-14,{currency},100.00,{kind},{references},Studio,BE,{buyer},NL"


def table(*rows):
    return "\n".join((HEAD, *rows)).encode()


def run(*arguments):
    return CliRunner().invoke(main, ["file", *arguments, "--on", "2026-03-02"])


def test_a_table_gives_one_line_a_claim_and_tells_how_far_it_came(tmp_path):
    file = tmp_path / "claims.csv"
    file.write_bytes(table(row("1"), row("2"), row("3", "Twee BV"), row("", "Drie BV")))
    result = run("--csv", str(file))
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["row"] for one in lines] == [5, 2, 4]
    assert {"row", "claim", "case", "state"} <= set(lines[1])
    assert lines[0]["error"]["code"] == "missing"
    assert result.stderr.strip() == "2 of 2 claims"
    again = [json.loads(line) for line in run("--csv", str(file), "--json").stdout.splitlines()]
    assert [one.get("case") for one in again] == [one.get("case") for one in lines]


def test_what_is_of_one_claim_is_not_taken_with_a_table(tmp_path):
    file = tmp_path / "claims.csv"
    file.write_bytes(table(row("1")))
    assert run("--csv", str(file), "--paid", "2026-02-20:1.00").exit_code == 2
    assert run("--csv", str(file), str(file)).exit_code == 2
    assert run().exit_code == 2


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        (("--paid", "2026-02-20"), "bad_payment", "paid"),
        (("--paid", "yesterday:3.00"), "bad_date", "paid"),
        (("--paid", "2026-02-20:3.00:9"), "unknown_invoice", "paid"),
        (("--paid", "2026-02-20:100.00"), "already_paid", "paid"),
        (("--reminded", "2026-02-30"), "bad_date", "reminded"),
        (("--reminded", "2026-02-20:pigeon"), "bad_choice", "reminded"),
    ],
)
def test_what_happened_before_is_read_or_refused(tmp_path, options, code, field):
    file = tmp_path / "one.csv"
    file.write_bytes(table(row("1")))
    result = run(str(file), *options, "--json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert (error["code"], error["field"]) == (code, field)


def test_papers_that_are_no_one_claim_are_refused_before_a_flow_begins(tmp_path):
    for name, text in (("a.csv", row("1")), ("b.csv", row("2", "Twee BV")), ("c.csv", row("3", currency="SEK"))):
        (tmp_path / name).write_bytes(table(text))
    for other, code in (("b.csv", "other_debtor"), ("c.csv", "other_currency")):
        result = run(str(tmp_path / "a.csv"), str(tmp_path / other), "--json")
        assert json.loads(result.stdout)["error"]["code"] == code


def test_several_papers_are_kept_for_the_flow_with_what_happened_before():
    paid, reminded = Paid(date(2026, 2, 20), Money.parse("30.00", "EUR"), "2"), Reminded(date(2026, 2, 21), "email")
    upload = keep_upload(
        table(row("1")),
        "a.csv",
        date(2026, 3, 2),
        more=[("b.csv", table(row("2"))), ("c.csv", table(row("C", kind="credit_note", references="2")))],
        paid=[paid.as_dict()],
        reminded=[reminded.as_dict()],
    )
    bundle = filing_of(upload).bundle
    assert [(one.invoice.number, one.is_credit, one.name) for one in bundle.sheets] == [
        ("1", False, "a.csv"),
        ("2", False, "b.csv"),
        ("C", True, "c.csv"),
    ]
    assert (bundle.paid, bundle.reminded) == ((paid,), (reminded,))
