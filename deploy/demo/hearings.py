"""
The hearings of the story: each act of it is several requests to the hearing service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.hearing.domain.terms import Eligibility, SittingStep

Action = Mapping[str, Any]
Send = Callable[..., dict[str, Any]]
"""
Posts a body to a path as one part of an action, and returns the answer.
"""
_TERM = 2  # years after the one in which a member is registered
_HOURS = {"starts": "09:30", "ends": "11:30"}


def schedule(send: Send, case: str, action: Action, on: str) -> dict[str, Any]:
    """
    Register the members, plan the hearing, draw as many as its *size* or all of them,
    have them accept, and tell everybody and the public. Where the first has *declined*
    with a reason, another is drawn.
    """
    for place, trade in enumerate(action["members"], 1):
        send("/members", f"member {place}", _member(action, place, trade, on))
    hearing = send(f"{case}/hearings", "plan", _plan(action, on))
    where = f"/hearings/{hearing['id']}"
    size, declined = action.get("size", len(action["members"])), action.get("declined")
    drawn = {"size": size, "method": "rotation"}
    seats = send(f"{where}/draws", "draw", drawn)["members"]
    if declined:
        seats = _answer(send, where, seats[0], on, accepted=False, reason=declined)
    return _agree_and_tell(send, hearing["id"], seats, on)


def adjourn(send: Send, hearing: Action, action: Action, on: str) -> None:
    """
    Put the hearing off; the members are asked again, and everybody is told the new day.
    """
    put_off = {"adjourned_on": on, "reason": action["reason"]}
    when = {**_HOURS, "scheduled_on": action["scheduled_on"].isoformat()}
    where = f"/hearings/{hearing['id']}"
    body = {**put_off, **when, "place": hearing["place"]}
    seats = send(f"{where}/adjournments", "adjournment", body)["members"]
    _agree_and_tell(send, hearing["id"], seats, on)


def _answer(
    send: Send, where: str, seat: Action, on: str, *, accepted: bool, **reason: str
) -> list[dict[str, Any]]:
    """
    The seats of the hearing after a member's answer.
    """
    number = seat["number"]
    body = {"member": number, "accepted": accepted, "answered_on": on, **reason}
    seats: list[dict[str, Any]] = send(
        f"{where}/member-answers", f"answer {on} {number}", body
    )["members"]
    return seats


def _agree_and_tell(
    send: Send, hearing: str, seats: Sequence[Action], on: str
) -> dict[str, Any]:
    """
    The members who are invited accept; the parties, the members who come and the public
    are told.
    """
    where = f"/hearings/{hearing}"
    coming = [seat for seat in seats if seat["state"] != "declined"]
    for seat in coming:
        if seat["state"] == "invited":
            _answer(send, where, seat, on, accepted=True)
    send(f"{where}/notices", f"notices {on}", {"notices": _notices(coming, on)})
    public = {"announced_on": on, "medium": "本院官网"}
    return send(f"{where}/announcements", f"announcement {on}", public)


def sit(send: Send, hearing: Action, action: Action, on: str) -> None:
    """
    The sitting, where as many members are present as the story says.
    """
    numbers = [
        seat["number"] for seat in hearing["members"] if seat["state"] == "accepted"
    ]
    body = {
        "held_on": on,
        "members_briefed_on": hearing["planned_on"],
        "members_present": numbers[: action["present"]],
        "steps": [step.value for step in SittingStep],
    }
    send(f"/hearings/{hearing['id']}/sittings", "sitting", body)


def end(send: Send, hearing: Action, action: Action, on: str) -> None:
    """
    The members' opinion, which is adopted, and the result.
    """
    where = f"/hearings/{hearing['id']}"
    opinion = {"opinion_on": on, "opinion": action["opinion"]}
    present = len(hearing["members_present"])
    send(f"{where}/opinions", "opinion", {**opinion, "members_agreed": present})
    answer = {
        "adoption": "full",
        "adoption_on": on,
        "approver_post": "检察长",
        "members_told_on": on,
    }
    send(f"{where}/opinion-answers", "answer", answer, role="leader")
    result = {"result_on": on, "settled": action["settled"]}
    send(f"{where}/results", "result", result)


def _member(action: Action, place: int, trade: str, on: str) -> dict[str, Any]:
    return {
        "number": f"{action['ref']}-{place}",
        "role": "听证员",
        "trade": trade,
        "term_from": on,
        "term_to": f"{int(on[:4]) + _TERM}-12-31",
        "eligibility": [term.value for term in Eligibility],
        "confirmed_on": on,
    }


def _plan(action: Action, on: str) -> dict[str, Any]:
    return {
        "planned_on": on,
        "kind": "ordinary",
        "subject": "petition",
        "public": True,
        "scheduled_on": action["scheduled_on"].isoformat(),
        **_HOURS,
        "place": action["place"],
        "handler_post": "检察官",
        "chair_post": action["chair_post"],
    }


def _notices(seats: Sequence[Action], on: str) -> list[dict[str, Any]]:
    notice = {"way": "in_person", "given_on": on, "proof": "signed"}
    members = [{"role": "member", "member": seat["number"]} for seat in seats]
    everybody = ({"role": "petitioner"}, {"role": "handler"}, *members)
    return [{**each, **notice} for each in everybody]
