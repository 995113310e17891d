"""
The mail of an office's notices: to whom, under which Message-ID, in which words.
"""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace

from services.reporting.delivery import notices
from shared.clock import SHANGHAI
from shared.policy.current import current_policy
from tests.builders import DAY

OFFICE = "410928"
WEDNESDAY = date(2022, 6, 15)
MADE_AT = datetime(2022, 6, 15, 9, tzinfo=SHANGHAI)


def test_the_message_id_is_the_same_whenever_and_by_whom_the_mail_is_made():
    rules = current_policy()
    made = [notices._mails(f"{OFFICE}-x", OFFICE, rules.directory) for _ in range(2)]

    assert made[0] == made[1]


def test_the_text_names_cases_and_duties_and_the_post_but_no_person():
    mailing = SimpleNamespace(
        id="x", office=OFFICE, day=WEDNESDAY, urgent=True, made_at=MADE_AT
    )
    line = SimpleNamespace(
        title="督办函",
        case_number="甲1号",
        about="七日内程序性回复",
        day=DAY,
        post="检察长",
    )
    message = notices.letter(mailing, [line], current_policy().directory)

    assert message["Subject"] == "【加急】濮阳县人民检察院督办通知（2022-06-15，1件）"
    said = message.get_content()
    assert "1. 督办函：甲1号，七日内程序性回复（自2020-11-20起，请检察长阅处）" in said


def test_an_office_s_own_paper_is_named_by_office_and_period_not_by_codes():
    mailing = SimpleNamespace(
        id="x", office=OFFICE, day=WEDNESDAY, urgent=False, made_at=MADE_AT
    )
    line = SimpleNamespace(
        title="提醒",
        case_number="jiaozuo-2021/410821900/day_report/2021-03-16",
        about="日报告",
        day=DAY,
        post=None,
    )
    said = notices.letter(mailing, [line], current_policy().directory).get_content()

    assert "1. 提醒：修武县人民法院 2021-03-16，日报告（" in said
    assert "day_report" not in said
