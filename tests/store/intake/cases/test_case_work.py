"""
The ledger as it is taken out shows what was done about its cases by other ways, and
pushed again it corrects nothing (PY-14).
"""

from __future__ import annotations

import io
from datetime import date

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from services.intake.casework.exports import exported_case
from services.intake.casework.forms import form_of
from services.intake.casework.moves import follow_moves
from services.intake.casework.worked import note_work, shown_work
from services.intake.store import Cases, History
from services.intake.store.cases.case_table import cases
from shared.policy.current import current_policy
from shared.web.paging import PageRequest
from tests.builders import CITY, COUNTY, NEIGHBOUR, an_envelope
from tests.service.asking import PROGRAMME, a_row
from tests.store.registering import LATER, NUMBER, TODAY, at_work
from tests.store.test_moves import moved, read

HELD, PAID, CLOSED = date(2020, 12, 8), date(2020, 12, 9), date(2020, 12, 10)
LEADERS = (
    "assignment.leaders_confirmed",
    CLOSED,
    {
        "programme": PROGRAMME,
        "leaders": [[COUNTY, "检察长"], [COUNTY, "副检察长"], [CITY, "副检察长"]],
        "department": "第一检察部",
        "team": None,
    },
)
WORK = (
    LEADERS,
    ("hearing.hearing_decided", HELD, {"decision": "hold"}),
    ("hearing.hearing_held", HELD, {"hearing": "h1"}),
    ("aid.aid_paid", PAID, {"aid": "a1", "amount": 2_000_000}),
    (
        "assignment.closing_confirmed",
        CLOSED,
        {
            "kind": "resolved",
            "closing": "c1",
            "measures": ["hearing", "explanation", "correction"],
        },
    ),
    ("assignment.case_resolved", CLOSED, {}),
)
SHOWN = {
    "leader_post": "检察长",
    "upper_leader_post": "副检察长",
    "department": "第一检察部",
    "hearing_decision": "hold",
    "hearing_reason": None,
    "hearing_on": "2020-12-08",
    "aid_given": True,
    "aid_amount": "20000.00",
    "aid_on": "2020-12-09",
    "conclusion_kind": "resolved",
    "measures": ["other", "explanation"],
    "concluded_on": "2020-12-10",
    "resolved_on": "2020-12-10",
}
AS_WRITTEN = {
    "leader_post": "检察长",
    "upper_leader_post": "副检察长",
    "department": "第一检察部",
    "hearing_decision": "是",
    "hearing_on": "2020-12-08",
    "aid_given": "是",
    "aid_amount": "20000.00",
    "aid_on": "2020-12-09",
    "conclusion_kind": "化解",
    "measures": "其他、释法说理",
    "concluded_on": "2020-12-10",
    "resolved_on": "2020-12-10",
}


@pytest.fixture
def office(owner_engine):
    with at_work(owner_engine) as found:
        found.push(pushed())
        yield found


def pushed(**changes):
    said = {
        "leader_post": "副检察长",
        "department": "控告申诉检察部",
        "hearing_decision": "否",
        "hearing_reason": "信访人不申请",
    }
    return a_row(NUMBER, **{**said, **changes})


def happened(office, *work, first=1):
    for sequence, (kind, on, payload) in enumerate(work, start=first):
        event = an_envelope(
            kind, on, case_number=NUMBER, sequence=sequence, payload=payload
        )
        note_work(office.session, *read("intake", event))


def shown(office):
    case = Cases(office.session).get(NUMBER)
    form = form_of(current_policy().programmes.get(PROGRAMME).form)
    return shown_work(office.session, [case], form)[NUMBER]


@pytest.mark.requirement("PY-14", "PY-16", "F-01")
def test_a_row_shows_leaders_hearing_aid_and_end_that_were_recorded_elsewhere(office):
    happened(office, *WORK)
    found = shown(office)

    assert found == SHOWN
    programme = current_policy().programmes.get(PROGRAMME)
    case = Cases(office.session).get(NUMBER)
    assert len(b"".join(exported_case(office.session, programme, case))) > 0


def test_an_export_writes_posts_and_departments_as_the_directory_does(office):
    """
    What is copied from it is accepted wherever a post is named.
    """
    office.push(pushed(department="控告申诉 检察部", leader_post="副 检察长"))
    case = Cases(office.session).get(NUMBER)
    programme = current_policy().programmes.get(PROGRAMME)
    content = b"".join(exported_case(office.session, programme, case))
    (sheet,) = load_workbook(io.BytesIO(content), read_only=True)
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    lines = {title: text for _, title, text in rows}

    assert lines["责任部门"] == "控告申诉检察部"
    assert lines["本院包案领导"] == "副检察长"


