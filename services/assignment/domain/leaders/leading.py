"""
Who leads a case, as far as the facts up to some day say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.assignment.domain.facts.base import Held, PostOf, Step
from services.assignment.domain.leaders.tenures import Tenure
from shared.errors import Problem
from shared.vocabulary import Track

# What a person may tick of a case, with a reason (XQ-21, PY-26).
MARKS: tuple[str, ...] = (
    "first_petition",
    "cross_separate",
    "long_span",
    "many_people",
    "policy_heavy",
    "sensitive",
)
# Who appraises a case may also put it into a class of its programme (JZ-06, XQ-04).
JUDGED: tuple[str, ...] = ("difficulty", "case_class", *MARKS)


@dataclass(frozen=True)
class Leadership:
    """
    Who leads a case, and what bears on who must lead it.

    *holders* says who of a post's holders leads, where that is known. *batches* are
    those that handed it down and it is still in (A-46). *recused* posts, or only the
    *recused_holders* of a post, must not lead. *acts*: what was recorded of it.
    *office*: the one that has the case.
    *merged_spans*: from when to before when it was merged into another.
    *sensitive_until*: the day on which the mark `sensitive` is looked at again; it
    holds no longer.
    """

    named: tuple[PostOf, ...] = ()
    holders: Mapping[PostOf, str] = field(default_factory=dict)
    recused: tuple[PostOf, ...] = ()
    recused_holders: tuple[Held, ...] = ()
    department: str | None = None
    handler_post: str | None = None
    team: str | None = None
    responsible_post: str | None = None
    contact: str | None = None
    territorial_office: str | None = None
    resolve_by: date | None = None
    came_handed: bool = False
    batches: tuple[str, ...] = ()
    traits: Mapping[str, object] = field(default_factory=dict)
    office: str = ""
    sensitive_until: date | None = None
    track: Track = Track.CAMPAIGN
    acts: frozenset[str] = frozenset()
    merged: bool = False
    gaps: tuple[Problem, ...] = ()
    steps: tuple[Step, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    merged_spans: tuple[tuple[date, date | None], ...] = ()

    @property
    def leaders(self) -> tuple[PostOf, ...]:
        """
        Those named who need not stand back.
        """
        return tuple(leader for leader in self.named if not self._stands_back(leader))

    def _stands_back(self, who: PostOf) -> bool:
        holder = self.holders.get(who, "")
        return who in self.recused or (*who, holder) in self.recused_holders

    @property
    def handed(self) -> bool:
        return self.came_handed or bool(self.batches)

    @property
    def case_class(self) -> str | None:
        """
        The class of its programme that the case was put into, if it was (JZ-06).
        """
        code = self.traits.get("case_class")
        return None if code is None else str(code)

    def traits_on(self, day: date) -> Mapping[str, object]:
        """
        The traits as they hold on a day: a mark that was not renewed has expired.
        """
        until = self.sensitive_until
        if until is None or day <= until:
            return self.traits
        return {**self.traits, "sensitive": False}
