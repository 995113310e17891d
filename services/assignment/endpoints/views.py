"""
What several endpoints show: cases, duties and closings with what follows from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from services.assignment.domain.closings.closing import Closing
from services.assignment.domain.closings.signatures import Seats, to_sign
from services.assignment.domain.duties.alerts import alert_level
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.parties import responsible_parties
from services.assignment.domain.matter import BegunMatter, MatterState
from shared.policy.current import current_policy
from shared.policy.parts.closing import Route


def summary(case: MatterState, withdrawn: Collection[str] = ()) -> dict[str, Any]:
    """
    A case in a list; *withdrawn*: the numbers of those that were withdrawn and not
    merged into another, though they count as little.
    """
    taken_back = case.number in withdrawn
    return {
        **vars(case),
        "led": case.is_led,
        "merged": case.merged and not taken_back,
        "withdrawn": taken_back,
    }


def shown_duties(duties: Iterable[Duty], on: date) -> list[dict[str, Any]]:
    """
    Duties with the state and the alert level that they have on a day.
    """
    colours_of = current_policy().programmes.colours_of
    return [
        {
            **vars(duty),
            "alert_level": alert_level(duty, on, colours_of(duty.programme)),
            "state": duty.shown_state(on),
            "state_on": duty.state_on,
        }
        for duty in duties
    ]


def route_of(row: BegunMatter, report: Closing) -> Route | None:
    """
    Who must sign the closing before it may be confirmed.
    """
    rules = current_policy()
    level = rules.directory.office(row.office).level
    return rules.programmes.get(row.programme).closing.route_for(
        report.kind, level, row.department
    )


def seats_of(row: BegunMatter) -> Seats:
    """
    Who can sign and decide in a case: its office, the hub and the office above.
    """
    rules = current_policy()
    programme = rules.programmes.get(row.programme)
    parties = responsible_parties(row.office, row.opened_on, programme, rules.directory)
    offices = {"own": row.office, "upper": programme.hub, **parties.offices}
    return Seats(
        {name: rules.directory.office(code) for name, code in offices.items()},
        programme.hub_department,
        list(row.leaders),
        row.department,
    )


def shown_closing(row: BegunMatter, report: Closing) -> dict[str, Any]:
    """
    A report of closing with the posts that have still to sign it.
    """
    missing = to_sign(report, route_of(row, report))
    signers = [signer.title for signer in missing]
    return {**vars(report), "programme": row.programme, "to_sign": signers}
