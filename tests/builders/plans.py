"""
The plan of a case of Xingqing.
"""

from __future__ import annotations

from datetime import date, timedelta

from services.assignment.domain.working.plans import Plan, PlanStep

UNIT = "640104001"
CAME = date(2020, 10, 27)
STEPS = (
    PlanStep(1, "核对安置协议", UNIT, "综治中心", CAME + timedelta(days=20)),
    PlanStep(2, "兑现安置房", UNIT, "分管副职", CAME + timedelta(days=60)),
)
PLAN = Plan(
    id="p1",
    number="富宁街〔2020〕1号",
    programme="xq-2020",
    office=UNIT,
    version=1,
    made_on=CAME,
    post="分管副职",
    aim="落实安置房。",
    until=CAME + timedelta(days=90),
    steps=STEPS,
    recorded_by="承办人",
)
