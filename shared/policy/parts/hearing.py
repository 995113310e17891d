"""
What a hearing needs under a programme.

The values are in the programme's file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.errors import Problem
from shared.policy.calendar import Limit
from shared.yaml.decode import duplicates, problem_in


@dataclass(frozen=True)
class HearingSubject:
    """
    A kind of matter that is open to hearing; `public`: as a rule everybody may come.
    """

    id: str
    title: str
    public: bool
    source: str


@dataclass(frozen=True)
class HearingRules:
    """
    Notice between telling the participants and the sitting; bounds of the members.

    `members_odd`: their number must be. `rooms`: it is held in a hearing room of its
    office, or where the chief approved (听证工作规定 12, which binds procuratorates).
    `request_answer`: within which the request of a
    party is answered. `watch`: after a result, until it is seen whether the matter
    stayed settled. `subjects`: what may be heard, if the programme says so.
    """

    notice: Limit
    members_min: int
    members_max: int
    source: str
    masked: bool = False
    members_odd: bool = False
    rooms: bool = False
    request_answer: Limit | None = None
    watch: Limit | None = None
    subjects: tuple[HearingSubject, ...] = ()

    def problems(self) -> Iterator[Problem]:
        if self.members_max < self.members_min:
            message = "听证员人数的上限小于下限。"
            yield problem_in(
                self, "members_max", "bounds_inverted", message, "请改正。"
            )
        yield from duplicates(self.subjects, "id")
