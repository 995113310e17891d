"""
The life cycle of a petition from its registration to its handling (S3 .. S10).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment.domain.facts.vocabulary import VOCABULARY
from services.intake.domain.petitions import deliveries, lifecycle, steps
from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.petitions import Reply, check_registration
from services.intake.domain.petitions.step_guards import review_until
from services.intake.domain.petitions.steps import BETWEEN_OFFICES, REQUESTS
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from shared.policy.describe.programme import describe
from shared.policy.parts.words import Word
from shared.vocabulary import (
    Category,
    DeliveryOutcome,
    PetitionState,
    PetitionStep,
    ReplyKind,
    ReplyMode,
)
from tests.builders import CITY, COUNTY, NEIGHBOUR, PROVINCE, codes, places
from tests.builders.lifecycle import (
    FINALLY,
    PETITION,
    REVIEWED,
    STATED,
    STEP,
    TODAY,
    a_step,
    after,
    around,
    reviewed,
)

DISPUTED = ("objected", "objection_refused", "dispute_raised")
XINGQING = current_policy().programmes.get("xq-2020")


def directory():
    return current_policy().directory


@pytest.mark.requirement("S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10")
@pytest.mark.parametrize(
    ("steps", "state"),
    [
        (("materials_asked",), "awaiting_materials"),
        (("materials_asked", "materials_complete"), "registered"),
        (("materials_asked", "materials_complete", "accepted"), "accepted"),
        (("accepted",), "accepted"),
        (("not_accepted",), "not_accepted"),
        (("guided_out",), "guided_out"),
        (("forwarded",), "forwarded"),
        (("forwarded", "objected"), "objected"),
        (("forwarded", "objected", "objection_refused"), "forwarded"),
        (("forwarded", "objected", "taken_back"), "registered"),
        (("accepted", "handed_down"), "handed_down"),
        (("accepted", "handed_down", "objected", "taken_back"), "accepted"),
        (("handed_down", "objected", "objection_refused"), "handed_down"),
        (("handed_down", *DISPUTED), "disputed"),
        (("handed_down", *DISPUTED, "taken_back"), "registered"),
        (("accepted", "handed_down", *DISPUTED, "dispute_returned"), "accepted"),
        (("handed_down", *DISPUTED, "dispute_upheld"), "handed_down"),
        (("forwarded", *DISPUTED, "dispute_upheld"), "forwarded"),
        (("handed_down", "taken_back", "accepted"), "accepted"),
        (("handed_down", "reported"), "reported"),
        (("already_handled",), "already_handled"),
        (("unable_to_reply",), "unable_to_reply"),
    ],
)
def test_steps_lead_to_a_state(steps, state):
    assert after(*steps).state == state


@pytest.mark.requirement("S17", "S18", "S19")
@pytest.mark.parametrize(
    ("steps", "state", "to_office"),
    [
        (REVIEWED[:2], "opinion_issued", None),
        (REVIEWED[:3], "under_review", PROVINCE),
        (REVIEWED, "reviewed", PROVINCE),
        (FINALLY, "under_final_review", "640100800"),
        (
            (*FINALLY, "review_hearing_begun", "review_hearing_ended"),
            "under_final_review",
            "640100800",
        ),
        ((*FINALLY, "final_review_decided"), "finally_reviewed", "640100800"),
    ],
)
def test_an_opinion_is_reviewed_and_finally_reviewed_by_an_office_above(
    steps, state, to_office
):
    petition = after(*steps, **reviewed())

    assert (petition.state, petition.to_office) == (state, to_office)


@pytest.mark.requirement("TL-08", "TL-10")
@pytest.mark.parametrize("step", ["review_asked", "final_review_asked"])
def test_a_review_is_asked_for_within_the_days_after_the_opinion_was_served(step):
    """
    Served on 4 November: thirty days end on 4 December.
    """
    before = FINALLY[: FINALLY.index(step)]
    opinion = before[-1]
    late, last = date(2020, 12, 5), date(2020, 12, 4)
    asked = reviewed(today=late)

    for on, served, code in (
        (late, STEP, "review_late"),
        (STEP, None, "opinion_not_served"),
        (STEP, last, "opinion_not_served"),
    ):
        days = {**asked, "served": {**asked["served"], f"s-{opinion}": served}}
        with pytest.raises(Rejected) as refused:
            after(*before, a_step(step, on=on), **days)
        assert codes(refused) == [code]
    assert after(*before, a_step(step, on=last), **asked)
    done = tuple(a_step(name) for name in before)
    window = review_until(done, around(**asked))
    assert (window.step, window.until) == (step, last)
    assert review_until(done, around(**{**asked, "served": {}})) is None


def test_only_what_the_law_sends_this_way_is_reviewed_and_by_an_office_above():
    accusation = replace(PETITION, category=Category.ACCUSATION)

    def refused(*steps, petition=PETITION, **circumstances):
        with pytest.raises(Rejected) as found:
            after(*steps, petition=petition, **circumstances)
        return codes(found)

    way = REVIEWED[:2]
    assert refused(*REVIEWED[:3]) == ["not_reviewable"]
    assert refused(*REVIEWED[:3], petition=accusation, **reviewed()) == [
        "not_reviewable"
    ]
    below = a_step("review_asked", to_office=COUNTY)
    assert refused(*way, below, **reviewed()) == ["not_above"]
    own = a_step("review_asked", to_office=CITY)
    assert refused(*way, own, **reviewed()) == ["own_office"]
    again = a_step("final_review_asked", to_office=PROVINCE)
    assert refused(*REVIEWED, again, **reviewed()) == ["not_above"]


@pytest.mark.requirement("S17")
def test_an_opinion_decides_as_the_law_names_it_or_by_a_legal_document():
    rules = current_policy().programmes.get("xq-2020")
    verdicts = rules.verdicts_on(STEP, "township")

    def asked(verdict, **circumstances):
        step = a_step("opinion_issued", verdict=verdict)
        try:
            after("accepted", step, **circumstances)
        except Rejected as refused:
            return [problem.code for problem in refused.problems]
        return []

    assert [each.id for each in verdicts] == ["supported", "explained", "not_supported"]
    assert asked("explained", verdicts=verdicts) == []
    assert asked(None, verdicts=verdicts) == ["required"]
    assert asked("other", verdicts=verdicts) == ["no_such_verdict"]
    assert asked(None) == []
    assert asked("supported") == ["no_such_verdict"]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (("review_hearing_ended",), "no_hearing_running"),
        (("review_hearing_begun", "review_hearing_begun"), "hearing_running"),
        (("review_hearing_begun", "final_review_decided"), "hearing_running"),
    ],
)
def test_a_hearing_of_the_final_review_begins_and_ends_by_turns(steps, code):
    with pytest.raises(Rejected) as refused:
        after(*FINALLY, *steps, **reviewed())

    assert codes(refused) == [code]


@pytest.mark.parametrize(
    ("steps", "next_step"),
    [
        (("materials_asked",), "accepted"),
        ((), "materials_complete"),
        (("not_accepted",), "accepted"),
        (("accepted",), "not_accepted"),
        (("forwarded",), "reported"),
        ((), "objected"),
        (("handed_down",), "accepted"),
    ],
)
def test_a_step_that_is_not_possible_names_those_that_are(steps, next_step):
    with pytest.raises(Conflict) as refused:
        after(*steps, next_step)

    assert codes(refused) == ["step_not_possible"]


def test_every_state_has_its_moves_and_every_step_its_place():
    reached = {step for moves in steps.MOVES.values() for step in moves}

    assert {*steps.MOVES} == {*PetitionState}
    assert reached == {*PetitionStep}


@pytest.mark.parametrize("name", [*STATED, "materials_complete"])
def test_a_step_states_what_it_has_to_and_nothing_of_another(name):
    way = {
        "objected": ("forwarded",),
        "objection_refused": ("forwarded", "objected"),
        "dispute_raised": ("forwarded", *DISPUTED[:2]),
        "dispute_returned": ("forwarded", *DISPUTED),
        "dispute_upheld": ("forwarded", *DISPUTED),
        "taken_back": ("forwarded",),
        "reported": ("handed_down",),
        "materials_complete": ("materials_asked",),
        "opinion_issued": REVIEWED[:1],
        "review_asked": REVIEWED[:2],
        "review_decided": REVIEWED[:3],
        "final_review_asked": REVIEWED,
        "final_review_decided": FINALLY,
    }.get(name, ())
    petition = after(*way, **reviewed())
    stated = set(STATED.get(name, ()))
    empty = dict.fromkeys(stated) | {"materials": ()}
    foreign = "reason" if name != "not_accepted" else "organ"
    before = map(a_step, way or ("forwarded", "handed_down"))
    circumstances = around(earlier=tuple(before), attempts=3, **reviewed())

    step = a_step(name, **{**empty, foreign: "x"})

    with pytest.raises(Rejected) as refused:
        lifecycle.take(petition, step, circumstances)

    found = places(refused)
    needed = stated - {"to_office"} if name == "forwarded" else stated
    assert {("required", f"/{field}") for field in needed} <= found
    assert ("not_of_this_step", f"/{foreign}") in found


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (a_step("accepted", on=date(2020, 11, 1)), "date_before_start"),
        (a_step("accepted", on=date(2020, 12, 2)), "date_in_future"),
        (a_step("not_accepted", reason="dislike"), "no_such_reason"),
        (a_step("forwarded", organ="某院"), "one_receiver"),
        (a_step("forwarded", to_office=None), "one_receiver"),
        (a_step("forwarded", to_office="123456"), "no_such_office"),
        (a_step("forwarded", to_office=CITY), "own_office"),
        (a_step("handed_down", to_office="410000"), "not_below"),
        (a_step("handed_down", report_by=date(2020, 11, 3)), "date_before_start"),
        (a_step("already_handled", same_as=PETITION.number), "same_petition"),
    ],
)
def test_what_is_wrong_with_a_step_is_said(step, code):
    with pytest.raises(Rejected) as refused:
        after(step)

    assert code in codes(refused)


@pytest.mark.requirement("TL-24")
def test_materials_are_asked_for_once():
    with pytest.raises(Rejected) as refused:
        after("materials_asked", "materials_complete", "materials_asked")

    assert codes(refused) == ["materials_asked_before"]


@pytest.mark.requirement("TL-04")
def test_a_receiver_objects_within_five_working_days():
    # 2020-11-04 is a Wednesday.
    assert after("forwarded", a_step("objected", on=date(2020, 11, 11)))
    with pytest.raises(Rejected) as refused:
        after("forwarded", a_step("objected", on=date(2020, 11, 12)))

    assert codes(refused) == ["objection_late"]


def test_what_its_receiver_has_registered_does_not_come_back():
    own = f"{NEIGHBOUR}-2020-0000009"
    received = replace(after("forwarded"), received_as=own)

    for name in ("objected", "taken_back"):
        step, earlier = a_step(name), (a_step("forwarded"),)
        with pytest.raises(Rejected) as refused:
            lifecycle.take(received, step, around(earlier=earlier, worked_on=True))
        assert codes(refused) == ["already_received"]
        assert f"/petitions/{own}/withdrawals" in refused.value.problems[0].remedy


@pytest.mark.requirement("S8")
def test_only_a_refused_objection_is_disputed_and_what_is_registered_stays():
    with pytest.raises(Rejected) as early:
        after("forwarded", "dispute_raised")
    received = {"received_as": f"{NEIGHBOUR}-2020-0000009"}
    disputed = replace(after("forwarded", *DISPUTED), **received)
    steps = [a_step(name) for name in ("forwarded", *DISPUTED)]
    with pytest.raises(Rejected) as kept:
        lifecycle.take(disputed, a_step("dispute_returned"), around(earlier=steps))

    assert codes(early) == ["no_refused_objection"]
    assert codes(kept) == ["already_received"]


@pytest.mark.requirement("TL-04")
def test_a_receiver_still_objects_to_what_it_has_registered_and_not_begun_to_handle():
    received = replace(after("forwarded"), received_as=f"{NEIGHBOUR}-2020-0000009")
    earlier = (a_step("forwarded"),)

    objected, *_ = lifecycle.take(received, a_step("objected"), around(earlier=earlier))

    assert objected.state == "objected"


def has_paper(name):
    """
    Whether the petitioner gets a paper of a step: what S3 .. S10 call a notice.
    """
    without = {"already_handled", "unable_to_reply", "taken_back", "objection_refused"}
    return PetitionStep(name) not in BETWEEN_OFFICES | REQUESTS | without


def a_delivery(on, outcome="failed", step="s-accepted"):
    return Delivery(
        id=f"d-{on}",
        petition=PETITION.number,
        step=step,
        on=on,
        mode=ReplyMode.LETTER,
        outcome=DeliveryOutcome(outcome),
    )


def test_no_reply_is_impossible_without_attempts_on_three_days_or_any_way_to_reach():
    attempts = [a_delivery(date(2020, 11, day)) for day in (5, 5, 6, 9)]
    attempts.append(a_delivery(date(2020, 11, 10), "signed"))

    assert deliveries.failed_days(attempts) == 3
    assert after("unable_to_reply", attempts=3).state == "unable_to_reply"
    assert after("unable_to_reply", attempts=0, unreachable=True)
    with pytest.raises(Rejected) as refused:
        after("unable_to_reply", attempts=2)
    assert codes(refused) == ["attempts_missing"]
    assert deliveries.is_unreachable(None)
    assert deliveries.is_unreachable({"name": "甄无址"})
    assert not deliveries.is_unreachable({"name": "甄有址", "address": "某村"})


def test_what_a_step_refers_to_was_filed_with_its_petition():
    unshown = a_step("unable_to_reply", document_ids=())
    of_another = a_step("unable_to_reply", document_ids=("d1", "d2"))
    for step, code, place in [
        (unshown, "document_missing", "/document_ids"),
        (of_another, "no_such_document", "/document_ids/1"),
    ]:
        with pytest.raises(Rejected) as refused:
            after(step)
        assert places(refused) == {(code, place)}


def test_the_paper_of_a_step_is_delivered_after_the_step():
    steps = [a_step("accepted"), a_step("taken_back", on=STEP)]
    circumstances = around(earlier=steps)
    event = deliveries.deliver(PETITION, a_delivery(STEP, "refused"), circumstances, [])

    assert (event.step, event.outcome, event.occurred_on) == (
        "accepted",
        "refused",
        STEP,
    )
    for wrong, code in [
        (a_delivery(date(2020, 11, 3)), "date_before_start"),
        (a_delivery(date(2020, 12, 2)), "date_in_future"),
        (a_delivery(STEP, step="s-taken_back"), "no_such_paper"),
        (a_delivery(STEP, step="other"), "no_such_paper"),
    ]:
        with pytest.raises(Rejected) as refused:
            deliveries.deliver(PETITION, wrong, circumstances, [])
        assert codes(refused) == [code]


@pytest.mark.requirement("S5", "S10")
@pytest.mark.parametrize("name", [each for each in STATED if has_paper(each)])
def test_each_step_with_a_paper_for_the_petitioner_needs_it_and_it_is_delivered(name):
    """
    Every step of `MOVES` but those between offices, of the register alone, or that the
    petitioner takes.
    """
    step = a_step(name)
    bare = {
        problem.location
        for problem in lifecycle.faults_of(
            PETITION, replace(step, document=None), around()
        )
    }
    delivery = a_delivery(STEP, "signed", step=step.id)
    told = deliveries.deliver(PETITION, delivery, around(earlier=[step]), [])

    assert "/document" in bare
    assert told.step == name


def test_it_is_tried_in_vain_to_give_a_reply_before_there_is_a_step():
    call = replace(a_delivery(STEP, step=None), reply=ReplyKind.PROCEDURAL)
    deliveries.attempt(PETITION, call, [], TODAY)
    days = [replace(call, on=STEP + timedelta(days=each)) for each in (0, 1, 2)]

    assert deliveries.failed_days(days) == 3
    assert deliveries.served(days) == {}
    for wrong, code in [
        (replace(call, on=date(2020, 11, 1)), "date_before_start"),
        (replace(call, outcome=DeliveryOutcome.SIGNED), "reply_reached"),
    ]:
        with pytest.raises(Rejected) as refused:
            deliveries.attempt(PETITION, wrong, [], TODAY)
        assert codes(refused) == [code]


@pytest.mark.parametrize("state", ["forwarded", "reported", "unable_to_reply"])
def test_no_reply_is_tried_once_none_is_owed_any_more(state):
    call = replace(a_delivery(STEP, step=None), reply=ReplyKind.RESULT)
    ended = replace(PETITION, state=PetitionState(state))
    with pytest.raises(Rejected) as refused:
        deliveries.attempt(ended, call, [], TODAY)

    assert codes(refused) == ["no_reply_owed"]


@pytest.mark.parametrize(
    ("kind", "days_before", "refusals"),
    [
        ("procedural", 1, ["already_replied"]),
        ("result", 1, ["already_replied"]),
        ("result", 0, []),
        ("result", -1, []),
        ("progress", 1, []),
    ],
)
def test_what_was_told_once_is_not_tried_in_vain_afterwards(
    kind, days_before, refusals
):
    """
    An attempt before the reply is recorded late, too; it is tried to tell of the
    progress more than once.
    """
    call = replace(a_delivery(STEP, step=None), reply=ReplyKind(kind))
    told = Reply(
        id="a1",
        petition=PETITION.number,
        replied_on=STEP - timedelta(days=days_before),
        kind=ReplyKind(kind),
        mode=ReplyMode.PHONE,
        outcome=None,
        summary="",
    )
    found = []
    for record in (
        lambda: deliveries.attempt(PETITION, call, [told], TODAY),
        lambda: deliveries.correct_attempt(PETITION, call, call, [told], TODAY),
    ):
        try:
            record()
        except Rejected as refused:
            found += [problem.code for problem in refused.problems]

    assert found == refusals * 2


@pytest.mark.parametrize(
    ("name", "to_office"), [("forwarded", COUNTY), ("handed_down", COUNTY)]
)
def test_an_accusation_is_not_passed_on_to_whom_it_accuses(name, to_office):
    accusing = replace(PETITION, accused_office=to_office)
    elsewhere = replace(PETITION, accused_office=NEIGHBOUR)

    with pytest.raises(Rejected) as refused:
        after(a_step(name, to_office=to_office), petition=accusing)

    assert codes(refused) == ["accused_office"]
    assert after(a_step(name, to_office=to_office), petition=elsewhere)


def test_an_accusation_is_registered_neither_by_whom_it_accuses_nor_below():
    policy = current_policy()
    body = {
        "received_on": STEP,
        "category": "accusation",
        "channel": "letter",
        "case_kind": "complaint",
    }

    def registered(office, accused, **changes):
        check_registration(
            {**body, "accused_office": accused, **changes},
            policy.programmes.get("puyang-2020").words,
            TODAY,
            policy.directory.office(office),
            policy.directory,
        )

    registered(CITY, COUNTY)
    registered(NEIGHBOUR, COUNTY)
    for office, accused, code in [
        (COUNTY, COUNTY, "accused_office"),
        (COUNTY, CITY, "accused_office"),
        (CITY, "123456", "no_such_office"),
    ]:
        with pytest.raises(Rejected) as refused:
            registered(office, accused)
        assert codes(refused) == [code]
    with pytest.raises(Rejected) as refused:
        registered(CITY, COUNTY, category="claim")
    assert codes(refused) == ["not_an_accusation"]


def test_the_lineage_of_an_office_is_itself_and_those_above():
    lineage = current_policy().directory.lineage(COUNTY, STEP)

    assert lineage == (COUNTY, CITY, PROVINCE)


@pytest.mark.requirement("TL-51")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"persons": 4}, []),
        ({"persons": 5}, ["required"]),
        ({"persons": 5, "representatives": 5}, []),
        ({"persons": 9, "representatives": 6}, ["too_many_representatives"]),
        ({"persons": 9, "channel": "letter"}, []),
        ({"persons": 4, "representatives": 2}, ["not_a_group_visit"]),
        (
            {"persons": 9, "channel": "letter", "representatives": 2},
            ["not_a_group_visit"],
        ),
    ],
)
def test_of_a_group_visit_it_is_asked_how_many_represent_it(said, expected):
    if not expected:
        register(**said)
        return
    with pytest.raises(Rejected) as refused:
        register(**said)
    assert codes(refused) == expected


def test_a_group_visit_is_called_as_the_programme_calls_its_channel():
    channels = (Word("visit", "走访", ""),)
    with pytest.raises(Rejected) as refused:
        register(channels, channel="走访", persons=5)

    (problem,) = refused.value.problems
    assert problem.detail.startswith("5 人以上走访为集体访")
    called = replace(XINGQING, channels=channels)
    assert "5 人以上走访为集体访" in describe(called, directory(), VOCABULARY)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"received_on": date(1920, 11, 4)}, "date_too_early"),
        ({"persons": 1, "members": [{"name": "甄联名"}]}, "fewer_persons_than_named"),
    ],
)
def test_the_counter_is_as_strict_as_a_ledger(said, code):
    with pytest.raises(Rejected) as refused:
        register(earliest=date(1949, 10, 1), **{"channel": "letter", **said})

    assert codes(refused) == [code]


def register(channels=(), earliest=None, **said):
    body = {
        "received_on": STEP,
        "category": "claim",
        "channel": "visit",
        "case_kind": "申诉求决类",
        **said,
    }
    check_registration(
        body,
        XINGQING.words | ({"channel": channels} if channels else {}),
        TODAY,
        directory().office("640104002"),
        directory(),
        group_visits=XINGQING.group_visits_on(STEP, "township"),
        earliest=earliest,
    )


@pytest.mark.requirement("TL-08", "TL-10")
def test_no_later_record_makes_a_review_that_was_asked_for_one_too_late():
    """
    The opinion was served on 4 November, and the review asked for on 4 December, the
    last of thirty days; a service the day before would make that a day too late.
    """
    asked = date(2020, 12, 4)
    steps = [*map(a_step, REVIEWED[:2]), a_step("review_asked", on=asked)]
    told = [a_delivery(STEP, "signed", step="s-opinion_issued")]
    early = a_delivery(STEP - timedelta(days=1), "signed", step="s-opinion_issued")
    again = a_delivery(asked, "signed", step="s-opinion_issued")
    steps[1] = replace(steps[1], on=early.on)
    circumstances = around(earlier=steps, **reviewed(today=asked))

    def deliver(delivery):
        return deliveries.deliver(PETITION, delivery, circumstances, told)

    with pytest.raises(Rejected) as refused:
        deliver(early)

    assert places(refused) == {("review_late", "/on")}
    assert deliver(again).occurred_on == asked
    assert deliver(replace(early, outcome=DeliveryOutcome.FAILED))


@pytest.mark.requirement("PY-18", "PY-24")
@pytest.mark.parametrize(
    ("state", "level", "programme", "origin"),
    [
        (PetitionState.HANDED_DOWN, "city", "puyang-2020", "handed_by_city"),
        (PetitionState.HANDED_DOWN, "province", "puyang-2020", "handed_by_province"),
        (PetitionState.HANDED_DOWN, "county", "xq-2020", "handed_by_district"),
        # No such origin there, or only forwarded: as it came, else its own.
        (PetitionState.HANDED_DOWN, "county", "puyang-2020", "province_screened_visit"),
        (PetitionState.FORWARDED, "city", "puyang-2020", "province_screened_visit"),
        (PetitionState.FORWARDED, "city", "jiaozuo-2021", None),
    ],
)
def test_what_is_handed_down_comes_from_who_handed_it_down(
    state, level, programme, origin
):
    """
    A-46: whatever its first origin, as a batch of the city's.
    """
    there = current_policy().programmes.get(programme)
    first = {"programme": "puyang-2020", "origin": "province_screened_visit"}
    passed = replace(PETITION, state=state, **first)
    found = lifecycle.origin_at_receiver(passed, there, level)

    assert found == (origin or there.own_origin.id)
