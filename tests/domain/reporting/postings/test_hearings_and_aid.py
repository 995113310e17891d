"""
What hearings and payments add to the measures.
"""

from __future__ import annotations

import pytest

from tests.builders.postings import DAY, posted, sums


def test_a_payment_counts_its_fen_and_its_person():
    found = posted("aid.aid_paid", DAY, in_scope=True, amount=1_200_000, person="0f")

    assert sums(*found) == {("aid_yuan", DAY): 1_200_000, ("aid_persons", DAY): 1}
    assert [e.person for e in found] == [None, "0f"]


@pytest.mark.parametrize(
    ("kind", "read", "measures"),
    [
        ("held", {"leader_chaired": False, "public": False}, {"hearings": 1}),
        (
            "held",
            {"leader_chaired": True, "public": True},
            {"hearings": 1, "hearings_by_leaders": 1, "hearings_public": 1},
        ),
        ("decided", {"decision": "hold", "replaces": ""}, {"hearings_needed": 1}),
        ("decided", {"decision": "hold", "replaces": "hold"}, {}),
        (
            "decided",
            {"decision": "not_needed", "replaces": "hold"},
            {"hearings_needed": -1},
        ),
        ("decided", {"decision": "not_needed", "replaces": ""}, {}),
        ("called_off", {}, {"hearings_needed": -1}),
        ("watch_over", {"settled": False}, {"hearings_watched": 1}),
        (
            "watch_over",
            {"settled": True},
            {"hearings_watched": 1, "hearings_kept": 1},
        ),
    ],
)
def test_a_hearing_counts_by_what_became_of_it(kind, read, measures):
    kind = f"hearing.hearing_{kind}"
    expected = {(measure, DAY): amount for measure, amount in measures.items()}

    assert sums(*posted(kind, DAY, in_scope=True, **read)) == expected
    assert posted(kind, DAY, in_scope=False, **read) == ()


@pytest.mark.parametrize(
    ("adoption", "adopted"), [("full", 1), ("part", 1), ("none", 0)]
)
def test_an_opinion_adopted_in_part_is_adopted(adoption, adopted):
    found = posted("hearing.opinion_answered", DAY, in_scope=True, adoption=adoption)

    expected = {("opinions_answered", DAY): 1, ("opinions_adopted", DAY): adopted}
    assert sums(*found) == {each: n for each, n in expected.items() if n}


def test_a_hearing_that_settled_nothing_is_not_counted_as_settled():
    kind = "hearing.hearing_resulted"

    assert posted(kind, DAY, in_scope=True, settled=False, public=True) == ()
    assert sums(*posted(kind, DAY, in_scope=True, settled=True, public=False)) == {
        ("hearings_settled", DAY): 1
    }


@pytest.mark.requirement("DY-22")
def test_a_public_hearing_that_settled_the_matter_is_also_counted_apart():
    kind = "hearing.hearing_resulted"

    assert sums(*posted(kind, DAY, in_scope=True, settled=True, public=True)) == {
        ("hearings_settled", DAY): 1,
        ("hearings_public_settled", DAY): 1,
    }
