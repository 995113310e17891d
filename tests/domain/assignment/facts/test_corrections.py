"""
Corrections and withdrawals in a matter: the end is the same in whatever order they
arrive.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from services.assignment.domain.duties.duty import Counted
from services.assignment.domain.facts.leaders import ActWithdrawn
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseOpened,
    CaseReinstated,
    CaseWithdrawn,
    NoticeDeliveryWithdrawn,
    PetitionCorrected,
    PetitionRestored,
    PetitionStepWithdrawn,
    PetitionWithdrawn,
    ReplyWithdrawn,
)
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.matter import Matter
from services.assignment.domain.moving import move_event
from services.assignment.domain.recompute import recompute
from shared.policy.current import current_policy
from shared.policy.programmes import Programmes
from tests.builders.facts import (
    NUMBER,
    act,
    delivered,
    happened,
    named,
    opened,
    registered,
    replied,
    step,
)
from tests.builders.matters import Known

CAME, DAY = date(2021, 3, 1), timedelta(days=1)
POLICY = current_policy()


def petition_corrected(nth, received_on, category="claim"):
    return PetitionCorrected(
        on=CAME + 20 * DAY,
        correction=nth,
        received_on=received_on,
        channel="visit",
        category=category,
        case_kind="complaint",
        first=True,
    )


def case_corrected(nth, changed, **values):
    details = {**vars(opened(CAME)), **values}
    for name in ("on", "office", "programme"):
        details.pop(name)
    return CaseCorrected(
        on=CAME + nth * 10 * DAY, correction=nth, changed=changed, **details
    )


def after(facts):
    """
    The matter after each fact was recorded by itself.
    """
    matter = Matter(NUMBER)
    for identity, fact in facts.items():
        matter = recompute(matter, {identity: fact}, POLICY).matter
    return matter


def in_every_order(**facts):
    """
    The one matter that the facts make in whatever order they arrive.
    """
    ends = [after(dict(order)) for order in permutations(facts.items())]
    shown = [
        {name: (d.due_on, d.state, d.steps) for name, d in end.duties.items()}
        for end in ends
    ]
    assert all(each == shown[0] for each in shown)
    assert len({end.led for end in ends}) == 1
    return ends[0]


def duty(matter, kind):
    return matter.duties[f"{NUMBER}/{kind}"]


def test_the_due_day_follows_the_last_correction_of_the_day_of_receipt():
    matter = in_every_order(
        came=registered(CAME),
        first=petition_corrected(1, CAME - 9 * DAY),
        second=petition_corrected(2, CAME - 3 * DAY),
    )

    assert duty(matter, "procedural_reply").due_on == CAME + 4 * DAY
    assert matter.opened_on == CAME - 3 * DAY


def test_an_answer_that_was_withdrawn_discharges_nothing():
    given = replace(replied(CAME + 2 * DAY), reply="r1")
    matter = in_every_order(
        came=registered(CAME),
        given=given,
        back=ReplyWithdrawn(on=CAME + 3 * DAY, reply="r1"),
    )

    assert duty(matter, "procedural_reply").state == "open"


def test_a_delivery_that_was_recorded_wrongly_discharges_nothing():
    """
    Of two on one day only the one that failed stays.
    """
    signed, day = delivered("accepted", CAME + 2 * DAY), CAME + 2 * DAY
    matter = in_every_order(
        came=registered(CAME),
        told=signed,
        failed=replace(signed, outcome="failed"),
        back=NoticeDeliveryWithdrawn(
            on=CAME + 3 * DAY,
            step="accepted",
            mode="letter",
            outcome="signed",
            delivered_on=day,
        ),
    )

    assert duty(matter, "procedural_reply").state == "open"


def test_of_a_petition_that_never_was_one_nothing_was_ever_owed():
    matter = in_every_order(
        came=registered(CAME),
        given=replied(CAME + 2 * DAY),
        gone=PetitionWithdrawn(on=CAME + 30 * DAY),
    )
    reply = duty(matter, "procedural_reply")

    assert (reply.state, reply.state_on) == ("released", CAME)
    assert matter.is_over
    assert matter.next_occurrence_on is None


def test_who_is_filled_in_later_leads_from_that_day():
    matter = in_every_order(
        came=opened(CAME, leaders=(), department=None),
        filled=case_corrected(
            1,
            ("leaders", "department"),
            leaders=(("410922", "检察长"),),
            department="第五检察部",
        ),
    )

    assert [(step.on, step.kind) for step in matter.led] == [(CAME + 10 * DAY, "named")]


@pytest.mark.parametrize("last", [date(2021, 9, 30), date(2022, 3, 31)])
def test_a_case_is_due_on_the_day_of_the_last_correction_until_it_is_withdrawn(last):
    facts = {
        "came": opened(CAME, resolve_by=date(2021, 6, 30)),
        "first": case_corrected(1, ("resolve_by",), resolve_by=date(2021, 12, 31)),
        "second": case_corrected(2, ("resolve_by",), resolve_by=last),
    }
    owed = in_every_order(**facts)
    over = in_every_order(**facts, gone=CaseWithdrawn(on=CAME + 40 * DAY))

    assert duty(owed, "resolve_by").due_on == last
    assert {d.state for d in over.duties.values()} == {"released"}
    assert over.merged


def test_a_petition_that_was_restored_is_owed_its_answers_as_before():
    never = after({"registered": registered(CAME)})
    matter = in_every_order(
        registered=registered(CAME),
        withdrawn=PetitionWithdrawn(on=CAME + 3 * DAY),
        restored=PetitionRestored(on=CAME + 5 * DAY),
    )
    again = in_every_order(
        registered=registered(CAME),
        withdrawn=PetitionWithdrawn(on=CAME + 3 * DAY),
        restored=PetitionRestored(on=CAME + 5 * DAY),
        twice=PetitionWithdrawn(on=CAME + 6 * DAY),
    )

    assert duty(matter, "procedural_reply").state == "open"
    assert matter.duties == never.duties
    assert not matter.is_over
    assert duty(again, "procedural_reply").state == "released"
    assert again.is_over


def test_a_step_that_was_withdrawn_starts_and_releases_nothing():
    """
    Three months from 1 March, though it was accepted on the 10th and handed on by
    mistake.
    """
    matter = in_every_order(
        registered=registered(CAME),
        accepted=step("accepted", CAME + 9 * DAY, step_id="s1"),
        forwarded=step("forwarded", CAME + 10 * DAY, step_id="s2"),
        not_forwarded=PetitionStepWithdrawn(on=CAME + 11 * DAY, step_id="s2"),
    )
    answer = duty(matter, "three_month_answer")

    assert (answer.state, answer.due_on) == ("open", date(2021, 6, 10))


PETITION = {
    "came": registered(CAME),
    "accepted": step("accepted", CAME + 9 * DAY, step_id="s1"),
    "answered": replied(CAME + 2 * DAY),
    "corrected": petition_corrected(1, CAME, category="suggestion"),
}
CASE = {
    "came": opened(CAME, resolve_by=CAME + 15 * DAY),
    "corrected": case_corrected(
        1, ("in_scope", "resolve_by"), in_scope=False, resolve_by=CAME + 15 * DAY
    ),
    "led": named(CAME + 2 * DAY, ("410922", "检察长"), department="第五检察部"),
    "studied": act("studied_by_group", CAME + 3 * DAY),
}


@pytest.mark.parametrize("programme", ["puyang-2020", "xq-2020", "meixian"])
@pytest.mark.parametrize("known", [PETITION, CASE], ids=["petition", "case"])
def test_what_a_correction_ends_counts_alike_in_whatever_order_it_becomes_known(
    known, programme
):
    """
    A duty that what was registered rightly does not bring was never owed, also if it
    was done or late when the mistake was noticed.
    """
    for name, fact in known.items():
        if name == "came":
            known = {**known, name: replace(fact, programme=programme)}
    first = Known(programme).learn(known["corrected"], *known.values())
    for order in permutations(known.values()):
        assert of_duties(Known(programme).learn(*order)) == of_duties(first)


def of_duties(known):
    """
    What the figures say of duties.
    """
    counted = {"led", "base", "repeats"}
    return {key: n for key, n in known.sums().items() if key[0] not in counted}


def test_what_a_withdrawn_step_opened_was_never_owed():
    """
    Whether the mistake was known before the step or after it, the figures are the same.
    """
    known = [
        registered(CAME),
        step("accepted", CAME + 9 * DAY, step_id="s1"),
        PetitionStepWithdrawn(on=CAME + 60 * DAY, step_id="s1"),
    ]
    never = Known("puyang-2020").learn(known[0])
    for order in permutations(known):
        matter = Known("puyang-2020").learn(*order)
        due = {d.kind: d.due_on for d in matter.duties.values() if not d.closed}

        assert due == {d.kind: d.due_on for d in never.duties.values()}
        assert matter.sums() == never.sums()


def test_a_case_that_was_reinstated_is_owed_with_the_days_it_had():
    """
    Withdrawn on the 40th day and back on the 50th: what is due stays due, the same
    leader leads, and what came due meanwhile is overdue from the day it is back.
    """
    facts = {
        "came": opened(CAME, resolve_by=CAME + 45 * DAY),
        "led": named(CAME + DAY, ("410922", "检察长"), department="第五检察部"),
        "gone": CaseWithdrawn(on=CAME + 40 * DAY),
        "back": CaseReinstated(on=CAME + 50 * DAY),
    }
    matter = in_every_order(**facts)
    again = in_every_order(**facts, twice=CaseWithdrawn(on=CAME + 60 * DAY))
    owed = duty(matter, "resolve_by")

    assert (owed.state, owed.due_on) == ("open", CAME + 45 * DAY)
    assert not matter.merged
    assert not matter.is_over
    assert [(step.on, step.kind) for step in matter.led] == [
        (CAME + DAY, "named"),
        (CAME + 40 * DAY, "released"),
        (CAME + 50 * DAY, "named"),
    ]
    assert duty(again, "resolve_by").state == "released"
    assert again.is_over


def test_what_came_due_while_a_case_was_withdrawn_is_overdue_once_it_is_back():
    known = [
        opened(CAME, resolve_by=CAME + 45 * DAY),
        CaseWithdrawn(on=CAME + 40 * DAY),
        CaseReinstated(on=CAME + 50 * DAY),
    ]
    ends = [Known("puyang-2020").learn(*order) for order in permutations(known)]
    never = Known("puyang-2020").learn(known[0])

    assert all(end.sums() == ends[0].sums() for end in ends)
    assert never.overdue_on(CAME + 49 * DAY) > ends[0].overdue_on(CAME + 49 * DAY) == 0
    assert ends[0].overdue_on(CAME + 50 * DAY) == never.overdue_on(CAME + 50 * DAY)


def test_what_is_opened_after_a_reinstatement_knows_nothing_of_the_withdrawal():
    matter = in_every_order(
        came=opened(CAME),
        gone=CaseWithdrawn(on=CAME + 3 * DAY),
        back=CaseReinstated(on=CAME + 5 * DAY),
        studied=act("studied_by_group", CAME + 9 * DAY, record="r1"),
    )
    after = [d for d in matter.duties.values() if d.opened_on == CAME + 9 * DAY]

    assert [duty.steps for duty in after] == [()]


def talked_late():
    """
    A county talked with who had written, a week after the due day, in a case of its
    own.
    """
    of = {"office": "990101", "programme": "dy-leaders"}
    talked = act("talk_held", CAME + 14 * DAY)
    return Known("dy-leaders").learn(
        registered(CAME, channel="letter", **of), opened(CAME + DAY, **of), talked
    )


@pytest.mark.parametrize("what", ["topic", "act"])
def test_a_correction_leaves_what_only_the_office_before_owed(what):
    """
    The city to which the case moved is not bound to talk: what the county did late
    stays so.
    """
    known = talked_late().learn(act("studied_by_group", CAME + 15 * DAY))
    city = known.policy.directory.parent("990101", CAME)
    move = move_event(known.matter, city, CAME + 20 * DAY, "units", known.policy)
    known.learn(fact_of(move))
    talk, before = known.duty("talk"), known.sums()
    if what == "topic":
        given = next(f for f in known.facts if isinstance(f, CaseOpened))
        details = {**vars(given), "on": CAME + 30 * DAY, "topic": "land"}
        of_case = {"office", "programme", "corrections"}
        kept = {name: v for name, v in details.items() if name not in of_case}
        fresh = CaseCorrected(correction=1, changed=("topic",), **kept)
    else:
        fresh = ActWithdrawn(
            on=CAME + 30 * DAY,
            act="studied_by_group",
            record=id(known.given[-2]),
            post="检察长",
        )
    known.learn(fresh)

    assert talk.state_on > talk.due_on
    assert known.duty("talk") == talk
    overdue = {key: n for key, n in before.items() if key[0] == "overdue"}
    assert overdue
    assert {key: known.sums()[key] for key in overdue} == overdue


def test_a_correction_of_the_petition_at_the_next_office_undoes_what_the_first_owed():
    known = talked_late()
    city = known.policy.directory.parent("990101", CAME)
    move = move_event(known.matter, city, CAME + 20 * DAY, "units", known.policy)
    known.learn(fact_of(move), petition_corrected(1, CAME))  # It was a visit.

    talk = known.duty("talk")
    assert (talk.state, talk.state_on) == ("released", CAME)
    assert talk.office == "990101"


def test_a_correction_leaves_what_a_rule_had_opened_that_is_in_the_programme_no_more():
    known = talked_late()
    talk, programme = known.duty("talk"), known.policy.programmes.get("dy-leaders")
    rules = tuple(rule for rule in programme.duties if rule.id != "talk")
    without = Programmes([replace(programme, duties=rules)])
    known.policy = replace(known.policy, programmes=without)
    known.learn(replace(petition_corrected(1, CAME), channel="letter"))

    assert known.duty("talk") == talk


def test_a_case_reinstated_while_it_was_struck_off_stays_off_the_list():
    facts = {
        "came": opened(CAME, resolve_by=CAME + 45 * DAY),
        "off": happened("matter.case_struck_off", CAME + 3 * DAY),
        "gone": CaseWithdrawn(on=CAME + 5 * DAY),
        "back": CaseReinstated(on=CAME + 7 * DAY),
    }
    restored = happened("matter.case_restored", CAME + 9 * DAY)

    assert duty(in_every_order(**facts), "resolve_by").state == "released"
    matter = in_every_order(**facts, on_again=restored)
    assert duty(matter, "resolve_by").state == "open"


@pytest.mark.requirement("I-16")
def test_a_result_in_time_counts_as_one_also_after_a_report_of_progress():
    told, answered = CAME + 60 * DAY, CAME + 80 * DAY
    known = [
        registered(CAME),
        replied(told, kind="progress"),
        replied(answered, kind="result"),
        replied(CAME + 200 * DAY, kind="result"),
    ]
    for order in permutations(known):
        owed = Known("puyang-2020").learn(*order).duty("three_month_answer")
        assert owed.counts == Counted(date(2021, 6, 1), True, True, "result")
    late = Known("puyang-2020").learn(known[0], known[1], known[3])
    assert late.duty("three_month_answer").counts.answer == "progress"


@pytest.mark.requirement("I-16")
def test_a_result_after_a_report_of_progress_is_told_though_the_duty_was_done():
    facts = {"came": registered(CAME), "told": replied(CAME + DAY, kind="progress")}
    change = recompute(
        after(facts), {"answered": replied(CAME + 2 * DAY, kind="result")}, POLICY
    )

    (told,) = (e for e in change.events if e.type == "assignment.duties_changed")
    assert told.occurred_on == CAME + 2 * DAY
    split = {each.kind: (each.answer_before, each.answer) for each in told.standings}
    assert split["three_month_answer"] == ("progress", "result")
    assert "three_month_answer" not in {each.kind for each in told.changes}
