"""Which law governs: the contract's for substance, the debtor's country's for procedure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recovery.law.claim import ClaimFacts

_MANUAL_KINDS = ("rent", "carriage")


@dataclass(frozen=True, slots=True)
class ApplicableLaw:
    """The two laws of a case. `substance` is None where a person must decide (claim principal only).

    `protects` is the law whose protection a consumer keeps beside a chosen one (Rome I art. 6(2)), else None.
    """

    substance: str | None
    procedure: str
    why: str
    basis: str
    warnings: tuple[str, ...] = ()
    protects: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """Return the laws in the shape of the command line's JSON."""
        return {
            "substance": self.substance,
            "procedure": self.procedure,
            "why": self.why,
            "basis": self.basis,
        }


def applicable_law(claim: ClaimFacts, served: tuple[str, ...]) -> ApplicableLaw:
    """Return the applicable laws of a claim (Reg. 593/2008 arts 3, 4, 6, 12), by the order D1 to D6.

    `served` are the countries whose law is known here.
    """
    debtor, creditor, home = claim.debtor.country, claim.creditor.country, claim.debtor.residence
    if claim.law_override:
        return _known(claim.law_override, debtor, "recorded decision of a person", "Rome I art. 4(3)", served)
    if claim.contract.choice_of_law:
        chosen = _known(claim.contract.choice_of_law, debtor, "chosen in the contract", "Rome I art. 3, 12", served)
        protected = claim.debtor.kind == "consumer" and home != chosen.substance and home in served
        return replace(chosen, protects=home) if protected and chosen.substance else chosen
    if claim.debtor.kind == "consumer" and home != creditor:
        return _known(
            home,
            debtor,
            "consumer: the law of the consumer's habitual residence",
            "Rome I art. 6(1), 12",
            served,
            ("assumed that the trader directs its activity to the consumer's country",),
        )
    if claim.contract.kind in _MANUAL_KINDS and debtor != creditor:
        return ApplicableLaw(
            None,
            debtor,
            f"{claim.contract.kind}: a person must decide",
            "Rome I art. 4(1)(c), 5",
            (
                f"{claim.contract.kind} has its own rule of law: record a decision with law_override; "
                "until then the principal alone is claimed",
            ),
        )
    seller = "the seller's country" if claim.contract.kind == "goods" else "the service provider's country"
    article = "Rome I art. 4(1)(a), 12" if claim.contract.kind == "goods" else "Rome I art. 4(1)(b), 12"
    return _known(creditor, debtor, f"no choice of law: {seller}", article, served)


def _known(
    law: str, procedure: str, why: str, basis: str, served: tuple[str, ...], warnings: tuple[str, ...] = ()
) -> ApplicableLaw:
    if law in served:
        return ApplicableLaw(law, procedure, why, basis, warnings)
    return ApplicableLaw(
        None,
        procedure,
        f"{why} ({law}), whose law is not known here",
        basis,
        (
            *warnings,
            f"the law of {law} is not among {', '.join(served)}: record a decision with law_override; "
            "until then the principal alone is claimed",
        ),
    )
