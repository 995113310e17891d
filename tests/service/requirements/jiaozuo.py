"""
焦作, jiaozuo-2021: the plan of the two levels of courts (JZ).
"""

from __future__ import annotations

from tests.service.requirements.rows import Programme, body, of_the_office, requirement
from tests.service.requirements.steps.cases import (
    act,
    act_refused,
    appraised,
    done,
    handed_down,
    item,
    must_be_led_by,
    office_act,
    office_act_refused,
    shown_of_the_case,
)
from tests.service.requirements.steps.closings import (
    closed,
    closing_refused,
    packet,
    review_refused,
    reviewed,
)
from tests.service.requirements.steps.duties import (
    discharged,
    owes,
    report_owed,
    states,
)
from tests.service.requirements.steps.endings import (
    applied_for_ending,
    handed_over,
    level_agrees,
    received_by,
    signed,
    waits_for,
)
from tests.service.requirements.steps.figures import (
    counted_in,
    counts,
    counts_of_kind,
    further,
    named_for_inspection,
    no_longer_missing,
    told_at_once,
)
from tests.service.requirements.steps.hearing_and_aid import (
    aid_funded,
    aid_granted,
    aid_paid,
)
from tests.service.requirements.steps.of_jiaozuo import (
    CITY_COURT,
    FOUR_FIELDS,
    LED,
    a_leader_receives_each_working_day,
    duty_desks_are_known_to_the_courts,
    kinds_of_the_courts,
    overseen_by_its_member,
    plan_needs_a_class,
    refused_for_a_reason_of_the_courts,
    shares_in_time_of_the_four_limits,
    the_hander_sets_another_day,
)
from tests.service.requirements.steps.petitions import petition
from tests.service.requirements.steps.working import (
    carried_on,
    demand_fixed,
    intervened,
    logged,
    party,
    plan_decided,
    plan_refused,
    plan_step_done,
    planned,
    point_answered,
    progress_reported,
    talked_by_video,
)

DOCUMENT = {"document": "武法〔2021〕7号"}


ATTENDED = {"post": "院长", "place": "机关门前", "count": 6, "result": "当场解决"}


BEFORE, THEN = "2021-03-15T08:40:00+08:00", "2021-03-16T08:40:00+08:00"


EVERYBODY = (
    ("leader", "院长", None),
    ("president", "院长", None),
    ("upper_president", "院长", CITY_COURT),
    ("bureau", "信访局局长", CITY_COURT),
    ("group", "副院长", CITY_COURT),
)


