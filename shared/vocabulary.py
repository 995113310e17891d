"""
The words of the field: the English identifier and, once, the Chinese term.

The values are used in the database, on the bus and in the API.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """
    An identifier with the Chinese term that offices read.
    """

    chinese: str

    def __new__(cls, value: str, chinese: str = "") -> Self:
        term = str.__new__(cls, value)
        term._value_ = value
        term.chinese = chinese
        return term


class Role(Term):
    """What a token's bearer may do."""

    CLERK = "clerk", "经办人"
    LEADER = "leader", "院领导"
    REVIEWER = "reviewer", "审核人"
    AUDITOR = "auditor", "稽核"
    MACHINE = "machine", "对接系统"


class Channel(Term):
    """信访形式; a programme may have its own"""

    LETTER = "letter", "来信"
    PHONE = "phone", "来电"
    VISIT = "visit", "来访"
    ONLINE = "online", "网上信访"
    VIDEO = "video", "视频接访"
    OTHER = "other", "其他"


class IdentityDocument(Term):
    """证件类型"""

    RESIDENT_ID = "resident_id", "居民身份证"
    OFFICER_ID = "officer_id", "军官证"
    SOLDIER_ID = "soldier_id", "士兵证"
    POLICE_ID = "police_id", "警官证"
    HK_MACAO_TAIWAN = "hk_macao_taiwan_resident_id", "港澳台居民身份证"
    PASSPORT = "passport", "护照"
    HOUSEHOLD_REGISTER = "household_register", "户口簿"
    OTHER = "other", "其他"


class Category(Term):
    """三类信访事项"""

    SUGGESTION = "suggestion", "建议意见类"
    ACCUSATION = "accusation", "检举控告类"
    CLAIM = "claim", "申诉求决类"


class Appellant(Term):
    """不服不起诉决定的申诉人"""

    VICTIM = "victim", "被害人"
    NOT_PROSECUTED = "not_prosecuted", "被不起诉人"


class PetitionState(Term):
    """信访件的状态"""

    REGISTERED = "registered", "已登记"
    AWAITING_MATERIALS = "awaiting_materials", "待补正"
    ACCEPTED = "accepted", "已受理"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    GUIDED_OUT = "guided_out", "已告知去向"
    FORWARDED = "forwarded", "已转送"
    HANDED_DOWN = "handed_down", "已交办"
    OBJECTED = "objected", "接收单位有异议"
    DISPUTED = "disputed", "已提请联席会议协调"
    REPORTED = "reported", "接收单位已报告结果"
    ALREADY_HANDLED = "already_handled", "同一事项已在办理"
    UNABLE_TO_REPLY = "unable_to_reply", "无法回复"
    OPINION_ISSUED = "opinion_issued", "已出具处理意见"
    UNDER_REVIEW = "under_review", "复查中"
    REVIEWED = "reviewed", "已出具复查意见"
    UNDER_FINAL_REVIEW = "under_final_review", "复核中"
    FINALLY_REVIEWED = "finally_reviewed", "已出具复核意见"


class PetitionStep(Term):
    """信访件的办理步骤"""

    MATERIALS_ASKED = "materials_asked", "一次告知补正材料"
    MATERIALS_COMPLETE = "materials_complete", "材料补齐"
    ACCEPTED = "accepted", "受理"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    GUIDED_OUT = "guided_out", "告知去向"
    FORWARDED = "forwarded", "转送"
    HANDED_DOWN = "handed_down", "交办"
    OBJECTED = "objected", "对转送、交办提出异议"
    TAKEN_BACK = "taken_back", "收回"
    OBJECTION_REFUSED = "objection_refused", "不同意异议"
    DISPUTE_RAISED = "dispute_raised", "提请联席会议协调"
    DISPUTE_RETURNED = "dispute_returned", "联席会议决定退回"
    DISPUTE_UPHELD = "dispute_upheld", "联席会议决定维持"
    REPORTED = "reported", "报告办理结果"
    ALREADY_HANDLED = "already_handled", "告知同一事项已在办理"
    UNABLE_TO_REPLY = "unable_to_reply", "认定无法回复"
    OPINION_ISSUED = "opinion_issued", "出具处理意见"
    REVIEW_ASKED = "review_asked", "收到复查请求"
    REVIEW_DECIDED = "review_decided", "出具复查意见"
    FINAL_REVIEW_ASKED = "final_review_asked", "收到复核请求"
    REVIEW_HEARING_BEGUN = "review_hearing_begun", "复核听证开始"
    REVIEW_HEARING_ENDED = "review_hearing_ended", "复核听证结束"
    FINAL_REVIEW_DECIDED = "final_review_decided", "出具复核意见"


