"""
Values as offices write them in bodies and in conditions of lists.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from marshmallow import ValidationError

from shared.policy.current import current_policy
from shared.policy.programmes import Programmes
from shared.vocabulary import AidOrigin, Category, Channel
from shared.web.messages import problems_of
from shared.web.request import load
from shared.web.schema import queries
from shared.web.schema.fields import (
    Strict,
    choice_flag,
    count,
    day,
    document_ids,
    flag,
    identity_number,
    many,
    money,
    nested,
    office_code,
    one_of,
    post,
    text,
    time_of_day,
)
from shared.web.schema.queries import ListQuery, PageQuery

PUYANG = current_policy().programmes.get("puyang-2020")


class _Written(Strict):
    on = day(required=False)
    yuan = money(required=False)
    channel = one_of(Channel, required=False)
    at = time_of_day(required=False)
    joint = flag(required=False)
    persons = count(required=False)
    to_office = office_code()
    by_post = post(required=False)


@pytest.mark.parametrize(
    "written",
    [
        *("2022-12-30", "2022/12/30", "2022.12.30", "2022年12月30日"),
        *("２０２２－１２－３０", "20221230", "二〇二二年十二月三十日"),
    ],
)
def test_a_day_is_understood_as_offices_write_it(written):
    assert _Written().load({"on": written}) == {"on": date(2022, 12, 30)}


@pytest.mark.parametrize(
    "written",
    ["2022-13-01", "2022", "12-30", "20221330", "二〇二二年十三月一日", "今天"],
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValidationError):
        _Written().load({"on": written})


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("30000.00", 3_000_000),
        ("3万", 3_000_000),
        ("３万", 3_000_000),
        ("１２，０００元", 1_200_000),
        ("1.25万元", 1_250_000),
        ("30,000元", 3_000_000),
        ("0", 0),
    ],
)
def test_an_amount_is_understood_as_offices_write_it(written, fen):
    assert _Written().load({"yuan": written}) == {"yuan": fen}


@pytest.mark.parametrize("written", ["3千", "1,2", "0.001", "-1", "1e3", "99999999万"])
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(ValidationError):
        _Written().load({"yuan": written})


def test_a_code_may_be_written_as_its_chinese_label():
    assert _Written().load({"channel": "来信"}) == {"channel": "letter"}
    with pytest.raises(ValidationError):
        _Written().load({"channel": "信件来的"})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"at": "9:30"}, {"at": "09:30"}),
        ({"at": "11：30"}, {"at": "11:30"}),
        ({"persons": "３"}, {"persons": 3}),
        ({"persons": "12"}, {"persons": 12}),
        ({"joint": "是"}, {"joint": True}),
        ({"joint": "否"}, {"joint": False}),
        ({"to_office": "清丰县人民检察院"}, {"to_office": "410922"}),
        ({"to_office": "富宁街街道"}, {"to_office": "640104004"}),
        ({"to_office": "410922"}, {"to_office": "410922"}),
    ],
)
def test_times_answers_and_offices_are_understood_as_offices_write_them(written, read):
    assert _Written().load(written) == read


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("富宁街", "是否要填“富宁街街道”？"),
        ("南乐县检察院", "是否要填“南乐县人民检察院”？"),
        ("月亮湾", "请填写代码，或者名录中的全称、简称（GET /offices）。"),
        ("省院", "是否要填“某省人民检察院”、“河南省人民检察院”？"),
        ("月" * 60, "请填写代码，或者名录中的全称、简称（GET /offices）。"),
    ],
)
def test_a_name_that_no_office_has_is_refused_with_the_nearest(written, offered):
    with pytest.raises(ValidationError) as refused:
        _Written().load({"to_office": written})

    (problem,) = problems_of(refused.value)
    assert problem.code == "office_form"
    assert problem.detail == f"名录中没有“{written[:40]}”，或者不止一个。"
    assert problem.remedy.startswith(offered)


@pytest.mark.parametrize("written", ["三", "3.5", "-3", "", "３" * 10, "９" * 500])
def test_what_is_no_count_is_refused(written):
    with pytest.raises(ValidationError):
        _Written().load({"persons": written})


class Petitioner(Strict):
    name = text(longest=100)
    phone = text(longest=60, required=False)


class _About(Strict):
    persons = count(least=1)
    received_on = day()
    petitioner = nested(Petitioner)
    members = many(nested(Petitioner), most=5)
    document_ids = document_ids()


def test_a_fault_names_its_field_in_chinese_and_says_what_to_write():
    """
    As the interfaces describe the field; the remedy says what may stand there.
    """
    body = {
        "persons": "三",
        "received_on": "3号",
        "petitioner": {"name": 5},
        "members": [{"phone": " "}],
        "document_ids": "a",
    }
    faults = []
    load(_About(), body, faults, "")

    assert {each.location: each.detail + each.remedy for each in faults} == {
        "/persons": "“信访人数”应为整数。请填写整数，如 3。",
        "/received_on": "“收到日期”不是有效的日期。请写成 2020-11-03 的样子。",
        "/petitioner/name": "“姓名或者名称”应为文字。请写成带引号的文字。",
        "/members/0/name": "缺少“姓名或者名称”。请补上此项。",
        "/members/0/phone": "“联系电话”全是空格。请填写内容。",
        "/document_ids": "“本件已收存材料的编号”应为一组值。请写成 […] 的样子。",
    }


class _Cases(ListQuery):
    programme = text(longest=60, required=False)
    case_kind = text(longest=60, required=False)
    origin = text(longest=60, required=False)
    channel = text(longest=60, required=False)
    in_scope = choice_flag()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"channel": "来访"}, {"channel": "visit"}),
        ({"case_kind": "控告", "origin": "本院排查"}, {"case_kind": "complaint"}),
        ({"programme": PUYANG.title}, {"programme": PUYANG.code}),
        ({"in_scope": "否"}, {"in_scope": False}),
    ],
)
def test_a_list_is_narrowed_down_by_titles_as_by_codes(asked, found):
    loaded = _Cases().load(asked)

    assert loaded == {**loaded, **found, "limit": 100}
    assert set(loaded) == {*asked, "limit"}


class _Applications(PageQuery):
    origin = one_of(AidOrigin, required=False)


def test_a_condition_with_terms_of_its_own_is_no_word_of_a_programme():
    assert _Applications().load({"origin": "own_motion"})["origin"] == "own_motion"


def test_a_list_of_a_programme_that_runs_no_more_is_asked_as_before(monkeypatch):
    only = replace(current_policy(), programmes=Programmes([]))
    monkeypatch.setattr(queries, "current_policy", lambda: only)
    asked = {"programme": PUYANG.code, "origin": "own_screening"}

    assert _Cases().load(asked) == {**asked, "limit": 100}


@pytest.mark.parametrize(
    ("asked", "code", "remedy"),
    [
        ({"channel": "飞鸽"}, "not_in_list", "visit（来访）"),
        ({"case_kind": "foo", "programme": "puyang-2020"}, "not_in_list", "（控告）"),
        ({"origin": "foo"}, "not_in_list", "own_screening（本院排查）"),
        ({"programme": "foo"}, "no_such_programme", "puyang-2020"),
        ({"in_scope": "不"}, "wrong_type", "是或否"),
    ],
)
def test_a_condition_that_nothing_can_meet_is_refused_with_what_can_be_written(
    asked, code, remedy
):
    with pytest.raises(ValidationError) as refused:
        _Cases().load(asked)

    (problem,) = problems_of(refused.value, prefix="?", separator="")
    assert (problem.code, problem.location) == (code, f"?{next(iter(asked))}")
    assert remedy in problem.remedy


class _Person(Strict):
    id_no = identity_number(required=False)


def test_an_identity_number_holds_or_says_what_is_wrong():
    number = "11010519491231002X"

    assert _Person().load({"id_no": number}) == {"id_no": number}
    for wrong in (number[:17], "110105194912310021", "11010519491331002X"):
        with pytest.raises(ValidationError) as refused:
            _Person().load({"id_no": wrong})
        (message,) = refused.value.messages["id_no"]
        assert message.problem.code == "identity_number"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("党(工)委书记", "党（工）委书记"),
        ("党（工）委书记", "党（工）委书记"),
        ("张三", "张三"),
    ],
)
def test_a_post_is_read_as_the_directory_spells_it(written, read):
    assert _Written().load({"by_post": written}) == {"by_post": read}


class _Conditions(ListQuery):
    since = day(required=False, data_key="from")
    category = one_of(Category, required=False)


def _remedies(written):
    problems = []
    load(_Conditions(), written, problems, "?")
    return [(each.location, each.remedy) for each in problems]


def test_a_field_that_there_is_not_is_answered_with_those_that_may_be_meant():
    (near,) = _remedies({"categorie": "claim"})
    (none,) = _remedies({"quando": "2020-11-03"})

    assert near[0] == "?categorie"
    assert near[1].startswith("是否要填：category")
    assert "from" in none[1]
    assert "office" in none[1]


def test_a_term_is_known_without_its_last_sign_and_one_like_it_is_asked_for():
    ((_, remedy),) = _remedies({"category": "求决类"})

    assert _Conditions().load({"category": "申诉求决"})["category"] == "claim"
    assert remedy.startswith("是否要填“申诉求决类”？可选：")
