"""
Who must lead a case before it counts as led: posts of which office, and a department.

Says what is missing; naming the leaders is the business of the assignment service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from shared.conditions import Condition, all_hold
from shared.directory import Directory, UnknownOffice


@dataclass(frozen=True)
class Gap:
    """
    What a case still lacks to be led.
    """

    code: str
    text: str


@dataclass(frozen=True)
class Need:
    """
    A post of the hub office (`hub`) or of the responsible office (`own`).
    """

    office: Literal["hub", "own"]
    flag: Literal["leader", "chief", "middle"]


@dataclass(frozen=True)
class LeaderRule:
    """
    What is needed for the cases that fulfil `when` (fact: handed).
    """

    id: str
    when: Mapping[Literal["handed"], Condition]
    need: tuple[Need, ...]
    source: str
    department: bool = True

    def applies(self, *, handed: bool) -> bool:
        return all_hold(self.when, {"handed": handed})

    def gaps(
        self,
        offices: Mapping[str, str],
        leaders: Collection[tuple[str, str]],
        department: str | None,
        directory: Directory,
    ) -> Iterator[Gap]:
        """
        `offices` says which office `hub` and `own` are. When both are the same
        office, the city's own case, one leader of it answers for both levels.
        """
        wanted = {(offices[need.office], need.flag): need for need in self.need}
        for (office, flag), need in wanted.items():
            if not any(_is(each, office, flag, directory) for each in leaders):
                name = directory.office(office).name
                code = f"{need.office}_{need.flag}_missing"
                yield Gap(code, f"缺少{name}的{FLAG_NAMES[flag]}包案。")
        if self.department and not (department or "").strip():
            yield Gap("department_missing", "未落实责任部门。")


FLAG_NAMES = {"leader": "院领导", "chief": "主要领导", "middle": "中层干部"}


def _is(leader: tuple[str, str], office: str, flag: str, directory: Directory) -> bool:
    """
    Whether a named post is of that office and of that kind; unknown posts are not.
    """
    if leader[0] != office:
        return False
    try:
        post = directory.office(office).posts.get(leader[1])
    except UnknownOffice:
        return False
    return post is not None and bool(getattr(post, flag))
