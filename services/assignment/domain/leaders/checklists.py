"""
The duties of who leads a case as a list of items with day and evidence (JZ-13, JZ-14).

What the documents call keeping a person in place stands here only as a support duty
of an office: explanation, help, coordination.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.leaders import ActRecorded, ListItemDone
from services.assignment.domain.leaders.leading import Leadership
from shared.errors import Problem
from shared.policy.parts.reports import DutyList, ListItem
from shared.rules import post_exists, shown_by_files


@dataclass(frozen=True)
class Entry:
    """
    That an item was done: when, by which post, shown by what, and by which files.
    """

    on: date
    post: str | None
    evidence: str | None
    document_ids: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """
    An item of a list and all that was done of it; *filed*: files must show it.
    """

    id: str
    text: str
    source: str
    support: bool
    tooltip: str
    filed: bool
    entries: tuple[Entry, ...]

    @property
    def done(self) -> bool:
        return bool(self.entries)


@dataclass(frozen=True)
class Checklist:
    """
    One list for one case; *to_fill*: the programme leaves its items to the office.
    """

    id: str
    title: str
    source: str
    items: tuple[Item, ...]

    @property
    def to_fill(self) -> bool:
        return not self.items


def of_case(
    leading: Leadership,
    standing: str,
    facts: Sequence[Fact],
    duty_lists: Sequence[DutyList],
) -> Iterator[Checklist]:
    """
    Those of the lists that hold for the case as it stands, with what was done of them.
    """
    for duty_list in duty_lists:
        if _holds(duty_list, leading, standing):
            items = (_item(duty_list, item, facts) for item in duty_list.items)
            yield Checklist(
                duty_list.id, duty_list.title, duty_list.source, tuple(items)
            )


def _holds(duty_list: DutyList, leading: Leadership, standing: str) -> bool:
    return {
        "led": bool(leading.leaders),
        "handed": leading.handed,
        "closed": standing != "open",
        "every": True,
        "unit": False,
    }[duty_list.when]


def _item(within: DutyList, item: ListItem, facts: Sequence[Fact]) -> Item:
    entries = (
        _entry(fact)
        for fact in sorted(facts, key=lambda fact: fact.on)
        if _about(fact, within, item)
    )
    return Item(
        *(item.id, item.text, item.source, item.support, item.tooltip, item.filed),
        tuple(entries),
    )


def _about(fact: Fact, within: DutyList, item: ListItem) -> bool:
    """
    An item bound to an act is done by the act; any other by its own entry.
    """
    if item.act is not None:
        return isinstance(fact, ActRecorded) and fact.act == item.act
    if not isinstance(fact, ListItemDone):
        return False
    return (fact.list, fact.item) == (within.id, item.id)


def act_of(duty_lists: Sequence[DutyList], list_id: str, item_id: str) -> str | None:
    """
    The act that does the item, if it is bound to one.
    """
    item = _of_lists(duty_lists, list_id, item_id)
    return item.act if item else None


def wants_files(duty_lists: Sequence[DutyList], list_id: str, item_id: str) -> bool:
    """
    Whether only files of the case can show that the item was done.
    """
    item = _of_lists(duty_lists, list_id, item_id)
    return item is not None and item.filed


def _of_lists(
    duty_lists: Sequence[DutyList], list_id: str, item_id: str
) -> ListItem | None:
    for duty_list in duty_lists:
        for item in duty_list.items:
            if (duty_list.id, item.id) == (list_id, item_id):
                return item
    return None


def problems(
    shown: Sequence[Checklist],
    list_id: str,
    item_id: str,
    post: str,
    posts: Sequence[str],
    *,
    files: Sequence[str],
) -> Iterator[Problem]:
    """
    The list holds for the case, the item is on it, the post is one of the office's, and
    *files* show it where they must.
    """
    checklist = next(
        (checklist for checklist in shown if checklist.id == list_id), None
    )
    if checklist is None:
        lists = (
            "、".join(f"{checklist.id}（{checklist.title}）" for checklist in shown)
            or "无"
        )
        detail = f"本案没有清单“{list_id}”。"
        yield Problem("no_such_list", detail, f"可填：{lists}。", "/list")
    elif all(item.id != item_id for item in checklist.items):
        items = "、".join(f"{item.id}（{item.text}）" for item in checklist.items)
        items = items or "无，清单的条目尚待本单位填写（duty-lists）"
        detail = f"清单{checklist.title}里没有“{item_id}”。"
        yield Problem("no_such_item", detail, f"可填：{items}。", "/item")
    else:
        candidates = (item for item in checklist.items if item.id == item_id)
        for item in candidates:
            if item.filed:
                yield from shown_by_files(item.text, item.source, files)
    yield from post_exists(post, posts, "/post")


def _entry(fact: Fact) -> Entry:
    shown = fact.get("document_ids") or ()
    return Entry(fact.on, fact.get("post"), fact.get("evidence"), tuple(shown))
