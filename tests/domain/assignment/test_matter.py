"""
A matter as a value: what `recompute`, `begin_occurrences` and `escalate` make of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment.domain.facts.leaders import CaseAppraised
from services.assignment.domain.facts.received import CaseCorrected
from services.assignment.domain.matter import Change, Matter
from services.assignment.domain.recompute import (
    AT_ONCE,
    begin_occurrences,
    escalate,
    recompute,
)
from shared.policy.current import current_policy
from tests.builders import COUNTY
from tests.builders.facts import NUMBER, act, happened, opened, registered, replied

DAY = timedelta(days=1)
CAME = date(2021, 3, 1)
REPLY = f"{NUMBER}/procedural_reply"
POLICY = current_policy()
NEW = Matter(NUMBER)


def by_id(*facts):
    return {f"fact {place}": fact for place, fact in enumerate(facts)}


def types(change):
    return [event.type.partition(".")[2] for event in change.events]


def whats(change):
    """
    What the one event about duties says of each of them.
    """
    return [each.what for each in change.changed_duties]


def a_petition(**fields):
    return recompute(NEW, by_id(registered(CAME, **fields)), POLICY)


# -- recompute


def test_the_first_fact_says_whose_matter_it_is_and_what_is_owed():
    change = a_petition()

    assert change.before == NEW
    assert (change.matter.office, change.matter.opened_on) == (COUNTY, CAME)
    assert change.matter.duties[REPLY].state == "open"
    assert types(change) == ["duties_changed"]
    assert whats(change) == ["opened"] * len(change.duties)
    assert change.cause == "intake.petition_registered"


def test_a_fact_known_already_changes_nothing():
    matter = a_petition().matter

    again = recompute(matter, matter.facts, POLICY)

    assert again == Change(matter, matter)


def test_a_fact_that_arrives_before_the_beginning_waits():
    early = recompute(NEW, {"reply": replied(CAME + DAY)}, POLICY)
    begun = recompute(early.matter, by_id(registered(CAME)), POLICY)

    assert early.facts.keys() == {"reply"}
    assert (early.events, early.duties) == ((), ())
    assert begun.matter.duties[REPLY].state == "discharged"


def test_only_what_differs_is_announced_and_stored():
    matter = a_petition().matter

    change = recompute(matter, {"reply": replied(CAME + DAY)}, POLICY)

    assert types(change) == ["duties_changed"]
    assert whats(change) == ["discharged"]
    assert [duty.id for duty in change.duties] == [REPLY]
    assert change.matter.duties.keys() == matter.duties.keys()


def test_the_order_in_which_facts_arrive_makes_no_difference():
    facts = by_id(registered(CAME), replied(CAME + DAY))
    together = recompute(NEW, facts, POLICY).matter
    reversed_ = recompute(NEW, dict(reversed(facts.items())), POLICY).matter
    step_by_step = NEW
    for key, fact in facts.items():
        step_by_step = recompute(step_by_step, {key: fact}, POLICY).matter

    assert together == step_by_step == reversed_


def test_a_changed_calendar_is_a_cause_of_its_own():
    matter = a_petition().matter

    change = recompute(matter, {}, POLICY, cause="calendar_extended")

    assert (change.cause, change.events) == ("calendar_extended", ())
    assert change.matter == matter


def test_a_closed_case_stands_as_its_last_closing_says():
    case = by_id(opened(CAME), happened("matter.case_resolved", CAME + DAY))
    resolved = recompute(NEW, case, POLICY).matter
    back = happened("matter.case_reopened", CAME + 2 * DAY, was="resolved")
    reopened = recompute(resolved, {"back": back}, POLICY).matter

    assert (resolved.standing, resolved.is_over) == ("resolved", True)
    assert (reopened.standing, reopened.concluded_on) == ("open", None)


# -- begin_occurrences


def test_a_case_is_listed_by_what_was_said_of_it_last():
    """
    By its class, its difficulty and the rest (JZ-06, DY-33).
    """
    judged = CaseAppraised(
        on=CAME + DAY, in_scope=True, difficulty="nail", case_class="A"
    )
    before = recompute(NEW, by_id(opened(CAME, difficulty="bone")), POLICY).matter
    after = recompute(before, {"judged": judged}, POLICY).matter

    assert (before.difficulty, before.case_class) == ("bone", None)
    assert (after.difficulty, after.case_class) == ("nail", "A")
    assert (after.origin, after.case_kind) == (before.origin, before.case_kind)
    assert after.origin is not None


def test_recurring_duties_begin_one_after_the_other_as_far_as_their_day_has_come():
    # A monthly answer after three months: in force since 2023 (procuratorate-followup).
    came = by_id(registered(date(2023, 3, 1)))
    matter = recompute(NEW, came, POLICY).matter
    before = matter.next_occurrence_on - DAY

    early = begin_occurrences(matter, before, POLICY)
    due = begin_occurrences(matter, matter.next_occurrence_on, POLICY)
    late = begin_occurrences(matter, date(2030, 1, 1), POLICY)

    assert early.facts == {}
    assert len(due.facts) == 1
    assert due.matter.next_occurrence_on > matter.next_occurrence_on
    assert len(late.facts) == AT_ONCE


# -- escalate


def overdue():
    """
    A petition without its reply in seven days, and the step that comes next.
    """
    change = a_petition()
    return change.matter, change.next_steps[REPLY]


def test_every_step_that_has_come_is_reached_in_the_order_of_days():
    matter, reminder = overdue()

    change = escalate(matter, [reminder], date(2021, 5, 1), POLICY)

    assert [(step.step, step.on) for step in change.reached] == [
        ("reminder", date(2021, 3, 9)),
        ("late", date(2021, 3, 16)),
        ("upward", date(2021, 4, 8)),
    ]
    assert change.next_steps[REPLY] is None
    assert change.matter.past_steps.keys() == {step.id for step in change.reached}


def test_the_step_that_has_not_come_is_waited_for():
    matter, reminder = overdue()

    change = escalate(matter, [reminder], reminder.on, POLICY)

    assert [step.step for step in change.reached] == ["reminder"]
    assert change.next_steps[REPLY].step == "late"


def test_a_step_is_reached_once_however_often_it_is_escalated():
    matter, reminder = overdue()
    reached = escalate(matter, [reminder], reminder.on, POLICY).matter

    again = escalate(reached, [reminder], reminder.on, POLICY)

    assert again.reached == ()


def test_a_notice_opens_the_duty_to_answer_it_in_the_same_change():
    named = act("named_in_bulletin", CAME + DAY)
    case = recompute(NEW, by_id(opened(CAME), named), POLICY)
    duty = next(d for d in case.duties if d.kind == "named_case_answer")
    late = case.next_steps[duty.id]

    change = escalate(case.matter, [late], late.on + 7 * DAY, POLICY)
    (notice,) = change.issued

    assert (notice.duty, notice.step) == (duty.id, "notice")
    assert "supervision_issued" in types(change)
    assert (
        change.matter.duties[f"{NUMBER}/supervision_reply/{notice.id}"].office == COUNTY
    )


def test_what_is_done_ends_its_steps_and_its_notices():
    named = act("named_in_bulletin", CAME + DAY)
    case = recompute(NEW, by_id(opened(CAME), named), POLICY)
    duty = next(d for d in case.duties if d.kind == "named_case_answer")
    late = case.next_steps[duty.id]
    pressed = escalate(case.matter, [late], late.on + 7 * DAY, POLICY).matter
    done = act("bulletin_answered", late.on + 8 * DAY)

    change = recompute(pressed, {"done": done}, POLICY)

    assert {step.subject for step in change.ended_steps} >= {duty.id}
    assert [fact.notice for fact in change.ended_notices]
    assert change.next_steps[duty.id] is None
    assert "supervision_ended" in types(change)


def test_a_notice_ends_once_however_often_it_was_issued():
    notice = {"notice": "n1", "to_office": COUNTY, "reply_by": CAME + 9 * DAY}
    withdrawn = happened("intake.petition_withdrawn", CAME + 3 * DAY)
    facts = by_id(
        registered(CAME),
        happened("matter.supervision_issued", CAME + DAY, **notice),
        withdrawn,
    )
    over = recompute(NEW, facts, POLICY)
    again = {"again": happened("matter.supervision_issued", CAME + 2 * DAY, **notice)}
    change = recompute(over.matter, again, POLICY)

    assert [fact.notice for fact in over.ended_notices] == ["n1"]
    assert change.ended_notices == ()
    assert not [d for d in change.matter.duties.values() if d.state == "open"]


def test_another_calendar_changes_the_due_day_and_says_so():
    matter = a_petition().matter
    moved = replace(
        matter.duties[REPLY], due_on=matter.duties[REPLY].due_on + DAY, provisional=True
    )
    before = replace(matter, duties={**matter.duties, REPLY: moved})

    change = recompute(before, {}, POLICY, cause="calendar_extended")

    assert types(change) == ["duties_changed"]
    assert whats(change) == ["moved"]
    assert change.matter.duties[REPLY] == matter.duties[REPLY]


def test_the_review_of_a_mark_is_done_by_the_next_judgement_of_it_alone():
    marked = happened(
        "matter.case_appraised",
        date(2020, 12, 1),
        in_scope=True,
        sensitive=True,
        review_on=date(2021, 1, 4),
    )
    other = replace(marked, on=date(2020, 12, 8), sensitive=None, review_on=None)
    renewed = replace(marked, on=date(2020, 12, 30), review_on=date(2021, 2, 1))

    def owed(*facts):
        all_facts = by_id(opened(date(2020, 11, 20)), *facts)
        duties = recompute(NEW, all_facts, current_policy()).matter.duties.values()
        return [(d.due_on, d.state) for d in duties if d.kind == "sensitive_review"]

    assert owed(marked, other) == [(date(2021, 1, 4), "open")]
    assert owed(marked, other, renewed) == [
        (date(2021, 1, 4), "discharged"),
        (date(2021, 2, 1), "open"),
    ]


@pytest.mark.requirement("PY-26")
def test_a_mark_of_a_ledger_row_is_owed_a_review_until_it_is_judged_again():
    came = date(2020, 11, 20)
    marked = replace(opened(came), sensitive=True)
    review = marked.on + 90 * DAY
    judged = happened(
        "matter.case_appraised", review, in_scope=True, sensitive=False, review_on=None
    )

    def owed(*facts):
        matter = recompute(NEW, by_id(*facts), current_policy()).matter
        duties = matter.duties.values()
        return [(d.due_on, d.state) for d in duties if d.kind == "sensitive_review"]

    assert owed(opened(came)) == []
    assert owed(marked) == [(review, "open")]
    assert owed(marked, judged) == [(review, "discharged")]


@pytest.mark.requirement("PY-26")
def test_a_row_that_was_marked_by_mistake_owes_nothing_for_its_mark():
    """
    Nor does a row marked later, once a person judged the case on that day, after it.
    """
    came, later = date(2020, 11, 20), date(2020, 12, 1)
    plain = replace(opened(came), difficulty="ordinary")
    marked = replace(plain, sensitive=True)

    def corrected(row):
        details = {**row.fields, "on": later, "correction": 1}
        del details["office"], details["programme"]
        return CaseCorrected(**details, changed=("sensitive",))

    def states(*facts):
        matter = NEW
        for identity, fact in by_id(*facts).items():
            matter = recompute(matter, {identity: fact}, POLICY).matter
        owed = {d.kind: (d.state, d.state_on) for d in matter.duties.values()}
        return [owed.get(kind) for kind in ("sensitive_review", "study")]

    unmarked = happened(
        "matter.case_appraised", later, in_scope=True, sensitive=False, review_on=None
    )
    assert states(marked, corrected(plain)) == [("released", came)] * 2
    assert states(plain, corrected(marked), unmarked)[0] == ("discharged", later)
