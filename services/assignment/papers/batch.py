"""
What the letters of a batch (交办函, F-02) and of an objection (异议退回函, F-03) name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from services.assignment.domain.batches.batches import (
    ITEM_STATES,
    Batch,
    BatchItem,
    Objection,
)
from services.assignment.papers.case import values_of_no_case
from shared.policy.directory import Directory
from shared.policy.parts.words import find
from shared.policy.programme import Programme

NAMES: Mapping[str, Any] = {
    "letter_no": "某信联交〔2021〕1号",
    "source": "某市联席办",
    "kind": "集中交办",
    "handed_on": date.min,
    "due_on": None,
    "to_offices": ("某某县人民检察院",),
    "count": 1,
    "cases": (
        {
            "number": "某信〔2021〕7号",
            "office": "某某县人民检察院",
            "left": None,
            "left_on": None,
        },
    ),
}
NAMES_OF_OBJECTION: Mapping[str, Any] = {
    "letter_no": "某信联交〔2021〕1号",
    "handed_on": date.min,
    "to_office": "某市联席办",
    "raised_on": date.min,
    "reasons": "不属本单位职权范围。",
    "returned": True,
    "decided_on": None,
    "answer": None,
}


def values(
    batch: Batch,
    items: Collection[BatchItem],
    programme: Programme,
    directory: Directory,
    *,
    lists: bool = True,
) -> dict[str, Any]:
    """
    *items*: the cases that were handed on, so that the letter lists the same cases on
    any day; of one that left the batch since, *left* says how. What every paper may
    name of one case is said of the letter. Without *lists* it says how many there are
    and names none.
    """
    kinds = {kind.id: kind.title for kind in programme.batch_kinds}
    return {
        **values_of_no_case(
            batch.letter_no,
            directory.office(batch.office).name,
            programme,
            batch.handed_on,
        ),
        "letter_no": batch.letter_no,
        "source": source_in_words(batch, programme),
        "kind": kinds.get(batch.kind or "", ""),
        "handed_on": batch.handed_on,
        "due_on": batch.due_on,
        "to_offices": [directory.office(code).name for code in batch.offices],
        "count": len(items),
        "cases": [
            {
                "number": directory.matter_title(item.number),
                "office": directory.office(item.office).name,
                "left": None if item.state == "handed" else ITEM_STATES[item.state],
                "left_on": item.left_on,
            }
            for item in items
            if lists
        ],
    }


def part_of(batch: Batch, office: str) -> Batch:
    """
    The batch as the letter to one office tells of it.
    """
    return replace(batch, offices=(office,))


def source_in_words(batch: Batch, programme: Programme) -> str:
    """
    Where the cases came from: the title of an origin of the programme, or as written.
    """
    origin = find(programme.words["origin"], batch.source)
    return origin.title if origin else batch.source


def values_of_objection(
    raised: Objection, batch: Batch, directory: Directory
) -> dict[str, Any]:
    """
    *answer* and *decided_on* are None as long as the objection waits for its decision.
    """
    decided = {"returned", "refused", "upheld"}
    decisions = [step for step in raised.course if step.state in decided]
    last = decisions[-1] if decisions else None
    return {
        "letter_no": batch.letter_no,
        "handed_on": batch.handed_on,
        "to_office": directory.office(batch.office).name,
        "raised_on": raised.raised_on,
        "reasons": raised.reasons,
        "returned": raised.state == "returned",
        "decided_on": last.on if last else None,
        "answer": last.reasons if last else None,
    }
