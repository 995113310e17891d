"""
How a case is worked: who else may take part, and who approves the plan of a case.

Values come from the programme's file; keeping plans and acts is the business of the
assignment service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ThirdParty:
    """
    A role in which somebody outside the offices may take part in an act on a case, if
    the petitioner agrees (XQ-39, XQ-67). Roles are recorded, never persons.
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class PlanRules:
    """
    一案一策: who approves the plan of a case, and the act that an approved plan is.

    `approver`: a leader of the case, or the chief of its office. `by_class`: the case
    is put into a class first, and the plan answers to it (JZ-06).
    """

    approver: Literal["leader", "chief"]
    act: str
    source: str
    by_class: bool = False
