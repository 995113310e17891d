"""
The standard a closing is judged by, and what shows that each item of it is met.

The items that held on the day of the report are stored with the closing (PY-31); a tick
names the documents and the facts that stand behind it (XQ-27).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.closings.closing import Closing, StandardItem, Tick
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import CaseReopened
from shared.errors import Problem
from shared.policy.parts.closing import ChecklistItem
from shared.policy.parts.closing import Closing as ClosingRules


@dataclass(frozen=True)
class Checked:
    """
    An item that the reviewer confirms, and the documents of the closing that show it.
    """

    item: str
    documents: tuple[str, ...] = ()


def standard_on(rules: ClosingRules, kind: str, day: date) -> tuple[StandardItem, ...]:
    """
    Return the items by which a closing of this kind is judged that was reported on that
    day.
    """
    return tuple(
        StandardItem(item.id, item.text, item.source, item.mandatory)
        for item in rules.standard(kind, day)
    )


def since_reopened(facts: Iterable[Fact], until: date = date.max) -> list[Fact]:
    """
    What happened in a case until a day, after it last flowed back.
    """
    happened = [fact for fact in facts if fact.on <= until]
    reopened = [n for n, fact in enumerate(happened) if isinstance(fact, CaseReopened)]
    return happened[reopened[-1] + 1 :] if reopened else happened


def ticks_of(
    closing: Closing,
    checked: Sequence[Checked],
    rules: ClosingRules,
    facts: Collection[Fact],
) -> tuple[Tick, ...]:
    """
    The items that are confirmed, each with the documents and facts that show it.
    """
    texts = {item.id: item for item in closing.standard}
    return tuple(
        Tick(
            item=each.item,
            documents=_documents(closing, each, rules.item(each.item)),
            facts=_facts(rules.item(each.item), facts),
        )
        for each in checked
        if each.item in texts
    )


def standard_problems(
    closing: Closing,
    checked: Sequence[Checked],
    rules: ClosingRules,
    facts: Collection[Fact],
) -> Iterator[Problem]:
    """
    Every mandatory item is ticked, and something shows each item that is.
    """
    ticked = {each.item for each in checked}
    for item in closing.standard:
        if item.mandatory and item.id not in ticked:
            yield Problem(
                "standard_not_met",
                f"办结标准“{item.text}”未核对。",
                f"核对后请在 checklist 填入 {item.id}，否则请退回。",
                "/checklist",
            )
    texts = {item.id: item.text for item in closing.standard}
    for index, tick in enumerate(checked):
        rule = rules.item(tick.item)
        evidence = _documents(closing, tick, rule) or _facts(rule, facts)
        text = texts.get(tick.item)
        if text and not evidence:
            documents = "、".join(rule.documents) if rule else ""
            yield Problem(
                "evidence_missing",
                f"办结标准“{text}”没有材料或记录证明。",
                f"请由责任单位随报结提交“{documents}”，或补记相应事项；否则请退回。"
                if documents
                else "请在 documents 中写明由报结的哪份材料证明，否则请退回。",
                f"/checklist/{index}",
            )


def checklist_problems(
    closing: Closing, checked: Sequence[Checked]
) -> Iterator[Problem]:
    """
    What is ticked is in the standard, and what shows it among the documents.
    """
    allowed = [item.id for item in closing.standard]
    names = [document.name for document in closing.documents]
    for index, tick in enumerate(checked):
        if tick.item not in allowed:
            yield Problem(
                "no_such_item",
                f"办结标准里没有“{tick.item}”。",
                f"可填：{'、'.join(sorted(allowed)) or '（无）'}。",
                f"/checklist/{index}/item",
            )
        for name in tick.documents:
            if name not in names:
                yield Problem(
                    "no_such_document",
                    f"报结材料里没有“{name}”。",
                    f"可填：{'、'.join(names) or '（无）'}。",
                    f"/checklist/{index}/documents",
                )


def _documents(
    closing: Closing, tick: Checked, item: ChecklistItem | None
) -> tuple[str, ...]:
    """
    The documents that show an item: of those the standard names, all that were brought;
    else those that the reviewer names.
    """
    names = [document.name for document in closing.documents]
    of_standard = item.documents if item else ()
    if item and (of_standard or item.facts):
        return tuple(name for name in of_standard if name in names)
    return tuple(name for name in tick.documents if name in names)


def _facts(item: ChecklistItem | None, facts: Collection[Fact]) -> tuple[str, ...]:
    """
    The facts that show an item, each with its day.
    """
    triggers = item.facts if item else ()
    return tuple(
        f"{fact.on} {fact.title}"
        for fact in facts
        if any(trigger.fired_by(fact.name, fact.fields) for trigger in triggers)
    )
