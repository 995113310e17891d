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
from shared.policy.parts.mailed_papers import Occasion
from shared.policy.programme import Programme

PAPERS = Papers(
    "assignment",
    {name: subject.title for name, subject in SUBJECTS.items()},
    case.NAMES,
    {name: subject.names for name, subject in SUBJECTS.items()},
)


# What a paper tells of that is mailed on an occasion, and whether it is filed then.
_MAILED: Mapping[Occasion, tuple[str, bool]] = {
    "notice_issued": ("notice", True),
    "batch_handed": ("batch", False),
}


def mailed_papers_problems(
    programmes: Iterable[Programme],
    papers: Mapping[str, PaperTemplate],
    own: Mapping[tuple[str, str], PaperTemplate],
) -> Iterator[Problem]:
    """
    Programmes that mail a paper which cannot be printed on its occasion without a
    person; likewise what offices have of their *own* instead.
    """
    occasions = set[tuple[str, Occasion]]()
    for programme in programmes:
        for place, mailed in enumerate(programme.mailed_papers):
            occasions.add((mailed.paper, mailed.on))
            fit = [each.id for each in papers.values() if _fits(each, mailed.on)]
            if mailed.paper not in fit:
                yield Problem(
                    "paper_unfit",
                    f"“{mailed.paper}”不是此时能够自动制作的文书。",
                    f"可填：{'、'.join(fit) or '（无）'}。",
                    f"{programme.code}: mailed_papers/{place}/paper",
                )
    for (office, paper_id), paper in own.items():
        unfit = [
            on
            for mailed, on in occasions
            if mailed == paper_id and not _fits(paper, on)
        ]
        if unfit:
            filed = any(_MAILED[on][1] for on in unfit)
            yield Problem(
                "paper_unfit",
                f"{office} 自己的“{paper_id}”随邮件发送，却不能自动制作"
                f"{'并归卷' if filed else ''}。",
                f"{'请写明 filed_as；' if filed else ''}"
                "asks 各项写 required: false，或者删去。",
                f"assignment/{office}: {paper_id}",
            )


def _fits(paper: PaperTemplate, on: Occasion) -> bool:
    states, filed = _MAILED[on]
    needed = any(field.required for field in paper.asks)
    return paper.states == states and not needed and (bool(paper.filed_as) or not filed)
