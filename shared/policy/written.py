"""
What is written in the file of a programme (专项工作); what each key holds is declared
in `parts/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.policy.parts.aid import AidRules
from shared.policy.parts.alerts import COMMON, AlertColours
from shared.policy.parts.batches import BatchKind, DriveKind, HandOver, Objections
from shared.policy.parts.bodies import BodyKind
from shared.policy.parts.closing import Closing
from shared.policy.parts.duties import DutyRule
from shared.policy.parts.escalation import Supervision
from shared.policy.parts.general import (
    Document,
    LeftOut,
    MandatoryField,
    Phase,
    Resolution,
    ReturnRules,
    Settings,
    Span,
)
from shared.policy.parts.hearing import HearingRules
from shared.policy.parts.leaders import Eligible, Floor, LeaderRule, LeaderTarget
from shared.policy.parts.mailed_papers import MailedPaper
from shared.policy.parts.petitions import AutomaticCase, RefusalReason
from shared.policy.parts.reports import (
    Act,
    DutyList,
    Report,
    ReportSchedule,
    Roster,
    Tally,
)
from shared.policy.parts.routes import ProgressOnly, Route
from shared.policy.parts.scope import Scope
from shared.policy.parts.targets import Baseline, Milestone
from shared.policy.parts.units import AreaRole, Competence
from shared.policy.parts.words import CaseClass, Origin, Word
from shared.policy.parts.working import PlanRules, ThirdParty
from shared.policy.rule_sets import RuleSet
from shared.vocabulary import Role
from shared.yaml.decode import NOT_WRITTEN


@dataclass(frozen=True)
class WrittenProgramme:
    """
    The keys of the file of a programme, with their defaults.

    `offices_root`: it covers this office and all below. `shared_phase_day` says which
    phase wins on a day that two share (A-03). `everyday_from`: repeats from this day
    on take the everyday track, not the campaign (PY-47). `topics`: what matters are
    about, never groups of persons (XQ-36). `mailed_papers`: without one for an occasion
    its mails are lines of text alone. `leader_title`: how its offices call who has the
    role of a leader. `law`: the rule sets that `rule_sets` names,
    filled in after reading.
    """

    code: str
    title: str
    documents: tuple[Document, ...]
    offices_root: str
    window: Span
    phases: tuple[Phase, ...]
    scope: Scope
    origins: tuple[Origin, ...]
    leader_rules: tuple[LeaderRule, ...]
    filing_requires: tuple[Literal["leader", "department"], ...]
    hub: str
    hub_department: str
    closing: Closing
    duties: tuple[DutyRule, ...]
    hearing: HearingRules
    aid: AidRules
    returns: ReturnRules
    form: str
    settings: Settings
    leader_title: str = Role.LEADER.chinese
    shared_phase_day: Literal["later", "earlier"] | None = None
    everyday_from: date | None = None
    milestones: tuple[Milestone, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    rule_sets: tuple[str, ...] = ()
    mandatory_fields: tuple[MandatoryField, ...] = ()
    eligible_leaders: tuple[Eligible, ...] = ()
    leader_floors: tuple[Floor, ...] = ()
    leader_targets: tuple[LeaderTarget, ...] = ()
    duty_lists: tuple[DutyList, ...] = ()
    acts: tuple[Act, ...] = ()
    third_parties: tuple[ThirdParty, ...] = ()
    plan: PlanRules | None = None
    reports: tuple[Report, ...] = ()
    report_schedules: tuple[ReportSchedule, ...] = ()
    rosters: tuple[Roster, ...] = ()
    tallies: tuple[Tally, ...] = ()
    bodies: tuple[BodyKind, ...] = ()
    supervision: Supervision | None = None
    mailed_papers: tuple[MailedPaper, ...] = ()
    objections: Objections | None = None
    hand_over: HandOver | None = None
    batch_kinds: tuple[BatchKind, ...] = ()
    drives: tuple[DriveKind, ...] = ()
    cross_area: tuple[AreaRole, ...] = ()
    competences: tuple[Competence, ...] = ()
    case_kinds: tuple[Word, ...] = ()
    case_classes: tuple[CaseClass, ...] = ()
    channels: tuple[Word, ...] = ()
    topics: tuple[Word, ...] = ()
    registration_levels: tuple[Word, ...] = ()
    cases_from_petitions: tuple[AutomaticCase, ...] = ()
    refusals: tuple[RefusalReason, ...] = ()
    routes: tuple[Route, ...] = ()
    progress_only: ProgressOnly | None = None
    resolutions: tuple[Resolution, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    alerts: AlertColours = COMMON
    law: tuple[RuleSet, ...] = field(default=(), metadata=NOT_WRITTEN)
