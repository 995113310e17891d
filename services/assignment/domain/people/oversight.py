"""
Who of an office's leading group oversees which of its departments, and which office
below as a contact point (分管部门、联系点: JZ-16).

Kept by the office itself, with days. A member is named by post, and by the holder the
office has entered where several hold the post.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.people import terms
from shared.errors import Problem
from shared.policy.directory import Directory, Office
from shared.rules import post_exists


@dataclass(frozen=True)
class Oversight:
    """
    A post of *office* oversees one *department* of it, or the office *overseen* below
    it, from *since* to before *until*, under a programme.
    """

    id: str
    office: str
    programme: str
    post: str
    holder: str | None
    department: str | None
    overseen: str | None
    since: date
    until: date | None = None
    document: str | None = None

    @property
    def subject(self) -> tuple[str, str | None, str | None]:
        """
        What is overseen, and under which programme.
        """
        return self.programme, self.department, self.overseen


@dataclass(frozen=True)
class OverseenCase:
    """
    An open case that a post oversees, by its *department* or because its *office* is a
    contact point.
    """

    number: str
    office: str
    department: str | None
    standing: str
    led: bool
    post: str
    holder: str | None
    contact_point: bool


def entry_problems(
    new: Oversight, directory: Directory, entered: Collection[Oversight]
) -> Iterator[Problem]:
    """
    A leader of the office oversees a department or an office right below, which nobody
    else oversees meanwhile; *entered*: what the office has entered before.
    """
    office = directory.office(new.office)
    yield from post_exists(new.post, office.posts, "/post")
    post = office.posts.get(new.post)
    if post is not None and not post.leader:
        leaders = [title for title, each in office.posts.items() if each.leader]
        yield Problem(
            "not_a_leader",
            f"“{new.post}”不是领导班子成员。",
            f"可填：{'、'.join(leaders)}。",
            "/post",
        )
    yield from _subject_problems(new, office, directory)
    if _is_taken(new, entered):
        yield Problem(
            "already_overseen",
            "该部门或联系点其间已有人分管、联系。",
            "请先登记前任的结束日期。",
            "/since",
        )


def _subject_problems(
    new: Oversight, office: Office, directory: Directory
) -> Iterator[Problem]:
    """
    Either a department of the office, or an office right below it.
    """
    if (new.department is None) is (new.overseen is None):
        yield Problem(
            "one_overseen",
            "须写明分管的部门（department）或者联系点单位（overseen），二者择一。",
            "请只填一项；另一项另行登记。",
            "/department",
        )
    if new.department and new.department not in office.departments:
        yield Problem(
            "no_such_department",
            f"{office.name}没有部门“{new.department}”。",
            f"可填：{'、'.join(office.departments)}。",
            "/department",
        )
    below = directory.children(new.office, new.since)
    if new.overseen and new.overseen not in below:
        yield Problem(
            "not_right_below",
            f"机关 {new.overseen} 不是{office.name}的直接下级。",
            "联系点须是下一级单位，请核对机关代码。",
            "/overseen",
        )


def ending_problems(
    oversight: Oversight, until: date, entered: Collection[Oversight]
) -> Iterator[Problem]:
    """
    What ends has begun before, and ends before another has it; *entered*: what the
    office has entered.
    """
    clash = Problem(
        "already_overseen",
        "该部门或联系点其间已有后任分管、联系。",
        "结束日期不得晚于后任的开始日期，请核对。",
        "/until",
    )
    clashes = [clash] if _is_taken(replace(oversight, until=until), entered) else []
    yield from terms.ending_problems(oversight.since, until, clashes, "开始日期")


def _is_taken(oversight: Oversight, entered: Collection[Oversight]) -> bool:
    """
    Whether another entry has the same on one of its days.
    """
    return any(
        each.id != oversight.id
        and each.subject == oversight.subject
        and terms.overlap(each, oversight)
        for each in entered
    )