class DeliveryOutcome(Term):
    """送达结果"""

    SIGNED = "signed", "签收"
    REFUSED = "refused", "拒收，留置送达"
    FAILED = "failed", "未能送达"


class ReplyKind(Term):
    """回复种类"""

    PROCEDURAL = "procedural", "程序性回复"
    PROGRESS = "progress", "办理过程答复"
    RESULT = "result", "结果答复"


class ReplyMode(Term):
    """回复方式"""

    IN_PERSON = "in_person", "当面"
    PHONE = "phone", "电话"
    VIDEO = "video", "视频"
    SMS = "sms", "短信"
    LETTER = "letter", "书面"
    ONLINE = "online", "网上"


class Disposition(Term):
    """三到位一处理"""

    REASONABLE_SOLVE = "reasonable_solve", "诉求合理的解决问题到位"
    UNREASONABLE_EXPLAIN = "unreasonable_explain", "诉求无理的思想教育到位"
    HARDSHIP_HELP = "hardship_help", "生活困难的帮扶救助到位"
    UNLAWFUL_BY_LAW = "unlawful_by_law", "行为违法的依法处理"


class Remedy(Term):
    """化解措施"""

    EXPLANATION = "explanation", "释法说理"
    HEARING = "hearing", "公开听证"
    JUDICIAL_AID = "judicial_aid", "司法救助"
    COUNSELLING = "counselling", "心理咨询"
    MEDIATION = "mediation", "调解"
    CORRECTION = "correction", "纠正原处理"
    OTHER = "other", "其他"


class ClosingKind(Term):
    """办结方式"""

    RESOLVED = "resolved", "化解"
    LAWFUL_ENDING = "lawful_ending", "依法终结"
    PROCEDURAL = "procedural", "程序性办结"


class Verdict(Term):
    """报结审核"""

    CONFIRMED = "confirmed", "审核确认"
    RETURNED = "returned", "退回"


class PendingClosing(Term):
    """尚未了结的报结"""

    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"


class EvaluationKind(Term):
    """对报结的检查"""

    SELF_CHECK = "self_check", "自查"
    EVALUATION = "evaluation", "评查"


class EvaluationVerdict(Term):
    """自查、评查的结论"""

    SOUND = "sound", "合格"
    FLAWED = "flawed", "有瑕疵"
    UNSOUND = "unsound", "不合格"


class PlanVerdict(Term):
    """对化解方案的审批"""

    APPROVED = "approved", "批准"
    RETURNED = "returned", "退回"


class EndingVerdict(Term):
    """一级对终结申报的决定"""

    AGREED = "agreed", "同意"
    REFUSED = "refused", "不同意"


class EndingState(Term):
    """终结申报的状态"""

    WAITING = "waiting", "待决定"
    GRANTED = "granted", "同意终结"
    REFUSED = "refused", "不予终结"
    LAPSED = "lapsed", "因案件办结失效"


class Help(Term):
    """终结后移交的工作"""

    EXPLANATION = "explanation", "解释疏导"
    EDUCATION = "education", "教育引导"
    HARDSHIP = "hardship", "帮扶救助"
    COORDINATION = "coordination", "协调落实"


class FollowUpWay(Term):
    """回访方式"""

    PHONE = "phone", "电话回访"
    ON_SITE = "on_site", "实地回访"
    ONLINE = "online", "网络回访"
    MEETING = "meeting", "座谈会"


class FollowUpResult(Term):
    """回访结果"""

    CONTENT = "content", "已落实，信访人满意"
    NOT_CONTENT = "not_content", "已落实，信访人仍有意见"
    UNREACHED = "unreached", "未联系上"
    NOT_CARRIED_OUT = "not_carried_out", "处理意见未落实"


class LookBackState(Term):
    """反向审视的进展"""

    FOUND = "found", "待整改"
    CORRECTED = "corrected", "已整改待认可"
    ACCEPTED = "accepted", "已办结"


class LookBackVerdict(Term):
    """对整改的认可"""

    ACCEPTED = "accepted", "认可"
    RETURNED = "returned", "退回"


