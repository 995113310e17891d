"""
A programme of three rules, and a matter under them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from services.assignment.domain.facts.leaders import ActRecorded
from services.assignment.domain.facts.received import PetitionRegistered
from shared.policy.calendar import Limit
from shared.policy.conditions import Condition
from shared.policy.current import current_policy
from shared.policy.parts.duties import DutyRule, Extension, Owner, Trigger, Until
from tests.builders import COUNTY, facts
from tests.builders.matters import Known

CN = current_policy().calendar


DIRECTORY = current_policy().directory


START = date(2021, 3, 1)


DAY = timedelta(days=1)


CHIEF, LEADER = "检察长", "副检察长"


def act(name):
    return Trigger(ActRecorded.name, {"act": Condition((name,))})


CONCLUSION = DutyRule(
    id="conclusion",
    title="六十日内办结",
    opened_by=PetitionRegistered.name,
    once=True,
    due=Until(limit=Limit.parse("60N")),
    discharged_by=(act("answered"),),
    resumed_by=(Trigger("matter.case_reopened"),),
    source="TL-06",
    creditor="petitioner",
    owner=Owner(post="chief"),
    extension=Extension(Limit.parse("30N"), "TL-07", tell_petitioner=True),
    pausable=True,
    overridable=True,
    waits=(act("materials_asked"),),
    goes_on=(act("materials_complete"),),
)


FOLLOW_UP = DutyRule(
    id="follow_up",
    title="每月答复",
    opened_by=PetitionRegistered.name,
    due=Until(limit=Limit.parse("4M roll")),
    every=Limit.parse("1M"),
    until=(Trigger("matter.case_resolved"),),
    resumed_by=(Trigger("matter.case_reopened"),),
    discharged_by=(Trigger("intake.reply_given"),),
    source="TL-23",
)


REMEDY = DutyRule(
    id="remedy",
    title="整改",
    opened_by=ActRecorded.name,
    when={"act": Condition(("cause_found",))},
    due=Until(limit=Limit.parse("10N")),
    discharged_by=(act("remedy_done"),),
    discharges="oldest",
    source="PY-49",
)


PROGRAMME = replace(
    current_policy().programmes.get("puyang-2020"),
    duties=(CONCLUSION, FOLLOW_UP, REMEDY),
    law=(),
)


def registered(on=START):
    return facts.registered(on, office=COUNTY)


def done(name, on, **fields):
    return facts.act(name, on, **fields)


def Matter(calendar=CN, programme=PROGRAMME):  # noqa: N802 - reads as what it makes
    """
    A petition of the county under the rules above.
    """
    return Known(programme, calendar)
