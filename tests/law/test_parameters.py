"""Dated parameters: which value holds on a day, what is said beside it, and the faults of the files."""

from __future__ import annotations

from datetime import date as D
from decimal import Decimal

import pytest

from recovery.errors import LawError
from recovery.law.parameters import load_law, note, noting
from recovery.registry import adapter_of, countries

RATE = """
[parameter."interest.commercial"]
label = "Statutory interest"
unit = "percent per year"
basis = "late payment act 5"
source = "gazette 1"
confidence = "confirmed"
confirmed_through = 2025-12-31
"""
TERM = """
[parameter."term.statutory"]
label = "Term"
unit = "days"
basis = "late payment act 3"
source = "gazette 2"
confidence = "known"
confirmed_through = 2026-12-31
values = [{ from = 2013-03-16, value = 30 }, { from = 2020-01-01, value = 14, confidence = "uncertain" }]
"""
RATES = """parameter,from,value,confidence,source
interest.commercial,2025-01-01,11.50,confirmed,gazette 1
interest.commercial,2025-07-01,10.50,uncertain,gazette 2
"""


@pytest.fixture
def book(tmp_path):
    """Return a reader of a country's folder: the two files as text, and the installation's own parameters."""

    def read(law=RATE + TERM, rates=RATES, own=""):
        (tmp_path / "law.toml").write_text(law, "utf-8")
        (tmp_path / "rates.csv").unlink(missing_ok=True)
        if rates is not None:
            (tmp_path / "rates.csv").write_text(rates, "utf-8")
        return load_law(tmp_path, "XX", own)

    return read


# ---- which value holds


ON = [
    # day              value    from
    (D(2025, 1, 1), "11.50", D(2025, 1, 1)),  # its first day
    (D(2025, 6, 30), "11.50", D(2025, 1, 1)),  # the day before the change
    (D(2025, 7, 1), "10.50", D(2025, 7, 1)),  # the change
    (D(2025, 12, 31), "10.50", D(2025, 7, 1)),  # the last confirmed day
]


@pytest.mark.parametrize(("day", "value", "starts_on"), ON)
def test_a_value_holds_from_its_day(book, day, value, starts_on):
    dated = book()["interest.commercial"].on(day)
    assert (dated.value, dated.starts_on, dated.basis) == (Decimal(value), starts_on, "late payment act 5")


OUTSIDE = [
    (D(2024, 12, 31), "XX: interest.commercial is known only from 2025-01-01; asked for 2024-12-31"),
    (D(2026, 1, 1), "XX: interest.commercial is confirmed only through 2025-12-31; asked for 2026-01-01"),
]


@pytest.mark.parametrize(("day", "message"), OUTSIDE)
def test_outside_its_period_a_parameter_raises(book, day, message):
    with pytest.raises(LawError, match=message) as caught:
        book()["interest.commercial"].on(day)
    assert (caught.value.code, caught.value.field) == ("rule_not_known", "interest.commercial")


def test_a_value_ends_the_day_before_the_next(book):
    rate = book()["interest.commercial"]
    assert [rate.ends_on(value) for value in rate.values] == [D(2025, 6, 30), None]


CHANGES = [
    # first            last              days from which a value counts
    (D(2025, 2, 1), D(2025, 6, 30), [D(2025, 2, 1)]),
    (D(2025, 2, 1), D(2025, 7, 1), [D(2025, 2, 1), D(2025, 7, 1)]),
    (D(2025, 7, 1), D(2025, 12, 31), [D(2025, 7, 1)]),
    (D(2025, 1, 1), D(2025, 1, 1), [D(2025, 1, 1)]),
]


@pytest.mark.parametrize(("first", "last", "days"), CHANGES)
def test_the_changes_within_a_period(book, first, last, days):
    changes = book()["interest.commercial"].changes(first, last)
    assert [day for day, _ in changes] == days
    assert all(dated == book()["interest.commercial"].on(day) for day, dated in changes)


@pytest.mark.parametrize(("first", "last"), [(D(2024, 1, 1), D(2025, 2, 1)), (D(2025, 1, 1), D(2026, 1, 1))])
def test_a_period_that_is_not_covered_has_no_changes(book, first, last):
    with pytest.raises(LawError, match=r"interest\.commercial is (known|confirmed) only"):
        book()["interest.commercial"].changes(first, last)


# ---- what is said beside an answer


TAKEN = [
    # day              value  said                                                        provisional
    (D(2019, 12, 31), 30, [], False),
    (D(2020, 1, 1), 14, ["XX: Term (term.statutory) is uncertain: late payment act 3"], False),
    (
        D(2027, 1, 1),
        14,
        [
            "XX: term.statutory is confirmed only through 2026-12-31; that value is taken for 2027-01-01",
            "XX: Term (term.statutory) is uncertain: late payment act 3",
        ],
        True,
    ),
]


