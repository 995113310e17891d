"""
Each condition of each list finds the one of two records that meets it; the two differ
in every field that a list is narrowed down by.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.aid.domain import application as aid
from services.aid.schemas.applications import ApplicationList
from services.aid.store import Applications
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Step
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.matter import Change
from services.assignment.schemas.working.cases import CasesQuery as AssignedQuery
from services.assignment.schemas.working.cases import DutyQuery
from services.assignment.store import CaseLists, Duties, load_matters, save_changes
from services.hearing.domain.hearing import State
from services.hearing.domain.requests import HearingRequest, RequestState
from services.hearing.domain.terms import Participant
from services.hearing.schemas.decisions import HearingList, RequestList
from services.hearing.store import Hearings, Requests
from services.intake.domain.cases.cases import Case
from services.intake.domain.cases.ledgers import Import, ImportState
from services.intake.schemas.lists import CasesQuery, ImportsQuery, PetitionsQuery
from services.intake.store import Cases, Imports, NewCase, Petitions
from services.intake.store.petitions.petition_table import petitions
from shared import telemetry
from shared.records.tables import row_of
from shared.vocabulary import (
    AidOrigin,
    AlertLevel,
    Category,
    Difficulty,
    PetitionState,
    Standing,
)
from shared.web.paging import PageRequest
from tests.builders.aid import APPLIED
from tests.builders.hearing_states import DECIDED
from tests.builders.lifecycle import PETITION

OFFICE, PAGE = "991234", PageRequest(10)
DAY, TODAY = timedelta(days=1), date(2021, 3, 1)
THEN = TODAY - 100 * DAY
ONE, OTHER = f"{OFFICE}-2020-0000001", f"{OFFICE}-2021-0000002"
CHIEF, DEPUTY = "检察长", "副检察长"


@pytest.fixture
def session(owner_engine):
    """
    A transaction of the tables' owner that is taken back at the end.
    """
    work = telemetry.work("test", trace=telemetry.background_context())
    with owner_engine.connect() as session, work:
        # A record of a case stands there without the case.
        session.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield session


def check(query, conditions, ask):
    """
    *conditions*: what a list may be asked for by each name, and the numbers of those
    that are found.
    """
    of_page = {"office", "after", "limit", "sort"}
    assert conditions.keys() == query().fields.keys() - of_page
    found = {
        (name, value): [*ask(**{name: value})]
        for name, expected in conditions.items()
        for value, _ in expected
    }

    assert found == {
        (name, value): [number]
        for name, expected in conditions.items()
        for value, number in expected
    }


def either(one, other):
    return (one, ONE), (other, OTHER)


# -- intake


def test_petitions_are_found_by_each_of_their_conditions(session):
    one = replace(
        PETITION, number=ONE, office=OFFICE, received_on=THEN, handler_post=CHIEF
    )
    other = replace(
        one,
        number=OTHER,
        programme="meixian",
        received_on=TODAY,
        channel="visit",
        category=Category.ACCUSATION,
        case_kind="accusation",
        topic="land",
        state=PetitionState.ACCEPTED,
        handler_post=DEPUTY,
        repeat_of=ONE,
        withdrawn_on=TODAY,
        registration_level="county",
        persons=6,
        group_visit=True,
    )
    one = replace(one, topic="property", registration_level="national")
    sealed = {"keys": [], "names": [], "content": str(uuid4()), "encrypted": b""}
    for each in (one, other):
        session.execute(petitions.insert().values(**row_of(each), **sealed))

    check(
        PetitionsQuery,
        {
            "number": either(f"{OFFICE}-2020", f"{OFFICE}-2021"),
            "programme": either("puyang-2020", "meixian"),
            "channel": either("letter", "visit"),
            "category": either(Category.CLAIM, Category.ACCUSATION),
            "state": either(PetitionState.REGISTERED, PetitionState.ACCEPTED),
            "case_kind": either("complaint", "accusation"),
            "topic": either("property", "land"),
            "registration_level": either("national", "county"),
            "handler_post": either(CHIEF, DEPUTY),
            "persons_from": [(6, OTHER)],
            "group_visit": either(False, True),
            "first": either(True, False),
            "withdrawn": either(False, True),
            "since": [(TODAY, OTHER)],
            "until": [(THEN, ONE)],
        },
        lambda **asked: [
            each.number
            for each in Petitions(session).of_offices([OFFICE], PAGE, **asked).items
        ],
    )


def test_cases_are_found_by_each_of_their_conditions(session):
    one = Case(
        number=ONE,
        office=OFFICE,
        programme="puyang-2020",
        opened_on=THEN,
        track="campaign",
        in_scope=True,
        failing=(),
        repeats=0,
        origin="own_screening",
        case_kind="complaint",
        topic="property",
        registration_level="national",
        channel="letter",
    )
    other = replace(
        one,
        number=OTHER,
        programme="meixian",
        opened_on=TODAY,
        track="everyday",
        in_scope=False,
        origin="handed_down",
        case_kind="accusation",
        topic="land",
        registration_level="county",
        persons=6,
        channel="visit",
        closed_as="resolved",
    )
    new = [
        NewCase(case, {"case_no": case.number}, str(uuid4())) for case in (one, other)
    ]
    Cases(session).open(new, None)

    check(
        CasesQuery,
        {
            "number": either(f"{OFFICE}-2020", f"{OFFICE}-2021"),
            "programme": either("puyang-2020", "meixian"),
            "case_no": either(ONE, OTHER),
            "origin": either("own_screening", "handed_down"),
            "case_kind": either("complaint", "accusation"),
            "topic": either("property", "land"),
            "registration_level": either("national", "county"),
            "channel": either("letter", "visit"),
            "persons_from": [(6, OTHER)],
            "track": either("campaign", "everyday"),
            "state": either("open", "closed"),
            "not_updated_since": [(TODAY, ONE)],
            "in_scope": either(True, False),
            "since": [(TODAY, OTHER)],
            "until": [(THEN, ONE)],
        },
        lambda **asked: [
            case.number
            for case, _ in Cases(session).of_offices([OFFICE], PAGE, **asked).items
        ],
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [("merged", {"merged_into": ONE}), ("withdrawn", {"withdrawn_on": TODAY})],
)
def test_cases_are_found_by_what_ended_them(session, state, said):
    open_case = Case(
        *(ONE, OFFICE, "puyang-2020", THEN, "campaign", True, (), 0),
        *("own_screening", "complaint"),
    )
    ended = replace(open_case, number=OTHER, **said)
    new = [
        NewCase(each, {"case_no": each.number}, str(uuid4()))
        for each in (open_case, ended)
    ]
    Cases(session).open(new, None)
    page = Cases(session).of_offices([OFFICE], PAGE, state=state)

    assert [case.number for case, _ in page.items] == [OTHER]


def test_pushed_ledgers_are_found_by_each_of_their_conditions(session):
    now = datetime(2021, 3, 1, tzinfo=UTC)
    one = Import(
        id=str(uuid4()),
        office=OFFICE,
        programme="puyang-2020",
        filename="台账.xlsx",
        dry_run=False,
        created_at=now,
        moved_at=now,
    )
    other = replace(one, id=str(uuid4()), programme="meixian", state=ImportState.DONE)
    numbers = {one.id: ONE, other.id: OTHER}
    for each in (one, other):
        Imports(session).push(each, b"", each.id)

    check(
        ImportsQuery,
        {
            "programme": either("puyang-2020", "meixian"),
            "state": either(ImportState.WAITING, ImportState.DONE),
        },
        lambda **asked: [
            numbers[each.id]
            for each in Imports(session).of_offices([OFFICE], PAGE, **asked).items
        ],
    )


# -- assignment


@pytest.fixture
def matters(session):
    """
    Two cases with what is owed in each: one overdue, the other paused.
    """
    cases = {
        ONE: {
            "programme": "puyang-2020",
            "origin": "own_screening",
            "case_kind": "complaint",
            "case_class": "first",
            "difficulty": Difficulty.NAIL,
            "handler_post": CHIEF,
        },
        OTHER: {
            "programme": "meixian",
            "origin": "handed_down",
            "case_kind": "accusation",
            "case_class": "second",
            "difficulty": Difficulty.ORDINARY,
            "standing": Standing.RESOLVED,
            "handler_post": DEPUTY,
        },
    }
    for number, row in cases.items():
        before = load_matters(session, [number])[number]
        begun = {"office": OFFICE, "opened_on": THEN, "is_case": True}
        matter = replace(before, **begun, **row)
        save_changes(session, [Change(before, matter, leadership=Leadership())])
    owed = Duty(
        id=f"{ONE}/procedural_reply",
        number=ONE,
        office=OFFICE,
        programme="puyang-2020",
        kind="procedural_reply",
        title="七日内答复",
        source="PY-37",
        opened_on=THEN,
        due_on=TODAY - DAY,
        provisional=False,
        steps=(),
        post=CHIEF,
        handler_post=CHIEF,
    )
    paused = replace(
        owed,
        id=f"{OTHER}/three_month_answer",
        number=OTHER,
        programme="meixian",
        kind="three_month_answer",
        due_on=TODAY + 90 * DAY,
        steps=(Step(THEN, "paused"),),
        post=DEPUTY,
        handler_post=DEPUTY,
    )
    Duties(session).save([owed, paused])


@pytest.mark.usefixtures("matters")
def test_duties_are_found_by_each_of_their_conditions(session):
    def ask(kind=None, **asked):
        page = Duties(session).page(
            [OFFICE], TODAY, PAGE, kinds=[kind] if kind else (), **asked
        )
        return [duty.number for duty in page.items]

    check(
        DutyQuery,
        {
            "state": either("overdue", "paused"),
            "alert_level": either(AlertLevel.RED, AlertLevel.BLUE),
            "kind": either("procedural_reply", "three_month_answer"),
            "post": either(CHIEF, DEPUTY),
            "handler_post": either(CHIEF, DEPUTY),
            "due_before": [(TODAY, ONE)],
            "programme": either("puyang-2020", "meixian"),
            "number": either(ONE, OTHER),
        },
        ask,
    )


@pytest.mark.usefixtures("matters")
def test_cases_are_found_by_what_assignment_has_of_them(session):
    check(
        AssignedQuery,
        {
            "programme": either("puyang-2020", "meixian"),
            "origin": either("own_screening", "handed_down"),
            "case_kind": either("complaint", "accusation"),
            "case_class": either("first", "second"),
            "difficulty": either(Difficulty.NAIL, Difficulty.ORDINARY),
            "standing": either(Standing.OPEN, Standing.RESOLVED),
            "handler_post": either(CHIEF, DEPUTY),
            "stubborn": either(True, False),
        },
        lambda **asked: [
            case.number
            for case in CaseLists(session).page([OFFICE], PAGE, **asked).items
        ],
    )


# -- hearing and aid


def test_hearings_are_found_by_their_state(session):
    one = replace(DECIDED, id=str(uuid4()), case_number=ONE, office=OFFICE)
    other = replace(one, id=str(uuid4()), case_number=OTHER, state=State.NOT_NEEDED)
    Hearings(session).insert(one, other)

    check(
        HearingList,
        {"state": either(State.DECIDED, State.NOT_NEEDED)},
        lambda **asked: [
            each.case_number
            for each in Hearings(session).of_offices([OFFICE], PAGE, **asked).items
        ],
    )


def test_requests_for_a_hearing_are_found_by_their_state(session):
    one = HearingRequest(
        id=str(uuid4()),
        case_number=ONE,
        office=OFFICE,
        programme="puyang-2020",
        role=Participant.PETITIONER,
        requested_on=TODAY,
        due_on=None,
    )
    other = replace(one, id=str(uuid4()), case_number=OTHER, state=RequestState.GRANTED)
    Requests(session).insert(one, other)

    check(
        RequestList,
        {"state": either(RequestState.OPEN, RequestState.GRANTED)},
        lambda **asked: [
            each.case_number
            for each in Requests(session).of_offices([OFFICE], PAGE, **asked).items
        ],
    )


def test_applications_for_aid_are_found_by_each_of_their_conditions(session):
    one = replace(
        APPLIED,
        id=str(uuid4()),
        case_number=ONE,
        office=OFFICE,
        once=None,
        origin=AidOrigin.ON_APPLICATION,
    )
    other = replace(
        one,
        id=str(uuid4()),
        case_number=OTHER,
        origin=AidOrigin.OWN_MOTION,
        state=aid.State.VERIFIED,
    )
    Applications(session).insert(one, other)

    check(
        ApplicationList,
        {
            "state": either(aid.State.APPLIED, aid.State.VERIFIED),
            "origin": either(AidOrigin.ON_APPLICATION, AidOrigin.OWN_MOTION),
        },
        lambda **asked: [
            each.case_number
            for each in Applications(session).of_offices([OFFICE], PAGE, **asked).items
        ],
    )
