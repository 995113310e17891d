"""
What follows when a document is withdrawn: it shows no act and no item of a list, nobody
signs or confirms on it, and no closing counts on it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment import events
from services.assignment.domain.closings import closing, endings, signatures
from services.assignment.domain.closings import review as reviewing
from services.assignment.domain.closings.evidence import (
    documents_of,
    standing_closing,
    withdrawn_under,
)
from services.assignment.domain.closings.submission import submit
from services.assignment.domain.facts.corrected import without_withdrawn_acts
from services.assignment.domain.facts.documents import (
    filed_documents,
    withdrawn_documents,
)
from services.assignment.domain.facts.leaders import ListItemDone
from services.assignment.domain.facts.vocabulary import fact_of
from shared.errors import Refusal
from shared.policy.current import current_policy
from shared.vocabulary import EndingVerdict
from tests.builders.facts import act, happened, named, opened, received
from tests.builders.matters import Known

START = date(2021, 3, 15)
OURS, HEARINGS = "matter.document_withdrawn", "hearing.document_withdrawn"


def day(number):
    return START + timedelta(days=number)


def filed(document, on=START, service="matter"):
    return happened(f"{service}.document_filed", on, document=document)


def withdrawn(document, on, name=OURS):
    return happened(name, on, document=document, post="院长", by_office="410825900")


def courts_case():
    return Known("jiaozuo-2021").learn(
        opened(START, office="410825900", programme="jiaozuo-2021", origin="own"),
        named(START, ("410825900", "院长"), ("410800900", "副院长")),
        received(START),
    )


def meeting(case):
    (duty,) = (each for each in case.duties.values() if each.kind == "meeting")
    return duty.state


# -- acts and items


@pytest.mark.parametrize("name", [OURS, HEARINGS])
def test_an_act_whose_only_evidence_is_withdrawn_is_owed_again(name):
    case = courts_case().learn(filed("d1"), filed("d2"))
    met = act("met_petitioner", day(2), post="院长", document_ids=("d1", "d2"))
    done = meeting(case.learn(met))
    half = meeting(case.learn(withdrawn("d1", day(4), name)))
    case.learn(withdrawn("d2", day(5), name))
    last = [e for e in case.announced if isinstance(e, events.ActWithdrawn)]

    assert (done, half) == ("discharged", "discharged")
    assert meeting(case) == "open"
    assert [(e.act, e.post, e.last, e.occurred_on) for e in last] == [
        ("met_petitioner", "院长", True, day(5))
    ]
    assert case.matter.facts[last[0].record] == met


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ({"document": "温法评〔2021〕3号"}, True),
        ({"evidence": "卷一"}, True),
        ({"document": "温法评〔2021〕3号", "by_files": True}, False),
        ({"text": "已约见。"}, False),
    ],
)
def test_what_else_shows_an_act_lets_it_stand_unless_only_files_can(said, stands):
    case = courts_case().learn(filed("d1"))
    case.learn(act("met_petitioner", day(2), document_ids=("d1",), **said))
    case.learn(withdrawn("d1", day(4)))

    assert (meeting(case) == "discharged") is stands


def test_an_item_of_a_list_that_nothing_shows_any_more_is_not_done():
    shown = {"list": "four", "item": "by_law", "document_ids": ("d1",)}
    case = courts_case().learn(filed("d1"))
    case.learn(happened("matter.checklist_item_done", day(1), **shown, by_files=True))
    case.learn(happened("matter.checklist_item_done", day(1), **shown, evidence="卷一"))
    case.learn(withdrawn("d1", day(4)))
    left = without_withdrawn_acts(case.matter.facts).values()

    assert [f.evidence for f in left if isinstance(f, ListItemDone)] == ["卷一"]
    assert filed_documents(case.facts) == frozenset()


# -- closings


def test_what_shows_items_of_other_programmes_lists_bears_no_closing():
    done = "matter.checklist_item_done"
    facts = [
        filed("d1"),
        filed("d2"),
        happened(done, day(1), document_ids=("d1",), further=None),
        happened(done, day(1), document_ids=("d2",), further="meixian"),
    ]
    made = happened("matter.closing_submitted", day(2), closing="c1", documents=())
    gone = withdrawn("d2", day(3))

    assert documents_of(replace(REPORT, documents=()), facts) == ("d1",)
    assert not [*withdrawn_under(REPORT, [*facts, made, gone], "/number")]


REPORT = closing.Closing(
    id="c1",
    number="温法信〔2021〕1号",
    kind="resolved",
    concluded_on=day(8),
    submitted_on=day(8),
    dispositions=("reasonable_solve",),
    measures=("explanation",),
    narrative="已释法说理。",
    submitted_by="承办人",
    documents=(closing.Document("评查报告", "卷一", "d1"),),
)
COURTS = current_policy().programmes.get("jiaozuo-2021")
ROUTE = COURTS.closing.route_for("resolved", "county")
SEATS = signatures.Seats(
    {seat: current_policy().directory.office("410825900") for seat in ("own", "hub")},
    COURTS.hub_department,
    [("410825900", "院长")],
)


def waiting(case):
    return replace(case.matter.as_closed(), standing="submitted")


def codes(call, *arguments, **more):
    try:
        call(*arguments, **more)
    except Refusal as refusal:
        return {fault.code for fault in refusal.problems}
    return set()


def test_nobody_reports_signs_confirms_or_agrees_on_a_withdrawn_document():
    case = courts_case().learn(filed("d1"), withdrawn("d1", day(7)))
    facts, today = case.facts, day(9)
    signing = signatures.Signing("leader", "院长", today, "同意。", "410825900/院长")
    confirming = reviewing.Review("confirmed", today, "审核人")
    returning = replace(confirming, verdict="returned", reasons="材料已撤回。")
    agreed = endings.LevelDecision(
        "", "", "", "院长", EndingVerdict.AGREED, today, "同意。", "院长"
    )
    ending = endings.Ending(
        id="e1",
        number=REPORT.number,
        programme=COURTS.code,
        office="410825900",
        applied_on=START,
        grounds=(),
        statement="",
        documents=REPORT.documents,
        applied_by="承办人",
        level=None,
        decider=None,
    )
    how = {"programme": COURTS, "route": ROUTE, "facts": facts, "today": today}
    level = {"rules": COURTS.closing.ending, "seats": SEATS, "today": today}
    level["standing"] = "open"

    reported = codes(
        submit,
        case.matter.as_closed(),
        REPORT,
        programme=COURTS,
        today=today,
        facts=facts,
    )
    signed = codes(
        signatures.sign,
        *(waiting(case), REPORT, signing),
        route=ROUTE,
        seats=SEATS,
        today=today,
        facts=facts,
    )
    confirmed = codes(reviewing.review, waiting(case), REPORT, confirming, **how)
    returned = codes(reviewing.review, waiting(case), REPORT, returning, **how)
    refused = replace(agreed, verdict=EndingVerdict.REFUSED)

    assert "no_such_document" in reported
    assert "document_withdrawn" in signed
    assert "document_withdrawn" in confirmed
    assert "document_withdrawn" not in returned
    assert "document_withdrawn" in codes(
        endings.decide, ending, agreed, **level, facts=facts
    )
    assert not codes(endings.decide, ending, refused, **level, facts=facts)


def test_nobody_signs_or_confirms_if_what_a_report_stood_on_was_withdrawn():
    """
    A paper of the ending and a file of an act that words show as well: withdrawn in
    another service before it heard of the report.
    """
    shown = act("met_petitioner", day(2), document_ids=("d2",), evidence="卷一")
    case = (
        courts_case()
        .learn(filed("d2", service="hearing"), shown)
        .learn(
            happened("matter.closing_submitted", day(8), documents=("d1", "d2", "d5"))
        )
    )
    case.learn(*(withdrawn(each, day(7), HEARINGS) for each in ("d2", "d5")))
    facts, today = case.facts, day(9)
    signing = signatures.Signing("leader", "院长", today, "同意。", "410825900/院长")
    confirming = reviewing.Review("confirmed", today, "审核人")
    returning = replace(confirming, verdict="returned", reasons="材料已撤回。")
    how = {"programme": COURTS, "route": ROUTE, "facts": facts, "today": today}
    seats = {"route": ROUTE, "seats": SEATS, "today": today, "facts": facts}

    assert "document_withdrawn" in codes(
        signatures.sign, waiting(case), REPORT, signing, **seats
    )
    assert "document_withdrawn" in codes(
        reviewing.review, waiting(case), REPORT, confirming, **how
    )
    assert "document_withdrawn" not in codes(
        reviewing.review, waiting(case), REPORT, returning, **how
    )
    # The next report leaves out what was withdrawn before.
    assert documents_of(REPORT, facts) == ("d1",)


def test_an_ending_is_in_use_while_a_level_agreed_and_none_refused():
    decided = endings.LevelDecision(
        "", "", "", "院长", EndingVerdict.AGREED, START, "同意。", "承办人"
    )
    bare = endings.Ending(
        *("e1", "n", "p", "o", START, (), "", (), "承办人", None, None)
    )
    states = [
        bare,
        replace(bare, decisions=(decided,)),
        replace(bare, decisions=(decided,), state="refused"),
        replace(bare, decisions=(decided,), state=endings.GRANTED),
    ]

    def used(*, granted):
        return [states.index(e) for e in endings.in_use(states, granted=granted)]

    assert used(granted=True) == [1, 3]
    assert used(granted=False) == [1]


def closed(case, *documents):
    """
    The case is reported closed and confirmed, with these documents.
    """
    return case.learn(
        happened("matter.closing_submitted", day(8), closing="c1", documents=documents),
        happened("matter.closing_confirmed", day(9), closing="c1", documents=documents),
        happened("matter.case_resolved", day(8), confirmed_on=day(9), in_scope=True),
    )


def test_a_closing_stands_on_what_it_brings_and_on_what_shows_the_acts():
    facts = [
        act("met_petitioner", day(2), document_ids=("d2", "d3")),
        happened("matter.checklist_item_done", day(2), document_ids=("d3", "d4")),
    ]
    ending = closing.Document("终结申报表", "卷二", "d5")

    assert documents_of(REPORT, facts, ending) == ("d1", "d5", "d2", "d3", "d4")


def test_a_withdrawal_that_arrives_after_the_closing_reopens_the_case():
    case = closed(courts_case().learn(filed("d1", service="hearing")), "d1")
    before = case.matter.standing
    case.learn(withdrawn("d1", day(6), HEARINGS))
    (reopened,) = [e for e in case.announced if isinstance(e, events.CaseReopened)]

    assert (before, case.matter.standing) == ("resolved", "open")
    assert not reopened.evaluated
    # Not before the day from which the closing counted.
    assert (reopened.occurred_on, reopened.was) == (day(8), "resolved")
    assert standing_closing(case.matter.facts.values()) is None
    assert closed(case, "d2").matter.standing == "resolved"


@pytest.mark.requirement("I-31")
def test_what_is_announced_of_a_case_that_flows_back_says_whether_it_was_evaluated():
    case = closed(courts_case().learn(filed("d1", service="hearing")), "d1")
    found = {"closing": "c1", "kind": "evaluation", "verdict": "sound"}
    case.learn(happened("matter.closing_evaluated", day(11), **found))
    case.learn(withdrawn("d1", day(10), HEARINGS))
    (reopened,) = [e for e in case.announced if isinstance(e, events.CaseReopened)]

    assert (reopened.evaluated, reopened.evaluated_on) == (True, day(11))


def test_a_document_of_no_closing_is_withdrawn_from_a_closed_case():
    case = closed(courts_case().learn(filed("d1"), filed("d2")), "d1")
    case.learn(withdrawn("d2", day(10)))

    assert case.matter.standing == "resolved"


@pytest.mark.parametrize(
    ("away", "back"),
    [
        ("intake.case_merged", "intake.case_unmerged"),
        ("intake.case_withdrawn", "intake.case_reinstated"),
    ],
)
def test_a_closing_does_not_count_again_on_what_was_withdrawn_meanwhile(away, back):
    case = closed(courts_case().learn(filed("d1", service="hearing")), "d1")
    case.learn(happened(away, day(10)), withdrawn("d1", day(7), HEARINGS))
    before = case.matter.standing
    case.learn(happened(back, day(12)))
    told = [
        (event.type.partition(".")[2], event.occurred_on)
        for event in case.announced
        if event.type.partition(".")[2]
        in {"closing_withdrawn", "closing_restored", "case_reopened"}
    ]

    assert (before, case.matter.standing) == ("resolved", "open")
    assert told == [
        ("closing_withdrawn", day(10)),
        ("closing_restored", day(12)),
        ("case_reopened", day(12)),
    ]


_FILES = ("d1", "d2")
_CALLS = st.one_of(
    st.tuples(st.just("file"), st.sampled_from(_FILES)),
    st.tuples(st.just("act"), st.sampled_from(_FILES)),
    st.tuples(st.just("report"), st.sampled_from(_FILES)),
    st.tuples(st.sampled_from(["confirm", "return", "reopen"]), st.none()),
    st.tuples(st.sampled_from(["merge", "unmerge"]), st.none()),
    # That of another service may arrive long after it was accepted there.
    st.tuples(st.sampled_from(["withdraw", "arrive"]), st.sampled_from(_FILES)),
)


# What closes the case, and then lets withdrawals from other services come late.
_RIGHT = [("file", "d1"), ("file", "d2"), ("act", "d2"), ("report", "d1")]
_RIGHT += [("confirm", None), ("arrive", "d2"), ("arrive", "d1")]


class Desk:
    """
    A case of which documents are filed and withdrawn in any order, as the endpoints
    would: each call is refused or becomes facts.
    """

    def __init__(self):
        self.case, self.on, self.closings = courts_case(), START, 0
        self.report = None

    def standing(self):
        return standing_closing(self.case.matter.facts.values())

    @property
    def state(self):
        return "merged" if self.case.matter.merged else self.case.matter.standing

    def merge(self, what, _document):
        if (self.state == "merged") is (what == "unmerge"):
            self.on += timedelta(days=1)
            self.case.learn(happened(f"intake.case_{what}d", self.on))

    def take(self, what, document):
        self.on += timedelta(days=1)
        facts, stands = self.case.facts, self.standing()
        known = document in filed_documents(facts)
        state = self.state
        if what == "file" and document not in {f.get("document") for f in facts}:
            self.case.learn(filed(document, self.on))
        elif what == "act" and known:
            self.case.learn(act("met_petitioner", self.on, document_ids=(document,)))
        elif what == "report" and state == "open" and known:
            self.closings += 1
            self.report = replace(
                REPORT,
                id=f"c{self.closings}",
                documents=(closing.Document("评查报告", "卷一", document),),
            )
            acts = without_withdrawn_acts(self.case.matter.facts).values()
            self.say("closing_submitted", documents=documents_of(self.report, acts))
        elif what == "confirm" and state == "submitted":
            acts = without_withdrawn_acts(self.case.matter.facts).values()
            if not [*withdrawn_under(self.report, acts, "/number")]:
                shown = documents_of(self.report, acts)
                self.say("closing_confirmed", documents=(*stands.documents, *shown))
                self.say("case_resolved", confirmed_on=self.on, in_scope=True)
        elif what == "return" and state == "submitted":
            self.say("closing_returned")
        elif what == "reopen" and state == "resolved":
            _, event = closing.reopen(
                self.case.matter.as_closed(), on=self.on, today=self.on
            )
            self.case.learn(fact_of(event))
        elif known and what in {"withdraw", "arrive"}:
            used = stands is not None and document in stands.documents
            if what == "arrive" or not used:
                name = OURS if what == "withdraw" else HEARINGS
                self.case.learn(withdrawn(document, self.on, name))

    def say(self, name, **fields):
        fields = {"closing": self.report.id, **fields}
        known = {"case_resolved": ("confirmed_on", "in_scope")}.get(name)
        if known:
            fields = {each: fields[each] for each in known}
        self.case.learn(happened(f"matter.{name}", self.on, **fields))


@pytest.mark.requirement("PY-33", "JZ-47")
@settings(max_examples=40, deadline=None)
@given(
    calls=st.lists(_CALLS, max_size=8),
    places=st.lists(st.integers(0, 12), max_size=8),
)
def test_no_closing_counts_on_a_withdrawn_document(calls, places):
    desk, sequence = Desk(), list(_RIGHT)
    for call, place in zip(calls, places, strict=False):
        sequence.insert(place, call)
    for call in sequence:
        (desk.merge if "merge" in call[0] else desk.take)(*call)
        gone, stands = withdrawn_documents(desk.case.facts), desk.standing()
        acts = without_withdrawn_acts(desk.case.matter.facts).values()

        if desk.state == "resolved":
            assert stands is not None
            assert not gone & {*stands.documents}
        assert not [f for f in acts if {*(f.get("document_ids") or ())} & gone]