@pytest.mark.parametrize(("day", "value", "said", "provisional"), TAKEN)
def test_a_taken_value_says_what_is_uncertain(book, day, value, said, provisional):
    law = book()
    with noting() as notes:
        assert law.value("term.statutory", day) == value
        assert law["term.statutory"].taken(day) == value  # said once
    assert (notes.warnings, notes.provisional) == (said, provisional)


def test_before_the_first_value_nothing_is_taken(book):
    with pytest.raises(LawError, match="known only from 2013-03-16"):
        book().value("term.statutory", D(2013, 3, 15))


def test_notes_within_notes_pass_theirs_on():
    with noting() as outer:
        note("one")
        with noting() as inner:
            note("two", provisional=True)
            note("one")
        note("three")
    assert (inner.warnings, inner.provisional) == (["two", "one"], True)
    assert (outer.warnings, outer.provisional) == (["one", "two", "three"], True)


def test_notes_of_a_failed_answer_do_not_reach_the_next():
    def fail():
        with noting():
            note("before the fault")
            raise LawError("a fault")

    with pytest.raises(LawError, match="a fault"):
        fail()
    with noting() as notes:
        pass
    assert notes.warnings == []


def test_a_note_that_nobody_collects_is_lost():
    note("unheard", provisional=True)
    with noting() as notes:
        pass
    assert (notes.warnings, notes.provisional) == ([], False)


# ---- checked and relied on

RELIED = TERM.replace("confirmed_through = 2026-12-31", "confirmed_through = 2026-11-23\nrelied_through = 2026-12-31")


@pytest.mark.parametrize(
    ("day", "provisional"), [(D(2026, 11, 23), False), (D(2026, 12, 31), False), (D(2027, 1, 1), True)]
)
def test_a_statute_is_relied_on_after_its_last_check_and_not_for_ever(book, day, provisional):
    term = book(RELIED, rates=None)["term.statutory"]
    with noting() as notes:
        assert term.taken(day) == 14
    assert notes.provisional is provisional
    assert any("confirmed only through 2026-11-23" in text for text in notes.warnings) is provisional


def test_a_value_is_confirmed_no_longer_than_it_was_checked(book):
    term = book(RELIED, rates=None)["term.statutory"]
    assert (term.confirmed_through, term.relied_through) == (D(2026, 11, 23), D(2026, 12, 31))
    assert term.held(D(2026, 11, 24)).value == 14
    with pytest.raises(LawError, match="confirmed only through 2026-11-23"):
        term.on(D(2026, 11, 24))
    with pytest.raises(LawError, match="confirmed only through 2026-11-23; asked for 2027-01-01"):
        term.held(D(2027, 1, 1))


@pytest.mark.parametrize("line", ["relied_through = 2026-11-22", "relied_through = 30"])
def test_nothing_is_relied_on_before_it_was_checked(book, line):
    with pytest.raises(LawError, match="relied_through is a day, not before confirmed_through"):
        book(RELIED.replace("relied_through = 2026-12-31", line), rates=None)


PUBLISHED_FOR_A_YEAR = {"NL: fee.cantonal", "NL: fee.civil", "SE: court.half_base_amount", "IT: fee.registration_tax"}
ENACTED_AHEAD = {"IT: court.peace_limit", "NL: calendar.equated_days"}


@pytest.mark.parametrize("country", countries())
def test_only_what_was_published_for_a_period_is_confirmed_beyond_the_day_it_was_checked(country):
    law = adapter_of(country).law
    ahead = {f"{country}: {key}" for key, one in law.parameters.items() if one.confirmed_through > D(2026, 11, 27)}
    rates = {name for name in ahead if name.split(": ")[1].startswith("interest.")}
    assert ahead - rates <= PUBLISHED_FOR_A_YEAR | ENACTED_AHEAD
    assert {f"{country}: interest.commercial", f"{country}: interest.civil"} <= rates


@pytest.mark.parametrize(("country", "key"), [("AT", "costs.collector_index"), ("BE", "fee.legal_aid_fund")])
def test_what_no_source_settles_is_uncertain(country, key):
    assert adapter_of(country).law[key].held(D(2026, 11, 27)).confidence == "uncertain"
    assert adapter_of(country).law[key].confirmed_through < D(2026, 1, 1)


# ---- the files


def test_a_parameter_keeps_what_the_files_say(book):
    law = book()
    term = law["term.statutory"]
    assert (term.country, term.key, term.label, term.unit) == ("XX", "term.statutory", "Term", "days")
    assert (term.basis, term.source, term.confidence) == ("late payment act 3", "gazette 2", "known")
    assert term.confirmed_through == D(2026, 12, 31)
    assert [value.confidence for value in term.values] == ["known", "uncertain"]
    assert [value.confidence for value in law["interest.commercial"].values] == ["confirmed", "uncertain"]
    assert "term.statutory" in law
    assert "term.other" not in law


