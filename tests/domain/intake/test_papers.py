"""
What the papers of a petition say of days, of limits and of who reviews an opinion.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.petitions.petitions import Reply
from services.intake.domain.petitions.step_guards import ReviewWindow
from services.intake.papers import PAPERS, Record
from shared.vocabulary import PetitionStep, ReplyKind, ReplyMode
from tests.builders import COUNTY
from tests.builders.lifecycle import PETITION, a_step

PASSED_ON = replace(
    PETITION, number=f"{COUNTY}-2020-0000009", office=COUNTY, passed_from="c"
)
FROM_CITY = replace(PETITION, received_on=date(2020, 11, 1))
OF_TOWNSHIP = replace(
    PETITION, office="640104001", programme="xq-2020", received_on=date(2022, 11, 2)
)
RESULT = Reply(
    *("r1", PASSED_ON.number, date(2020, 11, 20), ReplyKind.RESULT),
    *(ReplyMode.LETTER, "不支持", "经审查，原处理正确。"),
)


def printed(wanted, petition=PETITION, *, first=None, steps=(), review=None):
    record = Record(
        petition, {"petitioner": None}, steps, [RESULT], first or petition, review
    )
    return "".join(record.paper(PAPERS.in_force()[wanted]).texts())


@pytest.mark.requirement("F-16")
def test_the_answer_to_a_petition_passed_on_names_the_day_on_which_it_was_handed_in():
    text = printed("reply", PASSED_ON, first=FROM_CITY)

    assert "你于2020年11月1日以来信方式反映" in text
    assert "办理结果：不支持。" in text


@pytest.mark.requirement("S18", "S19", "TL-08")
@pytest.mark.parametrize(
    ("review", "until"),
    [
        (None, ""),
        (
            ReviewWindow(PetitionStep.REVIEW_ASKED, date(2022, 12, 15)),
            "（至2022年12月15日）",
        ),
    ],
)
def test_an_opinion_says_within_how_many_days_which_organ_reviews_it(review, until):
    steps = [a_step("opinion_issued", on=date(2022, 11, 14), verdict="supported")]
    text = printed("opinion", OF_TOWNSHIP, steps=steps, review=review)

    assert (
        f"自收到本意见书之日起30日内{until}，向银川市兴庆区信访工作联席会议请求复查"
        "（信访工作条例第三十五条）"
    ) in text
