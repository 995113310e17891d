"""
What is corrected of a petition reaches the case that came of it, where that still says
the same as the petition did: facts are told once.
"""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from services.intake.casework.proposals import open_case_of
from services.intake.endpoints.corrections.corrections import (
    correct_registered_petition,
)
from services.intake.endpoints.corrections.history import (
    case_history,
    correct_registered_case,
    reinstate_withdrawn_case,
    withdraw_registered_case,
)
from services.intake.endpoints.corrections.withdrawals import (
    restore_withdrawn_petition,
    withdraw_registered_petition,
)
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.schemas.history import HistoryView
from services.intake.store import Cases, CountedRepeats, Petitions
from shared import telemetry
from shared.errors import Rejected
from shared.events import Envelope
from tests.builders import a_registration, new_number
from tests.store.test_lock_order import MISTAKE, TODAY, ask

CAME, EARLIER, AGAIN = date(2020, 3, 2), date(2020, 2, 28), date(2020, 3, 16)
LATER = date(2020, 3, 20)
WHO = {"name": "甄更名", "id_no": "999999194605021872", "phone": "13800000000"}


def registered(session, day=CAME, **changes):
    body = a_registration(day) | {"petitioner": WHO} | changes
    query = {"proposals": False}
    return ask(session, register_petition, None, query=query, **body)[1]["number"]


def opened(session, number, **stated):
    with telemetry.work("test", trace=telemetry.background_context()):
        petition = Petitions(session).get(number)
        return open_case_of(session, petition, CAME, stated, TODAY)[1]


def corrected(session, number, **changes):
    body = {"changes": changes, "reason": "录入有误。"}
    answer = ask(session, correct_registered_petition, number, **body)
    return [each["name"] for each in answer["differing_columns"]]


def corrected_case(session, number, **changes):
    body = {"changes": changes, "reason": "案件另有情况。"}
    ask(session, correct_registered_case, number, **body)


def announced(session, number):
    query = sa.text(
        "SELECT body FROM intake.outbox WHERE body->>'case_number' = :number"
        " AND type = 'intake.case_corrected' ORDER BY position"
    )
    bodies = session.scalars(query, {"number": number})
    return [Envelope.from_mapping({**b, "sequence": 0}).payload for b in bodies]


def lines(session, number):
    """
    The corrections of the case in its history: their reasons and fields.
    """
    history = HistoryView().dump(ask(session, case_history, number))
    return [
        (each["reason"], {field["name"]: field for field in each["fields"]})
        for each in history["corrections"]
        if each["kind"] == "case_corrected"
    ]


ALL = {
    "case_kind": "criminal_appeal_procuratorate",
    "origin": "handed_by_city",
    "persons": 4,
    "channel": "online",
    "demand": "请求立案复查。",
    "petitioner": {"name": "甄正名", "phone": "13900000000"},
}
IN_ROW = {
    "case_kind": "criminal_appeal_procuratorate",
    "origin": "handed_by_city",
    "persons": 4,
    "last_petition_form": "online",
    "main_demand": "请求立案复查。",
    "petitioner_name": "甄正名",
    "phone": "13900000000",
}


def test_a_case_follows_all_that_is_corrected_of_its_petition_at_once(session):
    number = registered(session)
    before = opened(session, number)
    stays = corrected(session, number, **ALL)
    case, row = Cases(session).get(number), Cases(session).ledger_row(number)
    (event,) = announced(session, number)
    ((reason, fields),) = lines(session, number)

    assert stays == []
    assert {name: row[name] for name in IN_ROW} == IN_ROW
    assert (case.case_kind, case.origin, case.persons) == (
        ALL["case_kind"],
        ALL["origin"],
        4,
    )
    assert case.corrected == before.corrected + 1 == event["correction"]
    of_origin = {"origin", "handed", "first_petition"}
    assert {*event["changed"]} == {"case_kind", "persons", *of_origin}
    assert (reason, {*fields}) == ("录入有误。", {*IN_ROW})
    assert fields["persons"]["before"] == 1
    assert fields["petitioner_name"]["after"] is fields["phone"]["after"] is None
    assert fields["origin"]["labels"]["after"] == "市院交办"


