"""
The decision on a hearing, the states of a hearing and its results.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.hearing.domain import requests
from services.hearing.domain.decisions import decide
from services.hearing.domain.hearing import State, current_decision
from services.hearing.domain.opinions import answer_opinion, give_opinion
from services.hearing.domain.requests import RequestState
from services.hearing.domain.results import end_watch, give_result
from services.hearing.events import (
    HearingDecided,
    HearingResulted,
    HearingWatchOver,
    OpinionAnswered,
)
from shared.errors import Conflict, Rejected
from shared.vocabulary import HearingDecision
from tests.builders import places
from tests.builders.hearing_states import (
    ADVISED,
    CASE,
    DECIDED,
    HELD,
    PLANNED,
    RESULTED,
    SCHEDULED,
    TERMS,
    on,
)


def deciding(earlier=None, *, case=CASE, terms=TERMS, **facts):
    return decide(
        case,
        earlier,
        terms,
        **{
            "identity": "h2",
            "decision": "hold",
            "decided_on": date(2021, 3, 5),
            "reason": "对事实认定争议较大",
            "approver_post": "检察长",
        }
        | facts,
    )


def ending(hearing=ADVISED, *, day=date(2021, 3, 17), today=date(2021, 3, 20)):
    return give_result(CASE, hearing, on(today), result_on=day, settled=True)


def test_the_result_follows_the_opinion_of_the_members():
    """
    The day of the opinion will do, the one before it not (DY-37).
    """
    later = replace(ADVISED, opinion_on=date(2021, 3, 18))
    with pytest.raises(Rejected) as refused:
        ending(later)

    assert places(refused) == {("date_before_start", "/result_on")}
    assert ending(later, day=date(2021, 3, 18))


def test_a_decision_to_hold_is_kept_and_announced():
    hearing, replaced, event = deciding()

    assert hearing.state is State.DECIDED
    assert replaced is None
    assert event == HearingDecided(
        office="410922",
        case_number=CASE.number,
        occurred_on=date(2021, 3, 5),
        programme="puyang-2020",
        in_scope=True,
        decision="hold",
        replaces="",
    )


def test_a_hearing_not_needed_also_has_its_reason():
    hearing, _, event = deciding(decision="not_needed", reason="涉及未成年人隐私")

    assert hearing.state is State.NOT_NEEDED
    assert event.decision == "not_needed"


def test_a_decision_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        deciding(decided_on=date(2021, 3, 9), reason=" ", approver_post="检察官")

    assert places(refused) == {
        ("reason_missing", "/reason"),
        ("date_in_future", "/decided_on"),
        ("approver_not_a_leader", "/approver_post"),
    }


@pytest.mark.parametrize("state", [State.DECIDED, State.NOT_NEEDED])
def test_a_new_decision_replaces_one_that_nothing_followed(state):
    hearing, replaced, event = deciding(replace(DECIDED, state=state))

    assert hearing.id == "h2"
    assert event.replaces == "hold"
    assert replaced == replace(DECIDED, state=State.REPLACED)


@pytest.mark.parametrize("under_way", [PLANNED, SCHEDULED, HELD, ADVISED])
def test_a_new_decision_waits_while_a_hearing_is_under_way(under_way):
    with pytest.raises(Conflict) as refused:
        deciding(under_way, terms=on(date(2021, 3, 20)))

    assert refused.value.code == f"hearing_{under_way.state}"


def test_after_a_result_a_new_decision_leaves_the_old_hearing_as_it_is():
    day = date(2021, 4, 1)
    hearing, earlier, event = deciding(RESULTED, decided_on=day, terms=on(day))

    assert event.replaces == ""

    assert hearing.state is State.DECIDED
    assert earlier == RESULTED


def test_the_decision_that_stands_is_the_one_under_way_else_the_last_with_a_result():
    replaced = replace(DECIDED, state=State.REPLACED, decided_on=date(2021, 5, 1))
    later = replace(RESULTED, decided_on=date(2021, 4, 1))

    assert current_decision([]) is None
    assert current_decision([replaced]) is None
    assert current_decision([later, RESULTED, replaced]) == later
    assert current_decision([later, DECIDED, replaced]) == DECIDED


def test_a_decision_is_not_older_than_the_one_it_replaces():
    with pytest.raises(Rejected) as refused:
        deciding(DECIDED, decided_on=date(2021, 3, 4))

    assert places(refused) == {("date_before_start", "/decided_on")}


def test_a_result_says_whether_the_matter_settled():
    hearing, event = ending()

    assert hearing.state is State.RESULTED
    assert event == HearingResulted(
        office="410922",
        case_number=CASE.number,
        occurred_on=date(2021, 3, 17),
        programme="puyang-2020",
        in_scope=True,
        hearing="h1",
        settled=True,
        public=True,
    )


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2021, 3, 14), "date_before_start"),
        (date(2021, 3, 21), "date_in_future"),
    ],
)
def test_a_result_before_the_sitting_or_after_today_is_refused(day, code):
    with pytest.raises(Rejected) as refused:
        ending(day=day)

    assert refused.value.code == code


@pytest.mark.parametrize("hearing", [DECIDED, SCHEDULED, HELD, RESULTED])
def test_a_result_is_given_once_and_after_the_opinion(hearing):
    with pytest.raises(Conflict) as refused:
        ending(hearing)

    assert refused.value.code == f"hearing_{hearing.state}"


def advising(hearing=HELD, *, day=date(2021, 3, 15), agreed=2):
    terms = on(date(2021, 3, 20))
    return give_opinion(
        hearing, terms, opinion_on=day, opinion="并无不当", members_agreed=agreed
    )


def adopting(hearing=ADVISED, **facts):
    body = {
        "adoption": "full",
        "adoption_on": date(2021, 3, 16),
        "approver_post": "检察长",
        "members_told_on": date(2021, 3, 17),
    }
    return answer_opinion(CASE, hearing, on(date(2021, 3, 20)), **{**body, **facts})


def test_the_members_give_their_opinion_after_the_sitting():
    advised = advising()

    assert (advised.state, advised.members_agreed) == (State.ADVISED, 2)


def test_no_more_members_share_an_opinion_than_were_there():
    with pytest.raises(Rejected) as refused:
        advising(agreed=4, day=date(2021, 3, 14))

    assert places(refused) == {
        ("more_than_present", "/members_agreed"),
        ("date_before_start", "/opinion_on"),
    }


@pytest.mark.parametrize("hearing", [ADVISED, RESULTED])
def test_an_opinion_is_answered_before_the_result_or_after(hearing):
    answered, event = adopting(hearing)

    assert answered.state is hearing.state
    assert event == OpinionAnswered(
        office="410922",
        case_number=CASE.number,
        occurred_on=date(2021, 3, 16),
        programme="puyang-2020",
        in_scope=True,
        hearing="h1",
        adoption="full",
    )
    with pytest.raises(Conflict) as refused:
        adopting(answered)
    assert refused.value.code == "already_answered"


@pytest.mark.parametrize(
    ("wrong", "code", "place"),
    [
        ({"adoption_on": date(2021, 3, 14)}, "date_before_start", "/adoption_on"),
        ({"members_told_on": date(2021, 3, 15)}, "date_before_start", None),
        ({"members_told_on": date(2021, 3, 21)}, "date_in_future", None),
    ],
)
def test_first_comes_the_opinion_then_the_decision_on_it_then_the_members_are_told(
    wrong, code, place
):
    with pytest.raises(Rejected) as refused:
        adopting(**wrong)

    assert places(refused) == {(code, place or "/members_told_on")}


@pytest.mark.parametrize("adoption", ["part", "none"])
def test_what_is_not_adopted_has_its_reason(adoption):
    with pytest.raises(Rejected) as refused:
        adopting(adoption=adoption)

    assert places(refused) == {("reason_missing", "/reason")}
    adopting(adoption=adoption, reason="与在案证据不符")


def watching(hearing=RESULTED, *, day=date(2021, 6, 15), settled=True, **changes):
    terms = on(date(2021, 7, 1))
    said = {"watch_over_on": day, "settled": settled, **changes}
    return end_watch(CASE, hearing, terms, **said)


def test_after_the_watch_it_is_seen_whether_the_matter_stayed_settled():
    watched, event = watching()

    assert (watched.state, watched.settled_for_good) == (State.WATCHED, True)
    assert isinstance(event, HearingWatchOver)
    with pytest.raises(Rejected) as refused:
        watching(day=date(2021, 6, 14))
    assert places(refused) == {("watch_not_over", "/watch_over_on")}
    with pytest.raises(Conflict):
        watching(watched)


@pytest.mark.requirement("DY-22")
def test_a_matter_that_came_again_after_its_result_did_not_stay_settled():
    again = date(2021, 4, 20)
    with pytest.raises(Rejected) as refused:
        watching(repeated_on=again)
    watched, _ = watching(repeated_on=again, settled=False)

    assert places(refused) == {("repeated_in_watch", "/settled")}
    assert watched.settled_for_good is False


def test_where_no_watch_is_ordered_none_is_over():
    terms = replace(on(date(2021, 7, 1)), watch_over=None)
    with pytest.raises(Rejected) as refused:
        end_watch(CASE, RESULTED, terms, watch_over_on=date(2021, 6, 15), settled=True)

    assert places(refused) == {("no_watch", "/watch_over_on")}


def asking(day=date(2021, 3, 1)):
    return requests.ask(
        CASE,
        identity="r1",
        role="petitioner",
        requested_on=day,
        today=date(2021, 3, 20),
        due=lambda day: None,
    )


def answering(request, decision=HearingDecision.NOT_NEEDED, **changes):
    facts = {
        "decided_on": date(2021, 3, 5),
        "told_on": date(2021, 3, 6),
        "reason": "涉及未成年人",
        **changes,
    }
    return requests.answer(request, decision=decision, today=date(2021, 3, 20), **facts)


def test_the_decision_answers_a_request_once():
    refused = answering(asking())
    granted = answering(asking(), HearingDecision.HOLD)

    assert (refused.state, granted.state) == (
        RequestState.REFUSED,
        RequestState.GRANTED,
    )
    with pytest.raises(Conflict) as again:
        answering(refused)
    assert again.value.code == "already_answered"


def test_a_request_is_answered_after_it_was_made_and_the_party_told_after_that():
    with pytest.raises(Rejected) as refused:
        answering(asking(date(2021, 3, 6)), told_on=date(2021, 3, 4))

    assert places(refused) == {
        ("date_before_start", "/decided_on"),
        ("date_before_start", "/told_on"),
    }
