"""
What the story does at hearing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.demo import hearings
from deploy.demo.client import path
from deploy.demo.runner import Act, Action, Runner


def decide_hearing(run: Runner, action: Action, on: str) -> None:
    run.post(
        "hearing",
        path("cases", action["case"], "hearing-decisions"),
        action,
        on,
        {
            "decision": action["decision"],
            "decided_on": on,
            "reason": action["reason"],
            "approver_post": "检察长",
        },
    )


def schedule_hearing(run: Runner, action: Action, on: str) -> None:
    send = _to_hearing(run, action, on)
    case = path("cases", action["case"])
    hearing = hearings.schedule(send, case, action, on)
    run.outcome.ids[action["ref"]] = hearing["id"]


def sit(run: Runner, action: Action, on: str) -> None:
    hearings.sit(_to_hearing(run, action, on), _hearing(run, action), action, on)


def hearing_result(run: Runner, action: Action, on: str) -> None:
    hearings.end(_to_hearing(run, action, on), _hearing(run, action), action, on)


def _hearing(run: Runner, action: Action) -> dict[str, Any]:
    where = f"/hearings/{run.outcome.ids[action['hearing']]}"
    return run.client.get("hearing", where, action["by"])


def _to_hearing(run: Runner, action: Action, on: str) -> hearings.Send:
    """
    Posts one part of an action to hearing, by the office of the action.
    """
    office = action["by"].split()[0]
    ref = action.get("ref") or action["hearing"]

    def send(
        where: str, part: str, body: dict[str, Any], role: str = "clerk"
    ) -> dict[str, Any]:
        of_part = {**action, "ref": f"{ref} {part}", "by": f"{office} {role}"}
        return run.post("hearing", where, of_part, on, body)

    return send


ACTIONS: Mapping[str, Act] = {
    "decide_hearing": decide_hearing,
    "schedule_hearing": schedule_hearing,
    "sit": sit,
    "hearing_result": hearing_result,
}