class HearingDecision(Term):
    """是否听证"""

    HOLD = "hold", "听证"
    NOT_NEEDED = "not_needed", "不需听证"


class AidOrigin(Term):
    """救助来源"""

    ON_APPLICATION = "on_application", "依申请"
    OWN_MOTION = "own_motion", "依职权"


class AidDecision(Term):
    """救助决定"""

    GRANTED = "granted", "予以救助"
    REFUSED = "refused", "不予救助"


class DutyState(Term):
    """职责状态"""

    OPEN = "open", "未到期"
    OVERDUE = "overdue", "逾期"
    BACKDATED = "backdated", "印发前已过"
    DISCHARGED = "discharged", "已履行"
    RELEASED = "released", "已解除"
    PAUSED = "paused", "期限中止"


class EscalationKind(Term):
    """督办步骤"""

    REMINDER = "reminder", "提醒"
    NOTICE = "notice", "督办函"
    BULLETIN = "bulletin", "列入通报"
    INTERVIEW = "interview_candidate", "约谈建议"
    LEVEL_ABOVE = "level_above", "报上级"


class EscalationState(Term):
    """督办事项是否仍在进行"""

    OPEN = "open", "进行中"
    ENDED = "ended", "已终止"


class NoticeState(Term):
    """督办函的状态"""

    ISSUED = "issued", "等待答复"
    ANSWERED = "answered", "已答复待审核"
    ACCEPTED = "accepted", "答复已认可"
    RETURNED = "returned", "答复已退回"
    ENDED = "ended", "已因职责履行或案件办结而终止"


class PaperForm(Term):
    """文书的格式"""

    DOCX = "docx", "Word 文档"
    PDF = "pdf", "PDF"


class AnswerVerdict(Term):
    """对督办答复的审核"""

    ACCEPTED = "accepted", "认可"
    RETURNED = "returned", "退回"


class InterviewDecision(Term):
    """是否约谈"""

    HELD = "held", "约谈"
    NOT_NEEDED = "not_needed", "不约谈"


class AlertLevel(Term):
    """三色预警，只看职责"""

    RED = "red", "红色"
    YELLOW = "yellow", "黄色"
    BLUE = "blue", "蓝色"


class Difficulty(Term):
    """难易程度"""

    ORDINARY = "ordinary", "一般"
    HARD = "hard", "疑难"
    BONE = "bone", "骨头案"
    NAIL = "nail", "钉子案"
    SENSITIVE = "sensitive", "重大敏感"


STUBBORN = (Difficulty.BONE, Difficulty.NAIL)
"""
久诉不息的"骨头案""钉子案" (DY-33): how hard a case is, never who petitions.
"""


class Standing(Term):
    """案件的办理情况"""

    OPEN = "open", "办理中"
    SUBMITTED = "submitted", "已报结待审核"
    RESOLVED = "resolved", "已化解"
    ENDED = "ended", "已依法终结"
    CONCLUDED = "concluded", "已程序性办结"
    STRUCK_OFF = "struck_off", "已销号"


class CountedBy(Term):
    """案件按什么分项计数"""

    ORIGIN = "origin", "案件来源"
    CASE_KIND = "case_kind", "案件类别"
    CASE_CLASS = "case_class", "案件分类"
    DIFFICULTY = "difficulty", "难易程度"


class PetitionsCountedBy(Term):
    """信访件按什么分项计数"""

    CHANNEL = "channel", "信访形式"
    CASE_KIND = "case_kind", "案件类别"
    CATEGORY = "category", "信访类别"
    TOPIC = "topic", "领域"
    OFFICE = "office", "单位"


class UnitRole(Term):
    """跨区域案件中各单位的责任"""

    LEAD = "lead", "主办"
    CO_HANDLING = "co_handling", "协办"
    COOPERATING = "cooperating", "配合"


class ObjectionVerdict(Term):
    """异议的决定"""

    RETURNED = "returned", "同意退回"
    REFUSED = "refused", "不予同意"


class Track(Term):
    """治理与日常两条线"""

    CAMPAIGN = "campaign", "专项治理"
    EVERYDAY = "everyday", "日常交办"


class ScanState(Term):
    """病毒扫描"""

    CLEAN = "clean", "扫描未见异常"
    NOT_SCANNED = "not_scanned", "未扫描（本系统没有配置扫描程序）"
