"""
濮阳, puyang-2020: the plan of the procuratorate (PY), and the limits of law that bind a
procuratorate (TL).
"""

from __future__ import annotations

from tests.builders import CITY
from tests.service.asking import STANDARD, all_items
from tests.service.requirements.rows import Programme, body, of_the_office, requirement
from tests.service.requirements.steps.cases import (
    act,
    act_refused,
    appraised,
    done,
    item,
    led_by,
    must_be_led_by,
    office_act,
    shown_of_the_case,
)
from tests.service.requirements.steps.closings import closed, closing_refused, reviewed
from tests.service.requirements.steps.duties import calculated, discharged, owes, states
from tests.service.requirements.steps.endings import (
    analysed,
    arose_later,
    caused,
    corrected,
    judged,
    looked_back,
    posted,
    received_by,
    refused_of_the_case,
)
from tests.service.requirements.steps.figures import (
    counted_in,
    counts,
    counts_of_kind,
    further,
    no_longer_missing,
)
from tests.service.requirements.steps.hearing_and_aid import (
    aid_funded,
    aid_granted,
    aid_paid,
    aid_told,
    hearing_decided,
)
from tests.service.requirements.steps.petitions import (
    delivered,
    petition,
    repeat_rate_beside_the_year_before,
    step,
)
from tests.service.requirements.steps.working import (
    carried_on,
    counted_by_head,
    intervened,
    party,
    plan_decided,
    plan_step_done,
    planned,
    talked_by_video,
)

DOCUMENT = {"document": "范检〔2020〕7号"}
HANDED_OVER = {"unit": "信访人住所地村委会", "help": ["解释疏导"], **DOCUMENT}


# -- what takes more than a line


def scope_is_judged(work):
    """
    Each case names the clauses it fails, by its class (PY-06 .. PY-10).
    """
    court = "濮阳市中级人民法院，2016-01-29，（2016）豫09民终3号，驳回"
    own = "范县人民检察院，2016-01-29，范检刑申〔2016〕3号，不支持"
    cases = [
        ({"last_petition_on": "2018-3-1"}, ["PY-06.repeated"]),
        ({"case_kind": "举报"}, ["PY-06.kind"]),
        (
            {"accepted_on": "2015-6-29", "first_petition_on": "2015-6-1"},
            ["PY-06.accepted"],
        ),
        ({"scope_class": "第一类"}, ["PY-07"]),
        (
            {
                "scope_class": "第一类",
                "origin": "联席办交办",
                "batch_ref": "濮联〔2020〕1号",
            },
            [],
        ),
        ({"scope_class": "第二类"}, ["PY-08"]),
        ({"scope_class": "第二类", "case_kind": "不服不起诉决定"}, []),
        ({"scope_class": "第三类", "case_kind": "民事监督"}, ["PY-09"]),
        (
            {
                "scope_class": "第三类",
                "case_kind": "民事监督",
                "prior_opinions": f"{court}；{own}",
            },
            [],
        ),
        ({"prior_is_final": "否"}, ["PY-10"]),
        ({}, []),
    ]
    shown = work.imported(*(cells for cells, _ in cases))

    assert [each["failing"] for each in shown] == [failing for _, failing in cases]
    assert [each["in_scope"] for each in shown] == [not failing for _, failing in cases]


def aid_is_told_or_paid(work):
    """
    Funds received are told within two working days; paying them is telling too.
    """
    aid_granted()(work)
    aid_funded()(work)
    owes("aid_notice", "2020-11-24")(work)
    aid_paid()(work)
    discharged("aid_notice")(work)


def materials_stop_the_three_months(work):
    """
    Ten days of waiting for materials are ten days more; the reply's seven days run on.
    """
    petition(received_on="2020-11-02")(work)
    asked = {"document": "补〔2020〕1号", "materials": ["裁判文书"]}
    step("materials_asked", on="2020-11-10", **asked)(work)
    step("materials_complete", on="2020-11-20")(work)

    owes("acceptance", "2020-11-27")(work)
    owes("three_month_answer", "2021-02-18")(work)
    states("procedural_reply", "overdue")(work)


