"""
One example of each event: what is promised to readers, and the tests hold us to it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.assignment.events.batches import (
    BaselineCaseFrozen,
    BaselineFrozen,
    BatchHandedDown,
    BatchRecalled,
    BatchReceived,
    ObjectionDecided,
    ObjectionDisputed,
    ObjectionRaised,
)
from services.assignment.events.closings import (
    CaseConcluded,
    CaseEnded,
    CaseReopened,
    CaseResolved,
    ClosingConfirmed,
    ClosingRestored,
    ClosingReturned,
    ClosingSubmitted,
    ClosingWithdrawn,
)
from services.assignment.events.duties import (
    ActRecorded,
    DutyDischarged,
    DutyMoved,
    DutyOpened,
    DutyOverdue,
    DutyReleased,
    DutyResumed,
    MatrixItemDone,
)
from services.assignment.events.escalation import (
    InterviewDecided,
    SupervisionAnswered,
    SupervisionCrossed,
    SupervisionEnded,
    SupervisionIssued,
    SupervisionReturned,
)
from services.assignment.events.leaders import (
    CaseAppraised,
    FilingAccepted,
    LeaderNamed,
    LeaderRecused,
    LeaderReleased,
    LeadersConfirmed,
)
from services.assignment.events.rosters import LeaderRostered, ReceptionLogged
from services.assignment.events.units import (
    CoordinationDecided,
    CoordinationRequested,
    UnitsAgreed,
)
from shared.events import Event

_COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2020, 12, 8),
    "programme": "puyang-2020",
}
_DUTY: dict[str, Any] = {
    **_COMMON,
    "duty": "清检控申〔2020〕007号/leader_named",
    "kind": "leader_named",
    "due_on": date(2020, 12, 15),
}

_NOTICE: dict[str, Any] = {"notice": "5d0e3f1c-2f0b-5f66-9e0f-3b1f1c2d7a10"}

EXAMPLES: tuple[Event, ...] = (
    BatchHandedDown(**_COMMON, source="省院交办", cases=12),
    BatchReceived(**_COMMON),
    LeadersConfirmed(
        **_COMMON,
        leaders=(("410900", "副检察长"), ("410922", "检察长")),
        department="第五检察部",
        team="清丰县院积案化解专班",
    ),
    LeaderRecused(**_COMMON, leader_office="410922", post="副检察长", lifted=False),
    CaseAppraised(
        **_COMMON,
        in_scope=True,
        difficulty="bone",
        first_petition=None,
        cross_separate=True,
        long_span=True,
        many_people=None,
        policy_heavy=None,
        sensitive=False,
    ),
    UnitsAgreed(**_COMMON, units=(("410922", "lead"), ("410923", "co_handling"))),
    CoordinationRequested(**_COMMON, request="0192-1", to="410900"),
    CoordinationDecided(**_COMMON, request="0192-1", lead="410923"),
    MatrixItemDone(**_COMMON, list="three_guarantees_one", item="take_case"),
    LeaderRostered(
        **_COMMON, roster="reception", day=date(2020, 12, 9), post="副检察长"
    ),
    ReceptionLogged(
        **_COMMON, roster="reception", post="副检察长", receptions=4, entered=3
    ),
    ObjectionRaised(**_COMMON, batch="0192-2"),
    ObjectionDisputed(**_COMMON, batch="0192-2"),
    ObjectionDecided(**_COMMON, batch="0192-2", verdict="returned"),
    BatchRecalled(**_COMMON, batch="0192-2"),
    BaselineFrozen(**_COMMON, baseline="handed", cases=95),
    BaselineCaseFrozen(**_COMMON, baseline="handed"),
    LeaderNamed(**_COMMON, in_scope=True),
    LeaderReleased(**_COMMON, in_scope=True),
    FilingAccepted(**_COMMON, cases=31),
    DutyOpened(**_DUTY),
    DutyDischarged(**_DUTY),
    DutyReleased(**_DUTY, reason="case_merged"),
    DutyResumed(**_DUTY),
    DutyMoved(**_DUTY, due_before=date(2020, 12, 10)),
    DutyOverdue(**_DUTY),
    ActRecorded(
        **_COMMON,
        act="met_petitioner",
        post="检察长",
        period=None,
        nil=False,
        count=None,
    ),
    ClosingSubmitted(**_COMMON, kind="resolved", closing="c1"),
    ClosingReturned(**_COMMON, kind="resolved", closing="c1"),
    ClosingConfirmed(**_COMMON, kind="resolved", closing="c1"),
    CaseResolved(**_COMMON, in_scope=True, confirmed_on=date(2020, 12, 30)),
    CaseEnded(**_COMMON, in_scope=True, confirmed_on=date(2020, 12, 30)),
    CaseConcluded(**_COMMON, in_scope=True, confirmed_on=date(2020, 12, 30)),
    ClosingWithdrawn(**_COMMON, in_scope=True, was="resolved"),
    ClosingRestored(**_COMMON, in_scope=True, was="resolved"),
    *(
        CaseReopened(**_COMMON, in_scope=True, was=was)
        for was in ("resolved", "ended", "concluded")
    ),
    SupervisionCrossed(
        **_COMMON,
        crossing="清检控申〔2020〕007号/leader_named/notice/2020-12-16",
        step="notice",
        kind="notice",
        title="督办函",
        about="落实包案领导和责任部门",
        duty="清检控申〔2020〕007号/leader_named",
        to_office="410922",
        to_post="检察长",
        urgent=False,
    ),
    SupervisionIssued(
        **_COMMON,
        **_NOTICE,
        step="notice",
        kind="notice",
        duty=None,
        to_office="410922",
        reply_by=date(2020, 12, 25),
    ),
    SupervisionAnswered(**_COMMON, **_NOTICE, progress=True),
    SupervisionReturned(**_COMMON, **_NOTICE),
    SupervisionEnded(**_COMMON, **_NOTICE),
    InterviewDecided(
        **_COMMON, candidate="清检控申〔2020〕007号/interview", decision="held"
    ),
)
