"""
Supervision notices to offices, and the mailings they are sent in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.vocabulary import PaperForm, Term


class NoticeKind(Term):
    """
    What a notice is, as the subject of its mail says.
    """

    SUPERVISION = "supervision", "督办通知"
    HANDING = "handing", "交办通知"
    TOLD = "told", "情况通知"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """
    A notice to an *office*, for the attention of a *post*, about a duty or report.

    *day*: when its cause arose. *mailing*: the mailing it is in; None while it waits.
    *paper*: the supervision notice whose paper goes with the mail (`NoticePaper`).
    """

    event_id: str
    programme: str
    office: str
    post: str | None
    case_number: str
    title: str
    about: str
    day: date
    urgent: bool
    kind: NoticeKind = NoticeKind.SUPERVISION
    mailing: str | None = None
    paper: str | None = None


@dataclass(frozen=True, kw_only=True)
class NoticePaper:
    """
    The paper of a supervision *notice*, printed in this *form*: its text as
    `shared.papers.Paper` has it, and once it was mailed its *content*. Neither, if it
    is too long for a mail.
    """

    notice: str
    form: PaperForm
    paper: Mapping[str, Any] | None
    content: bytes | None = None


class DeliveryState(Term):
    """
    The state of the mail to one recipient.
    """

    DUE = "due", "待发送"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已发送"
    UNCERTAIN = "uncertain", "不确定是否送达"
    REFUSED = "refused", "被拒收"
    FAILED = "failed", "发送失败"


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """
    A mail to an office that holds one urgent notice, or all notices of a *day*.

    Without deliveries it reached nobody, because neither the office nor any above it
    has an address.
    """

    id: str
    programme: str
    office: str
    day: date
    made_at: datetime
    urgent: bool


def daily_mailing(office: str, day: date) -> str:
    """
    The id of the mailing that has all notices of an office of a *day*.
    """
    return f"{office}-{day}"
