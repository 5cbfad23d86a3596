"""Many claims from one CSV file: grouped by debtor, told row by row, filed once however often and wherever cut off."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import func, select

from recovery.audit.verify import verify
from recovery.case.record import assess_case
from recovery.filing import bulk
from recovery.filing.bulk import Terms, file_many
from recovery.money import Money
from recovery.store import documents
from recovery.store.database import reading
from recovery.store.tables import Case, ClaimInvoice, Document
from tests.casework import FILED, do, seen

pytestmark = pytest.mark.usefixtures("installation")

COLUMNS = (
    "number,issued,due,currency,amount,kind,references,seller_name,seller_country,seller_vat,"
    "buyer_name,buyer_country,buyer_vat"
)
TERMS = Terms(FILED)


def row(number, buyer="Een BV", amount="100.00", kind="", references="", country="NL", vat="", **more):
    cells = {"issued": "2026-01-15", "due": "2026-02-14", "currency": "EUR", "seller": "Studio,BE,BE0403170701", **more}
    parts = (number, cells["issued"], cells["due"], cells["currency"], amount, kind, references, cells["seller"])
    return ",".join((*parts, buyer, country, vat))


def table(*rows):
    return "\n".join((COLUMNS, *rows)).encode()


def filed(*rows, terms=TERMS):
    return list(file_many(table(*rows), "claims.csv", terms))


def count(kind):
    with reading() as session:
        return session.exec(select(func.count()).select_from(kind)).one()


def test_rows_of_one_debtor_are_one_claim_with_its_credit_note():
    answers = filed(
        row("1"), row("2", buyer="Twee BV"), row("3"), row("C", amount="40.00", kind="credit_note", references="3")
    )
    one, two = sorted(answers, key=lambda answer: answer["row"])
    assert (one["row"], one["rows"], one["state"]) == (2, [2, 4, 5], "awaiting_acceptance")
    assert (two["row"], set(two)) == (3, {"row", "claim", "case", "state"})
    case = seen(one["case"])
    assert [invoice.number for invoice in case.invoices] == ["1", "3"]
    assert assess_case(case, FILED).principal == Money.parse("160.00", "EUR")
    (paper,) = case.papers
    assert b"Twee" not in documents.read(paper.sha256)
    do(one["case"], "accept", date(2026, 3, 3))
    assert verify().as_dict()["findings"] == []


def test_running_it_again_files_nothing_twice():
    rows = [row(str(number), buyer=f"Debiteur {number} BV") for number in range(5)]
    first = filed(*rows)
    again = filed(*rows)
    assert [one["case"] for one in again] == [one["case"] for one in first]
    assert all(one["known"] for one in again)
    more = filed(*rows, row("9", buyer="Debiteur 1 BV"))
    assert [one["case"] for one in more if not one.get("known")] == ["NL-2026-000006"]
    assert (count(Case), count(Document)) == (6, 6)


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 2)
    rows = [row(str(number), buyer=f"Debiteur {number} BV") for number in range(5)]
    begun = file_many(table(*rows), "claims.csv", TERMS)
    early = [next(begun), next(begun), next(begun)]
    begun.close()  # the second chunk was written, its second answer never read
    rest = filed(*rows)
    assert [one["row"] for one in rest] == [2, 3, 4, 5, 6]
    assert [bool(one.get("known")) for one in rest] == [True, True, True, True, False]
    assert {one["case"] for one in early} < {one["case"] for one in rest}
    assert (count(Case), count(ClaimInvoice)) == (5, 5)


def test_each_row_that_cannot_be_filed_says_why_and_stops_no_other():
    answers = filed(
        row("1"),
        row("2", due="2026-09-01"),
        row("3", amount="x"),
        row("1"),
        row("4", buyer="Drie", country="US"),
        row("5", buyer="Vier BV", kind="credit_note", references="77"),
        row("6", buyer="Vijf BV"),
    )
    errors = {one["row"]: one["error"]["code"] for one in answers if "error" in one}
    assert errors == {
        3: "not_due",
        4: "bad_amount",
        5: "duplicate_invoice",
        6: "country_not_served",
        7: "unknown_invoice",
    }
    assert sorted(one["row"] for one in answers if "error" not in one) == [2, 8]
    assert count(Case) == 2


def test_a_credit_note_that_cannot_be_taken_keeps_its_debtors_rows_back():
    answers = filed(row("1"), row("C", amount="x", kind="credit_note", references="1"), row("2", buyer="Twee BV"))
    assert {one["row"]: one["error"]["code"] for one in answers if "error" in one} == {3: "bad_amount", 2: "kept_back"}
    answers = filed(row("1"), row("C", kind="credit_note", references="9"))
    assert [one["error"]["code"] for one in answers] == ["unknown_invoice"]
    assert count(Case) == 1


def test_a_credit_note_for_an_invoice_that_is_claimed_is_sent_to_its_case_once():
    (first,) = filed(row("1"))
    note = row("C", amount="10.00", kind="credit_note", references="1")
    known, told = filed(row("1"), note)
    assert known["case"] == first["case"]
    assert told["error"]["message"].startswith(f"credit note C: its invoice is claimed in case {first['case']}")
    do(first["case"], "credit_note", date(2026, 3, 3), "10.00", "credit note C")
    assert ["error" in one for one in filed(row("1"), note)] == [False]


def test_debtors_are_the_same_by_number_though_only_one_row_tells_it():
    answers = filed(row("1", vat="NL004495445B01"), row("2"), row("3", buyer="Een  B.V.", vat="NL004495445B01"))
    assert [one["rows"] for one in answers] == [[2, 3, 4]]


def test_what_another_member_claims_is_refused_and_the_seller_may_be_the_member():
    filed(row("1"))
    other = filed(row("1"), terms=Terms(FILED, "ander@voorbeeld.example"))
    assert [one["error"]["code"] for one in other] == ["duplicate_elsewhere"]
    (own,) = filed(row("7", buyer="Zes", seller=",,"), terms=Terms(FILED, "ander@voorbeeld.example"))
    assert seen(own["case"]).party("creditor").name == "Studio"


def test_one_that_fails_while_it_is_written_falls_out_alone(monkeypatch):
    real = bulk.take_in

    def take_in(session, filing, *rest):
        if filing.invoice.number == "2":
            raise ValueError("not foreseen")
        return real(session, filing, *rest)

    monkeypatch.setattr(bulk, "take_in", take_in)
    answers = filed(row("1"), row("2", buyer="Twee BV"), row("3", buyer="Drie BV"))
    assert [one.get("error", {}).get("code") for one in answers] == [None, "unexpected", None]
    assert verify().as_dict()["findings"] == []
