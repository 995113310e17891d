"""
A case of one programme is judged by another, enrolled in it, and withdrawn (PY-60).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.intake.domain.cases.cases import (
    CountedRepeat,
    no_repeat,
    open_case,
    repeated,
)
from services.intake.domain.cases.enrolling import (
    enrol,
    leave_outside,
    withdraw_enrolment,
)
from services.intake.domain.cases.judging import judge, row_in
from services.intake.domain.cases.merging import merge, unmerge
from services.intake.domain.corrections.case_corrections import (
    correct_case,
    withdraw_case,
)
from shared.errors import NotFound, Rejected
from shared.policy.current import current_policy
from shared.policy.parts.scope import Scope
from shared.policy.parts.words import Word
from shared.policy.programme import Programme
from shared.policy.programmes import Programmes
from tests.builders import COUNTY, NEIGHBOUR, codes

DAY = timedelta(days=1)
OPENED, SINCE, TODAY = date(2020, 11, 2), date(2020, 11, 4), date(2020, 11, 20)
POLICY = current_policy()
HOME = POLICY.programmes.get("puyang-2020")
FURTHER: Programme = replace(
    HOME, code="further", hub="410000", scope=Scope(HOME.scope.clauses[:1])
)
ROW = {
    "case_no": "清检控申〔2020〕1号",
    "reported_on": OPENED.isoformat(),
    "case_kind": "complaint",
    "origin": "own_screening",
    "difficulty": "hard",
    "scope_class": 4,
    "repeats_in_window": 3,
    "upper_leader_post": "检察长",
    "leader_post": "副检察长",
}
CASE, _ = open_case(ROW, office=COUNTY, programme=HOME)


def judged(case=CASE, row=ROW, programme=FURTHER, on=SINCE, **stated):
    return judge(case, row, stated, home=HOME, programme=programme, on=on)


def enrolled(case=CASE, programme=FURTHER, on=SINCE, known=(), **stated):
    found = judged(case, programme=programme, on=on, **stated)
    return enrol(
        case, found, programme, POLICY.directory, on=on, today=TODAY, repeats=known
    )


def a_repeat(on):
    return CountedRepeat(petition="p", case_number=CASE.number, on=on, counted=False)


def faults(**asked):
    with pytest.raises(Rejected) as refused:
        enrolled(**asked)
    return codes(refused)


def test_a_case_stands_in_a_further_programme_as_if_it_had_been_opened_there():
    case, event = enrolled()

    (standing,) = case.further
    assert (standing.programme, standing.since, standing.repeats) == (
        "further",
        SINCE,
        3,
    )
    assert (event.programme, event.own_programme) == ("further", "puyang-2020")
    assert (event.occurred_on, event.in_scope, event.failing) == (SINCE, True, ())
    # What the ledger says of the hub's leader is of the campaign's hub, and its class
    # of the scope is of the campaign.
    assert event.leaders == ((COUNTY, "副检察长"),)
    assert event.scope_class is None
    assert replace(case, enrolments=()) == CASE


def test_what_the_further_programme_counts_otherwise_is_stated():
    case, event = enrolled(repeats_in_window=1, origin="省院交办")

    assert (case.further[0].repeats, case.further[0].origin) == (
        1,
        "handed_by_province",
    )
    assert event.handed


def test_every_reason_against_it_is_named_at_once():
    strict = replace(FURTHER, scope=HOME.scope, offices_root="990000")
    row = {**ROW, "case_kind": "report", "scope_class": None}
    with pytest.raises(Rejected) as refused:
        enrol(
            CASE,
            judged(row=row, programme=strict, on=OPENED - DAY, origin="天外"),
            strict,
            POLICY.directory,
            on=OPENED - DAY,
            today=OPENED - 2 * DAY,
        )

    assert {*codes(refused)} == {
        "office_outside_programme",
        "date_in_future",
        "date_before_start",
        "not_in_list",
        "out_of_scope",
        "scope_undecided",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"closed_as": "resolved"},
        {"merged_into": "另案"},
        {"withdrawn_on": SINCE},
    ],
)
def test_only_a_case_that_is_open_is_enrolled_or_withdrawn(changes):
    assert faults(case=replace(CASE, **changes)) == ["case_not_open"]
    case, _ = enrolled()
    with pytest.raises(Rejected) as refused:
        withdraw_enrolment(replace(case, **changes), "further", on=SINCE, today=TODAY)
    assert codes(refused) == ["case_not_open"]


def test_a_case_stands_in_a_programme_once_at_a_time_and_never_in_its_own():
    case, _ = enrolled()

    assert faults(case=case) == ["already_enrolled"]
    assert "own_programme" in faults(programme=HOME)


def test_a_case_is_enrolled_again_from_the_day_on_which_it_left():
    left, first = withdraw_enrolment(
        enrolled()[0], "further", on=SINCE + 2 * DAY, today=TODAY
    )
    case, event = enrolled(case=left, on=SINCE + 2 * DAY, origin="省院交办")
    gone, second = withdraw_enrolment(case, "further", on=SINCE + 3 * DAY, today=TODAY)

    assert faults(case=left, on=SINCE + DAY) == ["date_before_start"]
    assert [each.since for each in case.further] == [SINCE + 2 * DAY]
    assert (event.period, event.origin) == (2, "handed_by_province")
    assert (first.period, second.period) == (1, 2)
    assert [each.withdrawn_on for each in gone.enrolments] == [
        SINCE + 2 * DAY,
        SINCE + 3 * DAY,
    ]


def test_what_a_case_counts_by_there_it_counts_by_on_the_day_of_its_enrolment():
    moved = replace(CASE, moved_on=SINCE + 2 * DAY)
    unmerged = replace(CASE, unmerged_on=SINCE + 3 * DAY)

    assert faults(known=[a_repeat(SINCE + DAY)]) == ["before_last_repeat"]
    assert faults(case=moved) == ["before_last_move"]
    assert faults(case=unmerged) == ["before_it_counted_again"]
    assert enrolled(case=moved, on=SINCE + 2 * DAY)
    assert enrolled(known=[a_repeat(SINCE)])


def test_a_number_of_repeats_is_stated_no_lower_than_the_register_knows():
    known = [a_repeat(OPENED), a_repeat(SINCE)]

    assert faults(known=known, repeats_in_window=1) == ["repeats_below_known"]
    assert enrolled(known=known, repeats_in_window=2)[0].further[0].repeats == 2


def test_what_a_case_counted_by_there_it_counted_by_on_the_day_on_which_it_left():
    case, _ = enrolled()
    more, _ = repeated(
        case, SINCE + 2 * DAY, counted=False, also=["further"], received_on=SINCE
    )
    moved = replace(case, moved_on=SINCE + 2 * DAY)

    for each, code in ((more, "before_last_repeat"), (moved, "before_last_move")):
        with pytest.raises(Rejected) as refused:
            withdraw_enrolment(each, "further", on=SINCE + DAY, today=TODAY)
        assert codes(refused) == [code]
        withdraw_enrolment(each, "further", on=SINCE + 2 * DAY, today=TODAY)


def corrected_to(row, case, programme=FURTHER, on=SINCE + DAY):
    programmes = Programmes((HOME, programme))
    return leave_outside(
        case, row, programmes, on=on, completed=lambda said, _programme: said
    )


def test_a_corrected_case_leaves_the_programme_whose_scope_it_meets_no_more():
    case, _ = enrolled()
    late = replace(case, moved_on=SINCE + 4 * DAY)
    outside = {**ROW, "case_kind": "report"}

    same, nothing = corrected_to({**ROW, "repeats_in_window": 9}, case)
    left, (leaving,) = corrected_to(outside, case)
    _, (later,) = corrected_to(outside, late)

    assert (same, nothing) == (case, ())
    assert left.further == ()
    assert (leaving.event.programme, leaving.event.occurred_on) == (
        "further",
        SINCE + DAY,
    )
    assert (leaving.event.repeats, leaving.event.period) == (3, 1)
    assert FURTHER.scope.clauses[0].text in leaving.reason
    assert later.event.occurred_on == SINCE + 4 * DAY
    for over in ({"closed_as": "resolved"}, {"merged_into": "另案"}):
        assert corrected_to(outside, replace(case, **over))[1] == ()


def test_a_corrected_case_is_judged_there_by_what_was_stated_for_that_programme():
    strict = replace(FURTHER, scope=HOME.scope)
    opinions = [{"organ": "procuratorate", "final": True, "document": "一号"}]
    said = {"scope_class": 4, "prior_opinions": opinions}
    row = {**ROW, "accepted_on": "2019-05-06", "last_petition_on": "2020-03-02"}
    case, _ = enrol(
        CASE,
        judged(row=row, programme=strict, **said),
        strict,
        POLICY.directory,
        on=SINCE,
        today=TODAY,
    )

    assert case.further[0].stated == {
        "scope_class": 4,
        "prior_opinions": [{"organ": "procuratorate", "final": True}],
    }
    assert corrected_to(row, case, strict)[1] == ()
    late = {**row, "accepted_on": "2020-09-01"}
    assert [e.event.programme for e in corrected_to(late, case, strict)[1]] == [
        "further"
    ]


def test_the_day_of_acceptance_is_the_one_that_the_further_programme_counts():
    """
    Accepted twice, after the window of Puyang (PY-06) by the ledger and in it by the
    register: a case of the further programme that has this window.
    """
    strict = replace(FURTHER, scope=HOME.scope)
    said = {
        "scope_class": 4,
        "prior_opinions": [{"organ": "procuratorate", "final": True}],
    }
    row = {**ROW, "accepted_on": "2020-09-01", "last_petition_on": "2020-03-02"}

    def failing(**stated):
        found = judged(row=row, programme=strict, **said, **stated)
        return [clause.id for clause in found.proposal.failing], found.stated

    late, kept = failing()
    in_time, kept_with_day = failing(accepted_on="2019-05-06")
    assert len(late) == len(in_time) + 1
    assert (kept.get("accepted_on"), kept_with_day["accepted_on"]) == (
        None,
        "2019-05-06",
    )


def test_a_ledger_there_has_the_words_of_the_programme_and_none_of_another():
    case, _ = enrolled()
    topics = (Word("houses", "烂尾楼", ""),)
    there = Programmes((HOME, replace(FURTHER, topics=topics)))

    def seen(**row):
        return row_in(case, {**ROW, **row}, there.get("further"), there)[1]

    home = seen(topic="烂尾楼", case_kind="天外")
    assert (home["topic"], home["case_kind"]) == ("houses", None)
    assert (seen(topic="land")["topic"], "topic" in seen()) == (None, False)
    assert seen()["case_kind"] == "complaint"


def test_an_enrolment_is_withdrawn_no_earlier_than_it_began():
    case, _ = enrolled()

    gone, event = withdraw_enrolment(case, "further", on=SINCE + DAY, today=TODAY)

    assert (gone.further, gone.enrolments[0].withdrawn_on) == ((), SINCE + DAY)
    assert (event.repeats, event.origin, event.occurred_on) == (
        3,
        "own_screening",
        SINCE + DAY,
    )
    with pytest.raises(Rejected) as refused:
        withdraw_enrolment(case, "further", on=SINCE - DAY, today=TODAY)
    assert codes(refused) == ["date_before_start"]
    with pytest.raises(NotFound):
        withdraw_enrolment(gone, "further", on=SINCE + DAY, today=TODAY)


def test_each_programme_counts_the_repeats_of_its_own_days():
    case, _ = enrolled()

    more, event = repeated(
        case, SINCE + DAY, counted=False, also=["further"], received_on=SINCE
    )

    assert (more.repeats, more.further[0].repeats) == (3, 4)
    assert (event.counted, event.also) == (False, ("further",))
    (there,) = event.enrolled
    assert (there.repeats_before, there.repeats) == (3, 4)
    repeat = CountedRepeat(
        petition="p",
        case_number=case.number,
        on=SINCE + DAY,
        counted=False,
        also=("further",),
    )
    fewer, back = no_repeat(more, repeat, SINCE + 2 * DAY, received_on=SINCE)
    assert fewer.further[0].repeats == 3
    assert fewer.further[0].changed_on == SINCE + 2 * DAY
    assert back.also == ("further",)


def test_what_is_done_to_the_case_says_what_it_counts_by_in_each_programme():
    case, _ = enrolled()
    other = replace(case, number="另案")

    merged, away = merge(case, other, on=SINCE, today=TODAY)
    _, back = unmerge(merged, on=SINCE + DAY, today=TODAY)
    _, withdrawn = withdraw_case(
        case, on=SINCE, today=TODAY, cause="registered_by_mistake", same_as=None
    )
    corrected = correct_case(
        case,
        ROW,
        {**ROW, "repeats_in_window": 5},
        HOME,
        on=SINCE + DAY,
        completed=lambda row, _programme: dict(row),
    )

    for event in (away, back, withdrawn):
        assert [(each.programme, each.repeats) for each in event.enrolled] == [
            ("further", 3)
        ]
    assert corrected.case.further[0].repeats == 5
    assert [
        (each.repeats_before, each.repeats) for each in corrected.event.enrolled
    ] == [(3, 5)]


def test_a_case_is_merged_only_into_one_that_stands_in_its_further_programmes():
    case, _ = enrolled()
    other = replace(CASE, number="另案")
    there = replace(other, enrolments=case.enrolments)
    left, _ = withdraw_enrolment(there, "further", on=SINCE, today=TODAY)

    for into in (other, left):
        with pytest.raises(Rejected) as refused:
            merge(case, into, on=SINCE, today=TODAY)
        assert codes(refused) == ["not_enrolled_there"]
    assert merge(case, there, on=SINCE, today=TODAY)
    assert merge(other, case, on=SINCE, today=TODAY)


@pytest.mark.requirement("PY-60")
def test_a_case_is_not_taken_off_on_a_day_before_it_was_enrolled_again():
    """
    It left on SINCE + 1 and stands there again from SINCE + 4 on.
    """
    left, _ = withdraw_enrolment(enrolled()[0], "further", on=SINCE + DAY, today=TODAY)
    case, _ = enrolled(case=left, on=SINCE + 4 * DAY)
    other = replace(case, number="另案")
    cause = {"cause": "registered_by_mistake", "same_as": None}

    def withdrawn(case, on):
        return withdraw_case(case, on=on, today=TODAY, **cause)[0]

    def merged(case, on):
        return merge(case, other, on=on, today=TODAY)[0]

    for taken_off in (withdrawn, merged):
        with pytest.raises(Rejected) as refused:
            taken_off(case, SINCE + 2 * DAY)
        assert codes(refused) == ["before_enrolled_again"]
        assert taken_off(case, SINCE + 4 * DAY)
    assert withdrawn(left, SINCE + 2 * DAY)


def test_of_a_case_that_moved_the_old_row_names_nobody_of_the_new_office():
    said = {"department": "第五检察部", "team": "专班", "contact": "内线"}
    row = {**ROW, **said, "handler_post": "检察官", "responsible_post": "主任"}
    moved_case = replace(CASE, office=NEIGHBOUR, had_by=(COUNTY,))

    stayed = judged(row=row).opened
    moved = judged(moved_case, row=row).opened

    assert (stayed.leaders, stayed.team) == (((COUNTY, "副检察长"),), "专班")
    assert (moved.office, moved.leaders) == (NEIGHBOUR, ())
    people = ("department", "handler_post", "team", "responsible_post", "contact")
    assert {getattr(moved, name) for name in people} == {None}
    assert moved.difficulty == stayed.difficulty


@pytest.mark.parametrize(
    ("had_by", "changed", "leaders"),
    [
        ((), "upper_leader_post", (("410900", "副检察长"),)),
        ((), "leader_post", ((COUNTY, "检察长"),)),
        ((NEIGHBOUR,), "upper_leader_post", (("410900", "副检察长"),)),
        ((NEIGHBOUR,), "leader_post", ((COUNTY, "检察长"),)),
    ],
)
def test_a_correction_states_the_leader_that_it_names_and_no_other(
    had_by, changed, leaders
):
    """
    Of a moved case, too, not who led it at the office before (PY-24).
    """
    named = {"upper_leader_post": "副检察长", "leader_post": "检察长"}
    corrected = correct_case(
        replace(CASE, had_by=had_by),
        ROW,
        {**ROW, changed: named[changed]},
        HOME,
        on=SINCE + DAY,
        completed=lambda row, _programme: dict(row),
    )

    assert corrected.event.changed == ("leaders",)
    assert corrected.event.leaders == leaders
