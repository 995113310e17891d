"""
How a case of Jiaozuo's courts is closed: reviewed, with its packet, signed in order.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders.courts_story import CITY, CODE, HANDED, led, the_case
from tests.builders.programme_story import Story, happened, named, opened

SETTLED = ("评查报告", "息诉材料", "化解方案")


ROUTE = (
    ("leader", "院长"),
    ("president", "院长"),
    ("upper_president", "院长"),
    ("bureau", "信访局局长"),
    ("group", "政治部主任"),
)


def test_a_case_that_nobody_leads_cannot_be_reported_closed():
    refused = the_case().report("resolved", date(2021, 4, 9), documents=SETTLED)

    assert refused == ["case_not_led"]


# -- the end


def signed(case, on, *only):
    return [case.sign(signer, post, on) for signer, post in only or ROUTE]


@pytest.mark.requirement("JZ-15", "JZ-23", "JZ-24", "JZ-32", "JZ-46")
def test_a_closing_needs_the_review_of_the_case_and_ends_the_thirty_days():
    # JZ-15, JZ-23, JZ-24, JZ-32, JZ-46.
    case = the_case(led())
    submitted = case.report("resolved", date(2021, 4, 9), documents=SETTLED)
    unsigned = case.review(date(2021, 4, 12), case.standard("resolved"))
    signatures = signed(case, date(2021, 4, 12))
    unchecked = case.review(date(2021, 4, 12), [])
    waiting = case.states()["conclusion/b1"]
    confirmed = case.review(date(2021, 4, 13), case.standard("resolved"))

    assert (submitted, signatures, confirmed) == ([], [[]] * 5, [])
    assert unsigned == [
        "缺少“包案领导”的签字。",
        "缺少“本院院长”的签字。",
        "缺少“中院院长”的签字。",
        "缺少“信访局”的签字。",
        "缺少“教育整顿领导小组”的签字。",
    ]
    assert [detail[5:12] for detail in unchecked] == [
        "已评查，包案领",
        "事心双解，不走",
        "一案一档，全程",
    ]
    assert waiting[0] == "open"
    assert case.states()["conclusion/b1"] == ("discharged", date(2021, 4, 9))
    assert case.owed()["closing_review/c1"][:2] == (CITY, "信访局")
    assert case.states()["closing_review/c1"] == ("discharged", date(2021, 4, 13))


@pytest.mark.requirement("JZ-31", "JZ-33", "JZ-34", "JZ-35")
@pytest.mark.parametrize(
    ("kind", "brought", "lacking"),
    [
        ("resolved", (), 3),  # JZ-33
        ("resolved", ("评查报告", "自查自纠报告", "化解方案"), 1),
        ("resolved", SETTLED, 0),
        ("procedural", SETTLED, 1),  # JZ-34
        ("procedural", ("评查报告", "自查自纠报告", "化解方案"), 0),
        ("lawful_ending", ("评查报告",), 1),  # JZ-31, JZ-35
        ("lawful_ending", ("评查报告", "终结决定或中央政法机关处理意见"), 0),
    ],
)
def test_each_kind_of_closing_brings_its_own_packet(kind, brought, lacking):
    case = the_case(led())
    granted = happened("matter.ending_decided", date(2021, 4, 8), outcome="granted")
    undecided = the_case(led()).report(kind, date(2021, 4, 9), documents=brought)
    refused = case.learn(granted).report(kind, date(2021, 4, 9), documents=brought)

    assert ("ending_not_granted" in undecided) is (kind == "lawful_ending")
    heads = ["disposition_not_shown"] if kind == "resolved" and not brought else []
    assert refused == [*heads, *["document_missing"] * lacking]


@pytest.mark.requirement("JZ-33")
def test_the_documents_of_a_packet_are_files_of_the_case():
    on, first = date(2021, 4, 9), f"file of {SETTLED[0]}"
    case = the_case(led())
    on_paper = case.report("resolved", on, documents=SETTLED, files=False)
    unknown = case.report("resolved", on, documents=SETTLED, filed=[first])

    assert on_paper == ["document_not_filed"] * 3
    assert unknown == ["no_such_document"] * 2
    assert case.report("resolved", on, documents=SETTLED) == []


def test_signatures_are_given_in_order_once_and_by_the_right_post():
    case = the_case(led())
    case.report(
        "resolved",
        date(2021, 4, 9),
        documents=SETTLED,
        submitted_on=date(2021, 4, 12),
    )
    day = date(2021, 4, 13)

    assert case.sign("president", "院长", day) == ["not_in_turn"]
    assert case.sign("judge", "法官", day) == ["no_such_signer"]
    # Another leader of the court, but not the one who leads this case.
    assert case.sign("leader", "副院长", day) == ["post_not_entitled"]
    assert case.sign("leader", "庭长", date(2021, 4, 9)) == [
        "date_before_start",
        "no_such_post",
    ]
    assert case.sign("leader", "院长", day) == []
    assert case.sign("leader", "院长", day) == ["already_signed"]
    assert case.sign("president", "副院长", day) == ["post_not_entitled"]
    assert case.sign("president", "院长", date(2021, 4, 12)) == ["date_before_start"]
    assert [each.title for each in case.reported.signatures] == ["包案领导"]


@pytest.mark.requirement("JZ-23")
def test_a_case_of_the_city_court_is_signed_by_its_overseeing_vice_president():
    # JZ-23, A-47.
    case = Story(
        CODE,
        CITY,
        opened(HANDED, origin="handed_by_city", resolve_by=None),
        named(HANDED, (CITY, "政治部主任"), department="立案庭"),
    )
    case.report("resolved", date(2021, 4, 9), documents=SETTLED)
    on = date(2021, 4, 12)

    assert signed(case, on, ("leader", "政治部主任")) == [[]]
    assert case.sign("vice", "院长", on) == ["post_not_entitled"]
    assert (
        signed(
            case,
            on,
            ("vice", "副院长"),
            ("chief", "院长"),
            ("bureau", "信访局副局长"),
            ("group", "院长"),
        )
        == [[]] * 4
    )
    assert case.review(on, case.standard("resolved")) == []


def test_nothing_is_signed_once_the_closing_was_reviewed_or_the_case_merged_away():
    case, on = the_case(led()), date(2021, 4, 9)
    case.report("resolved", on, documents=SETTLED)
    case.learn(happened("intake.case_merged", on))
    merged = case.sign("leader", "院长", on)
    case.learn(happened("intake.case_unmerged", on))
    case.send_back(on, reasons="评查报告没有结论。")

    assert merged == ["not_in_this_state"]
    assert case.sign("leader", "院长", on) == ["already_reviewed"]


def test_a_closing_returned_and_reported_again_is_signed_and_reviewed_anew():
    case = the_case(led())
    case.report("resolved", date(2021, 4, 2), documents=SETTLED)
    signed(case, date(2021, 4, 6), *ROUTE[:2])
    returned = case.send_back(date(2021, 4, 7), reasons="评查报告没有结论。")
    case.report("resolved", date(2021, 4, 9), documents=SETTLED)

    assert returned == []
    assert case.reported.signatures == ()
    assert case.sign("upper_president", "院长", date(2021, 4, 12)) == ["not_in_turn"]
    assert case.due()["closing_review/c1"] == date(2021, 4, 19)
    assert case.due()["closing_review/c2"] == date(2021, 4, 23)
    assert case.states()["closing_review/c1"] == ("discharged", date(2021, 4, 7))
    assert "closing_review/c2" in case.open()
