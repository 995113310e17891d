"""
Facts about supervision notices (督办函).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Fact
from shared.policy.parts.duties import NOTICE_ISSUED


@dataclass(frozen=True, kw_only=True)
class NoticeIssued(Fact, name=NOTICE_ISSUED, title="发出督办函"):
    """
    A supervision notice (督办函) about a *duty*, or the whole matter, in its own
    programme unless in a *further* one.
    """

    notice: str
    step: str
    kind: str
    duty: str | None
    to_office: str
    reply_by: date
    further: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeAnswered(Fact, name="matter.supervision_answered", title="答复督办"):
    """The office answered a notice; *progress*: it says there is some."""

    notice: str
    progress: bool


@dataclass(frozen=True, kw_only=True)
class NoticeAccepted(Fact, name="matter.supervision_accepted", title="认可答复"):
    """The supervising side accepted the answer to a notice."""

    notice: str


@dataclass(frozen=True, kw_only=True)
class NoticeReturned(Fact, name="matter.supervision_returned", title="退回答复"):
    """The answer to a notice was sent back: it is owed again."""

    notice: str


@dataclass(frozen=True, kw_only=True)
class NoticeEnded(Fact, name="matter.supervision_ended", title="督办终止"):
    """What a notice was about is done: no answer is owed any more."""

    notice: str
