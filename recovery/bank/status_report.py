"""What a bank says of the transfers that it was sent (pain.002): those it refused, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from recovery.errors import IntakeError
from recovery.safe_xml import parse_xml

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.\d\d")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One transfer that was refused by its end-to-end id, or a whole file by its message id, with the bank's reason."""

    message_id: str
    end_to_end_id: str | None
    reason: str


def read_status_report(data: bytes, name: str) -> list[Refusal]:
    """Return what a status report refuses; what it took or still looks at is nobody's task.

    Raises:
        IntakeError: it cannot be read, or is no pain.002.
    """
    root = parse_xml(data, name, "your bank")
    space = root.tag.partition("}")[0].removeprefix("{")
    if not _NAMESPACE.fullmatch(space):
        raise IntakeError(
            f"{name}: no status report of transfers (pain.002); ask the bank for one",
            code="not_a_status_report",
            field="file",
        )
    at = {"n": space}
    message = _text(root, ".//n:OrgnlGrpInfAndSts/n:OrgnlMsgId", at)
    rows = root.findall(".//n:OrgnlPmtInfAndSts/n:TxInfAndSts", at)
    refused = [row for row in rows if _text(row, "n:TxSts", at) == "RJCT"]
    if refused:
        return [Refusal(message, _text(row, "n:OrgnlEndToEndId", at), _reason(row, at)) for row in refused]
    whole = [*root.findall(".//n:OrgnlGrpInfAndSts", at), *root.findall(".//n:OrgnlPmtInfAndSts", at)]
    states = ("GrpSts", "PmtInfSts")
    found = next((one for one in whole if any(_text(one, f"n:{state}", at) == "RJCT" for state in states)), None)
    return [] if found is None or rows else [Refusal(message, None, _reason(found, at))]


def _text(node: Any, path: str, at: dict[str, str]) -> str:
    return str(node.findtext(path, "", at)).strip()


def _reason(node: Any, at: dict[str, str]) -> str:
    said = [_text(one, path, at) for one in node.findall("n:StsRsnInf", at) for path in _REASONS]
    return " ".join(filter(None, said))[:200] or "no reason given"


_REASONS = ("n:Rsn/n:Cd", "n:Rsn/n:Prtry", "n:AddtlInf")
