"""
Each programme's own ledger: read, judged against the scope, and what the case says.
"""

from __future__ import annotations

import io
from datetime import date

import pytest

from deploy.demo.programme_story import STORIES, load_story
from services.intake.casework.forms import completed, labels_of
from services.intake.domain.cases.cases import open_case
from services.intake.ledger import Context, read_ledger
from shared.policy.current import current_policy
from shared.policy.office_names import office_finder, spellings_of
from tests.builders.programme_ledgers import a_line, form, json_of

OFFICES = {
    "xingqing": "640104002",
    "courts": "410823900",
    "meixian": "610326",
    "leaders": "990101",
    "annex2": "410922",
}
CODES = {
    "xingqing": "xq-2020",
    "courts": "jiaozuo-2021",
    "meixian": "meixian",
    "leaders": "dy-leaders",
}
TODAY = date(2023, 6, 1)
PROCURATORIAL = ("检察", "12309", "控申")


def read(name, **changes):
    offices = current_policy().directory.offices()
    context = Context(today=TODAY, office_of=office_finder(spellings_of(offices)))
    file = io.BytesIO(json_of(name, a_line(name, **changes)))
    (row,) = read_ledger(file, filename="台账.json", form=form(name), context=context)
    return row


def opened(name, **changes):
    """
    The case and the event of a row.
    """
    row = read(name, **changes)
    assert row.problems == ()
    programme = current_policy().programmes.get(CODES[name])
    said = completed(row.as_json()["values"], programme)
    said = {n: v.isoformat() if isinstance(v, date) else v for n, v in said.items()}
    return open_case(said, office=said["reporting_office"], programme=programme)


def faults(name, **changes):
    return {(p.location.column, p.code) for p in read(name, **changes).problems}


@pytest.mark.parametrize("name", CODES)
def test_the_shortest_row_of_an_office_is_a_case_of_its_programme(name):
    case, event = opened(name)

    assert case.in_scope, case.failing
    assert event.office == OFFICES[name]
    assert event.difficulty == "ordinary"
    assert event.persons == 1


@pytest.mark.parametrize("code", [path.stem for path in sorted(STORIES.glob("*.yaml"))])
def test_the_ledgers_of_the_stories_have_no_fault(code):
    """
    Not every story has a ledger: its case is the petition that came in.
    """
    story = load_story(code)
    steps = [step for day in story["days"] for step in day["steps"]]
    rows = [row for step in steps for row in step.get("push", ())]
    name = current_policy().programmes.get(code).form
    titles = {column.title: column.id for column in form(name).columns}
    lines = [{titles[title]: v for title, v in row.items()} for row in rows]

    assert [read(name, **line).problems for line in lines] == [()] * len(lines)
    assert all(step["says"] and step["source"] for step in steps)


@pytest.mark.parametrize("name", ["courts", "xingqing"])
def test_no_word_of_procuratorates_stands_in_the_forms_of_others(name):
    words = [
        word
        for column in form(name).columns
        for word in (
            column.title,
            column.group,
            *column.aliases,
            *(
                spelling
                for spellings in column.codes.values()
                for spelling in spellings
            ),
        )
    ]

    assert not [word for word in words if any(each in word for each in PROCURATORIAL)]


@pytest.mark.parametrize("name", OFFICES)
def test_no_form_asks_for_what_must_not_be_collected(name):
    assert "是否扬言" in form(name).not_collected
    assert not {*form(name).not_collected} & {c.title for c in form(name).columns}


@pytest.mark.requirement("XQ-12")
def test_the_registered_matter_must_be_a_repeat_registered_in_the_window():
    again, _ = opened("xingqing", repeats_in_window=4, registered_repeat="否")
    early, _ = opened("xingqing", accepted_on="2018年12月31日")

    assert again.failing == ("XQ-12.repeated",)
    assert early.failing == ("XQ-12.registered",)


