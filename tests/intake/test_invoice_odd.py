"""What is odd but readable: read, and warned of."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.errors import Faults, IntakeError
from recovery.intake.dates import read_date
from recovery.intake.terms import term_days_of, term_of
from tests.intake.documents import CII, EB4, EB6, FACTURAE, FATTURA, UBL, read, read_variant, variant, warned

COUNTRY = "<cbc:IdentificationCode>NL</cbc:IdentificationCode>"


def _country(text):
    return read_variant(UBL, (COUNTRY, f"<cbc:IdentificationCode>{text}</cbc:IdentificationCode>"))


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("NLD", "NL"),
        ("528", "NL"),
        ("Netherlands", "NL"),
        ("Holland", "NL"),
        ("Österreich", "AT"),
        ("España", "ES"),
        ("italia", "IT"),
        ("Sverige", "SE"),
        ("België", "BE"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("ESP", "ES"),
    ],
)
def test_countries_in_any_writing(written, country):
    assert _country(written).buyer.country == country


def test_unknown_country_is_warned_of():
    invoice = _country("Atlantis")
    assert invoice.buyer.country is None
    assert warned(invoice, "buyer", "Atlantis")


def test_missing_country_comes_from_vat_or_postal_code():
    invoice = read_variant(UBL, (COUNTRY, ""), ("1960 AJ", "B-2000"))
    assert (invoice.seller.country, invoice.buyer.country) == ("NL", "BE")
    assert warned(invoice, "seller", "VAT number")
    assert warned(invoice, "buyer", "postal code")
    assert read_variant(UBL, (COUNTRY, "")).buyer.country is None


DUE = "<cbc:DueDate>2015-01-09</cbc:DueDate>"
TERMS = "<cac:PaymentTerms><cbc:Note>{}</cbc:Note></cac:PaymentTerms><cac:TaxTotal>"


def test_no_due_date():
    invoice = read_variant(UBL, (DUE, ""))
    assert (invoice.due, invoice.term_days) == (None, None)
    assert warned(invoice, "no due date", "statutory")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Net 30 days", 30),
        ("30 days net", 30),
        ("net 14", 14),
        ("Betalingstermijn: 14 dagen netto", 14),
        ("Zahlbar innerhalb von 21 Tagen", 21),
        ("Paiement à 45 jours", 45),
        ("Pagamento a 60 giorni", 60),
        ("30 días", 30),
        ("30 dagar netto", 30),
        ("2% 10 days, net 30 days", 30),
        ("#SKONTO#TAGE=14#PROZENT=2.00#\n30 Tage", 30),
        ("2 % discount if paid within 2 days\n Penalty percentage 10% from due date", None),
        ("50% prepaid, 50% within one month", None),
        ("30 days end of month", None),
        ("10 werkdagen", None),
        ("", None),
        ("Klachten binnen 8 dagen na ontvangst. Betaling binnen 30 dagen na factuurdatum.", 30),
        ("Réclamations sous 8 jours; paiement à 30 jours", 30),
        ("Ritardo: interessi dopo 60 giorni. Pagamento 30 giorni.", 30),
        ("Verzugszinsen ab 30 Tagen", None),
        ("Lieferung binnen 14 Tagen, zahlbar 30 Tage", 30),
        ("Betrag netto 250,00 EUR, zahlbar innerhalb 30 Tagen ohne Abzug", 30),
        ("netto 250 EUR", None),
        ("30/60/90 días fecha factura", None),
        ("30 - 60 dagen", None),
        ("Bonifico 60 gg f.m.", None),
        ("30 días f.m.", None),
        ("60 jours fin de mois", None),
        ("30 dagen einde maand", None),
        ("2 weken", 14),
        ("binnen 2 weken na factuurdatum", 14),
        ("3% Skonto binnen 8 Tagen; 30 Tage netto", 30),
        ("8 Tage 3% Skonto, 30 Tage netto", 30),
        ("30 dagen of 60 dagen", None),
        ("Angebot gültig 14 Tage. Zahlungsziel 30 Tage", 30),
    ],
)
def test_terms_in_words(text, days):
    assert term_days_of(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "Zahlung ohne Abzug bis zum 13.02.2026 bei uns eingehend.",
        "Te betalen uiterlijk op 13/02/2026",
        "À payer avant le 13/02/2026, merci",
        "Entro il 13-02-2026",
        "Betala senast 2026-02-13",
        "Zahlbar mit 2% Skonto bis 20.01.2026; ohne Abzug bis 13.02.2026",
    ],
)
def test_a_due_day_in_words(text):
    assert term_of(text).due == date(2026, 2, 13)


@pytest.mark.parametrize(
    "text",
    [
        "Rechnungsdatum 12.01.2026",
        "2% Skonto bis 20.01.2026",
        "Reklamationen bis 20.01.2026",
        "bis 13.02.2026 oder bis 13.03.2026",
    ],
)
def test_another_day_in_words_is_no_due_day(text):
    assert term_of(text).due is None


@pytest.mark.parametrize("text", ["Zahlbar sofort ohne Abzug.", "Contant", "30/60/90 días", "Bonifico 60 gg f.m."])
def test_words_that_are_no_plain_term_are_quoted(text):
    invoice = read_variant(UBL, (DUE, ""), ("<cac:TaxTotal>", TERMS.format(text)))
    assert (invoice.due, invoice.term_days) == (None, None)
    assert warned(invoice, text, "statutory term")


def test_a_day_that_stands_for_none_is_passed_over():
    invoice = read_variant(UBL, (DUE, DUE.replace("2015-01-09", "0001-01-01")))
    assert invoice.due is None
    assert warned(invoice, "0001-01-01", "no day")


def test_a_total_that_is_not_its_parts_is_told():
    assert not warned(read_variant(UBL), "not the sum")
    assert warned(read_variant(UBL, (">250.33<", ">350.33<")), "not the sum of its parts, 250.33")


def test_files_embedded_in_an_invoice_are_left_aside():
    document = "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject>"
    more = f"{document}{'QUJD' * 3_000_000}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>"
    invoice = read_variant(UBL, ("<cac:TaxTotal>", f"{more}</cac:AdditionalDocumentReference><cac:TaxTotal>"))
    assert invoice.number == "12115118"


def test_the_scheme_says_what_a_number_is():
    invoice = read_variant(UBL, ("NL8200.98.395.B.01", "12/345/67890"), ("<cbc:ID>VAT</cbc:ID>", "<cbc:ID>FC</cbc:ID>"))
    assert (invoice.seller.vat, invoice.seller.tax_id) == (None, "12/345/67890")


def test_term_without_due_date():
    invoice = read_variant(UBL, (DUE, ""), ("<cac:TaxTotal>", TERMS.format("Net 30 days")))
    assert (invoice.due, invoice.term_days) == (None, 30)
    assert warned(invoice, "30 days")


def test_due_date_in_payment_means():
    code = "<cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>"
    invoice = read_variant(UBL, (DUE, ""), (code, code + "<cbc:PaymentDueDate>2015-02-01</cbc:PaymentDueDate>"))
    assert invoice.due == date(2015, 2, 1)


def test_due_before_issue_is_kept():
    invoice = read_variant(UBL, (DUE, "<cbc:DueDate>2014-12-31</cbc:DueDate>"))
    assert invoice.due == date(2014, 12, 31)
    assert warned(invoice, "before the date of issue")


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("20150109", "102", date(2015, 1, 9)),
        ("201501091230", "203", date(2015, 1, 9)),
        ("20150109123059", "204", date(2015, 1, 9)),
        ("150109", "101", date(2015, 1, 9)),
        ("090115", "2", date(2015, 1, 9)),
        ("09012015", "4", date(2015, 1, 9)),
        ("2015-01-09", None, date(2015, 1, 9)),
        ("2015-01-09Z", None, date(2015, 1, 9)),
        ("2015-01-09+01:00", None, date(2015, 1, 9)),
        ("2015-01-09T00:00:00", None, date(2015, 1, 9)),
        ("09.01.2015", None, date(2015, 1, 9)),
        ("9/1/2015", None, date(2015, 1, 9)),
        ("2015-02-30", None, None),
        ("0001-01-01", None, None),
        ("soon", None, None),
    ],
)
def test_dates_in_any_writing(text, form, day):
    assert read_date(text, form) == day


def test_cii_date_with_its_qualifier():
    wanted = '<udt:DateTimeString format="102">20150109</udt:DateTimeString></ram:DueDateDateTime>'
    other = '<udt:DateTimeString format="203">201502010000</udt:DateTimeString></ram:DueDateDateTime>'
    assert read_variant(CII, (wanted, other)).due == date(2015, 2, 1)


@pytest.mark.parametrize("code", ["381", "396", "83", "532"])
def test_credit_code_in_an_invoice(code):
    invoice = read_variant(UBL, ("TypeCode>380<", f"TypeCode>{code}<"))
    assert invoice.kind == "credit_note"


def test_corrected_invoice_stays_an_invoice():
    assert read_variant(UBL, ("TypeCode>380<", "TypeCode>384<")).kind == "invoice"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (CII, "TypeCode>380<", "TypeCode>381<"),
        (FATTURA, "TD01", "TD04"),
        (EB4, 'n1:DocumentType="Invoice"', 'n1:DocumentType="CreditMemo"'),
        (EB6, ' \n         DocumentType="Invoice"', ' DocumentType="SubsequentCredit"'),
    ],
)
def test_credit_notes_of_every_format(name, old, new):
    data = variant(name, (old, new)) if name != EB6 else variant(name, ('DocumentType="Invoice"', new.strip()))
    assert read(data).kind == "credit_note"


def test_spanish_correction_is_a_credit_only_when_negative():
    assert read_variant(FACTURAE, (">OO<", ">OR<")).kind == "invoice"
    negative = read_variant(FACTURAE, (">OO<", ">OR<"), (">5084.42<", ">-5084.42<"))
    assert negative.kind == "credit_note"
    assert warned(negative, "negative")


def test_negative_and_zero_amounts_keep_the_kind():
    negative = read_variant(UBL, (">250.33<", ">-250.33<"))
    assert negative.kind == "invoice"
    assert warned(negative, "negative")
    zero = read_variant(UBL, ('PayableAmount currencyID="EUR">250.33<', 'PayableAmount currencyID="EUR">0.00<'))
    assert (zero.kind, str(zero.payable)) == ("invoice", "0.00")
    assert warned(zero, "nothing is payable")


def test_decimals_beyond_the_currency_are_rounded_half_up():
    invoice = read_variant(UBL, (">250.33<", ">250.33500<"))
    assert str(invoice.total) == "250.34"
    assert warned(invoice, "more than 2 decimals")
    assert not warned(read_variant(UBL, (">250.33<", ">250.33000<")), "decimals")
    yen = read_variant(UBL, ("EUR", "JPY"))
    assert str(yen.total) == "250"


def test_rounding_and_prepayment_explain_the_difference():
    payable = '<cbc:PayableAmount currencyID="EUR">250.33</cbc:PayableAmount>'
    more = (
        '<cbc:PrepaidAmount currencyID="EUR">50.00</cbc:PrepaidAmount>'
        '<cbc:PayableRoundingAmount currencyID="EUR">-0.03</cbc:PayableRoundingAmount>'
        '<cbc:PayableAmount currencyID="EUR">200.30</cbc:PayableAmount>'
    )
    invoice = read_variant(UBL, (payable, more))
    assert (str(invoice.payable), str(invoice.prepaid)) == ("200.30", "50.00")
    assert warned(invoice, "prepaid 50.00", "rounding -0.03")
    assert not warned(invoice, "not make up")


def test_unexplained_difference_is_said():
    invoice = read_variant(UBL, ('PayableAmount currencyID="EUR">250.33<', 'PayableAmount currencyID="EUR">100.00<'))
    assert warned(invoice, "payable 100.00", "does not say why")


def test_total_from_what_is_payable():
    invoice = read_variant(UBL, ('<cbc:TaxInclusiveAmount currencyID="EUR">250.33</cbc:TaxInclusiveAmount>', ""))
    assert str(invoice.total) == "250.33"
    assert warned(invoice, "states no total")


def test_instalments_in_ubl():
    terms = "".join(
        f'<cac:PaymentTerms><cbc:Amount currencyID="EUR">{amount}</cbc:Amount>'
        f"<cbc:InstallmentDueDate>{due}</cbc:InstallmentDueDate></cac:PaymentTerms>"
        for amount, due in (("150.33", "2015-03-01"), ("100.00", "2015-02-01"))
    )
    invoice = read_variant(UBL, (DUE, ""), ("<cac:TaxTotal>", terms + "<cac:TaxTotal>"))
    assert invoice.due == date(2015, 2, 1)
    assert [str(part.amount) for part in invoice.instalments] == ["150.33", "100.00"]
    assert warned(invoice, "2 due dates", "2015-02-01")


def test_vat_in_its_usual_writing_and_placeholders():
    assert read_variant(UBL, ("NL8200.98.395.B.01", "NL 820098395B02")).seller.vat == "NL820098395B02"
    invoice = read_variant(EB6, ("UID84389384", "ATU00000000"))
    assert (invoice.buyer.vat, invoice.buyer.is_person) == (None, None)


def test_national_number_with_its_country_in_front():
    assert read_variant(FATTURA, ("01234567890", "IT12345678903")).seller.vat == "IT12345678903"


def test_second_account_is_taken_when_the_first_is_no_iban():
    invoice = read_variant(UBL, ("NL57 RABO 0107307510", "12345"))
    assert invoice.seller.iban == "NL03INGB0004489902"


def test_bankgiro_is_no_iban():
    invoice = read_variant(
        UBL,
        (
            "<cbc:ID>NL57 RABO 0107307510</cbc:ID>",
            "<cbc:ID>5555-5551</cbc:ID><cac:FinancialInstitutionBranch><cbc:ID>SE:BANKGIRO</cbc:ID>"
            "</cac:FinancialInstitutionBranch>",
        ),
        ("NL03 INGB 0004489902", ""),
    )
    assert (invoice.seller.iban, invoice.seller.bic) == (None, None)
    assert warned(invoice, "bankgiro")


def test_person_in_ubl():
    person = "<cac:Person><cbc:FirstName>Jan</cbc:FirstName><cbc:FamilyName>Blokker</cbc:FamilyName></cac:Person>"
    name = "<cbc:RegistrationName>ODIN 59</cbc:RegistrationName>"
    invoice = read_variant(UBL, (name, ""), ("<cac:Contact>", f"{person}<cac:Contact>"))
    assert (invoice.buyer.name, invoice.buyer.is_person) == ("Jan Blokker", True)


CURRENCY = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
TOTALS = 'TaxInclusiveAmount currencyID="EUR">250.33<', 'PayableAmount currencyID="EUR">250.33<'
FAULTS = [
    ([("<cbc:ID>12115118</cbc:ID>", "")], "missing", "number"),
    ([("<cbc:IssueDate>2015-01-09</cbc:IssueDate>", "")], "missing", "issued"),
    ([("<cbc:IssueDate>2015-01-09", "<cbc:IssueDate>9 January")], "bad_date", "issued"),
    ([(DUE, "<cbc:DueDate>later</cbc:DueDate>")], "bad_date", "due"),
    ([(CURRENCY, "")], "missing", "currency"),
    ([(CURRENCY, CURRENCY.replace("EUR", "XYZ"))], "unknown_currency", "currency"),
    ([(CURRENCY, CURRENCY.replace("EUR", "SEK"))], "currency_mismatch", "currency"),
    ([(">250.33<", "><")], "missing", "total"),
    ([(">250.33<", ">1e9<")], "bad_amount", None),
    ([(">250.33<", ">NaN<")], "bad_amount", None),
    ([(">250.33<", ">1,234<")], "bad_amount", None),
]


@pytest.mark.parametrize(("changes", "code", "field"), FAULTS)
def test_faults(changes, code, field):
    with pytest.raises(IntakeError) as caught:
        read_variant(UBL, *changes)
    faults = caught.value.faults if isinstance(caught.value, Faults) else [caught.value]
    assert {fault.code for fault in faults} == {code}
    assert field is None or faults[0].field == field


def test_all_faults_at_once():
    with pytest.raises(Faults) as caught:
        read_variant(UBL, *(change for changes, code, field in (FAULTS[0], FAULTS[1], FAULTS[4]) for change in changes))
    assert [fault.field for fault in caught.value.faults] == ["number", "issued", "currency"]


def test_decimal_comma_is_taken_with_a_warning():
    invoice = read_variant(UBL, (">250.33<", ">250,33<"))
    assert str(invoice.total) == "250.33"
    assert warned(invoice, "decimal comma")


def test_tax_in_another_currency_is_no_fault():
    assert read_variant(UBL, (CURRENCY, CURRENCY + "<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>")).currency == "EUR"
