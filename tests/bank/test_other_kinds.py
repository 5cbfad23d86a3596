"""Bank files that are no camt: MT940 of several banks, CODA, Norma 43, CSV, archives; as each bank means them."""

from __future__ import annotations

import io
import zipfile

import pytest

from recovery.bank.statement import read_statement
from recovery.errors import IntakeError
from tests.bank.camt_files import document, entry, statement


def mt940(*lines, account="NL69INGB0123456789EUR", before="", after="-"):
    """Return one MT940 statement, its balances left open."""
    inside = "\n".join(lines)
    return (
        f"{before}:20:S1\n:25:{account}\n:28C:00012/001\n:60F:C260210EUR0,00\n{inside}\n:62F:C260211EUR0,00\n{after}\n"
    )


def told(one):
    return (str(one.amount), one.credit, one.debtor_name, one.debtor_iban, one.reference, one.text)


DIALECTS = {
    "ING": (
        [
            ":61:2602110211C1,56NTRFEREF//00000000001005\n/TRCD/00100/",
            ":86:/EREF/EV12341REP1231456T1234//CNTP/NL32INGB0000012345/INGBNL2A/ING BANK\n"
            "NV INZAKE WEB///REMI/USTD//F-17/",
        ],
        ("1.56", True, "ING BANK NV INZAKE WEB", "NL32INGB0000012345", "EV12341REP1231456T1234", "F-17"),
    ),
    "Rabobank": (
        [
            ":61:260211C000000000500,00NTRFEREF//26042XXXX\nNL91ABNA0417164300",
            ":86:/EREF/E-77/ORDP//NAME/De Vries B.V./IBAN/NL91ABNA0417164300/REMI/Factuur 2026-9/ISDT/2026-02-11",
        ],
        ("500.00", True, "De Vries B.V.", "NL91ABNA0417164300", "E-77", "Factuur 2026-9"),
    ),
    "ABN AMRO": (
        [
            ":61:2602110211C75,00N694NONREF",
            ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL32INGB0000012345/BIC/INGBNL2A\n"
            "/NAME/J JANSEN/REMI/FACTUUR 12/EREF/NOTPROVIDED",
        ],
        ("75.00", True, "J JANSEN", "NL32INGB0000012345", None, "FACTUUR 12"),
    ),
    "BNP Paribas, structured reference": (
        [
            ":61:2602110211C100,00NTRFNONREF//B1",
            ":86:/CNTP/BE68539007547034/GEBABEBB/KLANT NV//REMI/STRD/CUR/RF18539007547034/",
        ],
        ("100.00", True, "KLANT NV", "BE68539007547034", "RF18539007547034", ""),
    ),
    "UniCredit, numbered fields": (
        [
            ":61:2602110211C1500,00N166NONREF",
            ":86:166?00GUTSCHRIFT?10931?20EREF+E2E-9?21SVWZ+Rechnung 2026-5?30BKAUATWW?31AT611904300234573201"
            "?32MUSTER GMBH",
        ],
        ("1500.00", True, "MUSTER GMBH", "AT611904300234573201", "E2E-9", "Rechnung 2026-5"),
    ),
    "SEB and Santander, words alone": (
        [":61:2602110211D26,00NCHGNONREF//X9", ":86:COMISION MANTENIMIENTO ES9121000418450200051332"],
        ("26.00", False, None, "ES9121000418450200051332", None, "COMISION MANTENIMIENTO ES9121000418450200051332"),
    ),
}


@pytest.mark.parametrize("bank", DIALECTS)
def test_mt940_of_each_bank(bank):
    lines, wanted = DIALECTS[bank]
    found = read_statement(mt940(*lines).encode(), "f.sta")
    assert (found.format, found.accounts, found.warnings) == ("MT940", ("NL69INGB0123456789",), ())
    assert told(found.entries[0]) == wanted
    assert found.entries[0].booked.isoformat() == "2026-02-11"


def test_mt940_reversals_keep_the_direction_the_money_moved():
    back = ":61:2602110211RC10,00NTRFNONREF\n:86:/RTRN/AC04/REMI/back"
    again = ":61:2602110211RD20,00NTRFNONREF\n:86:again"
    one, two = read_statement(mt940(back, again).encode(), "f").entries
    assert (one.credit, one.reversal, one.return_reason) == (False, True, "AC04")
    assert (two.credit, two.reversal, two.returned) == (True, True, False)


def test_equal_lines_of_a_text_format_are_as_many_as_they_are_and_known_again():
    line = ":61:2602110211C10,00NTRFNONREF\n:86:same"
    first, second = read_statement(mt940(line, line).encode(), "f").entries
    assert first.bank_id != second.bank_id
    assert first.mark == second.mark
    again = read_statement(mt940(":61:2602110211C7,00NTRFNONREF\n:86:new", line).encode(), "f").entries
    assert again[1].bank_id == first.bank_id


