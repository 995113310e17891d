"""
What every case must name, and which of it a case does not name yet (XQ-20, JZ-18).
"""

from __future__ import annotations

from services.assignment.domain.leaders.leading import Leadership
from shared.policy.parts.general import MandatoryField
from shared.policy.programme import Programme

# The act that makes the written plan of a case (JZ-06, JZ-48).
PLAN = "plan_made"


def missing_fields(
    leading: Leadership, programme: Programme
) -> tuple[MandatoryField, ...]:
    """
    What every case must name and this one does not yet (XQ-20, JZ-18).

    The unit is the office responsible. A plan is there once the act of making it is.
    """
    present = {
        "leader": leading.leaders,
        "department": leading.department,
        "unit": True,
        "team": leading.team,
        "resolve_by": leading.resolve_by,
        "responsible_leader": leading.responsible_post,
        "handler": leading.handler_post,
        "contact": leading.contact,
        "plan": PLAN in leading.acts,
    }
    return tuple(field for field in programme.mandatory_fields if not present[field.id])
