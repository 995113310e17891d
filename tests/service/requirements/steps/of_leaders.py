"""
Steps of the rows of the leaders' scheme that need more than one look.
"""

from __future__ import annotations

from tests.builders.hearings import a_sitting
from tests.service.asking import at, refused
from tests.service.hearing_desk import days_before, hearing_of
from tests.service.requirements.steps.cases import appraised, led_by
from tests.service.requirements.steps.figures import (
    in_time_of_due,
    percent,
    shown_further,
)
from tests.service.requirements.steps.hearing_and_aid import aid_granted
from tests.service.requirements.steps.petitions import petition, replied, step

PROVINCE, CITY = "990000", "990100"


def measures(work):
    asked = {"programme": work.programme.code, "from": "2021-01-01"}
    return work.ask("/leaders/measures", asker=PROVINCE, **asked)


def owes_no_talk(office):
    """
    A letter to an office that is not at the grass roots; the file names no able city.
    """

    def look(work):
        petition(office=office)(work)

        assert work.duties("procedural_reply")
        assert not work.duties("talk")

    return look


def who_handles_at_each_level(work):
    """
    At the grass roots members of the leading group; at city level also middle managers.
    """
    posts = {(each["level"], each["post"]) for each in measures(work)["posts"]}

    assert {post for level, post in posts if level == "county"} == {
        "检察长",
        "副检察长",
        "政治部主任",
    }
    assert ("city", "刑事检察部主任") in posts
    assert ("county", "控告申诉检察部主任") not in posts


def the_share_of_hard_cases(work):
    """
    A leader who leads easy cases only is named as such, until a hard one comes.
    """

    def line():
        return next(
            each
            for each in measures(work)["posts"]
            if (each["office"], each["post"]) == (work.office, "政治部主任")
        )

    led_by("政治部主任", department="控告申诉检察部")(work)
    easy = line()
    appraised(difficulty="hard")(work)
    hard = line()

    assert (easy["only_easy"], easy["hard"]["part"]) == (True, 0)
    assert (hard["only_easy"], hard["hard"]["part"]) == (False, 1)


def averages_by_heads(work):
    """
    The averages of the cases handled since the year began are by the people who hold
    the posts, as the directory counts them where no holder is entered; the province's
    leaders and middle managers reach the city leaders' average or do not.
    """

    def shown():
        found = measures(work)
        (floor,) = found["floors"]
        return floor, {each["level"]: each for each in found["levels"]}

    floor, levels = shown()
    led_by("检察长", department="控告申诉检察部")(work)
    _, after = shown()
    heads = {level: each["average"]["whole"] for level, each in levels.items()}

    # 检察长 1, 副检察长 3, 政治部主任 1 in each of three counties and two cities;
    # the province has 专职委员 2 as well, and four departments of three managers.
    assert heads == {"county": 15, "city": 10, "province": 7}
    assert not any(each["heads_assumed"] for each in (floor, *levels.values()))
    assert floor["average"]["whole"] == 7 + 4 * 3
    assert floor["at_least"]["whole"] == 10 + 2 * 2 * 3
    assert after["county"]["average"]["part"] == (
        levels["county"]["average"]["part"] + 1
    )


def joins_no_second_drive_meanwhile(work):
    """
    A case is in one drive at a time.
    """
    of = {"programme": work.programme.code, "kind": "hundred_days"}
    body = {**of, "name": "再次攻坚", "start": work.day, "case_numbers": [work.number]}
    work.refuse("/drives", body, "in_other_drive", by="reviewer", office=work.hub)


def first_petitions_led_by_a_leader(work):
    """
    A first petition at the grass roots is uncovered until a leader of it leads it.
    """

    def coverage():
        return next(e for e in measures(work)["targets"] if e["id"] == "DY-08")

    before = coverage()
    led_by("副检察长", department="控告申诉检察部")(work)
    after = coverage()

    assert before["target"] == 100
    assert work.number in before["uncovered"]
    assert work.number not in after["uncovered"]
    assert after["led"]["part"] == before["led"]["part"] + 1


def members_of_several_trades(work):
    """
    The hearing is chaired by the chief and heard by members of several trades.
    """
    shown = hearing_of(work).hold(work.case(), chair_post="检察长")

    assert shown["leader_chaired"]
    assert len({seat["trade"] for seat in shown["members"]}) == 3


def a_hearing_by_the_chief(work):
    hearing_of(work).hold(work.case(), chair_post="检察长")


def a_hearing_to_its_result(work):
    """
    It is settled on the spot; the members' opinion is adopted in part.
    """
    hearing = hearing_of(work)
    hearing.hold(work.case(), chair_post="检察长")
    hearing.advise()
    on = hearing.scheduled_on
    answer = {
        "adoption": "part",
        "adoption_on": on,
        "reason": "程序部分另行答复。",
        "approver_post": "检察长",
        "members_told_on": on,
    }
    hearing.take("opinion-answers", answer, "leader")
    hearing.result(on)


def both_sides_speak_and_members_ask(work):
    """
    A sitting without either is refused.
    """
    hearing = hearing_of(work)
    hearing.plan(work.case())
    hearing.invite()
    hearing.notify()
    body = a_sitting(hearing.hearing)
    left_out = {"parties_spoke", "members_asked"}
    body["steps"] = [step for step in body["steps"] if step not in left_out]
    body["reason"] = "双方没有到场。"
    clerk = work.as_office(work.office)
    refused(
        clerk.post("hearing", f"{hearing.path}/sittings", body), 422, "steps_missing"
    )


