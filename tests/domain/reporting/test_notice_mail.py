"""
The mail of an office's notices: to whom, under which Message-ID, in which words.
"""

from __future__ import annotations

from datetime import date, datetime

from services.reporting.delivery import notices
from services.reporting.domain.notices import Mailing, Notice
from shared.clock import SHANGHAI
from shared.policy.current import current_policy
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


def test_the_message_id_is_the_same_whenever_and_by_whom_the_mail_is_made():
    rules = current_policy()
    made = [notices.mails_of(a_mailing(), rules.directory) for _ in range(2)]

    assert made[0] == made[1]


def test_the_text_names_cases_and_duties_and_the_post_but_no_person():
    line = a_notice(
        title="督办函", case_number="甲1号", about="七日内程序性回复", post="检察长"
    )
    mailing = a_mailing(urgent=True)
    message = notices.letter(mailing, [line], current_policy().directory)

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
    message = notices.letter(a_mailing(), [line], current_policy().directory)
    said = message.get_content()

    assert "1. 提醒：修武县人民法院 2021-03-16，日报告（" in said
    assert "day_report" not in said
