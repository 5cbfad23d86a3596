"""Invoices drawn by chance in many layouts, seven languages and with traps: seeds that nothing was tuned on."""

from __future__ import annotations

import pytest

from recovery.intake.paper.read import Member, read_pages
from tests.intake.paper.drawn.layouts import drawn
from tests.intake.paper.drawn.paper import paper
from tests.intake.paper.scores import score


def answers(seeds, trapped, member=False):
    for seed in seeds:
        data, truth = drawn(paper(seed, trapped))
        seller = truth["seller"]
        known = Member((seller["name"],), (seller["vat"],), (seller["iban"],)) if member else None
        yield f"seed {seed}", truth, read_pages(data, "invoice.pdf", known).as_dict()


# kind of paper, seeds, the least share of fields right, the most that may be wrong though called sure
TARGETS = [
    (False, range(70_000, 70_035), 0.98, 0.002),
    (True, range(80_000, 80_035), 0.95, 0.005),
]


@pytest.mark.parametrize(("trapped", "seeds", "right", "wrong"), TARGETS)
def test_held_back_invoices_are_read(trapped, seeds, right, wrong):
    found = score(answers(seeds, trapped))

    assert found.share_right >= right, found.faults
    assert found.share_wrong_sure <= wrong, found.faults
    assert found.sure > 0.75 * found.fields


def test_the_parties_are_never_swapped():
    for name, truth, answer in answers(range(90_000, 90_020), True, member=True):
        assert answer["seller"]["name"] != truth["buyer"]["name"], name
        assert answer["buyer"]["name"] != truth["seller"]["name"], name
        assert answer["seller"]["vat"] != truth["buyer"]["vat"], name


def test_what_was_paid_is_taken_off_and_an_earlier_balance_is_not_put_on():
    data, truth = drawn(paper(96_040, True))
    assert {"old", "prepaid"} <= set(truth["features"])

    reading = read_pages(data, "invoice.pdf")

    assert (reading.text("total"), reading.text("payable")) == (truth["total"], truth["payable"])
    assert not reading.fields["payable"].sure
    assert [note.code for note in reading.notes] == ["earlier_balance"]
