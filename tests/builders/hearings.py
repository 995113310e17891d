"""
A hearing in all its steps: what an office sends, and the same inside the domain.
"""

from __future__ import annotations

from services.hearing.domain.terms import Eligibility, SittingStep
from tests.builders import new_number

STEPS = [step.value for step in SittingStep]
TRADES = ("律师", "教师", "医生", "工程师", "社区工作者")


def a_member(number=None, **changes):
    """
    The body of a registration in the register of hearing members.
    """
    return {
        "number": number or new_number("听证员"),
        "role": "人民监督员",
        "trade": "律师",
        "term_from": "2020-01-01",
        "term_to": "2023-12-31",
        "eligibility": [each.value for each in Eligibility],
        "confirmed_on": "2020-11-02",
        **changes,
    }


def a_plan(**changes):
    """
    The body of a plan, in a place of its own, which the chief approves: no other test's
    hearing is there.
    """
    return {
        "planned_on": "2020-11-04",
        "kind": "ordinary",
        "subject": "petition",
        "public": True,
        "scheduled_on": "2020-11-09",
        "starts": "09:30",
        "ends": "11:00",
        "place": new_number("会议室"),
        "elsewhere_approved_by": "检察长",
        "handler_post": "检察官",
        "chair_post": "检察官",
        **changes,
    }


def notices_of(hearing, given_on="2020-11-05"):
    """
    The notices to the two sides and to every member who accepted.
    """
    told = {"way": "in_person", "given_on": given_on, "proof": "signed"}
    members = [
        {"role": "member", "member": seat["number"]}
        for seat in hearing["members"]
        if seat["state"] == "accepted"
    ]
    sides = [{"role": "petitioner"}, {"role": "handler"}]
    return {"notices": [{**each, **told} for each in (*sides, *members)]}


def a_sitting(hearing, **changes):
    """
    The body of a sitting with everybody who accepted, in all its steps.
    """
    return {
        "held_on": hearing["scheduled_on"],
        "members_briefed_on": hearing.get("planned_on", hearing["scheduled_on"]),
        "members_present": [
            seat["number"] for seat in hearing["members"] if seat["state"] == "accepted"
        ],
        "steps": STEPS,
        **changes,
    }


class HearingSteps:
    """
    One hearing taken through its steps by *send(path, body, by)*, which posts to the
    hearing service and returns the answer's JSON; *day* gives the days of its steps.
    """

    def __init__(self, send, *, days=("2020-11-04", "2020-11-05", "2020-11-09")):
        self.send = send
        self.planned_on, self.notified_on, self.scheduled_on = days
        self.hearing = {}

    @property
    def path(self):
        return f"/hearings/{self.hearing['id']}"

    def take(self, step, body, by="clerk"):
        self.hearing = self.send(f"{self.path}/{step}", body, by)
        return self.hearing

    def plan(self, case_path, **changes):
        days = {"planned_on": self.planned_on, "scheduled_on": self.scheduled_on}
        plan = a_plan(**{**days, **changes})
        self.hearing = self.send(f"{case_path}/hearings", plan, "clerk")
        return self.hearing

    def invite(self, size=3, method="rotation", trades=TRADES):
        """
        Draw members, of whom the office has enough, and have all accept.
        """
        for trade in trades[:size]:
            self.send("/members", a_member(trade=trade), "clerk")
        self.take("draws", {"size": size, "method": method})
        return self.accept(self.planned_on)

    def accept(self, on):
        """
        Every member who was drawn accepts.
        """
        for seat in self.hearing["members"]:
            accepted = {"member": seat["number"], "accepted": True, "answered_on": on}
            self.take("member-answers", accepted)
        return self.hearing

    def notify(self):
        self.take("notices", notices_of(self.hearing, self.notified_on))
        if self.hearing["public"]:
            body = {"announced_on": self.notified_on, "medium": "本院官网"}
            self.take("announcements", body)
        return self.hearing

    def hold(self, case_path, **changes):
        """
        Plan, invite, notify and sit.
        """
        self.plan(case_path, **changes)
        self.invite()
        self.notify()
        return self.take("sittings", a_sitting(self.hearing))

    def advise(self, opinion="听证员一致认为原处理并无不当。"):
        body = {"opinion_on": self.scheduled_on, "opinion": opinion}
        return self.take("opinions", {**body, "members_agreed": 3})

    def result(self, on, *, settled=True):
        return self.take("results", {"result_on": on, "settled": settled})
