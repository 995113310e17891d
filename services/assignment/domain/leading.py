"""
Who leads a case, and since when it counts as led (PY-17, PY-23, PY-24).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment import events
from services.assignment.domain.facts import (
    HANDED,
    MERGED,
    NAMED,
    OPENED,
    UNMERGED,
    Fact,
    Step,
    changes,
)
from shared.directory import Directory
from shared.errors import Fault
from shared.events import Event
from shared.leading import Gap
from shared.programme import Programme

_ORDER = (OPENED, HANDED, NAMED, MERGED, UNMERGED)


@dataclass(frozen=True)
class Leading:
    """
    The leaders (office, post), the department and the handler of a case.

    *handed*: a batch of the city or the origin makes it a handed-down case (A-46).
    """

    leaders: tuple[tuple[str, str], ...] = ()
    department: str | None = None
    handler_post: str | None = None
    handed: bool = False
    merged: bool = False
    gaps: tuple[Gap, ...] = ()
    steps: tuple[Step, ...] = ()


def reckon(
    office: str, facts: Sequence[Fact], programme: Programme, directory: Directory
) -> Leading:
    """
    Who leads the case after all *facts*, and the days it became led or not led.
    """
    leading, steps = Leading(), list[Step]()
    ours = [fact for fact in facts if fact.type in _ORDER]
    for fact in sorted(ours, key=lambda each: (each.on, _ORDER.index(each.type))):
        leading = _after(leading, fact)
        gaps = programme.leader_gaps(
            handed=leading.handed,
            responsible_office=office,
            leaders=leading.leaders,
            department=leading.department,
            directory=directory,
        )
        leading = replace(leading, gaps=gaps)
        led = not gaps and not leading.merged
        was = bool(steps) and steps[-1].kind == "named"
        if led != was:
            steps.append(Step(fact.on, "named" if led else "released"))
    return replace(leading, steps=tuple(steps))


def _after(leading: Leading, fact: Fact) -> Leading:
    said = fact.payload
    if fact.type == HANDED:
        return replace(leading, handed=True)
    if fact.type in {MERGED, UNMERGED}:
        return replace(leading, merged=fact.type == MERGED)
    named = [(office, post) for office, post in said["leaders"]]
    kept = [each for each in leading.leaders if each[0] not in {o for o, _ in named}]
    return replace(
        leading,
        leaders=(*kept, *named),
        department=said["department"] or leading.department,
        handler_post=said["handler_post"] or leading.handler_post,
        handed=leading.handed or bool(said.get("handed")),
    )


def announcements(
    leading: Leading,
    before: Collection[Step],
    *,
    number: str,
    office: str,
    programme: str,
    in_scope: bool,
) -> Iterator[Event]:
    """
    What to announce so that readers who knew *before* now know *leading*.
    """

    def event(kind: Callable[..., Event], on: date) -> Event:
        return kind(
            office=office,
            case_number=number,
            occurred_on=on,
            programme=programme,
            in_scope=in_scope,
        )

    gone, fresh = changes(before, leading.steps)
    for step in gone:
        named = step.kind == "named"
        yield event(events.LeaderReleased if named else events.LeaderNamed, step.on)
    for step in fresh:
        named = step.kind == "named"
        yield event(events.LeaderNamed if named else events.LeaderReleased, step.on)


def faults_of_posts(
    leaders: Collection[tuple[str, str]],
    department: str | None,
    responsible_office: str,
    directory: Directory,
) -> Iterator[Fault]:
    """
    A leader holds a leading post of an office, a department is one of the office's.
    """
    for index, (code, title) in enumerate(leaders):
        place = f"/leaders/{index}"
        if not directory.exists(code):
            yield Fault(
                "no_such_office",
                f"没有代码为 {code} 的机关。",
                "请核对机关代码。",
                f"{place}/office",
            )
            continue
        office = directory.office(code)
        post = office.posts.get(title)
        posts = "、".join(t for t, p in office.posts.items() if p.leader)
        if post is None:
            yield Fault(
                "no_such_post",
                f"{office.name}没有职务“{title}”。",
                f"可填：{posts}。",
                f"{place}/post",
            )
        elif not post.leader:
            yield Fault(
                "post_not_eligible",
                f"“{title}”不是院领导，不能包案。",
                f"可填：{posts}。",
                f"{place}/post",
            )
    departments = directory.office(responsible_office).departments
    if department and department not in departments:
        yield Fault(
            "no_such_department",
            f"责任单位没有部门“{department}”。",
            f"可填：{'、'.join(departments)}。",
            "/department",
        )
