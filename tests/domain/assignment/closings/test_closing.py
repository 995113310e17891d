"""
How a case ends: reported, flowed back, struck off, and in no other way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment import events
from services.assignment.domain.closings import closing, striking
from services.assignment.domain.closings.closing import MOVES
from services.assignment.domain.closings.striking import StrikeOff
from shared.errors import Conflict, Rejected
from tests.builders.closings import (
    EXPLAINED,
    OPEN,
    REPORT,
    TODAY,
    codes,
    of_kind,
    review,
    submit,
    with_kinds,
)
from tests.builders.facts import happened

APPROVED = StrikeOff(date(2021, 5, 21), "事由清楚，结果清晰。", "检察长")


def strike_off(matter=OPEN, decision=APPROVED):
    return striking.strike_off(matter, decision, leaders=["检察长"], today=TODAY)


def restore(matter, decision=APPROVED):
    return striking.restore(
        matter,
        decision,
        struck_off_on=APPROVED.on,
        leaders=["检察长"],
        today=TODAY,
    )


def reopen(matter, on=date(2021, 5, 25)):
    return closing.reopen(matter, on=on, today=TODAY)


# -- reporting


def test_a_settled_case_is_reported_and_waits_for_review():
    matter, event = submit()

    assert matter.standing == "submitted"
    assert event == events.ClosingSubmitted(
        office="410922",
        case_number=OPEN.number,
        occurred_on=date(2021, 5, 24),
        programme="puyang-2020",
        kind="resolved",
        closing="c1",
        documents=("d1", "d2"),
    )


def test_every_fault_of_a_report_is_named_at_once():
    tomorrow = date(2021, 6, 2)
    empty = replace(
        REPORT,
        concluded_on=tomorrow,
        submitted_on=tomorrow,
        dispositions=(),
        head_evidence=(),
        measures=(),
    )
    with pytest.raises(Rejected) as refusal:
        submit(replace(OPEN, led=False, hearing_decided=False), empty)

    assert codes(refusal) == {
        "date_in_future",
        "case_not_led",
        "disposition_missing",
        "measure_missing",
        "hearing_decision_missing",
    }


@pytest.mark.requirement("XQ-20")
def test_a_case_that_is_not_led_as_it_should_be_is_told_what_is_missing():
    with pytest.raises(Rejected) as refusal:
        submit(
            replace(OPEN, led=False), lacking=["未明确工作专班。", "未明确化解时限。"]
        )

    (problem,) = refusal.value.problems
    assert problem.detail == (
        "案件尚未按规则落实包案领导和责任部门：未明确工作专班。未明确化解时限。"
    )


def test_a_case_is_not_concluded_before_it_was_opened():
    with pytest.raises(Rejected) as refusal:
        submit(report=replace(REPORT, concluded_on=date(2020, 11, 19)))

    assert codes(refusal) == {"date_before_start"}


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2021, 5, 19), "date_before_start"),
        (date(2021, 6, 2), "date_in_future"),
    ],
)
def test_a_report_is_submitted_neither_before_the_end_nor_in_the_future(day, code):
    with pytest.raises(Rejected) as refusal:
        submit(report=replace(REPORT, submitted_on=day))

    assert codes(refusal) == {code}
    assert [problem.location for problem in refusal.value.problems] == ["/submitted_on"]


def test_a_case_that_flowed_back_is_not_concluded_before_it_did():
    days = (date(2021, 5, 21), date(2021, 4, 1))
    facts = [happened("matter.case_reopened", day) for day in days]
    facts.append(happened("matter.case_resolved", date(2021, 5, 30)))
    with pytest.raises(Rejected) as refusal:
        submit(replace(OPEN, reopened_on=closing.last_reopened(facts)))

    assert closing.last_reopened(facts[2:]) is None
    assert codes(refusal) == {"date_before_start"}


def test_a_step_of_procedure_is_not_reported_as_resolved():
    with pytest.raises(Rejected) as refusal:
        submit(report=replace(REPORT, measures=()))

    assert codes(refusal) == {"measure_missing"}


@pytest.mark.parametrize("kind", ["procedural", "lawful_ending"])
def test_other_endings_need_neither_measures_nor_a_hearing_decided(kind):
    report = replace(REPORT, kind=kind, dispositions=(), head_evidence=(), measures=())

    matter, _ = submit(replace(OPEN, hearing_decided=False), report)
    assert matter.standing == "submitted"


def test_a_kind_of_ending_the_programme_does_not_know_is_refused():
    report = replace(REPORT, kind="procedural")
    with pytest.raises(Rejected) as refusal:
        submit(report=report, programme=with_kinds(resolved="resolved"))

    assert codes(refusal) == {"no_such_closing"}


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        ((), True),
        ((happened("aid.aid_taken_back", date(2021, 5, 3), aid="a1"),), False),
        (
            (
                happened("aid.aid_taken_back", date(2021, 5, 3), aid="a1"),
                happened("aid.aid_paid", date(2021, 5, 10), aid="a1"),
            ),
            True,
        ),
        (
            (
                happened("aid.aid_taken_back", date(2021, 5, 10), aid="a1"),
                happened("aid.aid_paid", date(2021, 5, 10), aid="a1"),
            ),
            True,
        ),
    ],
)
def test_aid_that_was_paid_and_not_taken_back_shows_the_head_of_help(later, shown):
    report = replace(REPORT, dispositions=("hardship_help",), head_evidence=())
    paid = happened("aid.aid_paid", date(2021, 5, 3), aid="a1")

    if shown:
        submit(report=report, facts=(paid, *later))
    else:
        with pytest.raises(Rejected) as refusal:
            submit(report=report, facts=(paid, *later))
        assert codes(refusal) == {"disposition_not_shown"}


HEADS_IN_WORDS = happened(
    "matter.checklist_item_done",
    date(2021, 5, 10),
    list="four_dispositions",
    item="explain",
    evidence="台账",
)


@pytest.mark.requirement("PY-01")
@pytest.mark.parametrize(
    ("changes", "withdrawn", "shown"),
    [
        ({}, False, False),
        ({"document_ids": ("d9",)}, False, True),
        ({"document_ids": ("d9",)}, True, False),
    ],
)
def test_words_alone_show_no_head_of_a_resolution(changes, withdrawn, shown):
    # The item keeps its words when its file is withdrawn, and they show nothing.
    head = {"dispositions": ("unreasonable_explain",), "head_evidence": ()}
    facts = [replace(HEADS_IN_WORDS, **changes)]
    if withdrawn:
        day = date(2021, 5, 12)
        facts += [happened("matter.document_withdrawn", day, document="d9")]
    found = set()
    try:
        submit(report=replace(REPORT, **head), facts=facts)
    except Rejected as refusal:
        found = {problem.code for problem in refusal.problems}

    assert found == (set() if shown else {"disposition_not_shown"})


@pytest.mark.requirement("PY-29", "PY-33")
@pytest.mark.parametrize(
    ("measure", "taken"),
    [
        ("explanation", EXPLAINED),
        ("hearing", happened("hearing.hearing_held", EXPLAINED.on)),
        ("judicial_aid", happened("aid.aid_paid", EXPLAINED.on)),
        ("mediation", replace(EXPLAINED, act="measure_taken", kind="调解")),
    ],
)
def test_a_measure_is_one_that_the_record_of_the_case_has(measure, taken):
    report = replace(REPORT, measures=(measure,))
    decided = happened("hearing.hearing_decided", EXPLAINED.on, decision="not_needed")
    back = happened("matter.case_reopened", EXPLAINED.on)
    for faulty in (
        (decided,),
        (taken, back),  # What was done before it flowed back did not settle it.
        (replace(taken, on=date(2021, 5, 25)),),  # After the report.
    ):
        with pytest.raises(Rejected) as refusal:
            submit(report=report, taken=faulty)
        assert codes(refusal) == {"measure_not_shown"}

    submit(report=report, taken=(taken,))


# -- flowing back


@pytest.mark.parametrize("standing", ["resolved", "ended", "concluded"])
def test_a_closed_case_flows_back_and_says_what_it_was(standing):
    concluded, confirmed = date(2021, 5, 20), date(2021, 5, 28)
    closed = replace(
        OPEN, standing=standing, concluded_on=concluded, confirmed_on=confirmed
    )
    matter, event = reopen(closed)

    assert (matter.standing, matter.concluded_on) == ("open", None)
    assert (event.was, event.occurred_on) == (standing, date(2021, 5, 25))
    assert (event.concluded_on, event.confirmed_on) == (concluded, confirmed)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2021, 5, 19), "date_before_start"),
        (date(2021, 6, 2), "date_in_future"),
    ],
)
def test_a_case_flows_back_neither_before_its_end_nor_in_the_future(day, code):
    closed = replace(OPEN, standing="resolved", concluded_on=date(2021, 5, 20))
    with pytest.raises(Rejected) as refusal:
        reopen(closed, day)

    assert codes(refusal) == {code}


# -- striking off


def test_a_case_is_struck_off_and_restored_by_a_leader_with_a_reason():
    off, event = strike_off()
    back, restored = restore(off)

    assert (off.standing, back.standing) == ("struck_off", "open")
    assert (type(event), event.post) == (events.CaseStruckOff, "检察长")
    assert type(restored) is events.CaseRestored


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"on": date(2020, 11, 19)}, "date_before_start"),
        ({"on": date(2021, 6, 2)}, "date_in_future"),
        ({"approver_post": "承办人"}, "approver_not_a_leader"),
    ],
)
def test_a_case_is_struck_off_on_a_day_of_its_own_and_by_a_leader(changes, code):
    wrong = replace(APPROVED, **changes)
    with pytest.raises(Rejected) as off:
        strike_off(decision=wrong)
    with pytest.raises(Rejected) as back:
        restore(replace(OPEN, standing="struck_off"), wrong)

    assert codes(off) == codes(back) == {code}


# -- moves


def _act(matter, act):
    match act:
        case "submit":
            return submit(matter)[0]
        case "return":
            return review(matter, verdict="returned", reasons="退回。")[0]
        case "reopen":
            return reopen(matter)[0]
        case "strike_off":
            return strike_off(matter)[0]
        case "restore":
            return restore(matter)[0]
        case kind:
            return review(matter, of_kind(kind))[0]


STANDINGS = sorted({standing for standing, _ in MOVES})


ACTS = sorted({act for _, act in MOVES})


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("standing", STANDINGS)
def test_a_case_moves_as_the_table_says_and_in_no_other_way(standing, act):
    matter = replace(OPEN, standing=standing)
    wanted = MOVES.get((standing, act))
    if wanted is not None:
        assert _act(matter, act).standing == wanted
        return
    with pytest.raises(Conflict) as refusal:
        _act(matter, act)

    assert codes(refusal) == {"not_in_this_state"}


@pytest.mark.parametrize(("standing", "act"), MOVES)
def test_a_case_merged_away_does_not_move(standing, act):
    with pytest.raises(Conflict) as refusal:
        _act(replace(OPEN, standing=standing, merged=True), act)

    assert codes(refusal) == {"not_in_this_state"}


def test_the_table_of_moves_is_the_one_decided():
    assert MOVES == {
        ("open", "submit"): "submitted",
        ("submitted", "return"): "open",
        ("submitted", "resolved"): "resolved",
        ("submitted", "ended"): "ended",
        ("submitted", "concluded"): "concluded",
        ("resolved", "reopen"): "open",
        ("ended", "reopen"): "open",
        ("concluded", "reopen"): "open",
        ("open", "strike_off"): "struck_off",
        ("struck_off", "restore"): "open",
    }
