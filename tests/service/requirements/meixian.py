"""
眉县, meixian: the procuratorate's experience of petitions under the rule of law (MX).

The programme begins in 2023, after the day of the system under test: its cases and
letters are announced as intake would announce them.
"""

from __future__ import annotations

from tests.service.requirements.rows import Programme, of_the_office, requirement
from tests.service.requirements.steps.cases import (
    act,
    done,
    item,
    led_by,
    must_be_led_by,
    office_act,
    own_list,
    shown_of_the_case,
)
from tests.service.requirements.steps.closings import closed, reopened, reviewed
from tests.service.requirements.steps.duties import discharged, owes, states
from tests.service.requirements.steps.endings import (
    analysed,
    caused,
    corrected,
    drawn,
    evaluated,
    followed_up,
    in_the_figures,
    judged,
    looked_back,
)
from tests.service.requirements.steps.figures import counts, counts_of_kind, further
from tests.service.requirements.steps.hearing_and_aid import (
    aid_funded,
    aid_granted,
    aid_paid,
    aid_told,
    social_aid_answered,
    social_aid_referred,
)
from tests.service.requirements.steps.of_meixian import (
    accepted_and_not_passed_on,
    only_results_answer_in_three_months,
    shares_after_closing,
    the_alert_level_of_a_duty,
    the_chief_receives_each_month,
    the_topics_of_hearings,
)
from tests.service.requirements.steps.petitions import petition
from tests.service.requirements.steps.working import (
    intervened,
    plan_decided,
    plan_step_done,
    planned,
    talked_by_video,
)

DOCUMENT = {"document": "眉检〔2020〕7号"}


DEPARTMENT = "12309检察服务中心"


CHECKED = ("result_answered", "settled", "liabilities", "trail")


