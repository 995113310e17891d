"""
Steps of rows about how a case is worked: third parties, acts that carry on, plans.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.service.asking import LATE, at
from tests.service.requirements.rows import Shows
from tests.service.requirements.steps.cases import act
from tests.service.requirements.steps.duties import discharged, owes
from tests.service.requirements.steps.figures import counts, counts_of_kind

HEADS = ("solved", "explained", "helped", "by_law")


@dataclass(frozen=True)
class CountedByHead(Shows):
    """
    How many more cases of the office the further figures count under each head of
    三到位一处理: of a late day, as a return that is signed may let a closing count from
    a later one.
    """

    heads: tuple[str, ...]

    def before(self, work):
        asked = {"programme": work.programme.code, "as_of": LATE, "own": "true"}
        found = work.ask("/further-figures", service="reporting", **asked)
        return {head: found["rows"][0][head] for head in HEADS}

    def take(self, work, before):
        wanted = {head: before[head] + (head in self.heads) for head in HEADS}
        work.eventually(lambda: self.before(work) == wanted)


def counted_by_head(*heads):
    return CountedByHead(heads)


def party(*roles, on="2020-11-01"):
    """
    Third parties of an act, to whom the petitioner agreed before.
    """
    return {"parties": [{"role": role, "consented_on": on} for role in roles]}


def carried_on(name, earlier, **fields):
    """
    Record an act that carries on the last one of another kind.
    """

    def send(work):
        before = [each for each in _acts(work) if each["act"] == earlier]
        body = {"act": name, "on": work.day, "follows": before[-1]["id"], **fields}
        work.refuse(work.case("acts"), {**body, "follows": "别的"}, "follows_missing")
        work.send(work.case("acts"), body)

    return send


def logged(name, **expected):
    """
    The log of the case shows the act with these fields.
    """

    def look(work):
        items = work.ask(work.case("log"))["items"]
        shown = [
            each["act"] for each in items if (each["act"] or {}).get("act") == name
        ]
        assert [{key: each[key] for key in expected} for each in shown] == [expected]
        assert [each["on"] for each in items] == sorted(each["on"] for each in items)

    return look


def planned(post, *steps, until, **fields):
    """
    Make the plan of the case; *steps* are (task, who, until).
    """

    def send(work):
        listed = [{"task": t, "post": p, "until": day} for t, p, day in steps]
        body = {"made_on": work.day, "post": post, "aim": "化解。", "until": until}
        made = work.send(work.case("plans"), {**body, "steps": listed, **fields})
        work.plan = made["id"]

    return send


def plan_decided(post, *, verdict="approved", **fields):
    def send(work):
        body = {"on": work.day, "verdict": verdict, "post": post, **fields}
        work.send(at("plans", work.plan, "decisions"), body, by="leader")

    return send


def plan_refused(post, *codes, **fields):
    """
    That post cannot approve the plan.
    """

    def send(work):
        body = {"on": work.day, "verdict": "approved", "post": post, **fields}
        work.refuse(at("plans", work.plan, "decisions"), body, *codes, by="leader")

    return send


def plan_step_done(place):
    def send(work):
        body = {"place": place, "on": work.day, "evidence": "卷一"}
        work.send(at("plans", work.plan, "steps"), body)

    return send


def demand_fixed(post, *points, **fields):
    """
    Fix the demand with the petitioner; the answer keeps none of its words.
    """

    def send(work):
        body = {"fixed_on": work.day, "mode": "in_person", "post": post}
        fixed = work.send(work.case("demands"), {**body, "points": points, **fields})
        assert "points" not in fixed
        work.demand = fixed["id"]
        assert work.ask(work.case("demands"))["items"][-1]["points"] == [*points]

    return send


def point_answered(place, head, *, post):
    def send(work):
        body = {"place": place, "head": head, "on": work.day, "post": post}
        path = at("demands", work.demand, "answers")
        work.send(path, {**body, "text": "已当面说明。"})

    return send


def progress_reported(**fields):
    """
    Print the report of progress and file it with the case.
    """

    def send(work):
        words = [
            {"asked": part, "text": "……。"}
            for part in ("basics", "evaluation", "progress", "next")
        ]
        body = {"paper": "progress", "form": "pdf", "words": words, **fields}
        filed = work.send(work.case("papers"), body)
        assert filed["kind"] == "progress_report"

    return send


def _acts(work):
    return work.ask(work.case("acts"))["items"]


def talked_by_video(until, post="检察官"):
    """
    A talk by video is booked for a day, owed until then, held and counted.
    """
    said = {"post": post, "kind": "视频", "text": "视频会议室一号。"}
    return (
        act("talk_booked", **said, until=until),
        counts("talk_bookings"),
        owes("talk_as_booked", until),
        act("talk_held", **said),
        counts_of_kind("talks", "视频"),
        discharged("talk_as_booked"),
    )


def intervened(post):
    """
    That somebody in office asked about a case is noted by a post, and listed.
    """
    said = {"post": post, "text": "某单位负责人过问办理结果，已如实记录。"}
    return act("intervention_noted", **said), counts("interventions")
