"""
What the papers of a lawful ending may name (JZ-31), and those of the help that is
handed over after it (PY-34, XQ-35).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.assignment.domain.closings.endings import Ending, HandOver
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.vocabulary import EndingState

_LEVEL = {
    "title": "中院审查",
    "office": "某某市中级人民法院",
    "post": "院长",
    "verdict": "同意",
    "on": date.min,
    "opinion": "同意。",
}
NAMES: Mapping[str, Any] = {
    "applied_on": date.min,
    "grounds": ("法律救济程序已经穷尽",),
    "statement": "经复查……",
    "documents": ({"name": "复查报告", "reference": "卷二"},),
    "levels": ("中院审查",),
    "decisions": (_LEVEL,),
    "state": "待决定",
}
NAMES_OF_HAND_OVER: Mapping[str, Any] = {
    "on": date.min,
    "unit": "某某街道办事处",
    "help": ("帮扶救助",),
    "document": "某移〔2021〕1号",
    "receipt_on": None,
    "receipt_document": None,
}


def values(
    ending: Ending, programme: Programme, directory: Directory
) -> dict[str, Any]:
    rules = programme.closing.ending
    grounds = {each.id: each.title for each in rules.grounds} if rules else {}
    return {
        "applied_on": ending.applied_on,
        "grounds": [grounds.get(each, each) for each in ending.grounds],
        "statement": ending.statement,
        "documents": ending.documents,
        "levels": [level.title for level in rules.levels] if rules else [],
        "decisions": [
            {
                **vars(each),
                "office": directory.office(each.office).name,
                "verdict": each.verdict.chinese,
            }
            for each in ending.decisions
        ],
        "state": EndingState(ending.state).chinese,
    }


def values_of_hand_over(handed: HandOver) -> dict[str, Any]:
    return {
        "on": handed.on,
        "unit": handed.unit,
        "help": [each.chinese for each in handed.help],
        "document": handed.document,
        "receipt_on": handed.receipt_on,
        "receipt_document": handed.receipt_document,
    }