def test_a_broken_mt940_line_or_statement_holds_up_no_other():
    good = ":61:2602110211C10,00NTRFNONREF\n:86:good"
    text = mt940(":61:26021x0211C,00NTRF", good) + mt940(good.replace("good", "other"), account="BE68539007547034")
    found = read_statement(text.encode(), "f")
    assert [one.text for one in found.entries] == ["good", "other"]
    assert any("statement 1" in warning for warning in found.warnings)


def test_swift_blocks_and_windows_letters_are_read():
    line = ":61:2602110211C10,00NTRFNONREF\n:86:/NAME/Café Müller/REMI/x"
    text = mt940(line, before="{1:F01INGBNL2ABXXX0000000000}{2:I940INGBNL2AXN}{4:\n", after="-}")
    assert read_statement(text.encode("windows-1252"), "f").entries[0].debtor_name == "Café Müller"


def coda(*moves, balance=0, wrong=0):
    """Return one CODA statement: each move is minor units, a text, a name, an account, a payment reference or none."""
    head = "0000011022672505        00000000  RECOVERY                  GEBABEBB   00403170701 00000"
    records = [f"{head:<127}2"]
    account = f"{'BE68539007547034':<34}EUR"
    records.append(f"12001{account}{0 if balance >= 0 else 1}{abs(balance) * 10:015}100226{'RECOVERY':<26}{'':<35}001")
    credit = debit = 0
    for number, (minor, text, name, other, structured) in enumerate(moves, 1):
        credit, debit = credit + max(minor, 0), debit + max(-minor, 0)
        said = f"1101{structured:<50}" if structured else f"0{text:<53}"
        at = f"{number:04}0000"
        sign = 0 if minor >= 0 else 1
        records.append(
            f"21{at}REF{number:018}{sign}{abs(minor) * 10:015}110226001500000"[:61] + f"{said}110226001{'':<1}1 0"
        )
        records.append(f"22{at}{'':<53}{'':<35}{'GEBABEBB':<11}{'':<15}1 0"[:128].ljust(128))
        records.append(f"23{at}{other:<37}{name:<35}{'':<43}0 0")
    new = balance + credit - debit + wrong
    records.append(f"8001{account}{0 if new >= 0 else 1}{abs(new) * 10:015}110226{'':<64}0")
    count = len(records) - 1
    records.append(f"9{'':<15}{count:06}{debit * 10:015}{credit * 10:015}{'':<75}2")
    return "\n".join(record.ljust(128) for record in records) + "\n"


def test_coda():
    moves = [
        (10050, "Factuur 2026-9", "KLANT NV", "BE71096123456769 EUR", None),
        (25000, "", "ANDERE BV", "NL91ABNA0417164300", "090933755493"),
        (-2600, "KOSTEN", "", "", None),
    ]
    found = read_statement(coda(*moves).encode(), "f.cod")
    assert (found.format, found.accounts, found.unread) == ("CODA", ("BE68539007547034",), ())
    assert [told(one) for one in found.entries] == [
        ("100.50", True, "KLANT NV", "BE71096123456769", None, "Factuur 2026-9"),
        ("250.00", True, "ANDERE BV", "NL91ABNA0417164300", "090933755493", ""),
        ("26.00", False, None, None, None, "KOSTEN"),
    ]
    assert found.entries[0].own_id


def test_a_coda_statement_that_does_not_add_up_is_told_and_holds_up_no_other():
    one = coda((100, "a", "A", "", None), wrong=5)
    other = coda((200, "b", "B", "", None))
    found = read_statement((one + other).encode(), "f.cod")
    assert [str(entry.amount) for entry in found.entries] == ["2.00"]
    assert "does not add up" in found.unread[0]
    with pytest.raises(IntakeError):
        read_statement(one.encode(), "f.cod")


def norma(*lines, wrong=0):
    """Return one account in Norma 43: each line is minor units and what its two texts say."""
    account = "210004180200051332"
    records = [f"11{account}260201260228200000000000000978{'1'}{'RECOVERY':<26}   "]
    credit = debit = many_in = many_out = 0
    for minor, one, two in lines:
        sign = 2 if minor >= 0 else 1
        records.append(f"22    0418260211260212{'02'}{'001'}{sign}{abs(minor):014}{0:010}{'':>12}{'':<16}")
        records.append(f"2301{one:<38}{two:<38}")
        credit, debit = credit + max(minor, 0), debit + max(-minor, 0)
        many_in, many_out = many_in + (minor >= 0), many_out + (minor < 0)
    final = credit - debit + wrong
    records.append(
        f"33{account}{many_out:05}{debit:014}{many_in:05}{credit:014}{2 if final >= 0 else 1}{abs(final):014}978    "
    )
    count = len(records)
    records.append(f"88{'9' * 18}{count:06}{'':<54}")
    return "\n".join(records) + "\n"


