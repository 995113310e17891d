"""
The papers of a case: what they may tell of, and what each says by the record.

`subjects` lists what papers may tell of; each other file says what the papers of one
subject may name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from services.assignment.papers import case
from services.assignment.papers.subjects import SUBJECTS
from shared.errors import Problem
from shared.papers import Papers, PaperTemplate
from shared.policy.programme import Programme

PAPERS = Papers(
    "assignment",
    {name: subject.title for name, subject in SUBJECTS.items()},
    case.NAMES,
    {name: subject.names for name, subject in SUBJECTS.items()},
)


def mailed_papers_problems(
    programmes: Iterable[Programme],
    papers: Mapping[str, PaperTemplate],
    own: Mapping[tuple[str, str], PaperTemplate],
) -> Iterator[Problem]:
    """
    Programmes that mail a paper which cannot be printed of a notice without a person;
    likewise what offices have of their *own* instead.
    """
    fit = [paper.id for paper in papers.values() if _prints_itself(paper)]
    mailed_ones = set()
    for programme in programmes:
        if not (mailed := programme.mailed_paper):
            continue
        mailed_ones.add(mailed.paper)
        if mailed.paper not in fit:
            yield Problem(
                "paper_unfit",
                f"“{mailed.paper}”不是能够自动制作并归卷的督办函。",
                f"可填：{'、'.join(fit) or '（无）'}。",
                f"{programme.code}: supervision.mailed_paper.paper",
            )
    for (office, paper_id), paper in own.items():
        if paper_id in mailed_ones and not _prints_itself(paper):
            yield Problem(
                "paper_unfit",
                f"{office} 自己的“{paper_id}”随督办邮件发送，却不能自动制作并归卷。",
                "请写明 filed_as；asks 各项写 required: false，或者删去。",
                f"assignment/{office}: {paper_id}",
            )


def _prints_itself(paper: PaperTemplate) -> bool:
    needed = any(field.required for field in paper.asks)
    return paper.states == "notice" and bool(paper.filed_as) and not needed
