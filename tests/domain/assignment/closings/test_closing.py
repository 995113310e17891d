"""
How a case ends: reported, reviewed by another, perhaps flowed back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment import events
from services.assignment.domain.closings import closing, striking, submission
from services.assignment.domain.closings import review as reviewing
from services.assignment.domain.closings.closing import MOVES, Closing, ClosingCase
from services.assignment.domain.closings.standard import Checked, standard_on
from services.assignment.domain.closings.striking import StrikeOff
from shared.errors import Conflict, Forbidden, Rejected
from shared.policy.conditions import Condition
from shared.policy.current import current_policy
from shared.policy.parts.duties import Trigger
from tests.builders.facts import happened

TODAY = date(2021, 6, 1)
PUYANG = current_policy().programmes.get("puyang-2020")
OPEN = ClosingCase(
    number="清检控申〔2020〕007号",
    office="410922",
    programme="puyang-2020",
    in_scope=True,
    standing="open",
    opened_on=date(2020, 11, 20),
    merged=False,
    hearing_decided=True,
    led=True,
)
SUBMITTED = replace(OPEN, standing="submitted")
REPORT = Closing(
    id="c1",
    number=OPEN.number,
    kind="resolved",
    concluded_on=date(2021, 5, 20),
    submitted_on=date(2021, 5, 24),
    dispositions=("reasonable_solve",),
    measures=("explanation",),
    narrative="已释法说理。",
    submitted_by="清丰县院 承办人",
    documents=(
        closing.Document("办结报告", "卷一", "d1"),
        closing.Document("终结决定", "卷二", "d2"),
    ),
    head_evidence=(closing.HeadEvidence("reasonable_solve", ("办结报告",)),),
    standard=standard_on(PUYANG.closing, "resolved", date(2021, 5, 24)),
)
KINDS = {
    "resolved": ("resolved", events.CaseResolved),
    "lawful_ending": ("ended", events.CaseEnded),
    "procedural": ("concluded", events.CaseConcluded),
}


def codes(refusal):
    return {problem.code for problem in refusal.value.problems}


def submit(matter=OPEN, report=REPORT, programme=PUYANG, facts=()):
    files = [each.document_id for each in report.documents if each.document_id]
    filed = [happened("matter.document_filed", TODAY, document=each) for each in files]
    return submission.submit(
        matter, report, programme=programme, today=TODAY, facts=[*filed, *facts]
    )


def with_kinds(**counted):
    """
    Puyang's programme with these kinds of closing and where each is counted.
    """
    kinds = tuple(
        replace(kind, counts_as=counted[kind.id])
        for kind in PUYANG.closing.kinds
        if kind.id in counted
    )
    return replace(PUYANG, closing=replace(PUYANG.closing, kinds=kinds))


def ticks(kind, *documents):
    return tuple(
        Checked(item.id, documents or ("办结报告",))
        for item in standard_of(kind)
        if item.mandatory
    )


def standard_of(kind, programme=PUYANG):
    return standard_on(programme.closing, kind, REPORT.submitted_on)


def review(matter=SUBMITTED, report=REPORT, programme=PUYANG, facts=(), **changes):
    said = reviewing.Review(
        **{
            "verdict": "confirmed",
            "on": date(2021, 5, 28),
            "by": "濮阳市院 审核人",
            "checklist": ticks(report.kind),
            **changes,
        }
    )
    return reviewing.review(
        matter,
        report,
        said,
        programme=programme,
        route=None,
        facts=facts,
        today=TODAY,
    )


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


def of_kind(kind):
    return replace(REPORT, kind=kind, standard=standard_of(kind))


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


@pytest.mark.requirement("PY-33")
def test_the_file_says_where_a_kind_of_ending_is_counted():
    # Where an ending counts as resolved it needs what a resolution needs (PY-33).
    generous = with_kinds(lawful_ending="resolved")
    report = of_kind("lawful_ending")
    with pytest.raises(Rejected) as refusal:
        submit(report=replace(report, measures=()), programme=generous)
    matter, _, (_, end) = review(report=report, programme=generous)

    assert codes(refusal) == {"measure_missing"}
    assert (matter.standing, type(end)) == ("resolved", events.CaseResolved)


# -- review


@pytest.mark.parametrize("kind", KINDS)
def test_a_confirmed_report_ends_the_case_on_the_day_it_was_concluded(kind):
    matter, report, (confirmed, end) = review(report=of_kind(kind))

    standing, announced = KINDS[kind]
    assert matter.standing == standing
    assert report.state == "confirmed"
    assert (type(end), end.occurred_on) == (announced, date(2021, 5, 20))
    assert confirmed == events.ClosingConfirmed(
        office="410922",
        case_number=OPEN.number,
        occurred_on=date(2021, 5, 28),
        programme="puyang-2020",
        kind=kind,
        closing="c1",
        measures=report.measures,
        documents=("d1", "d2"),
    )


def test_a_report_sent_back_opens_the_case_again_and_keeps_the_reasons():
    matter, report, told = review(verdict="returned", reasons="无化解措施证明。")

    assert matter == OPEN
    assert (report.state, report.reasons) == ("returned", "无化解措施证明。")
    assert [(type(e), e.occurred_on, e.closing) for e in told] == [
        (events.ClosingReturned, date(2021, 5, 28), "c1")
    ]


def test_sending_back_takes_reasons_but_no_checklist():
    with pytest.raises(Rejected) as refusal:
        review(verdict="returned", checklist=())

    assert codes(refusal) == {"reason_missing"}


def test_nobody_reviews_what_he_reported():
    with pytest.raises(Forbidden) as refusal:
        review(by=REPORT.submitted_by)

    assert codes(refusal) == {"own_closing"}


def test_a_report_is_reviewed_once():
    _, reviewed, _ = review()
    with pytest.raises(Conflict) as refusal:
        review(report=reviewed)

    assert codes(refusal) == {"already_reviewed"}


def test_every_fault_of_a_review_is_named_at_once():
    with pytest.raises(Rejected) as refusal:
        review(
            on=date(2021, 6, 2),
            checklist=(Checked("in_time"), Checked("no_such", ("没有",))),
        )

    missed = [f.remedy for f in refusal.value.problems if f.code == "standard_not_met"]
    assert codes(refusal) == {
        "date_in_future",
        "no_such_item",
        "no_such_document",
        "standard_not_met",
        "evidence_missing",
    }
    assert len(missed) == len(ticks("resolved")) - 1


@pytest.mark.requirement("PY-31")
def test_a_tick_keeps_what_shows_it_and_the_standard_of_the_day_of_the_report():
    # PY-31: a later edition of the standard changes nothing of what was reported.
    shown = replace(
        PUYANG.closing.item("in_time"),
        facts=(Trigger("matter.act_recorded", {"act": Condition(("explained",))}),),
    )
    later = replace(
        PUYANG.closing.item("substantive"), id="later", from_=date(2021, 5, 25)
    )
    others = [item for item in PUYANG.closing.checklist if item.id != "in_time"]
    rules = replace(PUYANG.closing, checklist=(*others, shown, later))
    programme = replace(PUYANG, closing=rules)
    explained = happened("matter.act_recorded", date(2021, 5, 10), act="explained")
    back = happened("matter.case_reopened", date(2021, 5, 11))
    with pytest.raises(Rejected) as refusal:
        review(programme=programme, facts=[explained, back])
    _, report, _ = review(programme=programme, facts=[explained])
    kept = {tick.item: tick for tick in report.checklist}

    assert codes(refusal) == {"evidence_missing"}
    assert kept["in_time"].facts == ("2021-05-10 记载事项",)
    assert kept["substantive"].documents == ("办结报告",)
    assert "later" not in kept
    assert "later" in {each.id for each in standard_on(rules, "resolved", TODAY)}


def test_a_document_that_the_standard_names_is_shown_by_no_other():
    report = replace(of_kind("lawful_ending"), documents=REPORT.documents[:1])
    with pytest.raises(Rejected) as refusal:
        review(report=report)

    (fault,) = refusal.value.problems
    assert (fault.code, fault.location) == ("evidence_missing", "/checklist/1")
    assert "终结决定" in fault.remedy


def test_no_review_is_dated_before_what_it_reviews():
    with pytest.raises(Rejected) as refusal:
        review(on=date(2021, 5, 23))

    assert codes(refusal) == {"date_before_start"}


def test_a_reason_the_programme_does_not_know_is_refused():
    with pytest.raises(Rejected) as refusal:
        review(verdict="returned", reasons="退回。", return_reasons=("no_such",))

    assert codes(refusal) == {"no_such_reason"}


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


def test_who_confirms_gives_no_reason_for_returning():
    with pytest.raises(Rejected) as refusal:
        review(return_reasons=("no_such",))

    assert codes(refusal) == {"no_such_reason", "reasons_not_needed"}


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
