"""
The papers of a petition: which there are, and what each says of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.intake.domain.lifecycle import Step
from services.intake.domain.petitions import Petition, Reply
from shared.errors import Conflict, Problem
from shared.papers import Paper, PaperTemplate, load_papers
from shared.policy.current import current_policy
from shared.policy.words import find
from shared.settings import settings
from shared.vocabulary import PetitionStep, ReplyKind
from shared.yaml.load import ConfigurationError


@lru_cache
def papers() -> Mapping[str, PaperTemplate]:
    """
    The papers of deploy/papers by their ids.

    Raises `ConfigurationError` naming every fault.
    """
    return load_papers(settings.deploy / "papers", [*_TITLES])


def check_papers(folder: Path) -> list[Problem]:
    """
    Everything wrong in the papers of a folder.
    """
    try:
        load_papers(folder, [*_TITLES])
    except ConfigurationError as wrong:
        return list(wrong.problems)
    return []


_TITLES = {term.value: term.chinese for term in (*PetitionStep, *ReplyKind)}
"""
What a paper may tell of: the steps of petitions, and the kinds of replies to them.
"""


@dataclass(frozen=True)
class Record:
    """
    A petition with what is recorded of it; *private* is what is sealed of it.
    """

    petition: Petition
    private: Mapping[str, Any]
    steps: Sequence[Step]
    replies: Sequence[Reply]

    def paper(self, template: PaperTemplate) -> Paper:
        """
        Raises `Conflict` while there is nothing that the paper could tell of.
        """
        programme = current_policy().programmes.get(self.petition.programme)
        office = current_policy().directory.office(self.petition.office).name
        channel = find(programme.words["channel"], self.petition.channel)
        petitioner = self.private["petitioner"].get("name")
        values = {
            "number": self.petition.number,
            "petitioner": petitioner or "信访人",
            "received_on": self.petition.received_on,
            "channel": channel.title if channel else "信访",
            "office": office,
            **dict.fromkeys(("document", "reason", "organ", "outcome", "text")),
            "materials": (),
            **self._event(template),
        }
        return template.fill(
            values,
            number=values["document"] or "",
            office=office,
            day=values["on"],
        )

    def _event(self, template: PaperTemplate) -> dict[str, Any]:
        """
        What the paper tells of: the last step, or the last reply, of its kind.
        """
        for step in reversed(self.steps):
            if step.kind == template.states:
                return {**vars(step), "reason": self._refusal(step)}
        for reply in reversed(self.replies):
            if reply.kind == template.states and reply.withdrawn_on is None:
                return {
                    "on": reply.replied_on,
                    "outcome": reply.outcome,
                    "text": reply.summary,
                }
        raise Conflict.because(
            "nothing_to_state",
            f"这件信访还没有登记“{_TITLES[template.states]}”，不能制作{template.title}。",
            "请先登记，再制作文书。",
            "/paper",
        )

    def _refusal(self, step: Step) -> str | None:
        """
        The words of the reason for which it was not accepted.
        """
        policy, petition = current_policy(), self.petition
        kind = policy.directory.office(petition.office).kind
        programme = policy.programmes.get(petition.programme)
        reasons = programme.refusals_on(petition.received_on, kind)
        return next((r.title for r in reasons if r.id == step.reason), step.reason)
