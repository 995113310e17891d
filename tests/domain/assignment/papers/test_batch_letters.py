"""
The letters of a batch that go with a mail to the offices that receive it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.batches.batches import Batch, BatchItem
from services.assignment.papers.mailed import letters
from shared.vocabulary import Track
from tests.builders import CITY, COUNTY, NEIGHBOUR

NUMBERS = ("清检信〔2020〕0001号", "范检信〔2020〕0002号", "濮检信〔2020〕0003号")
OFFICES = (COUNTY, NEIGHBOUR, CITY)
BATCH = Batch(
    id="b1",
    programme="puyang-2020",
    letter_no="濮检交〔2020〕1号",
    source="省院交办",
    kind=None,
    track=Track.CAMPAIGN,
    office=CITY,
    handed_on=date(2020, 11, 2),
    due_on=None,
    case_numbers=NUMBERS,
    offices=OFFICES,
    receipts=dict.fromkeys(OFFICES),
)
ITEMS = [
    BatchItem("b1", number, office)
    for number, office in zip(NUMBERS, OFFICES, strict=True)
]


@pytest.mark.requirement("F-02", "PY-18")
def test_each_office_gets_a_letter_of_its_own_cases_and_the_handing_office_none():
    first, second = letters(BATCH, ITEMS)

    assert (first.to_office, second.to_office) == (COUNTY, NEIGHBOUR)
    assert (first.office, first.case_number) == (CITY, "濮检交〔2020〕1号")
    assert (first.form, first.urgent, first.to_post) == ("pdf", True, "检察长")
    text = json.dumps(first.letter, ensure_ascii=False)
    assert NUMBERS[0] in text
    assert NUMBERS[1] not in text
    assert first.letter["number"] == "濮检交〔2020〕1号"
    assert first.paper != second.paper


@pytest.mark.requirement("F-02")
@pytest.mark.parametrize(
    ("programme", "by", "to", "form", "post"),
    [
        # 信联办向各责任单位集中交办 (XQ-16)
        ("xq-2020", "640104800", "640104001", "docx", "党（工）委书记"),
        # 接到交办案件后2日内建立信访案件台账 (JZ-18)
        ("jiaozuo-2021", "410800900", "410802900", "docx", "院长"),
    ],
)
def test_a_joint_conference_and_a_court_mail_what_they_hand_down(
    programme, by, to, form, post
):
    batch = replace(BATCH, programme=programme, office=by, offices=(to,))
    (letter,) = letters(batch, [BatchItem("b1", NUMBERS[0], to)])

    assert (letter.office, letter.to_office) == (by, to)
    assert (letter.form, letter.to_post) == (form, post)
    assert NUMBERS[0] in json.dumps(letter.letter, ensure_ascii=False)


def test_a_programme_that_mails_no_handing_letter_announces_none():
    assert not list(letters(replace(BATCH, programme="meixian"), ITEMS))


def test_a_letter_too_long_for_a_mail_is_announced_without_its_text():
    many = [BatchItem("b1", f"清检信〔2020〕{n:04}号", COUNTY) for n in range(3000)]
    (letter,) = letters(replace(BATCH, offices=(COUNTY,)), many)

    assert letter.letter is None
    assert letter.about == "交办信访事项3000件"
