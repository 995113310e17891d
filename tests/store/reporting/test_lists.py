"""
Days before a fact was changed, lists as they were frozen, and milestones judged by it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from services.reporting.casework.drafting import candidates_of, rates_of
from services.reporting.casework.milestones import judge
from services.reporting.domain.baselines import CaseList, measures_on, on_frozen_list
from services.reporting.domain.figures import Line
from services.reporting.store import Ledger
from services.reporting.store.ledger_tables import entries
from shared.policy.loading import load_programmes
from shared.settings import settings
from tests.builders import COUNTY, duty_change
from tests.store.reporting.ledger import (
    PROGRAMME,
    YEAR_END,
    about,
    duties_changed,
    figures,
    opened,
    request,
    take,
    take_only,
)

pytestmark = pytest.mark.stack


# -- the past, the frozen list, milestones, closings that come late

SPRING = date(2021, 4, 1)


def listed(number, day=YEAR_END, **more):
    kind = "assignment.baseline_case_frozen"
    return about(kind, day, number, baseline="frozen", **more)


def named(session, programme, directory, as_of):
    known_at = Ledger(session).latest()
    question = request(as_of=as_of, known_at=known_at)
    found = candidates_of(Ledger(session), programme, directory, question)
    return [(each["office"], each["threshold"], each["value"]) for each in found]


def rates(session, programme, directory, as_of):
    question = request(as_of=as_of, known_at=Ledger(session).latest())
    found = rates_of(Ledger(session), programme, directory, question)
    return {each["baseline"]: each for each in found}


def test_a_day_before_a_reopening_a_merge_and_a_moved_day_stays_as_it_was(
    session, programme, directory
):
    # P5: assignment counted the cases as they stand now.
    due, case = date(2021, 1, 10), {"case": "清〔2020〕1号"}
    owed = duty_change("opened", date(2020, 12, 1), due)
    duty = duties_changed(owed, **case)
    resolved = about("assignment.case_resolved", date(2020, 12, 20), 1)
    take(session, opened(1), opened(2), opened(3), listed(1), listed(2), listed(3))
    take(session, duty, resolved)
    before = date(2021, 3, 31)

    def past():
        return (
            named(session, programme, directory, before),
            rates(session, programme, directory, before),
            figures(session, programme, directory, as_of=before),
        )

    then = past()
    moved = duty_change("moved", SPRING, date(2021, 5, 10), due_before=due)
    take(
        session,
        about("assignment.case_reopened", SPRING, 1, was="resolved"),
        about("intake.case_merged", SPRING, 2, repeats=2),
        duties_changed(duty_change("discharged", SPRING, due), **case),
    )

    assert past() == then
    assert then[1]["frozen"]["frozen"]["resolved"] == 1
    take(session, duties_changed(moved, **case))
    assert past()[1] == then[1]
    now = rates(session, programme, directory, SPRING)["frozen"]["frozen"]
    assert (now["resolved"], now["base"]) == (0, 2)


def test_all_cases_add_up_to_those_in_the_base_one_by_one(
    session, programme, directory
):
    day = date(2020, 12, 20)
    resolved = [about("assignment.case_resolved", day, n) for n in (1, 2, 3, 4)]
    take(session, *(opened(n) for n in range(1, 8)), *resolved)
    later = date(2020, 12, 22)
    corrected = {"in_scope_before": True, "origin": None, "origin_before": None}
    taken_back = [
        about("assignment.closing_withdrawn", later, n, was="resolved")
        for n in (2, 3, 4)
    ]
    take(
        session,
        about("intake.case_merged", later, 2, repeats=2),
        about("intake.case_withdrawn", later, 3, repeats=2, origin=None),
        about(
            "intake.case_corrected",
            later,
            *(4,),
            **{**corrected, "in_scope": False, "repeats": 0, "repeats_before": 2},
        ),
        about("intake.case_merged", later, 5, repeats=2),
        *taken_back,
    )
    for on in (day, later):
        question = request(as_of=on, known_at=Ledger(session).latest())
        counts, offices = ("resolved", "ended", "base"), directory.subtree("410900", on)
        listed = Ledger(session).on_live_list(
            question, offices, CaseList(), counts, as_known=True
        )
        one_by_one = Counter()
        for (_, name), amount in listed.items():
            one_by_one[name] += amount
        live = rates(session, programme, directory, on)["live"]["live"]

        assert (live["resolved"], live["base"]) == (
            one_by_one["resolved"],
            one_by_one["base"],
        )


def test_the_planner_knows_how_many_cases_a_frozen_list_has(migrated):
    cases, on_list = 2_000, 600
    with migrated.engine().connect() as session:
        session.execute(entries.delete())
        take_only(session, *(opened(n, origin="own") for n in range(cases)))
        take_only(session, *(listed(n) for n in range(on_list)))
        session.exec_driver_sql("ANALYZE reporting.entries")
        query = sa.select(entries.c.case_number).where(
            entries.c.measure == "listed", entries.c.label == "frozen"
        )
        text = query.compile(session, compile_kwargs={"literal_binds": True})
        plan = session.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {text}").scalar_one()
        session.rollback()

    assert on_list / 2 < plan[0]["Plan"]["Plan Rows"] < on_list * 2


def test_the_list_as_it_was_frozen_governs_the_rate_from_its_day_and_once_it_is_known(
    session, programme, directory
):
    day = date(2021, 1, 4)
    resolved = about("assignment.case_resolved", date(2020, 12, 20), 1)
    late = about("intake.case_opened", day, 9, repeats=0)
    before = take(session, opened(1), opened(2), resolved, late)
    after = take(session, listed(1), listed(2))

    def total(as_of, known_at=after):
        found = figures(
            session,
            programme,
            directory,
            as_of=as_of,
            known_at=known_at,
            as_known=True,
        )["total"]
        names = ("base", "base_frozen", "resolved_frozen", "rate", "rate_live")
        return [found[name] for name in names]

    assert total(date(2020, 12, 30)) == [2, None, None, "50.0%", "50.0%"]
    assert total(YEAR_END) == [2, 2, 1, "50.0%", "50.0%"]
    assert total(day) == [3, 2, 1, "50.0%", "33.3%"]
    assert total(day, before) == [3, None, None, "33.3%", "33.3%"]


def test_the_sums_on_a_frozen_list_are_what_its_days_added(session):
    back = date(2021, 3, 1)
    take(session, opened(1), opened(2), opened(3), listed(1), listed(2))
    take(
        session,
        about("assignment.case_resolved", date(2020, 12, 20), 1),
        about("assignment.case_reopened", back, 1, was="resolved"),
        about("assignment.case_resolved", back, 3),
    )
    ledger, line = Ledger(session), Line(COUNTY, "", (COUNTY,))
    counts = ("base", "resolved")
    measures = measures_on("frozen", counts)
    added = on_frozen_list(
        "frozen", ledger.daily(PROGRAMME, [COUNTY], back, measures)[COUNTY]
    )

    def sums(day):
        own = ledger.line_sums(PROGRAMME, day, [line]).of(line)
        return [own.get(measure, 0) for measure in measures]

    assert ledger.frozen_on(PROGRAMME, "frozen", back) == YEAR_END
    # Before it was frozen nothing is on a list; afterwards what came before is, too.
    for day, on_list in (
        (date(2020, 12, 30), [0, 0]),
        (YEAR_END, [2, 1]),
        (back, [2, 0]),
    ):
        assert sums(day) == on_list
        assert on_list == [
            sum(n for (of, name), n in added.items() if of <= day and name == count)
            for count in counts
        ]


def test_the_live_lists_of_a_programme_can_be_asked_by_origin(session, directory):
    # DY-16, XQ-07: neither list is frozen.
    spp, own = "handed_by_spp", "own_screening"
    take(session, opened(1, origin=spp), opened(2, origin=spp), opened(3, origin=own))
    take(session, about("assignment.case_resolved", date(2020, 12, 20), 1))
    scheme = load_programmes(settings.deploy / "programmes", directory).get(
        "dy-leaders"
    )

    found = rates(session, scheme, directory, YEAR_END)

    live = {name: (each["live"], each["frozen"]) for name, each in found.items()}
    assert live["spp"] == (
        {"resolved": 1, "base": 2, "rate": "50.0%", "short_by": None},
        None,
    )
    assert live["committee"][0]["base"] == 0


def test_what_is_reached_is_announced_once_and_taken_back_when_facts_change(
    session, programme, directory
):
    programme = replace(programme, code=PROGRAMME)

    def judged():
        found = judge(session, programme, [COUNTY], date(2021, 5, 1))
        return [
            (each.milestone.year, each.occurred_on, each.reached)
            for each in found
            if each.milestone.year < 2022
        ]

    take(session, *(opened(number) for number in range(10)))
    assert judged() == []
    for number in range(3):
        take(session, about("assignment.case_resolved", SPRING, number))
    assert judged() == [(2020, SPRING, True)]
    assert judged() == []
    undone = {"was": "resolved"}
    take(session, about("assignment.closing_withdrawn", SPRING, 0, **undone))
    assert judged() == [(2020, SPRING, False)]