def the_shares_after_hearings(work):
    """
    Settled of all, chaired by leaders of all, held of those needed.
    """
    asked = {"programme": work.programme.code, "as_of": work.day, "own": "true"}
    every = work.ask("/further-figures", service="reporting", **asked)["rows"][0]
    (held_on,) = days_before(work, 4)
    bulletin = work.ask(
        "/further-figures", service="reporting", **asked, since=held_on
    )["rows"][0]
    of_today = work.ask(
        "/further-figures", service="reporting", **asked, since=work.day
    )["rows"][0]

    for name in ("settled", "by_leaders"):
        assert every[f"hearings_{name}_share"].endswith("%")
    assert every["hearings_rate"].endswith("%")
    assert 1 <= bulletin["hearings_settled"] <= every["hearings_settled"]
    assert (of_today["hearings_settled"], of_today["hearings_settled_share"]) == (
        0,
        "—",
    )


def the_shares_of_talks(work):
    """
    Of three replies by video, telephone and text message two are talks; the one by
    text message is taken back.
    """
    before = shown_further(work)
    petition()(work)
    for mode in ("video", "phone", "sms"):
        path = at("petitions", work.number, "replies")
        body = {"replied_on": work.day, "kind": "progress", "mode": mode}
        reply = work.send(path, {**body, "summary": "已接谈。"}, service="intake")
    counted = ("replies", "talks", "replies_video", "replies_phone", "replies_sms")

    def added(*expected):
        now = shown_further(work)
        return tuple(now[name] - before[name] for name in counted) == expected

    work.eventually(lambda: added(3, 2, 1, 1, 1))
    path = at("petitions", work.number, "replies", reply["id"], "withdrawals")
    work.send(path, {"reason": "误登。"}, service="intake")
    work.eventually(lambda: added(2, 2, 1, 1, 0))
    found = shown_further(work)

    assert found["talks_share"] == percent(found["talks"], found["replies"])
    assert found["replies_video_share"] == percent(
        found["replies_video"], found["replies"]
    )


def replies_in_time_of_those_due(work):
    """
    Three letters of the same day: one answered on the seventh day, one not at all, one
    whose writer cannot be reached, which leaves the denominator.
    """
    received, due_on = "2021-03-02", "2021-03-09"
    before = shown_further(work, as_of=due_on)
    petition(received_on=received)(work)
    replied("procedural", on=due_on)(work)
    petition(received_on=received)(work)
    petition(received_on=received, petitioner=None)(work)
    step("unable_to_reply", filed=True, text="匿名，无联系方式。")(work)

    in_time_of_due(work, before, "procedural_reply", 1, 2, as_of=due_on)


def answers_in_three_months(work):
    """
    Progress answers on the last day of the three months; nothing at all does not. What
    was answered in time is split into results and reports of progress alone.
    """
    received, due_on = "2020-12-10", "2021-03-10"
    before = shown_further(work, as_of=due_on)
    petition(received_on=received)(work)
    replied("progress", on=due_on)(work)
    petition(received_on=received)(work)
    replied("progress", on="2021-01-10")(work)
    replied("result", on=due_on)(work)
    petition(received_on=received)(work)

    in_time_of_due(work, before, "three_month_answer", 2, 3, as_of=due_on)
    split = [f"three_month_answer_{kind}" for kind in ("result", "progress")]

    def added():
        now = shown_further(work, as_of=due_on)
        return [now[name] - before[name] for name in split]

    # A second answer splits anew what was in time with the first.
    work.eventually(lambda: added() == [1, 1])
    now = shown_further(work, as_of=due_on)
    for name in split:
        assert now[f"{name}_rate"] == percent(now[name], now["three_month_answer_due"])


def own_motion_share(work):
    """
    The share of aid on the office's own motion is beside its number.
    """
    found = shown_further(work)
    part, whole = found["aid_own_motion"], found["aid_applications"]

    assert found["aid_own_share"] == percent(part, whole)


def aided_in_the_figures(work):
    """
    Who was aided, and with how much.
    """
    asked = {"programme": work.programme.code, "as_of": work.day, "own": "true"}

    def counted():
        row = work.ask("/figures", service="reporting", **asked)["rows"][0]
        return row["aid_persons"] >= 1 and float(row["aid_yuan"]) >= float("20000")

    work.eventually(counted)


def aid_of_two_levels(work):
    """
    The shares of the offices make the amount, each by its own document.
    """
    shares = [
        {"office": work.office, "amount_yuan": "2000.00"},
        {"office": work.hub, "amount_yuan": "10000.00", "document": "省检〔2021〕5号"},
    ]
    aid_granted(decision={"shares": shares}, jointly=True)(work)
    shown = work.ask(at("aid-applications", work.aid), service="aid")

    assert [each["amount_yuan"] for each in shown["decision"]["shares"]] == [
        "2000.00",
        "10000.00",
    ]


def another_way_with_a_reason(work):
    """
    A person sends the petition elsewhere, and says why; the case that it becomes is for
    that department.
    """
    path = at("petitions", work.number, "routes")
    body = {"decided_on": work.day, "department": "刑事检察部"}
    clerk = work.as_office(CITY)
    refused(clerk.post("intake", path, body), 422, "reason_missing")
    given = {"office": CITY, "service": "intake"}
    answer = work.send(path, {**body, "reason": "原案由该部办理。"}, **given)
    case = {"opened_on": work.day}
    made = work.send(at("petitions", work.number, "case"), case, **given)

    first, second = answer["decisions"]
    assert first["as_suggested"]
    assert (second["rule"], second["as_suggested"]) == ("DY-12.below", False)
    assert second["reason"] == "原案由该部办理。"
    assert made["row"]["department"] == "刑事检察部"
