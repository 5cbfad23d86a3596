"""An address read from lines, and written in lines again."""

from __future__ import annotations

from datetime import date

import pytest

from recovery.letters.letter import Address
from recovery.letters.render import lines_from
from recovery.postal import PostalAddress, read_lines
from tests.letters.correspondents import case_in, letter_of

READ = [
    (["Kade 4", "9000 Gent"], PostalAddress("Kade 4", "9000", "Gent", "BE")),
    (["Weg 1", "3012 CD Rotterdam"], PostalAddress("Weg 1", "3012 CD", "Rotterdam", "BE")),
    (["Gatan 2", "111 22 Stockholm"], PostalAddress("Gatan 2", "111 22", "Stockholm", "BE")),
    (["Gasse 3", "A-1010 Wien"], PostalAddress("Gasse 3", "1010", "Wien", "BE")),
    (["c/o Jansen", "Kade 4", "9000 Gent"], PostalAddress("Kade 4", "9000", "Gent", "BE", "c/o Jansen")),
    (["Scala B", "Via Po 8", "20121 Milano MI"], PostalAddress("Via Po 8", "20121", "Milano MI", "BE", "Scala B")),
    (["9000 Gent"], PostalAddress("", "9000", "Gent", "BE")),
    (["Kade 4"], PostalAddress("Kade 4", "", "", "BE")),
    ([" Kade 4 ", "", "Gent"], PostalAddress("Kade 4", "", "Gent", "BE")),
    ([], PostalAddress(country="BE")),
]


@pytest.mark.parametrize(("lines", "address"), READ)
def test_the_line_of_a_postal_code_tells_the_town(lines, address):
    assert read_lines(lines, "BE") == address


@pytest.mark.parametrize("lines", [lines for lines, _ in READ if all(lines) and not any("A-" in one for one in lines)])
def test_what_was_read_is_written_as_it_was(lines):
    assert list(read_lines(lines, "BE").lines) == lines


@pytest.mark.parametrize(("country", "last"), [("NL", "1012 AB Delft"), ("BE", "België"), ("", "1012 AB Delft")])
def test_the_country_stands_below_an_address_of_another_one_alone(installation, country, last):
    letter = letter_of(case_in("NL"), "reminder", date(2026, 3, 4), date(2026, 3, 18), "nl")
    party = Address("X", ("Dam 1", "1012 AB Delft"), country=country)
    assert lines_from(letter, party)[-1] == last
