"""Every sample, field by field as a person reads it off the file."""

from __future__ import annotations

import json

import pytest

from recovery.intake.reader import read_invoice_file
from tests.intake.documents import DEMO, MAPS, SAMPLES

COLUMNS = (
    "format",
    "version",
    "kind",
    "number",
    "issued",
    "due",
    "currency",
    "total",
    "payable",
    "seller.name",
    "seller.country",
    "seller.vat",
    "seller.iban",
    "buyer.name",
    "buyer.country",
    "buyer.vat",
    "buyer.address",
)
EXPECTED = {
    "ubl/en16931-creditnote1.xml": (
        "ubl", "2.1", "credit_note", "018304 / 28865", "2019-09-23", None, "EUR", "100.11", "100.11",
        "My Supplier Company", "BE", "BE0000000196", "BE91000000143476",
        "My Customer Company", "BE", "BE0000000295", "Boulevard Sint Michel 53, 1000 BRUXELLES",
    ),
    "ubl/en16931-example1.xml": (
        "ubl", "2.1", "invoice", "12115118", "2015-01-09", "2015-01-09", "EUR", "250.33", "250.33",
        "De Koksmaat", "NL", "NL820098395B01", "NL57RABO0107307510",
        "ODIN 59", "NL", None, "POSTBUS 367, 1960 AJ HEEMSKERK",
    ),
    "ubl/en16931-example2.xml": (
        "ubl", "2.1", "invoice", "TOSL108", "2013-06-30", "2013-07-20", "NOK", "1801.78", "801.78",
        "Salescompany ltd.", "NO", "NO123456789MVA", "NO9386011117947",
        "The Buyercompany", "NO", "NO987654321MVA", "Anystreet 8 Back door, 101 Anytown",
    ),
    "ubl/en16931-example5.xml": (
        "ubl", "2.1", "invoice", "TOSL110", "2013-04-10", "2013-05-10", "DKK", "4675.00", "2337.50",
        "SellerCompany", "NL", "NL16356706", None,
        "Buyercompany ltd", "DK", "DK16356607", "Anystreet, Building 1 5th floor, 101 Anytown",
    ),
    "cii/en16931-example1.xml": (
        "cii", "D16B", "invoice", "12115118", "2015-01-09", "2015-01-09", "EUR", "250.33", "250.33",
        "De Koksmaat", "NL", "NL820098395B01", "NL57RABO0107307510",
        "ODIN 59", "NL", None, "POSTBUS 367, 1960 AJ HEEMSKERK",
    ),
    "cii/en16931-example5.xml": (
        "cii", "D16B", "invoice", "TOSL110", "2013-04-10", "2013-05-10", "DKK", "4675.00", "2337.50",
        "SellerCompany", "NL", "NL16356706", "DK1212341234123412",
        "Buyercompany ltd", "DK", "DK16356607", "Anystreet, Building 1 5th floor, 101 Anytown",
    ),
    "fatturapa/FPR02.xml": (
        "fatturapa", "FPR12", "invoice", "123", "2014-12-18", "2015-01-30", "EUR", "30.50", "30.50",
        "SOCIETA' ALPHA SRL", "IT", "IT01234567890", None,
        "BETA GAMMA", "IT", None, "VIA TORINO 38-B, 00145 ROMA",
    ),
    "fatturapa/payment_details.xml": (
        "fatturapa", "1.1", "invoice", "123", "2014-12-18", "2015-01-30", "EUR", "6.10", "6.10",
        "SOCIETA' ALPHA SRL", "IT", "IT01234567890", "IT00000000000000000000000",
        "AMMINISTRAZIONE BETA", "IT", None, "VIA TORINO 38-B, 00145 ROMA",
    ),
    "fatturapa/withholding.xml": (
        "fatturapa", "FPR12", "invoice", "SAMPLE-001", "2023-03-02", "2023-03-02", "EUR", "1026.74", "652.74",
        "Rossi Digital Services", "IT", "IT12345678903", "IT60X0542811101000000123456",
        "MARIO LEONI", "IT", None, "VIALE DELI LAVORATORI 32, 50100 FIRENZE",
    ),
    "facturae/vat.xml": (
        "facturae", "3.2.2", "invoice", "TEST01001F", "2021-12-08", "2021-12-30", "EUR", "5084.42", "5084.42",
        "Hypeprop Sl", "ES", "B23103039", "ES2501882570718544704761",
        "Moniward Sl", "ES", "B77436020", "Plaza Horno, 35, 45083 Nombela",
    ),
    "facturae/vat-irpf.xml": (
        "facturae", "3.2.2", "invoice", "TEST01002F", "2021-12-08", None, "EUR", "5080.92", "4480.62",
        "Maria Remedios Sanchez Nuñez", "ES", "37221735F", None,
        "Moniward Sl", "ES", "B77436020", "Plaza Horno, 35, 45083 Nombela",
    ),
    "ebinterface/4p3.xml": (
        "ebinterface", "4.3", "invoice", "RNR 2016/2", "2016-02-16", "1967-08-13", "EUR", "49391.12", "44329.12",
        "Lieferant Mustermann", "AT", "UID12384938", "23424234",
        "VGB GmbH & Co KG", "AT", "UID84389384", "Walserbergstraße 32, 5021 Salzburg",
    ),
    "ebinterface/6p1.xml": (
        "ebinterface", "6.1", "invoice", "RNR 4712", "2018-01-12", "1967-08-13", "EUR", "49391.12", "44329.12",
        "Lieferant Mustermann", "AT", "UID12384938", "23424234",
        "VGB GmbH & Co KG", "AT", "UID84389384", "Walserbergstraße 32, 5021 Salzburg",
    ),
}  # fmt: skip
WARNINGS = {
    "ubl/en16931-creditnote1.xml": ["no due date"],
    "ubl/en16931-example1.xml": ["names 2 accounts"],
    "ubl/en16931-example2.xml": ["another payee", "prepaid 1000.00", "seller: the VAT", "buyer: the VAT"],
    "ubl/en16931-example5.xml": [
        "another payee", "direct debit", "prepaid 2337.50", "seller: the VAT", "buyer: the VAT"],
    "cii/en16931-example1.xml": [],
    "cii/en16931-example5.xml": [
        "another payee", "prepaid 2337.50", "seller: the VAT", "no valid IBAN", "buyer: the VAT"],
    "fatturapa/FPR02.xml": ["states no total", "seller: the VAT"],
    "fatturapa/payment_details.xml": ["states no total", "not deducted", "seller: the VAT", "no valid IBAN"],
    "fatturapa/withholding.xml": [
        "not the sum of its parts, 2076.40", "tax withheld by the buyer 374.00", "add up to 1044.40", "2 due dates"],
    "facturae/vat.xml": [],
    "facturae/vat-irpf.xml": ["taxes withheld 600.30", "no due date"],
    "ebinterface/4p3.xml": [
        "cancels an earlier", "not make up the whole", "before the date of issue",
        "seller: the VAT", "no valid IBAN", "buyer: the VAT"],
    "ebinterface/6p1.xml": [
        "cancels an earlier", "prepaid 5062.00", "before the date of issue",
        "seller: the VAT", "no valid IBAN", "buyer: the VAT"],
}  # fmt: skip


