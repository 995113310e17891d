"""
The counter: what is in scope, what may be merged, which replies may be recorded.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from services.intake.casework.importing.line import content_of
from services.intake.domain.cases.cases import Case, open_case
from services.intake.domain.cases.merging import merge, unmerge
from services.intake.domain.corrections.case_corrections import (
    reinstate_case,
    withdraw_case,
)
from services.intake.domain.petitions.petitions import Petition, Reply, reply
from services.intake.domain.words import titles_of
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from shared.vocabulary import ReplyMode
from tests.builders import codes, places

TODAY = date(2021, 3, 1)
CASE = Case(
    number="清检信〔2020〕0001号",
    office="410922",
    programme="puyang-2020",
    opened_on=date(2020, 11, 13),
    track="campaign",
    in_scope=True,
    failing=(),
    repeats=3,
    origin="own_screening",
    case_kind="criminal_appeal_procuratorate",
)
OTHER = replace(CASE, number="濮检交〔2020〕3号-01")
ROW = {
    "case_no": CASE.number,
    "reported_on": "2020-11-13",
    "accepted_on": "2018-05-02",
    "first_petition_on": "2018-04-20",
    "last_petition_on": "2020-05-06",
    "origin": "own_screening",
    "case_kind": "criminal_appeal_procuratorate",
    "scope_class": 2,
    "difficulty": "hard",
    "repeats_in_window": 3,
    "prior_opinions": [{"organ": "procuratorate", "final": False}],
    "resolve_by": "2021-06-30",
    "leader_post": "检察长",
    "department": "第五检察部",
}


def opened(**changes):
    programme = current_policy().programmes.get("puyang-2020")
    return open_case({**ROW, **changes}, office="410922", programme=programme)


def test_a_stored_row_that_says_nothing_of_its_class_is_judged_as_when_it_was_new():
    programme = current_policy().programmes.get("puyang-2020")
    stored = {name: value for name, value in ROW.items() if name != "scope_class"}

    assert open_case(stored, office="410922", programme=programme) == opened(
        scope_class=None
    )


def test_a_case_in_the_window_with_an_opinion_is_in_scope():
    case, event = opened()

    assert case.in_scope
    assert event.leaders == (("410922", "检察长"),)
    assert event.occurred_on == date(2020, 11, 13)
    assert event.resolve_by == date(2021, 6, 30)
    assert not event.handed


@pytest.mark.requirement("PY-06", "PY-07", "PY-08", "PY-09", "PY-10")
@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"accepted_on": "2015-06-29"}, "PY-06.accepted"),
        ({"accepted_on": "2020-07-01"}, "PY-06.accepted"),
        ({"repeats_in_window": 0}, "PY-06.repeated"),
        ({"last_petition_on": "2018-12-31"}, "PY-06.repeated"),
        (
            {"first_petition_on": "2019-04-20", "last_petition_on": "2019-04-20"},
            "PY-06.repeated",
        ),
        ({"case_kind": "suggestion"}, "PY-06.kind"),
        ({"scope_class": 1}, "PY-07"),
        ({"prior_opinions": []}, "PY-08"),
        ({"scope_class": 3, "case_kind": "civil_supervision"}, "PY-09"),
        ({"scope_class": 4}, "PY-10"),
    ],
)
def test_a_case_outside_the_scope_is_kept_and_names_the_failing_clause(changes, clause):
    case, event = opened(**changes)

    assert not case.in_scope
    assert clause in case.failing
    assert event.failing == case.failing


@pytest.mark.parametrize("day", ["2015-06-30", "2020-06-30"])
def test_both_ends_of_the_window_are_inside(day):
    case, _ = opened(accepted_on=day)

    assert case.in_scope


def test_what_arose_after_the_cut_off_goes_to_the_everyday_track():
    assert opened(accepted_on="2020-06-30")[0].track == "campaign"
    assert opened(accepted_on="2020-07-01")[0].track == "everyday"


def test_a_merge_names_every_reason_against_it_at_once():
    merged = replace(OTHER, merged_into="x", merged_on=date(2020, 12, 8))

    with pytest.raises(Rejected) as refused:
        merge(CASE, merged, on=date(2022, 1, 1), today=TODAY)

    assert codes(refused) == ["date_in_future", "already_merged"]


def test_a_case_is_not_merged_into_itself():
    with pytest.raises(Rejected) as refused:
        merge(CASE, CASE, on=date(2020, 12, 8), today=TODAY)

    assert codes(refused) == ["same_as_itself"]


def test_a_merge_undone_may_be_made_again_only_on_a_later_day():
    merged, _ = merge(CASE, OTHER, on=date(2020, 12, 8), today=TODAY)
    restored, event = unmerge(merged, on=date(2020, 12, 10), today=TODAY)

    with pytest.raises(Rejected) as refused:
        merge(restored, OTHER, on=date(2020, 12, 10), today=TODAY)

    assert event.into == OTHER.number
    assert codes(refused) == ["merged_before_unmerged"]
    assert merge(restored, OTHER, on=date(2020, 12, 11), today=TODAY)


def test_what_is_not_merged_cannot_be_unmerged():
    with pytest.raises(Rejected) as refused:
        unmerge(CASE, on=date(2020, 12, 8), today=TODAY)

    assert codes(refused) == ["not_merged"]


def test_the_same_row_says_the_same_whatever_its_running_number():
    assert content_of({**ROW, "seq": 1}) == content_of({**ROW, "seq": 9})
    assert content_of(ROW) != content_of({**ROW, "repeats_in_window": 4})


def test_a_reply_comes_after_the_petition_and_not_from_the_future():
    petition = Petition(
        number="410922-2020-0000001",
        office="410922",
        programme="puyang-2020",
        received_on=date(2020, 11, 20),
        channel="letter",
        category="claim",
        case_kind="complaint",
        repeat_of=None,
        origin="own_screening",
    )

    def replied(on, kind="procedural", earlier=(), shown=(), served=None):
        said = (on, kind, ReplyMode.PHONE, None, "已答复")
        given = Reply("r1", petition.number, *said, document_ids=shown, served=served)
        return reply(petition, given, earlier=earlier, today=TODAY, filed={"d1"})

    assert replied(date(2020, 11, 20)).occurred_on == date(2020, 11, 20)
    with pytest.raises(Rejected) as early:
        replied(date(2020, 11, 19))
    with pytest.raises(Rejected) as late:
        replied(date(2021, 3, 2))
    with pytest.raises(Rejected) as again:
        replied(date(2021, 2, 1), "result", earlier={"result"})
    with pytest.raises(Rejected) as of_another:
        replied(date(2021, 2, 1), shown=("d1", "d2"))
    with pytest.raises(Rejected) as unsigned:
        replied(date(2021, 2, 1), served="signed")

    assert codes(unsigned) == ["nothing_to_sign_for"]
    assert codes(early) == ["date_before_start"]
    assert codes(late) == ["date_in_future"]
    assert codes(again) == ["already_replied"]
    assert places(of_another) == {("no_such_document", "/document_ids/1")}


def test_the_titles_of_the_words_of_a_programme_stand_beside_them():
    words = current_policy().programmes.get("puyang-2020").words
    shown = SimpleNamespace(
        case_kind="complaint", origin="own_screening", channel="letter"
    )

    assert titles_of(shown, words) == {
        "case_kind": "控告",
        "origin": "本院排查",
        "channel": "来信",
    }


def gone(case, on=TODAY):
    by_mistake = {"cause": "registered_by_mistake", "same_as": None}
    return withdraw_case(case, on=on, today=TODAY, **by_mistake)[0]


def back(case, on=TODAY, **changes):
    approved = {"approver_post": "检察长", "leaders": ["检察长"], **changes}
    return reinstate_case(case, on=on, today=TODAY, **approved)


def test_a_case_that_was_withdrawn_by_mistake_counts_again_from_that_day():
    case, event = back(gone(replace(CASE, repeats=5), on=date(2021, 2, 1)))

    assert (case.withdrawn_on, case.reinstated_on) == (None, TODAY)
    assert (event.occurred_on, event.repeats) == (TODAY, 5)
    assert (event.in_scope, event.origin) == (True, "own_screening")


def test_a_case_is_reinstated_with_all_that_is_wrong_said_at_once():
    withdrawn = gone(CASE, on=date(2021, 2, 1))
    wrong = {"approver_post": "主任", "petition_withdrawn": True}
    with pytest.raises(Rejected) as refused:
        back(withdrawn, on=date(2021, 1, 1), **wrong)
    with pytest.raises(Conflict):
        back(CASE)

    assert places(refused) == {
        ("date_before_start", "/reinstated_on"),
        ("approver_not_a_leader", "/approver_post"),
        ("petition_withdrawn", "/number"),
    }


def test_on_no_day_does_a_case_count_and_not_count():
    again = replace(CASE, reinstated_on=TODAY)
    unmerged = replace(CASE, unmerged_on=TODAY)
    for case in (again, unmerged):
        with pytest.raises(Rejected) as refused:
            gone(case)
        assert codes(refused) == ["withdrawn_before_it_counted"]
    with pytest.raises(Rejected) as refused:
        merge(again, OTHER, on=TODAY, today=TODAY)

    assert codes(refused) == ["merged_before_reinstated"]
