"""Claims that the tests of the rules start from."""

from __future__ import annotations

from recovery.law.claim import ClaimFacts, parse_claim


def claim(
    creditor="BE",
    debtor="NL",
    kind="business",
    amount="1000.00",
    currency="EUR",
    issued="2026-01-10",
    due="2026-02-09",
    contract=None,
    **more,
) -> ClaimFacts:
    """Return a claim of one invoice; `more` are fields of the claim."""
    return parse_claim(
        {
            "creditor": {"country": creditor, **more.pop("creditor_more", {})},
            "debtor": {"country": debtor, "kind": kind, **more.pop("debtor_more", {})},
            "contract": contract or {},
            "invoices": more.pop(
                "invoices",
                [{"number": "1", "amount": amount, "currency": currency, "issued": issued, "due": due}],
            ),
            **more,
        }
    )