def acceptance_starts_the_three_months(work):
    """
    The three months run from the day of acceptance, once there is one.
    """
    petition(received_on="2020-11-02")(work)
    owes("three_month_answer", "2021-02-02")(work)
    step("accepted", on="2020-11-09", **DOCUMENT)(work)

    owes("three_month_answer", "2021-02-09")(work)


def inquiries_elsewhere_stop_the_review(work):
    """
    The days of an expert opinion do not count towards the three months (TL-33).
    """
    petition(received_on="2020-11-10", case_kind="civil_supervision")(work)
    step("accepted", on="2020-11-10", **DOCUMENT)(work)
    owes("supervision_review", "2021-02-10")(work)
    act("outside_inquiry_begun", on="2020-11-12")(work)
    states("supervision_review", "paused")(work)
    act("outside_inquiry_done", on="2020-11-20")(work)
    owes("supervision_review", "2021-02-18")(work)


def the_targets_of_three_years(work):
    """
    30% by the end of 2020, 50% by 2021, all by 2022; how many are short, by office.
    """
    asked = {"programme": work.programme.code, "office": work.hub}
    found = [
        work.ask("/figures", asker=work.hub, service="reporting", **asked, as_of=day)
        for day in ("2020-11-20", "2021-06-30", "2022-06-30")
    ]
    lines = [line for each in found for line in (*each["rows"], each["total"])]

    assert [each["milestone"] for each in found] == [
        {"on": "2020-12-31", "target": 30},
        {"on": "2021-12-31", "target": 50},
        {"on": "2022-12-31", "target": 100},
    ]
    assert all(line["short_by"] >= 0 for line in lines)
    assert {line["target"] for line in lines} == {30, 50, 100}


def listed_by_origin(mine, other):
    """
    The register lists the case under its own origin and under no other.
    """

    def look(work):
        caller = work.as_office(work.office)

        def listed(origin):
            asked = {"programme": work.programme.code, "origin": origin}
            found = all_items(caller, "intake", "/cases", **asked)
            return {each["number"] for each in found}

        assert work.number in listed(mine)
        assert work.number not in listed(other)

    return look


def a_ledger_is_brought_up_to_date(work):
    """
    The case is among those whose row nobody has changed, until somebody does.
    """
    asked = {"programme": work.programme.code, "not_updated_since": work.day}

    def stale():
        found = all_items(
            work.as_office(work.office), "intake", "/cases", state="open", **asked
        )
        return {each["number"] for each in found}

    before = stale()
    change = {"changes": {"note": "已约谈，待复核。"}, "reason": "更新台账。"}
    work.send(work.case("corrections"), change, service="intake")

    assert before - stale() == {work.number}


