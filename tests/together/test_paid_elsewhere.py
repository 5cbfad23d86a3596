"""Money paid to the member, booked while other things happen at the same instant on PostgreSQL."""

from __future__ import annotations

from sqlmodel import func, select

from recovery.audit.verify import verify
from recovery.store.database import reading
from recovery.store.tables import PaymentRow, Remittance
from tests.together.at_once import at_once, refused
from tests.together.scene import DOINGS, HUNDRED, Scene, _act

ROUNDS = 8


def test_what_a_member_says_is_booked_once_and_never_sent_on(on_postgresql):
    scenes = [Scene(number) for number in range(ROUNDS)]
    for scene in scenes:
        _act(scene, "say_paid", str(HUNDRED))
        twice = [lambda scene=scene: _act(scene, "confirm_paid")] * 2
        both = at_once(*twice, *(lambda scene=scene, name=name: DOINGS[name](scene) for name in ("book", "remit")))
        assert [error.code for error in refused(both)] == ["not_allowed"]
    DOINGS["remit"](scenes[0])
    with reading() as session:
        sent = session.exec(
            select(Remittance.claim_id, func.sum(Remittance.amount_minor)).group_by(Remittance.claim_id)
        )
        held = session.exec(select(PaymentRow.held_by).where(PaymentRow.reversed_on.is_(None)))
        assert dict(sent.all()) == {scene.claim: HUNDRED.minor for scene in scenes}
        assert sorted(held.all()) == ["member"] * ROUNDS + ["team"] * ROUNDS
    # A scene's own line was put there by hand, beside the journal: of no case.
    assert [one for one in verify().findings if one.case] == []
