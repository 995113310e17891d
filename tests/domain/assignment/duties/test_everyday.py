"""
Cases of the everyday track: what they owe, and that they count in lines of their own.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.assignment.domain.matter import Matter
from services.assignment.domain.recompute import recompute
from services.assignment.events import EverydayCounted
from shared.policy.current import current_policy
from tests.builders import COUNTY
from tests.builders.programme_story import Story, handed_down, happened, named, opened

CODE, CAME = "puyang-2020", date(2020, 11, 20)


def the_case(*facts, **said):
    fields = {"in_scope": False, "failing": ["PY-06.accepted"], "track": "everyday"}
    return Story(CODE, COUNTY, opened(CAME, **fields | said), *facts)


def counted(story):
    """
    What is announced fact by fact: its day, cases, resolved and closed.
    """
    now, found = Matter("甲"), []
    for key, fact in story.facts.items():
        change = recompute(now, {key: fact}, current_policy())
        now = change.matter
        found += [e for e in change.events if isinstance(e, EverydayCounted)]
    return [(e.occurred_on, e.cases, e.resolved, e.closed) for e in found]


def ended(kind, on, confirmed_on):
    return happened(
        f"matter.case_{kind}", on, in_scope=False, confirmed_on=confirmed_on
    )


@pytest.mark.requirement("PY-47")
def test_an_everyday_case_owes_a_leader_an_outcome_and_a_word_on_the_hearing():
    case = the_case()
    led = the_case(named(CAME, (COUNTY, "检察长"), department="第一检察部"))

    assert case.due() == {
        "everyday_leader": date(2020, 11, 27),
        "everyday_outcome": date(2021, 2, 20),
        "everyday_hearing": date(2021, 2, 20),
    }
    assert led.open() == {"everyday_outcome", "everyday_hearing"}


@pytest.mark.requirement("PY-47")
def test_a_person_confirms_the_track_with_the_batch_and_the_clocks_follow():
    to_campaign = the_case(handed_down(CAME, track="campaign"))
    to_everyday = the_case(
        handed_down(CAME, track="everyday"), track="campaign", failing=["PY-06.class"]
    )

    assert to_campaign.open() == set()
    assert "everyday_outcome" in to_everyday.open()
    assert counted(to_campaign) == [(CAME, 1, 0, 0), (CAME, -1, 0, 0)]
    assert counted(to_everyday) == [(CAME, 1, 0, 0)]


@pytest.mark.requirement("PY-47", "XQ-18")
def test_a_case_in_scope_counts_in_the_campaign_alone():
    chosen = the_case(handed_down(CAME, track="everyday"), in_scope=True, failing=[])

    assert counted(chosen) == []
    assert counted(the_case(track="campaign")) == []


@pytest.mark.requirement("PY-47", "PY-33")
@pytest.mark.parametrize(
    ("kind", "resolved"), [("resolved", 1), ("ended", 0), ("concluded", 0)]
)
def test_an_everyday_case_is_resolved_by_its_substance_and_closed_either_way(
    kind, resolved
):
    done, confirmed = CAME + timedelta(10), CAME + timedelta(15)
    back = CAME + timedelta(30)
    case = the_case(
        ended(kind, done, confirmed),
        happened("matter.case_reopened", back, in_scope=False, was=kind),
    )

    assert counted(case) == [
        (CAME, 1, 0, 0),
        (confirmed, 0, resolved, 1),
        (back, 0, -resolved, -1),
    ]


def test_a_case_that_was_merged_away_counts_no_more():
    merged = CAME + timedelta(3)
    case = the_case(happened("intake.case_merged", merged))

    assert counted(case) == [(CAME, 1, 0, 0), (merged, -1, 0, 0)]
