"""
What the papers of a closing may name (JZ-45, PY-31, XQ-25), and those of striking off
(XQ-14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.assignment.domain.closings.closing import Closing
from services.assignment.domain.facts.closings import CaseStruckOff, ClosingEvaluated
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.vocabulary import (
    ClosingKind,
    Disposition,
    EvaluationKind,
    EvaluationVerdict,
    Remedy,
    Verdict,
)

_EVALUATED = {
    "on": date.min,
    "by_office": "某某县人民法院",
    "post": "庭长",
    "verdict": "合格",
    "text": "程序合法，处理适当。",
}
NAMES: Mapping[str, Any] = {
    "kind": "化解",
    "concluded_on": date.min,
    "submitted_on": date.min,
    "dispositions": ("诉求合理的解决问题到位",),
    "measures": ("释法说理",),
    "narrative": "经办情况……",
    "documents": ({"name": "评查报告", "reference": "某法评〔2021〕3号"},),
    "standard_version": "2021年版",
    "standard": (
        {"text": "已评查", "mandatory": True, "met": True, "shown_by": "评查报告"},
    ),
    "signatures": (
        {
            "title": "包案领导",
            "office": "某某县人民检察院",
            "post": "检察长",
            "on": date.min,
            "opinion": "同意。",
        },
    ),
    "verdict": None,
    "reviewed_on": None,
    "return_reasons": ("以程序代替实际办理",),
    "reasons": None,
    "self_checks": (_EVALUATED,),
    "evaluations": (_EVALUATED,),
}
NAMES_OF_EVALUATION: Mapping[str, Any] = {
    "kind": "评查",
    "on": date.min,
    "by_office": "某某市中级人民法院",
    "post": "院长",
    "verdict": "合格",
    "text": "卷宗齐全，处理适当。",
    "standard_version": "2021年版",
    "standard": ({"text": "已评查", "met": True},),
    "closed_as": "化解息诉",
    "concluded_on": date.min,
    "sampled": "抽查",
}
NAMES_OF_STRIKE_OFF: Mapping[str, Any] = {
    "on": date.min,
    "reason": "原因明确，结果清楚",
    "approver": "检察长",
}


def values(
    closing: Closing,
    looked_into: Sequence[ClosingEvaluated],
    programme: Programme,
    directory: Directory,
) -> dict[str, Any]:
    """
    What a paper of a closing may name. *looked_into*: every self-check and evaluation
    of it.
    """
    return {
        "kind": _kind_of(closing, programme),
        "concluded_on": closing.concluded_on,
        "submitted_on": closing.submitted_on,
        "dispositions": [Disposition(each).chinese for each in closing.dispositions],
        "measures": [Remedy(each).chinese for each in closing.measures],
        "narrative": closing.narrative,
        "documents": closing.documents,
        "standard_version": closing.standard_version,
        "standard": _standard(closing),
        "signatures": [
            {**vars(each), "office": directory.office(each.office).name}
            for each in closing.signatures
        ],
        **_review(closing, programme),
        "self_checks": _of_kind(looked_into, EvaluationKind.SELF_CHECK, directory),
        "evaluations": _of_kind(looked_into, EvaluationKind.EVALUATION, directory),
    }


def _standard(closing: Closing) -> list[dict[str, Any]]:
    """
    Each item of the standard, whether it is met and what shows it.
    """
    ticks = {tick.item: tick for tick in closing.checklist}
    evidence = {
        item: "；".join((*tick.documents, *tick.facts)) for item, tick in ticks.items()
    }
    return [
        {
            "text": item.text,
            "mandatory": item.mandatory,
            "met": item.id in ticks,
            "shown_by": evidence.get(item.id, ""),
        }
        for item in closing.standard
    ]


def _review(closing: Closing, programme: Programme) -> dict[str, Any]:
    """
    The decision on a closing; *verdict* and *reviewed_on* are None as long as it waits
    for its review.
    """
    coded = {reason.id: reason.text for reason in programme.closing.return_reasons}
    reviewed = closing.reviewed_on is not None
    return {
        "verdict": Verdict(closing.state).chinese if reviewed else None,
        "reviewed_on": closing.reviewed_on,
        "return_reasons": [coded.get(each, each) for each in closing.return_reasons],
        "reasons": closing.reasons,
    }


def _of_kind(
    evaluations: Sequence[ClosingEvaluated], kind: EvaluationKind, directory: Directory
) -> list[dict[str, Any]]:
    return [_evaluated(each, directory) for each in evaluations if each.kind == kind]


def values_of_evaluation(
    evaluation: ClosingEvaluated,
    closing: Closing,
    *,
    sampled: bool,
    programme: Programme,
    directory: Directory,
) -> dict[str, Any]:
    """
    *sampled*: the closing was drawn, and not looked into of its own accord.
    """
    return {
        **_evaluated(evaluation, directory),
        "kind": EvaluationKind(evaluation.kind).chinese,
        "standard_version": evaluation.standard,
        "standard": [
            {"text": item.text, "met": item.id not in evaluation.unmet}
            for item in closing.standard
        ],
        "closed_as": _kind_of(closing, programme),
        "concluded_on": closing.concluded_on,
        "sampled": "抽查" if sampled else "逐案",
    }


def _evaluated(evaluation: ClosingEvaluated, directory: Directory) -> dict[str, Any]:
    return {
        "on": evaluation.on,
        "by_office": directory.office(evaluation.office).name,
        "post": evaluation.post,
        "verdict": EvaluationVerdict(evaluation.verdict).chinese,
        "text": evaluation.text,
    }


def _kind_of(closing: Closing, programme: Programme) -> str:
    kinds = {kind.id: kind.title for kind in programme.closing.kinds}
    return kinds.get(closing.kind) or ClosingKind(closing.kind).chinese


def values_of_strike_off(fact: CaseStruckOff) -> dict[str, Any]:
    return {"on": fact.on, "reason": fact.reason, "approver": fact.post}
