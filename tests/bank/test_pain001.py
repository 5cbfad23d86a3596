"""Payment files are what pain.001.001.09 may be, whatever names, texts and addresses go into them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery.bank.transfer import MOST_MINOR, Transfer, payment_file
from recovery.money import Money
from recovery.postal import PostalAddress
from tests.bank.pain001 import faults

AT, ON = datetime(2026, 3, 12, 12, tzinfo=UTC), date(2026, 3, 12)
IBANS = ("NL91ABNA0417164300", "BE68 5390 0754 7034", "SE45 5000 0000 0583 9825 7466")
ANY = st.text(max_size=200)
ADDRESS = st.builds(PostalAddress, ANY, ANY, ANY, st.sampled_from(["NL", "BE", "SE", ""]), ANY)
TRANSFERS = st.lists(
    st.builds(
        lambda name, iban, minor, currency, text, address: (name, iban, Money(minor, currency), text, address),
        ANY,
        st.sampled_from(IBANS),
        st.integers(1, MOST_MINOR),
        st.sampled_from(["EUR", "SEK"]),
        ANY,
        st.none() | ADDRESS,
    ),
    min_size=1,
    max_size=4,
)


def file(rows, name="Stichting Derdengelden", bic="ABNANL2A", address=None, message="NL-2026-03-0001"):
    transfers = [Transfer(f"NL-2026-{number:06d}-C1", *row) for number, row in enumerate(rows, 1)]
    return payment_file(message, AT, name, IBANS[0], bic, transfers, ON, address)


ROW = ("Studio Voorbeeld", IBANS[1], Money(10_000, "EUR"), "recovered", PostalAddress("Weg 1", "9000", "Gent", "BE"))


@settings(max_examples=150, deadline=None)
@given(TRANSFERS, ANY, st.sampled_from([None, "ABNANL2A", "NDEASESSXXX"]), st.none() | ADDRESS, ANY)
def test_whatever_goes_in_a_file_is_what_the_message_may_be(rows, name, bic, address, message):
    assert list(faults(file(rows, name, bic, address, message))) == []


# What is changed in a right file, and what is then at fault.
BROKEN = [
    (b"<PmtMtd>TRF</PmtMtd>", b"<PmtMtd>CHQ</PmtMtd>", "PmtMtd"),
    (b"<MsgId>NL-2026-03-0001</MsgId>", b"<MsgId>" + b"9" * 36 + b"</MsgId>", "MsgId"),
    (b"<MsgId>NL-2026-03-0001</MsgId>", b"<MsgId>/NL</MsgId>", "MsgId"),
    (b"<NbOfTxs>1</NbOfTxs>", b"<NbOfTxs>2</NbOfTxs>", "not the number"),
    (b"<CtrlSum>100.00</CtrlSum>", b"<CtrlSum>100.01</CtrlSum>", "not the sum"),
    (b'Ccy="EUR">100.00', b'Ccy="EUR">100.000001', "InstdAmt"),
    (b'Ccy="EUR">100.00', b'Ccy="EU">100.00', "currency"),
    (b"<Dt>2026-03-12</Dt>", b"<Dt>12-03-2026</Dt>", "Dt"),
    (b"<Dt>2026-03-12</Dt>", b"<Dt>2026-03-12</Dt><DtTm>2026-03-12T00:00:00</DtTm>", "ReqdExctnDt"),
    (b"<TwnNm>Gent</TwnNm>", b"", "town and country"),
    (b"<TwnNm>Gent</TwnNm>", b"<AdrLine>Gent</AdrLine>", "PstlAdr"),
    (b"<Ctry>BE</Ctry>", b"<Ctry>Belgium</Ctry>", "Ctry"),
    (b"<IBAN>BE68539007547034</IBAN>", b"<IBAN>BE68 5390</IBAN>", "IBAN"),
    (b"<BICFI>ABNANL2A</BICFI>", b"<BICFI>ABN</BICFI>", "BICFI"),
    (b"<ChrgBr>SLEV</ChrgBr>", b"", ""),
    (b"Studio Voorbeeld", "Stüdio".encode(), "Nm"),
    (b"Studio Voorbeeld", b"S" * 71, "Nm"),
    (b"<Ustrd>recovered</Ustrd>", b"<Ustrd></Ustrd>", "Ustrd"),
    (b"<Ustrd>recovered</Ustrd>", b"<Other>recovered</Other>", "RmtInf"),
    (b"pain.001.001.09", b"pain.001.001.03", "namespace"),
]


@pytest.mark.parametrize(("part", "other", "said"), BROKEN)
def test_what_is_not_so_is_found(part, other, said):
    right = file([ROW])
    assert list(faults(right)) == []
    assert part in right
    found = list(faults(right.replace(part, other)))
    assert any(said in one for one in found) if said else found == []


def test_order_and_number_are_held_to():
    right = file([ROW]).decode()
    at, to = right.index("<Cdtr>"), right.index("<CdtrAcct>")
    account_first = right[:at] + right[to : right.index("<RmtInf>")] + right[at:to] + right[right.index("<RmtInf>") :]
    assert any("CdtTrfTxInf" in one for one in faults(account_first.encode()))
    twice = file([ROW, ROW]).replace(b"NL-2026-000002-C1", b"NL-2026-000001-C1")
    assert "EndToEndId: one stands twice" in list(faults(twice))
