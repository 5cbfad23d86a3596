"""What only one format has: several bodies, simplified invoices, old versions, transport envelopes."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.errors import IntakeError
from tests.intake.documents import (
    CII,
    EB4,
    EB6,
    FACTURAE,
    FATTURA,
    UBL,
    own,
    read,
    read_variant,
    sample,
    variant,
    warned,
)


def test_simplified_fattura():
    invoice = read(own("fattura-simplified.xml"))
    assert (invoice.format, invoice.version, invoice.kind) == ("fatturapa", "FSM10", "invoice")
    assert (str(invoice.total), str(invoice.payable), invoice.number) == ("122.00", "122.00", "S1")
    assert (invoice.buyer.name, invoice.buyer.is_person) == ("Maria Esempio", True)
    assert invoice.seller.address == "Via Uno 3, 20121 Milano"
    assert read(own("fattura-simplified.xml").replace(b"TD07", b"TD08")).kind == "credit_note"


def test_several_bodies_give_the_first():
    text = sample(FATTURA).decode()
    start, end = text.index("<FatturaElettronicaBody>"), text.index("</FatturaElettronicaBody>") + 25
    second = text[start:end].replace("<Numero>123<", "<Numero>124<").replace("25.00", "99.00")
    invoice = read((text[:end] + second + text[end:]).encode())
    assert (invoice.number, str(invoice.total)) == ("123", "30.50")
    assert warned(invoice, "2 invoices", "the first")


def test_batch_of_facturae_gives_the_first():
    text = sample(FACTURAE).decode()
    start, end = text.index("<Invoice>"), text.index("</Invoice>") + 10
    second = text[start:end].replace("TEST01001F", "TEST01009F")
    invoice = read((text[:end] + second + text[end:]).encode())
    assert invoice.number == "TEST01001F"
    assert warned(invoice, "2 invoices")


def test_split_payment_claims_the_net():
    invoice = read_variant(FATTURA, (">D</EsigibilitaIVA>", ">S</EsigibilitaIVA>"))
    assert (str(invoice.total), str(invoice.payable)) == ("30.50", "25.00")
    assert warned(invoice, "pays to the State 5.50")


def test_withholding_is_not_taken_off_twice():
    changes = ("<Numero>123</Numero>", "<Numero>123</Numero><DatiRitenuta><ImportoRitenuta>5.00</ImportoRitenuta>"
               "</DatiRitenuta><ImportoTotaleDocumento>25.50</ImportoTotaleDocumento>")  # fmt: skip
    invoice = read_variant(FATTURA, changes)
    assert str(invoice.payable) == "25.50"
    assert warned(invoice, "leaves out already")
    gross = read_variant(FATTURA, (changes[0], changes[1].replace("25.50<", "30.50<")))
    assert str(gross.payable) == "25.50"


def test_term_counted_from_a_date():
    wanted = "<DataScadenzaPagamento>2015-01-30</DataScadenzaPagamento>"
    term = "<GiorniTerminiPagamento>60</GiorniTerminiPagamento>"
    start = "<DataRiferimentoTerminiPagamento>2014-12-31</DataRiferimentoTerminiPagamento>"
    invoice = read_variant(FATTURA, (wanted, start + term))
    assert invoice.due == date(2015, 3, 1)
    assert warned(invoice, "60 days from 2014-12-31")
    assert read_variant(FATTURA, (wanted, term)).term_days == 60


@pytest.mark.parametrize(("code", "words"), [("TD16", "VAT alone"), ("TD02", "advance")])
def test_documents_that_may_owe_nothing(code, words):
    assert warned(read_variant(FATTURA, ("TD01", code)), words)


def test_fattura_without_its_number_says_so():
    with pytest.raises(IntakeError) as caught:
        read_variant(FATTURA, ("<Numero>123</Numero>", ""))
    assert (caught.value.code, caught.value.field) == ("missing", "number")


@pytest.mark.parametrize(
    ("namespace", "version"),
    [
        ("http://www.facturae.es/Facturae/2009/v3.2/Facturae", "3.2"),
        ("http://www.facturae.es/Facturae/2014/v3.2.1/Facturae", "3.2.1"),
    ],
)
def test_older_facturae(namespace, version):
    invoice = read_variant(
        FACTURAE,
        ("http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml", namespace),
        (">3.2.2<", f">{version}<"),
    )
    assert (invoice.version, str(invoice.payable)) == (version, "5084.42")


def test_facturae_series_and_factoring():
    number = "<InvoiceNumber>TEST01001F</InvoiceNumber>"
    invoice = read_variant(
        FACTURAE,
        (number, number + "<InvoiceSeriesCode>A</InvoiceSeriesCode>"),
        ("</FileHeader>", "<FactoringAssignmentData><Assignee/></FactoringAssignmentData></FileHeader>"),
    )
    assert invoice.number == "A-TEST01001F"
    assert warned(invoice, "factor")


@pytest.mark.parametrize("version", ["4p0", "4p1", "4p2"])
def test_older_ebinterface(version):
    invoice = read_variant(EB4, ("/4p3/", f"/{version}/"))
    assert (invoice.version, invoice.currency) == (version.replace("p", "."), "EUR")


def test_ebinterface_without_what_is_payable():
    invoice = read_variant(EB6, ("<PayableAmount>44329.12</PayableAmount>", ""))
    assert str(invoice.payable) == "49391.12"


def test_ebinterface_country_as_text():
    invoice = read_variant(EB6, ('<Country CountryCode="AT">Österreich</Country>', "<Country>Österreich</Country>"))
    assert invoice.buyer.country == "AT"


def test_zugferd_1():
    invoice = read(own("zugferd-1.xml"))
    assert (invoice.format, invoice.version, str(invoice.payable)) == ("cii", "1.0", "119.00")
    assert (invoice.term_days, invoice.payment_reference) == (14, "Z1")


def test_svefaktura():
    invoice = read(own("svefaktura.xml"))
    assert (invoice.format, invoice.version, invoice.number) == ("ubl", "Svefaktura 1.0", "S-1")
    assert (invoice.due, str(invoice.payable), invoice.currency) == (date(2026, 2, 9), "1250.00", "SEK")
    assert (invoice.seller.vat, invoice.seller.iban, invoice.payment_reference) == ("ATU13585627", None, "12344")
    assert warned(invoice, "bankgiro")


def test_transport_envelope_is_opened():
    inner = variant(UBL).decode().split("?>", 1)[1]
    wrapped = (
        '<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">'
        f"<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion></StandardBusinessDocumentHeader>{inner}"
        "</StandardBusinessDocument>"
    )
    assert read(wrapped.encode()).number == "12115118"


def test_total_of_the_invoice_s_own_currency_is_chosen():
    total = "<ram:GrandTotalAmount>250.33</ram:GrandTotalAmount>"
    both = (
        '<ram:GrandTotalAmount currencyID="SEK">2800.00</ram:GrandTotalAmount>'
        '<ram:GrandTotalAmount currencyID="EUR">250.33</ram:GrandTotalAmount>'
    )
    assert str(read_variant(CII, (total, both)).total) == "250.33"
