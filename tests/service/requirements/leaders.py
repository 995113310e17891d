"""
某省, dy-leaders: the report on leaders who handle petitions themselves (DY).
"""

from __future__ import annotations

from tests.service.requirements.rows import Programme, body, of_the_office, requirement
from tests.service.requirements.steps.cases import (
    act,
    appraised,
    drive_shows,
    handed_on,
    in_drive,
    led_by,
    must_be_led_by,
    office_act,
)
from tests.service.requirements.steps.duties import (
    discharged,
    owes,
    report_owed,
    states,
)
from tests.service.requirements.steps.figures import (
    a_year_earlier,
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
    hearing_decided,
)
from tests.service.requirements.steps.of_leaders import (
    CITY,
    PROVINCE,
    a_hearing_by_the_chief,
    a_hearing_to_its_result,
    aid_of_two_levels,
    aided_in_the_figures,
    another_way_with_a_reason,
    answers_in_three_months,
    averages_by_heads,
    both_sides_speak_and_members_ask,
    first_petitions_led_by_a_leader,
    joins_no_second_drive_meanwhile,
    members_of_several_trades,
    owes_no_talk,
    own_motion_share,
    replies_in_time_of_those_due,
    the_share_of_hard_cases,
    the_shares_after_hearings,
    the_shares_of_talks,
    who_handles_at_each_level,
)
from tests.service.requirements.steps.petitions import petition, replied, suggested_to
from tests.service.requirements.steps.working import (
    intervened,
    plan_decided,
    plan_step_done,
    planned,
    talked_by_video,
)

DOCUMENT = {"document": "子检〔2021〕7号"}


FIRST = {"first_here": "是"}


DAY, A_YEAR_AGO = "2021-03-16", "2020-03-16"