@pytest.mark.requirement("XQ-12", "XQ-22", "XQ-36")
def test_the_ledger_of_the_conference_says_topic_level_and_who_leads():
    case, event = opened(
        "xingqing",
        origin="中央信联办交办",
        batch_ref="中信联〔2020〕1号",
        registration_level="国家",
        topic="房产证",
        persons=47,
        many_people="是",
        leader_post="党（工）委书记",
        upper_leader_post="副区长",
        team="化解专班",
    )

    assert (case.topic, case.registration_level, case.persons) == (
        "title_deeds",
        "nation",
        47,
    )
    assert event.handed
    assert event.many_people
    assert event.team == "化解专班"
    assert event.leaders == (
        ("640104800", "副区长"),
        ("640104002", "党（工）委书记"),
    )


@pytest.mark.requirement("XQ-14")
def test_what_is_struck_off_says_why_and_who_approved():
    assert faults("xingqing", struck_off_on="2020年11月20日") == {
        ("struck_off_reason", "cell_missing"),
        ("struck_off_by", "cell_missing"),
    }


@pytest.mark.requirement("XQ-18")
def test_without_a_day_of_the_ledger_the_registration_is_the_day():
    case, _ = opened("xingqing", reported_on="2020年11月16日")
    later, _ = opened("xingqing", accepted_on="2020年7月1日")

    assert case.opened_on == date(2020, 11, 16)
    assert later.track == "everyday"


@pytest.mark.requirement("JZ-02", "JZ-18")
def test_the_ledger_of_the_courts_has_the_four_names_and_the_kind_of_the_matter():
    case, event = opened(
        "courts",
        leader_post="院长",
        responsible_post="副院长",
        handler_post="法官",
        contact="0391-7291000",
        department="执行局",
    )

    assert case.case_kind == "enforcement"
    assert event.handed
    assert event.leaders == (("410823900", "院长"),)
    assert (event.responsible_post, event.handler_post, event.contact) == (
        "副院长",
        "法官",
        "0391-7291000",
    )
    assert ("contact", "personal_in_other_column") in faults(
        "courts", contact="13800000000"
    )


@pytest.mark.requirement("JZ-18")
def test_what_a_court_found_itself_is_kept_outside_the_plan():
    case, _ = opened("courts", origin="信访局排查", batch_ref=None)

    assert case.failing == ("JZ-18",)


@pytest.mark.requirement("MX-04", "MX-09")
def test_a_line_of_the_register_is_a_case_from_its_acceptance():
    case, event = opened("meixian", origin=None)

    assert case.opened_on == date(2023, 2, 1)
    assert (case.origin, event.handed) == ("own_counter", False)


@pytest.mark.requirement("DY-08")
@pytest.mark.parametrize(
    ("cells", "first"),
    [
        ({"first_here": "是"}, True),
        ({"first_here": "否"}, False),
        (
            {"first_here": "是", "origin": "省院交办", "batch_ref": "省检〔2021〕1号"},
            False,
        ),
    ],
)
def test_first_is_what_came_to_this_office_for_the_first_time(cells, first):
    _, event = opened("leaders", **cells)

    assert event.first_petition is first


@pytest.mark.requirement("DY-27")
def test_a_talk_says_how_it_was_held():
    assert faults("leaders", talked_on="2021年3月12日") == {
        ("talk_mode", "cell_missing")
    }


@pytest.mark.requirement("XQ-51")
def test_a_ledger_names_the_unit_that_answers_by_place():
    _, event = opened("xingqing", territorial_office="掌政镇")

    assert event.territorial_office == "640104100"
    assert opened("xingqing")[1].territorial_office is None
    assert faults("xingqing", territorial_office="某某镇") == {
        ("territorial_office", "office_unknown")
    }


@pytest.mark.parametrize("name", OFFICES)
def test_a_ledger_takes_every_channel_of_its_programme_and_no_other(name):
    """
    By identifier or title; what is refused is refused with the titles.
    """
    programme = current_policy().programmes.get(CODES.get(name, "puyang-2020"))
    for word in programme.words["channel"]:
        for written in (word.id, word.title):
            row = read(name, last_petition_form=written)
            assert row.values["last_petition_form"] == word.id, written
        assert labels_of(row.values, programme.code)["last_petition_form"] == word.title

    (fault,) = read(name, last_petition_form="飞鸽").problems
    assert (fault.location.column, fault.code) == ("last_petition_form", "code_unknown")
    assert all(word.title in fault.remedy for word in programme.words["channel"])
