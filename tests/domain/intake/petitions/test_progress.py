"""
What a citizen is told of a petition: what was done, what is owed, and nothing of whom.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.owed import AnnouncedDuties, Owed, Record
from services.intake.domain.petitions.petitions import Reply
from services.intake.domain.petitions.progress import new_code, progress
from shared.errors import TooMany
from shared.policy.current import current_policy
from shared.vocabulary import (
    DeliveryOutcome,
    PetitionState,
    PetitionStep,
    ReplyKind,
    ReplyMode,
)
from shared.web.rate import Rate
from tests.builders import CITY, COUNTY
from tests.builders.lifecycle import PETITION, a_step

POLICY = current_policy()
OURS = replace(PETITION, number=f"{COUNTY}-2020-0000001", office=COUNTY)


def a_record(*steps, petition=OURS, replies=(), deliveries=(), announced=()):
    return Record(
        petition,
        POLICY.directory.office(petition.office),
        steps,
        deliveries,
        replies,
        POLICY.programmes.get("puyang-2020"),
        announced=announced,
    )


def told(*records):
    return progress(records, POLICY.calendar)


def owed(*records):
    return {each.what[:3]: each.due_on for each in told(*records).owed}


def a_reply(kind, on=date(2020, 11, 6)):
    return Reply("r1", OURS.number, on, ReplyKind(kind), ReplyMode.PHONE, None, "")


def test_a_registration_owes_its_reply_and_its_answer():
    found = told(a_record())

    assert (found.received_on, found.office) == (
        date(2020, 11, 2),
        POLICY.directory.office(COUNTY).name,
    )
    assert found.state == "已登记"
    assert [moment.what for moment in found.done] == ["收到并登记"]
    assert owed(a_record()) == {
        "七日内": date(2020, 11, 9),
        "三个月": date(2021, 2, 2),
    }


def test_what_is_answered_released_or_waits_is_not_owed():
    accepted = a_step("accepted", on=date(2020, 11, 9))
    signed = Delivery(
        id="d",
        petition=OURS.number,
        step=accepted.id,
        on=date(2020, 11, 9),
        mode=ReplyMode.LETTER,
        outcome=DeliveryOutcome.SIGNED,
    )

    assert owed(a_record(accepted, deliveries=[signed])) == {"三个月": date(2021, 2, 9)}
    assert owed(a_record(a_step("materials_asked"))) == {"七日内": date(2020, 11, 9)}
    assert owed(a_record(a_step("not_accepted"), replies=[a_reply("procedural")])) == {}
    assert owed(a_record(replies=[a_reply("result")])) == {}
    back = [a_step("forwarded"), a_step("taken_back")]
    assert set(owed(a_record(*back))) == {"七日内", "三个月"}


@pytest.mark.requirement("TL-07", "TL-23")
def test_what_assignment_announced_holds_and_of_the_rest_the_record():
    named = [("三个月内答复", date(2021, 3, 4)), ("每月答复", date(2021, 3, 2))]
    heard = AnnouncedDuties(
        OURS.number,
        "puyang-2020",
        4,
        tuple(Owed(*each) for each in named),
        ("monthly_followup", "three_month_answer"),
    )
    # Its rule of the same name is one of its own.
    elsewhere = replace(heard, programme="dy-leaders", kinds=("procedural_reply",))
    both = [heard, elsewhere]

    # The seven days' reply is not heard of yet.
    assert [
        (each.what[:3], each.due_on) for each in told(a_record(announced=both)).owed
    ] == [
        ("七日内", date(2020, 11, 9)),
        ("每月答", date(2021, 3, 2)),
        ("三个月", date(2021, 3, 4)),
    ]
    done = replace(heard, owed=(), kinds=("procedural_reply", "three_month_answer"))
    assert owed(a_record(announced=[done])) == {}


def test_what_was_passed_on_is_told_from_where_it_is_now():
    passed = replace(PETITION, state=PetitionState.HANDED_DOWN)
    here = replace(OURS, passed_from=passed.number, received_on=date(2020, 11, 5))
    found = told(
        a_record(a_step("handed_down"), petition=passed), a_record(petition=here)
    )

    assert found.office == POLICY.directory.office(COUNTY).name
    assert [moment.what for moment in found.done] == [
        "收到并登记",
        PetitionStep.HANDED_DOWN.chinese,
        "收到并登记",
    ]
    assert found.done[0].office == POLICY.directory.office(CITY).name


def test_each_step_is_of_the_office_that_had_the_petition_then():
    """
    The petition passed on with its case, from the city to the county.
    """
    number = f"{CITY}-2020-0000001"
    moved = replace(OURS, number=number)
    steps = a_step("accepted", office=CITY), a_step("opinion_issued", office=COUNTY)
    kinds = [("procedural", CITY), ("result", COUNTY)]
    replies = [replace(a_reply(kind), office=office) for kind, office in kinds]
    names = {code: POLICY.directory.office(code).name for code in (CITY, COUNTY)}
    record = replace(a_record(*steps, petition=moved, replies=replies), names=names)
    found = told(record)

    assert found.office == names[COUNTY]
    assert [(moment.what, moment.office) for moment in found.done] == [
        ("收到并登记", names[CITY]),
        (PetitionStep.ACCEPTED.chinese, names[CITY]),
        (PetitionStep.OPINION_ISSUED.chinese, names[COUNTY]),
        (ReplyKind.PROCEDURAL.chinese, names[CITY]),
        (ReplyKind.RESULT.chinese, names[COUNTY]),
    ]


def of_a_township(*steps, state, reviewer=None, deliveries=()):
    """
    A petition of an office of Xingqing, whose opinions are reviewed.
    """
    office = POLICY.directory.office("640104001")
    petition = replace(
        PETITION,
        number=f"{office.code}-2020-0000001",
        office=office.code,
        programme="xq-2020",
        state=PetitionState(state),
        to_office=reviewer,
    )
    return Record(
        petition,
        office,
        steps,
        deliveries,
        (),
        POLICY.programmes.get("xq-2020"),
        {"640104800": POLICY.directory.office("640104800").name},
    )


@pytest.mark.requirement("TL-06", "TL-09", "TL-11")
def test_what_a_later_step_owes_is_told_and_which_office_has_the_petition():
    reviewer = "640104800"
    accepted = a_step("accepted", on=date(2020, 11, 10))
    opinion = a_step("opinion_issued", on=date(2020, 12, 1))
    asked = a_step("review_asked", on=date(2020, 12, 3), to_office=reviewer)
    decided = a_step("review_decided", on=date(2020, 12, 15))
    finally_asked = a_step(
        "final_review_asked", on=date(2020, 12, 21), to_office=reviewer
    )
    begun = a_step("review_hearing_begun", on=date(2020, 12, 23))
    ended = a_step("review_hearing_ended", on=date(2020, 12, 28))
    signed = Delivery(
        id="d",
        petition=OURS.number,
        step=accepted.id,
        on=date(2020, 11, 10),
        mode=ReplyMode.LETTER,
        outcome=DeliveryOutcome.SIGNED,
    )

    def owed_after(*steps, state):
        record = of_a_township(
            *(accepted, *steps), state=state, reviewer=reviewer, deliveries=[signed]
        )
        return told(record).office, owed(record)

    handling = POLICY.directory.office("640104001").name
    reviewing = POLICY.directory.office(reviewer).name
    asked_again = (opinion, asked, decided, finally_asked)
    assert owed_after(state="accepted") == (handling, {"六十日": date(2021, 1, 9)})
    assert owed_after(opinion, state="opinion_issued") == (handling, {})
    assert owed_after(opinion, asked, state="under_review") == (
        reviewing,
        {"三十日": date(2021, 1, 2)},
    )
    assert owed_after(*asked_again, state="under_final_review") == (
        reviewing,
        {"三十日": date(2021, 1, 20)},
    )
    heard = owed_after(*asked_again, begun, state="under_final_review")
    assert heard == (reviewing, {})
    # Five days of the hearing do not count.
    heard = owed_after(*asked_again, begun, ended, state="under_final_review")
    assert heard == (reviewing, {"三十日": date(2021, 1, 25)})


def test_of_a_withdrawn_petition_nothing_is_owed():
    found = told(a_record(petition=replace(OURS, withdrawn_on=date(2020, 11, 5))))

    assert (found.state, found.owed) == ("已撤销登记", ())


def test_no_two_codes_are_alike():
    assert len({new_code() for _ in range(1000)}) == 1000


def test_each_address_and_all_together_ask_so_often_a_minute():
    rate = Rate(each=2, total=3)
    for address in ("a", "a", "b"):
        rate.take(address, now=10)
    for address in ("a", "c"):
        with pytest.raises(TooMany):
            rate.take(address, now=59)
    rate.take("a", now=60)
