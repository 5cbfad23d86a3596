"""The command line as a contract: shapes, exit codes, one line per error, never a traceback."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from recovery.cli import main
from recovery.registry import countries

CLAIM = {
    "creditor": {"country": "BE"},
    "debtor": {"country": "NL", "kind": "business"},
    "invoices": [{"number": "17", "amount": "1000.00", "currency": "EUR", "issued": "2024-01-10", "due": "2024-02-09"}],
    "as_of": "2026-11-23",
}


def run(*arguments, stdin=None):
    return CliRunner().invoke(main, list(arguments), input=stdin)


def answer(*arguments, stdin=None):
    result = run(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_quote_by_options_and_by_input_agree():
    by_options = answer(
        "quote",
        "--creditor-country",
        "BE",
        "--debtor-country",
        "NL",
        "--debtor-kind",
        "business",
        "--amount",
        "1000.00",
        "--currency",
        "EUR",
        "--issued",
        "2024-01-10",
        "--due",
        "2024-02-09",
        "--as-of",
        "2026-11-23",
    )
    by_input = answer("quote", "--input", "-", stdin=json.dumps(CLAIM))
    for name in ("principal", "interest", "costs", "total", "limitation", "applicable_law"):
        assert by_options[name] == {**by_input[name]} if isinstance(by_input[name], dict) else True
    assert by_input["total"] == {"amount": "1355.67", "currency": "EUR"}
    assert by_input["interest"]["segments"][0] == {
        "from": "2024-02-10",
        "to": "2024-06-30",
        "days": 142,
        "principal": "1000.00",
        "rate": "12.50",
        "amount": "48.63",
        "basis": by_input["interest"]["segments"][0]["basis"],
    }
    assert set(by_input) >= {
        "principal",
        "applicable_law",
        "interest",
        "costs",
        "paid",
        "total",
        "limitation",
        "procedure",
        "routes",
        "provisional",
        "warnings",
    }
    assert {route["code"] for route in by_input["routes"]} == {
        "european_payment_order",
        "european_small_claims",
        "national_payment_order",
        "national_court",
        "uncontested_bailiff",
    }


def test_a_quote_in_insolvency_says_what_can_be_lodged():
    opened = {**CLAIM, "events": [{"kind": "insolvency", "on": "2026-06-10", "by": "court"}]}
    lodge = answer("quote", "--input", "-", stdin=json.dumps(opened))["lodge"]
    assert set(lodge) >= {"opened", "principal", "interest", "costs", "total", "currency", "basis"}
    told = " ".join(run("quote", "--input", "-", stdin=json.dumps(opened)).stdout.split())
    assert f"To lodge in the insolvency of 2026-06-10: {lodge['total']} EUR" in told
    assert "Fw 128" in told


@pytest.mark.parametrize(
    ("paid", "principal", "surplus", "steps"),
    [("300.00", "1000.00", [], True), ("3000.00", "1000.00", ["1931.58"], False)],
)
def test_the_lines_of_a_quote_add_up_to_its_total(paid, principal, surplus, steps):
    payment = {"on": "2024-05-02", "amount": paid, "currency": "EUR"}
    data = json.dumps({**CLAIM, "payments": [payment], "as_of": "2024-06-01"})
    told = answer("quote", "--input", "-", stdin=data)
    table = run("quote", "--input", "-", stdin=data).stdout.split("Limitation")[0]
    rows = re.findall(r"│ (\S[^│]*?) *│ *(-?[\d.]+) EUR", table)
    *lines, (_, total) = [(what, Decimal(amount)) for what, amount in rows]
    assert lines[0] == ("principal", Decimal(principal))
    assert [str(amount) for what, amount in lines if what.startswith("more than was owed")] == surplus
    assert sum(amount for _, amount in lines) == total == Decimal(told["total"]["amount"])
    assert bool(told["procedure"]) is steps


def test_a_title_for_a_part_is_told_with_its_enforcement_and_the_way_for_the_rest():
    judged = {"kind": "judgment", "on": "2026-02-02", "by": "court", "allowed": {"amount": "600.00", "currency": "EUR"}}
    data = json.dumps({**CLAIM, "events": [judged]})
    told = answer("quote", "--input", "-", stdin=data)
    assert told["debts"][0]["title"]["rest_without_title"] == {"amount": "400.00", "currency": "EUR"}
    assert told["enforcement"]["organ"] == "gerechtsdeurwaarder"
    assert [row["code"] for row in told["protective"]] == ["european_account_preservation_order"]
    assert len(told["routes"]) == 5
    text = " ".join(run("quote", "--input", "-", stdin=data).output.split())
    assert "Title of 2026-02-02 for invoice 17: 600.00 EUR of the open principal; without title: 400.00 EUR" in text
    assert "Enforcement in NL by gerechtsdeurwaarder; fee: by act" in text
    assert "After the title" in text
    assert "European account preservation order: open" in text
    wrong = {**judged, "allowed": {"amount": "1000.01", "currency": "EUR"}}
    refused = run("quote", "--input", "-", "--json", stdin=json.dumps({**CLAIM, "events": [wrong]}))
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["error"]["field"] == "events.allowed.amount"


def test_a_claim_without_title_tells_none():
    data = json.dumps({**CLAIM, "debtor": {"country": "BE", "kind": "business"}, "creditor": {"country": "BE"}})
    told = answer("quote", "--input", "-", stdin=data)
    assert (told["enforcement"], told["debts"][0]["title"]) == (None, None)
    text = " ".join(run("quote", "--input", "-", stdin=data).output.split())
    assert "European account preservation order: closed: not cross-border" in text


def test_compare_shows_both_laws():
    both = answer("quote", "--input", "-", "--compare", stdin=json.dumps(CLAIM))["compare"]
    assert both["BE"]["interest"]["amount"] != both["NL"]["interest"]["amount"]


def test_a_date_beyond_the_confirmed_rates_is_provisional():
    later = answer("quote", "--input", "-", stdin=json.dumps({**CLAIM, "as_of": "2027-03-01"}))
    assert later["provisional"] is True
    assert any("confirmed only through" in warning for warning in later["warnings"])
    assert later["interest"]["segments"][-1]["to"] == "2026-12-31"


SIMPLE = [
    (["deadline", "--country", "AT", "--rule", "eu", "--start", "2026-03-02", "--period", "30d"], "date", "2026-04-01"),
    (
        [
            "deadline",
            "--country",
            "BE",
            "--rule",
            "procedural",
            "--start",
            "2026-11-30",
            "--period",
            "1m",
            "--act",
            "opposition",
            "--addressee-country",
            "FR",
            "--addressee-region",
            "FR-974",
        ],
        "date",
        "2027-03-22",
    ),
    (
        ["notice", "--country", "NL", "--debtor-kind", "consumer", "--sent", "2026-09-01"],
        "costs_due_from",
        "2026-09-18",
    ),
    (
        ["contact", "--country", "NL", "--debtor-kind", "consumer", "--at", "2026-11-22T10:00"],
        "next",
        "2026-11-23T07:00",
    ),
    (
        [
            "allocate",
            "--country",
            "NL",
            "--payment",
            "100.00",
            "--costs",
            "40.00",
            "--interest",
            "20.00",
            "--principal",
            "1000.00",
        ],
        "to_principal",
        "40.00",
    ),
    (["identify", "0203.201.340", "--country", "BE"], "valid", True),
    (["reference", "--country", "BE", "check", "+++090/9337/55493+++"], "scheme", "ogm"),
    (["reference", "--country", "SE", "make", "123"], "reference", "12351"),
    (["convert", "100.00", "SEK", "EUR", "--on", "2026-03-07"], "rate_date", "2026-03-06"),
    (["law", "NL", "--on", "2026-11-23"], "country", "NL"),
]


@pytest.mark.parametrize(("arguments", "field", "wanted"), SIMPLE, ids=[case[0][0] for case in SIMPLE])
def test_rule_commands(arguments, field, wanted):
    assert answer(*arguments)[field] == wanted


def test_law_has_the_two_interest_keys_everywhere():
    for country in countries():
        parameters = answer("law", country, "--on", "2026-11-23")["parameters"]
        for key in ("interest.commercial", "interest.civil"):
            assert {"value", "unit", "from", "to", "basis", "confidence", "confirmed_through"} <= set(parameters[key])


def test_countries_are_listed_and_none_of_the_tree_is_on_trial():
    rows = {row["country"]: row for row in answer("countries")["countries"]}
    assert list(rows) == list(countries())
    assert rows["SE"] == {
        "country": "SE", "name": "Sweden", "currency": "SEK", "languages": ["sv", "en"], "experimental": False,
    }  # fmt: skip
    assert "Sweden" in run("countries").stdout


def test_charter_holds_everywhere():
    for principle in answer("charter")["principles"]:
        assert all(country["holds"] for country in principle["countries"].values()), principle["id"]


def test_batch_answers_in_order_and_goes_on_after_a_fault(tmp_path):
    file = tmp_path / "many.jsonl"
    file.write_text(
        "\n".join(
            [
                json.dumps(
                    {
                        "id": "1",
                        "command": "deadline",
                        "args": {"country": "ES", "rule": "eu", "start": "2026-07-20", "period": "30d"},
                    }
                ),
                "no json",
                json.dumps({"id": "3", "command": "quote", "args": CLAIM}),
                json.dumps({"id": "4", "command": "law", "args": {"country": "XX"}}),
                json.dumps(
                    {
                        "id": "5",
                        "command": "convert",
                        "args": {"amount": "1.00", "from": "EUR", "to": "SEK", "on": "2026-03-06"},
                    }
                ),
            ]
        )
    )
    rows = [json.loads(line) for line in run("batch", str(file)).stdout.splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert ["result" in row for row in rows] == [True, False, True, False, True]
    assert rows[3]["error"]["code"] == "country_not_served"


BAD = [
    ({"invoices": [{"amount": "10.001", "currency": "EUR", "issued": "2026-01-01"}]}, "too_many_decimals"),
    ({"invoices": [{"amount": "10.00", "currency": "XYZ", "issued": "2026-01-01"}]}, "unknown_currency"),
    ({"invoices": [{"amount": "-5.00", "currency": "EUR", "issued": "2026-01-01"}]}, "bad_amount"),
    (
        {"invoices": [{"amount": "5.00", "currency": "EUR", "issued": "2026-02-01", "due": "2026-01-01"}]},
        "invalid_claim",
    ),
    ({"invoices": []}, "invalid_claim"),
    ({"debtor": {"country": "PT", "kind": "business"}}, "country_not_served"),
    ({"debtor": {"country": "Portugal", "kind": "business"}}, "invalid_claim"),
    ({"as_of": "2020-01-01"}, "as_of_before_invoice"),
    ({"payments": [{"on": "2025-01-01", "amount": "1.00", "currency": "SEK"}]}, "currency_mismatch"),
    ({"unknown_field": 1}, "invalid_claim"),
    (
        {"invoices": [{"amount": "5.00", "currency": "EUR", "issued": "1999-01-01", "due": "1999-02-01"}]},
        "rule_not_known",
    ),
]


@pytest.mark.parametrize(("change", "code"), BAD, ids=[f"{code}-{n}" for n, (_, code) in enumerate(BAD)])
def test_a_bad_claim_is_one_line_and_exit_code_1(change, code):
    result = run("quote", "--input", "-", "--json", stdin=json.dumps({**CLAIM, **change}))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == code
    assert len(result.stderr.strip().splitlines()) == 1


def test_wrong_usage_is_exit_code_2():
    assert run("quote").exit_code == 2
    assert run("deadline", "--country", "AT").exit_code == 2
    assert run("nonsense").exit_code == 2


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("broken.xml", b"<Invoice><ID>1</Invoice>", "unreadable_xml"),
        ("bomb.xml", b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><Invoice>&c;</Invoice>', "unsafe_xml"),
        ("outside.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Invoice>&b;</Invoice>', "unsafe_xml"),
        ("other.xml", b"<html><body/></html>", "unknown_format"),
        ("empty.xml", b"", "empty_file"),
    ],
)
def test_bad_files_are_refused_before_anything_is_stored(tmp_path, monkeypatch, name, content, code):
    file = tmp_path / name
    file.write_bytes(content)
    check_refused(file, tmp_path, code)


def test_a_file_of_a_hundred_megabytes_is_refused_by_its_size(tmp_path):
    file = tmp_path / "large.xml"
    with file.open("wb") as out:
        out.truncate(100 * 1024 * 1024)
    check_refused(file, tmp_path, "file_too_large")


def check_refused(file, tmp_path, code):
    for command in ("invoice", "file"):
        result = cli(tmp_path, command, str(file), "--json")
        assert result.returncode == 1, result.stderr
        assert json.loads(result.stdout)["error"]["code"] == code
        assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "data" / "recovery.db").exists()
    assert not (tmp_path / "data" / "documents").exists()


def cli(tmp_path, *arguments, **extra):
    import os

    environment = {**os.environ, "RECOVERY_DATA_DIR": str(tmp_path / "data"), **extra}
    environment.pop("RECOVERY_DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "recovery.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_cases_from_the_command_line(tmp_path):
    """File, accept, sweep, pay, show, verify, export: against a Prefect server of its own each time."""
    invoice = tmp_path / "nl.xml"
    invoice.write_bytes(resources.files("recovery.demo").joinpath("invoices", "nl.xml").read_bytes())
    filed = cli(tmp_path, "file", str(invoice), "--consent", "formal_notice", "--on", "2026-03-02", "--json")
    assert filed.returncode == 0, filed.stderr
    row = json.loads(filed.stdout)
    assert row["case"] == "NL-2026-000001"
    assert row["flow_run"]
    again = cli(tmp_path, "file", str(invoice), "--on", "2026-03-02", "--json")
    assert (again.returncode, json.loads(again.stdout)["error"]["code"]) == (1, "duplicate_claim")
    assert (
        json.loads(cli(tmp_path, "case", "do", row["case"], "accept", "--on", "2026-03-03", "--json").stdout)["state"]
        == "amicable"
    )
    swept = json.loads(cli(tmp_path, "sweep", "--as-of", "2026-03-03", "--country", "NL", "--json").stdout)
    assert (swept["due"], swept["worked"], swept["failed"]) == (1, 1, 0)
    paid = cli(
        tmp_path, "case", "do", row["case"], "record_payment", "--amount", "3000.00", "--on", "2026-03-09", "--json"
    )
    assert json.loads(paid.stdout)["state"] == "closed"
    shown = json.loads(cli(tmp_path, "case", "show", row["case"], "--json").stdout)
    assert {"ledger", "deadlines", "timeline", "documents", "balance"} <= set(shown)
    assert json.loads(cli(tmp_path, "audit", "verify", "--json").stdout)["whole"] is True
    database = sqlite3.connect(tmp_path / "data" / "recovery.db")
    database.execute("UPDATE case_file SET reason = 'settled'")
    database.commit()
    audited = cli(tmp_path, "audit", "verify", "--json")
    document = json.loads(audited.stdout)
    finding = {"case": row["case"], "what": "reason", "where": "case_file", "expected": "paid", "found": "settled"}
    assert (audited.returncode, document["whole"], document["findings"]) == (1, False, [finding])
    assert document["error"]["code"] == "chain_broken"
    assert len(audited.stderr.splitlines()) == 1
    assert cli(tmp_path, "export", row["case"]).returncode == 0
    assert cli(tmp_path, "case", "show", "XX-1", "--json").returncode == 1
    assert len(json.loads(cli(tmp_path, "case", "list", "--json").stdout)["cases"]) == 1


def test_a_country_that_nobody_serves_is_one_line_and_a_draft(tmp_path):
    invoice = tmp_path / "pt.xml"
    text = resources.files("recovery.demo").joinpath("invoices", "nl.xml").read_text("utf-8")
    invoice.write_text(text.replace("<cbc:IdentificationCode>NL<", "<cbc:IdentificationCode>PT<"), "utf-8")
    result = cli(tmp_path, "file", str(invoice), "--on", "2026-03-02", "--json")
    assert result.returncode == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "country_not_served"
    assert ", ".join(countries()) in error["message"]
    assert result.stderr.strip().splitlines() == [error["message"]]
    drafts = json.loads(cli(tmp_path, "case", "list", "--state", "draft", "--json").stdout)["cases"]
    assert drafts[0]["claim"] in error["message"]


ODD = {
    "credit_note": (">380<", ">381<"),
    "already_paid": ('<cbc:PayableAmount currencyID="EUR">2420.00', '<cbc:PayableAmount currencyID="EUR">0.00'),
    "due_before_issue": ("<cbc:DueDate>2026-02-14", "<cbc:DueDate>2025-02-14"),
    "bad_amount": ('<cbc:PayableAmount currencyID="EUR">2420.00', '<cbc:PayableAmount currencyID="EUR">-1.00'),
    "unknown_currency": ("<cbc:DocumentCurrencyCode>EUR", "<cbc:DocumentCurrencyCode>QQQ"),
    "unknown_country": ("<cbc:IdentificationCode>NL<", "<cbc:IdentificationCode>Q9<"),
    "not_due": ("<cbc:DueDate>2026-02-14", "<cbc:DueDate>2027-02-14"),
}


@pytest.mark.parametrize("code", ODD)
def test_an_invoice_that_cannot_be_claimed_is_one_line_and_nothing_is_stored(tmp_path, code):
    text = resources.files("recovery.demo").joinpath("invoices", "nl.xml").read_text("utf-8")
    for vat in ("NL856700010B01",) if code == "unknown_country" else ():
        text = text.replace(f"<cbc:CompanyID>{vat}</cbc:CompanyID>", "<cbc:CompanyID>none</cbc:CompanyID>")
    invoice = tmp_path / "odd.xml"
    assert ODD[code][0] in text
    invoice.write_text(text.replace(*ODD[code]), "utf-8")
    result = cli(tmp_path, "file", str(invoice), "--on", "2026-03-02", "--json")
    assert result.returncode == 1, result.stderr
    assert code in json.loads(result.stdout)["error"]["code"] or code in result.stdout
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "data" / "recovery.db").exists()


def test_rule_commands_never_load_prefect_or_the_database():
    code = (
        "import sys; sys.argv=['recovery','quote','--creditor-country','BE','--debtor-country','NL','--debtor-kind',"
        "'business','--amount','1.00','--issued','2026-01-10','--as-of','2026-06-01','--json']\n"
        "from recovery.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('prefect','sqlmodel','sqlalchemy','lxml') if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stderr.strip() == "[]"


def test_help_names_every_command():
    text = run("--help").output
    for name in ("quote", "deadline", "file", "case", "sweep", "bank", "remit", "serve", "demo", "audit", "law"):
        assert name in text
    assert run("case", "--help").exit_code == 0
    assert "Usage" in run("file", "--help").output
    assert Path(__file__).exists()


def test_a_day_far_ahead_is_asked_about_before_anything_is_done(local):
    """A sweep of 2126, a slip of the finger, would do at once what lies years ahead."""
    far = (datetime.now(UTC).date() + timedelta(days=400)).isoformat()
    for command in (
        ("sweep", "--as-of", far),
        ("remit", "--as-of", far),
        ("case", "do", "NL-2026-000001", "accept", "--on", far),
    ):
        result = run(*command, "--json")
        assert result.exit_code == 1
        error = json.loads(result.stdout)["error"]
        assert (error["code"], error["field"]) == ("far_day", "on" if command[0] == "case" else "as_of")
        assert "--yes" in error["message"]
    meant = run("case", "do", "NL-2026-000001", "accept", "--on", far, "--yes", "--json")
    assert json.loads(meant.stdout)["error"]["code"] == "case_not_found"
    near = (datetime.now(UTC).date() + timedelta(days=360)).isoformat()
    soon = run("case", "do", "NL-2026-000001", "accept", "--on", near, "--json")
    assert json.loads(soon.stdout)["error"]["code"] == "case_not_found"
    for action in ("record_payment", "refund", "credit_note"):  # money that is said to have moved
        early = run("case", "do", "NL-2026-000001", action, "--amount", "1.00", "--on", near, "--json")
        assert json.loads(early.stdout)["error"]["code"] == "far_day"
    quoted = run("quote", "--creditor-country", "BE", "--debtor-country", "NL", "--debtor-kind", "business",
                 "--amount", "1.00", "--issued", "2026-01-10", "--as-of", far, "--json")  # fmt: skip
    assert quoted.exit_code == 0, "what only reckons reckons any day"


def test_a_batch_goes_on_after_a_line_that_is_no_text_and_tells_back_any_name(tmp_path):
    file = tmp_path / "rows.jsonl"
    question = b'"command": "reference", "args": {"country": "NL", "check": "1"}'
    file.write_bytes(
        b'\xef\xbb\xbf{"id": 18446744073709551617, %b}\n' % question  # more than 64 bits
        + b"\xff\xfe{}\n"
        + b'{"id": "\\ud800", %b}\n' % question  # half a letter
        + b'{"id": "n\xc3\xbamero", %b}\n' % question
    )
    rows = [json.loads(line) for line in run("batch", str(file)).stdout.splitlines()]
    assert [row["id"] for row in rows] == [18446744073709551617, "2", "\ud800", "número"]
    assert [row.get("error", {}).get("code") for row in rows] == [None, "bad_json", None, None]
