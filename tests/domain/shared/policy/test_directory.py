from __future__ import annotations

from datetime import date

import pytest

from shared.policy.current import current_policy
from shared.policy.directory import Directory, UnknownOffice
from shared.policy.directory_file import at_least
from shared.yaml.load import ConfigurationError

HENAN = current_policy().directory
COUNTIES = ("410902", "410922", "410923", "410926", "410927", "410928")
DAY = date(2020, 12, 31)

# County 2 is merged into county 1 on 2021-07-01; county 3 is founded that day.
MERGED = """
title: 合并示例
post_sets:
  plain:
    source: 示例
    posts: [{code: chief, title: 检察长, rank: 县处级副职, leader: true, chief: true}]
    departments: []
offices:
  - {code: "100", name: 市院, short_name: 市院, level: city, kind: procuratorate,
     posts: plain, mail: []}
  - {code: "101", name: 甲县院, short_name: 甲县院, level: county,
     kind: procuratorate, posts: plain, mail: [], parents: [{code: "100"}]}
  - {code: "102", name: 乙县院, short_name: 乙县院, level: county,
     kind: procuratorate, posts: plain, mail: [], valid_to: 2021-06-30,
     parents: [{code: "100", to: 2021-06-30}, {code: "101", from: 2021-07-01}]}
  - {code: "103", name: 丙县院, short_name: 丙县院, level: county,
     kind: procuratorate, posts: plain, mail: [], valid_from: 2021-07-01,
     parents: [{code: "100", from: 2021-07-01}]}
"""


def directory_of(folder, text):
    (folder / "offices.yaml").write_text(text, encoding="utf-8")
    return Directory.load(folder)


def findings_of(folder, text):
    with pytest.raises(ConfigurationError) as refused:
        directory_of(folder, text)
    return [
        (each.location.line, each.location.path, each.code)
        for each in refused.value.problems
    ]


def test_the_city_stands_under_the_province_and_above_its_counties():
    assert HENAN.parent("410900", DAY) == "410000"
    assert HENAN.parent("410000", DAY) is None
    assert HENAN.children("410900", DAY) == COUNTIES
    assert HENAN.subtree("410000", DAY) == ("410000", "410900", *COUNTIES)
    assert HENAN.office("410922").parent == "410900"


@pytest.mark.parametrize(
    ("code", "ancestor", "expected"),
    [
        ("410922", "410922", True),
        ("410922", "410900", True),
        ("410922", "410000", True),
        ("410900", "410922", False),
        ("410922", "410923", False),
        ("999999", "410000", False),
        ("410922", "999999", False),
        ("999999", "999999", False),
    ],
)
def test_an_office_is_within_itself_and_what_stands_above(code, ancestor, expected):
    assert HENAN.is_within(code, ancestor, DAY) is expected


def test_an_unknown_office_is_refused_by_name():
    with pytest.raises(UnknownOffice) as refused:
        HENAN.office("999999")
    assert refused.value.code == "999999"
    assert not HENAN.exists("999999")


@pytest.mark.parametrize("office", [office.code for office in HENAN.offices()])
def test_every_office_has_one_chief_and_several_leaders(office):
    posts = HENAN.office(office).posts.values()

    assert len([post for post in posts if post.chief]) == 1
    assert len([post for post in posts if post.leader]) > 1
    assert not [post for post in posts if post.leader and post.middle]


def test_the_posts_of_the_leading_group_exist_at_the_city():
    city = HENAN.office("410900")
    leaders = ["检察长", "副检察长", "驻院纪检监察组组长", "政治部主任"]
    members = ["第一检察部主任", "第四检察部副主任", "第九检察部主任"]
    members += ["人事教育处处长", "检务督察处副处长", "检察技术信息处处长"]

    assert all(city.posts[title].leader for title in leaders)
    assert all(city.posts[title].middle for title in members)
    assert not any(city.posts[title].leader for title in members)
    assert "第九检察部" in city.departments


def test_no_mail_of_the_directory_can_be_delivered_by_mistake():
    mail = [address for office in HENAN.offices() for address in office.mail]

    assert len(mail) == len(HENAN.offices())
    assert all(address.endswith(".invalid") for address in mail)


def test_a_merged_county_neither_vanishes_nor_counts_twice(tmp_path):
    directory = directory_of(tmp_path, MERGED)
    before, after = date(2021, 6, 30), date(2021, 7, 1)

    assert directory.children("100", before) == ("101", "102")
    assert directory.subtree("101", before) == ("101",)
    assert directory.children("100", after) == ("101", "103")
    assert directory.subtree("101", after) == ("101", "102")
    for on in (before, after):
        below = [
            office
            for child in directory.children("100", on)
            for office in directory.subtree(child, on)
        ]
        assert len(below) == len(set(below))
        assert {"101", "102"} <= set(below)
        assert directory.subtree("100", on) == ("100", *below)


def test_an_office_stood_within_those_above_it_for_the_days_of_its_parents(tmp_path):
    directory = directory_of(tmp_path, MERGED)
    first, before, after, last = date.min, date(2021, 6, 30), date(2021, 7, 1), date.max

    assert [*directory.stood_within("102")] == [
        ("102", first, last),
        ("100", first, before),
        ("101", after, last),
        ("100", after, last),
    ]
    assert [*directory.stood_within("999")] == []


