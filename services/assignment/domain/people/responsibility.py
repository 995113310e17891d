"""
Who answers for a unit, and what of the unit's own lists was done (XQ-53, XQ-60, JZ-16).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.people.bodies import Body
from shared.errors import Problem
from shared.policy.directory import Office
from shared.policy.parts.bodies import BodyKind, BodyRole
from shared.policy.parts.reports import DutyList, ListItem
from shared.policy.programme import Programme
from shared.rules import post_exists


@dataclass(frozen=True)
class UnitEntry:
    """
    An item of a list of the unit was done on a day by a post, shown by *evidence*.
    """

    id: str
    programme: str
    office: str
    list: str
    item: str
    on: date
    post: str
    evidence: str


@dataclass
class PostWork:
    """
    What a post, or one *holder* of it, leads first and jointly, and what of its duties
    is *open* and of these *overdue*.
    """

    post: str
    holder: str | None
    cases: int = 0
    joint: int = 0
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class UnitItem:
    """
    An item of a list of the unit with what was done of it.
    """

    id: str
    text: str
    source: str
    entries: tuple[UnitEntry, ...]

    @property
    def done(self) -> bool:
        return bool(self.entries)


@dataclass(frozen=True)
class Responsible:
    """
    A role that answers for the unit: the posts *registered* by the office, or those of
    the directory that fit; *posts* are (office, title).
    """

    role: str
    title: str
    source: str
    registered: bool
    posts: tuple[tuple[str, str], ...]
    items: tuple[UnitItem, ...]


def responsible(
    programme: Programme,
    office: Office,
    bodies: Sequence[Body],
    entries: Sequence[UnitEntry],
) -> Iterator[Responsible]:
    """
    The roles that answer for an office under a programme.
    """
    for kind in programme.bodies:
        for role in kind.roles if kind.responsible else ():
            posts = _registered(kind, role, bodies)
            yield Responsible(
                role.id,
                role.title,
                kind.source,
                registered=bool(posts),
                posts=posts or _fitting(role, office),
                items=tuple(_items(programme, role, entries)),
            )


def _registered(
    kind: BodyKind, role: BodyRole, bodies: Sequence[Body]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (member.office, member.post)
        for body in bodies
        if body.kind == kind.id
        for member in body.members
        if member.role == role.id
    )


def _fitting(role: BodyRole, office: Office) -> tuple[tuple[str, str], ...]:
    """
    The chief answers first and for himself alone: other roles leave that post out.
    """
    first = "chief" in role.flags
    return tuple(
        (office.code, post.title)
        for post in office.posts.values()
        if role.flags and role.open_to(post) and post.chief is first
    )


def _items(
    programme: Programme, role: BodyRole, entries: Sequence[UnitEntry]
) -> Iterator[UnitItem]:
    for duty_list in unit_lists(programme):
        if duty_list.id == role.duties:
            for item in duty_list.items:
                yield _item(duty_list, item, entries)


def _item(
    duty_list: DutyList, item: ListItem, entries: Sequence[UnitEntry]
) -> UnitItem:
    ours = (e for e in entries if (e.list, e.item) == (duty_list.id, item.id))
    return UnitItem(item.id, item.text, item.source, tuple(ours))


def unit_lists(programme: Programme) -> tuple[DutyList, ...]:
    return tuple(each for each in programme.duty_lists if each.when == "unit")


def entry_problems(
    programme: Programme, list_id: str, item_id: str, post: str, posts: Collection[str]
) -> Iterator[Problem]:
    """
    The list is one of the unit's, the item is on it, the post is one of the office's.
    """
    lists = {each.id: each for each in unit_lists(programme)}
    duty_list = lists.get(list_id)
    if duty_list is None:
        choices = (
            "、".join(f"{each.id}（{each.title}）" for each in lists.values()) or "无"
        )
        detail = f"本专项没有单位职责清单“{list_id}”。"
        yield Problem("no_such_list", detail, f"可填：{choices}。", "/list")
    elif all(item.id != item_id for item in duty_list.items):
        choices = "、".join(f"{item.id}（{item.text}）" for item in duty_list.items)
        detail = f"清单{duty_list.title}里没有“{item_id}”。"
        yield Problem("no_such_item", detail, f"可填：{choices}。", "/item")
    yield from post_exists(post, posts, "/post")


def missing_bodies(
    programme: Programme, kinds: Collection[str], bodies: Sequence[Body]
) -> list[str]:
    """
    The titles of the bodies of *kinds*, which an office is to have, that it lacks.
    """
    present = {body.kind for body in bodies}
    return [
        kind.title
        for kind in programme.bodies
        if kind.id in kinds and kind.id not in present
    ]
