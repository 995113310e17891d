"""
What of a petition was registered wrongly is corrected, and what was right stays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from services.intake.casework.proposals import open_case_of
from services.intake.endpoints.cases.matching import decide_matter
from services.intake.endpoints.corrections.corrections import (
    correct_registered_petition,
)
from services.intake.endpoints.corrections.history import petition_history
from services.intake.endpoints.corrections.withdrawals import (
    restore_withdrawn_petition,
    withdraw_registered_petition,
)
from services.intake.endpoints.petitions.lifecycle import take_step
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.endpoints.petitions.splitting import split_petition
from services.intake.schemas.history import HistoryView
from services.intake.store import Cases, NewPetitions, Petitions
from shared import telemetry
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from shared.web.paging import PageRequest
from tests.builders import a_registration, new_number
from tests.store.test_lock_order import TODAY, ask

OFFICE, OTHER, CAME = "640104004", "640104001", date(2020, 3, 2)
WHO = {"name": "甄更名", "id_no": "999999194605021872", "phone": "13800000000"}


def registered(session, **changes):
    body = a_registration(CAME) | {"petitioner": WHO, "case_kind": "claim"} | changes
    del body["origin"]
    query = {"proposals": False}
    _, answer = ask(
        session, register_petition, None, office=OFFICE, query=query, **body
    )
    return answer["number"]


def corrected(session, number, **changes):
    """
    The petitioner and the petition, corrected.
    """
    body = {"changes": changes, "reason": "录入有误。"}
    ask(session, correct_registered_petition, number, office=OFFICE, **body)
    petitions = Petitions(session)
    return petitions.private(number)["petitioner"], petitions.get(number)


def codes(call, *args, **changes):
    with pytest.raises(Rejected) as refused:
        call(*args, **changes)
    return [(each.code, each.location) for each in refused.value.problems]


def test_a_corrected_name_leaves_the_rest_of_who_petitions(session):
    number = registered(session)
    named, _ = corrected(session, number, petitioner={"name": "甄正名"})
    without, _ = corrected(session, number, petitioner={"phone": None})
    nobody, _ = corrected(session, number, petitioner=None)

    assert named == WHO | {"name": "甄正名"}
    assert without == {"name": "甄正名", "id_no": WHO["id_no"]}
    assert nobody is None
    assert codes(corrected, session, number, petitioner={"phone": "1"}) == [
        ("required", "/changes/petitioner/name")
    ]


def test_a_petitioner_of_whom_nothing_is_corrected_stays(session):
    number = registered(session)

    assert codes(corrected, session, number, petitioner={}) == [
        ("nothing_to_change", "/changes")
    ]
    same, petition = corrected(session, number, petitioner={}, persons=2)
    assert (same, petition.persons) == (WHO, 2)


@pytest.mark.requirement("S1")
def test_a_visit_that_becomes_a_group_visit_names_how_many_represent_it(session):
    number = registered(session, channel="visit", persons=3)
    missing = codes(corrected, session, number, persons=7)
    many = codes(corrected, session, number, persons=7, representatives=6)
    _, group = corrected(session, number, persons=7, representatives=5)
    _, larger = corrected(session, number, persons=8)
    none = codes(corrected, session, number, persons=4, representatives=2)

    place = "/changes/representatives"
    assert missing == [("required", place)]
    assert many == [("too_many_representatives", place)]
    assert none == [("not_a_group_visit", place)]
    assert (group.group_visit, larger.persons) == (True, 8)


@pytest.mark.requirement("XQ-56")
def test_a_corrected_petition_is_of_a_kind_that_its_category_has(session):
    number = registered(session)
    both = {"category": "accusation", "case_kind": "accusation"}

    for wrong in ({"category": "accusation"}, {**both, "case_kind": "suggestion"}):
        assert codes(corrected, session, number, **wrong) == [
            ("kind_not_of_category", "/changes/case_kind")
        ]
    assert corrected(session, number, **both)[1].case_kind == "accusation"
    assert codes(corrected, session, number, case_kind="claim") == [
        ("kind_not_of_category", "/changes/case_kind")
    ]


def test_a_correction_is_as_strict_as_the_counter_and_says_all_its_faults(session):
    members = [{"name": "甄联一"}, {"name": "甄联二"}]
    number = registered(session, members=members, persons=3)
    place = "/changes/persons"
    early = date(1920, 3, 2)
    wrong = {"received_on": early, "topic": "none_such", "persons": 2}

    assert codes(corrected, session, number, persons=1) == [
        ("fewer_persons_than_named", place)
    ]
    assert codes(corrected, session, number, **wrong) == [
        ("date_too_early", "/changes/received_on"),
        ("fewer_persons_than_named", place),
        ("not_in_list", "/changes/topic"),
    ]
    assert codes(corrected, session, number, received_on=date(2020, 4, 1)) == [
        ("date_in_future", "/changes/received_on")
    ]


def test_members_that_are_added_are_persons_and_may_make_a_group_visit(session):
    number = registered(session, channel="visit", persons=2)
    named = [{"name": f"甄联{n}"} for n in "一二三四"]

    _, three = corrected(session, number, members=named[:2])
    assert codes(corrected, session, number, members=named, persons=4) == [
        ("fewer_persons_than_named", "/changes/persons")
    ]
    assert codes(corrected, session, number, members=named) == [
        ("required", "/changes/representatives")
    ]
    _, group = corrected(session, number, members=named, representatives=2)
    _, fewer = corrected(session, number, members=named[:1])
    assert [each.persons for each in (three, group, fewer)] == [3, 5, 5]
    assert group.group_visit


def test_nothing_is_the_same_as_a_petition_that_was_withdrawn(session):
    gone, number, other = (registered(session) for _ in range(3))
    twice = {"cause": "registered_twice", "reason": "双重登记。"}
    withdraw = partial(ask, session, withdraw_registered_petition, office=OFFICE)
    withdraw(gone, same_as=number, **twice)
    decision = {"same_as": gone, "decided_on": TODAY, "reason": "同一人。"}
    decide = partial(ask, session, decide_matter, other, office=OFFICE, **decision)
    handled = {"step": "already_handled", "on": TODAY, "same_as": gone}
    step = partial(ask, session, take_step, other, office=OFFICE, **handled)

    for act in (
        partial(withdraw, number, same_as=gone, **twice),
        partial(decide, new_facts=False),
        step,
    ):
        assert codes(act) == [("same_as_withdrawn", "/same_as")]
    assert decide(new_facts=True)["repeat_of"] is None


def split(session, number, **parts):
    claim = {"category": "claim", "case_kind": "claim", "demand": "请求复查。"}
    accusation = {
        "category": "accusation",
        "case_kind": "accusation",
        "accused_office": "640104001",
        "demand": "检举办案人员。",
    }
    said = {"part": accusation, "remaining": claim, **parts}
    said |= {"split_on": TODAY, "reason": "两事。"}
    answer = ask(session, split_petition, number, office=OFFICE, **said)
    return answer["part"]["number"]


def undo_split(session, part):
    said = {"cause": "registered_by_mistake", "reason": "拆分有误。"}
    ask(session, withdraw_registered_petition, part, office=OFFICE, **said)


def restore_part(session, part):
    said = {"reason": "拆分无误。"}
    ask(session, restore_withdrawn_petition, part, office=OFFICE, **said)


def test_a_split_is_undone_by_withdrawing_its_part_and_made_anew(session):
    number, petitions = registered(session), Petitions(session)

    def turn(endpoint, part, **said):
        said = {"reason": "拆分有误。", **said}
        ask(session, endpoint, part, office=OFFICE, **said)
        return petitions.get(number).split_into

    mistaken = {"cause": "registered_by_mistake"}
    part = split(session, number)
    history = ask(session, petition_history, number, office=OFFICE)

    assert part not in str(HistoryView().dump(history))
    assert petitions.get(number).split_into == part
    assert turn(withdraw_registered_petition, part, **mistaken) is None
    assert turn(restore_withdrawn_petition, part) == part
    assert turn(withdraw_registered_petition, part, **mistaken) is None
    anew = split(session, number)
    with pytest.raises(Conflict) as refused:
        turn(restore_withdrawn_petition, part)
    assert refused.value.code == "split_otherwise"
    assert petitions.get(number).split_into == anew


APPEALED = {
    "non_prosecution_office": "410923",
    "non_prosecution_served_on": date(2020, 2, 27),
    "appellant": "victim",
}


def test_what_a_split_changed_is_as_before_without_its_part_and_again_with_it(session):
    accusing = {"category": "accusation", "case_kind": "accusation"}
    accusing["accused_office"] = "640104001"
    accused = registered(session, **accusing, demand="检举，并请求复查。")
    appealed = registered(session, **APPEALED, demand="检举，并请求复查。")
    claim = {"category": "claim", "case_kind": "claim", "demand": "请求复查。"}
    accusation = {**accusing, "demand": "检举办案人员。"}

    def said(number):
        petition, private = petitions.get(number), petitions.private(number)
        facts = [getattr(petition, name) for name in ("category", *accusing, *APPEALED)]
        return [*facts, private["demand"], petitions.matter(number)]

    petitions = Petitions(session)
    for number, rest, part in (
        (accused, claim, accusation),
        (appealed, accusation, claim),
    ):
        moments = [said(number)]
        parted = split(session, number, remaining=rest, part=part)
        moments.append(said(number))
        for turn in (undo_split, restore_part, undo_split):
            turn(session, parted)
            moments.append(said(number))
        again = split(session, number, remaining=rest, part=part)
        undo_split(session, again)

        whole, divided, *others = moments
        assert divided != whole
        assert others == [whole, divided, whole]
        assert said(number) == whole


def test_a_part_is_withdrawn_and_restored_with_the_cases_of_both_locked_at_once(
    session, monkeypatch
):
    """
    The rest counts as the repeat of one case, the part of another: who locks both sets
    one after the other waits for who takes them by their numbers (decision 0078).
    """
    of_rest, of_part = ({"original_case_no": new_number()} for _ in "ab")
    with telemetry.work("test", trace=telemetry.background_context()):
        cases = [
            open_case_of(session, Petitions(session).get(first), CAME, {}, TODAY)[1]
            for first in [registered(session, **same) for same in (of_rest, of_part)]
        ]
    number = registered(session, **of_rest)
    part = split(session, number)
    said = {"same_as": cases[1].number, "decided_on": TODAY, "reason": "同一事项。"}
    ask(session, decide_matter, part, office=OFFICE, new_facts=False, **said)
    lock, locked = Cases.lock, list[set]()

    def locks(self, *numbers):
        locked.append({*numbers})
        return lock(self, *numbers)

    monkeypatch.setattr(Cases, "lock", locks)
    for turn, repeats in ((undo_split, 0), (restore_part, 1)):
        locked.clear()
        turn(session, part)

        assert locked[0] >= {each.number for each in cases}
        assert Cases(session).get(cases[1].number).repeats == repeats


def test_what_was_corrected_after_a_split_stays_when_that_is_undone(session):
    number, petitions = registered(session), Petitions(session)
    part = split(session, number)
    corrected(session, number, demand="请求给付。", category="suggestion")
    undo_split(session, part)

    assert petitions.private(number)["demand"] == "请求给付。"
    assert petitions.get(number).category == "suggestion"


def test_nobody_who_has_a_petition_reads_that_it_accused_its_office(session):
    number = registered(
        session, category="accusation", case_kind="accusation", accused_office=OTHER
    )
    corrected(session, number, category="claim", case_kind="claim", accused_office=None)
    corrected(session, number, persons=2)
    petitions = Petitions(session)

    def read(office):
        petitions.update(replace(petitions.get(number), office=office))
        history = ask(session, petition_history, number, office=office)
        return [each["fields"] for each in history["corrections"]]

    assert read(OFFICE)[-1] == read(OTHER)[0] == ("persons",)
    assert (len(read(OFFICE)), len(read(OTHER))) == (2, 1)


@pytest.mark.requirement("DY-10", "PY-46")
def test_a_corrected_first_handler_is_that_of_all_that_repeat_the_petition(session):
    same = {"original_case_no": new_number()}
    first = registered(session, handler_post="分管副职", **same)
    repeat = registered(session, handler_post="分管副职", **same, demand="再次来信。")

    assert codes(corrected, session, first, handler_post="检察长") == [
        ("no_such_post", "/changes/handler_post")
    ]
    corrected(session, first, handler_post="信访联络员")
    corrected(session, repeat, handler_post=None)
    found = [Petitions(session).get(number) for number in (first, repeat)]
    assert [each.handler_post for each in found] == ["信访联络员", None]
    assert [each.first_post for each in found] == ["信访联络员"] * 2


def test_a_name_finds_whoever_petitions_together_under_present_and_former_names(
    session,
):
    member = {"name": "欧阳 同访", "former_names": ["甄曾用"]}
    number = registered(session, members=[member], persons=2)

    def found(name):
        page = Petitions(session).of_offices([OFFICE], PageRequest(50), name=name)
        return [each.number for each in page.items]

    for name in ("甄更名", "欧阳·同访", "甄曾用"):
        assert number in found(name)
    assert found("·") == []
    corrected(session, number, members=[])
    assert found("甄更名") == [number]
    assert found("甄曾用") == []


@pytest.mark.requirement("TL-29")
def test_an_appeal_that_is_passed_on_keeps_the_day_on_which_it_was_made(session):
    served = date(2020, 2, 27)
    number = registered(session)
    said = {"non_prosecution_served_on": served, "appellant": "victim"}
    assert codes(corrected, session, number, **said) == [
        ("required", "/changes/non_prosecution_office")
    ]
    _, appeal = corrected(session, number, non_prosecution_office="410923", **said)
    received = NewPetitions(session).receive(
        replace(appeal, to_office="410900"),
        received_on=date(2020, 3, 20),
        programme=current_policy().programmes.get("puyang-2020"),
        origin="own_screening",
        handler_post=None,
    )

    assert (appeal.non_prosecution_served_on, appeal.appellant) == (served, "victim")
    assert (received.appealed_on, received.non_prosecution_office) == (CAME, "410923")


@pytest.mark.requirement("TL-29")
def test_no_accusation_becomes_an_appeal_and_no_appeal_an_accusation(session):
    accusing = {"category": "accusation", "case_kind": "accusation"}
    accusation, appeal = (
        registered(session, **accusing),
        registered(session, **APPEALED),
    )
    mixed = [("appeal_in_accusation", f"/changes/{name}") for name in APPEALED]
    none = dict.fromkeys(APPEALED)

    assert codes(corrected, session, accusation, **APPEALED) == mixed
    assert codes(corrected, session, appeal, **accusing) == mixed
    _, now = corrected(session, appeal, **accusing, **none)
    assert (now.category, now.appellant) == ("accusation", None)


def test_the_history_says_what_was_before_and_after_in_words(session):
    number = registered(session)
    corrected(session, number, channel="来访", category="suggestion", persons=2)
    history = ask(session, petition_history, number, office=OFFICE)
    (made,) = HistoryView().dump(history)["corrections"]
    labels = {each["name"]: each["labels"] for each in made["fields"]}

    assert labels == {
        "channel": {"before": "来信", "after": "来访"},
        "category": {"before": "申诉求决类", "after": "建议意见类"},
        "persons": {},
    }