def test_what_the_office_said_otherwise_in_the_case_stays_and_the_answer_says_so(
    session,
):
    number = registered(session)
    opened(session, number, origin="handed_by_province")
    corrected_case(session, number, petitioner_name="甄曾名")
    stays = corrected(session, number, **ALL)
    row = Cases(session).ledger_row(number)

    assert {*stays} == {"origin", "petitioner_name"}
    assert row["origin"] == "handed_by_province"
    assert (row["petitioner_name"], row["phone"]) == ("甄曾名", "13900000000")
    assert corrected(session, number, petitioner={"name": "甄曾名"}) == []


def test_who_petitions_is_corrected_without_an_event_and_the_case_stays_of_its_matter(
    session,
):
    number = registered(session, original_case_no=new_number())
    opened(session, number)
    matter = Cases(session).matter(number)
    corrected(session, number, petitioner={"name": "甄正名"})
    same = Cases(session).matter(number)
    corrected(session, number, original_case_no=new_number())

    assert announced(session, number) == []
    assert matter == same
    assert Cases(session).matter(number) == Petitions(session).matter(number) != matter


@pytest.mark.requirement("PY-06")
def test_the_scope_of_a_case_follows_the_corrected_days_of_its_petition(session):
    """
    PY-06: accepted until 2020-06-30 and petitioned again; the later one of two letters
    is the first one, and no more was ever sent.
    """
    same = {"original_case_no": new_number()}
    first, number = registered(session, **same), registered(session, AGAIN, **same)
    before = opened_later(session, number)
    corrected(session, number, received_on=EARLIER)
    earlier = days(session, number)
    corrected(session, number, original_case_no=new_number())
    alone = Cases(session).get(number)

    assert before == [CAME, AGAIN, CAME]
    assert earlier == [EARLIER, CAME, EARLIER]
    assert days(session, number) == [EARLIER, EARLIER, EARLIER]
    assert "PY-06.repeated" in alone.failing
    assert Petitions(session).get(first).repeat_of is None


def opened_later(session, number):
    with telemetry.work("test", trace=telemetry.background_context()):
        open_case_of(session, Petitions(session).get(number), AGAIN, {}, TODAY)
    assert "PY-06.repeated" not in Cases(session).get(number).failing
    return days(session, number)


def days(session, number):
    row = Cases(session).ledger_row(number)
    names = "first_petition_on", "last_petition_on", "accepted_on"
    return [date.fromisoformat(row[name]) for name in names]


def test_a_day_of_receipt_is_followed_also_after_a_repeat_of_the_case_came(session):
    same = {"original_case_no": new_number()}
    number = registered(session, **same)
    opened(session, number)
    registered(session, AGAIN, **same)
    corrected(session, number, received_on=EARLIER)

    assert days(session, number) == [EARLIER] * 3


@pytest.mark.parametrize("how", ["closed", "merged"])
def test_a_case_that_was_reviewed_or_merged_counts_as_it_did_and_the_answer_says_so(
    session, how
):
    number = registered(session, category="accusation")
    case = opened(session, number)
    if how == "closed":
        Cases(session).note_closings([(number, "resolved", 9)])
    else:
        into = opened(session, registered(session)).number
        statement = "UPDATE intake.cases SET merged_into = :into WHERE number = :case"
        session.execute(sa.text(statement), {"into": into, "case": number})
    stays = corrected(
        session, number, persons=3, accused_office="410923", demand="检举。"
    )
    row = Cases(session).ledger_row(number)

    assert stays == ["persons"]
    assert Cases(session).get(number).persons == case.persons == 1
    assert (row["accused_office"], row["main_demand"]) == ("410923", "检举。")


