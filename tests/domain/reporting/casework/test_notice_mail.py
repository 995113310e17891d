"""
The mail of an office's notices: to whom, under which Message-ID, in which words.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.reporting.casework import notices
from services.reporting.domain.notices import (
    Mailing,
    Notice,
    NoticeKind,
    NoticePaper,
)
from shared.clock import SHANGHAI
from shared.policy.current import current_policy
from shared.vocabulary import PaperForm
from tests.builders import DAY

OFFICE = "410928"
WEDNESDAY = date(2022, 6, 15)
MADE_AT = datetime(2022, 6, 15, 9, tzinfo=SHANGHAI)


def a_mailing(*, urgent=False):
    return Mailing(
        id="x",
        programme="puyang-2020",
        office=OFFICE,
        day=WEDNESDAY,
        made_at=MADE_AT,
        urgent=urgent,
    )


def a_notice(**changes):
    return Notice(
        event_id="e",
        programme="puyang-2020",
        office=OFFICE,
        day=DAY,
        urgent=False,
        **changes,
    )


@pytest.mark.parametrize(
    ("kind", "subject", "asked"),
    [
        (
            "handing",
            "【加急】濮阳县人民检察院交办通知（2022-06-15，1件）",
            "请在系统内签收",
        ),
        (
            "told",
            "【加急】濮阳县人民检察院情况通知（2022-06-15，1件）",
            "以下情况请知悉",
        ),
    ],
)
def test_a_mail_that_does_not_supervise_is_not_called_supervision(kind, subject, asked):
    line = a_notice(
        kind=NoticeKind(kind), title="函", case_number="交1号", about="", post=None
    )
    message = notices.letter(
        a_mailing(urgent=True), [line], current_policy().directory, {}
    )

    assert message["Subject"] == subject
    assert asked in message.get_content()
    assert "督办" not in message.get_content()


def test_the_message_id_is_the_same_whenever_and_by_whom_the_mail_is_made():
    rules = current_policy()
    made = [notices.mails_of(a_mailing(), rules.directory) for _ in range(2)]

    assert made[0] == made[1]


def test_the_text_names_cases_and_duties_and_the_post_but_no_person():
    line = a_notice(
        title="督办函", case_number="甲1号", about="七日内程序性回复", post="检察长"
    )
    mailing = a_mailing(urgent=True)
    message = notices.letter(mailing, [line], current_policy().directory, {})

    assert message["Subject"] == "【加急】濮阳县人民检察院督办通知（2022-06-15，1件）"
    said = message.get_content()
    assert "1. 督办函：甲1号，七日内程序性回复（自2020-11-20起，请检察长阅处）" in said


def test_an_office_s_own_paper_is_named_by_office_and_period_not_by_codes():
    line = a_notice(
        title="提醒",
        case_number="jiaozuo-2021/410821900/day_report/2021-03-16",
        about="日报告",
        post=None,
    )
    message = notices.letter(a_mailing(), [line], current_policy().directory, {})
    said = message.get_content()

    assert "1. 提醒：修武县人民法院 2021-03-16，日报告（" in said
    assert "day_report" not in said


def a_paper(notice, content, form=PaperForm.PDF):
    text = {"title": "信访事项督办函"}
    return NoticePaper(notice=notice, form=form, paper=text, content=content)


def attachments(message):
    return {
        part.get_filename(): (part.get_content_type(), part.get_content())
        for part in message.iter_attachments()
    }


def text_of(message):
    return message.get_body(("plain",)).get_content()


def letters(*papers):
    """
    The mail of one notice for each of these papers; None has none.
    """
    lines = [
        a_notice(
            title="督办函",
            case_number=f"甲{place}号",
            about="结果答复",
            post=None,
            paper=paper and paper.notice,
        )
        for place, paper in enumerate(papers, 1)
    ]
    known = {paper.notice: paper for paper in papers if paper}
    return notices.letter(a_mailing(), lines, current_policy().directory, known)


def test_papers_go_with_the_mail_each_under_the_place_of_its_line():
    word = a_paper("n3", b"word", PaperForm.DOCX)
    message = letters(a_paper("n1", b"%PDF"), None, word)

    found = attachments(message)
    assert list(found) == ["1-信访事项督办函.pdf", "3-信访事项督办函.docx"]
    assert found["1-信访事项督办函.pdf"] == ("application/pdf", b"%PDF")
    assert found["3-信访事项督办函.docx"][1] == b"word"
    first, second, third = text_of(message).splitlines()[4:7]
    assert first.endswith("，函件见附件")
    assert second.endswith("起）")
    assert third.endswith("，函件见附件")


def test_what_does_not_fit_into_a_mail_is_left_out_and_the_text_says_so(monkeypatch):
    monkeypatch.setenv("MAIL_PAPERS_LIMIT", "10")
    message = letters(
        a_paper("n1", b"123456"), a_paper("n2", b"12345"), a_paper("n3", b"1234")
    )

    assert [name[0] for name in attachments(message)] == ["1", "3"]
    assert "2. 督办函：甲2号" in text_of(message)
    assert "，函件未随附，请在系统内查阅" in text_of(message).splitlines()[5]


def test_a_notice_whose_paper_was_never_printed_goes_without_and_says_so():
    message = letters(a_paper("n1", None))

    assert attachments(message) == {}
    assert text_of(message).splitlines()[4].endswith("，函件未随附，请在系统内查阅")
