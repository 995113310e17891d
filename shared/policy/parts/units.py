"""
The units in a matter across areas, and the offices in charge of topics.

The values are in the programme's file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PlaceOf = Literal["event", "residence", "registration"]
"""
A place that counts in a matter across areas: of the event, of the petitioner's usual
residence, of the household registration (XQ-32).
"""


@dataclass(frozen=True)
class AreaRole:
    """
    The part of a unit in a matter across areas (XQ-32). Roles are of units, never of
    the petitioner; `support` is help and explanation, the old word in `tooltip`.

    Which units it is suggested for: with `competent` the department that is in charge
    of the topic (谁主管、谁负责), then the units that answer for `places` (属地管理).
    Only the first of them may lead (XQ-15).
    """

    id: Literal["lead", "co_handling", "cooperating"]
    unit: str
    duty: str
    source: str
    support: bool = False
    tooltip: str = ""
    competent: bool = False
    places: tuple[PlaceOf, ...] = ()


@dataclass(frozen=True)
class Competence:
    """
    The office that is in charge of a topic: 谁主管、谁负责 (XQ-15).
    """

    topic: str
    office: str
    source: str
