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
    programmes: Iterable[Programme], papers: Mapping[str, PaperTemplate]
) -> Iterator[Problem]:
    """
    Programmes that mail a paper which cannot be printed of a notice without a person.
    """
    fit = [
        paper.id
        for paper in papers.values()
        if paper.states == "notice"
        and paper.filed_as
        and not any(asked.required for asked in paper.asks)
    ]
    for programme in programmes:
        mailed = programme.mailed_paper
        if mailed and mailed.paper not in fit:
            yield Problem(
                "paper_unfit",
                f"“{mailed.paper}”不是能够自动制作并归卷的督办函。",
                f"可填：{'、'.join(fit) or '（无）'}。",
                f"{programme.code}: supervision.mailed_paper.paper",
            )
