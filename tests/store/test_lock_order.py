"""
Two transactions about one matter: what one changes the other reads again once it has
its lock, petitions are locked before the case, and nobody locks what it may not see.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from services.aid.endpoints.social import list_follow_ups
from services.aid.store import Applications
from services.aid.store import Cases as CasesOfAid
from services.hearing.domain.members import Member
from services.hearing.domain.terms import MemberStatus
from services.hearing.endpoints.members import change_member
from services.hearing.store import Members
from services.intake.casework.proposals import follow_registration, open_case_of
from services.intake.domain.national import NationalEntry
from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.steps import Step
from services.intake.endpoints.cases.matching import decide_matter
from services.intake.endpoints.cases.proposals import make_case
from services.intake.endpoints.corrections.corrections import (
    correct_registered_petition,
)
from services.intake.endpoints.corrections.history import (
    correct_registered_case,
    reinstate_withdrawn_case,
    withdraw_registered_case,
)
from services.intake.endpoints.corrections.step_corrections import (
    correct_delivery_of_petition,
)
from services.intake.endpoints.corrections.withdrawals import (
    withdraw_registered_petition,
)
from services.intake.store import (
    Cases,
    Deliveries,
    NationalEntries,
    NewPetitions,
    Petitions,
    Steps,
)
from services.intake.store.national import national_entries
from shared import telemetry
from shared.errors import Conflict, NotFound
from shared.vocabulary import (
    DeliveryOutcome,
    PetitionState,
    PetitionStep,
    ReplyMode,
    Role,
)
from shared.web.auth import Identity
from shared.web.call import Call
from tests.builders import CITY, COUNTY, NEIGHBOUR, a_registration, new_number
from tests.builders.aid import APPLIED
from tests.service.asking import PROGRAMME, a_row
from tests.store.registering import Office

CAME, TODAY = date(2020, 3, 2), date(2020, 3, 31)
LATER = CAME + timedelta(days=4)
MISTAKE = {"cause": "registered_by_mistake", "reason": "误登。"}


@pytest.fixture
def engine(migrated):
    engine = migrated.engine("intake")
    yield engine
    engine.dispose()


def ask(
    session, endpoint, number, *, path=(), query=(), office=COUNTY, today=TODAY, **body
):
    """
    What an endpoint answers about a petition or case, in this transaction.
    """
    who = Identity("承办人", office, Role.CLERK, "t", 0)
    call = Call(who, body, dict(query), {"number": number, **dict(path)}, today)
    call.session = session
    trace = replace(telemetry.background_context(), actor=f"{office} {who.actor}")
    with telemetry.work("test", trace=trace):
        return endpoint.__wrapped__(call)


@dataclass
class WithdrawnCase:
    """
    A case that was registered by mistake, and the petitions of its matter.
    """

    original: dict
    number: str = ""

    def register(self, session, day):
        who = {"petitioner": {"name": "李六", "id_no": "999999194605021872"}}
        body = a_registration(day) | who | self.original
        found = NewPetitions(session).register(body, office=COUNTY, programme=PROGRAMME)
        return found.petition

    def follow(self, session, day):
        with telemetry.work("test", trace=telemetry.background_context()):
            petition = self.register(session, day)
            return follow_registration(session, petition, TODAY, by="t")

    def reinstate(self, session):
        body = {"approver_post": "检察长", "reason": "撤销有误。"}
        return ask(session, reinstate_withdrawn_case, self.number, **body)


@pytest.fixture
def withdrawn(engine):
    withdrawn = WithdrawnCase({"original_case_no": new_number()})
    with (
        telemetry.work("test", trace=telemetry.background_context()),
        engine.begin() as session,
    ):
        first = withdrawn.register(session, CAME)
        _, case = open_case_of(session, first, CAME, {}, TODAY)
        ask(session, withdraw_registered_case, case.number, **MISTAKE)
    withdrawn.number = case.number
    return withdrawn


def alone(engine, work):
    """
    What *work* answers in a transaction of its own.
    """
    with engine.begin() as session:
        return work(session)


def test_a_petition_that_is_withdrawn_meanwhile_is_no_repeat_of_a_reinstated_case(
    engine, somebody_waits, withdrawn
):
    with engine.begin() as session:
        later = withdrawn.register(session, LATER)

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        petitions = Petitions(session)
        petitions.lock_matters({petitions.matter(later.number)}, {later.number})
        reinstated = pool.submit(alone, engine, withdrawn.reinstate)
        somebody_waits()
        # Whoever has the petition may have the case as well.
        Cases(session).get(withdrawn.number, lock=True)
        ask(session, withdraw_registered_petition, later.number, **MISTAKE)
        session.commit()
        assert reinstated.result(60)["repeats"] == 0


@pytest.mark.parametrize("first", ["registered", "reinstated"])
def test_a_petition_that_is_registered_at_that_moment_is_a_repeat_of_a_reinstated_case(
    engine, somebody_waits, withdrawn, first
):
    register = partial(withdrawn.follow, day=LATER)
    acts = [register, withdrawn.reinstate]
    one, other = acts if first == "registered" else reversed(acts)

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        one(session)
        waits = pool.submit(alone, engine, other)
        somebody_waits()
        session.commit()
        waits.result(60)

    with engine.begin() as session:
        assert Cases(session).get(withdrawn.number).repeats == 1


@pytest.mark.parametrize("act", ["registered", "corrected"])
def test_nobody_registers_a_petition_of_a_matter_that_changes_at_that_moment(
    engine, somebody_waits, act
):
    matter = WithdrawnCase({"original_case_no": new_number()})
    register = partial(matter.register, day=LATER)
    foreign = WithdrawnCase({"original_case_no": new_number()})
    with engine.begin() as session:
        earlier = foreign.register(session, CAME).number

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        if act == "registered":
            earlier = matter.register(session, CAME).number
        else:
            body = {"changes": matter.original, "reason": "误填。"}
            ask(session, correct_registered_petition, earlier, **body)
        other = pool.submit(alone, engine, register)
        somebody_waits()
        session.commit()
        assert other.result(60).repeat_of == earlier


def test_of_two_corrections_of_a_delivery_at_once_one_is_refused(
    engine, somebody_waits, withdrawn
):
    step = Step(
        id=new_number("s"),
        petition=withdrawn.number,
        kind=PetitionStep.ACCEPTED,
        on=CAME,
        state=PetitionState.ACCEPTED,
        document="受1",
    )
    delivery = Delivery(
        id=new_number("d"),
        petition=withdrawn.number,
        step=step.id,
        on=CAME,
        mode=ReplyMode.PHONE,
        outcome=DeliveryOutcome.FAILED,
    )
    with engine.begin() as session:
        Steps(session).insert(step)
        Deliveries(session).insert(delivery)

    def correct(session, outcome):
        right = {"on": LATER, "mode": "letter", "outcome": outcome}
        return ask(
            session,
            correct_delivery_of_petition,
            withdrawn.number,
            path={"delivery": delivery.id},
            right=right,
            reason="误填。",
        )

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        correct(session, "signed")
        again = pool.submit(alone, engine, partial(correct, outcome="refused"))
        somebody_waits()
        session.commit()
        with pytest.raises(Conflict) as refused:
            again.result(60)

    assert refused.value.code == "delivery_withdrawn"
    with engine.begin() as session:
        (stands,) = Deliveries(session).of_petition(withdrawn.number)
        assert stands.outcome is DeliveryOutcome.SIGNED


def test_a_decision_about_a_matter_locks_no_petition_that_the_office_may_not_see(
    engine, withdrawn
):
    with engine.begin() as session:
        body = a_registration(CAME)
        register = NewPetitions(session).register
        foreign = register(body, office=NEIGHBOUR, programme=PROGRAMME).petition

    body = {"same_as": foreign.number, "decided_on": TODAY, "reason": "同一人。"}
    body["new_facts"] = False
    with engine.begin() as theirs, engine.begin() as session:
        Petitions(theirs).lock({foreign.number})
        session.execute(_AT_ONCE)
        with pytest.raises(NotFound):
            ask(session, decide_matter, withdrawn.number, **body)


@pytest.fixture
def two_matters(engine):
    """
    Two matters, each with a case and a petition that counts as its repeat.
    """
    numbers = []
    with (
        telemetry.work("test", trace=telemetry.background_context()),
        engine.begin() as session,
    ):
        for matter in [WithdrawnCase({"original_case_no": new_number()}) for _ in "ab"]:
            first = matter.register(session, CAME)
            _, case = open_case_of(session, first, CAME, {}, TODAY)
            later = matter.register(session, LATER)
            follow_registration(session, later, TODAY, by="t")
            numbers.append((case.number, later.number))
    return numbers


def test_two_decisions_that_cross_follow_each_other(
    engine, somebody_waits, two_matters
):
    (one, its_repeat), (other, others_repeat) = two_matters

    def decide(session, number, same_as):
        body = {"same_as": same_as, "new_facts": False}
        body |= {"decided_on": TODAY, "reason": "同一事项。"}
        return ask(session, decide_matter, number, **body)

    with ThreadPoolExecutor(2) as pool, engine.begin() as session:
        # Each would take the case of its own matter first, and then the other's.
        Cases(session).get(one, lock=True)
        decided = [
            pool.submit(
                alone, engine, partial(decide, number=its_repeat, same_as=other)
            )
        ]
        somebody_waits()
        crossing = partial(decide, number=others_repeat, same_as=one)
        decided.append(pool.submit(alone, engine, crossing))
        somebody_waits(2)
        session.commit()
        for each in decided:
            each.result(60)

    with engine.begin() as session:
        now = Petitions(session)
        assert now.get(its_repeat).repeat_of == other
        assert now.get(others_repeat).repeat_of == one


def _correct_row(session, number, **changes):
    body = {"changes": changes, "reason": "误填。"}
    return ask(session, correct_registered_case, number, **body)


@pytest.mark.parametrize("act", [make_case, reinstate_withdrawn_case, "row"])
def test_who_waited_for_a_matter_that_was_changed_meanwhile_is_refused(
    engine, somebody_waits, withdrawn, two_matters, act
):
    """
    What was compared before is of another matter than the one that is locked.
    """
    other = {"original_case_no": new_number()}
    correct = partial(
        ask, endpoint=correct_registered_petition, changes=other, reason="误填。"
    )
    if act == "row":
        number = two_matters[0][0]
        changing = partial(_correct_row, number=number, **other)
        waiting = partial(_correct_row, number=number, repeats_in_window="3")
    elif act is make_case:
        number = two_matters[0][1]
        changing = partial(correct, number=number)
        waiting = partial(ask, endpoint=act, number=number, opened_on=LATER)
    else:
        changing = partial(correct, number=withdrawn.number)
        waiting = withdrawn.reinstate

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        changing(session)
        waits = pool.submit(alone, engine, waiting)
        somebody_waits()
        session.commit()
        with pytest.raises(Conflict) as refused:
            waits.result(60)

    assert refused.value.code == "corrected_meanwhile"


def test_a_row_of_a_ledger_waits_for_who_registers_a_repeat_of_its_matter(
    engine, somebody_waits, monkeypatch
):
    original = {"original_case_no": "（2019）豫0922刑初8011号"}
    who = {"name": "甄再来", "id_no": "999999194605021872"}
    matter = WithdrawnCase({**original, "petitioner": who})
    stated = {"petitioner_name": who["name"], "id_no": who["id_no"], **original}
    row = a_row(repeats_in_window=0, **stated)

    monkeypatch.setattr(Office, "announce", lambda *_: None)

    def push(session):
        return Office(session, monkeypatch).push(row)

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        for day in (CAME, LATER):
            matter.register(session, day)
        pushed = pool.submit(alone, engine, push)
        somebody_waits()
        session.commit()
        result = pushed.result(60)

    codes = [p["code"] for each in result.rejected for p in each["problems"]]
    assert codes == ["repeats_below_known"]


def test_two_lists_of_the_same_days_are_taken_one_after_the_other(
    engine, somebody_waits
):
    """
    An office and the one above it push what is entered of the same receptions.
    """
    entry = NationalEntry(COUNTY, new_number("A"), CAME, new_number())

    again = replace(entry, number=new_number("B"))

    def push(session, entry):
        NationalEntries(session).replace([COUNTY], CAME, CAME, [entry])

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        push(session, entry)
        other = pool.submit(alone, engine, partial(push, entry=again))
        somebody_waits()
        session.commit()
        other.result(60)
    stored = sa.select(national_entries.c.number).where(
        national_entries.c.number.in_([entry.number, again.number])
    )

    assert alone(engine, lambda session: session.scalars(stored).all()) == [
        again.number
    ]


def test_a_member_who_is_suspended_during_a_draw_is_drawn_and_suspended(
    migrated, somebody_waits
):
    engine = migrated.engine("hearing")
    member = Member(
        id=new_number("m"),
        office=COUNTY,
        number=new_number(),
        role="人大代表",
        trade="教师",
        term_from=CAME,
        term_to=date(2024, 12, 31),
        eligibility=(),
        confirmed_on=CAME,
        status_on=CAME,
    )
    with engine.begin() as session:
        Members(session).insert(member)

    def suspend(session):
        body = {"status": "suspended", "on": TODAY, "reason": "请假。"}
        path = {"identity": member.id}
        return ask(session, change_member, member.number, path=path, **body)

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        Members(session).lock_register(COUNTY)
        suspended = pool.submit(alone, engine, suspend)
        somebody_waits()
        Members(session).update(replace(member, last_drawn_on=TODAY))
        session.commit()
        after = suspended.result(60)
    engine.dispose()

    assert (after.status, after.last_drawn_on) == (MemberStatus.SUSPENDED, TODAY)


def test_follow_ups_of_aid_are_read_while_somebody_works_on_the_case(migrated):
    engine = migrated.engine("aid")
    application = replace(APPLIED, id=new_number("a"), case_number=new_number())
    case = {"number": application.case_number, "office": application.office}
    case |= {"programme": PROGRAMME, "in_scope": True, "sequence": 1}
    with engine.begin() as session:
        session.execute(CasesOfAid.table.insert().values(case))
        Applications(session).insert(replace(application, once=None))

    with engine.begin() as theirs, engine.begin() as session:
        CasesOfAid(theirs).lock(application.case_number)
        session.execute(_AT_ONCE)
        path = {"identity": application.id}
        shown = ask(session, list_follow_ups, "", path=path, office=CITY)
    engine.dispose()

    assert shown.items == []


_AT_ONCE = sa.text("SET LOCAL lock_timeout = '1s'")
