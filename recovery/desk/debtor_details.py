"""What is known of a debtor corrected within its country: address, e-mail, telephone; what came back is sent again."""

from __future__ import annotations

from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.transition import add_deadline, finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.people.members import plain_address
from recovery.postal import read_lines
from recovery.procedure.steps import next_step

MOST = 200


def correct_debtor(case: CaseRecord, order: Order) -> None:
    """Correct the debtor's address, name, e-mail or telephone within its country.

    The address is lines parted by ";". Later letters bear what is known now, and so does one that waits to leave; the
    step whose letter came back is due again at once. A debtor who lives in another country now is rerouted.
    """
    lines = [line.strip() for line in str(order.data.get("address") or "").split(";") if line.strip()]
    email, phone, name = (str(order.data.get(what) or "").strip() for what in ("email", "phone", "name"))
    if not (lines or email or phone or name):
        raise CaseError(
            'correct_debtor: give --address "street; postal code and place", --name, --email or --phone',
            code="missing",
            field="address",
        )
    _refuse_long([*lines, phone, name])
    debtor = case.party("debtor")
    changed = list[str]()
    if name:
        debtor.name = name
        changed.append("name")
    if lines:
        debtor.lives_at(read_lines(lines, case.debtor_country))
        changed.append("address")
    if phone:
        debtor.phone = phone
        changed.append("phone")
    if email:
        debtor.email = plain_address(email)
        changed.append("email")
    record(case, "correct_debtor", actor=order.actor, on=order.on, note=order.note, data={"changed": changed})
    if lines or email:
        _reachable_again(case, order)


def _refuse_long(texts: list[str]) -> None:
    if len(texts) > 6 or any(len(text) > MOST for text in texts):
        raise CaseError(f"correct_debtor: at most 5 lines of {MOST} characters", code="bad_size", field="address")


def _reachable_again(case: CaseRecord, order: Order) -> None:
    """End the tasks about the old address, and do the step again whose letter came back."""
    for task in open_deadlines(case):
        if task.data.get("subject") == "address":
            finish(task)
    waits = any(one.kind == "step" for one in open_deadlines(case))
    step = next_step(case) if case.state in ("amicable", "formal_notice") and case.reference else None
    if step and not waits:
        add_deadline(case, "step", order.on, "system", step.basis, about=step.name)
