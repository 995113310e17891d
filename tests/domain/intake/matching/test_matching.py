"""
Whether two records are one matter: evidence, points, proposals, and keys that find the
few records worth comparing.
"""

from __future__ import annotations

import pytest

from services.intake.domain.matching import (
    Item,
    Person,
    compare,
    keys_of,
    prepared,
    texts,
)
from services.intake.store.matching.match_rules import load_rules, match_rules
from shared.settings import settings
from shared.yaml.load import ConfigurationError

RULES = match_rules()
RULES_FILE = settings.deploy / "matching" / "rules.yaml"
WANG = {"name": "王小红", "id_no": "999999197003041239", "phone": "13800012345"}
LAND = "村委会未经同意征收我家三亩承包地，补偿款至今没有支付，请求依法监督。"
BEATING = "李某某用铁棍将我儿子左腿打断，公安机关不予立案，请求立案监督。"


def item(demand=LAND, case_no="（2018）豫9999刑初12号", batch="", **person):
    who = Person(**{**WANG, **person})
    return Item((who,), case_no, demand, batch)


def compared(one, other):
    return compare(prepared(one, RULES), prepared(other, RULES), RULES)


def level(one, other):
    found = compared(one, other).level
    return found and found.id


def outcomes(one, other):
    return {each.field: each.outcome for each in compared(one, other).evidence}


@pytest.mark.parametrize(
    ("changed", "field", "outcome"),
    [
        ({"name": "王 小红"}, "name", "different"),  # the reader joins spread names
        ({"name": "王小紅"}, "name", "variant"),
        ({"name": "王晓红"}, "name", "homophone"),
        ({"name": "玉小红"}, "name", "lookalike"),
        ({"name": "王大锤"}, "name", "different"),
        ({"name": "王兰", "former_names": ("王小红",)}, "name", "former"),
        ({"name": ""}, "name", "missing"),
        ({"id_no": "99999919700304123９"}, "id_no", "same"),
        ({"id_no": "999999700304123"}, "id_no", "same"),  # of fifteen digits
        ({"id_no": "999999197003041293"}, "id_no", "slip"),  # two exchanged
        ({"id_no": "99999919700304129"}, "id_no", "slip"),  # one lost
        ({"id_no": "999999197003041211"}, "id_no", "different"),
        ({"id_no": ""}, "id_no", "missing"),
        ({"phone": "138-0001-2345；0393-1234567"}, "phone", "same"),
        ({"phone": "+86 13800012345"}, "phone", "same"),
        ({"phone": "13800012354"}, "phone", "slip"),
        ({"phone": "13911112222"}, "phone", "different"),
        ({"phone": "00000000000"}, "phone", "missing"),
        ({"case_no": "[2018]豫９９９９刑初字第12号"}, "case_no", "same"),
        ({"case_no": "〔2018〕豫9999刑初l2号"}, "case_no", "same"),  # l for 1
        (
            {"case_no": "（2018）豫9999民初3号、（2018）豫9999刑初12号"},
            "case_no",
            "same",
        ),
        ({"case_no": "（2018）豫9999刑初13号"}, "case_no", "slip"),
        ({"case_no": "（2019）豫99刑终451号"}, "case_no", "different"),
        ({"case_no": ""}, "case_no", "missing"),
        (
            {"demand": "补偿款至今没有支付：村委会未经同意征收我家三亩承包地"},
            "demand",
            "alike",
        ),
        ({"demand": BEATING}, "demand", "unlike"),
        ({"demand": "请求处理"}, "demand", "missing"),
        ({"demand": LAND + "补偿款3.5万元"}, "details", "missing"),
    ],
)
def test_each_field_says_how_it_compares(changed, field, outcome):
    assert outcomes(item(), item(**changed))[field] == outcome


def test_every_piece_of_evidence_has_a_chinese_sentence_and_points():
    found = compared(item(batch="濮检交〔2020〕3号"), item(batch="濮检交〔2020〕3号"))

    assert [(each.field, each.points, each.text) for each in found.evidence] == [
        ("name", 4, "姓名相同"),
        ("id_no", 12, "证件号码相同"),
        ("phone", 4, "电话相同（一家人、一个村可能共用）"),
        ("case_no", 7, "原案号相同（不计括号和写法）"),
        ("demand", 6, "诉求几乎相同"),
        ("details", 0, "至少一方的诉求没有数目"),
        ("batch", 1, "同一交办批次"),
    ]
    assert (found.person, found.matter, found.score) == (20, 14, 34)


