"""
Tallies: how often offices did what a programme counts, and who did not.
"""

from __future__ import annotations

from typing import Any

from services.assignment.domain.activities.tallies import tallied
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas import tallies as tally_schemas
from services.assignment.store.tallies import cases_in_scope, cases_lacking, recorded
from shared.errors import Fault, reject_if
from shared.policy.current import policy
from shared.web.endpoint import Call, api


@api(
    "GET",
    "/tallies",
    query=tally_schemas.TallyQuery,
    answer=tally_schemas.TalliesView,
)
def show_tallies(call: Call) -> dict[str, Any]:
    """
    Count the acts that offices recorded from one day to another, by tally.
    """
    programme = programme_of(call.query["programme"])
    from_, to = call.query["from_"], call.query["to"]
    if to < from_:
        detail, remedy = f"止期 {to} 早于起期 {from_}。", "请改正起止日期。"
        reject_if([Fault("dates_inverted", detail, remedy, "/to")])
    owing = policy().directory.subtree(programme.hub, to)
    offices = [code for code in call.offices() if code in owing]
    found = [*recorded(call.session, programme.code, offices, from_, to)]
    cases = cases_in_scope(call.session, programme.code, offices, to)
    acts = {act.id: act for act in programme.every_act()}
    items = []
    for tally in programme.tallies:
        of_cases = [name for name in tally.acts if acts[name].of == "case"]
        lacking = (
            cases_lacking(
                call.session, programme.code, offices, from_, to, acts=of_cases
            )
            if tally.show == "missing" and of_cases
            else {}
        )
        rows = tallied(
            tally, found, acts=acts, offices=offices, cases=cases, lacking=lacking
        )
        shown = [
            {**vars(row), "name": policy().directory.office(row.office).name}
            for row in rows
        ]
        total = {
            name: sum(getattr(row, name) for row in rows)
            for name in ("acts", "amount", "missing")
        }
        items.append({**vars(tally), **total, "offices": shown})
    return {
        "programme": programme.code,
        "office": call.office(),
        "from_": from_,
        "to": to,
        "items": items,
    }
