"""
What the papers of a petition say of days, of limits and of who reviews an opinion.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.petitions.petitions import Reply
from services.intake.domain.petitions.reviews import ReviewWindow
from services.intake.papers import PAPERS, Record
from shared.policy.current import current_policy
from shared.vocabulary import PetitionStep, ReplyKind, ReplyMode
from tests.builders import COUNTY
from tests.builders.lifecycle import PETITION, a_step

HUB, ABOVE = "640104800", "640100800"

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
    document="清检信答〔2020〕9号",
)


REVIEWED = [
    a_step("opinion_issued", on=date(2022, 11, 14), verdict="not_supported"),
    a_step("review_asked", on=date(2022, 11, 20), to_office=HUB),
    a_step("review_decided", on=date(2022, 12, 1), verdict="not_supported"),
]
FINALLY = [
    *REVIEWED,
    a_step("final_review_asked", on=date(2022, 12, 10), to_office=ABOVE),
    a_step("final_review_decided", on=date(2022, 12, 30), verdict="supported"),
]


def printed(wanted, petition=PETITION, *, first=None, steps=(), windows=()):
    record = Record(
        *(petition, {"petitioner": None}, steps, [RESULT]),
        *(first or petition, windows),
    )
    return "".join(record.paper(PAPERS.in_force()[wanted]).texts())


@pytest.mark.requirement("F-16")
def test_the_answer_to_a_petition_passed_on_names_the_day_on_which_it_was_handed_in():
    text = printed("reply", PASSED_ON, first=FROM_CITY)

    assert "你于2020年11月1日以来信方式反映" in text
    assert "办理结果：不支持。" in text
    assert "清检信答〔2020〕9号" in text


@pytest.mark.requirement("S18", "S19", "TL-08")
@pytest.mark.parametrize(
    ("windows", "until"),
    [
        ((), ""),
        (
            [
                ReviewWindow(PetitionStep.REVIEW_ASKED, date(2022, 12, 15)),
                ReviewWindow(PetitionStep.FINAL_REVIEW_ASKED, date(2023, 1, 8)),
            ],
            "（至2022年12月15日）",
        ),
    ],
)
def test_an_opinion_says_within_how_many_days_which_organ_reviews_it(windows, until):
    steps = [a_step("opinion_issued", on=date(2022, 11, 14), verdict="supported")]
    text = printed("opinion", OF_TOWNSHIP, steps=steps, windows=windows)

    assert (
        f"自收到本意见书之日起30日内{until}，向银川市兴庆区信访工作联席会议请求复查"
        "（信访工作条例第三十五条）"
    ) in text


@pytest.mark.parametrize(
    ("opinion", "decided"),
    [
        ({}, "＿＿"),
        ({"verdict": "supported"}, "处理意见：予以支持。"),
        ({"text": "应予退还。"}, "应予退还。"),
    ],
)
def test_an_opinion_that_is_not_recorded_has_room_to_be_written(opinion, decided):
    steps = [a_step("opinion_issued", on=date(2022, 11, 14), **opinion)]
    text = printed("opinion", OF_TOWNSHIP, steps=steps)

    assert f"现提出以下处理意见。{decided}" in text
    assert ("＿＿" in text) == (not opinion)


@pytest.mark.requirement("S19", "TL-10")
def test_the_opinion_of_a_review_is_the_reviewing_offices_and_says_who_reviews_it():
    window = ReviewWindow(PetitionStep.FINAL_REVIEW_ASKED, date(2023, 1, 8))
    text = printed("review", OF_TOWNSHIP, steps=FINALLY, windows=[window])

    hub = current_policy().directory.office(HUB).name
    township = current_policy().directory.office(OF_TOWNSHIP.office).name
    above = current_policy().directory.office(ABOVE).name
    assert text.startswith("信访事项复查意见书查1")
    assert text.endswith(hub)
    assert f"你不服{township}于2022年11月14日作出的信访事项处理意见（意1" in text
    assert "于2022年11月20日向本机关请求复查" in text
    assert "复查意见：不予支持。" in text
    assert f"30日内（至2023年1月8日），向{above}请求复核" in text


@pytest.mark.requirement("S19", "TL-11")
def test_the_opinion_of_the_final_review_names_no_further_one():
    text = printed("final_review", OF_TOWNSHIP, steps=FINALLY)

    assert text.startswith("信访事项复核意见书核1")
    assert text.endswith(current_policy().directory.office(ABOVE).name)
    assert "作出的信访事项复查意见（查1" in text
    assert "复核意见：予以支持。" in text
    assert (
        "各级党委和政府信访部门和其他机关、单位不再受理（信访工作条例第三十六条）"
        in text
    )


@pytest.mark.requirement("S19", "TL-15")
def test_a_petition_from_before_the_law_of_2022_is_reviewed_by_the_one_of_2005():
    before = replace(OF_TOWNSHIP, received_on=date(2022, 4, 30))
    text = printed("final_review", before, steps=FINALLY)

    assert "信访工作机构和其他行政机关不再受理（信访条例第三十五条）" in text
    assert "信访工作条例" not in text
