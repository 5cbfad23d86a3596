"""What a pain.001.001.09 may hold, declared here: the published schema may not be copied into a repository.

Source: ISO 20022, message definition report of Payments Initiation, CustomerCreditTransferInitiationV09: the order of
elements, how often each may stand, and their types. What a SEPA bank narrows is marked so: EPC132-08,
Customer-to-PSP implementation guidelines for the SEPA credit transfer (names of 70 characters, the set of characters,
structured addresses). Only what our files hold is spelled out within; the order names every element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
# Of each element its children in their order; "!" exactly one, "?" none or one, "+" one or more, "*" any number.
ORDER = {
    "Document": "CstmrCdtTrfInitn!",
    "CstmrCdtTrfInitn": "GrpHdr! PmtInf+ SplmtryData*",
    "GrpHdr": "MsgId! CreDtTm! Authstn* NbOfTxs! CtrlSum? InitgPty! FwdgAgt?",
    "PmtInf": "PmtInfId! PmtMtd! BtchBookg? NbOfTxs? CtrlSum? PmtTpInf? ReqdExctnDt! PoolgAdjstmntDt? Dbtr! DbtrAcct! "
    "DbtrAgt! DbtrAgtAcct? InstrForDbtrAgt? UltmtDbtr? ChrgBr? ChrgsAcct? ChrgsAcctAgt? CdtTrfTxInf+",
    "PmtTpInf": "InstrPrty? SvcLvl* LclInstrm? CtgyPurp?",
    "ReqdExctnDt": "Dt? DtTm?",
    "CdtTrfTxInf": "PmtId! PmtTpInf? Amt! XchgRateInf? ChrgBr? ChqInstr? UltmtDbtr? IntrmyAgt1? IntrmyAgt1Acct? "
    "IntrmyAgt2? IntrmyAgt2Acct? IntrmyAgt3? IntrmyAgt3Acct? CdtrAgt? CdtrAgtAcct? Cdtr? CdtrAcct? UltmtCdtr? "
    "InstrForCdtrAgt* InstrForDbtrAgt? Purp? RgltryRptg* Tax? RltdRmtInf* RmtInf? SplmtryData*",
    "PmtId": "InstrId? EndToEndId! UETR?",
    "Amt": "InstdAmt? EqvtAmt?",
    "PstlAdr": "AdrTp? Dept? SubDept? StrtNm? BldgNb? BldgNm? Flr? PstBx? Room? PstCd? TwnNm? TwnLctnNm? DstrctNm? "
    "CtrySubDvsn? Ctry? AdrLine*",
    "FinInstnId": "BICFI? ClrSysMmbId? LEI? Nm? PstlAdr? Othr?",
    "RmtInf": "Ustrd* Strd*",
    "SvcLvl": "Cd? Prtry?",
    **dict.fromkeys(("InitgPty", "Dbtr", "Cdtr"), "Nm? PstlAdr? Id? CtryOfRes? CtctDtls?"),
    **dict.fromkeys(("DbtrAcct", "CdtrAcct"), "Id! Tp? Ccy? Nm? Prxy?"),
    "DbtrAgt": "FinInstnId! BrnchId?",
    "DbtrAcct/Id": "IBAN? Othr?",
    "CdtrAcct/Id": "IBAN? Othr?",
    "Othr": "Id! SchmeNm? Issr?",
}
# Elements of which exactly one child stands (a choice).
CHOICES = ("ReqdExctnDt", "Amt", "SvcLvl", "DbtrAcct/Id", "CdtrAcct/Id")
# The characters that every SEPA bank takes (EPC132-08, 1.4); identifiers neither begin nor end with a slash (1.4.1).
LATIN = r"[A-Za-z0-9/\-?:().,'+ ]"
IDENTIFIER = rf"(?!/)(?!.*//){LATIN}{{1,35}}(?<!/)"
TEXTS = {
    **dict.fromkeys(("MsgId", "PmtInfId", "EndToEndId"), IDENTIFIER),
    "Othr/Id": rf"{LATIN}{{1,35}}",
    "NbOfTxs": r"[0-9]{1,15}",
    "PmtMtd": "TRF",
    "Cd": "SEPA",
    "ChrgBr": "DEBT|CRED|SHAR|SLEV",
    "Nm": rf"{LATIN}{{1,70}}",
    "StrtNm": rf"{LATIN}{{1,70}}",
    "PstCd": rf"{LATIN}{{1,16}}",
    "TwnNm": rf"{LATIN}{{1,35}}",
    "Ctry": r"[A-Z]{2}",
    "IBAN": r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}",
    "BICFI": r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?",
    "Ustrd": rf"{LATIN}{{1,140}}",
}


def faults(content: bytes) -> Iterator[str]:
    """Yield where a payment file is not what the message may be: order, number, lengths, patterns, sums."""
    root = etree.fromstring(content)
    yield from _element(root, "Document")
    rows = root.findall(f".//{{{NAMESPACE}}}CdtTrfTxInf")
    if not rows:
        return
    yield from _sums(root.find(f".//{{{NAMESPACE}}}GrpHdr"), rows, "GrpHdr")
    for block in root.iter(f"{{{NAMESPACE}}}PmtInf"):
        yield from _sums(block, block.findall(f"{{{NAMESPACE}}}CdtTrfTxInf"), "PmtInf")
    ids = [row.findtext(f".//{{{NAMESPACE}}}EndToEndId") for row in rows]
    if len(set(ids)) < len(ids):
        yield "EndToEndId: one stands twice"


def _element(node: etree._Element, path: str) -> Iterator[str]:
    name = etree.QName(node)
    if name.namespace != NAMESPACE:
        yield f"{path}: of another namespace"
    both = "/".join(path.split("/")[-2:])
    key = both if both in ORDER or both in TEXTS else name.localname
    if key in ORDER:
        yield from _children(node, key, path)
    elif key in TEXTS:
        if len(node) or not re.fullmatch(TEXTS[key], node.text or ""):
            yield f"{path}: {node.text!r}"
    else:
        yield from _typed(node, key, path)


def _children(node: etree._Element, key: str, path: str) -> Iterator[str]:
    names = [etree.QName(child).localname for child in node]
    pattern = "".join(f"(?:{one[:-1]} ){'{1}' if one[-1] == '!' else one[-1]}" for one in ORDER[key].split())
    if not re.fullmatch(pattern, "".join(f"{name} " for name in names)):
        yield f"{path}: {' '.join(names)}"
    if key in CHOICES and len(names) != 1:
        yield f"{path}: one of them, not {len(names)}"
    if key == "PstlAdr" and not {"TwnNm", "Ctry"} <= set(names):
        yield f"{path}: town and country apart (EPC rulebooks 2025)"
    if (node.text or "").strip():
        yield f"{path}: text between elements"
    for child in node:
        yield from _element(child, f"{path}/{etree.QName(child).localname}")


def _typed(node: etree._Element, key: str, path: str) -> Iterator[str]:
    text = node.text or ""
    try:
        if key == "Dt":
            date.fromisoformat(text)
        elif key == "CreDtTm":
            datetime.fromisoformat(text)
        elif key in ("CtrlSum", "InstdAmt"):
            yield from _amount(node, key, text, path)
        else:
            yield f"{path}: not declared"
    except (ValueError, InvalidOperation):
        yield f"{path}: {text!r}"


def _amount(node: etree._Element, key: str, text: str, path: str) -> Iterator[str]:
    """ActiveOrHistoricCurrencyAndAmount: 18 digits, 5 after the point; DecimalNumber: 18 and 17."""
    value = Decimal(text)
    digits, after = len(value.as_tuple().digits), -int(value.as_tuple().exponent)
    if value <= 0 or digits > 18 or after > (5 if key == "InstdAmt" else 17) or not re.fullmatch(r"[0-9.]+", text):
        yield f"{path}: {text!r}"
    if key == "InstdAmt" and not re.fullmatch(r"[A-Z]{3}", node.get("Ccy") or ""):
        yield f"{path}: currency {node.get('Ccy')!r}"


def _sums(head: etree._Element | None, rows: list[etree._Element], where: str) -> Iterator[str]:
    assert head is not None
    amounts = (Decimal(row.findtext(f".//{{{NAMESPACE}}}InstdAmt") or "0") for row in rows)
    if Decimal(head.findtext(f"{{{NAMESPACE}}}CtrlSum") or "0") != sum(amounts):
        yield f"{where}/CtrlSum: not the sum"
    if head.findtext(f"{{{NAMESPACE}}}NbOfTxs") != str(len(rows)):
        yield f"{where}/NbOfTxs: not the number"
