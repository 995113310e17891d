"""
Conditions of lists are codes or what offices call them.
"""

import pytest
from marshmallow import ValidationError

from services.assignment.schemas.activities.rosters import GapsQuery
from services.assignment.schemas.closings.look_back import LookBackQuery
from services.assignment.schemas.people.bodies import BodiesQuery
from services.assignment.schemas.working.cases import CaseCountsQuery, DutyQuery
from services.reporting.schemas.entries import EntriesQuery
from shared.policy.current import current_policy

PUYANG = {"programme": "puyang-2020"}
HALL = {"from": "2021-03-15", "to": "2021-03-16", "office": "410800900"}


def titled(things, identity):
    return next(each.title for each in things if each.id == identity)


def programme(code):
    return current_policy().programmes.get(code)


@pytest.mark.parametrize(
    ("query", "asked", "code"),
    [
        (DutyQuery, {"kind": "七日内程序性回复"}, {"kind": "procedural_reply"}),
        (DutyQuery, {"kind": "日报告"}, {"kind": "day_report"}),
        (
            BodiesQuery,
            {**PUYANG, "kind": titled(programme("puyang-2020").bodies, "team")},
            {"kind": "team"},
        ),
        (
            LookBackQuery,
            {"link": programme("xq-2020").closing.look_back.links[0].title},
            {"link": programme("xq-2020").closing.look_back.links[0].id},
        ),
        (
            GapsQuery,
            {"programme": "jiaozuo-2021", "roster": "院领导天天接访", **HALL},
            {"roster": "hall"},
        ),
        (
            CaseCountsQuery,
            {
                "programme": programme("puyang-2020").title,
                "office": "410900",
                "counted_by": "案件类别",
            },
            {**PUYANG, "counted_by": "case_kind"},
        ),
        (
            EntriesQuery,
            {
                "programme": programme("puyang-2020").title,
                "office": "410900",
                "as_of": "2022年12月31日",
                "measure": "治理基数",
            },
            {**PUYANG, "measure": "base"},
        ),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_condition_is_a_code_or_its_chinese_word(query, asked, code):
    loaded = query().load(asked)

    assert code.items() <= loaded.items()


@pytest.mark.parametrize(
    ("query", "asked", "code"),
    [
        # The same words for two duties of which the programmes mean different ones.
        (DutyQuery, {"kind": "三十日内办结"}, "ambiguous"),
        (DutyQuery, {"kind": "没有的职责"}, "no_such_kind"),
        (BodiesQuery, {**PUYANG, "kind": "没有的组织"}, "not_in_list"),
        (LookBackQuery, {"problem": "没有的问题"}, "not_in_list"),
        (DutyQuery, {"programme": "没有的专项"}, "no_such_programme"),
    ],
)
def test_a_list_that_would_be_empty_is_refused(query, asked, code):
    with pytest.raises(ValidationError) as refused:
        query().load(asked)
    ((message,),) = refused.value.messages.values()

    assert message.problem.code == code
    assert message.problem.remedy


def test_of_two_duties_of_one_title_the_programme_says_which():
    """
    Puyang's conclusion within 30 days is the law's, Jiaozuo's also the plan's (JZ-21).
    """
    loaded = DutyQuery().load({**PUYANG, "kind": "三十日内办结"})

    assert loaded["kind"] == "finishing"
