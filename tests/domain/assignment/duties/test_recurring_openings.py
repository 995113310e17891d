"""
A duty is owed anew each time the fact that opens it comes again, by the programmes'
own files: requirements PY-48, PY-49, MX-02, MX-21, MX-28, MX-31, XQ-44, XQ-49, JZ-43.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment.domain.duties import ledger
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.parties import ResponsibleParties
from services.assignment.domain.facts.base import Fact
from shared.policy.current import current_policy
from tests.builders import COUNTY, facts
from tests.builders.facts import happened

NUMBER = "件检控申〔2021〕001号"
START = date(2021, 3, 1)
RESOLVED = "matter.case_resolved"
REOPENED = "matter.case_reopened"
CONCLUDED = "matter.case_concluded"
MERGED, UNMERGED = "intake.case_merged", "intake.case_unmerged"
CALENDAR = current_policy().calendar


def act(name: str, day: int, **more: object) -> Fact:
    return facts.act(name, START + timedelta(days=day), **more)


def fact(kind: str, day: int, **payload: object) -> Fact:
    return happened(kind, START + timedelta(days=day), **payload)


def ledger_of(programme: str, *facts: Fact) -> tuple[Duty, ...]:
    return ledger.compute(
        NUMBER, COUNTY, facts, current_policy().programmes.get(programme), CALENDAR
    )


def owed(programme: str, rule: str, *known: Fact) -> dict[str, str]:
    """
    The state of each duty of *rule*, by its identity without the matter's number.
    """
    found = [duty for duty in ledger_of(programme, *known) if duty.kind == rule]
    assert len({duty.id for duty in found}) == len(found)
    return {duty.id.removeprefix(f"{NUMBER}/"): duty.state for duty in found}


OPENED_AND_ANSWERED = [
    ("puyang-2020", "named_case_answer", "named_in_bulletin", "bulletin_answered"),
    ("puyang-2020", "remedy", "cause_found", "remedy_done"),
    ("puyang-2020", "first_handling", "first_handling_failed", "first_handler_named"),
    ("meixian", "block_removed", "block_found", "block_removed"),
    ("meixian", "step_mended", "step_missed", "step_mended"),
    ("xq-2020", "policy_answer", "policy_gap_reported", "policy_gap_answered"),
    ("xq-2020", "solve_by", "solve_by_set", "solved"),
    ("jiaozuo-2021", "explanation", "explanation_demanded", "explanation_given"),
    ("jiaozuo-2021", "attendance", "emergency_called", "emergency_attended"),
    ("dy-leaders", "rectification", "check_begun", "check_rectified"),
]
"""
Programme, duty, the act that opens it and the act that discharges it.
"""


@pytest.mark.requirement(
    "PY-46", "PY-48", "PY-49", "MX-02", "MX-21", "MX-32", "XQ-37", "JZ-43"
)
@pytest.mark.parametrize(("programme", "rule", "opens", "answers"), OPENED_AND_ANSWERED)
def test_what_was_answered_is_owed_again_when_its_fact_comes_again(
    programme: str, rule: str, opens: str, answers: str
) -> None:
    once = [act(opens, 0), act(answers, 3)]
    again = [*once, act(opens, 9)]

    assert owed(programme, rule, *once) == {f"{rule}/{START}": "discharged"}
    assert owed(programme, rule, *again) == {
        f"{rule}/{START}": "discharged",
        f"{rule}/2021-03-10": "open",
    }
    answered = owed(programme, rule, *again, act(answers, 12))
    assert set(answered.values()) == {"discharged"}


ONE_BY_ONE = [
    ("puyang-2020", "remedy", "cause_found", "remedy_done"),
    ("meixian", "block_removed", "block_found", "block_removed"),
    ("meixian", "step_mended", "step_missed", "step_mended"),
    ("jiaozuo-2021", "explanation", "explanation_demanded", "explanation_given"),
]


@pytest.mark.parametrize(("programme", "rule", "opens", "answers"), ONE_BY_ONE)
def test_one_answer_answers_only_the_oldest_that_is_open(
    programme: str, rule: str, opens: str, answers: str
) -> None:
    both = [act(opens, 0), act(opens, 5)]

    assert owed(programme, rule, *both, act(answers, 8)) == {
        f"{rule}/{START}": "discharged",
        f"{rule}/2021-03-06": "open",
    }
    twice = owed(programme, rule, *both, act(answers, 8), act(answers, 9))
    assert set(twice.values()) == {"discharged"}


def test_what_was_released_by_signed_record_takes_no_answer_from_the_next() -> None:
    known = [
        act("cause_found", 0),
        act("cause_found", 5),
        fact("matter.duty_waived", 6, duty=f"{NUMBER}/remedy/{START}", record="r1"),
        act("remedy_done", 8),
    ]

    assert owed("puyang-2020", "remedy", *known) == {
        f"remedy/{START}": "released",
        "remedy/2021-03-06": "discharged",
    }


def test_one_answer_to_the_province_answers_all_namings_before_it() -> None:
    known = [
        act("named_in_bulletin", 0),
        act("named_in_bulletin", 5),
        act("bulletin_answered", 8),
        act("named_in_bulletin", 9),
    ]

    assert owed("puyang-2020", "named_case_answer", *known) == {
        f"named_case_answer/{START}": "discharged",
        "named_case_answer/2021-03-06": "discharged",
        "named_case_answer/2021-03-10": "open",
    }


def test_two_causes_found_on_one_day_are_two_duties() -> None:
    known = [
        act("cause_found", 0, text="作风"),
        act("cause_found", 0, text="理念"),
        act("cause_found", 0, text="行为"),
    ]

    assert set(owed("puyang-2020", "remedy", *known)) == {
        f"remedy/{START}",
        "remedy/2021-03-01/2",
        "remedy/2021-03-01/3",
    }


def test_an_opening_entered_late_does_not_take_over_what_was_signed_for_another() -> (
    None
):
    second = act("cause_found", 9)
    (before,) = ledger_of("puyang-2020", second)
    waived = fact("matter.duty_waived", 12, duty=before.id, record="r1")

    earlier, same = ledger_of("puyang-2020", second, waived, act("cause_found", 0))

    assert (same.id, same.opened_on, same.state) == (before.id, second.on, "released")
    assert (earlier.opened_on, earlier.state) == (START, "open")


def test_of_two_openings_of_one_day_the_one_recorded_first_keeps_its_identity() -> None:
    first = act("solve_by_set", 0, until=date(2021, 6, 30))
    second = act("solve_by_set", 0, until=date(2021, 5, 31))
    (alone,) = ledger_of("xq-2020", first)

    due = {duty.id: duty.due_on for duty in ledger_of("xq-2020", first, second)}

    assert due.pop(alone.id) == date(2021, 6, 30)
    assert list(due.values()) == [date(2021, 5, 31)]


@pytest.mark.requirement("MX-28", "MX-31")
@pytest.mark.parametrize("rule", ["evaluation", "analysis", "warning", "follow_up"])
def test_after_a_second_closing_evaluation_and_visit_are_owed_again(rule: str) -> None:
    first = [fact(RESOLVED, 0), fact(REOPENED, 5)]
    second = [*first, fact(RESOLVED, 20)]

    assert owed("meixian", rule, *first) == {f"{rule}/{START}": "released"}
    assert owed("meixian", rule, *second) == {
        f"{rule}/{START}": "released",
        f"{rule}/2021-03-21": "open",
    }
    reopened = owed("meixian", rule, *second, fact(REOPENED, 21))
    assert set(reopened.values()) == {"released"}


def test_a_case_reopened_and_closed_again_on_one_day_owes_its_evaluation() -> None:
    known = [fact(RESOLVED, 0), fact(REOPENED, 5), fact(RESOLVED, 5)]

    assert owed("meixian", "evaluation", *known) == {
        f"evaluation/{START}": "released",
        "evaluation/2021-03-06": "open",
    }
    again = owed("meixian", "evaluation", *known, fact(REOPENED, 5))
    assert set(again.values()) == {"released"}


def test_of_three_closings_on_one_day_the_last_owes_its_evaluation() -> None:
    twice = [fact(kind, 5) for kind in (REOPENED, RESOLVED) * 2]
    known = [fact(RESOLVED, 0), *twice]
    first, second = f"evaluation/{START}", "evaluation/2021-03-06"

    assert owed("meixian", "evaluation", *known) == {
        first: "released",
        second: "released",
        f"{second}/2": "open",
    }
    again = owed("meixian", "evaluation", *known, fact(REOPENED, 5))
    assert set(again.values()) == {"released"}


def test_a_reopening_before_the_closing_does_not_release_what_the_closing_opens() -> (
    None
):
    known = [fact(CONCLUDED, 0), fact(REOPENED, 5), fact(RESOLVED, 20)]

    assert owed("meixian", "evaluation", *known) == {"evaluation/2021-03-21": "open"}


@pytest.mark.requirement("XQ-44", "XQ-66")
@pytest.mark.parametrize("answer", [fact(RESOLVED, 5), act("plan_made", 5)])
def test_what_was_done_on_the_day_of_a_flow_back_before_it_is_no_plan_again(
    answer: Fact,
) -> None:
    reopened = fact(REOPENED, 5, in_scope=True)
    duty = "plan_again/2021-03-06"

    assert owed("xq-2020", "plan_again", answer, reopened) == {duty: "open"}
    assert owed("xq-2020", "plan_again", answer, reopened, act("plan_made", 5)) == {
        duty: "discharged"
    }


def test_a_meeting_on_the_day_of_the_handing_down_counts_whenever_it_is_recorded() -> (
    None
):
    met = act("met_petitioner", 0)
    stamped = [
        fact("matter.batch_handed_down", 0, batch="b1"),
        met,
        fact("matter.batch_received", 0, batch="b1"),
    ]

    assert owed("jiaozuo-2021", "meeting", *stamped) == {"meeting/b1": "discharged"}


@pytest.mark.requirement("MX-28", "MX-31")
@pytest.mark.parametrize("rule", ["evaluation", "analysis", "warning", "follow_up"])
def test_a_case_merged_away_owes_no_evaluation_until_it_is_unmerged(rule: str) -> None:
    merged = [fact(RESOLVED, 0), fact(MERGED, 3)]

    assert owed("meixian", rule, *merged) == {f"{rule}/{START}": "released"}
    assert owed("meixian", rule, *merged, fact(UNMERGED, 5)) == {
        f"{rule}/{START}": "open"
    }


def test_an_unmerging_takes_back_only_what_the_merge_released() -> None:
    reopened = [fact(RESOLVED, 0), fact(REOPENED, 5)]
    returned = [
        facts.opened(START, handed=True),
        facts.received(START),
        fact("matter.objection_decided", 2, batch="b1", verdict="returned"),
    ]
    apart = [fact(MERGED, 6), fact(UNMERGED, 7)]

    assert owed("meixian", "evaluation", *reopened, *apart) == {
        f"evaluation/{START}": "released"
    }
    assert owed("jiaozuo-2021", "conclusion", *returned, *apart) == {
        "conclusion/b1": "released"
    }


@pytest.mark.requirement("XQ-49")
def test_each_flow_back_of_a_case_is_traced_back() -> None:
    known = [
        fact(REOPENED, 0, in_scope=True),
        fact("matter.inquiry_concluded", 10),
        fact(REOPENED, 50, in_scope=True),
    ]

    assert owed("xq-2020", "traceback", *known) == {
        f"traceback/{START}": "discharged",
        "traceback/2021-04-20": "open",
    }


@pytest.mark.parametrize("code", current_policy().programmes.codes)
def test_a_second_registration_or_opening_of_a_matter_opens_nothing(code: str) -> None:
    petition = {"programme": code, "channel": "letter", "first": True}
    case = {"programme": code, "in_scope": True, "difficulty": "hard", "handed": True}
    began = [
        fact("intake.petition_registered", 0, **petition),
        fact("intake.case_opened", 0, **case),
        fact("matter.case_appraised", 0, difficulty="hard"),
    ]
    again = [
        fact("intake.petition_registered", 7, **petition),
        fact("intake.case_opened", 7, **case),
        fact("matter.case_appraised", 8, difficulty="hard"),
    ]
    programme = current_policy().programmes.get(code)

    def duties(known: list[Fact]) -> set[str]:
        found = ledger.compute(
            NUMBER,
            COUNTY,
            known,
            programme,
            CALENDAR,
            parties=ResponsibleParties(current_policy().directory.office(COUNTY)),
        )
        return {duty.id for duty in found}

    assert duties([*began, *again]) == duties(began)


_DRAWN = st.lists(
    st.tuples(
        st.sampled_from(["cause_found", "remedy_done", "named_in_bulletin", "waived"]),
        st.integers(0, 9),
        st.integers(0, 3),
    ),
    max_size=9,
)


@settings(max_examples=30)
@given(st.data(), _DRAWN)
def test_identities_and_states_do_not_depend_on_the_order_of_arrival(
    data: st.DataObject, drawn: list[tuple[str, int, int]]
) -> None:
    known = [
        fact(
            "matter.duty_waived",
            day,
            duty=f"{NUMBER}/remedy/{START}",
            record=f"r{which}",
        )
        if name == "waived"
        else act(name, day, text=str(which))
        for name, day, which in drawn
    ]
    programme = current_policy().programmes.get("puyang-2020")

    def duties(found: list[Fact]) -> list[Duty]:
        found = ledger.compute(NUMBER, COUNTY, found, programme, CALENDAR)
        return sorted(found, key=lambda duty: duty.id)

    shuffled = data.draw(st.permutations(known))
    assert duties(list(shuffled)) == duties(known)
    for until in range(len(known)):
        earlier = {duty.id for duty in duties(known[:until])}
        assert earlier <= {duty.id for duty in duties(known)}
