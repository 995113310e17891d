"""
Of an accusation, or a matter of law and court, that a unit handles the hub learns how
far it is, and not what it says (XQ-56).
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from services.intake.casework import exports
from services.intake.casework.proposals import open_case_of
from services.intake.domain.petitions.appeals import APPEAL
from services.intake.endpoints.cases.cases import list_cases, show_case
from services.intake.endpoints.cases.exports import export_ledger
from services.intake.endpoints.cases.matching import propose_for_petition
from services.intake.endpoints.corrections.corrections import (
    correct_registered_petition,
)
from services.intake.endpoints.corrections.history import (
    correct_registered_case,
    petition_history,
)
from services.intake.endpoints.lookup import kept_or_not
from services.intake.endpoints.petitions.counts import show_petition_counts
from services.intake.endpoints.petitions.petitions import list_petitions, show_petition
from services.intake.endpoints.petitions.replies import list_replies
from services.intake.store import NewPetitions, Petitions
from shared import telemetry
from shared.errors import Forbidden, Rejected
from shared.vocabulary import Role
from shared.web.auth import Identity
from shared.web.call import Call
from shared.web.progress import keep_to_progress
from tests.builders import a_registration, new_number
from tests.store.test_lock_order import ask

UNIT, HUB, ABOVE = "640104010", "640104800", "640100800"
ACCUSED = "640104011"
EARLY, CAME, TODAY = date(2020, 3, 2), date(2020, 11, 16), date(2020, 11, 20)
ACCUSATION = {
    "category": "accusation",
    "case_kind": "accusation",
    "accused_office": ACCUSED,
}
OF_LAW = {"category": "claim", "case_kind": "law_and_court"}
TOPIC = "wage_arrears"
APPEALED = {
    "topic": TOPIC,
    "non_prosecution_office": ACCUSED,
    "non_prosecution_served_on": date(2020, 11, 9),
    "appellant": "victim",
    "appealed_on": CAME,
}
READ = (show_petition, petition_history, list_replies)


def registered(session, *, office=UNIT, **said):
    body = a_registration(CAME) | {"origin": "own_screening"} | said
    body["original_case_no"] = new_number()
    found = NewPetitions(session).register(body, office=office, programme="xq-2020")
    return found.petition


@pytest.mark.requirement("XQ-56")
@pytest.mark.parametrize("reader", [HUB, ABOVE])
@pytest.mark.parametrize("said", [ACCUSATION, OF_LAW], ids=["accusation", "law"])
def test_the_hub_reads_nothing_of_what_such_a_petition_of_a_unit_says(
    session, said, reader
):
    petition = registered(session, **said)
    with telemetry.work("test", trace=telemetry.background_context()):
        _, case = open_case_of(session, petition, CAME, {}, TODAY)

    for endpoint in (*READ, show_case):
        ask(session, endpoint, case.number, office=UNIT)
        with pytest.raises(Forbidden) as refused:
            ask(session, endpoint, case.number, office=reader)
        assert refused.value.code == "progress_only"
        assert "XQ-56" in refused.value.problems[0].remedy


@pytest.mark.requirement("XQ-56")
def test_a_case_is_of_a_kept_kind_as_soon_as_its_petition_is_and_stays_so(session):
    # Of days that have come for `ask`.
    said = {"category": "claim", "case_kind": "claim", "received_on": EARLY}
    claim = registered(session, **said)
    with telemetry.work("test", trace=telemetry.background_context()):
        _, case = open_case_of(session, claim, EARLY, {}, TODAY)
    shown = ask(session, show_case, case.number, office=HUB)
    changes = {"category": "accusation", "case_kind": "accusation"}
    body = {"changes": changes, "reason": "实为检举。", "office": UNIT}
    ask(session, correct_registered_petition, case.number, **body)

    assert shown["case_kind"] == "claim"
    with pytest.raises(Forbidden, match="progress_only"):
        ask(session, show_case, case.number, office=HUB)
    back = {"changes": {"case_kind": "claim"}, "reason": "更正。", "office": UNIT}
    with pytest.raises(Rejected, match="kind_not_of_category"):
        ask(session, correct_registered_case, case.number, **back)
    own = ask(session, show_case, case.number, office=UNIT)
    assert own["case_kind"] == "accusation"


@pytest.mark.requirement("XQ-56")
def test_the_hub_counts_such_petitions_and_lists_how_far_they_are(session):
    asked = {"since": CAME, "until": CAME, "counted_by": "category"}
    asked["programme"] = "xq-2020"
    before = count(session, asked)
    petition = registered(session, **ACCUSATION)
    appeal = registered(session, **OF_LAW, **APPEALED)
    page = listed(session, list_petitions, HUB)
    accusing, of_law = page[petition.number], page[appeal.number]

    assert count(session, asked) == before + 1
    assert accusing["state"] == petition.state
    assert accusing["received_on"] == CAME.isoformat()
    kept = ("accused_office", "topic", *APPEAL)
    for each in (accusing, of_law):
        assert {name: each[name] for name in kept} == dict.fromkeys(kept)
        assert each["withheld"]["code"] == "progress_only"
    own = listed(session, list_petitions, UNIT)
    assert own[petition.number]["accused_office"] == ACCUSED
    assert own[appeal.number]["topic"] == TOPIC


def listed(session, endpoint, reader, **asked):
    """
    What a list tells a reader of the petitions or cases of a unit, by number.
    """
    query = {"sort": "newest", "limit": 500, "office": UNIT, **asked}
    call = Call(Identity("经办人", reader, Role.CLERK, "t", 0), {}, query, {}, TODAY)
    call.session = session
    answer = endpoint.endpoint.answer
    items = answer.dump(endpoint.__wrapped__(call).items, many=True)
    told = keep_to_progress(call, answer, {"items": items}, kept_or_not)
    return {each["number"]: each for each in told["items"]}


@pytest.mark.requirement("XQ-56")
def test_no_list_of_cases_and_no_topic_tells_the_hub_what_such_a_case_is_about(session):
    petition = registered(session, **OF_LAW, **APPEALED)
    with telemetry.work("test", trace=telemetry.background_context()):
        _, case = open_case_of(session, petition, CAME, {}, TODAY)
    for reader, told in ((UNIT, True), (HUB, False), (ABOVE, False)):
        one = listed(session, list_cases, reader)[case.number]
        assert (bool(one["row"]), one["topic"] is not None) == (told, told)
        for endpoint in (list_cases, list_petitions):
            assert (
                case.number in listed(session, endpoint, reader, topic=TOPIC)
            ) is told


@pytest.mark.requirement("XQ-56")
@pytest.mark.parametrize(("reader", "told"), [(UNIT, True), (HUB, False)])
def test_no_ledger_that_the_hub_exports_has_such_a_case(
    session, monkeypatch, reader, told
):
    petition = registered(session, **OF_LAW)
    with telemetry.work("test", trace=telemetry.background_context()):
        _, case = open_case_of(session, petition, CAME, {}, TODAY)
    monkeypatch.setattr(exports, "transaction", lambda _: nullcontext(session))
    query = {"programme": "xq-2020", "office": UNIT}
    ledger = ask(session, export_ledger, "", query=query, office=reader)
    book = load_workbook(BytesIO(b"".join(ledger.content)))
    cells = {cell.value for sheet in book for row in sheet for cell in row}

    assert (case.number in cells) is told


def count(session, query):
    answer = ask(session, show_petition_counts, "", query=query, office=HUB)
    (of_kind,) = [e for e in answer["items"] if e["id"] == "accusation"] or [None]
    return of_kind["petitions"] if of_kind else 0


@pytest.mark.requirement("XQ-56")
@pytest.mark.parametrize("said", [ACCUSATION, OF_LAW], ids=["accusation", "law"])
def test_the_hub_is_not_told_who_petitions_by_a_petition_of_the_same_person(
    session, said
):
    who = {"petitioner": {"name": "甄相同", "id_no": "999999194605021872"}}
    kept = registered(session, **who, **said)
    own = registered(session, office=HUB, **who, **said)
    found = ask(session, propose_for_petition, own.number, office=HUB)

    assert kept.number not in {each["number"] for each in found["candidates"]}
    assert found["elsewhere"] >= 1


@pytest.mark.requirement("XQ-56")
def test_what_the_hub_registers_itself_or_is_passed_and_all_other_kinds_it_reads(
    session,
):
    own = registered(session, office=HUB, **ACCUSATION)
    other = registered(session, category="claim", case_kind="complaint")
    passed = replace(registered(session, **ACCUSATION), to_office=HUB)
    Petitions(session).update(passed)

    for petition in (own, other, passed):
        shown = ask(session, show_petition, petition.number, office=HUB)
        assert shown["number"] == petition.number
