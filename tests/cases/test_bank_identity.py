"""One payment is one line, however often and by whichever file the bank tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from recovery.bank.entry import Entry
from recovery.bank.found import Found
from recovery.ledger import bank_lines
from recovery.ledger.bank_lines import take_lines
from recovery.money import Money
from recovery.store.database import reading
from recovery.store.tables import BankEntry
from tests.casework import accepted, seen

pytestmark = pytest.mark.usefixtures("installation")
DAY = date(2026, 3, 16)
ACCOUNT = "NL91ABNA0417164300"


@pytest.fixture
def pay():
    """The reference that debtors of a case pay with."""
    name = accepted(amount="9000.00")
    return name, seen(name).payment_reference


def line(reference, bank_id, own=False, amount="100.00", day=DAY, **more):
    money = Money.parse(amount, "EUR")
    payer = {"debtor_name": "Debiteur BV", "debtor_iban": "NL20INGB0001234567"}
    given = {"credit": True, "reference": reference, "text": "", **payer, **more}
    return Entry(account=ACCOUNT, booked=day, value=day, amount=money, bank_id=bank_id, own_id=own, **given)


def take(kind, *lines):
    """Take a file of a kind in; return what is new of it, what is known and what waits for a person."""
    taken = take_lines(lines, Found("a file", kind))
    assert taken.errors == []
    return taken.new, taken.known, taken.unmatched


def recovered(name):
    return -sum(one.amount_minor for one in seen(name).entries if one.kind == "payment")


def rows():
    with reading() as session:
        return session.exec(select(BankEntry).order_by(BankEntry.id)).all()


def test_equal_payments_of_a_day_are_counted_not_guessed(pay):
    name, reference = pay
    one, two = line(reference, "DL-1:1"), line(reference, "DL-1:2")
    assert take("camt.053", one, two) == (2, 0, 0)
    # The next statement overlaps, numbers anew and tells of a third.
    again = [replace(one, bank_id=f"DL-2:{number}") for number in range(1, 4)]
    assert take("camt.053", *again) == (1, 2, 0)
    assert take("camt.053", *again) == (0, 3, 0)
    assert recovered(name) == 30_000


def test_a_number_that_begins_anew_each_year_hides_no_payment(pay):
    name, reference = pay
    assert take("camt.053", line(reference, "1:0001")) == (1, 0, 0)
    later = line(reference, "1:0001", day=date(2026, 3, 17), amount="70.00")
    assert take("camt.053", later) == (1, 0, 0)
    assert take("camt.053", later) == (0, 1, 0)
    assert recovered(name) == 17_000


@pytest.mark.parametrize("first", ["csv", "camt"])
def test_a_payment_told_by_two_kinds_of_file_counts_once(pay, first):
    name, reference = pay
    told = {"csv": line(reference, "l-1"), "camt": line(reference, "A1", own=True)}
    second = "camt" if first == "csv" else "csv"
    assert take(first, told[first]) == (1, 0, 0)
    assert take(second, told[second]) == (0, 1, 0)
    assert take(first, told[first]) == (0, 1, 0)
    # Another one of the same day, sum and text has an id of its own: the first line is named already.
    assert take("camt", line(reference, "A2", own=True)) == (1, 0, 0)
    assert recovered(name) == 20_000


def test_ids_of_the_bank_tell_equal_payments_apart(pay):
    name, reference = pay
    assert take("camt.053", line(reference, "A1", own=True), line(reference, "A2", own=True)) == (2, 0, 0)
    assert take("camt.054", line(reference, "A2", own=True), line(reference, "A3", own=True)) == (1, 1, 0)
    assert recovered(name) == 30_000


def test_what_may_be_the_same_payment_waits_for_a_person(pay):
    name, reference = pay
    take("camt.053", line(reference, "A1", own=True))
    [first] = rows()
    other = line(reference, "B7", own=True, text="invoice 12")
    assert take("camt.054", other) == (1, 0, 1)
    assert f"may be the same as entry {first.id}" in rows()[1].why
    assert take("camt.054", other) == (0, 1, 0)
    assert recovered(name) == 10_000
    # Another payer, and what the same file tells of beside the line that it repeats, is another payment.
    assert take("csv", line(reference, "B8", debtor_iban="BE77539000001242", debtor_name="Else")) == (1, 0, 0)
    known = replace(line(reference, "l-1"), bank_id="l-1")
    assert take("mt940", known, line(reference, "B9", amount="55.00")) == (1, 1, 0)
    assert recovered(name) == 25_500


def test_money_out_that_may_be_the_same_is_told_and_asks_nobody(pay):
    take("camt.053", line(None, "O1", own=True, credit=False))
    assert take("camt.054", line(None, "O2", own=True, credit=False, text="rent")) == (1, 0, 0)
    assert [row.status for row in rows()] == ["outgoing", "outgoing"]
    assert "may be the same" in rows()[1].why


def test_an_archive_counts_each_of_its_files_anew(pay):
    name, reference = pay
    found = Found("a.zip")

    def archive():
        for place, kind in ((1, "camt.053"), (2, "camt.054")):
            found.now = (place, kind)
            yield line(reference, f"{place}-1")
            yield line(reference, f"{place}-2")

    taken = take_lines(archive(), found)
    assert (taken.new, taken.known) == (2, 2)
    assert recovered(name) == 20_000


def batch(reference, **more):
    whole = line(reference, "X", own=True, amount="150.00", parts=2)
    parts = [
        line(reference, f"X/{place}", own=True, amount=amount, batch="X", text=str(place), **more)
        for place, amount in enumerate(("100.00", "50.00"), 1)
    ]
    return whole, parts


def test_a_batch_told_whole_gives_way_to_its_parts(pay):
    name, reference = pay
    whole, parts = batch(reference)
    assert take("camt.053", whole) == (1, 0, 1)
    assert take("camt.054", *parts) == (2, 0, 0)
    assert [row.status for row in rows()] == ["told_apart", "booked", "booked"]
    assert take("camt.053", whole) == (0, 1, 0)
    assert recovered(name) == 15_000


def test_a_batch_told_by_its_parts_is_not_told_again_whole(pay):
    name, reference = pay
    whole, parts = batch(reference)
    assert take("camt.054", *parts) == (2, 0, 0)
    assert take("camt.053", whole) == (0, 1, 0)
    assert recovered(name) == 15_000


def test_windows_change_nothing(pay, monkeypatch):
    name, reference = pay
    monkeypatch.setattr(bank_lines, "WINDOW", 2)
    lines = [line(reference, f"n:{number}") for number in range(5)]
    assert take("camt.053", *lines) == (5, 0, 0)
    assert take("camt.053", *lines) == (0, 5, 0)
    assert recovered(name) == 50_000


def test_a_line_of_nought_is_kept_and_asks_nobody(pay):
    _, reference = pay
    taken = take_lines([line(reference, "Z", amount="0.00"), line(reference, "Y")])
    assert (taken.ignored, taken.matched, taken.failed) == (1, 1, 0)
    assert {row.bank_id: row.status for row in rows()} == {"Z": "ignored", "Y": "booked"}


class Killed(BaseException):
    """What stands for the end of the process."""


def test_an_import_that_was_cut_off_goes_on_to_the_same_end(pay, monkeypatch):
    name, reference = pay
    monkeypatch.setattr(bank_lines, "WINDOW", 8)
    monkeypatch.setattr(bank_lines, "AT_ONCE", 3)
    monkeypatch.setattr(bank_lines, "BOOKED_AT_ONCE", 2)
    lines = [line(reference if number % 3 else None, f"n:{number}", text=str(number % 4)) for number in range(30)]
    lines += [line(reference, f"A{number}", own=True, day=date(2026, 3, 17)) for number in range(5)]
    whole, left, tries = bank_lines.transact, 0, 0

    def cut_off(work):
        nonlocal left
        if not left:
            raise Killed
        left -= 1
        return whole(work)

    monkeypatch.setattr(bank_lines, "transact", cut_off)
    while True:
        tries += 1
        left = 2 * tries
        try:
            take_lines(lines, Found("a file", "camt.053"))
            break
        except Killed:
            assert tries < 50
    assert tries > 3
    monkeypatch.setattr(bank_lines, "transact", whole)
    assert take("camt.053", *lines) == (0, 35, 0)
    assert len(rows()) == 35
    assert recovered(name) == 10_000 * (20 + 5)
