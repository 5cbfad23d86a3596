"""What a service keeps: by its own table, of recovered money alone, posted, shown, and invoiced between partners."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest
from sqlmodel import select

from recovery.audit.verify import verify
from recovery.case.store import load
from recovery.desk.doing import Asked, would_do
from recovery.errors import CaseError
from recovery.intake.reader import read_invoice
from recovery.ledger import fee_table
from recovery.ledger.account_statement import statement_of
from recovery.ledger.fees import shown
from recovery.ledger.partner_invoices import make_out
from recovery.ledger.reconciliation import reconcile
from recovery.ledger.remittance import remit
from recovery.money import Money
from recovery.registry import adapter_of
from recovery.store import documents
from recovery.store.database import reading, transact, unit_of_work
from recovery.store.tables import Posting
from tests.cases.test_titles import in_court
from tests.casework import accepted, booked, do

DAY, LATER, AFTER = date(2026, 3, 12), date(2026, 3, 20), date(2026, 4, 1)
TABLE = """
[[fee]]
creditor = "*"
minimum = "15.00"
tiers = [{ up_to = "100.00", percent = "20.00" }, { up_to = "500.00", percent = "10.00" }, { percent = "5" }]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = tmp_path / "services"
    made.mkdir()
    monkeypatch.setenv("RECOVERY_SERVICE_DIR", str(made))
    return made


@pytest.fixture
def table(folder, installation):
    """An installation whose Dutch service keeps a fee; after each history the record is whole."""
    (folder / "nl-fees.toml").write_text(TABLE, "utf-8")
    yield folder / "nl-fees.toml"
    assert verify().findings == []


def pay(name, amount, on=date(2026, 3, 10), **more):
    with unit_of_work() as session:
        booked(session, name, Money.parse(amount, "EUR"), on, "by hand: ada", **more)


def sent(on=DAY, country="NL"):
    """Remit; return what was kept and what was sent on."""
    done = transact(lambda session: remit(session, country, on))
    assert done["problems"] == []
    return done["fees"].get("EUR", "0.00"), done["totals"].get("EUR", "0.00")


def told(name, on=LATER):
    with reading() as session:
        return statement_of(session, load(session, name, lock=False), on)


def account(name):
    """Return what an account of the journal comes to: what it got less what it gave."""
    with reading() as session:
        rows = session.exec(select(Posting)).all()
    got = sum(row.amount_minor for row in rows if row.debit_account == name)
    return got - sum(row.amount_minor for row in rows if row.credit_account == name)


# start, end, kept: 20 % of the first 100, 10 % to 500, 5 % above.
TIERS = [
    ("0.00", "50.00", "10.00"),
    ("0.00", "100.00", "20.00"),
    ("0.00", "500.00", "60.00"),
    ("0.00", "1000.00", "85.00"),
    ("90.00", "110.00", "3.00"),
    ("600.00", "1000.00", "20.00"),
    ("0.00", "0.02", "0.00"),
    ("0.00", "0.03", "0.01"),
]


@pytest.mark.parametrize(("start", "end", "kept"), TIERS)
def test_each_tier_is_of_the_part_of_the_sum_within_it(folder, start, end, kept):
    (folder / "nl-fees.toml").write_text(TABLE, "utf-8")
    terms = fee_table.terms_for("NL", "BE", "EUR", DAY)["amicable"]
    assert str(terms.of(*(Money.parse(one, "EUR").minor for one in (start, end)))) == kept


ROWS = """
[[fee]]
creditor = "*"
tiers = [{ percent = "10" }]
[[fee]]
creditor = "BE"
tiers = [{ percent = "9" }]
[[fee]]
creditor = "BE"
phase = "judicial"
tiers = [{ percent = "12" }]
[[fee]]
creditor = "BE"
from = 2026-06-01
tiers = [{ percent = "8" }]
[[fee]]
creditor = "SE"
currency = "SEK"
tiers = [{ percent = "7" }]
[[fee]]
creditor = "NL"
vat = "21.00"
tiers = [{ percent = "6" }]
"""
FITTING = [
    ("IT", "EUR", DAY, {"amicable": "10.00", "judicial": "10.00", "enforcement": "10.00"}),
    ("BE", "EUR", DAY, {"amicable": "9.00", "judicial": "12.00", "enforcement": "9.00"}),
    ("BE", "EUR", date(2026, 6, 1), {"amicable": "8.00", "judicial": "12.00", "enforcement": "8.00"}),
    ("SE", "SEK", DAY, {"amicable": "7.00", "judicial": "7.00", "enforcement": "7.00"}),
    ("BE", "SEK", DAY, {}),
]


@pytest.mark.parametrize(("creditor", "currency", "on", "percents"), FITTING)
def test_the_row_that_fits_closest_counts(folder, creditor, currency, on, percents):
    (folder / "nl-fees.toml").write_text(ROWS, "utf-8")
    rows = shown("NL", creditor, currency, on)
    assert {one["phase"]: one["tiers"][-1]["percent"] for one in rows} == percents
    assert {one["vat"] for one in rows} <= {"0.00"}
    assert shown("NL", "NL", "EUR", DAY)[0]["vat"] == "21.00"


