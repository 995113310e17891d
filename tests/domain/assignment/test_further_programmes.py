"""
A case in several programmes: its facts are recorded once, each programme opens duties
of its own (PY-60).
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.assignment.domain.facts.corrected import as_corrected
from services.assignment.domain.facts.further import (
    OWN,
    enrolled_in,
    seen_by_each,
    without_other_lists,
)
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseEnrolled,
    CaseEnrolmentWithdrawn,
    CaseOpened,
    CaseReinstated,
    CaseWithdrawn,
)
from services.assignment.domain.further import recompute_each
from services.assignment.domain.matter import Matter
from services.assignment.domain.moving import move_event
from services.assignment.domain.recompute import begin_occurrences, escalate, recompute
from services.reporting import schemas as reporting
from services.reporting.domain.postings.entries import entries_for
from shared.policy.current import current_policy
from tests.builders import COUNTY, NEIGHBOUR, an_envelope, case_opened
from tests.builders.facts import NUMBER, act, happened, named, opened

DAY = timedelta(days=1)
OPENED, SINCE = date(2021, 3, 1), date(2021, 4, 12)
HOME, FURTHER = "puyang-2020", "xq-2020"
POLICY = current_policy()


def enrolled(on=SINCE, programme=FURTHER, period=1, corrections=0, **changes):
    fields = vars(case_opened(NUMBER, programme=programme, **changes))
    counted = {"corrections": corrections, "period": period}
    return CaseEnrolled.from_fields(on, {**fields, **counted})


def test_an_item_of_a_list_is_done_in_the_programme_whose_list_it_is():
    """
    Both have a list four_dispositions with an item solve (PY-01, XQ-02). One recorded
    before entries named a programme is done in both.
    """
    item = {"list": "four_dispositions", "item": "solve", "post": "检察官"}
    done = {
        name: happened("matter.checklist_item_done", SINCE + DAY, **item, **further)
        for name, further in (
            ("own", {"further": OWN}),
            ("there", {"further": FURTHER}),
            ("earlier", {}),
        )
    }
    seen = seen_by_each({"e": enrolled(), **done})

    assert {*seen[OWN]} & {*done} == {"own", "earlier"}
    assert {*seen[FURTHER]} & {*done} == {"there", "earlier"}
    assert without_other_lists(done.values(), OWN) == [done["own"], done["earlier"]]


class Told:
    """
    A case of which facts become known one after the other, and all it has announced.
    """

    def __init__(self, *facts):
        self.matter, self.announced, self.stored = Matter(NUMBER), [], Counter()
        self.kept = []
        for fact in facts:
            self.learn(fact)

    def learn(self, fact):
        self.kept.append(fact)
        changes = recompute_each(self.matter, {f"f{len(self.kept)}": fact}, POLICY)
        self.matter = changes[0].matter
        for change in changes:
            self.announced += change.events
            self.stored.update(change.facts.keys())

    def there(self, programme=FURTHER):
        return self.matter.seen_in(programme)

    def sums(self, programme):
        """
        What was announced of duties and leaders in a programme comes to, by day.
        """
        return sums(self.announced, programme)


def sums(announced, programme):
    totals = Counter()
    for event in announced:
        if event.programme == programme and event.type in reporting.READS:
            envelope = an_envelope(
                event.type, event.occurred_on, case_number=NUMBER, office=event.office
            )
            read = reporting.READS[event.type].load(event.payload())
            for entry in entries_for(envelope, read):
                totals[entry.measure, entry.office, entry.day] += entry.amount
    return {key: amount for key, amount in totals.items() if amount}


def shown(duties):
    """
    What is owed, whatever its identity and whichever rules it stands beside.
    """
    return sorted(
        (
            (each.kind, each.office, each.opened_on, each.due_on, each.state)
            for each in duties.values()
        ),
        key=repr,
    )


def test_each_programme_opens_duties_of_its_own_and_those_of_the_own_stay():
    alone = Told(opened(OPENED, programme=HOME))
    both = Told(opened(OPENED, programme=HOME), enrolled())

    assert both.matter.duties == alone.matter.duties
    there = both.there().duties
    assert there
    assert {duty.programme for duty in there.values()} == {FURTHER}
    assert all(name.startswith(f"{NUMBER}/{FURTHER}/") for name in there)
    assert {duty.number for duty in there.values()} == {NUMBER}
    assert not there.keys() & both.matter.duties.keys()
    assert min(duty.opened_on for duty in there.values()) == SINCE


def test_a_fact_told_once_counts_in_each_programme_and_is_stored_once():
    case = Told(opened(OPENED, programme=HOME), enrolled())

    case.learn(named(SINCE + DAY, (COUNTY, "检察长"), department="第五检察部"))

    assert set(case.stored.values()) == {1}
    assert case.matter.is_led
    assert (
        case.there().led
        == recompute(
            Matter(NUMBER),
            {
                "opened": opened(SINCE, programme=FURTHER),
                "named": named(
                    SINCE + DAY, (COUNTY, "检察长"), department="第五检察部"
                ),
            },
            POLICY,
        ).matter.led
    )


def test_what_happened_before_the_enrolment_opens_nothing_and_counts_from_its_day():
    case = Told(
        opened(OPENED, programme=HOME),
        named(OPENED + DAY, (COUNTY, "检察长"), department="第五检察部"),
        happened("hearing.hearing_decided", OPENED + 2 * DAY, decision="hold"),
        enrolled(),
    )

    assert all(day >= SINCE for _, _, day in case.sums(FURTHER))
    assert all(duty.opened_on >= SINCE for duty in case.there().duties.values())


def test_a_withdrawn_enrolment_releases_what_is_owed_there_and_nothing_else():
    case = Told(
        opened(OPENED, programme=HOME),
        named(OPENED + DAY, (COUNTY, "检察长"), department="第五检察部"),
        enrolled(),
    )
    own = dict(case.matter.duties)

    left = SINCE + 3 * DAY
    case.learn(CaseEnrolmentWithdrawn(on=left, programme=FURTHER))

    assert case.matter.duties == own
    assert case.matter.is_led
    assert all(duty.closed for duty in case.there().duties.values())
    assert not case.there().is_led
    standing = Counter()
    for (measure, _, _), amount in case.sums(FURTHER).items():
        standing[measure] += amount
    assert standing["led"] == standing["overdue"] == 0


def test_what_waits_there_is_reached_there_and_its_notices_are_of_that_programme():
    case = Told(opened(OPENED, programme=HOME), enrolled())
    waiting = [
        step
        for change in recompute_each(
            replace(case.matter, enrolled={}, every={}),
            {**case.matter.recorded, "again": enrolled()},
            POLICY,
        )[1:]
        for step in change.next_steps.values()
        if step
    ]
    assert waiting

    change = escalate(case.there(), waiting, SINCE + 400 * DAY, POLICY)

    assert {step.programme for step in change.reached} == {FURTHER}
    assert {step.number for step in change.reached} == {NUMBER}
    issued = [f for f in change.facts.values() if f.name == "matter.supervision_issued"]
    assert issued
    assert {fact.further for fact in issued} == {FURTHER}
    known = Told(*case.kept)
    for fact in issued:
        known.learn(fact)
    assert known.matter.duties == case.matter.duties
    answers = {duty.kind for duty in known.there().duties.values()}
    assert "supervision_reply" in answers


def test_what_recurs_there_begins_there():
    case = Told(opened(OPENED, programme=HOME), enrolled())
    coming = case.there().next_occurrence_on
    assert coming is not None

    change = begin_occurrences(case.there(), coming, POLICY)

    assert {fact.further for fact in change.facts.values()} == {FURTHER}
    case.learn(*change.facts.values())
    assert case.there().next_occurrence_on > coming
    assert shown(case.there().duties) == shown(change.matter.duties)


def test_a_case_that_moves_takes_along_what_it_counts_as_in_each_programme():
    case = Told(opened(OPENED, programme=HOME, repeats=3), enrolled(repeats=2))

    event = move_event(case.matter, NEIGHBOUR, SINCE + DAY, "units", POLICY)

    repeats = {each.programme: each.repeats for each in event.stock if each.repeats}
    assert repeats == {None: 3, FURTHER: 2}
    cases = [each.programme for each in event.stock if each.cases]
    assert sorted(cases, key=str) == [None, FURTHER]


def test_a_case_reinstated_counts_in_each_programme_with_the_repeats_it_had_there():
    case = Told(
        opened(OPENED, programme=HOME, repeats=3),
        enrolled(repeats=0),
        happened("intake.case_repeated", SINCE, counted=True, also=(FURTHER,)),
        CaseWithdrawn(on=SINCE + DAY),
        CaseReinstated(on=SINCE + 2 * DAY, repeats=4),
    )

    event = move_event(case.matter, NEIGHBOUR, SINCE + 3 * DAY, "units", POLICY)

    repeats = {each.programme: each.repeats for each in event.stock if each.repeats}
    assert repeats == {None: 4, FURTHER: 1}


def corrected(on, correction, **changes):
    fields = {**vars(opened(OPENED, programme=HOME)), **changes}
    names = {each.name for each in dataclasses.fields(CaseCorrected)}
    kept = {name: value for name, value in fields.items() if name in names}
    kept |= {"on": on, "correction": correction, "changed": tuple(changes)}
    return CaseCorrected(**kept)


def test_a_case_that_is_enrolled_again_counts_there_as_it_was_judged_then():
    case = Told(
        opened(OPENED, programme=HOME),
        enrolled(origin="own_screening", difficulty="ordinary", repeats=2),
        CaseEnrolmentWithdrawn(on=SINCE + DAY, programme=FURTHER),
        corrected(SINCE + 2 * DAY, 1, difficulty="hard"),
        enrolled(
            SINCE + 3 * DAY,
            period=2,
            corrections=1,
            origin="handed_by_province",
            difficulty="bone",
            repeats=5,
        ),
    )

    (opening,) = (
        fact
        for fact in as_corrected(case.there().facts).values()
        if isinstance(fact, CaseOpened)
    )
    assert (opening.origin, opening.difficulty) == ("handed_by_province", "bone")
    assert enrolled_in(case.matter.recorded.values()) == (FURTHER,)
    event = move_event(case.matter, NEIGHBOUR, SINCE + 4 * DAY, "units", POLICY)
    repeats = {each.programme: each.repeats for each in event.stock if each.repeats}
    assert repeats[FURTHER] == 5
    assert set(case.stored.values()) == {1}

    case.learn(corrected(SINCE + 5 * DAY, 2, difficulty="nail"))
    again = as_corrected(case.there().facts).values()
    assert [f.difficulty for f in again if isinstance(f, CaseOpened)] == ["nail"]


def test_what_takes_a_case_off_while_it_does_not_stand_there_is_nothing_there():
    home = opened(OPENED, programme=HOME)
    left = CaseEnrolmentWithdrawn(on=SINCE + DAY, programme=FURTHER)
    again = enrolled(SINCE + 9 * DAY, period=2)
    meanwhile = (
        CaseWithdrawn(on=SINCE + 2 * DAY),
        CaseReinstated(on=SINCE + 3 * DAY, repeats=0),
        happened("intake.case_merged", SINCE + 4 * DAY),
        happened("intake.case_unmerged", SINCE + 5 * DAY),
    )

    with_all = Told(home, enrolled(), left, *meanwhile, again).there()
    without = Told(home, enrolled(), left, again).there()

    assert shown(with_all.duties) == shown(without.duties)
    assert (with_all.led, with_all.merged) == (without.led, without.merged)
    assert not with_all.is_over


_LATER = st.integers(0, 200).map(lambda days: SINCE + days * DAY)
_FACTS = st.one_of(
    _LATER.map(lambda on: named(on, (COUNTY, "检察长"), department="第五检察部")),
    _LATER.map(lambda on: named(on, (COUNTY, "副检察长"))),
    _LATER.map(lambda on: happened("matter.case_appraised", on, difficulty="bone")),
    _LATER.map(lambda on: happened("hearing.hearing_decided", on, decision="hold")),
    _LATER.map(lambda on: happened("hearing.hearing_held", on, hearing="h")),
    _LATER.map(lambda on: act("visited", on, post="检察长")),
    _LATER.map(lambda on: happened("matter.closing_submitted", on, kind="resolved")),
    _LATER.map(lambda on: happened("intake.case_repeated", on, counted=True)),
    _LATER.map(lambda on: happened("intake.case_merged", on)),
    _LATER.map(lambda on: happened("intake.case_unmerged", on)),
)


@given(
    st.lists(_FACTS, max_size=6),
    st.integers(0, 6),
    st.sampled_from([FURTHER, "dy-leaders"]),
    st.integers(0, 2),
)
def test_a_further_programme_counts_a_case_as_if_it_were_only_in_that_programme(
    facts, known_before, programme, left_and_back
):
    """
    Whenever the enrolment becomes known among the facts that follow it; also if it is
    withdrawn and made again, as if the case were withdrawn and reinstated there.
    """
    both = Told(opened(OPENED, programme=HOME))
    place = min(known_before, len(facts))
    for fact in (*facts[:place], enrolled(programme=programme), *facts[place:]):
        both.learn(fact)
    only = Told(opened(SINCE, programme=programme), *facts)
    home = Told(opened(OPENED, programme=HOME), *facts)
    day = SINCE + 300 * DAY
    for time in range(left_and_back):
        both.learn(CaseEnrolmentWithdrawn(on=day, programme=programme))
        only.learn(CaseWithdrawn(on=day))
        day += 40 * DAY
        both.learn(enrolled(day, programme, period=time + 2))
        only.learn(CaseReinstated(on=day))
        day += 40 * DAY

    assert shown(both.there(programme).duties) == shown(only.matter.duties)
    assert both.there(programme).led == only.matter.led
    assert both.sums(programme) == only.sums(programme)
    assert both.matter.duties == home.matter.duties
    assert both.sums(HOME) == home.sums(HOME)
    assert set(both.stored.values()) == {1}


def test_an_enrolment_is_seen_as_the_opening_of_the_case():
    case = Told(opened(OPENED, programme=HOME), enrolled(origin="own_screening"))

    (opening,) = (f for f in case.there().facts.values() if isinstance(f, CaseOpened))
    assert (opening.programme, opening.on) == (FURTHER, SINCE)


def test_who_was_named_last_before_the_enrolment_leads_there():
    case = Told(
        opened(OPENED, programme=HOME),
        named(OPENED + 2 * DAY, (COUNTY, "检察长")),
        named(OPENED + DAY, (COUNTY, "副检察长")),
        enrolled(),
    )

    assert case.there().leaders == case.matter.leaders == ((COUNTY, "检察长"),)


_BEFORE = st.sampled_from(
    [
        lambda on: named(on, (COUNTY, "检察长"), department="第五检察部"),
        lambda on: named(on, (COUNTY, "副检察长")),
        lambda on: happened("matter.case_appraised", on, difficulty="bone"),
        lambda on: happened("intake.case_merged", on),
        lambda on: happened("intake.case_unmerged", on),
        lambda on: act("visited", on, post="检察长"),
    ]
)


@given(st.lists(_BEFORE, max_size=5), st.randoms(use_true_random=False))
def test_who_leads_there_follows_the_days_and_not_the_order_of_recording(kinds, chance):
    facts = [kind(OPENED + n * DAY) for n, kind in enumerate(kinds)]
    shuffled = chance.sample(facts, len(facts))
    known = [opened(OPENED, programme=HOME), enrolled()]

    in_order, other = Told(*known, *facts), Told(*known, *shuffled)

    assert other.there().leaders == in_order.there().leaders
    assert other.there().is_led == in_order.there().is_led
    assert other.there().leaders == in_order.matter.leaders


def test_a_correction_names_no_leader_of_the_hub_of_another_programme():
    theirs = POLICY.programmes.get(FURTHER).hub
    case = Told(opened(OPENED, programme=HOME), enrolled())
    fields = vars(opened(OPENED, programme=HOME))
    names = {each.name for each in dataclasses.fields(CaseCorrected)}
    kept = {name: value for name, value in fields.items() if name in names}
    leaders = (("410000", "省院检察长"), (theirs, "主任"), (COUNTY, "检察长"))

    case.learn(
        CaseCorrected(
            **{**kept, "on": SINCE + DAY, "leaders": leaders},
            correction=1,
            changed=("leaders",),
        )
    )

    assert {*case.there().leaders} == {(theirs, "主任"), (COUNTY, "检察长")}
    assert {*case.matter.leaders} == {*leaders}