def test_a_parameter_that_is_not_there_is_named(book):
    with pytest.raises(LawError, match=r"XX: no parameter 'term\.other' in law\.toml") as caught:
        book().value("term.other", D(2025, 1, 1))
    assert (caught.value.code, caught.value.field) == ("rule_not_known", "term.other")


def test_a_country_needs_no_rates(book):
    assert list(book(TERM, rates=None).parameters) == ["term.statutory"]


def without(text, line):
    return "\n".join(row for row in text.splitlines() if not row.startswith(line))


FAULTS = [
    # law.toml, rates.csv, message
    (without(RATE, "basis"), RATES, r"XX: parameter interest\.commercial lacks basis"),
    (without(without(RATE, "unit"), "source"), RATES, "lacks unit, source"),
    (RATE, RATES.splitlines()[0], "values missing"),
    (RATE, None, "values missing"),
    (TERM.replace("2013-03-16", "2020-01-01"), None, "out of order"),
    (TERM.replace("2013-03-16", "2021-01-01"), None, "out of order"),
    (TERM.replace('"uncertain"', '"guessed"'), None, r"unknown confidence {'guessed'}"),
    (RATE, RATES.replace("uncertain", "sure"), r"unknown confidence {'sure'}"),
    (TERM, RATES, r"rates\.csv has rows for \['interest\.commercial'\] that law\.toml does not declare"),
    (RATE, RATES.replace("2025-07-01", "1 July 2025"), r"rates\.csv row .*Invalid isoformat"),
    (RATE, RATES.replace("10.50", "10,50"), r"unknown confidence {'50'}"),  # a comma shifts the columns
    (RATE, RATES.replace("10.50", "ten"), r"rates\.csv row"),
    (RATE, RATES.replace("2025-07-01,10.50,uncertain,gazette 2", "2025-07-01"), r"rates\.csv row"),
    (RATE, RATES.replace("confidence", "certainty"), r"rates\.csv row .*confidence"),
]


@pytest.mark.parametrize(("law", "rates", "message"), FAULTS)
def test_faults_of_the_files_are_named(book, law, rates, message):
    with pytest.raises(LawError, match=message):
        book(law, rates)


# ---- the installation's own parameters, and the digest


OWN = """
[parameter."term.statutory"]
source = "decision of the partner, minutes of 2026-01-15"
values = [{ from = 2013-03-16, value = 30 }]
"""


def test_own_parameters_replace_the_fields_they_name(book):
    term = book(own=OWN)["term.statutory"]
    assert term.on(D(2024, 1, 1)).value == 30
    assert term.source == "decision of the partner, minutes of 2026-01-15"
    assert (term.label, term.unit, term.basis) == ("Term", "days", "late payment act 3")
    assert term.on(D(2024, 1, 1)).confidence == "known"


def test_own_values_stand_for_the_rows_of_rates_csv(book):
    own = '[parameter."interest.commercial"]\nvalues = [{ from = 2025-01-01, value = 9.75 }]'
    assert book(own=own)["interest.commercial"].on(D(2025, 8, 1)).value == Decimal("9.75")


def test_own_parameters_may_be_new_but_not_incomplete(book):
    assert "term.own" in book(own=TERM.replace("term.statutory", "term.own"))
    with pytest.raises(LawError, match=r"parameter term\.own lacks unit"):
        book(own=without(TERM.replace("term.statutory", "term.own"), "unit"))


def test_the_digest_names_the_version_of_the_law(book):
    """Any change of any of the three texts is another version; the same texts are the same one."""
    plain = book().digest
    assert len(plain) == 64
    assert book().digest == plain
    versions = {
        plain,
        book(law=RATE + TERM.replace("value = 30", "value = 31")).digest,
        book(rates=RATES.replace("10.50", "10.51")).digest,
        book(own=OWN).digest,
    }
    assert len(versions) == 4


def fresh(country):
    """Return an adapter that has read nothing yet."""
    return type(adapter_of(country))()


def test_an_installation_keeps_its_own_parameters_in_a_folder(tmp_path, monkeypatch):
    shipped = fresh("NL").law
    (tmp_path / "nl.toml").write_text('[parameter."term.statutory"]\nsource = "the partner\'s own"\n', "utf-8")
    monkeypatch.setenv("RECOVERY_LAW_DIR", str(tmp_path))
    own = fresh("NL").law
    assert own["term.statutory"].source == "the partner's own"
    assert own["term.statutory"].values == shipped["term.statutory"].values
    assert own.digest != shipped.digest


def test_a_country_without_a_file_there_keeps_its_law(tmp_path, monkeypatch):
    shipped = fresh("BE").law.digest
    monkeypatch.setenv("RECOVERY_LAW_DIR", str(tmp_path))
    assert fresh("BE").law.digest == shipped