ROWS = [
    requirement(
        "S14",
        "普通案件也一案一策，逐步办理",
        led_by("检察长", department="控告申诉检察部"),
        planned("检察官", ("核查原案", "检察官", "2021-04-06"), until="2021-04-30"),
        plan_decided("检察长"),
        owes("plan_step", "2021-04-06"),
        plan_step_done(1),
        discharged("plan_step"),
    ),
    requirement("", "过问、干预案件的如实记录", *intervened("检察官")),
    # 领导办案
    requirement("DY-01 I-28", "解决“简单案”“凑数案”", the_share_of_hard_cases),
    of_the_office(
        "DY-04",
        "一把手工程和全院性、全局性工作",
        office_act("chief_task", post="检察长", text="统筹全院信访工作。"),
        counts("chief_tasks"),
    ),
    requirement(
        "DY-07",
        "“百日攻坚”活动",
        in_drive("hundred_days", "2021-03-16"),
        owes("drive_resolve", "2021-06-23"),
        drive_shows(taken=1, settled=0, open=1),
        joins_no_second_drive_meanwhile,
    ),
    requirement(
        "DY-02",
        "领导干部办理信访申诉案件数按期间统计，与上年同期比较",
        led_by("检察长", department="控告申诉检察部"),
        further("led_newly"),
        a_year_earlier(DAY, led_newly=0),
    ),
    requirement("DY-13 DY-14 I-26 I-27", "人均办理数按人数计", averages_by_heads),
    of_the_office(
        "DY-03 I-44",
        "进京、赴省访分别统计，与上年同期比较",
        office_act(
            "higher_figure_entered", kind="进京访", count=3, on=A_YEAR_AGO, **DOCUMENT
        ),
        office_act("higher_figure_entered", kind="进京访", count=2, **DOCUMENT),
        office_act("higher_figure_entered", kind="到省访", count=9, **DOCUMENT),
        further("beijing_visits", by=5),
        further("province_visits", by=9),
        a_year_earlier(DAY, beijing_visits=3, province_visits=0),
    ),
    of_the_office("DY-05", "基层院由班子成员为主办理", who_handles_at_each_level),
    requirement(
        "DY-06",
        "把重点放在重大疑难复杂信访案件上",
        appraised(difficulty="hard"),
        must_be_led_by("990101", advice=True),
    ),
    requirement(
        "DY-33",
        "久诉不息的“骨头案”“钉子案”",
        appraised(difficulty="nail"),
        counted_in("difficulty", "nail", "钉子案", stubborn="true"),
    ),
    requirement(
        "DY-08 I-24",
        "首次到基层院申诉的全部由院领导包案",
        first_petitions_led_by_a_leader,
        case=FIRST,
    ),
    requirement(
        "DY-09",
        "首次信访专项检查：方案、逐项检查、问题限期整改",
        office_act("check_planned", text="检查首次信访的包案和办理。", **DOCUMENT),
        counts("check_plans"),
        act("check_item", kind="办理期限", result="存在问题", text="两件超期。"),
        counts_of_kind("check_items", "存在问题"),
        act("check_begun", **DOCUMENT),
        owes("rectification", "2021-06-16"),
        act("check_rectified", **DOCUMENT),
        discharged("rectification"),
    ),
    of_the_office(
        "S3",
        "甄别分流：建议的去向由人确认，或者另定并写明理由",
        petition(office=CITY),
        suggested_to("DY-12.below", "控告申诉检察部"),
        another_way_with_a_reason,
    ),
    of_the_office(
        "DY-11",
        "来信、网上信访、上级交办的各归三个中心",
        petition(office=PROVINCE),
        suggested_to("DY-11.letter", "群众来信处理中心"),
        petition(office=PROVINCE, channel="online"),
        suggested_to("DY-11.online", "网络信访处理中心"),
        petition(office=PROVINCE, origin="handed_by_spp"),
        suggested_to("DY-11.supervision", "群众信访督办中心"),
    ),
    requirement(
        "DY-12",
        "集中审查分流",
        act("triaged", to="刑事检察部"),
        counts("triage"),
    ),
    of_the_office(
        "DY-12",
        "信访联络员",
        body("liaison", ("liaison", "检察官")),
        no_longer_missing("liaisons", acts=0),
    ),
    requirement(
        "DY-15",
        "骨头案由三级院领导组成工作单元",
        appraised(difficulty="bone"),
        must_be_led_by(PROVINCE, CITY, "990101"),
    ),
    # 听证
    requirement(
        "DY-17",
        "应听证，尽听证",
        owes("hearing_decision", "2021-06-10"),
        hearing_decided(),
        discharged("hearing_decision"),
    ),
    of_the_office(
        "DY-18",
        "检察长亲自主持专题会议研究",
        office_act("chief_meeting", post="检察长", **DOCUMENT),
        counts("chief_meetings"),
    ),
    of_the_office(
        "DY-19 TL-47",
        "每半月定期通报",
        report_owed(
            "hearing_bulletin",
            "2021-03-b",
            "2021-04-06",
            "hearing_bulletin",
            office=PROVINCE,
            **DOCUMENT,
        ),
    ),
    requirement(
        "DY-20",
        "入额院领导示范带头",
        a_hearing_by_the_chief,
        further("hearings_by_leaders"),
    ),
    requirement(
        "DY-22 I-22 I-23",
        "公开听证的件数和息诉息访率，也按半月",
        a_hearing_to_its_result,
        further("hearings_settled"),
        further("hearings_public"),
        further("hearings_public_settled"),
        further("hearings_needed"),
        the_shares_after_hearings,
    ),
    requirement(
        "DY-37",
        "双方阐述、听证员提问，意见是否采纳并告知",
        both_sides_speak_and_members_ask,
    ),
    requirement(
        "DY-37",
        "意见的采纳率",
        a_hearing_to_its_result,
        further("opinions_answered"),
        further("opinions_adopted"),
    ),
    of_the_office(
        "DY-21",
        "专项督查",
        office_act("inspected", to="控告申诉检察部", text="逐案核查。"),
        counts("inspections"),
    ),
    requirement("DY-23", "来自社会不同行业的听证员", members_of_several_trades),
    # 救助、接谈
    requirement(
        "DY-24 I-30",
        "主动开展司法救助，单列件数和占比",
        aid_granted(
            origin="own_motion",
            clue={"found_on": "2021-03-15", "department": "控告申诉检察部"},
        ),
        further("aid_applications"),
        further("aid_own_motion"),
        own_motion_share,
    ),
    requirement(
        "DY-25",
        "救助人数和发放救助金",
        aid_granted(amount="20000.00"),
        aid_funded("20000.00"),
        aid_paid("20000.00"),
        aided_in_the_figures,
    ),
    requirement(
        "DY-26",
        "省院与基层院联合救助，各院分担份额",
        aid_of_two_levels,
    ),
    requirement(
        "DY-26",
        "三级院联合多元化救助",
        act("joint_aid", to="甲市分院", text="联合救助。"),
        counts("joint_aids"),
    ),
    of_the_office(
        "DY-27",
        "程序性回复由短信为主转变为面对面接谈",
        petition(),
        owes("talk", "2021-03-23"),
        replied("procedural", "sms"),
        discharged("procedural_reply"),
        states("talk", "open"),
        act("talk_held", post="检察官", kind="当面", text="面对面接谈。"),
        discharged("talk"),
    ),
    of_the_office(
        "DY-28",
        "全省基层院和有条件的市分院",
        petition(),
        owes("talk", "2021-03-23"),
        owes_no_talk(CITY),
        owes_no_talk(PROVINCE),
    ),
    requirement(
        "DY-29",
        "引导群众依法规范信访",
        act("talk_held", post="检察官", kind="电话", text="引导依法信访。"),
        counts("talks"),
    ),
    requirement(
        "DY-35",
        "视频接谈同样预约、按约进行、留有记录，按方式统计",
        *talked_by_video("2021-03-19"),
    ),
    of_the_office(
        "DY-27 I-29 DY-35",
        "面对面接谈率和各方式的占比",
        the_shares_of_talks,
    ),
    of_the_office(
        "I-15",
        "七日内程序性回复率：期限已到的，按期的，比率",
        replies_in_time_of_those_due,
    ),
    of_the_office(
        "I-16",
        "三个月办理过程或结果答复率",
        answers_in_three_months,
    ),
    # 责任
    of_the_office(
        "DY-31",
        "列入院党组议事日程",
        office_act("party_agenda", **DOCUMENT),
        counts("agenda"),
    ),
    requirement(
        "DY-32",
        "推来推去“无限循环”：转交三次的列出",
        act("handed_on", to="刑事检察部", text="转办。"),
        act("handed_on", to="控告申诉检察部", text="转办。"),
        counts("hand_offs", acts=0),
        act("handed_on", to="刑事检察部", text="转办。"),
        counts("hand_offs"),
    ),
    requirement(
        "DY-32",
        "单位之间移交两次，单位内转办一次，也列出",
        act("handed_on", to="刑事检察部", text="转办。"),
        handed_on("990102"),
        counts("hand_offs", acts=0),
        handed_on("990101"),
        counts("hand_offs"),
    ),
]


LEADERS = Programme(
    code="dy-leaders",
    office="990101",
    hub=PROVINCE,
    day=DAY,
    word="子检控申",
    rows=ROWS,
    form="leaders",
    cells={"resolve_by": "2021年12月31日"},
)
