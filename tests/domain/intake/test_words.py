"""
The words of the programmes: kinds of case, origins, channels, topics, levels.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.intake.casework.forms import coded
from services.intake.domain.words import in_words, not_in_words
from shared.policy.current import current_policy

PROGRAMMES = current_policy().programmes


def words(code):
    return PROGRAMMES.get(code).words


def titles(code, fact):
    return [word.title for word in words(code)[fact]]


def test_each_programme_has_kinds_of_its_own_kind_of_office():
    courts = titles("jiaozuo-2021", "case_kind")
    conference = titles("xq-2020", "case_kind")

    assert courts == ["涉诉", "涉执", "立案", "其他"]
    assert "涉法涉诉类" in conference
    assert not [title for title in (*courts, *conference) if "检察" in title]
    assert (
        words("puyang-2020")["case_kind"]
        == words("meixian")["case_kind"]
        == words("dy-leaders")["case_kind"]
    )


@pytest.mark.parametrize(
    ("code", "origin", "handed"),
    [
        ("puyang-2020", "handed_by_city", True),
        ("puyang-2020", "province_screened_visit", True),
        ("puyang-2020", "own_screening", False),
        ("jiaozuo-2021", "handed_by_inspection_group", True),
        ("jiaozuo-2021", "own_counter", False),
        ("meixian", "transferred", False),
        ("dy-leaders", "handed_by_committee", True),
        ("xq-2020", "handed_by_district", True),
        ("xq-2020", "handed_by_spp", False),  # not an origin of the conference
    ],
)
def test_the_programme_says_which_origins_are_handed_down(code, origin, handed):
    assert PROGRAMMES.get(code).is_handed(origin) is handed


def test_what_nobody_handed_down_has_the_first_origin_of_the_office_itself():
    own = {programme.code: programme.own_origin.id for programme in PROGRAMMES}

    assert own == {
        "puyang-2020": "own_screening",
        "xq-2020": "own_screening",
        "meixian": "own_counter",
        "dy-leaders": "own_counter",
        "jiaozuo-2021": "own_counter",
    }


def test_a_programme_without_channels_has_those_of_its_law_or_the_common_ones():
    silent = replace(PROGRAMMES.get("jiaozuo-2021"), channels=())

    assert "12309来电" in titles("meixian", "channel")
    assert [word.title for word in silent.words["channel"]] == [
        "来信",
        "来电",
        "来访",
        "网上信访",
        "视频接访",
        "其他",
    ]


@pytest.mark.parametrize(
    ("code", "own", "of_others"),
    [
        ("puyang-2020", {"12309来电", "上级交办", "联席会议交办", "法院移送"}, "来电"),
        ("meixian", {"12309网上信访", "上级交办", "视频接访"}, "督导组交办"),
        ("dy-leaders", {"视频接访", "法院移送"}, "来电"),
        ("jiaozuo-2021", {"上级交办", "督导组交办", "视频接访"}, "12309来电"),
        ("xq-2020", {"上级交办", "联席会议交办", "法院移送"}, "12309来电"),
    ],
)
def test_channels_are_those_of_the_programme(code, own, of_others):
    """
    A registration by a channel of another kind of office is refused with the list.
    """
    assert own <= {*titles(code, "channel")}

    (problem,) = not_in_words({"channel": of_others}, words(code))
    assert (problem.code, problem.location) == ("not_in_list", "/channel")
    assert all(title in problem.remedy for title in own)


def test_titles_are_taken_like_identifiers():
    written = {"channel": "来访", "case_kind": "涉执", "origin": "handed_by_city"}

    assert in_words(written, words("jiaozuo-2021")) == {
        "channel": "visit",
        "case_kind": "enforcement",
        "origin": "handed_by_city",
        "topic": None,
        "registration_level": None,
    }
    assert not list(not_in_words(written, words("jiaozuo-2021")))


def test_what_the_programme_does_not_know_is_refused_with_what_it_knows():
    written = {"channel": "letter", "case_kind": "complaint", "topic": "烂尾楼"}

    kind, topic = not_in_words(written, words("jiaozuo-2021"))

    assert (kind.code, kind.location) == ("not_in_list", "/case_kind")
    assert "enforcement（涉执）" in kind.remedy
    assert (topic.location, topic.detail) == ("/topic", "本专项不分领域。")


@pytest.mark.parametrize(
    ("code", "fact", "written", "stored"),
    [
        ("puyang-2020", "channel", "走访", "visit"),
        ("jiaozuo-2021", "channel", "视频", "video"),
        ("xq-2020", "case_kind", "申诉求决", "claim"),
        ("xq-2020", "topic", "烂尾楼", "unfinished_buildings"),
        ("puyang-2020", "channel", "来访", "来访"),
        ("puyang-2020", "channel", "飞鸽", "飞鸽"),
        ("puyang-2020", "case_kind", None, None),
    ],
)
def test_the_counter_reads_the_spellings_that_the_ledger_reads(
    code, fact, written, stored
):
    assert coded({fact: written}, PROGRAMMES.get(code)) == {fact: stored}
