"""Invoices as CSV, in the layout of docs/csv.md."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.errors import Faults, IntakeError
from recovery.intake.csvfile import read_invoices_csv
from tests.intake.documents import ROOT, read, warned

HEADER = "number;issued;due;currency;amount;paid;seller_name;seller_country;seller_iban;buyer_name;buyer_country"
LINE = "17;2026-01-12;11.02.2026;EUR;1.234,50;200,00;Müller;AT;AT611904300234573201;Voorbeeld BV;NLD"
FILE = f"{HEADER}\n{LINE}\n"


def _read(text, encoding="utf-8", name="invoices.csv"):
    return read(text.encode(encoding), name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_one_line(encoding):
    invoice = _read(FILE, encoding)
    assert (invoice.format, invoice.kind, invoice.number, invoice.seller.name) == ("csv", "invoice", "17", "Müller")
    assert (invoice.issued, invoice.due) == (date(2026, 1, 12), date(2026, 2, 11))
    assert (str(invoice.total), str(invoice.prepaid), str(invoice.payable)) == ("1234.50", "200.00", "1034.50")
    assert (invoice.buyer.country, invoice.seller.iban) == ("NL", "AT611904300234573201")
    assert invoice.warnings == ()


def test_the_documented_example_reads():
    block = (ROOT / "docs" / "csv.md").read_text("utf-8").split("```")[1].strip()
    invoice = _read(block)
    assert (str(invoice.payable), invoice.buyer.address) == ("1034.50", "Via Esempio 1, 20121 Milano")
    assert invoice.warnings == ()


@pytest.mark.parametrize(
    ("delimiter", "written", "amount"),
    [
        (";", "1.234,50", "1234.50"),
        (";", "1234.50", "1234.50"),
        (";", "1 234,5", "1234.50"),
        (";", "1.234", "1234.00"),
        (",", "1234.50", "1234.50"),
        (",", '"1,234.50"', "1234.50"),
        (",", '"1.234,50"', "1234.50"),
        ("\t", "1'234.50", "1234.50"),
        ("\t", "1,234", "1234.00"),
    ],
)
def test_amounts(delimiter, written, amount):
    text = "\n".join(
        (delimiter.join(("number", "issued", "currency", "amount", "buyer_name")),
         delimiter.join(("1", "2026-01-12", "EUR", written, "Example"))))  # fmt: skip
    assert str(_read(text).total) == amount


def test_other_names_of_columns():
    invoice = _read(
        "Invoice number,Invoice date,Total,Currency,Customer,Customer country,Terms,Unknown\n"
        "A1,12/01/2026,10.00,eur,Example,Italy,30 days net,x\n", name="export.txt")  # fmt: skip
    assert (invoice.number, invoice.issued, invoice.buyer.country) == ("A1", date(2026, 1, 12), "IT")
    assert (invoice.due, invoice.term_days) == (None, 30)


def test_credit_note_and_persons():
    invoice = _read(
        "number;issued;currency;amount;buyer_name;kind;buyer_is_person;references\n"
        "1;2026-01-12;EUR;10;Ada;Credit note;yes;16|17\n"
    )  # fmt: skip
    assert (invoice.kind, invoice.buyer.is_person, invoice.references) == ("credit_note", True, ("16", "17"))
    assert warned(invoice, "buyer", "no country")
    assert warned(invoice, "seller", "no name")


def test_several_lines_give_the_first():
    invoice = _read(FILE + LINE.replace("17;", "18;", 1))
    assert invoice.number == "17"
    assert warned(invoice, "2 invoices")


def test_every_line_with_its_own_faults():
    text = FILE + "\n;yesterday;;EUR;much;;;;;;\n" + LINE.replace("17;", "19;", 1) + "\n"
    first, second, third = read_invoices_csv(text.encode(), "list.csv")
    assert (first.number, third.number) == ("17", "19")
    assert isinstance(second, Faults)
    assert {fault.field for fault in second.faults} == {"number", "issued", "amount", "buyer_name"}
    assert all("list.csv line 4" in fault.message for fault in second.faults)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("number;issued\n1;2026-01-12\n", "missing_column"),
        (HEADER + "\n", "empty_file"),
        (FILE.replace("EUR", "XXY"), "unknown_currency"),
        (FILE.replace(";EUR;", ";;"), "missing"),
        (FILE.replace("2026-01-12", "2026-13-12"), "bad_date"),
        (FILE.replace("1.234,50", "1.23.4,50"), "bad_amount"),
        (HEADER + "\n" + '"' + "x" * 200_000, "unreadable_csv"),
        ("number;issued\x00", "unreadable_csv"),
    ],
)
def test_faults(text, code):
    with pytest.raises(IntakeError) as caught:
        _read(text)
    assert caught.value.code == code


def test_paid_in_full_leaves_nothing():
    invoice = _read(FILE.replace(";200,00;", ";1.234,50;"))
    assert str(invoice.payable) == "0.00"
    assert warned(invoice, "nothing is payable")


NAMES = [
    "Factuurnummer;Factuurdatum;Vervaldatum;Munt;Bedrag;Klant;Land",
    "Numéro de facture;Date de facture;Échéance;Devise;Montant TTC;Client;Pays",
    "Rechnungsnummer;Rechnungsdatum;Fällig am;Währung;Betrag;Kunde;Land",
    "Numero fattura;Data fattura;Scadenza;Valuta;Importo;Cliente;Paese",
    "Número de factura;Fecha;Vencimiento;Moneda;Importe;Cliente;País",
    "Fakturanummer;Fakturadatum;Förfallodatum;Valuta;Belopp;Kund;Land",
]


@pytest.mark.parametrize("header", NAMES, ids=["nl", "fr", "de", "it", "es", "sv"])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_columns_are_known_in_the_languages_served(header, encoding):
    text = f"sep=;\r\n{header}\r\n2026-17;12/01/2026 00:00;11/02/2026 00:00;EUR;1.234,50;Klant BV;NL\r\n"
    invoice = _read(text, encoding, "export.csv")
    assert (invoice.number, str(invoice.payable), invoice.buyer.name) == ("2026-17", "1234.50", "Klant BV")
    assert (invoice.issued.isoformat(), invoice.due and invoice.due.isoformat()) == ("2026-01-12", "2026-02-11")
