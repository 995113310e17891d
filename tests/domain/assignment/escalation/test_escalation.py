"""
Escalation as decisions: which step comes next and when, notices, candidates.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.escalation import notices
from services.assignment.domain.escalation import steps as supervision
from services.assignment.domain.escalation.notice_course import without_progress_since
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.facts.base import Step
from shared.errors import Conflict, Forbidden, Rejected
from shared.policy.calendar import Limit
from shared.policy.current import current_policy
from shared.policy.parts.escalation import SupervisionStep
from tests.builders import CITY, COUNTY, NEIGHBOUR, PROVINCE
from tests.builders.facts import happened, opened

NUMBER = "清检控申〔2020〕007号"
DUE = date(2020, 11, 27)
STEPS = (
    SupervisionStep("soon", "提醒", "due_soon", "reminder", "XQ-45"),
    SupervisionStep(
        "notice", "督办函", "overdue", "notice", "XQ-45", reply=Limit.parse("7N")
    ),
    SupervisionStep(
        "named",
        "列入通报",
        "overdue",
        "bulletin",
        "XQ-45",
        after=Limit.parse("2W"),
        to="hub",
    ),
)


def rules():
    return current_policy()


def programme():
    return rules().programmes.get("puyang-2020")


def a_duty(*steps, **changes):
    duty = Duty(
        id=f"{NUMBER}/procedural_reply",
        number=NUMBER,
        office=COUNTY,
        programme="puyang-2020",
        kind="procedural_reply",
        title="七日内程序性回复",
        source="TL-21",
        opened_on=date(2020, 11, 20),
        due_on=DUE,
        provisional=False,
        steps=steps,
        warn_days=3,
    )
    return replace(duty, **changes)


def a_notice(**changes):
    notice = Notice(
        id="n1",
        number=NUMBER,
        office=COUNTY,
        programme="puyang-2020",
        duty=None,
        step="notice",
        issued_on=date(2020, 12, 1),
        reply_by=date(2020, 12, 8),
        urgent=False,
        text="请说明情况。",
        by_post=None,
        state_on=date(2020, 12, 1),
    )
    return replace(notice, **changes)


def reached(duty, until):
    """
    All steps a duty has come to by a day, each with its day.
    """
    past, found = set(), []
    causes = supervision.causes_of_duty(duty, programme())
    while True:
        coming = supervision.next_step(duty.id, causes, past, STEPS, rules().calendar)
        if coming is None or coming.on > until:
            return found
        past.add((coming.step, coming.since))
        found.append((coming.step, coming.on))


# -- what comes next


@pytest.mark.parametrize(
    ("day", "steps"),
    [
        (date(2020, 11, 23), []),
        (date(2020, 11, 24), ["soon"]),
        (DUE, ["soon"]),
        (date(2020, 11, 28), ["soon", "notice"]),
        (date(2020, 11, 30), ["soon", "notice"]),
        (date(2020, 12, 1), ["soon", "notice", "named"]),
    ],
)
def test_each_step_comes_on_its_day_and_not_the_day_before(day, steps):
    assert [step for step, _ in reached(a_duty(), day)] == steps


def test_a_late_clock_finds_the_days_on_which_the_steps_became_true():
    assert reached(a_duty(), date(2023, 1, 1)) == [
        ("soon", date(2020, 11, 24)),
        ("notice", date(2020, 11, 28)),
        ("named", date(2020, 12, 1)),
    ]


@pytest.mark.parametrize("kind", ["discharged", "released", "waived", "paused"])
def test_what_is_no_longer_owed_reaches_no_further_step(kind):
    assert reached(a_duty(Step(DUE, kind)), date(2023, 1, 1)) == []


def test_what_is_owed_again_is_late_from_that_day_and_not_before():
    again = date(2021, 3, 1)
    duty = a_duty(Step(DUE, "discharged"), Step(again, "resumed"))

    assert reached(duty, date(2023, 1, 1)) == [
        ("notice", again),
        ("named", date(2021, 3, 3)),
    ]


def test_a_moved_due_day_moves_what_has_not_come_yet():
    later = a_duty(due_on=date(2020, 12, 31))

    assert reached(later, date(2020, 12, 30)) == [("soon", date(2020, 12, 28))]


def test_a_step_reached_has_the_same_identity_whoever_finds_it_and_whenever():
    coming = supervision.NextStep(DUE, "s", "overdue", "notice", DUE)

    def found():
        return supervision.reach(
            coming,
            STEPS[1],
            number=NUMBER,
            office=COUNTY,
            duty=a_duty(),
            programme=programme(),
            directory=rules().directory,
            accused=None,
        )

    assert found() == found()
    today = date(2021, 1, 1), date(2021, 2, 1)
    first, second = (
        notices.notice_of(
            found(),
            STEPS[1],
            a_duty(),
            day,
            calendar=rules().calendar,
            directory=rules().directory,
        )
        for day in today
    )
    assert first.id == second.id
    assert first.reply_by == date(2021, 1, 8), "counted from when it can be read"


@pytest.mark.parametrize(
    ("to", "post", "accused", "expected"),
    [
        ("owner", "副检察长", None, (COUNTY, "副检察长")),
        ("owner", None, None, (COUNTY, "检察长")),
        ("chief", "副检察长", None, (COUNTY, "检察长")),
        ("hub", None, None, (CITY, "第九检察部")),
        ("upper", None, None, (CITY, "检察长")),
        ("hub", None, NEIGHBOUR, (CITY, "第九检察部")),
        ("hub", None, CITY, (PROVINCE, "检察长")),
        ("upper", None, CITY, (PROVINCE, "检察长")),
        ("hub", None, PROVINCE, (COUNTY, "检察长")),
    ],
)
def test_a_step_goes_to_whom_it_names_and_never_to_the_accused(
    to, post, accused, expected
):
    found = supervision.addressee(
        replace(STEPS[0], to=to),
        office=COUNTY,
        duty=a_duty(post=post),
        programme=programme(),
        directory=rules().directory,
        on=DUE,
        accused=accused,
    )

    assert found == expected


def test_what_the_supervisor_does_is_no_work_on_the_case():
    limits = replace(programme().supervision, stagnant_after=Limit.parse("30N"))
    facts = [
        opened(date(2020, 11, 1)),
        happened("matter.supervision_issued", date(2020, 12, 1)),
    ]
    calendar = rules().calendar
    stagnant = supervision.stagnant_since(facts, limits, calendar)
    facts.append(happened("matter.supervision_answered", date(2020, 12, 5)))

    assert stagnant == date(2020, 12, 2)
    assert supervision.stagnant_since(facts, limits, calendar) == date(2021, 1, 5)


# -- notices


def answered(notice, **changes):
    said = {
        "on": date(2020, 12, 3),
        "by": "县院 承办人",
        "post": "检察长",
        "text": "正在办理。",
        "progress": False,
        "today": date(2020, 12, 10),
        "directory": rules().directory,
    }
    return notices.answer(notice, **{**said, **changes})[0]


def reviewed(notice, verdict, **changes):
    said = {
        "verdict": verdict,
        "on": date(2020, 12, 4),
        "by": "市院 审核人",
        "reasons": "没有措施。",
        "today": date(2020, 12, 10),
    }
    return notices.review(notice, **{**said, **changes})[0]


def test_an_answer_sent_back_is_owed_again_from_then():
    back = reviewed(
        answered(a_notice()),
        "returned",
        on=date(2020, 12, 12),
        today=date(2020, 12, 12),
    )

    assert back.waits
    assert not answered(back, on=date(2020, 12, 12), today=date(2020, 12, 12)).waits
    with pytest.raises(Rejected):
        answered(back, on=date(2020, 12, 11), today=date(2020, 12, 12))


# PY-44, XQ-43: answered, then accepted or owed again, ended by what it was about.
NOTICE_MOVES = {
    ("issued", "answer"): "answered",
    ("issued", "end"): "ended",
    ("returned", "answer"): "answered",
    ("returned", "end"): "ended",
    ("answered", "accepted"): "accepted",
    ("answered", "returned"): "returned",
    ("answered", "end"): "ended",
    ("accepted", "end"): "ended",
}
REFUSED = "not_in_this_state"


def moved(notice, act):
    """
    The state of a notice after an act, or the code with which it is refused.
    """
    if act == "end":
        return "ended" if notice.can_end else REFUSED
    try:
        after = answered(notice) if act == "answer" else reviewed(notice, act)
    except Conflict as refused:
        return refused.code
    return after.state


@pytest.mark.parametrize("act", ["answer", "accepted", "returned", "end"])
@pytest.mark.parametrize(
    "state", ["issued", "answered", "accepted", "returned", "ended"]
)
def test_a_notice_moves_as_decided_and_in_no_other_way(state, act):
    notice = a_notice(state=state, answered_on=date(2020, 12, 3))

    assert moved(notice, act) == NOTICE_MOVES.get((state, act), REFUSED)


def test_an_accepted_answer_can_neither_be_changed_nor_judged_again():
    accepted = reviewed(answered(a_notice()), "accepted")

    with pytest.raises(Conflict):
        answered(accepted)
    with pytest.raises(Conflict):
        reviewed(accepted, "returned")


def test_nobody_judges_his_own_answer_and_a_return_has_its_reasons():
    given = answered(a_notice())

    with pytest.raises(Forbidden):
        reviewed(given, "accepted", by="县院 承办人")
    with pytest.raises(Rejected):
        reviewed(given, "returned", reasons=None)


def unanswered(number, **changes):
    begin = date(2020, 12, 1) + timedelta(days=10 * number)
    said = {"issued_on": begin, "reply_by": begin + timedelta(days=7)}
    return a_notice(**{"id": f"n{number}", "state_on": begin, **said, **changes})


def without_progress(*issued):
    return without_progress_since(issued, 3)


def test_the_third_notice_without_progress_counts_from_the_day_after_its_reply_day():
    three = [unanswered(number) for number in range(3)]
    said_none = {"state": "answered", "progress": False}
    third = replace(three[2], answered_on=date(2020, 12, 23), **said_none)

    assert without_progress(*three[:2]) is None
    assert without_progress(*three) == date(2020, 12, 29)
    assert without_progress(*three[:2], third) == date(2020, 12, 23)


def test_notices_of_one_day_are_one_supervision():
    together = [unanswered(0, id=f"n0-{number}") for number in range(3)]

    assert without_progress(*together) is None
    assert without_progress(*together, unanswered(1), unanswered(2))


@pytest.mark.parametrize(
    "settled",
    [
        {"progress": True, "state": "answered", "answered_on": date(2020, 12, 23)},
        {"state": "ended", "state_on": date(2020, 12, 23)},
    ],
)
def test_progress_begins_the_count_anew(settled):
    issued = [unanswered(0), unanswered(1), replace(unanswered(2), **settled)]
    issued += [unanswered(3), unanswered(4)]

    assert without_progress(*issued) is None
    assert without_progress(*issued, unanswered(5)) == date(2021, 1, 28)


def test_an_answer_without_progress_ends_what_pressed_for_it_and_not_the_count():
    asked = unanswered(0)
    reply = f"{NUMBER}/supervision_reply/{asked.id}"
    on = date(2020, 12, 30)
    said_none = {"state": "answered", "progress": False, "answered_on": on}
    pressed = [
        unanswered(number, duty=reply, state="ended", state_on=on) for number in (1, 2)
    ]

    assert without_progress(replace(asked, **said_none), *pressed) == on
    assert without_progress(replace(asked, **said_none | {"progress": True})) is None
