"""
Moves of cases on the real database: what is stored, mirrored, posted and rebuilt.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from services.aid.store import Cases as CasesOfAid
from services.assignment.casework.moves import Reason, move_cases
from services.assignment.store import CaseMoves, Duties, Matters
from services.hearing.casework.moves import follow_moves as move_hearings
from services.hearing.domain.hearing import Hearing, State
from services.hearing.store import Cases as CasesOfHearing
from services.hearing.store import Hearings
from services.intake.casework.moves import follow_moves
from services.intake.domain.cases.cases import Case
from services.intake.events.enrolments import CaseEnrolled
from services.intake.store import OUTBOX, NewCase, NewPetitions, Petitions
from services.intake.store import Cases as CasesOfIntake
from services.reporting.casework.rebuild import rebuild
from services.reporting.domain.figures import FiguresRequest
from services.reporting.store.details import Details
from shared import telemetry
from shared.events import Envelope, ReceivedEvent
from shared.matter_numbers import NotItsOfficeYet
from shared.messaging.event_catalogue import reads_of
from shared.vocabulary import HearingDecision
from shared.web.paging import PageRequest
from tests.builders import (
    CITY,
    COUNTY,
    NEIGHBOUR,
    a_petition,
    an_envelope,
    case_opened,
    case_repeated,
    led_case_opened,
    new_number,
)
from tests.builders.readers import READERS
from tests.builders.statements import statements

pytestmark = pytest.mark.stack

OPENED, MOVED, LATER = date(2021, 3, 1), date(2021, 3, 10), date(2021, 4, 1)


class Services:
    """
    What four services make of events, in one transaction.
    """

    def __init__(self, session):
        self.session = session
        self.seen = set(session.scalars(sa.text(_IDS)))

    def announce(self, *events):
        OUTBOX.announce(self.session, *events)
        self.deliver()

    def deliver(self, *readers):
        """
        Bring every announced event to its readers, until there are no more.
        """
        while fresh := self.fresh():
            for envelope in fresh:
                self.seen.add(envelope.id)
                for reader in readers or READERS:
                    self.bring(envelope, reader)

    def fresh(self):
        rows = self.session.execute(sa.text(_NEW)).all()
        return [
            Envelope.from_mapping({**row.body, "sequence": row.position})
            for row in rows
            if str(row.id) not in self.seen
        ]

    def bring(self, envelope, reader):
        schema = reads_of(reader).get(envelope.type)
        if schema is not None:
            event = ReceivedEvent(envelope, schema.load(envelope.payload))
            READERS[reader](self.session, event)

    def figures(self, number, office, on):
        """
        What a case counts as at an office on a day.
        """
        query = sa.text(
            "SELECT measure, sum(amount) FROM reporting.entries"
            " WHERE office = :office AND day <= :on AND case_number = :number"
            " GROUP BY measure HAVING sum(amount) <> 0"
        )
        given = {"office": office, "on": on, "number": number}
        return dict(map(tuple, self.session.execute(query, given)))


_OUTBOXES = " UNION ALL ".join(
    f"SELECT id, body, position FROM {name}.outbox"  # noqa: S608 - of ours
    for name in ("intake", "assignment", "hearing", "reporting")
)
_IDS = f"SELECT id::text FROM ({_OUTBOXES}) AS every"  # noqa: S608 - likewise
_NEW = f"SELECT * FROM ({_OUTBOXES}) AS every ORDER BY position"  # noqa: S608


@pytest.fixture
def services(database):
    with (
        database.engine("owner").connect() as session,
        telemetry.work("test", trace=telemetry.background_context()),
    ):
        yield Services(session)
        session.rollback()


def a_case(services, event=case_opened):
    number = new_number()
    services.announce(event(number, occurred_on=OPENED, repeats=2, in_scope=True))
    return number


def move(services, number, to=NEIGHBOUR, on=MOVED):
    move_cases(services.session, {number: to}, on, Reason("handed_on", "", "审核人"))


def test_a_move_is_stored_with_the_case_its_duties_and_its_history(services):
    number = a_case(services)
    move(services, number)
    row = Matters(services.session).get(number)
    owed = Duties(services.session).of_matter(number)
    moves = CaseMoves(services.session).of_case(number)

    assert row.office == NEIGHBOUR
    assert {duty.office for duty in owed if not duty.closed} == {NEIGHBOUR}
    assert {duty.past[0].office for duty in owed if duty.past} == {COUNTY}
    assert [(each.from_office, each.to_office) for each in moves] == [
        (COUNTY, NEIGHBOUR)
    ]


def test_every_service_knows_the_office_that_has_the_case(services):
    number = a_case(services)
    move(services, number)
    services.deliver()

    for cases in (CasesOfHearing, CasesOfAid):
        case = cases(services.session).get(number)
        assert (case.office, case.had_by) == (NEIGHBOUR, (COUNTY,))


def test_what_is_not_planned_yet_moves_along_but_never_before_it_was_decided(services):
    number, session = a_case(services), services.session
    decided = Hearing(
        id=new_number("h"),
        case_number=number,
        office=COUNTY,
        programme="puyang-2020",
        state=State.DECIDED,
        decision=HearingDecision.HOLD,
        decided_on=LATER,
        reason="当事人申请。",
        approver_post="检察长",
    )
    refused = {"state": State.NOT_NEEDED, "decision": HearingDecision.NOT_NEEDED}
    others = [
        replace(decided, id=new_number("h"), **refused),
        replace(decided, id=new_number("h"), state=State.PLANNED),
    ]
    Hearings(session).insert(decided, *others)
    move(services, number)
    (moved,) = [e for e in services.fresh() if e.type == "assignment.case_moved"]
    schema = reads_of("hearing")[moved.type]
    event = ReceivedEvent(moved, schema.load(moved.payload))
    move_hearings(session, CasesOfHearing(session).mirror(event))

    said = [e for e in services.fresh() if e.type == "hearing.hearing_moved"]
    assert [(e.payload["hearing"], e.occurred_on) for e in said] == [
        (decided.id, LATER)
    ]
    assert (said[0].office, said[0].payload["from_office"]) == (NEIGHBOUR, COUNTY)
    offices = [Hearings(session).get(each.id).office for each in (decided, *others)]
    assert offices == [NEIGHBOUR, NEIGHBOUR, COUNTY]


@pytest.mark.parametrize("event", [case_opened, led_case_opened])
def test_what_a_case_counts_as_passes_on_and_a_rebuild_gives_the_same(services, event):
    number = a_case(services, event)
    move(services, number)
    services.deliver()

    def all_of_it():
        return {
            (office, day): services.figures(number, office, day)
            for office in (COUNTY, NEIGHBOUR)
            for day in (OPENED, MOVED, LATER)
        }

    found = all_of_it()
    rebuild(services.session, "events")

    assert found[COUNTY, OPENED]["base"] == 1
    assert found[COUNTY, MOVED] == {}
    assert found[NEIGHBOUR, OPENED] == {}
    assert found[NEIGHBOUR, MOVED]["base"] == 1
    assert found[NEIGHBOUR, MOVED]["repeats"] == 2
    assert "led" not in found[NEIGHBOUR, MOVED]
    assert all_of_it() == found


@pytest.mark.parametrize(
    ("on", "has_it"), [(OPENED, COUNTY), (MOVED, NEIGHBOUR), (LATER, NEIGHBOUR)]
)
def test_a_figure_is_explained_by_a_moved_case_at_the_office_that_had_it(
    services, on, has_it
):
    number, session = a_case(services), services.session
    move(services, number)
    services.deliver()
    moment = session.scalar(sa.text("SELECT clock_timestamp()"))
    request = FiguresRequest("puyang-2020", CITY, on, moment + timedelta(minutes=5))

    def behind(*offices):
        details = Details(session)
        query = details.entries_behind(request, offices, "base")
        rows = details.cases_page(query, PageRequest(200)).items
        return [
            (row["office"], row["amount"])
            for row in rows
            if row["case_number"] == number
        ]

    (other,) = {COUNTY, NEIGHBOUR} - {has_it}
    assert behind(COUNTY, NEIGHBOUR) == [(has_it, 1)]
    assert behind(has_it) == [(has_it, 1)]
    assert behind(other) == []


def test_what_the_new_office_announces_before_the_move_arrives_is_tried_again(services):
    number = a_case(services)
    move(services, number)
    (moved,) = [e for e in services.fresh() if e.type == "assignment.case_moved"]
    OUTBOX.announce(
        services.session,
        case_repeated(number, office=NEIGHBOUR, occurred_on=LATER, in_scope=True),
    )
    (early,) = [e for e in services.fresh() if e.type == "intake.case_repeated"]
    with pytest.raises(NotItsOfficeYet), services.session.begin_nested():
        services.bring(early, "reporting")
    services.bring(moved, "reporting")
    services.bring(early, "reporting")

    query = "SELECT office FROM reporting.entries WHERE event_id = CAST(:id AS uuid)"
    found = services.session.scalars(sa.text(query), {"id": early.id})
    assert set(found) == {NEIGHBOUR}


def test_what_the_old_office_announces_late_follows_the_case(services):
    number = a_case(services)
    move(services, number)
    late = case_repeated(number, occurred_on=OPENED, in_scope=True, counted=True)
    services.announce(late)

    assert services.figures(number, COUNTY, LATER).get("repeats") is None
    assert services.figures(number, NEIGHBOUR, LATER)["repeats"] == 3


def test_of_a_late_enrolment_by_the_old_office_what_it_counts_follows(services):
    number, further = a_case(services), "xq-2020"
    move(services, number)
    said = {
        **vars(case_opened(number, occurred_on=LATER, programme=further)),
        "repeats": 1,
        "in_scope": True,
    }
    late = CaseEnrolled(**said, own_programme="puyang-2020", corrections=0)
    services.announce(late)

    def counted(office):
        query = sa.text(
            "SELECT measure, sum(amount) FROM reporting.entries WHERE programme = :code"
            " AND office = :office AND case_number = :number"
            " AND measure IN ('base', 'repeats') GROUP BY 1 HAVING sum(amount) <> 0"
        )
        given = {"code": further, "office": office, "number": number}
        return dict(map(tuple, services.session.execute(query, given)))

    assert counted(COUNTY) == {}
    assert counted(NEIGHBOUR) == {"base": 1, "repeats": 1}


# -- in sets


def moved(number, had_by=(COUNTY,), to=NEIGHBOUR, sequence=1):
    """
    The event that a case moved, as each of the services reads it.
    """
    payload = {
        "programme": "puyang-2020",
        "from_office": had_by[-1],
        "to_office": to,
        "had_by": list(had_by),
        "reason": "handed_on",
        "leaderless": True,
        "stock": [],
    }
    return an_envelope(
        "assignment.case_moved",
        MOVED,
        office=to,
        case_number=number,
        sequence=sequence,
        payload=payload,
    )


def read(reader, *envelopes):
    schemas = reads_of(reader)
    return [ReceivedEvent(e, schemas[e.type].load(e.payload)) for e in envelopes]


def mirrored(cases):
    """
    How so many cases begin at a mirror, and how it follows their moves.
    """

    def begin(session, count):
        about = {"programme": "puyang-2020", "in_scope": True}
        about |= {"office": COUNTY, "sequence": 1}
        numbers = [new_number() for _ in range(count)]
        session.execute(cases.table.insert(), [{**about, "number": n} for n in numbers])
        return numbers

    return begin, lambda session, *moves: cases(session).mirror(*moves)


def registered(session, count):
    """
    Petitions that became cases.
    """
    stored = {"received_on": OPENED, "origin": "letter", "persons": 1}
    about = {"office": COUNTY, "programme": "puyang-2020"}
    cases = []
    for _ in range(count):
        body = a_petition() | stored
        petition = NewPetitions(session).register(body, **about).petition
        case = Case(
            **about,
            number=petition.number,
            opened_on=OPENED,
            track="campaign",
            in_scope=True,
            failing=(),
            repeats=0,
            origin="own_screening",
            case_kind="complaint",
        )
        cases.append(NewCase(case, {"case_no": case.number}, "0f" * 16))
    CasesOfIntake(session).open(cases, None)
    return [each.case.number for each in cases]


def unheard_of(_session, count):
    return [new_number() for _ in range(count)]


FOLLOWERS = {
    "hearing": mirrored(CasesOfHearing),
    "aid": mirrored(CasesOfAid),
    "intake": (registered, follow_moves),
}
IN_SETS = {**FOLLOWERS, "reporting": (unheard_of, READERS["reporting"])}


@pytest.mark.parametrize("reader", IN_SETS)
def test_the_number_of_statements_does_not_grow_with_that_of_moves(services, reader):
    begin, follow = IN_SETS[reader]

    def followed(count):
        moves = read(reader, *map(moved, begin(services.session, count)))
        with statements(services.session) as sent:
            follow(services.session, *moves)
        return len(sent)

    assert followed(50) == followed(1)


@pytest.mark.parametrize("reader", FOLLOWERS)
def test_of_the_moves_of_a_case_the_newest_holds_in_whatever_order(services, reader):
    begin, follow = FOLLOWERS[reader]
    session = services.session
    numbers = sorted(begin(session, 2), reverse=True)
    first = [moved(number) for number in numbers]
    on = [moved(n, (COUNTY, NEIGHBOUR), CITY, sequence=2) for n in numbers]
    follow(session, *read(reader, on[0], first[0], first[1]))
    follow(session, *read(reader, on[1]))
    follow(session, *read(reader, *first))

    table = sa.table("cases", *map(sa.column, ("number", "office", "had_by")))
    table.schema = reader
    query = sa.select(table).where(table.c.number.in_(numbers))
    assert sorted(map(tuple, session.execute(query))) == sorted(
        (number, CITY, [COUNTY, NEIGHBOUR]) for number in numbers
    )
    if reader == "intake":
        petitions = [Petitions(session).get(number) for number in numbers]
        assert {petition.office for petition in petitions} == {CITY}


def test_intake_locks_petitions_before_their_cases_as_the_endpoints_do(services):
    session = services.session
    moves = read("intake", *map(moved, registered(session, 2)))
    with statements(session) as sent:
        follow_moves(session, *moves)

    locked = [text for text in sent if "FOR UPDATE" in text]
    assert ["intake.petitions" in text for text in locked] == [True, False]
    assert ["intake.cases" in text for text in locked] == [False, True]
    assert all("ORDER BY" in text for text in locked)


def test_a_mirror_waits_for_a_case_that_moved_before_it_was_known(services):
    begin, follow = FOLLOWERS["aid"]
    (known,) = begin(services.session, 1)
    moves = read("aid", moved(known), moved(new_number()))
    with pytest.raises(NotItsOfficeYet):
        follow(services.session, *moves)
