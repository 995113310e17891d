"""
Who leads what, counted by the database: alike on a day, loads now, frozen lists.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from services.assignment.domain.activities.rosters import Log
from services.assignment.domain.batches.baselines import FrozenList, Listed
from services.assignment.domain.leaders.counting import group_key, last_change
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.leaders.suggestions import Load
from services.assignment.domain.leaders.tenures import Tenure
from services.assignment.domain.matter import Change
from services.assignment.store import (
    Baselines,
    CaseGroups,
    CaseLists,
    CasesOn,
    Logs,
    Profiles,
    load_matters,
    save_changes,
)
from services.assignment.store.batches import baselines as of_baselines
from shared.web.paging import PageRequest
from tests.builders import CITY, COUNTY, NEIGHBOUR

PROGRAMME = "puyang-2020"
OPENED, MERGED, BACK, LATE = (date(2020, 11, day) for day in (2, 10, 20, 30))
CHIEF, DEPUTY, CITY_LEADER = "检察长", "副检察长", "副检察长"


@pytest.fixture
def known(session):
    """
    Keeps a case with who leads it; *row*: what else its row says.
    """

    def keep(number, *tenures, office=COUNTY, away=(), difficulty="ordinary", **row):
        begun = {"programme": PROGRAMME, "is_case": True, "in_scope": True}
        traits = {
            "difficulty": difficulty,
            "origin": row.pop("origin", "own_screening"),
        }
        before = load_matters(session, [number])[number]
        said = {**traits, "office": office, "opened_on": OPENED}
        led = Leadership(
            traits=traits,
            tenures=tenures,
            merged_spans=away,
            came_handed=row.get("handed", False),
        )
        ended = row.get("concluded_on")
        group = {
            "group_key": group_key(led, is_open=ended is None),
            "group_since": last_change(led, OPENED, ended),
        }
        matter = replace(before, **said, **group, **begun | row)
        save_changes(session, [Change(before, matter, leadership=led)])

    return keep


def led(post, office=COUNTY, since=OPENED, until=None, *, main=True):
    return Tenure(office, post, since, until, main)


def counted(session, as_of, *offices):
    cases = CasesOn(PROGRAMME, offices or (COUNTY,), as_of)
    together = Counter()
    for each in CaseGroups(session).alike(cases):
        together[each.main] += each.cases + each.open * 1j
    return {(main, int(n.real), int(n.imag)) for main, n in together.items()}


def test_cases_that_are_alike_are_counted_together_as_they_were_on_a_day(
    session, known
):
    changed = (led(CHIEF, until=MERGED), led(DEPUTY, since=MERGED))
    known("甲", *changed)
    known("乙", *changed, concluded_on=BACK)
    known("丙")
    known("丁", led(CHIEF), office=NEIGHBOUR)

    assert counted(session, OPENED) == {(((COUNTY, CHIEF),), 2, 2), ((), 1, 1)}
    assert counted(session, LATE) == {(((COUNTY, DEPUTY),), 2, 1), ((), 1, 1)}


def test_a_case_counts_on_the_days_on_which_it_was_not_merged_away(session, known):
    known("甲", away=((MERGED, BACK),))
    known("乙", away=((BACK, None),), merged=True)

    found = [counted(session, day) for day in (OPENED, MERGED, BACK)]

    assert found == [{((), 2, 2)}, {((), 1, 1)}, {((), 1, 1)}]


def test_the_cases_that_are_as_some_wanted_are_named(session, known):
    hard = {"difficulty": "bone"}
    for number in ("甲", "乙", "丙"):
        known(number, led(DEPUTY), **hard)
    known("丁", led(CHIEF), **hard)
    known("戊", led(DEPUTY))
    groups, cases = CaseGroups(session), CasesOn(PROGRAMME, (COUNTY,), LATE)
    wanted = [
        each
        for each in groups.alike(cases)
        if each.hard and each.main == ((COUNTY, DEPUTY),)
    ]

    assert set(groups.numbers(wanted, cases, 9)) == {"甲", "乙", "丙"}
    assert len(groups.numbers(wanted, cases, 2)) == 2
    assert groups.numbers([], cases, 9) == []


def test_cases_counted_by_their_keys_are_those_counted_one_by_one(session, known):
    tenures = (
        (),
        (led(CHIEF),),
        (led(CHIEF, until=MERGED), led(DEPUTY, since=MERGED)),
        (led(DEPUTY, since=BACK), led(CITY_LEADER, CITY, main=False)),
    )
    spans = ((), ((MERGED, BACK),), ((MERGED, None),))
    cases = [*product(tenures, spans, (None, MERGED, BACK), ("ordinary", "bone"))]
    for n, (leaders, away, ended, difficulty) in enumerate(cases):
        row = {"handed": n % 5 == 0, "concluded_on": ended}
        known(f"案{n}", *leaders, away=away, difficulty=difficulty, **row)
    days = (OPENED, MERGED, BACK, LATE)
    periods = [
        (since, on)
        for on in days
        for since in (None, *days)
        if not (since and since > on)
    ]

    for since, on in periods:
        groups = Counter()
        asked_for = CasesOn(PROGRAMME, (COUNTY,), on, since)
        for group in CaseGroups(session).alike(asked_for):
            groups[group.handed, group.traits["difficulty"], leading(group)] += (
                group.cases + group.open * 1j
            )
        assert groups == one_by_one(cases, since, on)


def leading(group):
    main = ((*who, True) for who in group.main)
    return tuple(sorted([*main, *((*who, False) for who in group.joint)]))


def one_by_one(cases, since, on):
    """
    Handed down or not, difficulty and who leads, to how many cases; those open of them
    are imaginary.
    """
    groups = Counter()
    for n, (leaders, away, ended, difficulty) in enumerate(cases):
        is_away = any(first <= on < (until or date.max) for first, until in away)
        if is_away or (since and ended and ended < since):
            continue
        led_on = sorted(
            (tenure.office, tenure.post, tenure.main)
            for tenure in leaders
            if tenure.since <= on and (tenure.until or date.max) > (since or on)
        )
        is_open = ended is None or ended > on
        groups[n % 5 == 0, difficulty, tuple(led_on)] += 1 + is_open * 1j
    return groups


def test_a_list_of_cases_goes_from_office_to_office_page_by_page(session, known):
    for number in ("丁", "乙"):
        known(number, difficulty="nail")
    known("丙", difficulty="bone")
    known("甲", office=NEIGHBOUR, difficulty="nail")
    known("戊", office=CITY, difficulty="nail")
    offices, pages, after = (NEIGHBOUR, COUNTY), [], None
    while after or not pages:
        request = PageRequest(1, after)
        page = CaseLists(session).page(
            offices, request, difficulty="nail", programme=PROGRAMME
        )
        pages.append([case.number for case in page.items])
        after = page.next

    assert pages == [["丁"], ["乙"], ["甲"]]


def test_a_load_is_what_a_post_leads_now_and_is_not_over(session, known):
    known("甲", led(CHIEF), led(CITY_LEADER, CITY), difficulty="nail")
    known("乙", led(CHIEF), led(DEPUTY, main=False))
    known("丙", led(CHIEF), concluded_on=BACK)
    known("丁", led(CHIEF, until=BACK))

    assert Profiles(session).loads((COUNTY, CITY)) == {
        (COUNTY, CHIEF): Load(2, 1),
        (CITY, CITY_LEADER): Load(1, 1),
    }


def test_what_was_reckoned_last_takes_the_place_of_what_was_before(session, known):
    known("甲", led(CHIEF), led(DEPUTY, main=False))
    known("甲", led(DEPUTY))

    assert Profiles(session).loads((COUNTY,)) == {(COUNTY, DEPUTY): Load(1, 0)}


def frozen(session, listed=Listed(), **changes):  # noqa: B008 - frozen itself
    stated = {"programme": PROGRAMME, "baseline": "frozen", "office": CITY}
    values = {"id": "b1", **stated, "frozen_on": MERGED, "stated": None, **changes}
    return Baselines(session).freeze(listed, FrozenList(**values))


def test_a_list_is_frozen_as_things_stood_on_its_day_whatever_came_after(
    session, known, monkeypatch
):
    known("甲")
    known("乙", away=((BACK, None),), merged=True)
    known("丙", away=((MERGED, BACK),))
    kept = Baselines(session)
    row = frozen(session)
    again = frozen(session, id="b2")
    known("戊")
    known("甲", standing="resolved", concluded_on=BACK)

    assert row.size == 2
    assert again is None
    cases = kept.cases("b1", PageRequest(9)).items
    assert {case.number for case in cases} == {"甲", "乙"}
    monkeypatch.setattr(of_baselines, "MEMBERS_AT_ONCE", 1)
    assert list(kept.members("b1")) == [[("乙", COUNTY)], [("甲", COUNTY)]]


def test_a_list_of_open_cases_has_those_out_of_scope_and_none_that_was_over(
    session, known
):
    # JZ-04
    known("甲")
    known("乙")
    known("甲", in_scope=False)
    known("乙", standing="resolved", concluded_on=MERGED)

    assert frozen(session, Listed(open=True)).size == 1
    assert list(Baselines(session).members("b1")) == [[("甲", COUNTY)]]


def test_a_list_takes_its_own_origins_or_all_that_no_other_names(session, known):
    conference = frozenset({"handed_by_joint_conference"})
    known("甲", origin="handed_by_joint_conference")
    known("乙")
    known("丙", origin=None)
    handed = frozen(session, Listed(only=conference))
    others = frozen(session, Listed(others=conference), id="b2", baseline="others")

    assert (handed.size, others.size) == (1, 2)


@pytest.mark.requirement("TL-39")
def test_a_post_has_received_on_so_many_days_for_half_a_day_at_least(session):
    log = Log("l1", "p", "r", COUNTY, OPENED, CHIEF, None, 1, 1)
    logs = Logs(session)
    logs.insert(
        log,
        replace(log, id="l2", holder="A01"),  # of the same day
        replace(log, id="l3", day=MERGED, half_days=0),
        replace(log, id="l4", day=BACK, half_days=2),
        replace(log, id="l5", post=DEPUTY),
        replace(log, id="l6", day=LATE),
        replace(log, id="l7", office=CITY),
        replace(log, id="l8", roster="other"),
    )
    found = logs.turns("p", "r", [COUNTY], OPENED, BACK)

    assert found == {(COUNTY, CHIEF): 2, (COUNTY, DEPUTY): 1}
