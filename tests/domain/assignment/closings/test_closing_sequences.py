"""
Whatever is sent in whatever order: nothing counts as resolved without its evidence and
signatures, nobody signs for another, and a case that is struck off owes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment import events
from services.assignment.domain.closings import closing, review, signatures
from services.assignment.domain.closings import standard as standards
from shared.errors import Refusal
from shared.policy.current import current_policy
from tests.builders import facts
from tests.builders.facts import happened, named, registered
from tests.builders.matters import Known

ON = date(2021, 4, 9)
COURTS = current_policy().programmes.get("jiaozuo-2021")
ROUTE = COURTS.closing.route_for("resolved", "county")
SEATS = signatures.Seats(
    {
        name: current_policy().directory.office(code)
        for name, code in {
            "own": "410825900",
            "hub": "410800900",
            "upper": "410800900",
        }.items()
    },
    COURTS.hub_department,
    [("410825900", "院长")],
)
CASE = closing.ClosingCase(
    number="温法信〔2021〕1号",
    office="410825900",
    programme=COURTS.code,
    in_scope=True,
    standing="submitted",
    opened_on=date(2021, 3, 15),
    merged=False,
    hearing_decided=True,
    led=True,
)
NAMES = ("评查报告", "息诉材料", "化解方案")
SIGNERS = [signer.id for signer in ROUTE.signers]
POSTS = sorted({post for each in SEATS.offices.values() for post in each.posts})
ITEMS = [item.id for item in COURTS.closing.checklist]
OWN, HUB, PAGE = "410825900", "410800900", "签字页"
REPORTER = f"{OWN}/承办人"
ACCOUNTS = [REPORTER, f"{OWN}/院长", f"{HUB}/院长", f"{HUB}/局长", f"{HUB}/副院长"]
CALLS = st.one_of(
    st.tuples(
        st.just("sign"),
        st.sampled_from(SIGNERS),
        st.sampled_from(POSTS),
        st.sampled_from(ACCOUNTS),
        st.sampled_from([None, None, PAGE]),
    ),
    st.tuples(
        st.just("review"),
        st.lists(st.sampled_from(ITEMS), unique=True),
        st.sampled_from(NAMES),
    ),
)
# Mostly what is right, so that some sequences come to an end.
RIGHT = [
    ("sign", signer, "院长", f"{office}/院长", None)
    for signer, office in (
        ("leader", OWN),
        ("president", OWN),
        ("upper_president", HUB),
    )
]
RIGHT += [("sign", "bureau", "信访局局长", f"{HUB}/局长", None)]
RIGHT += [("sign", "group", "副院长", f"{HUB}/副院长", None)]
RIGHT += [("review", ["evaluated", "both_settled", "trail"], NAMES[0])]
FACTS = (happened("matter.document_filed", ON, document=PAGE),)


def taken(report, call):
    """
    The report after a call, and what was announced.
    """
    try:
        if call[0] == "sign":
            _, which, by, account, page = call
            signed = signatures.sign(
                CASE,
                report,
                signatures.Signing(which, by, ON, "同意。", account, page),
                route=ROUTE,
                seats=SEATS,
                today=ON,
                facts=FACTS,
            )
            return replace(report, signatures=(*report.signatures, signed)), ()
        _, which, by = call
        ticks = tuple(standards.Checked(item, (by,)) for item in which)
        decision = review.Review("confirmed", ON, "审核人", ticks)
        _, report, told = review.review(
            CASE,
            report,
            decision,
            programme=COURTS,
            route=ROUTE,
            facts=FACTS,
            today=ON,
        )
    except Refusal:
        return report, ()
    return report, told


@pytest.mark.requirement("JZ-32", "PY-33")
@settings(max_examples=60, deadline=None)
@given(
    brought=st.sets(st.sampled_from(NAMES)),
    calls=st.lists(CALLS, max_size=6),
    places=st.lists(st.integers(0, 6), max_size=6),
)
def test_nothing_is_resolved_without_its_evidence_and_every_signature(
    brought, calls, places
):
    sequence = list(RIGHT)
    for call, place in zip(calls, places, strict=False):
        sequence.insert(place, call)
    report = closing.Closing(
        id="c1",
        number=CASE.number,
        kind="resolved",
        concluded_on=ON,
        submitted_on=ON,
        dispositions=("reasonable_solve",),
        measures=("explanation",),
        narrative="已释法说理。",
        submitted_by=REPORTER,
        documents=tuple(closing.Document(name, "卷一") for name in brought),
        standard=standards.standard_on(COURTS.closing, "resolved", ON),
    )
    resolved = False
    for call in sequence:
        report, told = taken(report, call)
        given_by = [each.signer for each in report.signatures]
        resolved = resolved or any(isinstance(e, events.CaseResolved) for e in told)

        assert given_by == SIGNERS[: len(given_by)]
        for signer, signature in zip(ROUTE.signers, report.signatures, strict=False):
            assert signature.post in SEATS.posts_of(signer)
        by_hand = [each for each in report.signatures if not each.document_id]
        persons = {(each.recorded_by, each.office, each.post) for each in by_hand}
        accounts = {account for account, *_ in persons}

        assert REPORTER not in accounts
        assert len(persons) == len(accounts)
    if resolved:
        ticked = {tick.item for tick in report.checklist if tick.documents}

        assert given_by == SIGNERS
        assert ticked == {i.id for i in report.standard if i.mandatory}
        assert {"评查报告", "息诉材料"} <= brought


def test_a_post_that_nobody_holds_is_not_signed_for():
    office = SEATS.offices["hub"]
    posts = {title: post for title, post in office.posts.items() if not post.chief}
    vacant = replace(
        SEATS, offices={**SEATS.offices, "hub": replace(office, posts=posts)}
    )

    assert vacant.posts_of(ROUTE.signers[2]) == ()


@pytest.mark.requirement("XQ-14")
@settings(max_examples=25, deadline=None)
@given(
    days=st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True),
    later=st.lists(st.integers(1, 60), max_size=3),
)
def test_a_case_that_is_struck_off_owes_nothing_and_restored_what_it_owed(days, later):
    start = date(2020, 11, 20)
    matter = Known("puyang-2020").learn(facts.opened(start))
    owed = {duty.id for duty in matter.duties.values() if not duty.closed}
    happenings = [
        ("matter.case_struck_off", "matter.case_restored")[n % 2]
        for n in (range(len(days)))
    ]
    for name, day in zip(happenings, sorted(days), strict=True):
        matter.learn(happened(name, start + timedelta(days=day)))
    for day in later:
        received = start + timedelta(days=day)
        matter.learn(happened("matter.closing_submitted", received, closing=str(day)))
    still = {duty.id for duty in matter.duties.values() if not duty.closed}

    assert owed <= still if len(days) % 2 == 0 else not still


def test_the_answer_to_a_petition_is_owed_though_its_case_is_struck_off():
    start = date(2020, 11, 20)
    matter = Known("puyang-2020").learn(
        registered(start),
        facts.opened(start),
        named(start, ("410922", "检察长")),
        happened("matter.case_struck_off", start),
    )
    still = {duty.kind for duty in matter.duties.values() if not duty.closed}

    assert still == {"procedural_reply", "three_month_answer"}
