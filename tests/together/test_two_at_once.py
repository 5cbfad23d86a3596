"""Every two things that touch money or a letter, at the same instant on PostgreSQL: nothing lost, nothing twice."""

from __future__ import annotations

import os
from collections import Counter
from itertools import combinations_with_replacement

import pytest
from sqlmodel import select

from recovery.case.store import load
from recovery.store.database import reading
from recovery.store.tables import Remittance
from tests.together.at_once import at_once, refused
from tests.together.scene import DOINGS, LAST, Scene, sound

ROUNDS = 40 if os.environ.get("RECOVERY_SOAK") else 6
# What may happen to one case once, and is refused the second time.
ONCE = ("confirm", "close")
PAIRS = list(combinations_with_replacement(DOINGS, 2))


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_two_at_once_lose_and_double_nothing(on_postgresql, first, second):
    for scene in _scenes(first, second):
        before = _counted(scene)
        outcomes = at_once(lambda scene=scene: DOINGS[first](scene), lambda scene=scene: DOINGS[second](scene))
        sound(scene)
        errors, ends = refused(outcomes), bool(set(LAST) & {first, second})
        assert {error.code for error in errors} <= {"not_found", "not_allowed", "bad_amount"}
        if first == second and first in ONCE:
            assert len(errors) == 1, "done twice"
        elif not ends:
            assert errors == []
        if not ends:
            booked = sum(doing in ("book", "confirm") for doing in (first, second)) - len(errors)
            assert (_counted(scene) - before)["payment"] == booked + ("import" in (first, second))


def _scenes(first, second):
    """Yield a case for each round: one of its own where something ends it, else the same with new money on it."""
    if {first, second} & set(LAST):
        yield from (Scene(number) for number in range(ROUNDS))
        return
    scene = Scene(1)
    for _ in range(ROUNDS):
        yield scene
        scene.proposed()


def _counted(scene):
    with reading() as session:
        return Counter(event.kind for event in load(session, scene.claim, lock=False).events)


def test_payment_files_made_at_once_have_numbers_of_their_own(on_postgresql):
    scenes = [Scene(number) for number in (1, 2)]
    for scene in scenes:
        DOINGS["book"](scene)
    at_once(*[lambda: DOINGS["remit"](scenes[0])] * 3)
    with reading() as session:
        sent = session.exec(select(Remittance)).all()
    assert sorted(row.amount_minor for row in sent) == [10_000, 10_000]
    assert len({(row.claim_id, row.beneficiary) for row in sent}) == 2
