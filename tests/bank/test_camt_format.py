"""The camt format: what banks write in it, and what an entry becomes."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.bank.statement import read_statement
from recovery.errors import IntakeError
from recovery.money import Money
from tests.bank.camt_files import ACCOUNT, detail, document, entry, statement


def read(*entries, **options):
    return read_statement(document(statement(*entries), **options), "file.xml")


def only(*entries, **options):
    result = read(*entries, **options)
    assert len(result.entries) == 1
    return result.entries[0]


VERSIONS = [
    ("camt.052.001.02", "BkToCstmrAcctRpt", "Rpt"),
    ("camt.052.001.08", "BkToCstmrAcctRpt", "Rpt"),
    ("camt.053.001.01", "BkToCstmrStmtV01", "Stmt"),
    ("camt.053.001.13", "BkToCstmrStmt", "Stmt"),
    ("camt.054.001.02", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    ("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
]


@pytest.mark.parametrize(("version", "message", "tag"), VERSIONS)
def test_every_message_and_version(version, message, tag):
    data = document(statement(entry(), tag=tag), version=version, message=message)
    result = read_statement(data, "file.xml")
    assert result.format == version
    assert result.accounts == (ACCOUNT,)
    assert [found.amount for found in result.entries] == [Money(10000, "EUR")]


def test_without_a_namespace_the_message_names_the_format():
    data = document(statement(entry())).replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', b"")
    assert read_statement(data, "f").format == "camt.053"


def test_a_prefix_and_an_envelope_change_nothing():
    inner = document(statement(entry())).split(b"?>", 1)[1].decode()
    data = f"<Envelope><Header/>{inner}</Envelope>".encode()
    assert read_statement(data, "f").entries == read_statement(document(statement(entry())), "f").entries


STATUSES = [
    ("<Sts>BOOK</Sts>", 1),
    ("<Sts><Cd>BOOK</Cd></Sts>", 1),
    ("<Sts>PDNG</Sts>", 0),
    ("<Sts><Cd>PDNG</Cd></Sts>", 0),
    ("<Sts><Cd>FUTR</Cd></Sts>", 0),
    ("<Sts><Prtry>RESERVED</Prtry></Sts>", 0),
]


@pytest.mark.parametrize(("status", "count"), STATUSES)
def test_only_what_is_booked(status, count):
    result = read(entry(status=status))
    assert len(result.entries) == count
    assert len(result.warnings) == 1 - count
    assert all("not booked" in warning for warning in result.warnings)


DATES = [
    ("<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-03</Dt></ValDt>", (2, 3)),
    ("<BookgDt><DtTm>2026-03-02T23:59:00+01:00</DtTm></BookgDt><ValDt><Dt>2026-03-03+01:00</Dt></ValDt>", (2, 3)),
    ("<BookgDt><Dt>2026-03-02</Dt></BookgDt>", (2, 2)),
    ("<ValDt><Dt>2026-03-03</Dt></ValDt>", (3, 3)),
    ("", (4, 4)),
]


@pytest.mark.parametrize(("dates", "days"), DATES)
def test_dates(dates, days):
    found = only(entry(dates=dates))
    assert (found.booked, found.value) == (date(2026, 3, days[0]), date(2026, 3, days[1]))


AMOUNTS = [
    ("8.85", "EUR", 885, 0),
    ("8.850", "EUR", 885, 0),
    ("8.85000", "EUR", 885, 0),
    ("8.855", "EUR", 886, 1),
    ("8.854", "EUR", 885, 1),
    (".5", "EUR", 50, 0),
    ("8.", "EUR", 800, 0),
    ("2700", "JPY", 2700, 0),
    ("2700.50", "JPY", 2701, 1),
    ("1.234", "BHD", 1234, 0),
    ("0", "SEK", 0, 0),
    ("999999999999999.99", "EUR", 99999999999999999, 0),
]


@pytest.mark.parametrize(("text", "currency", "minor", "warnings"), AMOUNTS)
def test_amounts(text, currency, minor, warnings):
    result = read(entry(amount=text, currency=f' Ccy="{currency}"'))
    assert result.entries[0].amount == Money(minor, currency)
    assert len(result.warnings) == warnings


REFUSED = [
    (entry(amount="-5.00"), "bad_amount"),
    (entry(amount="1,50"), "bad_amount"),
    (entry(amount="1e9"), "bad_amount"),
    (entry(amount="٥"), "bad_amount"),
    (entry(amount=""), "bad_amount"),
    (entry(amount="9" * 40), "bad_amount"),
    (entry(currency=' Ccy="EURO"'), "unknown_currency"),
    (entry(currency=""), "unknown_currency"),
    (entry(direction="IN"), "bad_direction"),
    (entry(direction=""), "bad_direction"),
    (entry(dates="<BookgDt><Dt>2026-02-30</Dt></BookgDt>"), "bad_date"),
    (entry(dates="<BookgDt><Dt>02.03.2026</Dt></BookgDt>"), "bad_date"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_cannot_be_read_is_placed_and_stops_no_other_entry(text, code):
    found = read(entry(), text, entry(amount="7.00"))
    assert [str(one.amount) for one in found.entries][-1] == "7.00"
    assert len(found.entries) == 2
    [told] = found.unread
    assert "file.xml: statement S1, entry 2" in told
    assert "\n" not in told
    assert any(told in warning for warning in found.warnings)
    with pytest.raises(IntakeError) as caught:
        read(text)
    assert caught.value.code == code


def test_the_account_names_the_currency_where_the_amount_does_not():
    sheet = statement(entry(currency="")).replace("</Id></Acct>", "</Id><Ccy>SEK</Ccy></Acct>")
    assert read_statement(document(sheet), "f").entries[0].currency == "SEK"


def test_an_account_without_iban():
    result = read_statement(document(statement(account="<Othr><Id>5051-1234567</Id></Othr>")), "f")
    assert result.accounts == ("5051-1234567",)


REFERENCES = [
    (detail(reference="RF18539007547034", end_to_end="E2E"), "RF18539007547034", ("E2E",)),
    (detail(end_to_end="E2E-17"), "E2E-17", ()),
    (detail(end_to_end="NOTPROVIDED"), None, ()),
    (detail(), None, ()),
]


@pytest.mark.parametrize(("text", "reference", "mentions"), REFERENCES)
def test_references(text, reference, mentions):
    found = only(entry(text))
    assert (found.reference, found.mentions) == (reference, mentions)


def test_what_the_payer_wrote():
    more = "<AddtlTxInf>not this</AddtlTxInf>"
    text = detail(text="first line</Ustrd><Ustrd>second\n  line", more=more)
    assert only(entry(text, more="<AddtlNtryInf>nor this</AddtlNtryInf>")).text == "first line second line"
    assert only(entry(detail(), more="<AddtlNtryInf>this</AddtlNtryInf>")).text == "this"
    numbers = "<RmtInf><Strd><RfrdDocInf><Nb>INV-17</Nb></RfrdDocInf></Strd></RmtInf>"
    assert only(entry(detail(more=numbers))).mentions == ("INV-17",)


def test_the_payer_in_old_and_new_versions():
    old = only(entry(detail(name="Rossi &amp; C.", iban="IT60X0542811101000000123456")))
    new = only(entry(detail(name="X").replace("<Dbtr><Nm>X</Nm>", "<Dbtr><Pty><Nm>Rossi &amp; C.</Nm></Pty>")))
    assert old.debtor_name == new.debtor_name == "Rossi & C."
    assert old.debtor_iban == "IT60X0542811101000000123456"


def test_the_party_behind_the_payer():
    text = detail(name="Paying Agent").replace("</Dbtr>", "</Dbtr><UltmtDbtr><Nm>Rossi</Nm></UltmtDbtr>")
    found = only(entry(text))
    assert (found.debtor_name, found.ultimate_debtor_name) == ("Paying Agent", "Rossi")


def part(amount, currency="EUR", **more):
    return detail(amount=f'<Amt Ccy="{currency}">{amount}</Amt>', **more)


def test_a_batch_becomes_its_payments():
    first, second = part("60.00", reference="R1"), part("40.00", reference="R2")
    result = read(entry(first, second, more="<AcctSvcrRef>B7</AcctSvcrRef>"))
    assert [(str(found.amount), found.reference, found.bank_id) for found in result.entries] == [
        ("60.00", "R1", "B7/1"),
        ("40.00", "R2", "B7/2"),
    ]
    assert result.warnings == ()


def test_a_batch_with_a_payment_against_its_direction():
    against = part("20.00") + ""
    against = against.replace("</Amt>", "</Amt><CdtDbtInd>DBIT</CdtDbtInd>")
    result = read(entry(part("120.00"), against))
    assert [(str(found.amount), found.credit) for found in result.entries] == [("120.00", True), ("20.00", False)]


def test_amounts_of_a_batch_in_its_details():
    inside = [detail(amount=f'<AmtDtls><TxAmt><Amt Ccy="EUR">{x}</Amt></TxAmt></AmtDtls>') for x in (70, 30)]
    assert [str(found.amount) for found in read(entry(*inside)).entries] == ["70.00", "30.00"]


WHOLE = [
    (part("60.00"), part("30.00")),
    (part("60.00"), detail()),
    (part("60.00", "SEK"), part("40.00", "SEK")),
]


@pytest.mark.parametrize("parts", WHOLE)
def test_a_batch_that_does_not_add_up_is_one_entry(parts):
    result = read(entry(*parts))
    assert [(str(found.amount), found.parts) for found in result.entries] == [("100.00", 2)]
    assert "do not add up" in result.warnings[0]


def test_a_batch_without_details_tells_how_many_it_holds():
    btch = "<NtryDtls><Btch><NbOfTxs>12</NbOfTxs></Btch></NtryDtls>"
    assert only(entry(more=btch)).parts == 12


def test_the_line_rules_over_its_only_detail():
    found = only(entry(part("95.00", "SEK")))
    assert found.amount == Money(10000, "EUR")


def test_a_reversal_keeps_the_direction_the_money_moved():
    back = only(entry(direction="DBIT", more="<RvslInd>true</RvslInd>"))
    assert (back.credit, back.reversal) == (False, True)
    assert only(entry(more="<RvslInd>false</RvslInd>")).reversal is False


def test_a_conversion():
    told = (
        '<AmtDtls><InstdAmt><Amt Ccy="SEK">1100.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">100.00</Amt><CcyXchg>'
        "<SrcCcy>SEK</SrcCcy><TrgtCcy>EUR</TrgtCcy><XchgRate>11.0</XchgRate></CcyXchg></TxAmt></AmtDtls>"
    )
    answer = only(entry(detail(amount=told))).as_dict()
    assert answer["amount"] == "100.00"
    assert answer["exchange"] == {
        "original": {"amount": "1100.00", "currency": "SEK"},
        "rate": "11.0",
        "source_currency": "SEK",
        "target_currency": "EUR",
    }


def test_ids_of_the_bank():
    assert only(entry(more="<AcctSvcrRef>A1</AcctSvcrRef><NtryRef>7</NtryRef>")).bank_id == "A1"
    assert only(entry(more="<AcctSvcrRef>NONREF</AcctSvcrRef><NtryRef>7</NtryRef>")).bank_id == "S1:7"
    assert only(entry()).bank_id.startswith("h-")


def test_counted_ids_of_two_statements_differ():
    first, second = (statement(entry(more="<NtryRef>1</NtryRef>"), ident=ident) for ident in ("S1", "S2"))
    assert len(read_statement(document(first, second), "f").entries) == 2


def test_equal_payments_without_ids_are_two():
    result = read(entry(), entry())
    assert len({found.bank_id for found in result.entries}) == 2


def test_a_statement_that_stands_twice_is_taken_once():
    result = read_statement(document(statement(entry()), statement(entry())), "f")
    assert len(result.entries) == 1
    assert "stands twice" in result.warnings[0]


def test_another_payment_under_the_same_id_is_not_lost():
    same = "<AcctSvcrRef>A1</AcctSvcrRef>"
    result = read(entry(more=same), entry(more=same, amount="7.00"), entry(more=same))
    assert [str(found.amount) for found in result.entries] == ["100.00", "7.00"]
    assert len({found.bank_id for found in result.entries}) == 2


def test_a_file_without_entries():
    result = read()
    assert (result.entries, result.accounts) == ((), (ACCOUNT,))
