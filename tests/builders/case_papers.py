"""
What the papers of a court's case tell of: records as they are stored, and the words
that an office writes for each paper.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

from services.assignment.domain.activities.case_counts import CaseCount
from services.assignment.domain.batches.batches import (
    Batch,
    BatchItem,
    Objection,
    ObjectionStep,
)
from services.assignment.domain.closings.closing import Closing, Document, Signature
from services.assignment.domain.closings.endings import Ending, HandOver, LevelDecision
from services.assignment.domain.closings.look_back import CorrectionStep, LookBack
from services.assignment.domain.closings.standard import Checked, standard_on, ticks_of
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.working.demands import Demand, PointAnswer
from services.assignment.domain.working.plans import Plan, PlanStep
from services.assignment.papers import (
    PAPERS,
    batch,
    case,
    closing,
    ending,
    extension,
    look_back,
    notice,
    progress,
    summary,
)
from shared.policy.current import current_policy
from shared.vocabulary import Disposition, EndingVerdict, Help, ReplyMode, Track
from tests.builders.facts import act, happened, opened

COURT, CITY_COURT = "410825900", "410800900"
NUMBER = "温法信〔2021〕12号"
POLICY = current_policy()
COURTS = POLICY.programmes.get("jiaozuo-2021")
CLOSED = date(2021, 5, 20)

ROW = SimpleNamespace(
    number=NUMBER,
    office=COURT,
    programme=COURTS.code,
    opened_on=date(2021, 3, 16),
    leaders=[[COURT, "院长"], [CITY_COURT, "副院长"]],
    department="立案庭",
    handler_post="法官",
)
FACTS = (
    opened(date(2021, 3, 16)),
    happened("matter.occurrence_begun", date(2021, 3, 17), rule="x", occurrence=0),
    happened("intake.case_repeated", date(2021, 4, 2), counted=True),
    act("met_petitioner", date(2021, 3, 18), document="温法谈〔2021〕3号"),
    happened("hearing.hearing_held", date(2021, 4, 20)),
    happened("intake.case_repeated", date(2021, 4, 25), counted=True),
    happened("intake.case_repeat_withdrawn", date(2021, 4, 26)),
)
WAITING = Closing(
    id="c1",
    number=NUMBER,
    kind="resolved",
    concluded_on=CLOSED,
    submitted_on=date(2021, 5, 24),
    dispositions=("reasonable_solve", "hardship_help"),
    measures=("explanation", "hearing"),
    narrative="经约见、听证和释法说理，争议已解决，执行款已经全部给付。",
    submitted_by="温县法院 承办人",
    documents=(
        Document("评查报告", "温法评〔2021〕3号"),
        Document("息诉材料", "卷一第3页"),
        Document("化解方案", "卷一第9页"),
    ),
    standard=standard_on(COURTS.closing, "resolved", date(2021, 5, 24)),
    standard_version=COURTS.closing.version,
    signatures=(
        Signature("leader", "包案领导", COURT, "院长", CLOSED, "同意报结。", "甲"),
        Signature("president", "本院院长", COURT, "院长", CLOSED, None, "甲"),
    ),
)
CONFIRMED = replace(
    WAITING,
    state="confirmed",
    reviewed_on=date(2021, 5, 28),
    reviewed_by="中院 审核人",
    checklist=ticks_of(
        WAITING,
        [Checked(item.id, ("评查报告",)) for item in WAITING.standard],
        COURTS.closing,
        FACTS,
    ),
)
STRUCK_OFF = happened(
    "matter.case_struck_off",
    CLOSED,
    post="院长",
    reason="当事人已另案起诉，原因明确、结果清楚。",
)
APPLIED = Ending(
    id="e1",
    number=NUMBER,
    programme=COURTS.code,
    office=COURT,
    applied_on=CLOSED,
    grounds=tuple(ground.id for ground in COURTS.closing.ending.grounds),
    statement="一审、二审、再审程序均已穷尽，处理结论正确，释法工作已到位。",
    documents=(Document("复查报告", "卷二第1页"),),
    applied_by="温县法院 承办人",
    level=None,
    decider=None,
    state="granted",
    decisions=tuple(
        LevelDecision(
            *(level.id, level.title, CITY_COURT, "院长", EndingVerdict.AGREED),
            *(date(2021, 5, 25), "同意终结。", "乙"),
        )
        for level in COURTS.closing.ending.levels
    ),
)
HANDED = HandOver(
    id="h1",
    number=NUMBER,
    programme=COURTS.code,
    office=COURT,
    on=date(2021, 6, 2),
    to_office=None,
    unit="温泉街道办事处",
    help=(Help.EXPLANATION, Help.HARDSHIP),
    document="温法移〔2021〕1号",
)
DUTY = Duty(
    id=f"{NUMBER}/met",
    number=NUMBER,
    office=COURT,
    programme=COURTS.code,
    kind="met",
    title="约见信访人",
    source="方案第二条",
    opened_on=date(2021, 3, 16),
    due_on=date(2021, 3, 18),
    provisional=False,
    steps=(),
)
PRESSED = Notice(
    id="n1",
    number=NUMBER,
    office=COURT,
    programme=COURTS.code,
    duty=DUTY.id,
    step="notice",
    issued_on=date(2021, 3, 22),
    reply_by=date(2021, 3, 29),
    urgent=True,
    text="请说明未按期约见的原因，并反馈进展。",
    by_post="院长",
    state_on=date(2021, 3, 22),
)
DEMAND = Demand(
    id="d1",
    number=NUMBER,
    programme=COURTS.code,
    office=COURT,
    version=1,
    fixed_on=date(2021, 3, 18),
    mode=ReplyMode.IN_PERSON,
    post="院长",
    points=("请求加快执行。", "请求赔礼道歉。"),
    recorded_by="甲",
    answers=(
        PointAnswer(
            *(
                1,
                Disposition.REASONABLE_SOLVE,
                date(2021, 4, 2),
                "法官",
                "已发放执行款。",
            )
        ),
    ),
)
PLAN = Plan(
    id="p1",
    number=NUMBER,
    programme=COURTS.code,
    office=COURT,
    version=1,
    made_on=date(2021, 3, 18),
    post="法官",
    aim="兑现执行款。",
    until=date(2021, 4, 14),
    steps=(
        PlanStep(
            *(1, "查控财产", COURT, "立案庭", date(2021, 3, 25)),
            *(date(2021, 3, 24), "查控清单"),
        ),
        PlanStep(2, "发放执行款", COURT, "法官", date(2021, 4, 9)),
    ),
    recorded_by="甲",
    state="in_force",
    decided_on=date(2021, 3, 19),
    decided_by="院长",
)

BATCH = Batch(
    id="b1",
    programme=COURTS.code,
    letter_no="焦中法交〔2021〕901号",
    source="中院信访局",
    kind="handed",
    track=Track.CAMPAIGN,
    office=CITY_COURT,
    handed_on=date(2021, 3, 15),
    due_on=date(2021, 4, 14),
    case_numbers=(NUMBER,),
    offices=(COURT,),
    receipts={COURT: None},
)
OBJECTED = Objection(
    id="o1",
    batch=BATCH.id,
    number=NUMBER,
    programme=COURTS.code,
    office=COURT,
    decider=CITY_COURT,
    raised_on=date(2021, 3, 18),
    due_on=None,
    reasons="案件由邻县法院执行。",
    state="returned",
    course=(ObjectionStep(date(2021, 3, 19), "returned", "中院 审核人", "属实。"),),
)

SELF_CHECKED, EVALUATED = (
    happened(
        "matter.closing_evaluated",
        date(2021, 5, day),
        closing="c1",
        kind=kind,
        verdict=verdict,
        office=office,
        post="院长",
        standard=COURTS.closing.version,
        unmet=unmet,
        text="卷宗齐全，处理适当。",
    )
    for day, kind, verdict, office, unmet in (
        (21, "self_check", "sound", COURT, ()),
        (30, "evaluation", "flawed", CITY_COURT, (WAITING.standard[0].id,)),
    )
)

EXTENDED = happened(
    "matter.duty_extended",
    date(2021, 3, 17),
    duty=DUTY.id,
    by_office=COURT,
    by_post="院长",
    reason="案情复杂。",
    due_before=DUTY.due_on,
    days=30,
    told_petitioner_on=date(2021, 3, 17),
)
# 2021-04-17 is a Saturday.
EXTENDED_TO = SimpleNamespace(
    what="moved",
    cause=EXTENDED.name,
    reason=EXTENDED.reason,
    due_before=EXTENDED.due_before,
    due_on=date(2021, 4, 19),
)

MEIXIAN = POLICY.programmes.get("meixian")
_LATE = LookBack(
    id="l1",
    number="眉检控申〔2021〕1号",
    programme=MEIXIAN.code,
    office="610326",
    found_on=date(2021, 5, 1),
    link="handling",
    problem="deadline",
    finding="三个月内未答复。",
    to_office="610326",
    department="12309检察服务中心",
    owner_post="检察官",
)
# Three findings in two cases: two of the handling, and two of a limit that was missed.
LOOKED_BACK = (
    _LATE,
    replace(_LATE, id="l2", problem="substance", finding="原处理有误。"),
    replace(
        _LATE,
        id="l3",
        number="眉检控申〔2021〕2号",
        link="intake",
        finding="首次来访七日内未回复。",
        state="accepted",
        course=(
            CorrectionStep(
                date(2021, 5, 20),
                "corrected",
                "已修订登记办法。",
                "检察官",
                "眉检改〔2021〕1号",
                rule_changed=True,
            ),
            CorrectionStep(date(2021, 5, 24), "accepted", "已核对。"),
        ),
    ),
)

_TOLD = {
    "batch": batch.values(
        BATCH, [BatchItem(BATCH.id, NUMBER, COURT)], COURTS, POLICY.directory
    ),
    "objection": batch.values_of_objection(OBJECTED, BATCH, POLICY.directory),
    "closing": closing.values(
        CONFIRMED, (SELF_CHECKED, EVALUATED), COURTS, POLICY.directory
    ),
    "evaluation": closing.values_of_evaluation(
        EVALUATED,
        CONFIRMED,
        sampled=True,
        programme=COURTS,
        directory=POLICY.directory,
    ),
    "strike_off": closing.values_of_strike_off(STRUCK_OFF),
    "ending": ending.values(APPLIED, COURTS, POLICY.directory),
    "hand_over": ending.values_of_hand_over(HANDED),
    "extension": extension.values(
        "e1", {"e1": EXTENDED}, DUTY, [EXTENDED_TO], POLICY.directory
    ),
    "notice": notice.values(PRESSED, DUTY, 2, POLICY.directory),
    "progress": progress.values(DEMAND, PLAN, FACTS, COURTS, POLICY.directory),
    "summary": summary.values(
        [CaseCount(MEIXIAN.words["origin"][0].id, cases=7, open=1, resolved=5)],
        [
            {"title": "公开听证", "acts": 3, "unit": "次"},
            {"title": "约谈", "acts": 0, "unit": "次"},
        ],
        LOOKED_BACK,
        MEIXIAN,
        POLICY.directory,
        since=date(2021, 1, 1),
        until=date(2021, 6, 30),
        counted_on=date(2021, 7, 5),
    ),
    "look_back": look_back.values(
        LOOKED_BACK,
        MEIXIAN.closing.look_back,
        POLICY.directory,
        since=date(2021, 4, 1),
        until=date(2021, 6, 30),
    ),
}


def told(states, **changes):
    """
    What papers that tell of this may name.
    """
    of_case = case.values(ROW, FACTS, COURTS, POLICY.directory)
    return {**of_case, **_TOLD[states], **changes}


def words_of(template):
    return {asked.id: f"{asked.title}：……。" for asked in template.asks}


def printed(wanted, **changes):
    """
    A paper of the court's case, by its id.
    """
    template = PAPERS.in_force()[wanted]
    return template.fill(
        told(template.states, **changes),
        number="温法信办〔2021〕7号",
        office="温县人民法院",
        day=date(2021, 5, 24),
        issued_by="院长",
        words=words_of(template),
    )