ROWS = [
    requirement(
        "S14",
        "普通案件也一案一策，逐步办理",
        led_by("检察长", department="12309检察服务中心"),
        planned("检察官", ("核查原案", "检察官", "2020-12-04"), until="2020-12-31"),
        plan_decided("检察长"),
        owes("plan_step", "2020-12-04"),
        plan_step_done(1),
        discharged("plan_step"),
    ),
    requirement("", "过问、干预案件的如实记录", *intervened("检察官")),
    requirement(
        "DY-35",
        "视频接谈预约、按约进行、留有记录，按方式统计",
        *talked_by_video("2020-11-24"),
    ),
    # 预防
    of_the_office(
        "MX-02",
        "带头领学",
        office_act("led_learning", post="检察长", text="领学条例。"),
        counts("learning"),
    ),
    of_the_office(
        "MX-02",
        "研讨会商",
        office_act("consulted", text="研讨疑难案件。"),
        counts("consultations"),
    ),
    of_the_office(
        "MX-02",
        "专题学习",
        office_act("special_study", text="专题学习。"),
        counts("studies"),
    ),
    of_the_office(
        "MX-02",
        "堵点、难点逐个解决",
        office_act("block_found", text="流转超期。"),
        owes("block_removed", "2021-02-20"),
        office_act("block_removed", text="已设专人。"),
        discharged("block_removed"),
    ),
    of_the_office(
        "MX-03",
        "修订12309工作制度",
        office_act("procedure_revised", **DOCUMENT),
        counts("procedures"),
    ),
    # 受理
    requirement(
        "MX-06",
        "贴心、耐心、细心、暖心",
        item("four_hearts", "close", "patient", "careful", "warm", post="检察官"),
        done("four_hearts", "close", "patient", "careful", "warm"),
    ),
    of_the_office(
        "MX-08",
        "专人一对一、面对面法律咨询",
        office_act("advised", post="检察官"),
        counts("advice"),
    ),
    of_the_office("MX-10", "检察长定期接访", the_chief_receives_each_month),
    # 办理
    requirement(
        "MX-11",
        "检察长包案",
        must_be_led_by("610326", posts=["检察长"]),
    ),
    requirement(
        "MX-11",
        "“六个一”和“五包”由本院填写",
        led_by("检察长", department="12309检察服务中心", handler_post="检察官"),
        own_list(
            "six_ones", "带头接访一次", "主持听证一次", document="眉检〔2023〕1号"
        ),
        own_list("five_duties", "包解决", "包答复"),
        item("six_ones", "2", post="检察长"),
        done("six_ones", "2"),
    ),
    requirement(
        "MX-13",
        "调解贯穿",
        act("mediated", **DOCUMENT),
        counts("mediations"),
    ),
    requirement(
        "MX-14",
        "移送线索",
        act("clue_passed", to="县公安局", **DOCUMENT),
        counts("clues"),
    ),
    of_the_office("MX-17", "三色预警", the_alert_level_of_a_duty),
    requirement(
        "MX-18",
        "应急响应机制",
        item("emergency", "judged", "leader_told", "support", post="检察官"),
        done("emergency", "judged", "leader_told", "support"),
    ),
    of_the_office(
        "MX-19",
        "七日内程序性回复，三个月内办理结果答复",
        petition(),
        owes("procedural_reply", "2020-11-27"),
        owes("three_month_answer", "2021-02-20"),
    ),
    of_the_office(
        "MX-19 I-15 I-17",
        "七日内程序性回复率，三个月内办理结果答复率",
        only_results_answer_in_three_months,
    ),
    requirement(
        "MX-21",
        "未按规定登记、转送、交办的，一次一补",
        act("step_missed", text="未告知受理。"),
        act("step_missed", text="未按期答复。"),
        owes("step_mended", "2020-11-27", times=2),
        act("step_mended", text="已补告知。"),
        states("step_mended", "discharged", "open"),
    ),
    of_the_office(
        "MX-21 MX-39",
        "没有按期转送的，由系统从办理记录中发现，每次追责",
        accepted_and_not_passed_on,
        owes("step_accountability", "2020-11-23", post="12309检察服务中心"),
        further("steps_missed"),
        act("step_accounted", kind="约谈提醒", post="12309检察服务中心", **DOCUMENT),
        discharged("step_accountability"),
    ),
    requirement(
        "MX-22",
        "刑事、民事、行政责任同步审查",
        item("three_liabilities", "criminal", "civil", "administrative", post="检察官"),
        done("three_liabilities", "criminal", "civil", "administrative"),
    ),
    requirement(
        "MX-23",
        "定向移交、协同办理",
        act("transferred", to="第一检察部", **DOCUMENT),
        counts("transfers"),
    ),
    # 监督
    requirement(
        "MX-25",
        "通过阅卷、当面听取意见等方式",
        item("hearing_out", "file_read", "heard_in_person", post="检察官"),
        done("hearing_out", "file_read", "heard_in_person"),
    ),
    of_the_office(
        "MX-26",
        "化解工作不到位的约谈",
        office_act("interviewed", post="检察长", **DOCUMENT),
        counts("interviews"),
    ),
    requirement(
        "MX-27",
        "反向审视",
        act("look_back", **DOCUMENT),
        counts("look_backs"),
    ),
    of_the_office(
        "MX-30",
        "法律九进",
        office_act("outreach", text="法律进乡村。"),
        counts("outreach"),
    ),
    of_the_office(
        "MX-36",
        "建平台、强队伍、立规范、造矩阵",
        office_act("service_improved", kind="建平台", text="设便民窗口。"),
        office_act("service_improved", kind="强队伍", text="培训信访干警。"),
        counts_of_kind("service_improvements", "建平台"),
        counts_of_kind("service_improvements", "强队伍"),
    ),
    of_the_office(
        "MX-32",
        "司法救助与社会救助联席会议",
        office_act("aid_joint_meeting", text="研究救助线索二条。", **DOCUMENT),
        counts("aid_meetings"),
    ),
    requirement(
        "MX-32",
        "司法救助与社会救助衔接，限期跟进答复",
        social_aid_referred,
        owes("social_aid_answer", "2020-12-21"),
        social_aid_answered,
        discharged("social_aid_answer"),
        further("social_aid_referrals"),
        further("social_aid_answers"),
    ),
    requirement(
        "MX-04 TL-35 TL-36 I-30",
        "一站式受理司法救助：决定，拨款后两个工作日内告知领取，一次发放",
        aid_granted(),
        discharged("aid_decision"),
        aid_funded(),
        owes("aid_notice", "2020-11-24"),
        aid_told,
        discharged("aid_notice"),
        aid_paid(),
        further("aid_applications"),
        in_the_figures("aid_yuan"),
    ),
    requirement(
        "MX-15",
        "检察官、律师、心理咨询一体化",
        act("joint_session", kind="检察官", consent=True),
        act("joint_session", kind="律师", consent=True),
        act("joint_session", kind="心理咨询师", consent=True),
        counts("sessions", acts=3),
        counts_of_kind("sessions", "律师"),
    ),
    requirement(
        "MX-12 MX-16 MX-28 MX-31 I-25 I-31 I-32 I-33 S27",
        "实质化解后一案一评查、一案一分析、一案一预警，并回访",
        led_by("检察长", department="12309检察服务中心"),
        closed("resolved"),
        reviewed(*CHECKED),
        in_the_figures("resolved"),
        further("led_resolved"),
        owes("evaluation", "2020-12-21"),
        owes("analysis", "2020-12-21"),
        owes("warning", "2020-12-21"),
        owes("follow_up", "2020-12-21"),
        drawn(),
        evaluated("检察长", self_checked_by="检察长", unmet=["trail"]),
        in_the_figures("evaluated"),
        act("evaluated", **DOCUMENT),
        act("analysed", **DOCUMENT),
        act("warned", text="注意期限。"),
        done("three_ones", "evaluation", "analysis", "warning"),
        discharged("evaluation"),
        discharged("analysis"),
        discharged("warning"),
        counts("three_each"),
        act("followed_up", kind="实地回访", post="检察官", text="已息诉。"),
        counts_of_kind("follow_ups", "实地回访"),
        discharged("follow_up"),
        followed_up("content", way="实地回访"),
        in_the_figures("content"),
        # no watch, as the programme says.
        shown_of_the_case(standing="resolved", watch_days=0, watched_until=None),
        # 未落实的重启
        followed_up("not_carried_out", way="phone"),
        shown_of_the_case(standing="open"),
        in_the_figures("flowed_back"),
        shares_after_closing,
    ),
    requirement(
        "MX-28 MX-31",
        "办结后回流的不再要求评查，再次办结的再次评查",
        led_by("检察长", department="12309检察服务中心", named_on="2020-11-16"),
        closed("resolved", on="2020-11-17"),
        reviewed(*CHECKED, reviewed_on="2020-11-17"),
        reopened(on="2020-11-18"),
        states("evaluation", "released"),
        closed("resolved"),
        reviewed(*CHECKED),
        states("evaluation", "released", "open"),
        states("follow_up", "released", "open"),
    ),
    requirement("MX-20", "公开听证的次数和主题", the_topics_of_hearings),
    requirement(
        "MX-27 MX-29 MX-38",
        "反向审视：按环节和问题记录，部门整改、退回、再整改，按成因统计",
        looked_back("intake", "registration", department=DEPARTMENT, owner="检察官"),
        owes("look_back_correction", "2020-12-20"),
        corrected("检察官", document="眉检改〔2020〕1号"),
        discharged("look_back_correction"),
        judged("returned"),
        states("look_back_correction", "open"),
        corrected("检察官", rule_changed=True),
        caused("intake", "registration", findings=1, waiting=1),
        judged("accepted"),
        discharged("look_back_correction"),
        caused("intake", "registration", findings=1, waiting=0),
        analysed("class_analysis", "一、发案集中环节", "{number}", "已办结"),
        analysed("overall_analysis", "一、普遍共性问题", "未按规定登记、转送、交办"),
    ),
    requirement(
        "MX-35",
        "与各镇街综治中心沟通联系",
        act("contacted", to="镇综治中心", text="沟通案情。"),
        counts("contacts"),
    ),
]


MEIXIAN = Programme(
    code="meixian",
    office="610326",
    hub="610326",
    day="2020-11-20",
    word="眉检控申",
    rows=ROWS,
    cells={"opened_on": "2020-11-16"},
    by_event=True,
)