ROWS = [
    requirement("PY-52", "过问、干预案件的如实记录", *intervened("检察官")),
    requirement(
        "DY-35",
        "视频接谈预约、按约进行、留有记录，按方式统计",
        *talked_by_video("2020-11-24"),
    ),
    requirement(
        "S14",
        "普通案件也一案一策，逐步办理",
        led_by("检察长", department="控告申诉检察部"),
        planned("检察官", ("核查原案", "检察官", "2020-12-04"), until="2020-12-31"),
        plan_decided("检察长"),
        owes("plan_step", "2020-12-04"),
        plan_step_done(1),
        discharged("plan_step"),
    ),
    requirement(
        "PY-36",
        "责任部门完善台账：列出没有按期更新的台账",
        a_ledger_is_brought_up_to_date,
    ),
    of_the_office(
        "PY-05 I-09 I-14 I-48",
        "重复信访率及上年同期：件次、重复件次、占比",
        repeat_rate_beside_the_year_before,
    ),
    # 排查
    requirement(
        "PY-02",
        "上级交办、本级排查：按来源列出和统计",
        counted_in("origin", "handed_by_city", "市院交办"),
        listed_by_origin("handed_by_city", "own_screening"),
        case={"origin": "市院交办", "batch_ref": "濮检办〔2020〕1号"},
    ),
    requirement(
        "PY-47",
        "2020年7月1日以后产生的纳入日常交办",
        arose_later,
        owes("everyday_outcome", "2021-02-02"),
        owes("everyday_hearing", "2021-02-02"),
        states("everyday_leader", "overdue"),
        led_by("检察长", department="控告申诉检察部"),
        led_by((CITY, "副检察长"), of=CITY),
        discharged("everyday_leader"),
        case={"accepted_on": "2020年7月1日", "last_petition_on": "2020年7月3日"},
    ),
    requirement(
        "PY-03",
        "2022年底前得到有效化解",
        owes("resolve_by", "2022-12-31"),
        case={"resolve_by": "2022年12月31日"},
    ),
    of_the_office("PY-04 TL-52", "30%、50%、全部化解", the_targets_of_three_years),
    of_the_office("PY-06 PY-07 PY-08 PY-09 PY-10", "治理范围四类", scope_is_judged),
    requirement(
        "PY-13",
        "逐案核对：谁核对、哪天、结论如何",
        act_refused("case_screened", "result_missing", post="检察官"),
        act("case_screened", post="检察官", result="核对无误", text="与卷宗一致。"),
        no_longer_missing("case_screening"),
        counts_of_kind("case_screening", "核对无误"),
        done("screening", "checked"),
    ),
    of_the_office(
        "PY-13",
        "全面排查梳理并逐案核对",
        office_act("screening_checked", post="检察官", count=3),
        no_longer_missing("screening", amount=3),
    ),
    of_the_office(
        "PY-15",
        "全覆盖、不遗漏",
        office_act("screening_submitted", nil=True),
        no_longer_missing("nil_screening"),
    ),
    requirement(
        "PY-12 PY-17",
        "2020年12月15日前逐案落实包案领导和责任部门",
        owes("leader_named", "2020-12-15"),
        led_by("副检察长"),
        states("leader_named", "open"),
        led_by("副检察长", department="控告申诉检察部"),
        discharged("leader_named"),
        shown_of_the_case(led=True),
    ),
    # 包案
    requirement("PY-23", "自行排查的由责任单位院领导包案", must_be_led_by("410926")),
    requirement(
        "PY-24",
        "市院交办的由市院领导包案，并落实本单位的包案领导和责任部门",
        must_be_led_by("410900", "410926"),
        led_by("检察长", department="第一检察部"),
        shown_of_the_case(led=False),
        led_by(("410900", "副检察长"), of="410900"),
        shown_of_the_case(led=True),
        case={"origin": "市院交办", "batch_ref": "濮检办〔2020〕1号"},
    ),
    requirement(
        "PY-22",
        "主要领导带头分包疑难案、骨头案、钉子案",
        appraised(difficulty="nail"),
        led_by("副检察长", department="第一检察部"),
        must_be_led_by("410926", posts=["检察长"], advice=True),
    ),
    requirement(
        "PY-25",
        "相关部门对本条线面对面指导",
        act(
            "guided", office="410900", post="第九检察部", to="范县院", text="逐案指导。"
        ),
        counts("guidance"),
    ),
    requirement(
        "PY-26",
        "领导小组专题研究，形成办理意见",
        appraised(difficulty="bone"),
        owes("study", "2020-12-20"),
        act(
            "studied_by_group", text="由市院指导复查。", until="2020-11-30", **DOCUMENT
        ),
        counts("studies"),
        discharged("study"),
        owes("study_opinion", "2020-11-30"),
        carried_on("opinion_carried_out", "studied_by_group", evidence="复查决定"),
        discharged("study_opinion"),
    ),
    requirement(
        "PY-01",
        "三到位一处理：每项有记录或材料证明，按项统计",
        led_by("检察长", department="控告申诉检察部"),
        hearing_decided(),
        closing_refused(
            "resolved",
            "disposition_not_shown",
            dispositions=["reasonable_solve", "hardship_help"],
            head_evidence=[{"head": "reasonable_solve", "documents": ["办结报告"]}],
        ),
        item("four_dispositions", "help", post="检察长"),
        closed(
            "resolved",
            dispositions=["reasonable_solve", "hardship_help"],
            head_evidence=[{"head": "reasonable_solve", "documents": ["办结报告"]}],
        ),
        reviewed(*STANDARD),
        counted_by_head("solved", "helped"),
    ),
    requirement(
        "PY-29",
        "释法说理、心理咨询逐次留痕",
        act("explained", post="检察长", text="当面释法说理。"),
        act_refused("counselled", "no_such_role", text="咨询。", **party("lawyer")),
        act("counselled", text="咨询一次。", **party("psychologist")),
        counts("explanations"),
        counts("counselling"),
        counts_of_kind("third_parties", "心理咨询师"),
    ),
    of_the_office(
        "PY-27",
        "各级院要成立工作专班",
        body("team", ("head", "检察长"), ("member", "控告申诉检察部主任")),
        no_longer_missing("teams", acts=0),
    ),
    of_the_office(
        "PY-40",
        "各基层院要参照成立领导小组",
        body(
            "leading_group",
            ("head", "检察长"),
            ("deputy", "副检察长"),
            ("member", "控告申诉检察部主任"),
            ("office_head", "控告申诉检察部主任"),
            **DOCUMENT,
        ),
        no_longer_missing("groups", acts=0),
    ),
    of_the_office(
        "PY-41",
        "列入党组议事日程",
        office_act("party_agenda", **DOCUMENT),
        counts("agenda"),
    ),
    of_the_office(
        "PY-42",
        "领导小组定期召开会议",
        office_act("group_met", **DOCUMENT),
        counts("meetings"),
    ),
    # 化解
    requirement(
        "PY-28",
        "需听证、尽听证",
        owes("hearing_decision", "2022-12-31"),
        hearing_decided(),
        discharged("hearing_decision"),
    ),
    requirement(
        "PY-34",
        "教育疏导、帮扶救助落实到信访人住所地或相关单位",
        led_by("检察长", department="控告申诉检察部"),
        refused_of_the_case("case_not_ended", "hand-overs", **HANDED_OVER),
        closed("lawful_ending"),
        reviewed("in_time", "ended_by_law"),
        posted("hand-overs", keep="hand_over", **HANDED_OVER),
        owes("hand_over_receipt", "2020-12-04"),
        received_by(None, document="回执〔2020〕1号"),
        discharged("hand_over_receipt"),
    ),
    requirement(
        "PY-38 PY-49",
        "按司法理念、作风、行为分析成因，由部门整改，可修订规定；专项工作总结成文归卷",
        looked_back("handling", "manner", department="第五检察部", owner="检察官"),
        owes("look_back_correction", "2020-12-20"),
        corrected("检察官", rule_changed=True),
        discharged("look_back_correction"),
        judged("accepted"),
        caused("handling", "manner", findings=1, waiting=0),
        office_act("summary_sent", office=CITY, **DOCUMENT),
        analysed(
            *("summary", "一、工作情况", "领导包案。", "四、长效机制"),
            number=f"puyang-2020/{CITY}/acts",
        ),
    ),
    requirement(
        "PY-45",
        "加强与政法委、联席办等的沟通",
        act("contacted", to="县政法委", text="通报案件进展。"),
        counts("contacts"),
    ),
    requirement(
        "PY-46 I-40",
        "全面落实首办责任",
        act("first_handling_failed"),
        owes("first_handling", "2020-11-27"),
        act("first_handler_named", post="检察官"),
        discharged("first_handling"),
        further("first_handlers"),
        no_longer_missing("first_handlers"),
    ),
    requirement(
        "PY-48",
        "对省院通报的案件跟踪督办至答复，再次通报的再次督办",
        act("named_in_bulletin", **DOCUMENT),
        owes("named_case_answer", "2020-12-21"),
        act("bulletin_answered", **DOCUMENT),
        discharged("named_case_answer"),
        act("named_in_bulletin", **DOCUMENT),
        states("named_case_answer", "discharged", "discharged"),
    ),
    requirement(
        "PY-49",
        "针对司法理念、作风、行为的问题整改，一因一改",
        act("cause_found", kind="司法作风", text="接待生硬。"),
        act("cause_found", kind="司法理念", text="就案办案。"),
        counts("causes", acts=2),
        counts_of_kind("causes", "司法理念"),
        owes("remedy", "2021-02-20", times=2),
        act("remedy_done", **DOCUMENT),
        states("remedy", "discharged", "open"),
    ),
    requirement(
        "PY-57",
        "推动问题及时就地解决",
        act("solved_on_the_spot", text="当场答复，信访人认可。"),
        counts("effects"),
    ),
    # 保障
    of_the_office(
        "PY-51",
        "及时约谈",
        office_act("interviewed", post="检察长", **DOCUMENT),
        counts("interviews"),
    ),
    of_the_office(
        "PY-52",
        "弄虚作假或者推诿扯皮的问责追责",
        office_act("accountability_referred", to="检务督察处", **DOCUMENT),
        counts("accountability"),
    ),
    of_the_office(
        "PY-53",
        "不定期工作简报",
        office_act("brief_sent", **DOCUMENT),
        counts("briefs"),
    ),
    of_the_office(
        "PY-54",
        "推广各地经验做法和典型案例",
        office_act("story_sent", **DOCUMENT),
        counts("stories"),
    ),
    of_the_office(
        "PY-56",
        "配齐配强专门力量",
        office_act("staff_assigned", post="检察官", count=3),
        counts("staff", amount=3),
    ),
    # 法定期限
    of_the_office(
        "S4 TL-24", "材料不齐的自补齐之日起算", materials_stop_the_three_months
    ),
    of_the_office(
        "S9 TL-21", "受理的三个月自受理之日起算", acceptance_starts_the_three_months
    ),
    of_the_office(
        "S10",
        "不予受理须写明理由并送达，三个月答复不再欠办",
        petition(),
        step("not_accepted", reason="final", **DOCUMENT),
        delivered(outcome="refused"),
        discharged("procedural_reply"),
        states("three_month_answer", "released"),
    ),
    of_the_office(
        "S5",
        "告知去向的写明有权机关",
        petition(),
        step("guided_out", organ="某市中级人民法院", **DOCUMENT),
        delivered(),
        discharged("procedural_reply"),
    ),
    requirement(
        "TL-25",
        "可自行侦查的线索七日内移送",
        act("clue_found"),
        owes("clue_passing", "2020-11-27"),
        act("clue_passed", to="第一检察部", **DOCUMENT),
        discharged("clue_passing"),
    ),
    requirement(
        "TL-26",
        "阻碍辩护人履职的控告十日内办结答复",
        act("obstruction_complained"),
        owes("obstruction_answer", "2020-11-30"),
        act("obstruction_answered", **DOCUMENT),
        discharged("obstruction_answer"),
    ),
    requirement(
        "TL-27",
        "对司法机关违法行为的控告十五日内提出审查意见，收到说明的理由后也是十五日",
        act("illegality_accepted"),
        owes("illegality_opinion", "2020-12-07"),
        act("illegality_reviewed", **DOCUMENT),
        discharged("illegality_opinion"),
        act("illegality_reasons_received"),
        owes("illegality_reasons_opinion", "2020-12-07"),
        act("illegality_reasons_reviewed", **DOCUMENT),
        discharged("illegality_reasons_opinion"),
    ),
    requirement(
        "TL-28",
        "不立案通知书十五日内送达",
        act("not_filed"),
        owes("not_filed_notice", "2020-12-07"),
        act("not_filed_served", **DOCUMENT),
        discharged("not_filed_notice"),
        act("reconsideration_requested"),
    ),
    of_the_office(
        "TL-28 TL-29 TL-34",
        "当事人申请复议、申诉的期限由计算器给出",
        calculated("reconsideration_request", "2020-11-20", "2020-11-30"),
        calculated("non_prosecution_appeal", "2020-11-20", "2020-11-27"),
        calculated("compensation_reconsideration", "2020-11-20", "2020-12-21"),
    ),
    requirement(
        "TL-30 TL-31",
        "刑事申诉三个月内复查终结，十日内通知申诉人",
        act("appeal_filed"),
        owes("appeal_review", "2021-02-20"),
        act("appeal_reviewed", **DOCUMENT),
        discharged("appeal_review"),
        owes("appeal_notice", "2020-11-30"),
        act("appellant_told", **DOCUMENT),
        discharged("appeal_notice"),
    ),
    of_the_office(
        "TL-32",
        "民事监督：三日通知、三日移送、三个月审结、十五日发送、七日交下级院",
        petition(case_kind="civil_supervision"),
        step("accepted", **DOCUMENT),
        owes("supervision_notice", "2020-11-23"),
        owes("supervision_move", "2020-11-23"),
        delivered(),
        discharged("supervision_notice"),
        act("supervision_moved"),
        act("supervision_reviewed", **DOCUMENT),
        discharged("supervision_review"),
        owes("supervision_decision", "2020-12-07"),
        act("supervision_sent", **DOCUMENT),
        discharged("supervision_decision"),
        act("supervision_for_below"),
        owes("supervision_pass_down", "2020-11-27"),
        act("supervision_passed_down", to="范县人民检察院", **DOCUMENT),
        discharged("supervision_pass_down"),
    ),
    of_the_office(
        "TL-33",
        "行政监督：调卷、鉴定的时间不计入三个月",
        inquiries_elsewhere_stop_the_review,
    ),
    requirement(
        "TL-34",
        "刑事赔偿两个月内决定，复议两个月内决定",
        act("compensation_asked"),
        owes("compensation_decision", "2021-01-20"),
        act("compensation_decided", **DOCUMENT),
        discharged("compensation_decision"),
        act("reconsideration_asked"),
        owes("reconsideration_decision", "2021-01-20"),
        act("reconsideration_decided", **DOCUMENT),
        discharged("reconsideration_decision"),
    ),
    requirement(
        "TL-36",
        "收到拨款后两个工作日内通知领取",
        aid_granted(),
        aid_funded(),
        owes("aid_notice", "2020-11-24"),
        aid_told,
        discharged("aid_notice"),
    ),
    requirement("TL-36", "已发放的即为通知", aid_is_told_or_paid),
    requirement(
        "TL-37",
        "紧急信访当日办理",
        act("urgent_received"),
        owes("urgent_handling", "2020-11-20"),
        act("urgent_handled", text="当日答复。"),
        discharged("urgent_handling"),
    ),
    of_the_office(
        "TL-38",
        "受理后七日内转交，十五日内告知",
        petition(),
        step("accepted", **DOCUMENT),
        owes("passing_on", "2020-11-27"),
        owes("acceptance_notice", "2020-12-07"),
        act("passed_on", to="第一检察部"),
        delivered(),
        discharged("passing_on"),
        discharged("acceptance_notice"),
    ),
]

PUYANG = Programme(
    code="puyang-2020",
    office="410926",
    hub="410900",
    day="2020-11-20",
    word="范检控申",
    rows=ROWS,
    cells={"reporting_office": "范县人民检察院", "reported_on": "2020年11月2日"},
)