def test_an_office_exists_from_its_first_to_its_last_day(tmp_path):
    directory = directory_of(tmp_path, MERGED)

    assert directory.exists("102", date(2021, 6, 30))
    assert not directory.exists("102", date(2021, 7, 1))
    assert directory.exists("102")
    assert not directory.exists("103", date(2021, 6, 30))
    assert directory.exists("103", date(2021, 7, 1))
    assert not directory.is_within("103", "100", date(2021, 6, 30))
    assert directory.is_within("102", "101", date(2021, 7, 1))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'to: 2021-06-30}, {code: "101", from: 2021-07-01}',
            'to: 2021-06-30}, {code: "101", from: 2021-06-30}',
            (15, "offices[3].parents[2].from", "parents_overlap"),
        ),
        (
            'to: 2021-06-30}, {code: "101", from: 2021-07-01}',
            'to: 2021-06-30}, {code: "101", from: 2021-07-02}',
            (15, "offices[3].parents[2].from", "parents_gap"),
        ),
        (
            ', {code: "101", from: 2021-07-01}]',
            "]",
            (15, "offices[3].parents[1].to", "no_successor"),
        ),
        (
            '{code: "101", from: 2021-07-01}]',
            '{code: "102", from: 2021-07-01}]',
            (15, "offices[3].parents[2].code", "circle"),
        ),
        (
            'parents: [{code: "100", from: 2021-07-01}]',
            'parents: [{code: "109", from: 2021-07-01}]',
            (18, "offices[4].parents[1].code", "unknown_office"),
        ),
        (
            'code: "103", name',
            'code: "101", name',
            (16, "offices[4].code", "duplicate_id"),
        ),
        (
            "kind: procuratorate, posts: plain, mail: [], valid_to",
            "kind: procuratorate, posts: plane, mail: [], valid_to",
            (14, "offices[3].posts", "unknown_post_set"),
        ),
        (
            'code: "100", name: 市院, short_name: 市院, level: city',
            'code: "100", name: 市院, short_name: 市院, level: town',
            (9, "offices[1].level", "unknown_value"),
        ),
        (
            'code: "100", name',
            "code: 100, name",
            (9, "offices[1].code", "wrong_type"),
        ),
        (
            "valid_from: 2021-07-01,",
            "valid_from: 2021-07-01, valid_to: 2021-01-01,",
            (17, "offices[4].valid_to", "dates_inverted"),
        ),
        (
            "    departments: []",
            """    departments:
      - {code: a, name: 甲（一）, head: 长, deputy: 员, rank: 无}
      - {code: b, name: 甲(一), head: 长, deputy: 员, rank: 无}""",
            (9, "post_sets.plain.departments[2].name", "spelled_otherwise"),
        ),
        (
            "leader: true, chief: true",
            "leader: true, cheif: true",
            (6, "post_sets.plain.posts[1].cheif", "unknown_key"),
        ),
    ],
)
def test_a_wrong_directory_is_refused_with_line_and_reason(
    tmp_path, old, new, expected
):
    assert old in MERGED

    assert expected in findings_of(tmp_path, MERGED.replace(old, new))


def test_the_same_office_in_two_files_is_refused(tmp_path):
    (tmp_path / "copy.yaml").write_text(MERGED, encoding="utf-8")

    codes = {code for _, _, code in findings_of(tmp_path, MERGED)}

    assert codes == {"duplicate_id"}


@pytest.mark.parametrize(
    ("code", "kind", "level", "above"),
    [
        ("410900", "procuratorate", "city", "410000"),
        ("410821900", "court", "county", "410800900"),
        ("640104800", "joint_conference", "county", "640100800"),
        ("640104012", "township", "township", "640104800"),
        ("640104201", "township", "township", "640104800"),
        ("640104812", "department", "county", "640104800"),
        ("610326", "procuratorate", "county", "610300"),
        ("990201", "procuratorate", "county", "990200"),
    ],
)
def test_the_five_directories_are_one_tree_without_shared_codes(
    code, kind, level, above
):
    office = HENAN.office(code)

    assert (office.kind, office.level, office.parent) == (kind, level, above)


def test_every_court_of_the_area_list_is_there():
    courts = HENAN.children("410800900", DAY)

    assert len(courts) == 10
    assert all(HENAN.office(code).posts["院长"].chief for code in courts)


@pytest.mark.parametrize(
    ("rank", "wanted", "expected"),
    [
        ("县处级副职", "县处级副职", True),
        ("县处级正职", "县处级副职", True),
        ("厅局级副职", "县处级副职", True),
        ("乡科级正职", "县处级副职", False),
        ("按检察官等级", "乡科级副职", False),
    ],
)
def test_ranks_are_compared_from_the_highest_down(rank, wanted, expected):
    assert at_least(rank, wanted) is expected


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("焦信〔2021〕0001号", "焦信〔2021〕0001号"),
        (
            "jiaozuo-2021/410821900/day_report/2021-03-16",
            "修武县人民法院 2021-03-16",
        ),
        (
            "jiaozuo-2021/410800900/day_report_department/2021-03-16/执行局",
            "焦作市中级人民法院 2021-03-16 执行局",
        ),
        ("meixian/610326/acts", "眉县人民检察院"),
        ("meixian/999999/class_analysis/2023-Q1", "999999 2023-Q1"),
    ],
)
def test_an_office_s_own_matter_is_read_as_the_office_and_the_period(number, title):
    assert HENAN.matter_title(number) == title