ROWS = [
    requirement("", "过问、干预案件的如实记录", *intervened("法官")),
    requirement(
        "S13",
        "视频接访的预约、按约进行、留有记录，按方式统计",
        *talked_by_video("2021-03-19", post="法官"),
    ),
    of_the_office(
        "JZ-40",
        "24小时通讯畅通",
        body("duty_desk", ("on_duty", "副院长"), telephone="0391-7200000"),
        no_longer_missing("unreachable", acts=0),
        duty_desks_are_known_to_the_courts,
    ),
    of_the_office("JZ-02", "涉诉、涉执、立案", kinds_of_the_courts),
    requirement(
        "JZ-02 I-46", "涉执信访的占比", counted_in("case_kind", "enforcement", "涉执")
    ),
    of_the_office(
        "S10 F-16",
        "不予受理的理由按法院自己的规定",
        petition(),
        refused_for_a_reason_of_the_courts,
    ),
    # 院领导
    requirement(
        "JZ-05",
        "院长、部门负责人要全面透彻了解",
        act("case_read", post="院长"),
        no_longer_missing("unread"),
    ),
    requirement(
        "JZ-06 JZ-48 S14",
        "方案要得当、有可操作性",
        *LED,
        handed_down("handed"),
        owes("plan", "2021-03-23"),
        plan_needs_a_class,
        appraised(case_class="re_entry"),
        owes("class_re_entry", "2021-04-15"),
        counted_in("case_class", "re_entry", "程序违法、实体错误的"),
        planned("法官", ("查控财产", "执行局", "2021-03-25"), until="2021-04-14"),
        plan_refused("副院长", "post_not_entitled", "document_missing"),
        plan_decided("院长", **DOCUMENT),
        discharged("plan"),
        owes("plan_step", "2021-03-25"),
        plan_step_done(1),
        discharged("plan_step"),
        act("re_entered", new_number="（2021）豫0823执恢1号", **DOCUMENT),
        discharged("class_re_entry"),
        no_longer_missing("no_plan"),
    ),
    of_the_office(
        "JZ-07 JZ-08 I-37 I-38", "院领导天天接访", a_leader_receives_each_working_day
    ),
    requirement(
        "JZ-10",
        "院领导带案下访",
        act("visit_planned", post="院长", until="2021-03-26"),
        owes("visit", "2021-03-26"),
        carried_on(
            *("visited", "visit_planned"),
            post="院长",
            consent=True,
            text="带案下访。",
        ),
        discharged("visit"),
        act("visit_planned", post="副院长", until="2021-03-29"),
        carried_on("visit_called_off", "visit_planned", text="案件已移送。"),
        states("visit", "discharged", "released"),
        counts("visits"),
        counts("visit_plans", 2),
    ),
    requirement(
        "JZ-16",
        "党组成员对联系点基层法院交办案件进行指导、督导",
        act("guidance_planned", office=CITY_COURT, post="副院长", until="2021-03-31"),
        owes("court_guidance", "2021-03-31", office=CITY_COURT),
        overseen_by_its_member,
        discharged("court_guidance"),
    ),
    requirement(
        "JZ-12",
        "领导带头分包疑难案件、骨头案、钉子案",
        appraised(difficulty="bone"),
        must_be_led_by("410823900", posts=["院长"], advice=True),
    ),
    requirement(
        "JZ-13",
        "三包一保",
        item("three_guarantees_one", "case", "inquiry", "conclusion", post="院长"),
        item(
            "three_guarantees_one",
            "support",
            post="副院长",
            to="司法所",
            text="协调帮扶。",
        ),
        done("three_guarantees_one", "case", "inquiry", "conclusion", "support"),
    ),
    requirement(
        "JZ-14",
        "四包四亲自",
        item("four_duties_four_in_person", "solve", "explain", "by_law", post="院长"),
        item("four_duties_four_in_person", "visit", post="院长", text="约见信访人。"),
        item("four_duties_four_in_person", "research", "follow_up", "aid", post="院长"),
        item(
            "four_duties_four_in_person",
            "support",
            post="院长",
            to="司法所",
            text="疏导。",
        ),
        done(
            "four_duties_four_in_person",
            *("solve", "explain", "by_law", "support"),
            *("visit", "research", "follow_up", "aid"),
        ),
    ),
    requirement(
        "JZ-15",
        "落实好案件的评查工作",
        act_refused("evaluated", "document_ids_missing", **DOCUMENT),
        act("evaluated", files=["评查报告"], **DOCUMENT),
        no_longer_missing("evaluations"),
    ),
    requirement(
        "JZ-17",
        "基层法院院长是第一责任人",
        must_be_led_by("410823900", CITY_COURT, posts=["院长"]),
    ),
    # 交办
    requirement(
        "JZ-18 TL-40",
        "收到交办后两日内建立台账，明确包案领导、责任领导、责任人和联系方式",
        handed_down("handed"),
        owes("ledger", "2021-03-18"),
        FOUR_FIELDS,
        act("ledger_completed", post="法官"),
        discharged("ledger"),
    ),
    requirement(
        "JZ-19 TL-41 S13",
        "包案领导两日内约见信访人、固定诉求",
        *LED,
        handed_down("handed"),
        owes("meeting", "2021-03-18", post="院长"),
        demand_fixed("院长", "继续执行。", "支付利息。"),
        discharged("meeting"),
        point_answered(1, "reasonable_solve", post="法官"),
        closing_refused("resolved", "points_unanswered"),
        point_answered(2, "unreasonable_explain", post="法官"),
    ),
    requirement(
        "JZ-20 TL-42 F-08",
        "七日内呈报书面进展情况报告",
        handed_down("handed"),
        owes("progress_report", "2021-03-23"),
        progress_reported(issued_by="院长", **DOCUMENT),
        discharged("progress_report"),
    ),
    requirement(
        "JZ-21 TL-43",
        "三十日内办结",
        handed_down("handed"),
        owes("conclusion", "2021-04-15"),
    ),
    requirement(
        "I-39",
        "约见、台账、进展报告及时率和30日办结率",
        shares_in_time_of_the_four_limits,
    ),
    requirement("JZ-22", "有特殊要求的按要求时限", the_hander_sets_another_day),
    requirement(
        "JZ-22",
        "紧急特殊案件，函中写明时限",
        handed_down("special", due_on="2021-03-20"),
        owes("conclusion", "2021-03-20"),
    ),
    requirement(
        "JZ-25",
        "省驻点督导组有特殊要求的按要求办理",
        handed_down("inspection", due_on="2021-03-22"),
        owes("conclusion", "2021-03-22"),
    ),
    # 化解
    requirement(
        "JZ-26 S15",
        "程序违法、实体错误的重新导入程序",
        act_refused("re_entered", "new_number_missing", **DOCUMENT),
        item(
            "four_dispositions",
            "re_entry",
            post="法官",
            new_number="（2021）豫0823民再1号",
            **DOCUMENT,
        ),
        done("four_dispositions", "re_entry"),
        logged("re_entered", new_number="（2021）豫0823民再1号"),
    ),
    requirement(
        "JZ-27",
        "诉求有理的寻求案外解决途径",
        item(
            "four_dispositions",
            "outside_law",
            post="法官",
            to="民政局",
            text="案外协调。",
        ),
        done("four_dispositions", "outside_law"),
    ),
    requirement(
        "JZ-28",
        "没有道理的教育、心理疏导",
        item(
            "four_dispositions",
            "explanation",
            post="法官",
            text="释法说理。",
            **party("grassroots"),
        ),
        done("four_dispositions", "explanation"),
        act("counselled", text="心理疏导。", **party("psychologist")),
        counts("counselling"),
        counts_of_kind("third_parties", "基层组织"),
    ),
    requirement(
        "JZ-29",
        "生活困难的联系多方救助",
        item("four_dispositions", "aid", post="法官", to="民政局", text="临时救助。"),
        done("four_dispositions", "aid"),
        aid_granted(),
        aid_funded(),
        owes("aid_notice", "2021-03-18"),
        aid_paid(),
        discharged("aid_notice"),
        further("aid_applications"),
    ),
    requirement(
        "JZ-30",
        "违法上访依法处理，只记有权机关",
        act("referred_by_law", to="公安机关", **DOCUMENT),
        counts("referrals"),
    ),
    # 报结
    requirement(
        "JZ-34",
        "无法息诉：评查报告、自查自纠报告、化解方案",
        *LED,
        closing_refused("procedural", "document_missing", documents=[]),
        closing_refused(
            "procedural",
            "document_missing",
            documents=packet("评查报告", "化解方案"),
        ),
        closed("procedural", filed=("评查报告", "自查自纠报告", "化解方案")),
        shown_of_the_case(standing="submitted"),
    ),
    requirement(
        "JZ-31 JZ-35 JZ-50 S24 S25",
        "已经终结：申报终结，逐级决定，报评查报告、终结决定；移交并收回执",
        *LED,
        closing_refused(
            "lawful_ending", "ending_not_granted", documents=packet("评查报告")
        ),
        applied_for_ending("remedies_used"),
        waits_for("410823900"),
        owes("ending_decision", "2021-03-30"),
        level_agrees("院长"),
        waits_for(CITY_COURT),
        level_agrees("信访局局长", by="reviewer", office=CITY_COURT),
        level_agrees("院长", office=CITY_COURT),
        closing_refused(
            "lawful_ending", "document_missing", documents=packet("评查报告")
        ),
        closing_refused(
            "lawful_ending",
            "document_not_filed",
            documents=packet("评查报告", "终结决定或中央政法机关处理意见"),
        ),
        closed("lawful_ending", filed=("评查报告", "终结决定或中央政法机关处理意见")),
        signed(*EVERYBODY),
        reviewed("evaluated", "trail", "self_check"),
        owes("hand_over", "2021-04-15"),
        handed_over(),
        discharged("hand_over"),
        received_by(None, document="回执〔2021〕1号"),
        discharged("hand_over_receipt"),
    ),
    requirement(
        "JZ-46",
        "事心双解，防止走过场",
        *LED,
        closed("resolved", filed=("评查报告", "息诉材料", "化解方案")),
        review_refused("standard_not_met", "evaluated", "trail"),
    ),
    # 应急、报告、督导
    of_the_office(
        "JZ-36",
        "第一时间通报责任单位，责任单位迅速到场",
        office_act("emergency_called", to="武陟县法院", place="机关门前", count=6),
        told_at_once(),
        owes("attendance", "2021-03-16"),
        office_act_refused(
            "emergency_attended",
            *("post_missing", "place_missing", "count_missing", "result_missing"),
            *("attended_at_missing",),
        ),
        office_act_refused(
            "emergency_attended", "not_on_that_day", **ATTENDED, attended_at=BEFORE
        ),
        office_act("emergency_attended", **ATTENDED, attended_at=THEN),
        discharged("attendance"),
    ),
    of_the_office(
        "JZ-37 TL-44",
        "日报告、零报告",
        report_owed("day_report", "2021-03-16", "2021-03-16", "day_reported", nil=True),
    ),
    of_the_office(
        "JZ-37 TL-44",
        "中院各部门日报告",
        report_owed(
            "day_report_department",
            "2021-03-16",
            "2021-03-16",
            "day_reported",
            office=CITY_COURT,
            department="立案庭",
            nil=True,
        ),
    ),
    of_the_office(
        "JZ-09 TL-44",
        "每日录入情况统计",
        report_owed(
            "entries",
            "2021-03-16",
            "2021-03-16",
            "entries_counted",
            office=CITY_COURT,
            count=5,
        ),
    ),
    of_the_office(
        "JZ-38",
        "重要情况随时报",
        office_act("event_reported", kind="集体访", count=6, text="六人，上午九时。"),
        told_at_once(CITY_COURT),
        further("told_at_once"),
        counts("events", amount=6),
        counts_of_kind("events", "集体访"),
    ),
    of_the_office(
        "JZ-41 TL-45",
        "双周通报",
        report_owed(
            "two_weeks",
            "2021-03-15",
            "2021-03-31",
            "bulletin_issued",
            office=CITY_COURT,
            **DOCUMENT,
        ),
    ),
    of_the_office(
        "JZ-42",
        "督导听取汇报、查看记录",
        office_act("inspected", to="执行局", text="听取汇报，查看记录。"),
        counts("inspections"),
    ),
    of_the_office(
        "JZ-43 JZ-53",
        "信访量大、处置不当、到督导组驻地的单位，每次都说明情况",
        office_act("explanation_demanded", to="教育整顿领导小组", text="请说明。"),
        owes("explanation", "2021-03-23", post="院长"),
        office_act("explanation_given", **DOCUMENT),
        discharged("explanation"),
        office_act("handling_fault_found", text="答复不当。"),
        owes("explanation", "2021-03-23", post="院长"),
        named_for_inspection("faults"),
        office_act("explanation_given", **DOCUMENT),
        office_act(
            "higher_figure_entered", kind="到省驻点督导组驻地", count=3, **DOCUMENT
        ),
        owes("explanation", "2021-03-23", post="院长"),
        named_for_inspection("group_visits"),
        office_act("explanation_given", **DOCUMENT),
        states("explanation", *["discharged"] * 3),
        further("handling_faults"),
        further("group_visits", by=3),
    ),
    of_the_office(
        "JZ-01 I-44",
        "上级通报的到省、进京访总数分别录入",
        office_act("higher_figure_entered", kind="到省访", count=29, **DOCUMENT),
        office_act("higher_figure_entered", kind="进京访", count=2, **DOCUMENT),
        counts("province_visits", acts=2, amount=31),
        further("province_visits", by=29),
        further("beijing_visits", by=2),
    ),
    of_the_office(
        "JZ-44",
        "信访责任追究",
        office_act("accountability_referred", to="驻院纪检监察组", **DOCUMENT),
        counts("accountability"),
    ),
]


JIAOZUO = Programme(
    code="jiaozuo-2021",
    office="410823900",
    hub=CITY_COURT,
    day="2021-03-16",
    word="武法信",
    chief="院长",
    rows=ROWS,
    case_kind="涉执",
    form="courts",
    cells={"resolve_by": "2021年6月30日"},
)
