"""
The words of a hearing: identifiers with the Chinese term of each.
"""

from __future__ import annotations

from shared.vocabulary import Term


class HearingKind(Term):
    """How a hearing is held."""

    ORDINARY = "ordinary", "普通听证"
    SIMPLE = "simple", "简易听证"
    ON_THE_SPOT = "on_the_spot", "上门听证"
    BY_VIDEO = "by_video", "视频听证"


class Participant(Term):
    """Who takes part in a hearing, by role; never by name."""

    PETITIONER = "petitioner", "信访人"
    AGENT = "agent", "代理人、辩护人"
    OTHER_PARTY = "other_party", "对方当事人"
    HANDLER = "handler", "承办人"
    MEMBER = "member", "听证员"
    ORIGINAL_ORGAN = "original_organ", "原办案机关人员"
    EXPERT = "expert", "鉴定人、有专门知识的人"
    OBSERVER = "observer", "旁听人员"


class NoticeWay(Term):
    """How a participant is told."""

    IN_PERSON = "in_person", "当面送达"
    POST = "post", "邮寄"
    PHONE = "phone", "电话"
    MESSAGE = "message", "短信、网络"


class NoticeProof(Term):
    """What shows that a participant was told."""

    SIGNED = "signed", "签收"
    REFUSED = "refused", "拒收，已注明"
    ACKNOWLEDGED = "acknowledged", "本人答复知悉"
    RECORDED = "recorded", "通话或发送记录"


class SittingStep(Term):
    """The steps of a sitting (听证工作规定 15)."""

    CASE_PRESENTED = "case_presented", "承办人介绍案情和需要听证的问题"
    PARTIES_SPOKE = "parties_spoke", "双方当事人分别说明情况"
    MEMBERS_ASKED = "members_asked", "听证员提问"
    MEMBERS_DISCUSSED = "members_discussed", "休会，听证员讨论"
    VIEWS_GIVEN = "views_given", "复会，听证员发表意见"
    LAST_WORDS = "last_words", "当事人作最后陈述"
    SUMMED_UP = "summed_up", "主持人总结"


class Eligibility(Term):
    """What a hearing member is confirmed to be (听证工作规定 7)."""

    CITIZEN_OF_AGE = "citizen_of_age", "年满二十三周岁的中国公民"
    SUPPORTS_CONSTITUTION = "supports_constitution", "拥护宪法和法律"
    UPRIGHT = "upright", "遵纪守法、品行良好、公道正派"
    FIT = "fit", "具有正常履职的身体条件"
    NOT_CONVICTED = "not_convicted", "未受过刑事处罚"
    NOT_DISMISSED = "not_dismissed", "未被开除公职"
    LICENCE_KEPT = "licence_kept", "未被吊销律师、公证员执业证书"
    KEEPS_JUDGMENTS = "keeps_judgments", "不是失信被执行人"
    NO_GRAVE_BREACH = "no_grave_breach", "没有其他严重违法违纪行为"


class MemberStatus(Term):
    """Whether a member of the register can be drawn."""

    ACTIVE = "active", "在册"
    SUSPENDED = "suspended", "暂停"
    ENDED = "ended", "离册"


class DrawMethod(Term):
    """How members are drawn from the register."""

    ROTATION = "rotation", "轮换"
    LOT = "lot", "随机抽取"


class SeatState(Term):
    """What a member who was drawn answered."""

    INVITED = "invited", "已邀请"
    ACCEPTED = "accepted", "接受"
    DECLINED = "declined", "谢绝"


class Adoption(Term):
    """What the office made of the members' opinion."""

    FULL = "full", "采纳"
    PART = "part", "部分采纳"
    NONE = "none", "未采纳"
