"""The published camt files, entry by entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from recovery.bank.statement import read_statement_file

SAMPLES = Path(__file__).parent.parent / "samples" / "camt"

EXPECTED = {
    "camt053.v2.five.decimals.xml": (
        "camt.053.001.02",
        [
            (
                "NL26VAYB8060476890",
                "2014-12-31",
                "2015-01-02",
                "8.85",
                "EUR",
                True,
                None,
                None,
                "000000001",
                "Transaction Description",
            )
        ],
    ),
    "camt053.v2.minimal.xml": (
        "camt.053.001.02",
        [
            (
                "NL26VAYB8060476890",
                "2014-12-31",
                "2015-01-02",
                "8.85",
                "EUR",
                True,
                "NAME NAME",
                "NL56AGDH9619008421",
                "4654654654654654",
                "",
            )
        ],
    ),
    "camt053.v2.multi.statement.xml": (
        "camt.053.001.02",
        [
            (
                "NL26VAYB8060476890",
                "2014-12-31",
                "2015-01-02",
                "8.85",
                "EUR",
                True,
                None,
                None,
                "000000001",
                "Transaction Description 1",
            ),
            (
                "NL26VAYB8060476890",
                "2014-12-31",
                "2015-01-02",
                "7.00",
                "EUR",
                False,
                None,
                None,
                "000000002",
                "Transaction Description 2",
            ),
        ],
    ),
    "camt053.v8.xml": (
        "camt.053.001.08",
        [
            (
                "NL26VAYB8060476890",
                "2014-12-31",
                "2015-01-02",
                "8.85",
                "EUR",
                True,
                "NAME NAME",
                "NL56AGDH9619008421",
                "4654654654654654",
                "",
            )
        ],
    ),
    "camt054.v4.xml": (
        "camt.054.001.04",
        [
            (
                "CH2801234000123456789",
                "2007-10-18",
                "2007-10-18",
                "200000.00",
                "SEK",
                False,
                "UNIFITS GmbH",
                "CH2801234000123456789",
                None,
                "Unstructured Remittance Information V1 Additional Remittance Information V2 "
                "Unstructured Remittance Information V3 block 1 Unstructured Remittance Information V3 block 2",
            )
        ],
    ),
}
FIELDS = ("account", "booked", "value", "amount", "currency", "credit", "debtor_name", "debtor_iban")
FIELDS += ("reference", "text")


def test_every_sample_has_its_table():
    assert {path.name for path in SAMPLES.glob("*.xml")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name):
    wanted_format, wanted = EXPECTED[name]
    answer = read_statement_file(SAMPLES / name).as_dict()
    assert answer["format"] == wanted_format
    assert [tuple(entry[field] for field in FIELDS) for entry in answer["entries"]] == wanted
    assert all(entry["bank_id"] for entry in answer["entries"])


@pytest.mark.parametrize("name", EXPECTED)
def test_reading_again_gives_the_same(name):
    assert read_statement_file(SAMPLES / name) == read_statement_file(SAMPLES / name)


def test_a_batch_that_does_not_add_up_stays_whole_and_says_so():
    statement = read_statement_file(SAMPLES / "camt054.v4.xml")
    assert statement.entries[0].parts == 3
    assert statement.entries[0].bank_id == "ACSR160617103200001"
    assert "do not add up to 200000.00 SEK" in statement.warnings[0]
