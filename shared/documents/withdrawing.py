"""
Withdrawing a document that was filed wrongly: it stays, and is evidence of nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from shared.documents.document import Document
from shared.errors import Conflict, Problem, reject_if
from shared.rules import day_has_come, day_not_before, leader_approves


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """
    Why a document is withdrawn on a day: recorded *by* somebody, approved by the *post*
    of a leader.
    """

    on: date
    by: str
    post: str
    reason: str


def withdraw(
    document: Document,
    withdrawal: Withdrawal,
    *,
    leaders: Collection[str],
    stands_on: Iterable[Problem],
    today: date,
) -> Document:
    """
    The document as it is withdrawn; *leaders*: the posts that may approve it,
    *stands_on*: what stands on the document.

    Raises `Conflict` if it was withdrawn already, `Rejected` with every reason.
    """
    if document.withdrawn_on:
        raise Conflict.because(
            "already_withdrawn",
            f"这份材料已于 {document.withdrawn_on} 撤回。",
            "请查看材料目录。",
        )
    reject_if(
        [
            *day_has_come(withdrawal.on, today, "/on"),
            *day_not_before(withdrawal.on, document.filed_on, "/on", "收存之日"),
            *leader_approves(withdrawal.post, leaders, "/approver_post"),
            *_uploaded(document),
            *stands_on,
        ]
    )
    return replace(
        document,
        withdrawn_on=withdrawal.on,
        withdrawn_by=withdrawal.by,
        withdrawn_post=withdrawal.post,
        withdrawn_because=withdrawal.reason,
    )


def _uploaded(document: Document) -> Iterator[Problem]:
    """
    What the system printed says what is recorded of its own matter.
    """
    if document.made_here:
        yield Problem(
            "made_here",
            "文书由系统按本件记录制作，有编号的占用编号，不能撤回。",
            "记录有误的，请更正记录后重新制作。",
            "/number",
        )


def in_use(record: str, remedy: str) -> Problem:
    """
    That a *record*, named in Chinese, rests on a document, which is therefore not
    withdrawn.
    """
    return Problem("document_in_use", f"{record}以这份材料为依据。", remedy, "/number")
