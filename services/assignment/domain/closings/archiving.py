"""
A closed case is archived (S29): its file is complete, and stands as one volume.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.assignment import events
from services.assignment.domain.closings.closing import ENDED, ClosingCase
from services.assignment.domain.closings.standard import since_reopened
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import CaseArchived
from services.assignment.domain.facts.documents import filed_documents
from shared.errors import Conflict, Problem, reject_if
from shared.rules import day_has_come, day_not_before, post_exists


@dataclass(frozen=True)
class Archiving:
    """
    The record that a case was archived on a day as a *volume* (卷号) by a *post*.
    """

    on: date
    volume: str
    post: str


def archive(
    matter: ClosingCase,
    archiving: Archiving,
    facts: Collection[Fact],
    duties: Iterable[Duty],
    *,
    posts: Collection[str],
    today: date,
) -> events.CaseArchived:
    """
    Archive a case that is closed: everything was filed, nothing is owed any more.

    Raises `Conflict` if it is not closed or archived already, `Rejected` with every
    problem.
    """
    _check_archivable(matter, facts)
    files = filed_documents(facts)
    reject_if(
        [
            *day_has_come(archiving.on, today, "/on"),
            *day_not_before(
                archiving.on, matter.confirmed_on, "/on", "审核确认日期", "归档日期"
            ),
            *post_exists(archiving.post, posts, "/post"),
            *_file_complete(files, duties),
        ]
    )
    return events.CaseArchived.of(
        matter,
        archiving.on,
        volume=archiving.volume,
        documents=len(files),
        post=archiving.post,
    )


def _check_archivable(matter: ClosingCase, facts: Collection[Fact]) -> None:
    """
    Raises `Conflict` if the case is not closed, or is archived already.
    """
    # By the facts, not by the standing: they say that a review has ended the case since
    # it last flowed back.
    if matter.merged or not any(
        isinstance(fact, ENDED) for fact in since_reopened(facts)
    ):
        raise Conflict.because(
            "not_in_this_state",
            "案件尚未审核办结，或已并入其他案件，不能归档。",
            "请先按规定报结、审核。",
            "/number",
        )
    before = last_archiving(facts)
    if before:
        raise Conflict.because(
            "already_archived",
            f"案件已于 {before.on} 归档（卷号 {before.volume}）。",
            "无需再次归档。",
            "/number",
        )


def last_archiving(facts: Iterable[Fact]) -> CaseArchived | None:
    """
    Return the archiving of a case; None if it was never archived, or has flowed back
    since.
    """
    archivings = [
        fact for fact in since_reopened(facts) if isinstance(fact, CaseArchived)
    ]
    return archivings[-1] if archivings else None


def _file_complete(files: Collection[str], duties: Iterable[Duty]) -> Iterator[Problem]:
    if not files:
        yield Problem(
            "nothing_filed",
            "案卷中没有一份材料。",
            "请先上传材料，或制作并归卷文书。",
            "/number",
        )
    for duty in duties:
        if not duty.closed:
            yield Problem(
                "duty_open",
                f"“{duty.title}”（{duty.due_on} 到期）尚未履行，案卷不完整。",
                "请先履行，或由牵头单位解除。",
                "/number",
            )