def _column(answer, column):
    role, _, key = column.rpartition(".")
    return answer[role][key] if role else answer[key]


def test_every_sample_is_expected():
    files = {str(path.relative_to(SAMPLES)) for path in SAMPLES.glob("*/*.xml") if path.parent.name != "camt"}
    assert files == set(EXPECTED) == set(WARNINGS)


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_fields(name):
    answer = read_invoice_file(SAMPLES / name, MAPS).as_dict()
    assert {column: _column(answer, column) for column in COLUMNS} == dict(zip(COLUMNS, EXPECTED[name], strict=True))


@pytest.mark.parametrize("name", WARNINGS)
def test_sample_warnings(name):
    warnings = read_invoice_file(SAMPLES / name, MAPS).warnings
    assert len(warnings) == len(WARNINGS[name])
    for words, warning in zip(sorted(WARNINGS[name]), WARNINGS[name], strict=True):
        assert any(words in text for text in warnings), (words, warning)


@pytest.mark.parametrize("name", EXPECTED)
def test_json_is_plain(name):
    answer = read_invoice_file(SAMPLES / name, MAPS).as_dict()
    assert json.loads(json.dumps(answer)) == answer


def test_what_else_the_samples_tell():
    person = read_invoice_file(SAMPLES / "fatturapa/withholding.xml", MAPS)
    assert [(str(part.due), str(part.amount)) for part in person.instalments] == [
        ("2023-03-02", "500.00"), ("2023-04-02", "544.40")]  # fmt: skip
    assert person.buyer.is_person is True
    assert person.buyer.tax_id == "MRALNE80E05H501C"
    sole_trader = read_invoice_file(SAMPLES / "facturae/vat-irpf.xml", MAPS)
    assert (sole_trader.seller.is_person, sole_trader.buyer.is_person) == (True, False)
    related = read_invoice_file(SAMPLES / "ebinterface/6p1.xml", MAPS)
    assert related.references == ("RN 4713", "RNR 4712-1", "RNR 4712-2")
    assert str(related.prepaid) == "5062.00"
    assert related.seller.registration_number == "FN 393823 e"
    paid = read_invoice_file(SAMPLES / "cii/en16931-example5.xml", MAPS)
    assert (paid.references, paid.payment_reference, paid.description) == (("TOSL109",), "Payref1", "Printing paper")
    assert paid.seller.email == "Anthon@Selco.nl"


DEMO_INVOICES = {
    "be": ("ubl", "EUR", "320.00", "NL", "BE"),
    "nl": ("ubl", "EUR", "2420.00", "BE", "NL"),
    "se": ("ubl", "SEK", "48750.00", "AT", "SE"),
    "it": ("fatturapa", "EUR", "6050.00", "BE", "IT"),
    "es": ("facturae", "EUR", "3600.00", "NL", "ES"),
    "at": ("ebinterface", "EUR", "1450.00", "ES", "AT"),
}


@pytest.mark.parametrize("name", DEMO_INVOICES)
def test_own_invoices_read_without_a_warning(name):
    invoice = read_invoice_file(DEMO / f"{name}.xml", MAPS)
    read = (invoice.format, invoice.currency, str(invoice.payable), invoice.seller.country, invoice.buyer.country)
    assert read == DEMO_INVOICES[name]
    assert invoice.warnings == ()
    assert invoice.payment_reference
    assert invoice.seller.iban
    assert (invoice.due - invoice.issued).days == 30
    assert (invoice.buyer.vat is None) == (name == "be")
