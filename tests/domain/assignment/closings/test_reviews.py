"""
How a reported closing is reviewed: by another, by the standard, once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment import events
from services.assignment.domain.closings.standard import Checked, standard_on
from shared.errors import Conflict, Forbidden, Rejected
from shared.policy.conditions import Condition
from shared.policy.parts.duties import Trigger
from tests.builders.closings import (
    OPEN,
    PUYANG,
    REPORT,
    TODAY,
    codes,
    of_kind,
    review,
    submit,
    ticks,
    with_kinds,
)
from tests.builders.facts import happened

KINDS = {
    "resolved": ("resolved", events.CaseResolved),
    "lawful_ending": ("ended", events.CaseEnded),
    "procedural": ("concluded", events.CaseConcluded),
}


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
        review(programme=programme, facts=[explained, back], taken=())
    _, report, _ = review(programme=programme, facts=[explained], taken=())
    kept = {tick.item: tick for tick in report.checklist}

    assert codes(refusal) == {"evidence_missing", "measure_not_shown"}
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


@pytest.mark.requirement("PY-01")
def test_a_head_is_confirmed_only_while_something_shows_it():
    report = replace(REPORT, dispositions=("hardship_help",), head_evidence=())
    paid = happened("aid.aid_paid", date(2021, 5, 3), aid="a1")
    back = happened("aid.aid_taken_back", date(2021, 5, 26), aid="a1")

    matter, *_ = review(report=report, facts=(paid,))
    with pytest.raises(Rejected) as refusal:
        review(report=report, facts=(paid, back))
    sent_back, *_ = review(
        report=report,
        facts=(paid, back),
        verdict="returned",
        checklist=(),
        reasons="款已退回。",
    )

    assert matter.standing == "resolved"
    assert codes(refusal) == {"disposition_not_shown"}
    assert sent_back.standing == "open"


def test_a_closing_is_confirmed_only_while_the_record_has_its_measures():
    with pytest.raises(Rejected) as refusal:
        review(taken=())

    assert codes(refusal) == {"measure_not_shown"}


def test_no_review_is_dated_before_what_it_reviews():
    with pytest.raises(Rejected) as refusal:
        review(on=date(2021, 5, 23))

    assert codes(refusal) == {"date_before_start"}


def test_a_reason_the_programme_does_not_know_is_refused():
    with pytest.raises(Rejected) as refusal:
        review(verdict="returned", reasons="退回。", return_reasons=("no_such",))

    assert codes(refusal) == {"no_such_reason"}


def test_who_confirms_gives_no_reason_for_returning():
    with pytest.raises(Rejected) as refusal:
        review(return_reasons=("no_such",))

    assert codes(refusal) == {"no_such_reason", "reasons_not_needed"}
