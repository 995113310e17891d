"""
What a step of a petition is judged by besides the petition itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.intake.domain.petitions.steps import Step
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.parts.batches import Objections
from shared.policy.parts.petitions import RefusalReason, ReviewTerms, Verdict


@dataclass(frozen=True)
class Circumstances:
    """
    What the guards of a step look at besides the petition and the step itself.

    *earlier*: its steps so far, in their order. *attempts*: on how many days a paper
    could not be delivered, and *attempts_needed* how many there must be. *unreachable*:
    it names nobody who could be reached. *filed*: the ids of the documents of the step
    that are files of the petition. *served*: when the paper of a step, by its id, first
    reached the petitioner. *review*: how opinions on the petition are reviewed.
    *worked_on*: the receiver has registered it and begun to handle it.
    """

    today: date
    directory: Directory
    calendar: Calendar
    refusals: Sequence[RefusalReason] = ()
    objections: Objections | None = None
    earlier: Sequence[Step] = ()
    attempts: int = 0
    attempts_needed: int = 1
    unreachable: bool = False
    filed: Collection[str] = ()
    served: Mapping[str, date] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()
    review: ReviewTerms | None = None
    worked_on: bool = False

    def served_on(self, step: Step) -> date | None:
        """
        When the paper of a step, or of the wrong one in its place, was served.
        """
        return self.served.get(step.id) or self.served.get(step.replaces or "")
