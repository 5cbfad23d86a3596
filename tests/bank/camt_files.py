"""Camt files built for tests."""

from __future__ import annotations

ACCOUNT = "NL26VAYB8060476890"


def detail(*, amount="", reference="", end_to_end="", text="", name="", iban="", more=""):
    """Return one TxDtls."""
    return (
        f"<TxDtls><Refs>{f'<EndToEndId>{end_to_end}</EndToEndId>' if end_to_end else ''}</Refs>{amount}"
        f"<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr><DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf>{f'<Ustrd>{text}</Ustrd>' if text else ''}"
        f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd></RmtInf>{more}</TxDtls>"
    )


def entry(
    *details,
    amount="100.00",
    currency=' Ccy="EUR"',
    direction="CRDT",
    status="<Sts>BOOK</Sts>",
    dates="<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-03</Dt></ValDt>",
    more="",
):
    """Return one Ntry."""
    inside = f"<NtryDtls>{''.join(details)}</NtryDtls>" if details else ""
    return f"<Ntry><Amt{currency}>{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{status}{dates}{more}{inside}</Ntry>"


def statement(*entries, ident="S1", account=f"<IBAN>{ACCOUNT}</IBAN>", tag="Stmt"):
    """Return one Stmt."""
    return (
        f"<{tag}><Id>{ident}</Id><CreDtTm>2026-03-04T01:00:00Z</CreDtTm>"
        f"<Acct><Id>{account}</Id></Acct>{''.join(entries)}</{tag}>"
    )


def document(*statements, version="camt.053.001.02", message="BkToCstmrStmt"):
    """Return a whole file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">'
        f"<{message}><GrpHdr><MsgId>M</MsgId></GrpHdr>{''.join(statements)}</{message}></Document>"
    ).encode()
