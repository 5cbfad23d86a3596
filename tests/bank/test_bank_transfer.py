"""Payment files: structure, sums, characters."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from recovery.bank.transfer import NAMESPACE, Transfer, payment_file, sepa_identifier, sepa_text
from recovery.errors import IntakeError
from recovery.money import Money

IBAN = "BE71 0961 2345 6769"
AT = {"n": NAMESPACE}
TRANSFERS = (
    Transfer("IT-2026-000001-C", "Łódź & Søn Straße", "SE4550000000058398257466", Money(123450, "EUR"), "recovered #1"),
    Transfer("IT-2026-000002-C", "B" * 100, "BE71096123456769", Money(50, "EUR"), "x" * 200),
    Transfer("SE-2026-000003-F", "Fonden", "SE4550000000058398257466", Money(99900, "SEK"), "förskott"),
)
ORDER = ["PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt"]
ORDER += ["ChrgBr", "CdtTrfTxInf"]


def made(transfers=TRANSFERS, bic="GKCCBEBB", iban=IBAN):
    return payment_file(
        "BE-2026-03-0001",
        datetime(2026, 3, 2, 12, tzinfo=UTC),
        "Coöperatie België",
        iban,
        bic,
        transfers,
        date(2026, 3, 3),
    )


def texts(node, path):
    return [found.text for found in node.findall("/".join(f"n:{step}" for step in path.split("/")), AT)]


def test_header_and_blocks():
    root = etree.fromstring(made())
    header = root.find("n:CstmrCdtTrfInitn/n:GrpHdr", AT)
    assert [texts(header, name)[0] for name in ("MsgId", "CreDtTm", "NbOfTxs", "CtrlSum")] == [
        "BE-2026-03-0001",
        "2026-03-02T12:00:00+00:00",
        "3",
        "2234.00",
    ]
    blocks = root.findall("n:CstmrCdtTrfInitn/n:PmtInf", AT)
    assert [texts(block, "NbOfTxs") + texts(block, "CtrlSum") for block in blocks] == [
        ["2", "1235.00"],
        ["1", "999.00"],
    ]
    assert [texts(block, "PmtTpInf/SvcLvl/Cd") for block in blocks] == [["SEPA"], []]
    assert all(texts(block, "ChrgBr") == ["SLEV"] for block in blocks)
    assert all(texts(block, "ReqdExctnDt/Dt") == ["2026-03-03"] for block in blocks)
    assert len({texts(block, "PmtInfId")[0] for block in blocks}) == 2


def test_elements_stand_in_the_order_of_the_schema():
    for block in etree.fromstring(made()).iter(f"{{{NAMESPACE}}}PmtInf"):
        names = list(dict.fromkeys(etree.QName(node).localname for node in block))
        assert names == [name for name in ORDER if name in names]
    row = next(etree.fromstring(made()).iter(f"{{{NAMESPACE}}}CdtTrfTxInf"))
    assert [etree.QName(node).localname for node in row] == ["PmtId", "Amt", "Cdtr", "CdtrAcct", "RmtInf"]


def test_sums_are_those_of_the_rows():
    for block in etree.fromstring(made()).iter(f"{{{NAMESPACE}}}PmtInf"):
        rows = [Decimal(text) for text in texts(block, "CdtTrfTxInf/Amt/InstdAmt")]
        assert texts(block, "CtrlSum") == [str(sum(rows))]


def test_texts_fit_the_scheme():
    root = etree.fromstring(made())
    names = [node.text for node in root.iter(f"{{{NAMESPACE}}}Nm")]
    assert names[0] == "Cooperatie Belgie"
    assert "Lodz + Son Strasse" in names
    assert max(map(len, names)) == 70
    assert max(len(node.text) for node in root.iter(f"{{{NAMESPACE}}}Ustrd")) == 140


def test_without_a_bic():
    root = etree.fromstring(made(bic=None))
    assert texts(root, "CstmrCdtTrfInitn/PmtInf/DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"] * 2


REFUSED = [
    ({"iban": "BE71 0961 2345 6768"}, "bad_iban"),
    ({"bic": "NOBIC"}, "bad_bic"),
    ({"transfers": ()}, "nothing_to_pay"),
    ({"transfers": (Transfer("a", "b", "XX00", Money(1, "EUR"), "c"),)}, "bad_iban"),
    ({"transfers": (Transfer("a", "b", "BE71096123456769", Money(0, "EUR"), "c"),)}, "bad_amount"),
    ({"transfers": (Transfer("a", "b", "BE71096123456769", Money(-1, "EUR"), "c"),)}, "bad_amount"),
    ({"transfers": (Transfer("a", "b", "BE71096123456769", Money(10**11, "EUR"), "c"),)}, "bad_amount"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSED)
def test_refused(changes, code):
    with pytest.raises(IntakeError) as caught:
        made(**changes)
    assert caught.value.code == code


@given(st.text(max_size=300), st.integers(1, 140))
def test_any_text_becomes_sepa(text, length):
    made_text = sepa_text(text, length)
    assert re.fullmatch(r"[A-Za-z0-9/\-?:().,'+ ]{1,140}", made_text)
    assert len(made_text) <= length
    identifier = sepa_identifier(text)
    assert 1 <= len(identifier) <= 35
    assert "//" not in identifier
    assert not identifier.startswith("/")
    assert not identifier.endswith("/")
