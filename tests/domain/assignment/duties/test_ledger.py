"""
What is owed, computed from the facts of a matter: in time, late, released, resumed.

The order in which facts become known never changes what readers end up with.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment.domain.duties.alerts import alert_level
from services.assignment.domain.duties.changes import overdue
from services.assignment.domain.escalation.steps import causes_of_duty
from services.assignment.domain.facts.received import CaseMerged, CaseUnmerged
from shared.policy.current import current_policy
from shared.policy.parts.alerts import COMMON
from tests.builders import CITY, COUNTY, facts
from tests.builders.facts import handed_down, happened, replied
from tests.builders.matters import Known

START = date(2020, 11, 20)
DEPARTMENT = "第五检察部"


def opened(on=START, **changes):
    return facts.opened(on, **changes)


def led_opened(on=START, **changes):
    leading = {"leaders": ((COUNTY, "检察长"),), "department": DEPARTMENT}
    return opened(on, **leading, **changes)


def registered(on=START):
    return facts.registered(on)


def named(on, office=COUNTY, post="检察长", department=DEPARTMENT):
    return facts.named(on, (office, post), department=department)


def closing(what, on, identity="c1"):
    return happened(f"matter.closing_{what}", on, kind="resolved", closing=identity)


def Matter():  # noqa: N802 - reads as what it makes
    """
    A case of the county under the city's plan.
    """
    return Known("puyang-2020")


def of_replies(matter):
    """
    On which days a procedural reply counts as due, and as given in time.
    """
    sums = matter.sums()
    return {
        name: {day: n for (measure, day), n in sums.items() if measure == name}
        for name in ("procedural_reply_due", "procedural_reply_in_time")
    }


# -- one duty


@pytest.mark.requirement("I-18", "TL-23")
def test_of_the_monthly_answers_after_three_months_those_in_time_count():
    """
    Registered on 2023-03-01: answers are due by Saturday 1 July, which rolls to Monday,
    and by Tuesday 1 August; only the second is given.
    """
    begun = facts.registered(date(2023, 3, 1), programme="meixian", office="610326")
    matter = Known("meixian").learn(begun)
    matter.run_until(date(2023, 8, 1)).learn(replied(date(2023, 7, 20), "progress"))
    sums = matter.sums()
    days = [date(2023, 7, 3), date(2023, 8, 1)]

    assert [sums["monthly_followup_due", day] for day in days] == [1, 1]
    assert ("monthly_followup_in_time", days[0]) not in sums
    assert sums["monthly_followup_in_time", days[1]] == 1


@pytest.mark.requirement("I-15", "TL-21")
@pytest.mark.parametrize(
    ("facts_after", "due", "in_time"),
    [
        ([], 1, 0),
        ([replied(date(2020, 11, 27))], 1, 1),
        ([replied(date(2020, 11, 28))], 1, 0),
        ([facts.step("unable_to_reply", date(2020, 11, 25))], 0, 0),
        ([facts.step("unable_to_reply", date(2020, 11, 25)), replied(START)], 1, 1),
    ],
)
def test_a_reply_in_time_counts_and_one_that_cannot_be_given_is_not_due(
    facts_after, due, in_time
):
    """
    On the seventh day, whatever was known first.
    """
    day = date(2020, 11, 27)
    expected = {
        "procedural_reply_due": {day: due} if due else {},
        "procedural_reply_in_time": {day: in_time} if in_time else {},
    }
    known = [registered(), *facts_after]

    assert of_replies(Matter().learn(*known)) == expected
    assert of_replies(Matter().learn(*reversed(known))) == expected


def test_a_petition_opens_a_reply_in_seven_days_and_an_answer_in_three_months():
    # 2020-11-20 plus seven days is Friday 27th; plus three months is Saturday
    # 2021-02-20, a make-up working day after Spring Festival.
    matter = Matter().learn(registered(date(2020, 11, 20)))

    due = {duty.kind: duty.due_on for duty in matter.duties.values()}
    assert due == {
        "procedural_reply": date(2020, 11, 27),
        "three_month_answer": date(2021, 2, 20),
    }


def test_a_due_day_on_a_weekend_rolls_to_the_next_working_day():
    matter = Matter().learn(registered(date(2020, 11, 21)))

    assert matter.duty("procedural_reply").due_on == date(2020, 11, 30)


def test_a_duty_done_in_time_was_never_overdue():
    matter = Matter().learn(registered(), replied(date(2020, 11, 27)))

    assert matter.duty("procedural_reply").state == "discharged"
    assert matter.overdue_on(date(2020, 11, 28)) == 0


def test_a_duty_done_late_was_overdue_until_the_day_it_was_done():
    matter = Matter().learn(registered(), replied(date(2020, 12, 2)))

    overdue = [matter.overdue_on(date(2020, 11, day)) for day in (27, 28, 30)]
    assert overdue == [0, 1, 1]
    assert matter.overdue_on(date(2020, 12, 1)) == 1
    assert matter.overdue_on(date(2020, 12, 2)) == 0


def test_what_was_done_before_it_was_owed_was_owed_for_no_day():
    matter = Matter().learn(registered(), replied(START - timedelta(days=3)))

    duty = matter.duty("procedural_reply")
    assert (duty.state, duty.state_on) == ("discharged", START)


def test_a_procedural_reply_does_not_answer_the_matter():
    matter = Matter().learn(registered(), replied(START), replied(START, "progress"))
    procedural_only = Matter().learn(registered(), replied(START))

    assert matter.duty("three_month_answer").state == "discharged"
    assert procedural_only.duty("three_month_answer").state == "open"


def test_a_case_out_of_scope_owes_nothing():
    assert Matter().learn(opened(in_scope=False)).duties == {}


def test_the_leader_is_owed_by_the_end_of_the_first_phase_but_not_before_the_case():
    early, late = opened(), opened(date(2021, 1, 8))

    assert Matter().learn(early).duty("leader_named").due_on == date(2020, 12, 15)
    assert Matter().learn(late).duty("leader_named").due_on == date(2021, 1, 8)


def test_a_case_led_when_it_was_opened_owes_no_leader_for_any_day():
    matter = Matter().learn(led_opened())

    duty = matter.duty("leader_named")
    assert (duty.state, duty.state_on) == ("discharged", START)


@pytest.mark.parametrize(
    ("came", "due", "late"),
    [
        (date(2020, 11, 20), date(2020, 12, 15), "backdated"),
        (date(2020, 12, 28), date(2020, 12, 28), "backdated"),
        (date(2020, 12, 29), date(2020, 12, 29), "overdue"),
        (date(2021, 3, 1), date(2021, 3, 1), "overdue"),
    ],
)
def test_what_was_due_before_the_plan_was_issued_is_backdated_and_never_overdue(
    came, due, late
):
    # Phase one ended on 2020-12-15 by a plan issued on 12-29.
    matter = Matter().learn(opened(came))
    duty, next_day = matter.duty("leader_named"), due + timedelta(days=1)
    overdue = late == "overdue"

    assert (duty.due_on, duty.state) == (due, "open")
    assert duty.shown_state(due) == "open"
    assert duty.shown_state(next_day) == late
    assert alert_level(duty, next_day, COMMON) == ("red" if overdue else "blue")
    assert (
        bool(causes_of_duty(duty, current_policy().programmes.get("puyang-2020")))
        is overdue
    )
    assert matter.overdue_on(next_day) == overdue


def test_a_backdated_duty_known_late_to_have_begun_earlier_leaves_the_figures():
    matter = Matter().learn(opened(date(2021, 1, 4)))
    known = matter.overdue_on(date(2021, 1, 5))
    matter.learn(opened(START))

    assert (known, matter.overdue_on(date(2021, 1, 5))) == (1, 0)
    assert matter.duty("leader_named").backdated


def test_a_limit_of_law_is_owed_whatever_day_the_plan_was_issued():
    duty = Matter().learn(registered()).duty("procedural_reply")

    assert duty.shown_state(date(2020, 11, 28)) == "overdue"


def test_resolving_is_owed_by_the_day_in_the_ledger_or_else_by_the_last_milestone():
    written = Matter().learn(opened(resolve_by=date(2021, 6, 30)))
    empty = Matter().learn(opened(resolve_by=None))

    assert written.duty("resolve_by").due_on == date(2021, 6, 30)
    assert empty.duty("resolve_by").due_on == date(2022, 12, 31)


def test_a_reopened_case_resumes_the_old_clock():
    matter = Matter().learn(
        opened(resolve_by=date(2021, 6, 30)),
        happened("matter.case_resolved", date(2021, 3, 1)),
        happened("matter.case_reopened", date(2021, 9, 1)),
    )

    duty = matter.duty("resolve_by")
    assert (duty.state, duty.due_on) == ("open", date(2021, 6, 30))
    assert matter.overdue_on(date(2021, 8, 31)) == 0
    assert matter.overdue_on(date(2021, 9, 1)) == 1


def test_closing_by_procedure_does_not_discharge_what_is_owed():
    matter = Matter().learn(
        opened(), happened("matter.case_concluded", date(2021, 3, 1))
    )

    assert matter.duty("resolve_by").state == "open"


def test_a_merge_releases_what_is_open_and_an_unmerge_restores_it():
    resolve_by = date(2021, 6, 30)
    matter = Matter().learn(
        opened(resolve_by=resolve_by), CaseMerged(on=date(2020, 12, 1))
    )
    released = {duty.state for duty in matter.duties.values()}
    matter.learn(CaseUnmerged(on=date(2021, 7, 5)))

    assert released == {"released"}
    assert {duty.state for duty in matter.duties.values()} == {"open"}
    assert matter.overdue_on(date(2021, 7, 4)) == 0
    assert matter.overdue_on(date(2021, 7, 5)) == 1


def test_a_discharged_duty_stays_discharged_through_merge_and_unmerge():
    matter = Matter().learn(
        led_opened(),
        CaseMerged(on=date(2020, 12, 1)),
        CaseUnmerged(on=date(2020, 12, 8)),
    )

    assert matter.duty("leader_named").state == "discharged"


def test_a_merge_known_before_the_case_itself_changes_nothing_in_the_end():
    facts = [opened(), CaseMerged(on=date(2020, 12, 1))]
    early = Matter().learn(*reversed(facts))

    assert early.sums() == Matter().learn(*facts).sums()
    assert {duty.state for duty in early.duties.values()} == {"released"}


def test_each_application_for_aid_is_decided_for_itself():
    matter = Matter().learn(
        opened(),
        happened("aid.aid_opened", date(2021, 4, 2), aid="a1"),
        happened("aid.aid_opened", date(2021, 4, 6), aid="a2"),
        happened("aid.aid_granted", date(2021, 4, 9), aid="a1"),
    )

    assert matter.duty("aid_decision/a1").state == "discharged"
    assert matter.duty("aid_decision/a2").state == "open"
    assert matter.duty("aid_decision/a2").due_on == date(2021, 4, 20)


def test_each_closing_is_reviewed_within_ten_working_days_of_its_submission():
    # The Spring Festival of 2021 is 02-11 to 02-17, and 02-20 a make-up working day.
    matter = Matter().learn(
        led_opened(),
        closing("submitted", date(2020, 12, 1)),
        closing("returned", date(2020, 12, 3)),
        closing("submitted", date(2021, 2, 8), "c2"),
    )
    first, second = matter.duty("closing_review/c1"), matter.duty("closing_review/c2")

    assert (first.due_on, first.state_on) == (date(2020, 12, 15), date(2020, 12, 3))
    assert (second.state, second.due_on) == ("open", date(2021, 2, 26))
    assert matter.overdue_on(date(2021, 2, 26)) == 0
    assert matter.overdue_on(date(2021, 2, 27)) == 1


def test_a_review_is_done_on_its_own_day_not_on_that_of_the_end_it_confirms():
    ended = happened("matter.case_resolved", date(2020, 12, 1))
    matter = Matter().learn(
        led_opened(), closing("submitted", date(2020, 12, 2)), ended
    )
    waiting = matter.duty("closing_review/c1").state
    matter.learn(closing("confirmed", date(2020, 12, 21)))
    duty = matter.duty("closing_review/c1")

    assert waiting == "open"
    assert (duty.state, duty.state_on) == ("discharged", date(2020, 12, 21))
    assert matter.overdue_on(date(2020, 12, 17)) == 1
    assert matter.overdue_on(date(2020, 12, 21)) == 0
    assert matter.duty("resolve_by").state_on == date(2020, 12, 1)


def test_nobody_reviews_a_closing_while_its_case_is_merged_away():
    matter = Matter().learn(
        led_opened(),
        closing("submitted", date(2020, 12, 1)),
        CaseMerged(on=date(2020, 12, 4)),
    )
    merged = matter.duty("closing_review/c1").state
    matter.learn(CaseUnmerged(on=date(2020, 12, 8)))

    assert merged == "released"
    assert matter.duty("closing_review/c1").state == "open"


@pytest.mark.parametrize("earlier_first", [True, False])
def test_the_clock_starts_from_the_earliest_day_whenever_that_becomes_known(
    earlier_first,
):
    days = [date(2021, 4, 2), date(2021, 4, 6)]
    applied = [happened("aid.aid_opened", day, aid="a1") for day in days]
    refused = happened("aid.aid_refused", date(2021, 5, 10), aid="a1")
    known = applied if earlier_first else reversed(applied)
    matter = Matter().learn(opened(), refused, *known)

    duty = matter.duty("aid_decision/a1")
    late = {day: n for (name, day), n in matter.sums().items() if name == "overdue"}
    assert (duty.opened_on, duty.due_on) == (days[0], date(2021, 4, 19))
    assert late[date(2021, 4, 20)] == 1
    assert late[date(2021, 5, 10)] == -1
    assert date(2021, 4, 21) not in late


def test_the_overdue_event_is_dated_to_the_day_after_it():
    duty = Matter().learn(registered()).duty("procedural_reply")
    _, event = overdue(duty)

    assert event.occurred_on == date(2020, 11, 28)
    assert (event.duty, event.due_on) == (duty.id, date(2020, 11, 27))


def test_what_has_not_changed_is_not_announced_again():
    matter = Matter().learn(opened(), named(date(2020, 12, 1)))
    told = len(matter.announced)
    matter.learn(happened("hearing.hearing_held", date(2020, 12, 2)))

    assert len(matter.announced) == told


def test_a_fact_dated_before_what_was_known_corrects_the_days_already_counted():
    late = replied(date(2020, 12, 20))
    matter = Matter().learn(registered(), late)
    assert matter.overdue_on(date(2020, 12, 1)) == 1
    matter.learn(replied(date(2020, 11, 25)))

    assert matter.overdue_on(date(2020, 12, 1)) == 0
    assert matter.overdue_on(date(2020, 12, 31)) == 0


# -- any order


_LATER = {
    "named_own": named,
    "named_city": lambda on: named(on, CITY, "副检察长", None),
    "handed": handed_down,
    "merged": lambda on: CaseMerged(on=on),
    "unmerged": lambda on: CaseUnmerged(on=on),
    "resolved": lambda on: happened("matter.case_resolved", on),
    "ended": lambda on: happened("matter.case_ended", on),
    "reopened": lambda on: happened("matter.case_reopened", on),
    "aid": lambda on: happened("aid.aid_opened", on, aid="a1"),
    "aid_refused": lambda on: happened("aid.aid_refused", on, aid="a1"),
    "reported": lambda on: closing("submitted", on),
    "reported_again": lambda on: closing("submitted", on, "c2"),
    "sent_back": lambda on: closing("returned", on),
    "confirmed": lambda on: closing("confirmed", on, "c2"),
}
_days = st.integers(-60, 800).map(lambda after: START + timedelta(days=after))
_later = st.lists(
    st.tuples(st.sampled_from(sorted(_LATER)), _days), max_size=12, unique=True
).map(lambda drawn: [_LATER[name](on) for name, on in drawn])


@st.composite
def matters_in_two_orders(draw):
    """
    The facts of a matter by day, and the same shuffled, some of them twice.
    """
    first = draw(st.sampled_from([opened(), led_opened(), led_opened(handed=True)]))
    facts = [first, *sorted(draw(_later), key=lambda each: each.on)]
    shuffled = draw(st.permutations([*facts, *draw(st.lists(st.sampled_from(facts)))]))
    return facts, shuffled


@settings(max_examples=25)
@given(matters_in_two_orders())
def test_the_order_in_which_facts_become_known_changes_no_figure(orders):
    in_order, shuffled = orders
    usual, other = Matter().learn(*in_order), Matter().learn(*shuffled)

    assert other.sums() == usual.sums()
    assert other.duties == usual.duties
    assert other.matter.led == usual.matter.led


@settings(max_examples=25)
@given(matters_in_two_orders())
def test_no_duty_is_ever_overdue_less_than_none_or_more_than_once(orders):
    matter = Matter().learn(*orders[1])
    days = {since for measure, since in matter.sums() if measure == "overdue"}

    counted = [matter.overdue_on(day) for day in days]
    assert all(0 <= count <= len(matter.duties) for count in counted)


@settings(max_examples=25)
@given(matters_in_two_orders())
def test_a_case_counts_as_led_once_or_not_at_all_on_every_day(orders):
    matter = Matter().learn(*orders[1])
    led = sorted((day, n) for (name, day), n in matter.sums().items() if name == "led")

    running = [sum(n for _, n in led[: end + 1]) for end in range(len(led))]
    assert set(running) <= {0, 1}


@pytest.mark.parametrize("petition_first", [True, False])
def test_a_reply_known_before_its_petition_still_discharges_it(petition_first):
    facts = [registered(), replied(date(2020, 11, 23))]
    matter = Matter().learn(*(facts if petition_first else reversed(facts)))

    assert matter.duty("procedural_reply").state == "discharged"
    assert matter.overdue_on(date(2021, 12, 31)) == 1  # the answer in three months
