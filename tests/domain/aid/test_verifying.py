"""
Every ground of aid is answered once, and shown by what was filed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.aid.domain.application import State
from shared.errors import Rejected
from tests.builders import places
from tests.builders.aid import TERMS, answers, decided, verified

# -- verifying


@pytest.mark.requirement("TL-35")
def test_every_ground_is_answered_once_and_no_other():
    with pytest.raises(Rejected) as refused:
        verified(
            grounds=answers(hurt=True, wealth=True),
            refusals=answers(own_fault=True) * 2,
            post="厅长",
        )

    assert places(refused) == {
        ("ground_unanswered", "/grounds"),
        ("no_such_ground", "/grounds/1/ground"),
        ("ground_repeated", "/refusals/0/ground"),
        ("ground_repeated", "/refusals/1/ground"),
        ("no_such_post", "/post"),
    }


def test_what_shows_a_ground_was_filed_with_the_case():
    (hurt, support) = answers(hurt=True, support=False)
    shown = (replace(hurt, document_ids=("d1", "d2")), support)

    with pytest.raises(Rejected) as refused:
        verified(grounds=shown, filed={"d1"})

    assert places(refused) == {("no_such_document", "/grounds/0/document_ids/1")}
    assert verified(grounds=shown, filed={"d1", "d2"}).verification.grounds == shown


def test_a_newer_verification_takes_the_place_of_the_one_before():
    again = verified(verified(), award=500_000)

    assert again.state is State.VERIFIED
    assert again.verification.award == 500_000


def test_where_no_law_asks_nothing_is_answered():
    application = verified(law=None, grounds=(), refusals=())

    assert decided(application, terms=replace(TERMS, law=None))[0].amount == 1_200_000
