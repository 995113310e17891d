"""
Notices by mail: one mail per office and day, in office hours; urgent ones at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.reporting.delivery import notices
from services.reporting.store import NoticeMails, Notices
from services.reporting.store.backlog import Backlog
from shared.clock import SHANGHAI
from shared.policy.current import policy
from shared.policy.directory import Directory
from tests.builders import CITY, COUNTY, DAY, new_number
from tests.service.asking import all_items
from tests.service.test_supervision_service import a_notice

OFFICE = "410928"
# A Saturday worked (调休), a Sunday, and a Wednesday.
WORKED, SUNDAY, WEDNESDAY = date(2022, 5, 7), date(2022, 6, 12), date(2022, 6, 15)
SATURDAY = date(2022, 6, 11)


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def board(database):
    """
    A board on which nobody else looks: nothing of it is committed.
    """
    with database.engine("reporting").connect() as session:
        yield Notices(session)
        session.rollback()


def pin(board, number=None, **changes):
    notice = {
        "event_id": str(uuid4()),
        "programme": "puyang-2020",
        "office": OFFICE,
        "post": "检察长",
        "case_number": number or new_number(),
        "title": "提醒",
        "about": "七日内程序性回复",
        "day": DAY,
        "urgent": False,
        "mailing": None,
    }
    board.add({**notice, **changes})


def collected(board, moment):
    made = notices.collect(board.session, moment, policy())
    return [each.case_number for each in made if each.office == OFFICE]


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (at(WEDNESDAY, 8, 29), False),
        (at(WEDNESDAY, 8, 30), True),
        (at(WEDNESDAY, 17, 29), True),
        (at(WEDNESDAY, 17, 30), False),
        (at(SUNDAY, 10), False),
        (at(WORKED, 10), True),
    ],
)
def test_collected_mail_goes_out_in_office_hours_of_working_days(board, moment, goes):
    pin(board)

    assert bool(collected(board, moment)) is goes


def test_an_office_gets_one_mail_a_day_with_all_that_waits_oldest_first(board):
    pin(board, "后", day=date(2020, 12, 2))
    pin(board, "先", day=date(2020, 12, 1))
    first = collected(board, at(WEDNESDAY, 9))
    pin(board, "迟")
    same_day = collected(board, at(WEDNESDAY, 16))
    next_day = collected(board, at(date(2022, 6, 16), 9))

    assert first == [f"{OFFICE}-2022-06-15"]
    assert same_day == []
    assert next_day == [f"{OFFICE}-2022-06-16"]
    listed = [line.case_number for line in board.lines(first[0])]
    assert listed.index("先") < listed.index("后")
    assert [line.case_number for line in board.lines(next_day[0])] == ["迟"]
    (mail,) = NoticeMails(board.session, first[0]).all()
    assert mail.recipient == "kongshen@puyangxian.jcy.invalid"
    assert mail.state == "due"


@pytest.mark.parametrize(
    ("pinned", "night", "morning"),
    [
        (WEDNESDAY, at(WEDNESDAY, 22), at(date(2022, 6, 16), 8, 30)),
        (SATURDAY, at(SUNDAY, 10), at(date(2022, 6, 13), 8, 30)),
    ],
)
def test_what_comes_at_night_or_on_a_rest_day_waits_for_the_next_working_morning(
    board, pinned, night, morning
):
    pin(board, "夜", day=pinned)
    before, after = collected(board, night), collected(board, morning)

    assert before == []
    assert after == [f"{OFFICE}-{morning.date()}"]
    assert [line.case_number for line in board.lines(after[0])] == ["夜"]


def test_without_an_address_the_office_above_is_written_to_or_nobody_and_shown_so(
    board,
):
    rules = policy()
    pin(board)
    above = notices._mails("x", OFFICE, without_mail(rules.directory, OFFICE))
    gone = notices._mails("x", OFFICE, Directory(()))
    nobody = replace(rules, directory=without_mail(rules.directory))
    unaddressed = Backlog(board.session).unaddressed()
    notices.collect(board.session, at(WEDNESDAY, 9), nobody)
    mailing = f"{OFFICE}-{WEDNESDAY}"

    assert list(above) == list(rules.directory.office(CITY).mail)
    assert gone == {}
    assert board.get(mailing) is not None
    assert board.mails_of([mailing]) == {mailing: []}
    assert Backlog(board.session).unaddressed() > unaddressed


def without_mail(directory, *codes):
    """
    A directory in which these offices, or all, have no address.
    """
    return Directory(
        replace(each, mail=()) if not codes or each.code in codes else each
        for each in directory.offices()
    )


def test_the_message_id_is_the_same_whenever_and_by_whom_the_mail_is_made(stack):
    rules = policy()
    made = [notices._mails(f"{OFFICE}-x", OFFICE, rules.directory) for _ in range(2)]

    assert made[0] == made[1]


def test_the_text_names_cases_and_duties_and_the_post_but_no_person(stack):
    mailing = SimpleNamespace(
        id="x", office=OFFICE, day=WEDNESDAY, urgent=True, made_at=at(WEDNESDAY, 9)
    )
    line = SimpleNamespace(
        title="督办函",
        case_number="甲1号",
        about="七日内程序性回复",
        day=DAY,
        post="检察长",
    )
    message = notices.letter(mailing, [line], policy().directory)

    assert message["Subject"] == "【加急】濮阳县人民检察院督办通知（2022-06-15，1件）"
    said = message.get_content()
    assert "1. 督办函：甲1号，七日内程序性回复（自2020-11-20起，请检察长阅处）" in said


def test_an_office_s_own_paper_is_named_by_office_and_period_not_by_codes(stack):
    mailing = SimpleNamespace(
        id="x", office=OFFICE, day=WEDNESDAY, urgent=False, made_at=at(WEDNESDAY, 9)
    )
    line = SimpleNamespace(
        title="提醒",
        case_number="jiaozuo-2021/410821900/day_report/2021-03-16",
        about="日报告",
        day=DAY,
        post=None,
    )
    said = notices.letter(mailing, [line], policy().directory).get_content()

    assert "1. 提醒：修武县人民法院 2021-03-16，日报告（" in said
    assert "day_report" not in said


def test_a_process_that_dies_before_the_mail_is_taken_loses_none_and_sends_none_twice(
    a_case, as_office, stack, eventually, reporting_session
):
    number = a_case()
    address = policy().directory.office(COUNTY).mail[0]
    mailing = sa.text("SELECT mailing FROM notices WHERE case_number = :number")

    def tried():
        found = reporting_session.execute(mailing, {"number": number}).scalar()
        (each,) = NoticeMails(reporting_session, found).all() if found else [None]
        return each and each.attempts and found

    stack.refuse_mail(address)
    try:
        city = as_office(CITY, "leader")
        issued = city.post("assignment", "/notices", a_notice(number))
        assert issued.status_code == 201, issued.text
        found = eventually(tried)
        stack.kill("reporting")
    finally:
        stack.refuse_mail()
        stack.start("reporting")
        stack.wait_ready("reporting")
    county = as_office(COUNTY)

    def delivered():
        listed = all_items(county, "reporting", "/mailings")
        (shown,) = [each for each in listed if each["id"] == found]
        return [each["state"] for each in shown["deliveries"]] == ["sent"] and shown

    shown = eventually(delivered)
    mails = [message_from_bytes(m.read_bytes(), policy=default) for m in stack.mails()]

    assert shown["urgent"] is True
    assert shown["deliveries"][0]["recipient"] == address
    assert [mail["X-Mailing"] for mail in mails].count(found) == 1


def test_an_urgent_notice_is_mailed_at_once_with_its_state_kept(
    a_case, as_office, stack, eventually, reporting_session
):
    number = a_case()
    city = as_office(CITY, "leader")
    issued = city.post("assignment", "/notices", a_notice(number))
    assert issued.status_code == 201, issued.text

    def arrived():
        for file in stack.mails():
            mail = message_from_bytes(file.read_bytes(), policy=default)
            if mail["X-Mailing"] and number in mail.get_content():
                return mail
        return None

    mail = eventually(arrived)

    def state():
        (each,) = NoticeMails(reporting_session, mail["X-Mailing"]).all()
        return each.state == "sent" and each

    sent = eventually(state)
    assert mail["Subject"].startswith("【加急】清丰县人民检察院督办通知")
    assert mail["To"] == sent.recipient
    assert mail["Message-ID"] == sent.message_id
    assert policy().directory.office(COUNTY).mail[0] == sent.recipient
