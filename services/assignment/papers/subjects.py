"""
What the papers of this service may tell of, with the Chinese title of each and the
names that its papers may use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.assignment.papers import (
    batch,
    closing,
    ending,
    extension,
    look_back,
    notice,
    progress,
    summary,
)


@dataclass(frozen=True, eq=False)
class Subject:
    """
    *names*: what papers of this subject may name, each with an example.
    """

    title: str
    names: Mapping[str, Any]


SUBJECTS: Mapping[str, Subject] = {
    "closing": Subject("报结", closing.NAMES),
    "evaluation": Subject("自查、评查", closing.NAMES_OF_EVALUATION),
    "strike_off": Subject("销号", closing.NAMES_OF_STRIKE_OFF),
    "ending": Subject("终结申报", ending.NAMES),
    "hand_over": Subject("终结后帮扶移交", ending.NAMES_OF_HAND_OVER),
    "batch": Subject("交办", batch.NAMES),
    "objection": Subject("异议", batch.NAMES_OF_OBJECTION),
    "extension": Subject("延期", extension.NAMES),
    "notice": Subject("督办函", notice.NAMES),
    "progress": Subject("案件进展", progress.NAMES),
    "look_back": Subject("反向审视发现的问题", look_back.NAMES),
    "summary": Subject("专项的案件", summary.NAMES),
}