@pytest.mark.requirement("PY-14", "PY-16")
def test_a_ledger_stands_in_the_order_in_which_people_count(owner_engine):
    """
    Page by page: by day, of a day by the numbers within the case numbers; and by these
    alone where a list is asked for so.
    """
    counted = [2, 10, 9, 1, 100, 11]
    with at_work(owner_engine) as office:
        for number in counted:
            day = "2020年11月1日" if number == 100 else "2020年11月2日"
            office.push(a_row(f"清检序〔2020〕{number}号", reported_on=day))
        cases, last, found = Cases(office.session), None, []
        while page := cases.ledger_page(COUNTY, PROGRAMME, last, 2):
            found += [case.number for case, _ in page]
            last = page[-1][0].opened_on, page[-1][0].number
        asked, listed = {"sort": "number", "number": "清检序[2020]"}, []
        part = cases.of_offices([COUNTY], PageRequest(4), **asked)
        listed += [case.number for case, _ in part.items]
        part = cases.of_offices([COUNTY], PageRequest(4, part.next), **asked)
        listed += [case.number for case, _ in part.items]

    ours = [number for number in found if "序" in number]
    expected = [f"清检序〔2020〕{number}号" for number in (100, 1, 2, 9, 10, 11)]
    assert ours == expected
    assert listed == [*expected[1:], expected[0]]


@pytest.mark.requirement("PY-14")
def test_the_row_as_it_was_shown_corrects_nothing_when_it_is_pushed_again(office):
    happened(office, *WORK)
    again = office.push(pushed(**AS_WRITTEN, hearing_reason=""))

    assert again.counts["rows_repeated"] == 1, again.corrections
    assert again.counts["rows_corrected"] == 0
    assert History(office.session).of(NUMBER) == []
    assert shown(office) == SHOWN


@pytest.mark.requirement("PY-14", "PY-24")
def test_blank_cells_erase_nobody_who_leads(office):
    happened(office, LEADERS)
    blank = {"leader_post": "", "department": ""}
    again = office.push(pushed(**blank, hearing_decision="", hearing_reason=""))
    row = Cases(office.session).ledger_row(NUMBER)

    assert again.corrections[0].fields == ("hearing_decision", "hearing_reason")
    assert (row["leader_post"], row["department"]) == ("副检察长", "控告申诉检察部")
    assert shown(office)["leader_post"] == "检察长"


NAMED_BY_LEDGER = {"leader_post": "政治部主任", "department": "第一检察部"}


def test_a_leader_that_a_later_ledger_names_holds_until_another_is_named(office):
    happened(office, LEADERS)
    office.push(pushed(**NAMED_BY_LEDGER))
    after = shown(office)
    kind, _, payload = LEADERS
    happened(office, (kind, TODAY, payload), first=2)

    assert "leader_post" not in after
    assert Cases(office.session).ledger_row(NUMBER)["leader_post"] == "政治部主任"
    assert shown(office)["leader_post"] == "检察长"


def test_a_leader_named_before_a_later_ledger_is_not_shown_whenever_the_event_comes(
    office,
):
    """
    As in assignment, where facts count by their days (PY-24).
    """
    office.push(pushed(**NAMED_BY_LEDGER))
    office.on(LATER)
    office.push(pushed(**NAMED_BY_LEDGER, progress="2021-03-21，接谈"))
    happened(office, LEADERS)
    late = shown(office)
    again = office.push(pushed(**NAMED_BY_LEDGER, progress="2021-03-21，接谈"))
    kind, _, payload = LEADERS
    happened(office, (kind, TODAY, payload), first=2)

    # The ledger names no upper leader: who was named there leads on.
    assert {*late} == {"upper_leader_post"}
    assert again.counts["rows_repeated"] == 1
    assert Cases(office.session).ledger_row(NUMBER)["leader_post"] == "政治部主任"
    # Named on the day of the correction itself, which counts after it.
    assert shown(office)["leader_post"] == "检察长"


def test_a_department_that_a_ledger_corrects_leaves_the_leaders(office):
    office.push(pushed(department="第三检察部"))
    happened(office, LEADERS)

    assert {*shown(office)} == {"leader_post", "upper_leader_post"}


