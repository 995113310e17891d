"""
What was registered wrongly is corrected, and every service follows: done here in one
transaction, without processes, and taken back.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import orjson
import pytest
import sqlalchemy as sa

from services.intake.casework.forms import form_of
from services.intake.casework.importing.batch import take_batch
from services.intake.casework.importing.line import Line
from services.intake.casework.importing.repeats import known_repeats, stated_again
from services.intake.casework.moves import follow_moves
from services.intake.casework.repeats import count_repeat
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.corrections.correcting import correct_petition
from services.intake.ledger import Context, read_ledger
from services.intake.store import Cases, History, NewCase, NewPetitions, Petitions
from shared import clock
from shared.policy.current import current_policy
from tests.builders import COUNTY, NEIGHBOUR, a_registration
from tests.builders.programme_ledgers import a_line, json_of
from tests.service.asking import PROGRAMME, a_row
from tests.store.offices import CAME, TODAY
from tests.store.registering import LATER, NUMBER, OPENED, row
from tests.store.test_moves import moved, read


def test_next_weeks_file_corrects_the_row_it_knows_by_office_and_number(office):
    office.push(row())
    office.on(LATER)
    filled = row(
        reported_on="2021年3月22日",
        progress="2021-03-21，接谈，已作答复",
        leader_post="检察长",
        department="第五检察部",
        repeats_in_window=5,
        resolve_by="2021年9月30日",
    )
    again = office.push(filled)
    (made,) = History(office.session).of(NUMBER)

    assert again.counts["rows_corrected"] == 1
    assert again.counts["rows_kept"] == again.counts["rows_rejected"] == 0
    assert set(made.fields) >= {"progress", "leader_post", "repeats_in_window"}
    assert (made.before["repeats_in_window"], made.after["repeats_in_window"]) == (3, 5)
    assert made.on == date(2021, 3, 22)
    assert office.case().repeats == 5
    assert office.case().opened_on == OPENED
    assert office.entries("repeats") == [(OPENED, 3), (date(2021, 3, 22), 2)]
    assert office.entries("base") == [(OPENED, 1)]
    # Who is filled in later leads from that day, not from the beginning.
    assert office.entries("led") == [(date(2021, 3, 22), 1)]
    assert office.duties()["resolve_by"].due_on == date(2021, 9, 30)


UNKNOWN = {
    "leader_post": "县长",
    "department": "后勤处",
    "upper_leader_post": "市长",
    "handler_post": "书记员甲",
}


@pytest.mark.requirement("PY-17", "PY-24", "PY-55")
def test_a_row_that_names_who_is_not_in_the_directory_comes_back(office):
    """
    The counter refuses the same with the same codes; the good rows are kept.
    """
    other = a_row("清检信〔2020〕8002号", leader_post="检察长（兼）")
    pushed = office.push(row(leader_post="检察长"), other)
    again = office.push(row(**UNKNOWN))
    (first,), (problems,) = (
        [r["problems"] for r in p.rejected] for p in (pushed, again)
    )

    assert pushed.counts["rows_kept"] == pushed.counts["rows_rejected"] == 1
    assert again.counts["rows_corrected"] == 0
    (problem,) = first
    assert problem["code"] == "no_such_post"
    assert problem["detail"] == "清丰县人民检察院没有职务“检察长(兼)”。"
    assert problem["remedy"].startswith("可填：检察长、副检察长、")
    assert "检察官" not in problem["remedy"]  # who may not lead
    assert problem["location"] == {
        "sheet": first[0]["location"]["sheet"],
        "row": 2,
        "column": "leader_post",
        "title": "本院包案领导",
        "letter": "",
        "value": "检察长(兼)",
    }
    assert [(p["code"], p["location"]["column"]) for p in problems] == [
        ("no_such_post", "leader_post"),
        ("no_such_post", "handler_post"),
        ("no_such_post", "upper_leader_post"),
        ("no_such_department", "department"),
    ]
    assert problems[2]["detail"] == "濮阳市人民检察院没有职务“市长”。"


@pytest.mark.requirement("PY-17", "PY-55")
def test_a_row_comes_back_once_with_all_that_is_wrong_in_it(office):
    """
    What its office and the directory say of the cells that could be read, too; but a
    row of which nobody knows whose it is, or whose cells are displaced, is not quoted.
    """
    unread = {"repeats_in_window": "三四次", "last_petition_on": "去年春天"}
    both = office.push(row(**unread, leader_post="县长"))
    foreign = office.push(row(**unread, reporting_office=NEIGHBOUR))
    nobodys = office.push(row(**unread, leader_post="县长", reporting_office="某院"))
    shifted = office.push(row(**unread, leader_post="县长", department="13800000000"))

    def columns(pushed):
        (rejected,) = pushed.rejected
        return [p["location"]["column"] for p in rejected["problems"]]

    wrong = ["last_petition_on", "repeats_in_window"]
    assert sorted(columns(both)) == ["last_petition_on", "leader_post", wrong[1]]
    assert sorted(columns(foreign)) == [*wrong, "reporting_office"]
    assert sorted(columns(nobodys)) == [*wrong, "reporting_office"]
    assert "leader_post" not in columns(shifted)


def test_who_stood_in_a_row_before_hinders_no_correction_of_something_else(office):
    office.push(row())
    cases = Cases(office.session)
    values = {**cases.ledger_row(NUMBER), **UNKNOWN}
    cases.correct([NewCase(office.case(), values, "0f" * 16)])
    again = office.push(row(**UNKNOWN, progress="2021-03-08，接谈"))

    assert again.counts["rows_corrected"] == 1, again.rejected
    assert "leader_post" not in again.corrections[0].fields


@pytest.mark.requirement("XQ-12")
def test_the_matter_that_a_person_decided_stays_unless_what_names_it_is_corrected(
    office,
):
    office.push(row())
    cases = Cases(office.session)
    decided = sa.text("UPDATE intake.cases SET matter = 'decided' WHERE number = :case")
    office.session.execute(decided, {"case": NUMBER})

    office.push(row(repeats_in_window=4))
    assert cases.matter(NUMBER) == "decided"
    office.push(row(original_case_no="（2019）豫0922刑初8009号"))
    assert cases.matter(NUMBER) != "decided"


def test_a_row_pushed_again_unchanged_is_repeated_and_pushed_twice_corrected_once(
    office,
):
    office.push(row())
    again = office.push(row(reported_on="2021年3月8日", seq=7))
    once = office.push(row(repeats_in_window=4))
    twice = office.push(row(repeats_in_window=4))

    assert again.counts["rows_repeated"] == 1
    assert again.events == []
    assert once.counts["rows_corrected"] == twice.counts["rows_repeated"] == 1
    assert office.entries("repeats") == [(OPENED, 3), (TODAY, 1)]
    assert len(History(office.session).of(NUMBER)) == 1


def test_a_dry_run_says_what_would_be_corrected_and_corrects_nothing(office):
    office.push(row())
    tried = office.push(row(repeats_in_window=4), dry_run=True)

    assert tried.counts["rows_corrected"] == 1
    assert tried.corrections[0].fields == ("repeats_in_window",)
    assert office.case().repeats == 3
    assert History(office.session).of(NUMBER) == []
    assert tried.events == []


def test_a_case_corrected_out_of_the_scope_counts_no_more_from_that_day(office):
    office.push(row(leader_post="检察长", department="第五检察部"))
    office.push(
        row(leader_post="检察长", department="第五检察部", case_kind="建议意见")
    )
    out = office.entries("base"), office.entries("led"), office.entries("repeats")
    office.on(LATER)
    office.push(row(leader_post="检察长", department="第五检察部"))

    assert out == (
        [(OPENED, 1), (TODAY, -1)],
        [(OPENED, 1), (TODAY, -1)],
        [(OPENED, 3), (TODAY, -3)],
    )
    assert office.entries("base") == [(OPENED, 1), (TODAY, -1), (LATER, 1)]
    assert office.entries("led") == [(OPENED, 1), (TODAY, -1), (LATER, 1)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id_no": "11010519491231002X"}, "another_person"),
        ({"id_no": None, "petitioner_name": "甄他人"}, "another_person"),
        ({"petitioner_name": "甄*"}, "masked_value"),
    ],
)
def test_a_row_of_another_person_or_with_a_masked_name_comes_back(
    office, changes, code
):
    office.push(row())
    again = office.push(row(**changes))

    assert [p["code"] for r in again.rejected for p in r["problems"]] == [code]
    assert again.counts["rows_corrected"] == 0


def test_a_moved_case_that_its_new_office_pushes_is_the_one_that_there_is(office):
    office.push(row())
    follow_moves(office.session, *read("intake", moved(NUMBER)))
    here = row(reporting_office=NEIGHBOUR)
    first, again = (office.push(here, office=NEIGHBOUR) for _ in range(2))
    (of_old_office,) = office.push(row(note="仍由本院办理")).rejected

    assert first.counts["rows_kept"] == first.counts["rows_rejected"] == 0
    assert "intake.case_opened" not in {event.type for event in first.events}
    assert again.counts["rows_repeated"] == 1
    assert [p["code"] for p in of_old_office["problems"]] == ["case_moved_away"]


def test_a_closed_case_takes_the_columns_of_its_closing_but_no_other_figures(office):
    office.push(row())
    Cases(office.session).note_closings([(NUMBER, "resolved", 9)])
    described = office.push(row(evaluation="评查合格", note="已归档"))
    otherwise = row(evaluation="评查合格", note="已归档", repeats_in_window=8)
    counted = office.push(otherwise)
    Cases(office.session).note_closings([(NUMBER, None, 8), (NUMBER, None, 10)])
    reopened = office.push(otherwise)

    assert described.counts["rows_corrected"] == 1
    assert [p["code"] for r in counted.rejected for p in r["problems"]] == [
        "case_closed"
    ]
    assert reopened.counts["rows_corrected"] == 1


@pytest.mark.parametrize(
    ("programme", "office_code", "name", "codes"),
    [
        ("meixian", "610326", "眉县人民检察院", []),
        ("jiaozuo-2021", "410823900", "武陟县人民法院", ["repeats_below_known"]),
    ],
)
def test_a_row_without_the_number_or_the_day_is_judged_by_what_is_known(
    office, programme, office_code, name, codes
):
    """
    The form of Meixian has neither the column of repeats nor that of the day on which
    it was filled in; the courts may leave the number out (A-17).
    """
    office.on(date(2023, 3, 20))
    original = {"original_case_no": "（2019）陕0326刑初8001号"}
    who = {"name": "甄再三", "id_no": "999999194605021872"}
    campaign = current_policy().programmes.get(programme)
    for day in (date(2021, 1, 4), date(2021, 2, 1), date(2021, 2, 2)):
        body = a_registration(day) | {"petitioner": who, **original}
        NewPetitions(office.session).register(body, office=COUNTY, programme=PROGRAMME)
    line = a_line(
        campaign.form, petitioner_name=who["name"], id_no=who["id_no"], **original
    )
    rows = read_ledger(
        io.BytesIO(json_of(campaign.form, line)),
        filename="a.json",
        form=form_of(campaign.form),
        context=Context(today=clock.today(), office_of={name: office_code}.get),
    )
    job = Import(
        id=str(uuid4()),
        office=office_code,
        programme=programme,
        filename="a.json",
        dry_run=False,
        moved_at=clock.now(),
    )
    batch = [Line(orjson.loads(orjson.dumps(r.as_json())), campaign) for r in rows]
    result = take_batch(office.session, job, campaign, batch, 0)

    problems = [p for each in result.rejected for p in each["problems"]]
    assert [p["code"] for p in problems] == codes
    assert {p["location"]["value"] for p in problems} <= {""}
    assert result.counts["rows_kept"] == (not codes)


@pytest.mark.requirement("PY-06")
def test_a_corrected_row_names_no_fewer_repeats_than_the_register_knows(office):
    """
    Three petitions of the matter were there, the first one among them; one that comes
    after the form was filled in counts by itself.
    """
    original = {"original_case_no": "（2019）豫0922刑初8003号"}
    who = {"name": "李七", "id_no": "999999194605021872"}

    def register(day):
        body = a_registration(day) | {"petitioner": who, **original}
        found = NewPetitions(office.session).register(
            body, office=COUNTY, programme=PROGRAMME
        )
        count_repeat(office.session, found.petition, TODAY)

    for day in (date(2019, 3, 4), date(2019, 5, 6), date(2020, 6, 1)):
        register(day)
    said = {"petitioner_name": who["name"], "id_no": who["id_no"], **original}
    said |= {"first_petition_on": "2019-3-4", "accepted_on": "2019-3-11"}
    said |= {"reported_on": "2020年6月8日"}
    kept = office.push(row(repeats_in_window=3, **said))
    register(date(2020, 6, 30))
    fewer = office.push(row(repeats_in_window=1, note="核对", **said))
    less = office.push(row(repeats_in_window=2, note="核对", **said))
    values = Cases(office.session).ledger_row(NUMBER)
    matter = Cases(office.session).matter(NUMBER)
    typed, same = (
        stated_again(office.case(), values, {**values, **changed}, matter)
        for changed in ({"repeats_in_window": 1}, {"note": "已归档"})
    )
    campaign = current_policy().programmes.get(PROGRAMME)

    (problem,) = [p for each in fewer.rejected for p in each["problems"]]
    assert kept.counts["rows_kept"] == less.counts["rows_corrected"] == 1
    assert (problem["code"], problem["location"]["value"]) == (
        "repeats_below_known",
        "1",
    )
    assert office.case().repeats == 3
    assert known_repeats(office.session, campaign, [typed]) == [2]
    assert same is None


def test_the_clocks_of_a_petition_follow_its_corrected_day_of_receipt(office):
    number = office.register(COUNTY)
    due = office.duties(number)["procedural_reply"].due_on
    petitions = Petitions(office.session)
    before = petitions.get(number)
    after, event = correct_petition(
        before,
        replace(before, received_on=CAME - timedelta(days=3)),
        on=TODAY,
        today=TODAY,
        replies=[],
    )
    private, matter = petitions.private(number), petitions.matter(number)
    petitions.correct(after, private, matter)
    office.announce(event)

    moved = office.duties(number)["procedural_reply"]
    assert moved.due_on == due - timedelta(days=3)
    assert office.entries("petitions", number) == [(CAME - timedelta(days=3), 1)]
