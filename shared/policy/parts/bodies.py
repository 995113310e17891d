"""
Bodies in which posts work together: leading groups, teams, liaisons, duty desks.

A programme says which an office has and who may be in them; their members are entered
by the office, in the assignment service.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.errors import Problem
from shared.policy.directory_file import Post
from shared.policy.parts.leaders import Flag
from shared.policy.parts.reports import Of
from shared.yaml.decode import duplicates, problem_in


@dataclass(frozen=True)
class BodyRole:
    """
    A part in a body: posts with one of the `flags`, without these any; at least and at
    most so many members. `duties`: the duty list of the unit that it answers for
    (XQ-60).
    """

    id: str
    title: str
    flags: tuple[Flag, ...] = ()
    at_least: int = 0
    at_most: int | None = None
    duties: str = ""

    def problems(self) -> Iterator[Problem]:
        if self.at_most is not None and self.at_most < max(self.at_least, 1):
            message = "人数的上限小于下限或小于一。"
            yield problem_in(self, "at_most", "bounds_inverted", message, "请改正。")

    def open_to(self, post: Post) -> bool:
        return not self.flags or any(getattr(post, flag) for flag in self.flags)


@dataclass(frozen=True)
class BodyKind:
    """
    A body that each of these offices has, or `several` of them.

    `responsible`: who answers for the unit (XQ-53); where the office has entered
    nobody, the posts of the directory that fit the roles. `telephone`: a duty desk that
    is reached at a telephone of the office (JZ-40). `document`: it rests on a document.
    """

    id: str
    title: str
    source: str
    roles: tuple[BodyRole, ...]
    of: Of = "each_office"
    several: bool = False
    responsible: bool = False
    telephone: bool = False
    document: bool = True

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.roles, "id")
        if not self.roles:
            message = "没有写由哪些人组成。"
            yield problem_in(self, "roles", "nobody_named", message, "请写明 roles。")

    def role(self, identity: str) -> BodyRole | None:
        return next((role for role in self.roles if role.id == identity), None)