WRONG = [
    ("[[fee]]\ncreditor = 'be'\ntiers = [{ percent = '1' }]", "fee 1, creditor"),
    ("[[fee]]\ncreditor = 'BE'\ntiers = []", "fee 1, tiers"),
    ("[[fee]]\ncreditor = 'BE'\ntiers = [{ percent = '101' }]", "from 0 to 100"),
    ("[[fee]]\ncreditor = 'BE'\ntiers = [{ percent = 'x' }]", "is no number"),
    ("[[fee]]\ncreditor = 'BE'\ntiers = [{ percent = '1', up_to = '5' }]", "the last one has no up_to"),
    (
        "[[fee]]\ncreditor = 'BE'\ntiers = [{ percent = '1', up_to = '5' }, { percent = '1', up_to = '5' }, "
        "{ percent = '1' }]",
        "more than the one before",
    ),
    ("[[fee]]\ncreditor = 'BE'\ntiers = [{ percent = '1' }, { percent = '1' }]", "more than the one before"),
    ("[[fee]]\ncreditor = 'BE'\nminimum = '-1'\ntiers = [{ percent = '1' }]", "minimum: not below zero"),
    ("[[fee]]\ncreditor = 'BE'\nminimum = '1.001'\ntiers = [{ percent = '1' }]", "fee 1, "),
    ("[[fee]]\ncreditor = 'BE'\nphase = 'late'\ntiers = [{ percent = '1' }]", "fee 1, phase"),
    ("[[fee]]\ncreditor = 'BE'\nshare = '1'\ntiers = [{ percent = '1' }]", "fee 1, share"),
    ("[[fee]]\ncreditor = 'BE'\ntiers = [{ percent = '1' }]\n" * 2, "fee 2: creditor, phase"),
    ("fees = 1", "fees: write rows as [[fee]]"),
    ("[fee]\ncreditor = 'BE'", "write rows as [[fee]]"),
    ("[[fee]", "nl-fees.toml"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_table_that_cannot_be_read_says_where_and_why(folder, text, said):
    (folder / "nl-fees.toml").write_text(text, "utf-8")
    with pytest.raises(CaseError) as error:
        fee_table.table_of("NL")
    assert error.value.code == "bad_setting"
    assert said in error.value.message
    assert "nl-fees.toml" in error.value.message


def test_without_a_table_nothing_is_kept(installation):
    name = accepted()
    pay(name, "400.00")
    assert sent() == ("0.00", "400.00")
    assert shown("NL", "BE", "EUR", DAY) == []


def test_it_is_kept_of_what_came_in_above_what_was_taken_before(table):
    name = accepted()
    pay(name, "50.00")
    assert sent() == ("15.00", "35.00"), "the minimum"
    assert sent() == ("0.00", "0.00")
    pay(name, "350.00", date(2026, 3, 13))
    assert sent(LATER) == ("35.00", "315.00"), "50.00 of 400.00 in all"
    assert (account("fee"), account("transit:NL91ABNA0417164300")) == (-5_000, -35_000)
    statement = told(name)
    assert statement["fee"] == {"amount": "50.00", "currency": "EUR"}
    assert [one["to"] for one in statement["sent_on"]] == ["creditor", "creditor"]
    assert statement["waiting"]["amount"] == "0.00"
    with reading() as session:
        [case] = reconcile(session, "NL", "2026-03")["cases"]
    assert (case["fee"], case["to_creditor"]) == ("50.00", "350.00")


def test_a_minimum_is_at_most_what_came_in(table):
    name = accepted()
    pay(name, "9.00")
    assert sent() == ("9.00", "0.00")
    pay(name, "31.00", date(2026, 3, 13))
    assert sent(LATER) == ("6.00", "25.00")


def test_the_fund_comes_first_and_the_fee_waits(table):
    name = accepted()
    do(name, "record_advance", date(2026, 3, 5), "300.00")
    pay(name, "250.00")
    assert sent() == ("0.00", "250.00")
    pay(name, "150.00", date(2026, 3, 13))
    assert sent(LATER) == ("50.00", "100.00"), "of 400.00; 50.00 to the fund, 50.00 to the creditor"


def test_what_the_member_was_paid_bears_no_fee(table):
    name = accepted()
    do(name, "record_payment", date(2026, 3, 10), "400.00", to="member")
    assert sent() == ("0.00", "0.00")


@pytest.mark.parametrize("sent_before", [True, False])
def test_money_that_is_taken_back_takes_its_fee_with_it(table, sent_before):
    name = accepted()
    pay(name, "400.00")
    if sent_before:
        assert sent() == ("50.00", "350.00")
    do(name, "payment_returned", date(2026, 3, 14), "400.00")
    assert (told(name)["fee"]["amount"], account("fee")) == ("0.00", 0)
    pay(name, "400.00", date(2026, 3, 15))
    # What was sent on of the first money is kept back from what comes in next.
    assert sent(LATER) == (("50.00", "0.00") if sent_before else ("50.00", "350.00"))


def test_money_that_came_in_court_has_its_own_share(folder, installation):
    (folder / "it-fees.toml").write_text(
        "[[fee]]\ncreditor='*'\ntiers=[{percent='10'}]\n[[fee]]\ncreditor='*'\nphase='judicial'\ntiers=[{percent='20'}]",
        "utf-8",
    )
    name = in_court()
    pay(name, "100.00", date(2026, 7, 20))
    assert sent(date(2026, 8, 20), "IT") == ("20.00", "80.00")
    assert verify().findings == []


def test_what_is_tried_keeps_nothing(table):
    name = accepted()
    pay(name, "400.00")
    sent()
    would_do(Asked(name, "payment_returned", LATER, amount="400.00"))
    assert told(name)["fee"]["amount"] == "50.00"


# ---- invoices between partners


@pytest.fixture
def partners(table, folder, monkeypatch):
    """Services with VAT numbers of their own."""
    for code, vat in (("NL", "NL004495445B01"), ("BE", "BE0428759497")):
        (folder / f"{code.lower()}.toml").write_text(f'vat = "{vat}"\n', "utf-8")
        monkeypatch.delitem(adapter_of(code).__dict__, "service", raising=False)
    yield
    for code in ("NL", "BE"):
        adapter_of(code).__dict__.pop("service", None)


def made(month="2026-03", today=AFTER):
    return transact(lambda session: make_out(session, "NL", month, today))


def read(one):
    return read_invoice(documents.read(one.document.sha256), one.document.name)


def test_a_months_fees_are_an_invoice_that_our_own_reader_reads(partners):
    for number in ("A", "B"):
        name = accepted(number=number)
        pay(name, "400.00")
    assert sent() == ("100.00", "700.00")
    [one] = made()
    found = read(one)
    assert (found.format, found.kind, found.number) == ("ubl", "invoice", "NL-FEE-2026-03-BE-EUR-1")
    assert (str(found.total), str(found.payable), found.currency) == ("100.00", "100.00", "EUR")
    assert (found.seller.country, found.seller.vat) == ("NL", "NL004495445B01")
    assert (found.buyer.country, found.buyer.vat) == ("BE", "BE0428759497")
    assert (found.seller.street, found.seller.postal_code, found.seller.city) == (
        "Voorbeeldkade 12",
        "1019 AB",
        "Amsterdam",
    )
    assert list(found.warnings) == []
    assert [again.number for again in made()] == [one.number], "it is made out once"


def test_it_is_written_as_peppol_wants_it(partners):
    pay(accepted(), "400.00")
    sent()
    [one] = made()
    root = ElementTree.fromstring(documents.read(one.document.sha256))
    cbc, cac = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}", "{*}"
    assert root.findtext(f"{cbc}CustomizationID").endswith("poacc:billing:3.0")
    assert [child.tag.rpartition("}")[2] for child in root] == [
        *("CustomizationID", "ProfileID", "ID", "IssueDate", "DueDate", "InvoiceTypeCode", "Note"),
        *("DocumentCurrencyCode", "BuyerReference", "InvoicePeriod", "AccountingSupplierParty"),
        *("AccountingCustomerParty", "PaymentMeans", "TaxTotal", "LegalMonetaryTotal", "InvoiceLine"),
    ]
    assert {node.text for node in root.iterfind(f".//{cac}TaxCategory/{cbc}ID")} == {"AE"}
    assert {node.text for node in root.iterfind(f".//{cac}ClassifiedTaxCategory/{cbc}ID")} == {"AE"}
    assert root.findtext(f".//{cbc}TaxExemptionReasonCode") == "VATEX-EU-AE"
    assert [node.get("schemeID") for node in root.iter(f"{cbc}EndpointID")] == ["9944", "9925"]


def test_what_is_given_back_later_is_a_credit_note(partners):
    name = accepted()
    pay(name, "400.00")
    sent()
    [one] = made()
    do(name, "payment_returned", date(2026, 3, 31), "400.00")
    first, note = made()
    assert (first.number, note.as_dict()["kind"], str(note.total)) == (one.number, "credit_note", "-50.00")
    found = read(note)
    assert (found.kind, str(found.total), list(found.warnings)) == ("credit_note", "50.00", [])
    assert len(made()) == 2


def test_a_month_that_is_not_over_and_a_service_without_vat_are_refused(table):
    pay(accepted(), "400.00")
    sent()
    for month, today, code in (
        ("2026-03", LATER, "not_allowed"),
        ("2026-3x", AFTER, "bad_date"),
        ("2026-03", AFTER, "missing"),
    ):
        with pytest.raises(CaseError) as error:
            made(month, today)
        assert error.value.code == code
    assert made("2026-02") == []
