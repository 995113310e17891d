"""
Cells that hold several opinions, or the progress of a case.
"""

import pytest

from tests.builders.ledger_files import faults, values


def test_opinions_are_taken_apart_and_know_whose_they_are():
    read_values = values(
        prior_opinions="濮阳市中级人民法院，2016年1月29日，（2016）豫09民终243号，驳回上诉，维持原判；"
        "清丰县人民检察院，2016-08-27，清检控申〔2016〕3号，不支持；理由充分\n"
        "清丰县公安局，2015.1.2，不予立案",
        prior_is_final="是；否；是",
    )

    assert read_values["prior_opinions"] == [
        {
            "organ_name": "濮阳市中级人民法院",
            "organ": "court",
            "on": "2016-01-29",
            "number": "(2016)豫09民终243号",
            "conclusion": "驳回上诉，维持原判",
            "final": True,
        },
        {
            "organ_name": "清丰县人民检察院",
            "organ": "procuratorate",
            "on": "2016-08-27",
            "number": "清检控申〔2016〕3号",
            "conclusion": "不支持；理由充分",
            "final": False,
        },
        {
            "organ_name": "清丰县公安局",
            "organ": "other_competent",
            "on": "2015-01-02",
            "number": None,
            "conclusion": "不予立案",
            "final": True,
        },
    ]


def test_one_answer_on_finality_is_for_all_opinions():
    opinions = values(
        prior_opinions="甲法院，2016-1-1，1号，维持；乙检察院，2016-2-1，2号，维持",
        prior_is_final="是",
    )["prior_opinions"]

    assert [opinion["final"] for opinion in opinions] == [True, True]


@pytest.mark.parametrize(
    ("opinions", "final", "column", "code"),
    [
        ("已经答复", "是", "prior_opinions", "opinion_incomplete"),
        ("甲法院，去年，1号，维持", "是", "prior_opinions", "opinion_date_invalid"),
        (
            "甲法院，2021-1-1，1号，维持",
            "是",
            "prior_opinions",
            "opinion_date_in_future",
        ),
        (
            "甲法院，2016-1-1，1号，维持",
            "是；否",
            "prior_is_final",
            "finality_count_differs",
        ),
        ("甲法院，2016-1-1，1号，维持", "也许", "prior_is_final", "boolean_invalid"),
    ],
)
def test_an_opinion_that_cannot_be_understood_is_named(opinions, final, column, code):
    named = faults(prior_opinions=opinions, prior_is_final=final)

    assert named[column].code == code


def test_progress_is_a_list_of_days_and_words():
    assert values(progress="2020年11月1日：约见信访人\n材料在补\n")["progress"] == [
        {"on": "2020-11-01", "text": "约见信访人"},
        {"on": None, "text": "材料在补"},
    ]
