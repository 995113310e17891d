"""
兴庆区, xq-2020: the plan of the joint conference (XQ), and the limits of law that bind
a sub-district (TL).
"""

from __future__ import annotations

from tests.builders import new_number
from tests.service.requirements.rows import Programme, body, of_the_office, requirement
from tests.service.requirements.steps.cases import (
    act,
    act_refused,
    answers_for_the_unit,
    appraised,
    done,
    done_by_the_unit,
    fully_led,
    handed_down,
    handed_on,
    item,
    led_by,
    must_be_led_by,
    office_act,
    shown_of_the_case,
    unit_item,
)
from tests.service.requirements.steps.closings import (
    closed,
    closing_refused,
    packet,
    review_refused,
    reviewed,
)
from tests.service.requirements.steps.duties import (
    calculated,
    discharged,
    owes,
    report_owed,
    states,
)
from tests.service.requirements.steps.endings import (
    analysed,
    arose_later,
    corrected,
    drawn,
    evaluated,
    followed_up,
    handed_over,
    in_the_figures,
    inquired,
    judged,
    looked_back,
    owes_nothing,
    posted,
    received_by,
    signed,
)
from tests.service.requirements.steps.figures import (
    counted_in,
    counts,
    counts_of_kind,
    further,
    no_longer_missing,
    stock,
)
from tests.service.requirements.steps.hearing_and_aid import (
    aid_funded,
    aid_granted,
    aid_paid,
)
from tests.service.requirements.steps.of_xingqing import (
    ENFORCEMENT,
    HUB,
    NEIGHBOUR,
    SECRETARY,
    flows_back_twice,
    from_the_counter_to_the_flow_back,
    nothing_it_is_shown_is_a_text_of_the_unit,
    progress_is_told_each_month,
    scope_and_what_the_ledger_says,
    territory_is_not_the_accused,
    the_conference_decides_who_leads,
    the_courts_department_helps,
    the_hub_learns_how_far_it_is,
    the_rates_of_both_lists,
    three_answer_for_it,
    three_notices_without_progress,
    units_by_topic_and_place,
)
from tests.service.requirements.steps.petitions import (
    corrected_step,
    delivered,
    last_step,
    petition,
    petition_printed,
    petition_refused,
    registered_as,
    repeat_rate_beside_the_year_before,
    replied,
    reply_refused,
    review_open,
    step,
    step_refused,
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

ABOVE = "640100800"


DOCUMENT = {"document": "兴信〔2020〕7号"}


SAME_MATTER = {
    "petitioner": {"name": "甄简易", "id_no": "999999194605021872"},
    "original_case_no": new_number("信"),
}


FOUR_FIELDS = led_by(
    "党（工）委书记", department="综治中心", team="化解专班", resolve_by="2021-12-31"
)


ROWS = [
    requirement("", "过问、干预案件的如实记录", *intervened("分管副职")),
    requirement(
        "S13",
        "视频接访的预约、按约进行、留有记录，按方式统计",
        *talked_by_video("2020-11-24", post="信访联络员"),
    ),
    of_the_office(
        "XQ-62",
        "信访比例大幅下降：重复信访率与上年同期相比",
        repeat_rate_beside_the_year_before,
    ),
    of_the_office(
        "XQ-12 XQ-22 XQ-36", "登记受理的重复信访事项", scope_and_what_the_ledger_says
    ),
    # 目标
    of_the_office(
        "XQ-05 XQ-06 XQ-07 TL-52", "95件与其余案件的目标", the_rates_of_both_lists
    ),
    requirement(
        "XQ-07",
        "2022年12月底前全部化解",
        owes("resolve_by", "2022-12-31"),
    ),
    requirement(
        "XQ-04",
        "集中解决、全力化解、预防处置三批，按案件分",
        appraised(case_class="疑难复杂的信访积案（全力化解）"),
        counted_in("case_class", "hard_old", "疑难复杂的信访积案（全力化解）"),
    ),
    # 部署
    of_the_office(
        "XQ-11",
        "建立工作清单台账",
        office_act("ledger_kept", post="信访联络员"),
        no_longer_missing("ledgers"),
    ),
    requirement(
        "XQ-13",
        "底数清、情况明、认定准",
        act("screened", post="信访联络员"),
        no_longer_missing("unscreened"),
        item("three_checks", "count", "facts", "judged", post="分管副职"),
        done("three_checks", "count", "facts", "judged"),
    ),
    requirement(
        "XQ-14 S26",
        "事由清楚、结果清晰的及时销号",
        posted(
            "strike-offs",
            by="leader",
            reason="事由清楚，结果清晰。",
            approver_post=SECRETARY,
        ),
        shown_of_the_case(standing="struck_off"),
        owes_nothing,
        in_the_figures("struck_off"),
        posted(
            "restorations", by="leader", reason="另有诉求。", approver_post=SECRETARY
        ),
        shown_of_the_case(standing="open"),
    ),
    requirement(
        "XQ-17",
        "再梳理、再交办",
        handed_down("second"),
        shown_of_the_case(handed=True),
    ),
    requirement(
        "XQ-15 XQ-32",
        "属地管理、谁主管谁负责；常住地协办、户籍地配合",
        units_by_topic_and_place,
    ),
    requirement(
        "XQ-15 XQ-16",
        "在单位之间移交三次的列出，防止推来推去",
        handed_on("640104003", "640104001"),
        counts("hand_offs", acts=0),
        handed_on("640104002"),
        counts("hand_offs"),
    ),
    requirement(
        "XQ-18",
        "2020年7月1日以后产生的纳入日常交办范围",
        arose_later,
        owes("everyday_leader", "2020-11-23"),
        owes("everyday_outcome", "2021-01-15"),
        FOUR_FIELDS,
        discharged("everyday_leader"),
        case={"accepted_on": "2020年7月1日"},
    ),
    # 攻坚
    requirement(
        "XQ-19 XQ-20",
        "逐案明确包案领导、责任单位、工作专班和化解时限",
        owes("leader_named", "2020-11-23"),
        led_by("分管副职", department="综治中心"),
        states("leader_named", "open"),
        FOUR_FIELDS,
        discharged("leader_named"),
        fully_led(),
    ),
    requirement(
        "XQ-51",
        "领导责任、属地责任和部门责任",
        led_by("分管副职", department="综治中心", territorial_office="640104002"),
        three_answer_for_it,
    ),
    requirement(
        "XQ-21",
        "三跨三分离的落实县级领导包案",
        appraised(cross_separate=True),
        must_be_led_by("640104002", HUB),
    ),
    requirement(
        "XQ-23 TL-48",
        "年内无法化解的制定推进方案，力争2021年底化解",
        appraised(difficulty="hard"),
        owes("push_plan", "2020-12-31"),
        act("push_plan", until="2021-12-31", post="分管副职", **DOCUMENT),
        discharged("push_plan"),
        owes("push_plan_done", "2021-12-31"),
    ),
    requirement(
        "XQ-66",
        "逐案细化完善化解方案",
        FOUR_FIELDS,
        owes("plan", "2020-12-16"),
        planned(
            "分管副职", ("兑现安置房", "综治中心", "2020-12-01"), until="2020-12-31"
        ),
        plan_decided(SECRETARY),
        discharged("plan"),
        owes("plan_step", "2020-12-01"),
        plan_step_done(1),
        discharged("plan_step"),
        no_longer_missing("unplanned"),
    ),
    requirement(
        "XQ-02",
        "解决问题到位、思想教育到位、帮扶救助到位、依法处理，按项统计",
        FOUR_FIELDS,
        closing_refused("resolved", "disposition_not_shown", head_evidence=[]),
        item("four_dispositions", "explain", post="分管副职", files=("谈话笔录",)),
        closed("resolved", head_evidence=[]),
        signed(("unit", SECRETARY, None), ("leader", SECRETARY, None)),
        reviewed(
            *("matter_ended", "petition_ceased", "content", "no_repeat", "substantive")
        ),
        counted_by_head("explained"),
    ),
    requirement(
        "XQ-24",
        "接访下访走访",
        act("received_or_visited", post="分管副职", text="当面了解诉求。"),
        counts("receptions"),
    ),
    requirement(
        "XQ-03",
        "克服形式主义",
        FOUR_FIELDS,
        closed("resolved"),
        review_refused(
            "standard_not_met",
            *("matter_ended", "petition_ceased", "content", "no_repeat"),
        ),
    ),
    requirement(
        "XQ-26",
        "抽查报结，防止搞形式、走过场",
        led_by(
            SECRETARY,
            department="综治中心",
            team="化解专班",
            resolve_by="2021-12-31",
            named_on="2020-11-16",
        ),
        closing_refused(
            "lawful_ending", "document_missing", documents=packet("办结报告")
        ),
        closed("lawful_ending", on="2020-11-17", submitted_on="2020-11-17"),
        signed(("unit", SECRETARY, None), ("leader", SECRETARY, None), on="2020-11-17"),
        reviewed("ended_by_law", reviewed_on="2020-11-17"),
        drawn(confirmed_on="2020-11-17"),
        owes("closing_evaluation", "2020-12-21", office=HUB),
        evaluated("区委书记", self_checked_by=SECRETARY, verdict="flawed"),
        discharged("closing_evaluation"),
        in_the_figures("evaluated"),
    ),
    of_the_office(
        "XQ-28",
        "信联会议定期听取汇报",
        office_act("conference_heard", office=HUB, **DOCUMENT),
        counts("conferences", office=HUB),
    ),
    requirement(
        "XQ-29",
        "诉求合理但责任不落实的限期解决",
        act("solve_by_set", until="2020-12-18"),
        owes("solve_by", "2020-12-18"),
        act("solved", evidence="付款凭证"),
        discharged("solve_by"),
    ),
    requirement(
        "XQ-30",
        "诉求不合理的解释疏导，特殊困难的帮扶",
        item("four_dispositions", "explain", "help", post="分管副职"),
        done("four_dispositions", "explain", "help"),
        act_refused(
            *("explained", "document_ids_missing"), post="分管副职", text="释法。"
        ),
        act("explained", post="分管副职", text="释法。", files=("谈话笔录",)),
        counts("explanations"),
        aid_granted(),
        aid_funded(),
        owes("aid_notice", "2020-11-24"),
        aid_paid(),
        discharged("aid_notice"),
        further("aid_applications"),
    ),
    requirement(
        "XQ-31",
        "依法依规处理，只记机关、日期、文号",
        item("four_dispositions", "by_law", post="分管副职", to="公安机关", **DOCUMENT),
        done("four_dispositions", "by_law"),
    ),
    requirement(
        "XQ-33",
        "意见不一致的提出协调会商申请",
        the_conference_decides_who_leads,
    ),
    requirement(
        "XQ-34",
        "涉法涉诉问题由政法机关审查甄别",
        act("moved_to_law", to="区政法委"),
        counts("law_moved"),
    ),
    requirement(
        "XQ-35",
        "已依法终结的由常住地解释、疏导、救助；终结须有归卷的终结决定",
        FOUR_FIELDS,
        closing_refused(
            "lawful_ending", "document_missing", documents=packet("办结报告")
        ),
        closing_refused(
            *("lawful_ending", "document_not_filed"),
            documents=packet("办结报告", "终结决定"),
        ),
        closed("lawful_ending"),
        signed(("unit", SECRETARY, None), ("leader", SECRETARY, None)),
        reviewed("ended_by_law"),
        owes("hand_over", "2020-12-20"),
        handed_over("640104003"),
        discharged("hand_over"),
        owes("hand_over_receipt", "2020-12-04", office="640104003"),
        received_by("640104003"),
        discharged("hand_over_receipt"),
    ),
    requirement(
        "XQ-32 XQ-35",
        "法院执行局协办，并接收帮扶移交",
        FOUR_FIELDS,
        the_courts_department_helps,
        closed("lawful_ending"),
        signed(("unit", SECRETARY, None), ("leader", SECRETARY, None)),
        reviewed("ended_by_law"),
        handed_over(ENFORCEMENT),
        owes("hand_over_receipt", "2020-12-04", office=ENFORCEMENT, asker=ENFORCEMENT),
        received_by(ENFORCEMENT),
        discharged("hand_over_receipt", asker=ENFORCEMENT),
    ),
    of_the_office("XQ-49", "两次回流，每次一案一查", flows_back_twice),
    requirement(
        "XQ-27 XQ-44 XQ-49",
        "办结后未落实的重启，一案一查，倒查首办责任",
        FOUR_FIELDS,
        closed("lawful_ending", on="2020-11-19"),
        signed(("unit", SECRETARY, None), ("leader", SECRETARY, None)),
        reviewed("ended_by_law"),
        followed_up("not_carried_out"),
        shown_of_the_case(standing="open"),
        owes("traceback", "2020-12-20"),
        inquired("shirking", "综治中心", failed=True),
        discharged("traceback"),
    ),
    requirement(
        "XQ-37",
        "政策缺失由案件中分析查找，连同所涉事项、建议和答复成文上报、归卷",
        looked_back("handling", "policy_gap", department="综治中心", owner=SECRETARY),
        analysed("policy_gap_report", "区委、区人民政府", "{number}", "待整改"),
        corrected(SECRETARY, document="兴政办发〔2020〕9号"),
        judged("accepted"),
        office_act("policy_gap_reported", office=HUB, **DOCUMENT),
        analysed(
            *("policy_gap_report", "{number}", "（兴政办发〔2020〕9号）"),
            number=f"xq-2020/{HUB}/acts",
        ),
        office_act("policy_gap_answered", office=HUB, **DOCUMENT),
    ),
    of_the_office(
        "XQ-37",
        "政策缺失上报区委、政府，限期答复",
        office_act("policy_gap_reported", **DOCUMENT),
        owes("policy_answer", "2020-12-20", office=HUB),
        office_act("policy_gap_answered", **DOCUMENT),
        discharged("policy_answer"),
    ),
    requirement(
        "XQ-38",
        "三种调解联动",
        act("mediated", kind="行政调解", result="达成协议", **DOCUMENT),
        owes("agreement", "2020-12-20"),
        carried_on("agreement_carried_out", "mediated", evidence="收据"),
        discharged("agreement"),
        counts("agreements"),
        counts("mediations"),
        counts_of_kind("mediations", "行政调解"),
        counts_of_kind("mediations", "人民调解", 0),
    ),
    requirement(
        "XQ-40",
        "协商、听证、评理、说事",
        act("way_used", kind="说事", text="村民说事。"),
        counts_of_kind("ways", "说事"),
    ),
    requirement(
        "XQ-39 XQ-67",
        "代表委员、律师、老党员、乡贤和社会组织等参与",
        act("third_party_joined", text="评理。", **party("consultative_member")),
        act(
            "explained",
            post="分管副职",
            text="释法。",
            files=("谈话笔录",),
            **party("local_worthy", "social_body"),
        ),
        act_refused("third_party_joined", "parties_missing", text="评理。"),
        act_refused(
            "helped", "no_such_role", to="民政局", text="帮扶。", **party("grid")
        ),
        counts("third_parties", acts=3),
        counts_of_kind("third_parties", "乡贤"),
        counts_of_kind("third_parties", "社会组织"),
    ),
    requirement(
        "XQ-50",
        "小事不出村（居）、大事不出镇（街）",
        act("solved_at_level", kind="村居"),
        act_refused("solved_at_level", "not_in_list", kind="本级"),
        counts_of_kind("levels", "村居"),
    ),
    requirement(
        "XQ-41",
        "定期通报治理化解进展",
        progress_is_told_each_month,
    ),
    # 督导
    of_the_office(
        "XQ-44",
        "办结后仍重复信访的回访核实",
        from_the_counter_to_the_flow_back,
    ),
    of_the_office(
        "XQ-45 TL-46",
        "周反馈",
        report_owed("feedback", "2020-W47", "2020-11-23", "feedback_sent", **DOCUMENT),
    ),
    of_the_office(
        "XQ-45 TL-46",
        "月通报",
        report_owed(
            "bulletin",
            "2020-11",
            "2020-12-07",
            "bulletin_issued",
            office=HUB,
            **DOCUMENT,
        ),
    ),
    of_the_office(
        "XQ-45 TL-46",
        "季分析",
        report_owed(
            "analysis",
            "2021-Q1",
            "2021-04-15",
            "analysis_made",
            office=HUB,
            **DOCUMENT,
        ),
        day="2021-03-16",
    ),
    of_the_office(
        "XQ-46",
        "适时组织专项督查",
        office_act("inspected", to="综治中心", text="专项督查。"),
        counts("inspections"),
    ),
    requirement("XQ-47", "多次督办仍无进展的约谈", three_notices_without_progress),
    requirement(
        "XQ-48",
        "初信初访首办责任",
        act("first_handler_named", post="信访联络员"),
        no_longer_missing("first_handlers"),
    ),
    requirement(
        "XQ-08 I-42",
        "减存量、控增量",
        FOUR_FIELDS,
        closed("lawful_ending", on="2020-11-19"),
        signed(("unit", SECRETARY, None), ("leader", SECRETARY, None)),
        reviewed("ended_by_law"),
        stock("2020-11-01", closed=1, resolved=0, open_after=-1),
    ),
    of_the_office(
        "XQ-55",
        "依法依规严肃追责问责",
        office_act("accountability_referred", to="区纪委监委", **DOCUMENT),
        counts("accountability"),
    ),
    of_the_office(
        "XQ-55 XQ-63",
        "通报表彰",
        office_act("commended", **DOCUMENT),
        counts("commendations"),
    ),
    of_the_office(
        "XQ-69",
        "扩大宣传范围",
        office_act("publicised", kind="广播电视", text="播出化解事例。"),
        counts_of_kind("publicity", "广播电视"),
    ),
    # 保障
    requirement(
        "XQ-57",
        "矛盾纠纷多元调处中心",
        act("centre_used", text="在调处中心调解。"),
        counts("centre"),
    ),
    of_the_office(
        "XQ-53 XQ-60",
        "主要领导是第一责任人，分管领导是直接责任人",
        answers_for_the_unit(
            first=["党（工）委书记"], direct=["主任（镇长、乡长）", "分管副职"]
        ),
        body("responsible", ("first", "党（工）委书记"), ("direct", "分管副职")),
        answers_for_the_unit(first=["党（工）委书记"], direct=["分管副职"]),
        unit_item("chief_duties", "deploy", "consult", post="党（工）委书记"),
        done_by_the_unit("first", "deploy", "consult"),
    ),
    of_the_office(
        "XQ-58",
        "纳入重要议事日程",
        office_act("agenda", **DOCUMENT),
        no_longer_missing("agendas"),
    ),
    of_the_office(
        "XQ-58",
        "研究制定工作方案",
        office_act("unit_plan", **DOCUMENT),
        no_longer_missing("plans"),
    ),
    of_the_office(
        "XQ-59",
        "加大人力物力财力支持力度",
        office_act("resources", text="增配两人。"),
        counts("resources"),
    ),
    of_the_office(
        "XQ-61",
        "好经验好做法上报",
        office_act("practice_sent", **DOCUMENT),
        counts("practices"),
    ),
    # 法定期限
    of_the_office(
        "TL-08 TL-10",
        "信访人请求复查、复核的期限由计算器给出",
        calculated("review_request", "2022-06-06", "2022-07-06"),
        calculated("final_review_request", "2022-06-06", "2022-07-06"),
    ),
    of_the_office(
        "TL-49",
        "各级转送的期限由计算器给出，未启用的注明仅供参考",
        calculated("split_national", "2022-06-06", "2022-06-11", in_force=False),
        calculated("split_province", "2022-06-06", "2022-06-09", in_force=False),
        calculated("split_city", "2022-06-06", "2022-06-09", in_force=False),
        calculated("split_county", "2022-06-06", "2022-06-10", in_force=False),
    ),
    of_the_office(
        "TL-15",
        "十五日内登记、转送或告知（2005年条例）",
        petition(),
        owes("registration", "2020-12-05"),
        step("accepted", **DOCUMENT),
        delivered(),
        discharged("registration"),
        owes("conclusion_60", "2021-01-19"),
        step("opinion_issued", verdict="not_supported", **DOCUMENT),
        discharged("conclusion_60"),
    ),
    of_the_office(
        "TL-50",
        "简易办理只用于初次信访，十个工作日内出具意见",
        petition(**SAME_MATTER),
        act("simply_accepted"),
        owes("simple_answer", "2022-06-20"),
        act("simply_answered", **DOCUMENT),
        discharged("simple_answer"),
        petition(**SAME_MATTER, demand="再次反映同一事项。"),
        act_refused("simply_accepted", "first_petitions_only"),
        day="2022-06-06",
    ),
    of_the_office(
        "TL-51 I-43 S1",
        "集体访推选代表不超过五人，计批次和人次，写明收件人",
        petition_refused("required", channel="visit", persons=5),
        petition_refused(
            "too_many_representatives", channel="visit", persons=7, representatives=6
        ),
        petition(channel="visit", persons=7, representatives=5),
        petition_refused(
            "not_a_group_visit", channel="visit", persons=4, representatives=2
        ),
        registered_as(group_visit=True, received_by=True),
        petition(channel="visit", persons=4),
        registered_as(group_visit=False, received_by=True),
        further("group_batches"),
        further("group_persons", 7),
    ),
    of_the_office(
        "S17 S18 S19",
        "处理意见书送达之日起三十日内可以请求复查，再请求复核，各在三十日内出具意见",
        petition(),
        step("accepted", **DOCUMENT),
        step_refused("opinion_issued", "required", **DOCUMENT),
        step("opinion_issued", verdict="not_supported", **DOCUMENT),
        step_refused("review_asked", "opinion_not_served", to_office=HUB),
        delivered(),
        review_open("review_asked", "2020-12-20"),
        step_refused("review_asked", "own_office"),
        step("review_asked", to_office=HUB),
        owes("review", "2020-12-20", office=HUB),
        step("review_decided", by=HUB, verdict="not_supported", **DOCUMENT),
        discharged("review"),
        delivered(by=HUB),
        review_open("final_review_asked", "2020-12-20"),
        step_refused("final_review_asked", "not_above", to_office=HUB),
        step("final_review_asked", to_office=ABOVE),
        owes("final_review", "2020-12-20", office=ABOVE, asker=ABOVE),
        corrected_step(
            "review_decided", by=HUB, verdict="not_supported", document="复查2"
        ),
        step("review_hearing_begun", by=ABOVE),
        states("final_review", "paused", asker=ABOVE),
        step("review_hearing_ended", by=ABOVE),
        petition_printed(
            *("review", "复查2", "复查意见：不予支持。"),
            *("（至2020年12月20日）", "请求复核"),
            by=HUB,
            kept_from=ABOVE,
        ),
        step("final_review_decided", by=ABOVE, verdict="supported", **DOCUMENT),
        petition_printed("final_review", "复核意见：予以支持。", by=ABOVE),
        discharged("final_review", asker=ABOVE),
        delivered(by=ABOVE, outcome="refused"),
        review_open(None, None),
    ),
    of_the_office(
        "S19",
        "作过复查的机关在复核期间仍可查看步骤",
        petition(),
        step("accepted", **DOCUMENT),
        step("opinion_issued", verdict="not_supported", **DOCUMENT),
        delivered(),
        step("review_asked", to_office=NEIGHBOUR),
        step("review_decided", by=NEIGHBOUR, verdict="not_supported", **DOCUMENT),
        delivered(by=NEIGHBOUR),
        step("final_review_asked", to_office=ABOVE),
        petition_printed("review", "复查意见：不予支持。", by=NEIGHBOUR),
        last_step("final_review_asked", asker=NEIGHBOUR),
    ),
    of_the_office(
        "S3 XQ-51",
        "检举控告的对象不能填为本案的属地单位",
        petition(
            category="accusation", case_kind="揭发控告类", accused_office=NEIGHBOUR
        ),
        territory_is_not_the_accused,
    ),
    of_the_office(
        "XQ-56",
        "揭发控告类只向信联办报进展，不报内容",
        petition(
            category="accusation", case_kind="揭发控告类", accused_office=NEIGHBOUR
        ),
        the_hub_learns_how_far_it_is,
        nothing_it_is_shown_is_a_text_of_the_unit,
    ),
    of_the_office(
        "S18",
        "答复当面签收或者拒收",
        petition(),
        step("accepted", **DOCUMENT),
        replied("result", "in_person", served="refused", document="兴信答〔2020〕3号"),
        petition_printed("reply", "兴信答〔2020〕3号"),
        reply_refused("progress", "reply_not_served", served="failed"),
    ),
]


XINGQING = Programme(
    code="xq-2020",
    office="640104002",
    hub=HUB,
    day="2020-11-20",
    word="街信",
    chief="党（工）委书记",
    rows=ROWS,
    case_kind="申诉求决类",
    form="xingqing",
    cells={"resolve_by": "2022年12月31日"},
)