@pytest.mark.parametrize("upper", ["副检察长", "检察长", ""])
def test_a_ledger_that_names_one_leader_anew_leaves_the_other_as_shown(office, upper):
    row = {"upper_leader_post": "检察长", "department": "第一检察部"}
    office.push(pushed(**row))
    kind, _, payload = LEADERS
    happened(office, (kind, TODAY, payload))
    office.on(LATER)
    stale = office.push(pushed(**row | {"upper_leader_post": upper}, plan="先约见"))
    named = office.push(
        pushed(**row | {"upper_leader_post": upper}, leader_post="政治部主任")
    )
    (event,) = named.events

    assert stale.corrections[0].fields == ("plan",)
    assert "leader_post" in named.corrections[0].fields
    assert event.leaders == ((COUNTY, "政治部主任"),)
    assert shown(office) == {
        "upper_leader_post": "副检察长",
        "department": "第一检察部",
    }


@pytest.mark.requirement("PY-24")
def test_who_is_named_late_for_an_earlier_day_is_not_shown_in_place_of_who_was_since(
    office,
):
    """
    By the day, and of one day the newest event: as assignment has it.
    """
    kind, _, payload = LEADERS
    earlier = {**payload, "leaders": [[COUNTY, "政治部主任"]], "department": None}
    happened(office, LEADERS)
    happened(office, (kind, PAID, earlier), first=2)
    late = shown(office)
    happened(office, (kind, HELD, earlier), (kind, CLOSED, earlier), first=3)

    assert late["leader_post"] == "检察长"
    assert shown(office)["leader_post"] == "政治部主任"
    assert shown(office)["department"] == "第一检察部"


def a_hearing(what, on, hearing):
    return (f"hearing.hearing_{what}", on, {"hearing": hearing})


def test_a_second_hearing_that_is_called_off_leaves_the_one_that_was_held(office):
    hold = ("hearing.hearing_decided", PAID, {"decision": "hold"})
    held = {"hearing_decision": "hold", "hearing_reason": None}
    happened(office, hold, a_hearing("held", HELD, "h1"), hold)
    decided = shown(office)
    happened(office, a_hearing("called_off", PAID, "h2"), first=4)
    off = shown(office)
    happened(office, a_hearing("held", CLOSED, "h0"), first=6)

    assert decided == off == held | {"hearing_on": "2020-12-08"}
    assert shown(office) == held | {"hearing_on": "2020-12-10"}


def test_what_was_undone_is_shown_no_more_and_older_events_change_nothing(office):
    undone = (
        a_hearing("called_off", HELD, "h1"),
        ("aid.aid_taken_back", PAID, {"aid": "a1", "amount": 2_000_000}),
        ("assignment.case_reopened", CLOSED, {}),
    )
    happened(office, *undone, first=20)
    happened(office, *WORK)

    assert {*shown(office)} == {"leader_post", "upper_leader_post", "department"}


def test_what_is_known_of_the_work_on_a_case_is_stored_encrypted(office):
    happened(office, *WORK)
    query = sa.text("SELECT to_jsonb(w)::text FROM intake.case_work w")
    stored = "".join(office.session.scalars(query))

    assert NUMBER in stored
    assert not [text for text in ("检察", "2000000", "explanation") if text in stored]


@pytest.mark.requirement("PY-14", "XQ-15")
def test_a_ledger_of_a_moved_case_is_of_its_new_office_and_of_no_former_leader(office):
    """
    Taken out by the office that has the case and pushed by it, it corrects nothing; and
    a post that both offices have is named anew.
    """
    happened(office, LEADERS)
    follow_moves(office.session, *read("intake", moved(NUMBER)))
    here = {"reporting_office": NEIGHBOUR, "leader_post": None, "department": None}
    told = shown(office)
    said = here
    again = office.push(pushed(**said), office=NEIGHBOUR)
    old = office.push(pushed(note="仍由本院办理"))
    named = office.push(pushed(**said | {"leader_post": "副检察长"}), office=NEIGHBOUR)

    assert told["reporting_office"] == NEIGHBOUR
    assert told["leader_post"] is told["department"] is None
    assert told["upper_leader_post"] == "副检察长"
    assert again.counts["rows_repeated"] == 1, again
    assert [p["code"] for r in old.rejected for p in r["problems"]] == [
        "case_moved_away"
    ]
    assert named.corrections[0].fields == ("leader_post",)
    assert "leader_post" not in shown(office)  # the row itself says it


def test_a_name_of_dots_alone_finds_no_case_without_a_name(office):
    unnamed = sa.update(cases).where(cases.c.number == NUMBER).values(name=None)
    office.session.execute(unnamed)
    ask = PageRequest(50)
    all_cases = Cases(office.session).of_offices([COUNTY], ask)
    named = Cases(office.session).of_offices([COUNTY], ask, name="·")

    assert NUMBER in {case.number for case, _ in all_cases.items}
    assert named.items == []
