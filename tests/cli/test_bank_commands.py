"""Commands on bank entries and transfers, as partners' scripts use them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlmodel import select

from recovery.cli import main
from recovery.ledger.bank_lines import take_lines
from recovery.ledger.remittance import remit
from recovery.store.database import reading, transact
from recovery.store.tables import BankEntry, BankOrder, StatementBalance
from tests.cases.test_bank_identity import ACCOUNT, line
from tests.cases.test_held_money import REPORT
from tests.casework import accepted

DAY = "2026-03-17"
STATUS = "<OrgnlEndToEndId>{}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
ROW = f"<OrgnlPmtInfAndSts><TxInfAndSts>{STATUS}</TxInfAndSts></OrgnlPmtInfAndSts>"


def answer(*args):
    result = CliRunner().invoke(main, [*map(str, args), "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def entry(local):
    """The number of a line that waits for a person."""
    take_lines([line(None, "E", own=True, amount="300.00")])
    with reading() as session:
        return session.exec(select(BankEntry.id)).one()


def test_money_goes_back_and_is_refused_by_the_bank(entry, tmp_path):
    code, made = answer("bank", "return", entry, "--on", DAY)
    assert (code, made["status"], made["transfer"]["id"]) == (0, "sent_back", f"NL-B{entry}-1")
    [row] = answer("bank", "list")[1]["entries"]
    assert (row["status"], row["transfer"]["status"]) == ("sent_back", "waiting")
    transact(lambda session: remit(session, "NL", date(2026, 3, 18)))
    with reading() as session:
        message = session.exec(select(BankOrder.message_id)).one()
    file = tmp_path / "report.xml"
    file.write_text(REPORT.format(message=message, group="", rows=ROW.format(made["transfer"]["id"])), "utf-8")
    assert answer("remit", "status", file, "--on", "2026-03-19") == (0, {"refused": 1, "known": 0, "unknown": 0})
    code, found = answer("remit", "rejected")
    assert (code, [(one["entry"], one["to"]) for one in found["rejected"]]) == (0, [(entry, "payer")])
    assert answer("remit", "rejected", "--country", "it")[1] == {"rejected": []}
    assert answer("bank", "return", entry, "--iban", "BE68539007547034", "--name", "Other", "--on", DAY)[0] == 0
    assert answer("remit", "rejected")[1] == {"rejected": []}
    assert answer("bank", "undo", entry, "--on", DAY)[1]["status"] == "unmatched"


def test_an_entry_is_assigned_to_a_partner_or_to_cases(entry):
    code, made = answer("bank", "assign", entry, "--to-partner", "it", "--on", DAY)
    assert (code, made["status"], made["transfer"]["kind"]) == (0, "to_partner", "partner")
    assert answer("bank", "undo", entry, "--on", DAY)[0] == 0
    name = accepted()
    assert answer("bank", "assign", entry, f"{name}:300.00")[1]["cases"][0]["case"] == name
    both = CliRunner().invoke(main, ["bank", "assign", str(entry), name, "--to-partner", "IT"])
    assert both.exit_code == 2
    assert answer("bank", "assign", entry, "--to-partner", "ES")[1]["error"]["code"] == "not_found"


def test_a_balance_is_told_as_of_a_day(entry):
    told = StatementBalance(
        account=ACCOUNT, told_on=date(2026, 3, 16), kind="closing", amount_minor=130_000, currency="EUR"
    )
    before = StatementBalance(
        account=ACCOUNT, told_on=date(2026, 3, 16), kind="opening", amount_minor=100_000, currency="EUR"
    )
    transact(lambda session: session.add_all([told, before]))
    code, found = answer("bank", "balance", ACCOUNT, "--on", DAY)
    assert (code, found["amount"], found["currency"], found["country"]) == (0, "1300.00", "EUR", "NL")
    [row] = found["balances"]
    assert (row["ledger"], row["opening"], row["told"], row["told_on"]) == (
        "300.00",
        "1000.00",
        "1300.00",
        "2026-03-16",
    )
    assert found["suspense"] == [{"amount": "300.00", "currency": "EUR"}]
    assert answer("bank", "balance", "nl", "--on", "2026-03-01")[1]["amount"] == "1000.00"
    code, found = answer("bank", "balance", "DE89370400440532013000")
    assert (code, found["error"]["code"], found["error"]["field"]) == (1, "not_found", "account")


def test_fees_are_told_by_phase(local, tmp_path, monkeypatch):
    assert answer("team", "fees", "nl", "--on", DAY) == (0, {"country": "NL", "on": DAY, "fees": []})
    monkeypatch.setenv("RECOVERY_SERVICE_DIR", str(tmp_path))
    (tmp_path / "nl-fees.toml").write_text('[[fee]]\ncreditor = "BE"\ntiers = [{ percent = "8" }]\n')
    code, found = answer("team", "fees", "NL", "--creditor", "be", "--on", DAY)
    assert (code, found["fees"][0]["tiers"]) == (0, [{"up_to": None, "percent": "8.00"}])
    (tmp_path / "nl-fees.toml").write_text("[[fee]]\n")
    code, found = answer("team", "fees", "NL", "--on", DAY)
    assert (code, found["error"]["code"]) == (1, "bad_setting")


def test_a_tolerance_is_set_and_told(local):
    assert answer("team", "tolerance", "nl")[1] == {"country": "NL", "amount": "1.00", "percent": "0.5"}
    assert answer("team", "tolerance", "NL", "--amount", "2.50")[1]["amount"] == "2.50"
    assert answer("team", "tolerance", "NL", "--percent", "1")[1] == {"country": "NL", "amount": "2.50", "percent": "1"}
    assert answer("team", "tolerance", "IT")[1]["amount"] == "1.00"
    assert answer("team", "tolerance", "NL", "--percent", "50")[1]["error"]["code"] == "bad_number"
