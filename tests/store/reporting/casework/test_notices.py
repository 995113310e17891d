"""
Notices that wait for the mail of their office: one mail a day, in office hours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.reporting.casework import notices
from services.reporting.casework.received import record_received
from services.reporting.domain.notices import Mailing, Notice, NoticeKind, NoticePaper
from services.reporting.schemas import READS
from services.reporting.store import Mailings, NoticeMails, NoticePapers, Notices
from services.reporting.store.backlog import Backlog
from shared import clock
from shared.clock import SHANGHAI
from shared.events import ReceivedEvent
from shared.policy.current import current_policy
from shared.policy.directory import Directory
from shared.vocabulary import PaperForm
from tests.builders import CITY, DAY, an_envelope, new_number
from tests.builders.statements import statements

OFFICE = "410928"
# A Saturday worked (调休), a Sunday, and a Wednesday.
WORKED, SUNDAY, WEDNESDAY = date(2022, 5, 7), date(2022, 6, 12), date(2022, 6, 15)
SATURDAY = date(2022, 6, 11)


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def board(migrated):
    """
    The notices of a database without any, at which nothing is at work.
    """
    engine = migrated.engine("reporting")
    with engine.connect() as session:
        yield Notices(session)
    engine.dispose()


def pin(board, number=None, **changes):
    notice = Notice(
        event_id=str(uuid4()),
        programme="puyang-2020",
        office=OFFICE,
        post="检察长",
        case_number=number or new_number(),
        title="提醒",
        about="七日内程序性回复",
        day=DAY,
        urgent=False,
    )
    board.insert(replace(notice, **changes))


def collected(board, moment):
    made, _ = notices.collect(board.session, moment, current_policy())
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
    listed = [line.case_number for line in board.in_mailing(first[0])]
    assert listed.index("先") < listed.index("后")
    assert [line.case_number for line in board.in_mailing(next_day[0])] == ["迟"]
    (mail,) = NoticeMails(board.session, first[0]).all()
    assert mail.recipient == "kongshen@puyangxian.jcy.invalid"
    assert mail.state == "due"


def test_the_mails_of_a_day_are_made_in_as_many_statements_for_any_number_of_offices(
    board,
):
    sent = []
    for offices, day in (([OFFICE], 15), (["410922", "410923", "410926"], 16)):
        for office in offices:
            pin(board, office=office)
        with statements(board.session) as seen:
            made, _ = notices.collect(
                board.session, at(date(2022, 6, day), 9), current_policy()
            )
        assert [each.office for each in made] == offices
        sent.append(len(seen))

    assert sent[0] == sent[1]


def test_the_mails_of_a_day_are_made_for_some_offices_in_one_transaction(
    board, monkeypatch
):
    monkeypatch.setattr(notices, "OFFICES_AT_ONCE", 1)
    for office in ("410922", OFFICE):
        pin(board, office=office)

    made = [
        notices.collect(board.session, at(WEDNESDAY, 9), current_policy())
        for _ in range(3)
    ]

    assert [([each.office for each in some], more) for some, more in made] == [
        (["410922"], True),
        ([OFFICE], True),
        ([], False),
    ]


def test_outside_office_hours_no_notice_is_looked_up(board, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at(WEDNESDAY, 3))
    with statements(board.session) as seen:
        more = notices.collect_notices(board.session)

    assert (more, seen) == (False, [])


def test_a_notice_of_a_programme_whose_hours_are_over_holds_the_mail_of_its_office(
    board,
):
    pin(board)
    pin(board, programme="meixian")
    pin(board, programme="of no file", office="410922")

    assert board.waiting(WEDNESDAY, ["meixian"], 10) == {"410922": "of no file"}
    assert board.waiting(WEDNESDAY, [], 10) == {
        "410922": "of no file",
        OFFICE: "meixian",
    }


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
    assert [line.case_number for line in board.in_mailing(after[0])] == ["夜"]


def test_without_an_address_the_office_above_is_written_to_or_nobody_and_shown_so(
    board,
):
    rules = current_policy()
    pin(board)
    letter = Mailing(
        id="x",
        programme="puyang-2020",
        office=OFFICE,
        day=WEDNESDAY,
        made_at=at(WEDNESDAY, 9),
        urgent=False,
    )
    above = notices.mails_of(letter, without_mail(rules.directory, OFFICE))
    gone = notices.mails_of(letter, Directory(()))
    nobody = replace(rules, directory=without_mail(rules.directory))
    unaddressed = Backlog(board.session).unaddressed()
    notices.collect(board.session, at(WEDNESDAY, 9), nobody)
    mailing = f"{OFFICE}-{WEDNESDAY}"

    assert list(above) == list(rules.directory.office(CITY).mail)
    assert gone == {}
    assert Mailings(board.session).get(mailing) is not None
    assert Mailings(board.session).mails_of([mailing]) == {mailing: []}
    assert Backlog(board.session).unaddressed() > unaddressed


def without_mail(directory, *codes):
    """
    A directory in which these offices, or all, have no address.
    """
    return Directory(
        replace(each, mail=()) if not codes or each.code in codes else each
        for each in directory.offices()
    )


QUIET = timedelta(seconds=30)


def put_back(board, age):
    """
    Let all notices have been stored so long ago.
    """
    stored_at = sa.func.clock_timestamp() - age
    board.session.execute(board.table.update().values(stored_at=stored_at))


def test_the_mails_of_a_day_wait_until_no_more_notices_arrive(board):
    pin(board)
    at_once = board.are_quiet(QUIET)
    put_back(board, QUIET)
    later = board.are_quiet(QUIET)
    pin(board)

    assert (at_once, later, board.are_quiet(QUIET)) == (False, True, False)


def test_no_notice_waits_for_others_for_more_than_a_day(board):
    pin(board)
    put_back(board, timedelta(days=1))
    pin(board)

    assert board.are_quiet(QUIET)


def printed(board, *ids):
    papers = NoticePapers(board.session)
    for identity in ids:
        papers.insert_new(NoticePaper(notice=identity, form=PaperForm.PDF, paper={}))


def test_the_mail_of_a_day_waits_until_the_papers_of_its_notices_are_printed(board):
    pin(board, "先")
    pin(board, "函", paper="n1")
    before = collected(board, at(WEDNESDAY, 9))
    printed(board, "n1")
    after = collected(board, at(WEDNESDAY, 9))

    assert before == []
    assert {line.case_number for line in board.in_mailing(after[0])} == {"先", "函"}


def test_a_letter_that_cannot_be_printed_holds_no_mail_of_its_office_for_long(board):
    pin(board, "卡", paper="n1")
    pin(board, "先")
    put_back(board, timedelta(minutes=59))
    before = collected(board, at(WEDNESDAY, 9))
    put_back(board, timedelta(hours=1))
    (mailing,) = collected(board, at(WEDNESDAY, 9))
    again = collected(board, at(date(2022, 6, 16), 9))

    assert before == []
    assert [line.case_number for line in board.in_mailing(mailing)] == ["先"]
    assert again == []


def test_an_urgent_notice_waits_for_its_paper_and_then_has_a_mail_of_its_own(board):
    pin(board, "急", urgent=True, paper="n1")
    pin(board)
    before, daily = board.urgent(10), collected(board, at(WEDNESDAY, 9))
    printed(board, "n1")

    assert before == []
    assert [line.case_number for line in board.urgent(10)] == ["急"]
    assert "急" not in {line.case_number for line in board.in_mailing(daily[0])}


@pytest.mark.requirement("F-02")
def test_the_letter_of_a_batch_comes_with_its_paper_and_has_a_mail_of_its_own(board):
    kind = "assignment.batch_letter_issued"
    payload = {
        "programme": "puyang-2020",
        "title": "信访事项交办函",
        "about": "交办信访事项1件",
        "to_office": OFFICE,
        "to_post": "检察长",
        "urgent": True,
        "paper": "b1/410928",
        "form": "pdf",
        "letter": {"title": "信访事项交办函"},
    }
    letter = an_envelope(kind, DAY, office=CITY, case_number="交1号", payload=payload)
    record_received(board.session, ReceivedEvent(letter, READS[kind].load(payload)))

    (ready,) = [each for each in board.urgent(10) if each.case_number == "交1号"]
    (paper,) = NoticePapers(board.session).of_notices([ready.paper]).values()
    assert (ready.office, ready.about) == (OFFICE, "交办信访事项1件")
    assert ready.kind is NoticeKind.HANDING
    assert (paper.form, paper.paper) == (PaperForm.PDF, payload["letter"])


def test_a_notice_whose_paper_is_not_printed_within_a_day_goes_without(board):
    pin(board, "缓", paper="n2")
    put_back(board, timedelta(hours=23))
    before = collected(board, at(WEDNESDAY, 9))
    put_back(board, timedelta(days=1))
    (daily,) = collected(board, at(WEDNESDAY, 9))

    assert before == []
    assert [line.case_number for line in board.in_mailing(daily)] == ["缓"]


def test_an_urgent_notice_waits_ten_minutes_for_its_paper(board):
    pin(board, "急", urgent=True, paper="n1")
    put_back(board, timedelta(minutes=9))
    before = board.urgent(10)
    put_back(board, timedelta(minutes=10))

    assert before == []
    assert [line.case_number for line in board.urgent(10)] == ["急"]


def test_what_a_paper_looks_like_is_stored_once(board):
    printed(board, "n1")
    papers = NoticePapers(board.session)
    papers.freeze({"n1": (b"first", PaperForm.DOCX)})
    papers.freeze({"n1": (b"second", PaperForm.PDF)})

    (paper,) = papers.of_notices(["n1", "n2"]).values()
    assert (paper.content, paper.form) == (b"first", PaperForm.DOCX)
