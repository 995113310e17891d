"""
某省, dy-leaders: the report on leaders who handle petitions themselves (DY).
"""

from __future__ import annotations

from tests.builders.hearings import a_sitting
from tests.service.asking import at, refused
from tests.service.hearing_desk import days_before, hearing_of
from tests.service.requirements.rows import Programme, body, of_the_office, requirement
from tests.service.requirements.steps.cases import (
    act,
    appraised,
    drive_shows,
    handed_on,
    in_drive,
    led_by,
    must_be_led_by,
    office_act,
)
from tests.service.requirements.steps.duties import (
    discharged,
    owes,
    report_owed,
    states,
)
from tests.service.requirements.steps.figures import (
    a_year_earlier,
    counted_in,
    counts,
    counts_of_kind,
    further,
    in_time_of_due,
    no_longer_missing,
    percent,
    shown_further,
)
from tests.service.requirements.steps.hearing_and_aid import (
    aid_funded,
    aid_granted,
    aid_paid,
    hearing_decided,
)
from tests.service.requirements.steps.petitions import (
    petition,
    replied,
    step,
    suggested_to,
)
from tests.service.requirements.steps.working import (
    intervened,
    plan_decided,
    plan_step_done,
    planned,
    talked_by_video,
)

PROVINCE, CITY = "990000", "990100"
DOCUMENT = {"document": "子检〔2021〕7号"}
FIRST = {"first_here": "是"}
DAY, A_YEAR_AGO = "2021-03-16", "2020-03-16"


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


