"""
The papers of a case: what each says by the record, and what it asks of the office.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from services.assignment.domain.batches.batches import BatchItem
from services.assignment.papers import (
    PAPERS,
    batch,
    closing,
    extension,
    mailed_papers_problems,
    progress,
)
from services.assignment.papers.subjects import SUBJECTS
from shared.documents.rules import document_rules
from shared.papers import Paragraph, Table
from shared.papers.template import Asked
from shared.policy.current import current_policy
from tests.builders.case_papers import (
    BATCH,
    COURT,
    COURTS,
    EXTENDED,
    EXTENDED_TO,
    FACTS,
    NUMBER,
    POLICY,
    WAITING,
    printed,
    told,
)
from tests.builders.facts import happened


def headings(paper):
    return [b.text for b in paper.body if isinstance(b, Paragraph) and b.heading]


def rows(paper):
    return [row for b in paper.body if isinstance(b, Table) for row in b.rows]


@pytest.mark.parametrize("states", SUBJECTS)
def test_what_is_declared_of_a_subject_is_what_its_papers_are_given(states):
    assert {*PAPERS.examples(states)} == {*told(states)}


@pytest.mark.parametrize("wanted", PAPERS.in_force())
def test_each_paper_is_filled_from_the_record(wanted):
    paper, template = printed(wanted), PAPERS.in_force()[wanted]

    text = "".join(paper.texts())
    subject = "眉检控申〔2021〕1号" if template.states == "look_back" else NUMBER
    assert paper.head == "温法信办〔2021〕7号　　签发人：院长"
    assert subject in text or wanted in {"overall_analysis", "summary"}  # of no case
    assert "None" not in text
    assert "（）" not in text
    assert template.filed_as in document_rules().titles


@pytest.mark.requirement("F-04", "S16")
def test_the_petitioner_is_told_why_and_until_when_a_limit_was_extended():
    notice = "".join(printed("extension_notice").texts())
    sheet = dict(rows(printed("extension_sheet")))

    assert "办理期限原至2021年3月18日届满" in notice
    assert "因案情复杂，经温县人民法院院长于2021年3月17日批准" in notice
    assert "办理期限延长30日，至2021年4月19日届满" in notice
    assert sheet["延长后的期限"] == "2021年4月19日"
    assert sheet["批准人"] == "温县人民法院院长"


def test_where_another_day_was_set_an_extension_moves_none():
    earlier = {**vars(EXTENDED_TO), "due_before": date(2021, 3, 17)}

    assert (
        extension.due_after("e1", {"e1": EXTENDED}, [SimpleNamespace(**earlier)])
        == EXTENDED.due_before
    )


def test_of_two_extensions_alike_each_states_the_day_to_which_it_moved_the_duty():
    """
    The day was set back between them.
    """
    facts = {"e1": EXTENDED, "e2": replace(EXTENDED, days=10)}
    back = SimpleNamespace(
        what="moved",
        cause="matter.duty_overridden",
        reason="按交办单位要求。",
        due_before=EXTENDED_TO.due_on,
        due_on=EXTENDED.due_before,
    )
    second = SimpleNamespace(**{**vars(EXTENDED_TO), "due_on": date(2021, 3, 29)})
    history = [EXTENDED_TO, back, second]

    assert extension.due_after("e1", facts, history) == EXTENDED_TO.due_on
    assert extension.due_after("e2", facts, history) == second.due_on


@pytest.mark.requirement("JZ-20")
def test_a_report_of_progress_is_the_same_one_until_it_is_filed():
    filed = happened("matter.progress_report_filed", date(2021, 3, 17))

    assert progress.next_report("n", FACTS) == "n/progress/1"
    assert progress.next_report("n", [*FACTS, filed]) == "n/progress/2"


@pytest.mark.requirement("JZ-45")
def test_the_conclusion_report_has_its_seven_parts():
    paper = printed("conclusion")

    assert [heading[0] for heading in headings(paper)] == [*"一二三四五六七"]
    text = "".join(paper.texts())
    assert "温县人民法院院长、焦作市中级人民法院副院长" in text
    assert "再次来件1次" in text
    assert ("2021年4月20日", "召开听证") in rows(paper)
    assert not [row for row in rows(paper) if "新一次职责开始" in row]
    assert "2021年5月28日审核确认" in text
    assert "2021年5月21日，温县人民法院院长自查：合格。" in text
    assert "2021年5月30日，焦作市中级人民法院院长评查：有瑕疵。" in text


def test_a_report_before_its_review_says_nothing_of_a_verdict():
    waiting = closing.values(WAITING, (), COURTS, POLICY.directory)
    paper = printed("conclusion", **waiting)

    assert "审核确认" not in "".join(paper.texts())
    assert {row[1] for row in rows(paper) if row[0] == WAITING.standard[0].text} == {
        "未核对"
    }


def test_the_closing_sheet_shows_what_stands_behind_each_tick():
    sheet = rows(printed("closing_sheet"))
    found = {row[0]: row for row in sheet}

    assert ("包案领导", "温县人民法院院长、焦作市中级人民法院副院长") in sheet
    for item in WAITING.standard:
        assert found[item.text][2] == "符合"
        assert found[item.text][3]


@pytest.mark.requirement("JZ-52")
def test_the_sheet_of_an_evaluation_names_each_item_that_is_not_met():
    found = {row[0]: row for row in rows(printed("evaluation_sheet"))}

    assert found["种类"][1] == "评查（抽查）"
    assert found["结论"][1] == "有瑕疵"
    assert [found[item.text][1] for item in WAITING.standard] == [
        "不符合",
        *["符合"] * (len(WAITING.standard) - 1),
    ]


def test_a_supervision_notice_says_what_is_owed_and_by_when_to_answer():
    text = "".join(printed("supervision").texts())

    assert text.count("温县人民法院") >= 1
    assert "【急件】" in text
    assert "“约见信访人”应于2021年3月18日前办结" in text
    assert "第二次督办" in text
    assert "2021年3月29日前书面答复" in text


def test_a_hand_over_leaves_the_receipt_open_until_it_came():
    came = {"receipt_on": WAITING.submitted_on, "receipt_document": "回〔2021〕1号"}

    assert "＿＿" in "".join(printed("hand_over_letter").texts())
    assert "已于2021年5月24日接收（回〔2021〕1号）" in "".join(
        printed("hand_over_letter", **came).texts()
    )


def test_all_that_the_office_has_to_write_is_asked_for_at_once():
    template = PAPERS.in_force()["conclusion"]
    given = ["parties", "weather", "parties"]
    found = [(p.code, p.location) for p in template.words_problems(given)]

    assert found.count(("words_missing", "/words")) == 6
    assert found[6:] == [
        ("not_in_list", "/words/1/asked"),
        ("not_in_list", "/words/2/asked"),
    ]


@pytest.mark.requirement("JZ-20", "F-08")
def test_the_report_of_progress_has_its_eight_parts():
    paper = printed("progress")

    assert [heading[0] for heading in headings(paper)] == [*"一二三四五六七八"]
    assert paper.addressee == "焦作市中级人民法院信访局"
    text = "".join(paper.texts())
    assert "2021年3月18日以当面方式与信访人固定诉求2项" in text
    assert "（一）请求加快执行。（诉求合理的解决问题到位：已发放执行款。）" in text
    assert "（二）请求赔礼道歉。" in text
    done = ("查控财产", "温县人民法院立案庭", "2021年3月25日", "2021年3月24日")
    assert done in rows(paper)
    assert "（一）2021年4月9日前，由温县人民法院法官发放执行款。" in text


def test_a_report_of_progress_says_what_is_not_there_yet():
    nothing = progress.values(None, None, (), COURTS, POLICY.directory)
    text = "".join(printed("progress", **nothing).texts())

    assert "尚未与信访人固定诉求。" in text
    assert "尚无经批准的方案。" in text
    assert "None" not in text


@pytest.mark.requirement("F-02")
def test_the_handing_letter_has_its_list_of_cases():
    paper = printed("handing_letter")
    text = "".join(paper.texts())

    assert rows(paper)[-1] == ("1", "温法信〔2021〕12号", "温县人民法院")
    assert "共1件" in text
    assert "2021年4月14日前" in text


@pytest.mark.requirement("F-02")
def test_the_handing_letter_for_a_dossier_names_none_of_its_cases():
    items = [BatchItem(BATCH.id, number, COURT) for number in ("一号", "二号")]
    stated = batch.values(BATCH, items, COURTS, POLICY.directory, lists=False)
    paper = printed("handing_letter", **stated)
    text = "".join(paper.texts())

    assert "共2件交你单位办理（交办案件），清单随函另附。" in text
    assert "温县人民法院" in text
    assert "一号" not in text
    assert "交办清单" not in text
    assert rows(paper) == []


@pytest.mark.requirement("F-02")
def test_the_handing_letter_still_lists_a_case_that_was_returned_since():
    one = BatchItem(BATCH.id, "一号", COURT)
    left = replace(one, number="二号", state="returned", left_on=date(2021, 3, 20))

    stated = batch.values(BATCH, [one, left], COURTS, POLICY.directory)

    assert [(case["left"], case["left_on"]) for case in stated["cases"]] == [
        (None, None),
        ("已退回", date(2021, 3, 20)),
    ]


@pytest.mark.requirement("F-03")
def test_the_letter_of_an_objection_says_what_was_decided_once_it_was():
    waiting = "".join(printed("return_letter", decided_on=None).texts())
    decided = "".join(printed("return_letter").texts())

    assert "案件由邻县法院执行。" in waiting
    assert "决定" not in waiting
    assert "2021年3月19日的决定：同意退回。属实。" in decided


@pytest.mark.requirement("MX-29", "PY-49")
def test_the_two_reports_of_looking_back_go_by_links_and_by_problems():
    by_link, by_problem = printed("class_analysis"), printed("overall_analysis")
    links, findings = (part for part in by_link.body if isinstance(part, Table))
    (problems,) = (part for part in by_problem.body if isinstance(part, Table))

    assert links.rows == (
        ("办理", "2", "66.7%", "2", "超期"),
        ("受理", "1", "33.3%", "0", "超期"),
    )
    assert problems.rows == (
        ("超期", "2", "66.7%", "1", "办理"),
        ("实体处理不当", "1", "33.3%", "1", "办理"),
    )
    assert [row[-1] for row in findings.rows] == [
        "待整改",
        "待整改",
        "已办结：已修订登记办法。",
    ]
    begins = by_problem.body[0].text
    assert "反向审视案件2件，发现问题3项" in begins
    assert "整改已认可1项，其中修订制度1项，尚未办结2项" in begins


@pytest.mark.requirement("XQ-37")
def test_gaps_of_policy_are_reported_with_their_cases_and_answers():
    paper = printed("policy_gap_report")
    (gaps,) = (part for part in paper.body if isinstance(part, Table))

    assert paper.addressee == "主送单位：……。"
    assert [row[3] for row in gaps.rows] == [
        *["眉检控申〔2021〕1号"] * 2,
        "眉检控申〔2021〕2号",
    ]
    assert gaps.rows[-1][-1] == "已办结：已修订登记办法。（眉检改〔2021〕1号）"


@pytest.mark.requirement("PY-38", "XQ-52")
def test_the_summary_has_its_figures_and_the_four_heads():
    paper = printed("summary")

    assert headings(paper) == [
        "一、工作情况",
        "二、经验做法",
        "三、存在问题",
        "四、长效机制",
    ]
    assert paper.body[1].text.startswith("截至2021年7月5日，")
    assert "纳入案件7件，已化解5件，占71.4%，尚在办理1件" in paper.body[1].text
    assert ("公开听证", "3次") in rows(paper)
    assert ("约谈", "0次") not in rows(paper)
    assert ("办理", "2", "66.7%", "2") in rows(paper)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"asks": (Asked(id="reason", title="理由", required=False),)}, []),
        ({"asks": (Asked(id="reason", title="理由"),)}, ["assignment/410900"]),
        ({"filed_as": ""}, ["assignment/410900"]),
        ({"states": "batch"}, ["assignment/410900"]),
    ],
)
def test_what_an_office_has_instead_of_a_mailed_paper_also_prints_itself(
    changes, found
):
    papers = PAPERS.in_force()
    own = {("410900", "supervision"): replace(papers["supervision"], **changes)}

    problems = mailed_papers_problems(current_policy().programmes, papers, own)

    assert [str(each.location).partition(":")[0] for each in problems] == found


def test_an_office_is_told_to_file_only_what_is_filed_when_it_is_mailed():
    papers = PAPERS.in_force()
    asking = {"asks": (Asked(id="reason", title="理由"),)}
    own = {
        (office, paper): replace(papers[paper], **asking)
        for office, paper in (("410900", "supervision"), ("410901", "handing_letter"))
    }

    found = mailed_papers_problems(current_policy().programmes, papers, own)

    assert ["filed_as" in problem.remedy for problem in found] == [True, False]


def test_a_letter_of_a_batch_that_asks_for_words_is_not_mailed_but_need_not_be_filed():
    papers, programmes = PAPERS.in_force(), current_policy().programmes
    letter = papers["handing_letter"]
    asking = replace(letter, asks=(Asked(id="reason", title="理由"),))
    unfit = mailed_papers_problems(programmes, {**papers, letter.id: asking}, {})

    places = {str(each.location) for each in unfit}
    mailing = ("puyang-2020", "xq-2020", "jiaozuo-2021")
    assert places == {f"{code}: mailed_papers/1/paper" for code in mailing}
    unfiled = {**papers, letter.id: replace(letter, filed_as="")}
    assert not list(mailed_papers_problems(programmes, unfiled, {}))