@pytest.mark.parametrize(
    ("one", "other"),
    [("濮检交〔2020〕3号", "濮检交〔2020〕4号"), ("濮检交〔2020〕3号", ""), ("", "")],
)
def test_batches_are_evidence_only_where_they_are_one(one, other):
    assert outcomes(item(batch=one), item(batch=other))["batch"] == "none"


NO_ID = {"id_no": "", "phone": ""}
NEVER_ONE_MATTER = {
    "namesakes of one village": (
        item(**NO_ID),
        item(
            demand=BEATING,
            case_no="（2016）豫9999民初77号",
            id_no="",
            phone="13911112222",
        ),
    ),
    "namesakes with their numbers": (item(), item(id_no="999999198105062211")),
    "one person with two matters": (
        item(),
        item(demand=BEATING, case_no="（2020）豫9999民初801号"),
    ),
    "one person with two matters without case numbers": (
        item(case_no=""),
        item(case_no="", demand=BEATING),
    ),
    "a couple about one case": (
        item(),
        item(name="赵大山", id_no="999999196811023317"),
    ),
    "a couple without numbers": (item(id_no=""), item(name="赵大山", id_no="")),
    "brothers with one telephone": (
        item(name="王建国", id_no=""),
        item(name="王建军", id_no=""),
    ),
}


@pytest.mark.parametrize("pair", NEVER_ONE_MATTER.values(), ids=NEVER_ONE_MATTER)
def test_what_only_looks_alike_is_not_proposed_as_one_matter(pair):
    assert level(*pair) != "likely"


ONE_MATTER = {
    "written differently": (item(), item(case_no="[2018]豫9999刑初字第12号")),
    "a typing error": (item(), item(id_no="999999197003041293", phone="")),
    "no identity number": (item(), item(id_no="", phone="")),
    "taken down by ear": (item(id_no=""), item(name="王晓红", id_no="")),
    "no case number": (item(case_no=""), item(case_no="", id_no="")),
    "the next instance": (item(), item(case_no="（2019）豫99刑终451号")),
}


@pytest.mark.parametrize("pair", ONE_MATTER.values(), ids=ONE_MATTER)
def test_what_is_one_matter_is_proposed_and_found_by_a_key(pair):
    keys = [set(keys_of(each, "9999")) for each in pair]

    assert level(*pair) == "likely"
    assert keys[0] & keys[1]


def test_joint_petitions_are_matched_member_by_member():
    row = {
        "petitioner_name": "张三、王小红等5人",
        "original_case_no": "（2018）豫9999刑初12号",
        "main_demand": LAND,
    }
    joint = Item.of_row(row)

    assert [person.name for person in joint.persons] == ["张三", "王小红"]
    assert level(joint, item()) == "likely"
    assert outcomes(joint, item())["name"] == "same"


def test_a_former_name_may_stand_beside_the_name():
    row = {"petitioner_name": "王兰（曾用名：王小红）"}
    (person,) = Item.of_row(row).persons

    assert (person.name, person.former_names) == ("王兰", ("王小红",))


def test_a_record_without_a_petitioner_has_no_keys():
    nobody = Item.of_petition({"petitioner": None, "demand": LAND})
    compared = prepared(nobody, RULES)

    assert keys_of(nobody, "9999") == []
    assert compare(compared, compared, RULES).level is None


def test_many_members_have_a_bounded_number_of_keys():
    members = tuple(
        Person(f"甲{n}", (), f"9999991970030{n:05}", f"1380001{n:04}")
        for n in range(500)
    )

    assert len(keys_of(Item(members), "9999")) == 200


def test_the_likeness_of_demands_does_not_depend_on_the_order_of_clauses():
    assert texts.likeness("甲乙丙丁戊己", "丁戊己甲乙丙") == 80.0
    assert texts.likeness("", "") == 100.0


def test_a_file_of_rules_is_checked_with_its_lines(tmp_path):
    text = RULES_FILE.read_text("utf-8")
    broken = tmp_path / "rules.yaml"
    broken.write_text(text.replace("  slip: {points: 8", "  slap: {points: 8"), "utf-8")

    with pytest.raises(ConfigurationError) as refused:
        load_rules(broken)

    assert {problem.code for problem in refused.value.problems} == {
        "unknown_key",
        "outcome_missing",
    }


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("补偿款3.5万元没有支付", "应付补偿35,000元", "same"),
        ("2018年5月被打伤", "于2018年被人打伤", "some"),
        ("欠我工资15000元", "欠我工资28000元", "different"),
        ("欠我工资15000元", "欠我两个月工资", "missing"),
    ],
)
def test_amounts_and_years_in_demands_are_compared(one, other, outcome):
    assert outcomes(item(one), item(other))["details"] == outcome
