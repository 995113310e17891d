"""
Cases that pass from one office to another: what is owed, who leads, what is counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment.domain import case_offices
from services.assignment.domain.case_offices import late_stock, stock_of
from services.assignment.domain.consequences.duty_facts import facts_of_duties, moves_of
from services.assignment.domain.duties.changes import standing_of
from services.assignment.domain.duties.instances import instances
from services.assignment.domain.duties.ledger import owners_of
from services.assignment.domain.duties.transitions import (
    HAND_OVERS,
    run_all,
    state_after,
)
from services.assignment.domain.escalation.notices import courses
from services.assignment.domain.facts.received import (
    CaseMerged,
    CaseRepeated,
    CaseUnmerged,
)
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.leaders import units
from services.assignment.domain.matter import Matter
from services.assignment.domain.moving import move_event
from services.assignment.domain.recompute import recompute
from services.assignment.events.moves import Stock
from services.reporting.domain.postings.entries import entries_for
from services.reporting.domain.postings.rules import RULES
from services.reporting.schemas import READS
from shared.policy.current import current_policy
from tests.builders import an_envelope
from tests.builders.facts import (
    NUMBER,
    act,
    handed_down,
    happened,
    named,
    opened,
    replied,
)

CODE, HUB = "xq-2020", "640104800"
A, B, C = "640104001", "640104002", "640104003"
SECRETARY = "党（工）委书记"
START = date(2020, 11, 2)
DAY = timedelta(days=1)


def days(n):
    return START + DAY * n


class Case:
    """
    One case of Xingqing's plan, and what was posted of it.
    """

    def __init__(self, *, hand_over=True, **said):
        self.policy = current_policy()
        if not hand_over:
            self.policy = _without_hand_over_time(self.policy)
        self.matter, self.entries, self.taken = Matter(NUMBER), [], 0
        fields = {
            "office": A,
            "programme": CODE,
            "origin": "own_screening",
            "handed": False,
            "difficulty": "hard",
            "repeats": 2,
            "resolve_by": None,
            **said,
        }
        first = opened(START, **fields)
        self.post("intake.case_opened", START, A, vars(first))
        self.learn(first)

    def learn(self, *facts, by=None):
        for fact in facts:
            before = self.matter
            change = recompute(before, {f"f{self.taken}": fact}, self.policy)
            self.matter, self.taken = change.matter, self.taken + 1
            self.announce(*change.events)
            if by and by != self.matter.office:
                self._follow(before, by, fact)
        return self

    def _follow(self, before, by, fact):
        stock = late_stock(before.facts, self.matter.facts)
        since = case_offices.moved_last_on(self.matter.facts.values())
        payload = {"from_office": by, "stock": list(map(vars, stock))}
        kind = "assignment.stock_followed"
        self.post(kind, max(fact.on, since), self.matter.office, payload)

    def move(self, to, on, reason="handed_on"):
        event = move_event(self.matter, to, on, reason, self.policy)
        self.announce(event)
        return self.learn(fact_of(event))

    def name(self, on, *, team="专班", office=None):
        leader = (office or self.matter.office, SECRETARY)
        said = {"department": "综治中心", "team": team, "resolve_by": days(400)}
        return self.learn(named(on, leader, **said))

    def announce(self, *events):
        for event in events:
            if event.type in RULES:
                self.post(event.type, event.occurred_on, event.office, event.payload())

    def post(self, kind, on, office, payload):
        payload = {"programme": CODE, **payload}
        envelope = an_envelope(kind, on, office=office, payload=payload)
        self.entries += entries_for(envelope, READS[kind].load(_plain(payload)))

    def sums(self, measure, on):
        found = Counter()
        for entry in self.entries:
            if entry.measure == measure and entry.day <= on:
                found[entry.office] += entry.amount
        return {office: amount for office, amount in found.items() if amount}

    def duty_of(self, key):
        """
        The duty that is owed for a value of its rule's `per`.
        """
        duties = self.matter.duties.values()
        (found,) = (duty for duty in duties if duty.id.endswith(f"/{key}"))
        return found

    def duty(self, kind):
        (found,) = (d for d in self.matter.duties.values() if d.kind == kind)
        return found


def _plain(payload):
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in payload.items()
    }


def _without_hand_over_time(policy):
    programme = policy.programmes.get(CODE)
    rule = replace(programme.hand_over, limit=None)
    programmes = {CODE: replace(programme, hand_over=rule)}
    return replace(policy, programmes=_Programmes(MappingProxyType(programmes)))


class _Programmes:
    def __init__(self, of):
        self.get = of.__getitem__


# -- what is owed


@pytest.mark.requirement("XQ-15")
def test_the_new_office_owes_what_is_open_with_the_time_that_the_programme_gives():
    # A week from the case: 9 November; handed on on the 8th, a week from there.
    case = Case().move(B, days(6))
    owed = case.duty("leader_named")

    assert (owed.office, owed.due_on) == (B, days(13))
    assert [(term.office, term.due_on) for term in owed.past] == [(A, days(7))]
    # What is due later anyway stays so.
    assert case.duty("progress_notice").due_on == date(2020, 12, 2)
    assert case.duty("progress_notice").office == B


def test_what_was_overdue_before_the_move_stays_in_the_history_of_the_old_office():
    case = Case().move(B, days(10))

    assert case.sums("overdue", days(9)) == {A: 1}
    assert case.sums("overdue", days(10)) == {}
    assert case.sums("overdue", days(17)) == {}
    assert case.sums("overdue", days(18)) == {B: 1}


def test_without_hand_over_time_what_is_overdue_is_overdue_at_the_new_office():
    case = Case(hand_over=False).move(B, days(10))

    assert case.sums("overdue", days(9)) == {A: 1}
    assert case.sums("overdue", days(10)) == {B: 1}


@pytest.mark.requirement("XQ-20")
def test_the_new_office_owes_a_leader_of_its_own():
    case = Case().name(days(2))
    before = case.duty("leader_named")
    case.move(B, days(4))
    owed = case.duty("leader_named")
    case.name(days(4))

    assert (before.state, before.office) == ("discharged", A)
    assert (owed.state, owed.office, owed.due_on) == ("open", B, days(11))
    assert case.matter.leaders == ((B, SECRETARY),)
    assert case.duty("leader_named").state == "discharged"
    assert case.sums("led", days(3)) == {A: 1}
    assert case.sums("led", days(4)) == {B: 1}


def test_the_leader_of_the_old_office_leads_until_the_move():
    case = Case().name(days(2)).move(B, days(4))

    assert case.matter.leaders == ()
    assert case.matter.department is None
    assert not case.matter.is_led


def test_a_leader_of_the_conference_stays():
    case = Case().learn(named(days(1), (HUB, "区委书记"))).name(days(2))
    case.move(B, days(4))

    assert case.matter.leaders == ((HUB, "区委书记"),)


def test_a_fact_of_before_the_move_that_comes_late_counts_for_the_old_office():
    case = Case().move(B, days(10))
    case.learn(happened("matter.case_resolved", days(5)))

    assert (case.duty("resolve_by").office, case.duty("resolve_by").past) == (A, ())
    assert case.duty("leader_named").office == B
    assert case.sums("overdue", date(2022, 12, 31) + DAY) == {B: 1}


def test_what_is_due_on_another_day_by_signature_after_the_move_is_due_then():
    case = Case().move(B, days(6))
    owed = case.duty("leader_named")
    signed = happened(
        "matter.duty_overridden",
        days(7),
        duty=owed.id,
        until=days(9),
        due_before=owed.due_on,
    )
    case.learn(signed)

    assert case.duty("leader_named").due_on == days(9)
    assert case.sums("overdue", days(10)) == {B: 1}
    assert case.sums("overdue", days(7)) == {}


def a_step(place, on, office=A):
    """
    A step of a plan, of the office that set it or of another.
    """
    return happened(
        "matter.plan_step_set",
        on,
        step=f"p1/{place}",
        to_office=office,
        until=days(60 + place),
    )


def owing(case):
    """
    Who owes each step of the plan, by the day until which it is to be done.
    """
    found = (d for d in case.matter.duties.values() if d.kind == "plan_step")
    return [duty.office for duty in sorted(found, key=lambda duty: duty.due_on)]


def test_the_steps_that_the_old_office_set_for_itself_pass_on_with_the_case():
    case = Case().learn(a_step(1, days(2)), a_step(2, days(2), C)).move(B, days(4))
    case.learn(a_step(3, days(5)))

    assert owing(case) == [B, C, A]
    assert [term.office for term in case.duty_of("p1/1").past] == [A]
    done = happened("matter.plan_step_done", days(6), step="p1/1")
    assert case.learn(done).duty_of("p1/1").state == "discharged"


def test_what_is_opened_after_the_case_flowed_back_is_owed():
    agreed = happened(
        "matter.units_agreed", days(9), units=((A, "lead"), (C, "co_handling"))
    )
    case = Case().learn(
        happened("matter.case_resolved", days(5)),
        happened("matter.case_reopened", days(8)),
        a_step(1, days(9)),
        agreed,
    )
    opened_again = case.duty_of("p1/1"), case.duty("co_handling")
    case.learn(happened("matter.case_resolved", days(20)))

    assert [duty.state for duty in opened_again] == ["open", "open"]
    assert case.duty_of("p1/1").steps[-1].on == days(20)
    assert case.duty("co_handling").state == "released"


def test_a_step_is_released_by_a_resolution_that_comes_late():
    case = Case().learn(a_step(1, days(9)))
    case.learn(happened("matter.case_resolved", days(8)))

    assert case.duty_of("p1/1").state == "released"


def explained(case):
    """
    The due day of each duty, counted as its explanation counts it.
    """
    matter, programme = case.matter, case.policy.programmes.get(CODE)
    facts = facts_of_duties(
        matter.facts,
        matter.office,
        matter.opened_on,
        matter.led,
        is_case=matter.is_case,
    )
    office = case.policy.directory.office(matter.office)
    outcomes = run_all(
        instances(facts, programme, office),
        NUMBER,
        facts,
        case.policy.calendar,
        owners_of(facts, moves_of(facts, programme, case.policy)),
    )
    return {
        each.identity: each.deadline.explain(case.policy.calendar)[-1].day
        for each in outcomes
    }


def test_an_explanation_counts_to_the_due_day_also_after_a_move():
    agreed = happened(
        "matter.units_agreed", days(1), units=((A, "lead"), (C, "co_handling"))
    )
    case = Case().learn(agreed, a_step(1, days(2))).move(B, days(6))
    found = explained(case)

    assert found == {duty.id: duty.due_on for duty in case.matter.duties.values()}
    assert found[case.duty("leader_named").id] == days(13)


# -- what is counted


@pytest.mark.requirement("XQ-15")
def test_the_case_counts_at_the_new_office_from_the_day_of_the_move():
    case = Case().move(B, days(4))

    assert case.sums("base", days(3)) == {A: 1}
    assert case.sums("base", days(4)) == {B: 1}
    assert case.sums("repeats", days(4)) == {B: 2}
    labels = [each.label for each in case.entries if each.measure == "base"]
    assert labels == ["own_screening"] * 3


def test_a_case_out_of_scope_counts_nowhere():
    case = Case(in_scope=False).move(B, days(4))

    assert case.entries == []


def test_what_the_old_office_announced_late_follows_the_case():
    case = Case().move(B, days(4))
    late = CaseRepeated(on=days(3), counted=True)
    read = {"in_scope": True, "counted": True}
    case.post("intake.case_repeated", days(3), A, read)
    case.learn(late, by=A)

    assert case.sums("repeats", days(3)) == {A: 3}
    assert case.sums("repeats", days(4)) == {B: 3}


def test_a_merged_case_has_no_stock_until_the_merge_is_undone():
    facts = Case().matter.facts
    merged = {**facts, "m": CaseMerged(on=days(1))}

    assert not stock_of(merged)
    assert stock_of({**merged, "u": CaseUnmerged(on=days(2))}) == {
        Stock("own_screening", cases=1): 1,
        Stock(repeats=1): 2,
        Stock(led=1): 0,
    }


# -- units and history


def test_the_office_that_a_case_moved_to_leads_its_units():
    agreed = happened(
        "matter.units_agreed", days(1), units=((A, "lead"), (C, "co_handling"))
    )
    case = Case().learn(agreed).move(B, days(4))
    found = units.units_of(B, START, list(case.matter.facts.values()))

    assert [(unit.office, unit.role, unit.since) for unit in found] == [
        (B, "lead", days(4)),
        (C, "co_handling", days(1)),
    ]


def test_the_offices_of_a_case_stand_in_their_order():
    case = Case().move(B, days(1)).move(C, days(2)).move(A, days(3))

    facts = case.matter.facts.values()
    assert case_offices.had_by(case.matter.office, facts) == (A, B, C)
    assert case.matter.office == A


@pytest.mark.parametrize(
    ("standing", "merged", "on", "code"),
    [
        ("resolved", False, days(9), "case_not_open"),
        ("submitted", False, days(9), "case_not_open"),
        ("open", True, days(9), "case_not_open"),
        ("open", False, days(3), "before_last_move"),
    ],
)
def test_why_a_case_cannot_move(standing, merged, on, code):
    facts = Case().move(B, days(4)).matter.facts.values()
    found = case_offices.problems(
        on, "/to_office", standing=standing, merged=merged, facts=facts
    )

    assert [problem.code for problem in found] == [code]


@pytest.mark.parametrize(
    "counted",
    [
        opened(days(3)),
        CaseRepeated(on=days(3), counted=True),
        CaseUnmerged(on=days(3)),
        named(days(3), (A, SECRETARY)),
    ],
)
def test_a_case_does_not_move_before_what_it_counts_for_its_office(counted):
    facts = [opened(START), counted]

    def codes(on):
        found = case_offices.problems(
            on, "/to", standing="open", merged=False, facts=facts
        )
        return [problem.code for problem in found]

    assert codes(days(2)) == ["before_it_counted"]
    assert codes(days(3)) == []


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_case_accuses_whom_its_last_correction_names(order):
    corrected = {
        1: happened("intake.case_corrected", days(1), correction=1, accused_office=B),
        2: happened("intake.case_corrected", days(1), correction=2, accused_office=C),
    }
    first = opened(START, accused_office=A)

    assert units.accused_in([]) is None
    assert units.accused_in([first]) == A
    assert units.accused_in([corrected[1], first]) == B
    assert units.accused_in([first, *(corrected[n] for n in order)]) == C


def test_a_case_whose_ending_waits_for_a_decision_does_not_move():
    waits = happened("matter.ending_waits", days(1), ending="e", step="e/1")
    decided = happened("matter.ending_decided", days(2), ending="e", step="e/1")
    facts = [*Case().learn(waits).matter.facts.values()]

    def codes(*more):
        found = case_offices.problems(
            days(3), "/to", standing="open", merged=False, facts=(*facts, *more)
        )
        return [problem.code for problem in found]

    assert codes() == ["ending_waiting"]
    assert codes(decided) == []


def test_a_notice_to_the_office_that_had_the_case_ends_with_the_move():
    case = Case()
    issued = happened(
        "matter.supervision_issued",
        days(8),
        notice="n1",
        duty=case.duty("leader_named").id,
        to_office=A,
        reply_by=days(12),
    )
    case.learn(issued)
    before = case.duty("leader_named")
    case.move(B, days(9))
    after = case.duty("leader_named")

    assert (before.supervised, after.supervised) == (True, False)
    assert {notice.can_end for notice in courses(case.matter.facts.values())} == {False}


def test_a_case_moves_so_often_and_no_more():
    case = Case()
    for turn in range(case_offices.MOST_MOVES):
        case.move([B, A][turn % 2], days(1 + turn))
    found = case_offices.problems(
        days(99),
        "/number",
        standing="open",
        merged=False,
        facts=case.matter.facts.values(),
    )

    assert [problem.code for problem in found] == ["moved_too_often"]


# -- whatever happens


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from([A, B, C]), st.just(0)),
        st.tuples(
            st.sampled_from(
                ["name", "reply", "plan", "resolve", "reopen", "hard", "told"]
            ),
            st.none(),
            st.integers(0, 40),
        ),
    ),
    max_size=9,
)


def lived(steps, *, moves=True, hand_over=True):
    """
    A case through *steps*, a week between them, each dated so many days back, but no
    leader named before the office had the case.
    """
    case, since = Case(hand_over=hand_over), START
    for number, (what, to, back) in enumerate(steps, start=1):
        today = days(7 * number)
        on = max(START, today - DAY * back)
        if what == "move":
            if moves and to != case.matter.office and not case.matter.is_over:
                case.move(to, today)
                since = today
        elif what == "name":
            case.name(max(on, since))
        else:
            case.learn(FACTS[what](on))
    return case, days(7 * len(steps) + 400)


FACTS = {
    "reply": replied,
    "plan": lambda on: act("push_plan", on, until=days(300), document="x", post="x"),
    "resolve": lambda on: happened("matter.case_resolved", on),
    "reopen": lambda on: happened("matter.case_reopened", on),
    "hard": lambda on: happened(
        "matter.case_appraised", on, in_scope=True, long_span=True
    ),
    "told": lambda on: act("progress_told", on),
}


def overdue_on(duty, day):
    """
    The office at which a duty is overdue at the end of a day, from its steps and terms.
    """
    state, turn = "open", 0
    for step in duty.steps:
        if step.on > day:
            break
        turn += step.kind in HAND_OVERS
        state = state_after(step.kind)
    term = duty.terms[turn]
    late = state == "open" and term.due_on < day and not duty.backdated
    return term.office if late and duty.opened_on <= day else None


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_what_was_posted_is_what_is_overdue_on_every_day(steps):
    case, last = lived(steps)
    for day in (START + DAY * n for n in range(0, (last - START).days, 3)):
        expected = Counter(
            office
            for duty in case.matter.duties.values()
            if (office := overdue_on(duty, day))
        )
        assert case.sums("overdue", day) == expected


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_no_office_owes_anything_of_a_case_that_it_has_no_more(steps):
    case, last = lived(steps)
    now = {case.matter.office, HUB}

    assert {d.office for d in case.matter.duties.values() if not d.closed} <= now
    for measure in ("overdue", "base", "repeats"):
        assert case.sums(measure, last).keys() <= now
    assert case.sums("led", last) == (
        {case.matter.office: 1} if case.matter.is_led else {}
    )


@settings(max_examples=100, deadline=None)
@given(STEPS.filter(lambda steps: all(what != "name" for what, *_ in steps)))
def test_moves_change_nothing_of_what_all_offices_together_have(steps):
    with_moves, last = lived(steps, hand_over=False)
    without, _ = lived(steps, moves=False, hand_over=False)
    for measure in ("overdue", "base", "repeats", "led"):
        for day in (START + DAY * n for n in range(0, (last - START).days, 5)):
            ours = sum(with_moves.sums(measure, day).values())
            assert ours == sum(without.sums(measure, day).values())


# -- units that help


def with_parts(case, on, *roles):
    return case.learn(happened("matter.units_agreed", on, units=roles))


def owed_by_units(case):
    return {
        (duty.kind, duty.office): (duty.state, duty.due_on)
        for duty in case.matter.duties.values()
        if duty.kind in {"co_handling", "cooperating"}
    }


@pytest.mark.requirement("XQ-32")
def test_each_unit_that_helps_owes_a_report_of_its_own():
    case = with_parts(
        Case(), days(1), (A, "lead"), (B, "co_handling"), (C, "cooperating")
    )
    told = happened("matter.unit_reported", days(9), to_office=B, role="co_handling")

    assert owed_by_units(case) == {
        ("co_handling", B): ("open", date(2020, 12, 3)),
        ("cooperating", C): ("open", date(2020, 12, 3)),
    }
    assert {
        key: state for key, (state, _) in owed_by_units(case.learn(told)).items()
    } == {("co_handling", B): "discharged", ("cooperating", C): "open"}
    assert case.sums("overdue", date(2020, 12, 4))[C] == 1


def test_a_unit_that_leads_now_or_left_owes_no_report():
    case = with_parts(
        Case(), days(1), (A, "lead"), (B, "co_handling"), (C, "cooperating")
    )
    with_parts(case.move(B, days(3), "units"), days(3), (B, "lead"), (A, "co_handling"))

    assert {key: state for key, (state, _) in owed_by_units(case).items()} == {
        ("co_handling", B): "released",
        ("cooperating", C): "released",
        ("co_handling", A): "open",
    }


# -- the everyday track


def everyday(case):
    """
    What a case owes of the everyday track: kind to state and due day.
    """
    return {
        duty.kind: (duty.state, duty.due_on)
        for duty in case.matter.duties.values()
        if duty.kind.startswith("everyday")
    }


@pytest.mark.requirement("XQ-18")
def test_what_arose_after_the_cut_off_day_has_the_clocks_of_everyday_work():
    case = Case(in_scope=False, track="everyday")
    named_in_time = case.name(days(3))

    # 2 November and sixty days: 1 January.
    assert everyday(named_in_time) == {
        "everyday_leader": ("discharged", days(7)),
        "everyday_outcome": ("open", date(2021, 1, 1)),
    }
    assert everyday(Case()) == {}


@pytest.mark.requirement("XQ-18")
def test_a_person_confirms_the_track_with_the_batch():
    to_campaign = Case(in_scope=False, track="everyday")
    to_campaign.learn(handed_down(days(2), track="campaign"))
    to_everyday = Case().learn(handed_down(days(2), track="everyday"))

    assert {state for state, _ in everyday(to_campaign).values()} == {"released"}
    assert everyday(to_everyday)["everyday_outcome"] == ("open", days(62))


def test_a_duty_counts_in_shares_at_the_office_that_owes_it_now():
    before = Case().duty("leader_named")
    after = Case().move(B, days(6)).duty("leader_named")

    assert [
        (each.office, each.due_before, each.due_on)
        for each in standing_of(after, before)
    ] == [(A, days(7), None), (B, None, days(13))]
