"""
Roll-ups: at any moment, with any groups of offices, the sums of the entries.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.reporting.casework.rebuild import rebuild
from services.reporting.casework.roll_ups import groups_on
from services.reporting.domain.postings.entries import Entry
from services.reporting.store import Ledger, RollUps, roll_ups
from services.reporting.store.roll_up_tables import groups
from shared import clock
from tests.builders import an_envelope

pytestmark = pytest.mark.stack

FIRST = date(2020, 10, 29)
OFFICES = ("a", "b", "c", "d", "e")
CASES = ("1", "2", "3")
LISTS = ("old", "new")
TREES = (
    {"top": OFFICES, "left": ("a", "b"), "right": ("c", "d")},
    {"top": OFFICES, "left": ("a", "b", "c"), "right": ("d",)},
    {"top": ("a", "b", "c", "d"), "left": ("e",)},
)


@pytest.fixture
def session(migrated, monkeypatch):
    """
    In one transaction, of which nothing is kept; each look at the clock is hours after
    the last one.
    """
    hours = itertools.count(step=5)
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began + timedelta(hours=next(hours)))
    # So that groups have only a part of their offices at times.
    monkeypatch.setattr(roll_ups, "OFFICES_AT_ONCE", 3)
    with migrated.engine("reporting").connect() as session:
        yield session
        session.rollback()


class Story:
    """
    Entries of a programme of its own, as they became known one after the other.
    """

    def __init__(self, session, seed):
        self.session, self.chance = session, random.Random(seed)
        self.programme = f"test-{uuid4().hex}"
        self.known = []
        self.listings = [(case, label) for case in CASES for label in LISTS]
        self.chance.shuffle(self.listings)

    def post(self):
        """
        One event with entries of any office and day, also such that take back others;
        at times with a case that is put on a frozen list.
        """
        posted = [self._entry() for _ in range(self.chance.randint(1, 4))]
        if self.listings and not self.chance.randrange(4):
            posted.append(self._listing())
        ledger = Ledger(self.session)
        ledger.post([(an_envelope(id=posted[0].event_id), posted)])
        self.known.append((ledger.latest(), posted))

    def _entry(self):
        day = FIRST + timedelta(days=self.chance.randrange(5))
        return Entry(
            measure=self.chance.choice(["base", "overdue", "resolved"]),
            office=self.chance.choice(OFFICES),
            programme=self.programme,
            day=day,
            amount=self.chance.randint(-3, 3),
            case_number=self.chance.choice(CASES),
            event_id=str(uuid4()),
            own_day=day,
        )

    def _listing(self):
        case, label = self.listings.pop()
        return replace(
            self._entry(), measure="listed", amount=1, case_number=case, label=label
        )

    def roll_up(self, tree):
        """
        Roll up what became known until some moment, for the groups of *tree*.
        """
        roll_ups = RollUps(self.session)
        since = roll_ups.lock(wait=True)
        roll_ups.follow(tree)
        later = [moment for moment, _ in self.known if moment > since]
        if later:
            roll_ups.add_entries(since, self.chance.choice(later))

    def expected(self, offices, as_of, known_at):
        """
        The entries of the offices, added up; those of the cases that are on a list also
        under the list, but a listing under its own list alone.
        """
        entries = [
            entry
            for moment, posted in self.known
            if known_at is None or moment <= known_at
            for entry in posted
            if entry.day <= as_of
        ]
        lists_of = {case: [] for case in CASES}
        for entry in entries:
            if entry.measure == "listed":
                lists_of[entry.case_number].append(entry.label)
        sums = Counter()
        for entry in entries:
            if entry.office in offices:
                sums[entry.measure] += entry.amount
                if entry.measure == "overdue":
                    continue
                for label in lists_of[entry.case_number]:
                    if entry.measure != "listed" or label == entry.label:
                        sums[f"{label}/{entry.measure}"] += entry.amount
        return {measure: amount for measure, amount in sums.items() if amount}

    def check(self):
        """
        The sums of a day as known at a moment, of groups rolled up or not.
        """
        known_at = self.chance.choice([None, *(moment for moment, _ in self.known)])
        as_of = FIRST + timedelta(days=self.chance.randrange(6))
        tree = self.chance.choice(TREES)
        found = RollUps(self.session).sums(
            self.programme, as_of, known_at, offices=OFFICES[:3], groups=tree
        )
        asked = {office: found.own.get(office, {}) for office in OFFICES[:3]}
        expected = {o: self.expected((o,), as_of, known_at) for o in OFFICES[:3]}
        asked |= {line: found.groups.get(line, {}) for line in tree}
        expected |= {
            line: self.expected(some, as_of, known_at) for line, some in tree.items()
        }
        assert {
            line: {m: n for m, n in sums.items() if n} for line, sums in asked.items()
        } == expected
        # Of one measure alone, also for an office that has only others.
        some = ["overdue", "old/base"]
        own = RollUps(self.session).own_sums(
            self.programme, as_of, known_at, OFFICES[:3], some
        )
        assert own == {
            office: {measure: sums.get(measure, 0) for measure in some}
            for office, sums in found.own.items()
        }


@pytest.mark.parametrize("seed", range(3))
def test_roll_ups_and_what_came_since_are_the_sums_of_the_entries(session, seed):
    story = Story(session, seed)
    for _ in range(40):
        act = story.chance.randrange(4)
        if act == 0 and story.known:
            story.roll_up(story.chance.choice(TREES))
        else:
            story.post()
        story.check()


def test_groups_follow_the_tree_some_offices_in_a_transaction(session, monkeypatch):
    monkeypatch.setattr(roll_ups, "OFFICES_AT_ONCE", 4)
    story = Story(session, 5)
    for _ in range(10):
        story.post()
    story.roll_up({})
    more = []
    for tree in (TREES[0], TREES[2]):
        more.append(True)
        while more[-1]:
            more.append(RollUps(session).follow(tree))
            story.check()

    # 5, 2 and 2 offices join; then one leaves the first group, one joins the second
    # group and two leave it, and the third group is dropped.
    assert more == [True, True, True, False, True, False]


def test_a_rebuild_stores_the_groups_of_today(owner):
    owner.execute(groups.delete())
    rebuild(owner)

    stored = {*owner.scalars(sa.select(groups.c.line))}
    assert stored == {*groups_on(clock.today())}


def test_made_again_they_are_the_same(session):
    story = Story(session, 7)
    for _ in range(10):
        story.post()
    story.roll_up(TREES[0])
    RollUps(session).rebuild(Ledger(session).latest(), TREES[1])

    for _ in range(10):
        story.check()


def test_what_each_day_added_is_the_same_before_and_after(session):
    story = Story(session, 11)
    for _ in range(10):
        story.post()
    as_of = FIRST + timedelta(days=3)

    def daily():
        measures = ["base", "old/base", "new/resolved"]
        rows = RollUps(session).daily(story.programme, OFFICES, as_of, measures)
        return sorted(tuple(row) for row in rows)

    before = daily()
    story.roll_up(TREES[0])

    assert {measure for _, _, measure, _ in before} > {"base"}
    assert daily() == before
