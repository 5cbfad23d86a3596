"""What is known of a case's creditor corrected: the account that its money goes to, and where it is written to."""

from __future__ import annotations

from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.transition import add_effect, record
from recovery.errors import CaseError
from recovery.notices.warning import masked_address, masked_iban
from recovery.people.members import plain_address, plain_iban
from recovery.telling.member_details import WARNING


def correct_creditor(case: CaseRecord, order: Order) -> None:
    """Correct the account of the case's creditor, or its e-mail address; the member is warned of it by mail.

    It holds for this case alone: the member's own account and address are changed by the member, or by `user change`.
    """
    iban, email = (str(order.data.get(name) or "").strip() for name in ("iban", "email"))
    if not (iban or email):
        raise CaseError("correct_creditor: give --iban or --email", code="missing", field="iban")
    creditor, told = case.party("creditor"), dict[str, dict[str, str]]()
    if iban and (account := plain_iban(iban)) != creditor.iban:
        told["iban"] = {"before": masked_iban(creditor.iban), "after": masked_iban(account)}
        creditor.iban = account
    if email and (address := plain_address(email)) != creditor.email:
        told["email"] = {"before": masked_address(creditor.email or ""), "after": masked_address(address)}
        creditor.email = address
    if not told:
        raise CaseError("correct_creditor: this is what the case has already", code="not_allowed", field="iban")
    record(case, "correct_creditor", actor=order.actor, on=order.on, note=order.note, data={"changed": told})
    _warn(case, order, told)


def _warn(case: CaseRecord, order: Order, told: dict[str, dict[str, str]]) -> None:
    """Let the member know at the member's own address: money must not go astray unseen."""
    for what, change in told.items() if case.member_id else ():
        payload = {"what": what, "to": None, "member": case.member_id, "day": order.on.isoformat(), **change}
        add_effect(case, f"{case.claim_id}:warning:{what}:{len(case.events)}", WARNING, payload)
