"""
Acts counted by the database: together, and matter by matter only where it is asked for.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.casework.record import record_facts
from services.assignment.domain.activities.tallies import Recorded
from services.assignment.domain.facts.leaders import Party
from services.assignment.store.activities.tallies import (
    acts_recorded,
    cases_done,
    cases_in_scope,
    opened_together,
    took_part,
)
from shared.policy.parts.reports import Tally
from tests.builders import COUNTY, new_number
from tests.builders.facts import act, by_id, happened, opened

# Long before the days of other tests, so that no case of theirs is counted.
OPENED, DAY, LATER = date(2016, 3, 1), date(2016, 3, 7), date(2016, 3, 8)
OF = ("puyang-2020", [COUNTY], DAY, DAY)


@pytest.fixture
def session(migrated):
    """
    A transaction that is taken back at the end.
    """
    engine = migrated.engine("owner")
    with engine.connect() as session:
        yield session
    engine.dispose()


@pytest.fixture
def cases(session, monkeypatch):
    """
    Three cases, in order: one was read twice with a party, one once, one later.
    """
    first, second, third = sorted(new_number() for _ in range(3))
    party = (Party(role="lawyer", consented_on=DAY),)
    read = act("read", DAY, post="院长", count=2, parties=party)
    done = {
        first: [read, act("read", DAY, post="法官")],
        second: [act("read", DAY, post="院长")],
        third: [act("read", LATER)],
    }
    case = opened(OPENED, programme="puyang-2020")
    record_facts(
        session,
        {number: by_id(case, *acts) for number, acts in done.items()},
    )
    store = "services.assignment.store.activities.tallies"
    monkeypatch.setattr(f"{store}.NUMBERS_SHOWN", 1)
    monkeypatch.setattr(f"{store}.numbers_shown", lambda _offices: 1)
    return first, second


def rows(session, tally=None, **how):
    tallies = (tally,) if tally else ()
    found = acts_recorded(session, *OF, tallies=tallies, **how)
    return sorted(found, key=lambda row: (row.number, row.value))


def test_acts_are_counted_over_all_matters_and_the_first_of_them_are_named(
    session, cases
):
    listed = Tally("read", "了解", "JZ-05", acts=("read",), show="list")
    [row] = rows(session)
    [of_list] = rows(session, listed)
    by_post = rows(session, named={"read": "post"})

    assert row == Recorded(COUNTY, "", "read", 3, 2, "", [])
    assert of_list.numbers == [cases[0]]
    assert [(each.value, each.times) for each in by_post] == [("法官", 1), ("院长", 2)]
    assert cases_done(session, *OF, acts=["read"]) == {(COUNTY, "read"): 2}


def test_what_counts_matters_is_counted_matter_by_matter(session, cases):
    twice = Tally("again", "多次", "DY-32", acts=("read",), at_least=2)

    assert [(row.number, row.times) for row in rows(session, twice)] == [
        (cases[0], 2),
        (cases[1], 1),
    ]
    [party] = took_part(session, *OF, acts=["read"], tallies=())
    assert (party.number, party.value, party.times) == ("", "lawyer", 1)


def test_the_first_case_that_lacks_one_of_some_acts_is_named(session, cases):
    counts, (of_read, of_both) = cases_in_scope(
        session, *OF, acts_of=[["read"], ["read", "heard"]]
    )

    [lacking] = of_read[COUNTY]
    assert lacking > cases[1]  # the third, which was read later
    assert of_both == {COUNTY: [cases[0]]}
    assert counts == cases_in_scope(session, *OF)[0] == {COUNTY: 3}


def test_a_duty_that_was_waived_is_not_lacking_of_those_opened_together(session):
    """
    MX-28: after a closing 评查、分析、预警 are owed; what is waived is owed no more.
    """
    kinds, programme = ("evaluation", "analysis", "warning"), "meixian"
    waived, lacking = (new_number() for _ in range(2))
    story = (
        opened(OPENED, programme=programme),
        happened("matter.case_resolved", DAY, confirmed_on=DAY),
        act("evaluated", LATER, document="评查报告"),
        act("analysed", LATER, document="分析报告"),
    )
    duty = f"{waived}/warning/{DAY}"
    for number, more in (
        (lacking, ()),
        (waived, (happened("matter.duty_waived", LATER, duty=duty),)),
    ):
        record_facts(session, {number: by_id(*story, *more)})
    found = opened_together(session, programme, [COUNTY], DAY, LATER, kinds=kinds)

    assert {number: done for _, number, done in found} == {
        waived: True,
        lacking: False,
    }
