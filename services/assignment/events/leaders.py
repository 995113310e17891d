"""
Who leads a case, who stands back, what bears on it; and the filing of a led list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadersConfirmed(Event):
    """
    A person named who leads: *leaders* are (office, post), the first of each office
    its main leader (A-31).
    """

    type: ClassVar[str] = "assignment.leaders_confirmed"

    programme: str
    leaders: tuple[tuple[str, str], ...]
    department: str | None
    team: str | None


@dataclass(frozen=True, kw_only=True)
class LeaderNamed(Event):
    """The leaders and the department that the programme asks for are all named."""

    type: ClassVar[str] = "assignment.leader_named"

    programme: str
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class LeaderReleased(Event):
    """The case no longer counts as led, because it was merged away."""

    type: ClassVar[str] = "assignment.leader_released"

    programme: str
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class EverydayCounted(Event):
    """
    What a case of the everyday track counts as more, or less, than before: one of the
    *cases*, of those *resolved*, of those *closed* in any way (PY-47). With a
    *from_office* it counted as a case there until it moved.
    """

    type: ClassVar[str] = "assignment.everyday_counted"

    programme: str
    from_office: str | None
    cases: int
    resolved: int
    closed: int


@dataclass(frozen=True, kw_only=True)
class LeaderRecused(Event):
    """A post must not lead the case, or may again when *lifted*."""

    type: ClassVar[str] = "assignment.leader_recused"

    programme: str
    leader_office: str
    post: str
    lifted: bool


@dataclass(frozen=True, kw_only=True)
class CaseAppraised(Event):
    """
    A person judged what bears on who must lead, or put the case into a class of its
    programme; what was not judged is None.
    """

    type: ClassVar[str] = "assignment.case_appraised"

    programme: str
    in_scope: bool
    difficulty: str | None
    case_class: str | None
    first_petition: bool | None
    cross_separate: bool | None
    long_span: bool | None
    many_people: bool | None
    policy_heavy: bool | None
    sensitive: bool | None


EXAMPLES: tuple[Event, ...] = (
    LeadersConfirmed(
        **COMMON,
        leaders=(("410900", "副检察长"), ("410922", "检察长")),
        department="第五检察部",
        team="清丰县院积案化解专班",
    ),
    LeaderRecused(**COMMON, leader_office="410922", post="副检察长", lifted=False),
    CaseAppraised(
        **COMMON,
        in_scope=True,
        difficulty="bone",
        case_class="hard_old",
        first_petition=None,
        cross_separate=True,
        long_span=True,
        many_people=None,
        policy_heavy=None,
        sensitive=False,
    ),
    LeaderNamed(**COMMON, in_scope=True),
    LeaderReleased(**COMMON, in_scope=True),
    EverydayCounted(**COMMON, from_office=None, cases=1, resolved=0, closed=0),
    EverydayCounted(**COMMON, from_office=None, cases=0, resolved=1, closed=1),
    EverydayCounted(**COMMON, from_office="410923", cases=0, resolved=0, closed=0),
)
