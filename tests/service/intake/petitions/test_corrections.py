"""
Petitions and replies that are corrected, withdrawn and restored.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.builders import COUNTY, new_number
from tests.service.asking import a_row, all_items, as_json, at, refused
from tests.service.intake.petitions.counter import answer, registered


def test_a_petition_and_its_replies_are_corrected_and_withdrawn_with_history(
    as_office, desk, eventually
):
    number = registered(as_office)["number"]
    clerk = as_office(COUNTY)

    def act(what, **body):
        return clerk.post("intake", at("petitions", number, *what), body)

    masked = act(
        ["corrections"],
        changes={"petitioner": {"name": "张*", "phone": "138****0000"}},
        reason="补登。",
    )
    corrected = act(
        ["corrections"],
        changes={"received_on": "2020-11-18", "demand": "请求更正。"},
        reason="收到日期录错。",
    )
    wrong = answer(clerk, number, replied_on="2020-11-19").json()["id"]
    right = act(
        ["replies", wrong, "corrections"],
        replied_on="2020-11-20",
        kind="progress",
        mode="video",
        reason="答复方式录错。",
    )
    again = act(["replies", wrong, "withdrawals"], reason="重复。")
    eventually(lambda: len(desk.entries(number, "replies")) == 3)
    twice = act(["withdrawals"], cause="registered_twice", reason="双重登记。")
    other = registered(as_office)["number"]
    withdrawn = act(
        ["withdrawals"], cause="registered_twice", same_as=other, reason="双重登记。"
    )
    late = answer(clerk, number, summary="再次答复。")
    shown = clerk.get("intake", at("petitions", number, "history")).json()

    assert {fault["pointer"] for fault in refused(masked, 422, "masked_value").values()}
    assert corrected.status_code == 201, corrected.text
    assert corrected.json()["received_on"] == "2020-11-18"
    assert right.status_code == 201, right.text
    refused(again, 422, "already_withdrawn")
    refused(twice, 422, "required")
    assert withdrawn.json()["withdrawn_on"] is not None
    refused(late, 422, "petition_withdrawn")
    made = {one["kind"]: one for one in shown["corrections"]}
    assert list(made) == ["petition_corrected", "reply_corrected", "petition_withdrawn"]
    fields = {f["name"]: f for f in made["petition_corrected"]["fields"]}
    assert fields["received_on"]["before"] == "2020-11-20"
    assert fields["demand"]["after"] is None
    assert made["petition_corrected"]["reason"] == "收到日期录错。"
    eventually(lambda: total(desk, number, "petitions", "replies") == 0)
    states = eventually(lambda: released(clerk, number))
    assert states == {"released"}


def test_a_petition_that_was_withdrawn_by_mistake_is_restored_with_its_replies(
    as_office, desk, eventually
):
    number = registered(as_office)["number"]
    clerk, reason = as_office(COUNTY), "误撤，两件不是同一事项。"

    def act(what, **body):
        return clerk.post("intake", at("petitions", number, *what), body)

    assert answer(clerk, number, replied_on="2020-11-20").status_code == 201
    same_as = registered(as_office)["number"]
    twice = {"cause": "registered_twice", "same_as": same_as, "reason": "双重登记。"}
    assert act(["withdrawals"], **twice).is_success
    restored = act(["restorations"], reason=reason)
    assert restored.status_code == 200, restored.text
    twice_restored = act(["restorations"], reason="误撤。")
    answered = answer(clerk, number, summary="再次答复。")

    assert restored.json()["withdrawn_on"] is None
    refused(twice_restored, 409, "not_withdrawn")
    assert answered.status_code == 201, answered.text
    eventually(lambda: total(desk, number, "petitions") == 1)
    eventually(lambda: total(desk, number, "replies") == 2)


def test_a_petition_counts_as_a_repeat_again_from_the_day_of_its_restoration(
    as_office, desk, announced, eventually
):
    original = {"original_case_no": new_number("清刑初")}
    reported = {"reported_on": "2020年5月11日"}  # before the petition
    (number,) = desk.cases(petitioner_name="甄再计", **reported, **original)
    who = {"name": "甄再计", "id_no": "999999194605021872"}
    petition = registered(
        as_office, petitioner=who, received_on="2020-06-01", **original
    )
    path, clerk = at("petitions", petition["number"]), as_office(COUNTY)

    def act(what, **body):
        return clerk.post("intake", f"{path}/{what}", {"reason": "核对登记。", **body})

    cause = {"cause": "registered_by_mistake"}
    corrected = act("corrections", changes={"received_on": "2020-05-20"})
    act("withdrawals", withdrawn_on="2020-11-10", **cause)
    restored = act("restorations", restored_on="2020-11-16")
    case = clerk.get("intake", at("cases", number)).json()

    assert petition["first"] is True
    assert corrected.status_code == 201, corrected.text
    assert restored.status_code == 200, restored.text
    assert case["repeats"] == 4
    assert announced("intake", number) == [
        "intake.case_opened",
        "intake.case_repeated",
        *("intake.case_repeat_withdrawn", "intake.case_repeated"),
        *("intake.case_repeat_withdrawn", "intake.case_repeated"),
    ]
    counted = [("2020-05-11", 3), ("2020-05-20", 1), ("2020-11-10", -1)]
    counted.append(("2020-11-16", 1))
    eventually(lambda: by_day(desk.entries(number, "repeats")) == counted)


@pytest.mark.requirement("PY-06")
def test_a_ledger_names_no_fewer_repeats_than_the_register_knows_in_the_window(
    as_office, desk
):
    """
    Of four petitions the first is no repeat and the last came after 30 June 2020.
    """
    original = {"original_case_no": new_number("清刑初")}
    who = {"name": "甄再数", "id_no": "999999194605021872"}
    for day in ("2019-03-04", "2019-05-06", "2020-06-30", "2020-07-01"):
        registered(as_office, petitioner=who, received_on=day, **original)
    said = {"petitioner_name": "甄再数", "id_no": who["id_no"], **original}
    said |= {"first_petition_on": "2019-3-4", "accepted_on": "2019-3-11"}

    fewer = desk.push(as_json(a_row(repeats_in_window=1, **said)))
    (number,) = desk.cases(repeats_in_window=2, **said)
    corrected = as_office(COUNTY).post(
        "intake",
        at("cases", number, "corrections"),
        {"changes": {"repeats_in_window": "1"}, "reason": "核对。"},
    )

    refused(corrected, 422, "repeats_below_known")
    (problem,) = fewer["problems"]
    assert (problem["code"], problem["value"]) == ("repeats_below_known", "1")
    assert "2 件" in problem["detail"]
    assert as_office(COUNTY).get("intake", at("cases", number)).json()["repeats"] == 2


def by_day(entries):
    sums = Counter()
    for day, amount in entries:
        sums[day] += amount
    return sorted((day, amount) for day, amount in sums.items() if amount)


def total(desk, number, *measures):
    return sum(abs(sum(n for _, n in desk.entries(number, m))) for m in measures)


def released(clerk, number):
    owed = all_items(clerk, "assignment", "/duties")
    states = {duty["state"] for duty in owed if duty["number"] == number}
    return states == {"released"} and states