ROWS = [
    requirement(
        "S14",
        "普通案件也一案一策，逐步办理",
        led_by("检察长", department="控告申诉检察部"),
        planned("检察官", ("核查原案", "检察官", "2021-04-06"), until="2021-04-30"),
        plan_decided("检察长"),
        owes("plan_step", "2021-04-06"),
        plan_step_done(1),
        discharged("plan_step"),
    ),
    requirement("", "过问、干预案件的如实记录", *intervened("检察官")),
    # 领导办案
    requirement("DY-01 I-28", "解决“简单案”“凑数案”", the_share_of_hard_cases),
    of_the_office(
        "DY-04",
        "一把手工程和全院性、全局性工作",
        office_act("chief_task", post="检察长", text="统筹全院信访工作。"),
        counts("chief_tasks"),
    ),
    requirement(
        "DY-07",
        "“百日攻坚”活动",
        in_drive("hundred_days", "2021-03-16"),
        owes("drive_resolve", "2021-06-23"),
        drive_shows(taken=1, settled=0, open=1),
        joins_no_second_drive_meanwhile,
    ),
    requirement("DY-13 DY-14 I-26 I-27", "人均办理数按人数计", averages_by_heads),
    of_the_office(
        "DY-03 I-44",
        "进京、赴省访分别统计，与上年同期比较",
        office_act(
            "higher_figure_entered", kind="进京访", count=3, on=A_YEAR_AGO, **DOCUMENT
        ),
        office_act("higher_figure_entered", kind="进京访", count=2, **DOCUMENT),
        office_act("higher_figure_entered", kind="到省访", count=9, **DOCUMENT),
        further("beijing_visits", by=5),
        further("province_visits", by=9),
        a_year_earlier(DAY, beijing_visits=3, province_visits=0),
    ),
    of_the_office("DY-05", "基层院由班子成员为主办理", who_handles_at_each_level),
    requirement(
        "DY-06",
        "把重点放在重大疑难复杂信访案件上",
        appraised(difficulty="hard"),
        must_be_led_by("990101", advice=True),
    ),
    requirement(
        "DY-33",
        "久诉不息的“骨头案”“钉子案”",
        appraised(difficulty="nail"),
        counted_in("difficulty", "nail", "钉子案", stubborn="true"),
    ),
    requirement(
        "DY-08 I-24",
        "首次到基层院申诉的全部由院领导包案",
        first_petitions_led_by_a_leader,
        case=FIRST,
    ),
    requirement(
        "DY-09",
        "首次信访专项检查：方案、逐项检查、问题限期整改",
        office_act("check_planned", text="检查首次信访的包案和办理。", **DOCUMENT),
        counts("check_plans"),
        act("check_item", kind="办理期限", result="存在问题", text="两件超期。"),
        counts_of_kind("check_items", "存在问题"),
        act("check_begun", **DOCUMENT),
        owes("rectification", "2021-06-16"),
        act("check_rectified", **DOCUMENT),
        discharged("rectification"),
    ),
    of_the_office(
        "S3",
        "甄别分流：建议的去向由人确认，或者另定并写明理由",
        petition(office=CITY),
        suggested_to("DY-12.below", "控告申诉检察部"),
        another_way_with_a_reason,
    ),
    of_the_office(
        "DY-11",
        "来信、网上信访、上级交办的各归三个中心",
        petition(office=PROVINCE),
        suggested_to("DY-11.letter", "群众来信处理中心"),
        petition(office=PROVINCE, channel="online"),
        suggested_to("DY-11.online", "网络信访处理中心"),
        petition(office=PROVINCE, origin="handed_by_spp"),
        suggested_to("DY-11.supervision", "群众信访督办中心"),
    ),
    requirement(
        "DY-12",
        "集中审查分流",
        act("triaged", to="刑事检察部"),
        counts("triage"),
    ),
    of_the_office(
        "DY-12",
        "信访联络员",
        body("liaison", ("liaison", "检察官")),
        no_longer_missing("liaisons", acts=0),
    ),
    requirement(
        "DY-15",
        "骨头案由三级院领导组成工作单元",
        appraised(difficulty="bone"),
        must_be_led_by(PROVINCE, CITY, "990101"),
    ),
    # 听证
    requirement(
        "DY-17",
        "应听证，尽听证",
        owes("hearing_decision", "2021-06-10"),
        hearing_decided(),
        discharged("hearing_decision"),
    ),
    of_the_office(
        "DY-18",
        "检察长亲自主持专题会议研究",
        office_act("chief_meeting", post="检察长", **DOCUMENT),
        counts("chief_meetings"),
    ),
    of_the_office(
        "DY-19 TL-47",
        "每半月定期通报",
        report_owed(
            "hearing_bulletin",
            "2021-03-b",
            "2021-04-06",
            "hearing_bulletin",
            office=PROVINCE,
            **DOCUMENT,
        ),
    ),
    requirement(
        "DY-20",
        "入额院领导示范带头",
        a_hearing_by_the_chief,
        further("hearings_by_leaders"),
    ),
    requirement(
        "DY-22 I-22 I-23",
        "公开听证的件数和息诉息访率，也按半月",
        a_hearing_to_its_result,
        further("hearings_settled"),
        further("hearings_needed"),
        the_shares_after_hearings,
    ),
    requirement(
        "DY-37",
        "双方阐述、听证员提问，意见是否采纳并告知",
        both_sides_speak_and_members_ask,
    ),
    requirement(
        "DY-37",
        "意见的采纳率",
        a_hearing_to_its_result,
        further("opinions_answered"),
        further("opinions_adopted"),
    ),
    of_the_office(
        "DY-21",
        "专项督查",
        office_act("inspected", to="控告申诉检察部", text="逐案核查。"),
        counts("inspections"),
    ),
    requirement("DY-23", "来自社会不同行业的听证员", members_of_several_trades),
    # 救助、接谈
    requirement(
        "DY-24 I-30",
        "主动开展司法救助，单列件数和占比",
        aid_granted(
            origin="own_motion",
            clue={"found_on": "2021-03-15", "department": "控告申诉检察部"},
        ),
        further("aid_applications"),
        further("aid_own_motion"),
        own_motion_share,
    ),
    requirement(
        "DY-25",
        "救助人数和发放救助金",
        aid_granted(amount="20000.00"),
        aid_funded("20000.00"),
        aid_paid("20000.00"),
        aided_in_the_figures,
    ),
    requirement(
        "DY-26",
        "省院与基层院联合救助，各院分担份额",
        aid_of_two_levels,
    ),
    requirement(
        "DY-26",
        "三级院联合多元化救助",
        act("joint_aid", to="甲市分院", text="联合救助。"),
        counts("joint_aids"),
    ),
    of_the_office(
        "DY-27",
        "程序性回复由短信为主转变为面对面接谈",
        petition(),
        owes("talk", "2021-03-23"),
        replied("procedural", "sms"),
        discharged("procedural_reply"),
        states("talk", "open"),
        act("talk_held", post="检察官", kind="当面", text="面对面接谈。"),
        discharged("talk"),
    ),
    of_the_office(
        "DY-28",
        "全省基层院和有条件的市分院",
        petition(),
        owes("talk", "2021-03-23"),
        owes_no_talk(CITY),
        owes_no_talk(PROVINCE),
    ),
    requirement(
        "DY-29",
        "引导群众依法规范信访",
        act("talk_held", post="检察官", kind="电话", text="引导依法信访。"),
        counts("talks"),
    ),
    requirement(
        "DY-35",
        "视频接谈同样预约、按约进行、留有记录，按方式统计",
        *talked_by_video("2021-03-19"),
    ),
    of_the_office(
        "DY-27 I-29 DY-35",
        "面对面接谈率和各方式的占比",
        the_shares_of_talks,
    ),
    of_the_office(
        "I-15",
        "七日内程序性回复率：期限已到的，按期的，比率",
        replies_in_time_of_those_due,
    ),
    of_the_office(
        "I-16",
        "三个月办理过程或结果答复率",
        answers_in_three_months,
    ),
    # 责任
    of_the_office(
        "DY-31",
        "列入院党组议事日程",
        office_act("party_agenda", **DOCUMENT),
        counts("agenda"),
    ),
    requirement(
        "DY-32",
        "推来推去“无限循环”：转交三次的列出",
        act("handed_on", to="刑事检察部", text="转办。"),
        act("handed_on", to="控告申诉检察部", text="转办。"),
        counts("hand_offs", acts=0),
        act("handed_on", to="刑事检察部", text="转办。"),
        counts("hand_offs"),
    ),
    requirement(
        "DY-32",
        "单位之间移交两次，单位内转办一次，也列出",
        act("handed_on", to="刑事检察部", text="转办。"),
        handed_on("990102"),
        counts("hand_offs", acts=0),
        handed_on("990101"),
        counts("hand_offs"),
    ),
]

LEADERS = Programme(
    code="dy-leaders",
    office="990101",
    hub=PROVINCE,
    day=DAY,
    word="子检控申",
    rows=ROWS,
    form="leaders",
    cells={"resolve_by": "2021年12月31日"},
)
