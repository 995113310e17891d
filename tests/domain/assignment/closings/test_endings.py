"""
A lawful ending is decided by another account at each level, and its help handed over.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.closings import closing, endings, signatures
from shared.errors import Conflict, Forbidden, Rejected
from shared.policy.current import current_policy
from shared.vocabulary import EndingState, EndingVerdict
from tests.builders import places
from tests.builders.case_papers import (
    APPLIED,
    CITY_COURT,
    COURT,
    COURTS,
    HANDED,
)
from tests.builders.facts import happened

DIRECTORY = current_policy().directory
RULES = COURTS.closing.ending
SEATS = signatures.Seats(
    {"own": DIRECTORY.office(COURT), "hub": DIRECTORY.office(CITY_COURT)},
    COURTS.hub_department,
    [(COURT, "院长")],
)
DECIDED = [
    replace(given, recorded_by=account)
    for given, account in zip(APPLIED.decisions, ("甲", "乙", "丙"), strict=True)
]
TODAY = date(2021, 6, 2)


def decide(ending, decision, standing="open", facts=()):
    how = {"standing": standing, "rules": RULES, "seats": SEATS, "today": TODAY}
    return endings.decide(ending, decision, **how, facts=facts)


def at_level(number):
    """
    The application after the levels before that one agreed.
    """
    return replace(
        APPLIED,
        state="waiting",
        level=RULES.levels[number].id,
        decisions=tuple(DECIDED[:number]),
    )


@pytest.mark.requirement("JZ-31")
@pytest.mark.parametrize("number", range(len(RULES.levels)))
def test_nobody_decides_on_an_application_of_theirs_or_at_two_levels(number):
    level, ending = RULES.levels[number], at_level(number)
    (post, *_) = SEATS.posts_of(level)
    decision = replace(DECIDED[number], post=post)
    before = [APPLIED.applied_by, *(given.recorded_by for given in DECIDED[:number])]

    for account in before:
        with pytest.raises(Forbidden, match="own_ending"):
            decide(ending, replace(decision, recorded_by=account))
    assert decide(ending, decision).decisions[-1].recorded_by == decision.recorded_by


@pytest.mark.requirement("JZ-31")
@pytest.mark.parametrize("standing", ["submitted", "resolved", "struck_off", "merged"])
def test_what_waits_of_a_case_that_is_not_open_any_more_is_only_refused(standing):
    ending = at_level(0)
    (post, *_) = SEATS.posts_of(RULES.levels[0])
    decision = replace(DECIDED[0], post=post)

    with pytest.raises(Rejected, match="not_in_this_state"):
        decide(ending, decision, standing)
    refused = replace(decision, verdict=EndingVerdict.REFUSED)
    assert decide(ending, refused, standing).state == "refused"


@pytest.mark.requirement("JZ-31")
@pytest.mark.parametrize("verdict", EndingVerdict)
@pytest.mark.parametrize("number", range(len(RULES.levels)))
@pytest.mark.parametrize("state", [*EndingState])
def test_an_application_moves_as_the_table_says_and_in_no_other_way(
    state, number, verdict
):
    # Refused at any level it is refused; granted once the last level has agreed.
    last = number == len(RULES.levels) - 1
    wanted = {
        ("waiting", EndingVerdict.AGREED): "granted" if last else "waiting",
        ("waiting", EndingVerdict.REFUSED): "refused",
    }.get((state, verdict))
    ending = replace(at_level(number), state=state)
    (post, *_) = SEATS.posts_of(RULES.levels[number])
    decision = replace(DECIDED[number], post=post, verdict=verdict)
    if wanted is None:
        with pytest.raises(Conflict, match="already_decided"):
            decide(ending, decision)
        return
    decided = decide(ending, decision)

    assert decided.state == wanted
    assert (decided.level is None) == (wanted != "waiting")


@pytest.mark.requirement("JZ-31")
def test_an_application_rests_on_files_of_the_case_where_the_programme_says_so():
    papers = (
        closing.Document("终结申报表", "卷二"),
        closing.Document("报告", "卷二", "d"),
    )

    def codes(rules):
        said = endings.application_problems("open", rules, [], papers, waits=False)
        return [(each.code, each.location) for each in said]

    assert codes(RULES) == [("document_not_filed", "/documents/0/document_id")]
    assert codes(replace(RULES, filed=False)) == []


@pytest.mark.requirement("JZ-31")
def test_no_second_application_is_made_while_one_waits_and_another_once_it_is_refused():
    def codes(*, waits):
        said = endings.application_problems(
            "open", replace(RULES, filed=False), [], (), waits=waits
        )
        return [each.code for each in said]

    assert codes(waits=True) == ["ending_waiting"]
    assert codes(waits=False) == []


@pytest.mark.requirement("JZ-31")
@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        # The first level agreed on 2021-05-25, the application is older.
        ({"on": date(2021, 5, 24)}, "date_before_start", "/on"),
        ({"post": "法官"}, "no_such_post", "/post"),
    ],
)
def test_a_level_decides_after_the_one_before_it_and_by_a_post_of_its_own(
    changes, code, place
):
    ending = at_level(1)
    (post, *_) = SEATS.posts_of(RULES.levels[1])
    decision = replace(DECIDED[1], **{"post": post, **changes})
    with pytest.raises(Rejected) as refused:
        decide(ending, decision)

    assert places(refused) == {(code, place)}


@pytest.mark.requirement("JZ-31")
def test_what_every_level_agreed_to_before_a_case_flowed_back_is_granted_no_more():
    def decision(outcome, on):
        return happened("matter.ending_decided", on, outcome=outcome)

    granted = decision("granted", date(2021, 5, 1))
    refused = decision("refused", date(2021, 5, 1))
    reopened = happened("matter.case_reopened", date(2021, 5, 20))
    again = decision("granted", date(2021, 5, 31))

    assert endings.is_granted([refused, granted])
    assert not endings.is_granted([refused])
    assert not endings.is_granted([granted, reopened])
    assert endings.is_granted([granted, reopened, again])


def before_level(number, on=date(2021, 5, 26), ending=APPLIED.id):
    step = f"{ending}/{RULES.levels[number].id}"
    return happened("matter.ending_waits", on, ending=ending, step=step)


@pytest.mark.requirement("JZ-31")
def test_what_was_applied_for_before_a_case_flowed_back_waits_no_more():
    waits = before_level(0)
    decided = happened("matter.ending_decided", date(2021, 5, 28), step=waits.step)
    reopened = happened("matter.case_reopened", date(2021, 5, 27))
    of_another = before_level(0, ending="e9")

    assert endings.ending_waits([waits])
    assert not endings.ending_waits([waits, decided])
    assert endings.ending_waits([waits, decided, before_level(1)])
    assert not endings.ending_waits([waits, reopened])
    assert not endings.ending_waits([waits, reopened, decided])
    assert endings.ending_waits([waits, reopened, of_another])


@pytest.mark.requirement("S3")
@pytest.mark.parametrize(("accused", "kept"), [(CITY_COURT, 2), ("410823900", 0)])
def test_no_ending_of_an_accusation_is_for_whom_it_accuses_to_decide(accused, kept):
    found = endings.deciders_accused(RULES, SEATS, DIRECTORY, TODAY, accused)

    assert [each.code for each in found] == ["accused_office"] * kept


@pytest.mark.requirement("S3")
@pytest.mark.parametrize(("accused", "kept"), [(COURT, True), ("410823900", False)])
def test_help_in_an_accusation_is_not_handed_over_to_whom_it_accuses(accused, kept):
    handed = replace(HANDED, to_office=COURT)
    found = endings.hand_over_problems(
        "ended", handed, HANDED.on, DIRECTORY, TODAY, accused=accused
    )

    expected = [("accused_office", "/to_office")] if kept else []
    assert [(each.code, each.location) for each in found] == expected


@pytest.mark.requirement("S3")
@pytest.mark.parametrize(
    ("accused", "code"), [(COURT, "accused_office"), (None, "office_of_directory")]
)
def test_a_unit_that_is_named_as_an_office_is_judged_as_that(accused, code):
    handed = replace(HANDED, to_office=None, unit=DIRECTORY.office(COURT).name)
    found = endings.hand_over_problems(
        "ended", handed, HANDED.on, DIRECTORY, TODAY, accused=accused
    )

    assert [(each.code, each.location) for each in found] == [(code, "/unit")]