def test_norma_43():
    found = read_statement(
        norma((12345, "TRANSF. DE GARCIA SL", "FACTURA 2026/7"), (-500, "COMISION", "")).encode(), "f"
    )
    assert (found.format, found.accounts) == ("Norma 43", ("ES9121000418450200051332",))
    first, second = found.entries
    assert told(first) == ("123.45", True, None, None, None, "TRANSF. DE GARCIA SL FACTURA 2026/7")
    assert (first.booked.isoformat(), first.value.isoformat()) == ("2026-02-11", "2026-02-12")
    assert (str(second.amount), second.credit) == ("5.00", False)


def test_a_norma_43_account_that_does_not_add_up_is_told():
    with pytest.raises(IntakeError, match="does not add up"):
        read_statement(norma((100, "a", "b"), wrong=1).encode(), "f")


TABLES = {
    "CSV": (
        "account,date,value_date,amount,currency,name,iban,reference,text,id\n"
        "BE68539007547034,2026-02-11,2026-02-12,-1234.50,EUR,Klant,NL91ABNA0417164300,RF18539007547034,words,7\n",
        ("1234.50", False, "Klant", "NL91ABNA0417164300", "RF18539007547034", "words"),
    ),
    "CSV ING (NL)": (
        '"Datum";"Naam / Omschrijving";"Rekening";"Tegenrekening";"Code";"Af Bij";"Bedrag (EUR)";"Mutatiesoort";'
        '"Mededelingen"\n"20260211";"Jansen";"BE68539007547034";"NL91ABNA0417164300";"OV";"Bij";"1.234,50";"x";"F 9"\n',
        ("1234.50", True, "Jansen", "NL91ABNA0417164300", None, "F 9"),
    ),
    "CSV Rabobank": (
        '"IBAN/BBAN","Munt","Volgnr","Datum","Rentedatum","Bedrag","Tegenrekening IBAN/BBAN","Naam tegenpartij",'
        '"Betalingskenmerk","Omschrijving-1","Reden retour"\n'
        '"BE68539007547034","EUR","17","2026-02-11","2026-02-12","+75,00","NL91ABNA0417164300","Jansen","","F 9",""\n',
        ("75.00", True, "Jansen", "NL91ABNA0417164300", None, "F 9"),
    ),
    "CSV KBC": (
        "Rekeningnummer;Rubrieknaam;Naam;Munt;Datum;Omschrijving;Valuta;Bedrag;rekeningnummer tegenpartij;"
        "Naam tegenpartij;gestructureerde mededeling;Vrije mededeling\n"
        "BE68539007547034;;;EUR;11/02/2026;x;12/02/2026;250,00;NL91 ABNA 0417 1643 00;Jansen;+++090/9337/55493+++;\n",
        ("250.00", True, "Jansen", "NL91ABNA0417164300", "+++090/9337/55493+++", "x"),
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_banks(kind):
    text, wanted = TABLES[kind]
    found = read_statement(text.encode(), "f.csv")
    assert (found.format, found.accounts, found.warnings) == (kind, ("BE68539007547034",), ())
    assert told(found.entries[0]) == wanted


def test_a_row_that_cannot_be_read_holds_up_no_other():
    text = TABLES["CSV"][0]
    broken = text.splitlines()[1].replace("2026-02-11", "soon") + "\n"
    found = read_statement((text + broken + text.splitlines()[1].replace(",7", ",8")).encode(), "f.csv")
    assert [one.bank_id for one in found.entries] == ["7", "8"]
    assert "line 3" in found.unread[0]


def zipped(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_an_archive_is_read_file_by_file_and_a_broken_one_is_told():
    good = document(statement(entry()))
    other = document(statement(entry(amount="7.00"), ident="S2"))
    found = read_statement(zipped(a=good, b=b"<broken", c=other), "day.zip")
    assert [str(one.amount) for one in found.entries] == ["100.00", "7.00"]
    assert found.format == "camt.053.001.02"
    assert any(warning.startswith("day.zip/b: ") for warning in found.warnings)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped(), "empty_file"),
        (zipped(a=b"nothing"), "not_a_statement"),
        (b"PK\x03\x04" + b"x" * 50, "unreadable_file"),
    ],
)
def test_an_archive_without_a_statement_says_so(data, code):
    with pytest.raises(IntakeError) as caught:
        read_statement(data, "day.zip")
    assert caught.value.code == code


def test_what_no_bank_gives_is_told_with_what_to_ask_for():
    with pytest.raises(IntakeError, match=r"ask the bank for camt\.053") as caught:
        read_statement(b"Dear customer, your statement is ready", "f.txt")
    assert "invoicing program" not in caught.value.message
