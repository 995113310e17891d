"""
Items that an office writes itself into lists which its programme leaves open (MX-11).

They hold from a day on; what was done of items that hold no more stays to be seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.leaders import ListItemDone
from shared.errors import Problem
from shared.policy.parts.reports import Act, DutyList, ListItem
from shared.policy.programme import Programme

# Duties are of offices: none of them watches, follows or lists a person (section 9).
WATCHING = ("稳控", "监控", "盯防", "盯守", "看管", "行踪", "跟踪信访人", "定位")


@dataclass(frozen=True)
class OwnItem:
    """
    One item; *act*: the act that does it, if it is bound to one.
    """

    id: str
    text: str
    act: str | None = None


@dataclass(frozen=True)
class ListVersion:
    """
    The items of an open list of a programme as an office wrote them, from a day on.
    """

    id: str
    programme: str
    office: str
    list: str
    since: date
    document: str | None
    items: tuple[OwnItem, ...]
    recorded_by: str


def open_lists(programme: Programme) -> tuple[DutyList, ...]:
    """
    The lists whose items the programme leaves to the office.
    """
    return tuple(each for each in programme.duty_lists if not each.items)


def number_items(
    written: Sequence[tuple[str, str | None]], before: Sequence[ListVersion]
) -> tuple[OwnItem, ...]:
    """
    The items of a new version: one that had the same text before keeps its id.
    """
    numbers = {item.text: item.id for version in before for item in version.items}
    last = len(set(numbers.values()))
    items = list[OwnItem]()
    for text, act in written:
        if text not in numbers:
            last += 1
            numbers[text] = str(last)
        items.append(OwnItem(numbers[text], text, act))
    return tuple(items)


def version_problems(
    list_id: str,
    items: Sequence[tuple[str, str | None]],
    programme: Programme,
    *,
    since: date,
    before: Sequence[ListVersion],
) -> Iterator[Problem]:
    """
    The list is one left open, its items differ and are duties of the office, and the
    version begins after the last.
    """
    lists = open_lists(programme)
    if list_id not in {each.id for each in lists}:
        choices = "、".join(f"{each.id}（{each.title}）" for each in lists) or "无"
        detail = f"本专项没有由单位自行填写的清单“{list_id}”。"
        yield Problem("no_such_list", detail, f"可填：{choices}。", "/list")
    last = max((version.since for version in before), default=None)
    if last is not None and since <= last:
        yield Problem(
            "date_before_start",
            f"生效日期 {since} 不晚于上一版的生效日期（{last}）。",
            "请核对日期的先后。",
            "/since",
        )
    acts = {act.id: act for act in programme.every_act() if act.of != "office"}
    texts = [text for text, _ in items]
    for index, (text, act) in enumerate(items):
        yield from _item_problems(text, act, acts, f"/items/{index}")
        if text in texts[:index]:
            detail = f"“{text}”填写了不止一次。"
            yield Problem(
                "item_repeated", detail, "每项只填一次。", f"/items/{index}/text"
            )


def _item_problems(
    text: str, act: str | None, acts: Mapping[str, Act], place: str
) -> Iterator[Problem]:
    if word := next((word for word in WATCHING if word in text), None):
        yield Problem(
            "watches_a_person",
            f"“{word}”不是本系统记录的职责：清单只列机关的工作，不列对人的管控。",
            "请改写为解释、帮扶、协调等机关应做的工作。",
            f"{place}/text",
        )
    if act is not None and act not in acts:
        yield Problem(
            "no_such_act",
            f"没有可在案件中记录的履职事项“{act}”。",
            f"可填：{'、'.join(f'{a.id}（{a.title}）' for a in acts.values())}。",
            f"{place}/act",
        )


def filled_in(
    programme: Programme,
    versions: Sequence[ListVersion],
    lineage: Sequence[str],
    on: date,
    facts: Collection[Fact],
) -> tuple[DutyList, ...]:
    """
    The lists of a programme for a case, the open ones with the items that its office,
    or the next above that has written any, has in force on a day, and with earlier ones
    that were done in the case.
    """
    done_items = {(f.list, f.item) for f in facts if isinstance(f, ListItemDone)}

    def items_of(each: DutyList) -> tuple[ListItem, ...]:
        ours = _nearest(each.id, versions, lineage)
        ours = sorted(ours, key=lambda version: version.since)
        current = [version for version in ours if version.since <= on][-1:]
        current_items = {item.id: (v, item) for v in current for item in v.items}
        earlier = {
            item.id: (v, item)
            for v in ours
            for item in v.items
            if (each.id, item.id) in done_items
        }
        return tuple(
            ListItem(item.id, item.text, version.document or each.source, act=item.act)
            for version, item in {**current_items, **earlier, **current_items}.values()
        )

    return tuple(
        each if each.items else replace(each, items=items_of(each))
        for each in programme.duty_lists
    )


def _nearest(
    list_id: str, versions: Sequence[ListVersion], lineage: Sequence[str]
) -> list[ListVersion]:
    """
    The versions of the nearest office in the *lineage* that has written any.
    """
    for office in lineage:
        ours = [v for v in versions if (v.office, v.list) == (office, list_id)]
        if ours:
            return ours
    return []