@pytest.mark.requirement("S3")
def test_a_reinstated_case_is_kept_from_whom_its_petition_accuses_meanwhile(session):
    number = registered(session, category="accusation")
    opened(session, number)
    ask(session, withdraw_registered_case, number, **MISTAKE)
    stays = corrected(session, number, accused_office="410923", persons=2)
    before = Cases(session).ledger_row(number).get("accused_office")
    said = {"approver_post": "检察长", "reason": "撤销有误。"}
    ask(session, reinstate_withdrawn_case, number, **said)
    (event,) = announced(session, number)

    assert (stays, before) == ([], None)
    assert Cases(session).ledger_row(number)["accused_office"] == "410923"
    assert event["accused_office"] == "410923"
    assert event["changed"] == ["accused_office"]


def test_a_history_shows_no_text_of_who_petitions_and_nothing_to_who_was_accused(
    session,
):
    number = registered(session, category="accusation")
    opened(session, number)
    corrected(session, number, accused_office="410923", petitioner={"phone": None})
    shown = lines(session, number)
    move = sa.text("UPDATE intake.cases SET office = '410923' WHERE number = :case")
    session.execute(move, {"case": number})
    history = ask(session, case_history, number, office="410923")

    assert [{*fields} for _, fields in shown] == [{"accused_office", "phone"}]
    assert history["corrections"] == []


@pytest.mark.requirement("PY-06")
@pytest.mark.parametrize("how", ["withdrawn", "another_matter", "later"])
def test_a_case_counts_what_is_left_of_its_matter_once_the_first_petition_changes(
    session, how
):
    """
    PY-06: petitioned again; a letter that was registered twice is one.
    """
    same = {"original_case_no": new_number()}
    first, number = registered(session, **same), registered(session, AGAIN, **same)
    opened_later(session, number)
    before = Cases(session).get(number).repeats
    if how == "withdrawn":
        ask(session, withdraw_registered_petition, first, **MISTAKE)
    elif how == "later":
        corrected(session, first, received_on=LATER)
    else:
        corrected(session, first, original_case_no=new_number())
    case = Cases(session).get(number)

    assert (before, case.repeats) == (1, int(how == "later"))
    assert days(session, number)[:1] == [AGAIN]
    assert "PY-06.repeated" in case.failing
    if how == "withdrawn":
        ask(session, restore_withdrawn_petition, first, reason="并非误登。")
        assert Cases(session).get(number).repeats == 1
        assert days(session, number)[:1] == [CAME]


@pytest.mark.requirement("PY-06")
def test_a_case_that_is_of_another_matter_now_counts_what_came_in_that(session):
    """
    The second of three letters became a case, and is really about another case number,
    of which two letters came in.
    """
    same, other = ({"original_case_no": new_number()} for _ in range(2))
    registered(session, EARLIER, **same)
    number = registered(session, **same)
    opened(session, number)
    third = registered(session, AGAIN, **same)
    others = [registered(session, day, **other) for day in (AGAIN, LATER)]
    before = CountedRepeats(session).numbers_of_case(number)
    corrected(session, number, **other)
    after = CountedRepeats(session).numbers_of_case(number)

    assert {*before} == {number, third}
    assert {*after} == {*others}
    assert Cases(session).get(number).repeats == 2


@pytest.mark.requirement("S3", "XQ-51")
def test_a_petition_does_not_accuse_who_answers_for_its_withdrawn_case_by_place(
    session,
):
    """
    The case could never be reinstated.
    """
    number = registered(session, category="accusation")
    opened(session, number, territorial_office="410923")
    ask(session, withdraw_registered_case, number, **MISTAKE)
    with pytest.raises(Rejected) as refused:
        corrected(session, number, accused_office="410923")

    (problem,) = refused.value.problems
    assert problem.location == "/changes/accused_office"
