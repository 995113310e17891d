"""
The ledger under rules that recur, wait, are extended and adjusted by signed record.

The order in which facts become known changes nothing that readers end up with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment.domain import facts as kinds
from services.assignment.domain.duties import adjustments, alerts, ledger, recurrence
from services.assignment.domain.duties.adjustments import Signed
from services.assignment.domain.facts import Fact
from services.reporting import schemas as reporting
from services.reporting.domain.postings import entries_for
from shared.events import Envelope
from shared.policy.calendar import Calendar, Limit, Override
from shared.policy.conditions import Condition
from shared.policy.current import policy
from shared.policy.duties import DutyRule, Extension, Owner, Trigger, Until
from shared.policy.reports import Cadence
from tests.builders import COUNTY, petition_registered

CN = policy().calendar
DIRECTORY = policy().directory
NUMBER = "清检控申〔2021〕001号"
START = date(2021, 3, 1)
DAY = timedelta(days=1)
CHIEF, LEADER = "检察长", "副检察长"


def act(name):
    return Trigger(kinds.ACT, {"act": Condition((name,))})


CONCLUSION = DutyRule(
    id="conclusion",
    title="六十日内办结",
    opened_by=kinds.PETITION,
    once=True,
    due=Until(limit=Limit.parse("60N")),
    discharged_by=(act("answered"),),
    resumed_by=(Trigger("assignment.case_reopened"),),
    source="TL-06",
    creditor="petitioner",
    owner=Owner(post="leader"),
    extension=Extension(Limit.parse("30N"), "TL-07", tell_petitioner=True),
    pausable=True,
    overridable=True,
    waits=(act("materials_asked"),),
    goes_on=(act("materials_complete"),),
)
FOLLOW_UP = DutyRule(
    id="follow_up",
    title="每月答复",
    opened_by=kinds.PETITION,
    due=Until(limit=Limit.parse("4M roll")),
    every=Limit.parse("1M"),
    until=(Trigger("assignment.case_resolved"),),
    resumed_by=(Trigger("assignment.case_reopened"),),
    discharged_by=(Trigger("intake.reply_given"),),
    source="TL-23",
)
REMEDY = DutyRule(
    id="remedy",
    title="整改",
    opened_by=kinds.ACT,
    when={"act": Condition(("cause_found",))},
    due=Until(limit=Limit.parse("10N")),
    discharged_by=(act("remedy_done"),),
    discharges="oldest",
    source="PY-49",
)
PROGRAMME = replace(
    policy().programmes.get("puyang-2020"),
    duties=(CONCLUSION, FOLLOW_UP, REMEDY),
    law=(),
)
ANSWERING = ledger.Answering(
    "procuratorate", {"hub": "410900"}, {"leader": LEADER, "chief": CHIEF}
)


def registered(on=START):
    return Fact(kinds.PETITION, on, petition_registered(NUMBER).payload())


def done(name, on, **more):
    return Fact(kinds.ACT, on, {"act": name, **more})


def fact(kind, on, /, **payload):
    return Fact(kind, on, payload)


def signed(kind, on, duty="conclusion", **more):
    said = {"duty": f"{NUMBER}/{duty}", "record": f"r-{kind}-{on}", **more}
    return Fact(kind, on, said)


class Matter:
    """
    A matter whose facts become known one by one; the clock runs when told to.
    """

    def __init__(self, calendar=CN, programme=PROGRAMME):
        self.calendar, self.programme = calendar, programme
        self.facts, self.known, self.announced = [], {}, []
        self.begun = set()

    def learn(self, *facts):
        for each in facts:
            self.facts.append(each)
            self.recount()
        return self

    def recount(self, calendar=None):
        self.calendar = calendar or self.calendar
        if not any(f.type in {kinds.PETITION, kinds.PERIOD} for f in self.facts):
            return self
        now = ledger.reckon(
            NUMBER,
            COUNTY,
            self.facts,
            self.programme,
            self.calendar,
            answering=ANSWERING,
        )
        for reckoned in now:
            before = self.known.get(reckoned.id)
            duty = ledger.settled(reckoned, before)
            if duty != before:
                self.announced += ledger.announcements(duty, before)
            self.known[duty.id] = duty
        return self

    def run_until(self, day):
        """
        What the clock of any replica does, however late it comes.
        """
        while True:
            turn = recurrence.next_turn(
                NUMBER, COUNTY, self.facts, self.programme, self.calendar
            )
            if turn is None or turn.fact.on > day:
                return self
            assert turn.identity not in self.begun
            self.begun.add(turn.identity)
            self.learn(turn.fact)

    def duty(self, kind="conclusion"):
        return self.known[f"{NUMBER}/{kind}"]

    def overdue_on(self, day):
        total = 0
        for event in self.announced:
            if event.type in reporting.READS:
                read = reporting.READS[event.type].load(event.payload())
                for entry in entries_for(_envelope(event), read):
                    if entry.measure == "overdue" and entry.day <= day:
                        total += entry.amount
        return total

    def sums(self):
        totals = Counter()
        for event in self.announced:
            read = reporting.READS[event.type].load(event.payload())
            for entry in entries_for(_envelope(event), read):
                totals[entry.measure, entry.day] += entry.amount
        return {key: amount for key, amount in totals.items() if amount}


def _envelope(event):
    return Envelope(
        id=str(uuid4()),
        type=event.type,
        version=1,
        occurred_on=event.occurred_on,
        recorded_at=datetime(2021, 1, 1, tzinfo=UTC),
        office=event.office,
        case_number=event.case_number,
        sequence=1,
        actor="system",
        correlation_id="",
        causation_id="",
        traceparent="",
        payload=event.payload(),
    )


def codes(faults):
    return {fault.code for fault in faults}


# -- who owes what to whom


def test_a_duty_names_office_post_creditor_and_days_of_warning():
    duty = Matter().learn(registered()).duty()

    assert (duty.office, duty.post, duty.creditor) == (COUNTY, LEADER, "petitioner")
    assert duty.warn_days == PROGRAMME.settings.warn_days


def test_colours_come_from_the_clock_and_from_unanswered_notices():
    matter = Matter().learn(registered())
    duty = matter.duty()
    on = {day: alerts.colour(duty, duty.due_on + DAY * day) for day in (-4, -3, 0, 1)}

    assert on == {-4: "blue", -3: "yellow", 0: "yellow", 1: "red"}
    matter.learn(fact(kinds.NOTICED, START + DAY, notice="n1", reply_by="2021-03-09"))
    assert alerts.colour(matter.duty(), START) == "yellow"
    matter.learn(fact(kinds.ANSWERED, START + DAY, notice="n1", progress=True))
    assert alerts.colour(matter.duty(), START) == "blue"
    matter.learn(done("answered", START + DAY))
    assert alerts.colour(matter.duty(), date(2022, 1, 1)) is None


def test_a_case_is_as_red_as_its_worst_duty_or_a_missing_field():
    owed = [*Matter().learn(registered()).known.values()]

    assert alerts.colour_of_case(owed, START, field_missing=False) == "blue"
    assert alerts.colour_of_case(owed, START, field_missing=True) == "red"
    assert alerts.colour_of_case([], START, field_missing=False) is None


def test_an_act_discharges_what_it_answers_and_nothing_else():
    matter = Matter().learn(registered(), done("met_petitioner", START + DAY))
    before = matter.duty().state
    matter.learn(done("answered", START + DAY * 2))

    assert (before, matter.duty().state) == ("open", "discharged")


# -- what recurs


def test_follow_ups_are_owed_month_after_month_until_the_case_ends():
    matter = Matter().learn(registered(date(2021, 1, 31))).run_until(date(2021, 9, 15))
    matter.learn(fact("assignment.case_resolved", date(2021, 9, 16), in_scope=True))
    matter.run_until(date(2022, 12, 31))

    due = [matter.duty(f"follow_up/{n}").due_on for n in range(1, 6)]
    assert due == [
        date(2021, 5, 31),
        date(2021, 6, 30),
        date(2021, 8, 2),  # 31 July is a Saturday.
        date(2021, 8, 31),
        date(2021, 9, 30),
    ]
    assert f"{NUMBER}/follow_up/6" not in matter.known
    assert matter.duty("follow_up/5").state == "released"


def test_the_answer_in_three_months_is_no_follow_up_but_one_in_the_fourth_is():
    early = Matter().learn(registered(), fact("intake.reply_given", date(2021, 5, 31)))
    later = Matter().learn(registered(), fact("intake.reply_given", date(2021, 6, 20)))

    assert early.duty("follow_up/1").state == "open"
    assert later.duty("follow_up/1").state == "discharged"


def test_a_late_follow_up_makes_up_for_the_months_begun_and_not_for_later_ones():
    matter = Matter().learn(registered()).run_until(date(2021, 8, 15))
    matter.learn(fact("intake.reply_given", date(2021, 8, 16)))
    matter.run_until(date(2021, 9, 15))

    states = [matter.duty(f"follow_up/{n}").state for n in (1, 2, 3, 4)]
    assert states == ["discharged", "discharged", "discharged", "open"]


def test_a_clock_that_was_stopped_catches_up_oldest_first_and_begins_nothing_twice():
    daily, late = Matter().learn(registered()), Matter().learn(registered())
    for n in range(500):
        daily.run_until(START + DAY * n)
    late.run_until(START + DAY * 499)

    assert late.known == daily.known
    assert late.begun == daily.begun
    since = [f.on for f in late.facts if f.type == kinds.PERIOD]
    assert since == sorted(since)
    assert late.run_until(START + DAY * 499).begun == daily.begun


def test_a_reopened_case_owes_follow_ups_again_but_none_for_the_months_between():
    matter = Matter().learn(registered())
    matter.learn(fact("assignment.case_resolved", date(2021, 6, 1)))
    matter.run_until(date(2021, 10, 20))
    resting = len(matter.known)
    matter.learn(fact("assignment.case_reopened", date(2021, 10, 20)))
    matter.run_until(date(2021, 11, 20))

    owed = {d.due_on for d in matter.known.values() if d.state == "open"}
    assert resting == 2
    assert date(2021, 12, 1) in owed
    assert date(2021, 9, 1) not in owed


@pytest.mark.parametrize(
    ("every", "period", "last"),
    [
        ("day", "2021-03-20", "2021-03-20"),
        ("week", "2021-W11", "2021-03-21"),
        ("half_month", "2021-03-b", "2021-03-31"),
        ("month", "2021-03", "2021-03-31"),
        ("quarter", "2021-Q1", "2021-03-31"),
        ("year", "2021", "2021-12-31"),
    ],
)
def test_a_paper_is_owed_by_its_office_for_each_period(every, period, last):
    cadence = _cadence(every)
    programme = replace(PROGRAMME, cadences=(cadence,))
    there = cadence.period_on(date(2021, 3, 20), CN)
    papers = [*recurrence.papers_of(programme, cadence, there, DIRECTORY)]
    paper = next(each for each in papers if each.office == COUNTY)
    matter = Matter(programme=programme)
    matter.learn(paper.fact)

    (duty,) = matter.known.values()
    assert there.id == period
    assert paper.number == f"puyang-2020/{COUNTY}/report/{period}"
    assert duty.due_on == date.fromisoformat(last)
    matter.learn(done("reported", duty.due_on, period="another"))
    assert matter.known[duty.id].state == "open"
    matter.learn(done("reported", duty.due_on, period=period, nil=True))
    assert matter.known[duty.id].state == "discharged"
    assert len({each.identity for each in papers}) == len(papers)
    assert [*recurrence.papers_of(programme, cadence, there, DIRECTORY)] == papers


def _cadence(every, **more):
    return Cadence(
        id="report",
        title="报告",
        of="each_office",
        every=every,
        paper="report",
        act="reported",
        source="TL-46",
        **more,
    )


def test_two_weeks_are_counted_from_their_anchor():
    cadence = _cadence("two_weeks", anchor=date(2021, 3, 15))
    begun = [p.from_ for p in cadence.periods(START, date(2021, 4, 30), CN)]

    assert begun == [
        date(2021, 3, 15),
        date(2021, 3, 29),
        date(2021, 4, 12),
        date(2021, 4, 26),
    ]


def test_a_cadence_begins_with_the_period_under_way_not_with_the_years_before():
    monthly, future = _cadence("month"), _cadence("week", from_=date(2022, 1, 3))

    assert recurrence.first_day(PROGRAMME, monthly, date(2021, 3, 20), CN) == date(
        2021, 3, 1
    )
    assert recurrence.first_day(PROGRAMME, future, date(2021, 3, 20), CN) == date(
        2022, 1, 3
    )


@pytest.mark.requirement("PY-04")
def test_a_milestone_is_owed_by_each_office_where_a_rule_makes_a_duty_of_it():
    rule = DutyRule(
        id="milestone",
        title="化解率达到节点目标",
        opened_by=kinds.PERIOD,
        when={"cadence": Condition(("milestone",))},
        due=Until(fact="until", or_else=date(2022, 12, 31)),
        discharged_by=(act("milestone_met"),),
        source="PY-04",
    )
    programme = replace(PROGRAMME, duties=(rule,))
    begun = [*recurrence.milestones_of(programme, DIRECTORY)]
    ours = [each for each in begun if each.office == COUNTY]
    matter = Matter(programme=programme).learn(ours[0].fact)

    assert [each.fact.payload["period"] for each in ours] == [
        "2020-12-31",
        "2021-12-31",
        "2022-12-31",
    ]
    assert matter.duty("milestone").due_on == date(2020, 12, 31)
    assert [*recurrence.milestones_of(PROGRAMME, DIRECTORY)] == []


# -- signed records


def test_an_extension_moves_the_due_day_and_is_told_as_a_move():
    matter = Matter().learn(registered())
    before = matter.duty().due_on
    matter.learn(signed(kinds.EXTENDED, START + DAY * 50, days=30))

    assert matter.duty().due_on == before + DAY * 30
    assert matter.announced[-1].type == "assignment.duty_moved"
    assert matter.announced[-1].due_before == before
    assert matter.overdue_on(before + DAY) == 0
    assert matter.overdue_on(before + DAY * 31) == 1


def extension(matter, on=START + DAY * 50, **changes):
    said = {
        "by_office": COUNTY,
        "by_post": CHIEF,
        "reason": "案情复杂",
        "days": 30,
        "told_petitioner_on": on,
        **changes,
    }
    return codes(
        adjustments.extension_faults(
            Signed(on=on, **said),
            matter.duty(),
            CONCLUSION,
            matter.facts,
            calendar=CN,
            directory=DIRECTORY,
        )
    )


def test_an_extension_within_cap_and_time_by_the_chief_has_no_fault():
    assert extension(Matter().learn(registered())) == set()


def test_all_that_is_wrong_with_an_extension_is_said_at_once():
    matter = Matter().learn(registered())
    late = matter.duty().due_on + DAY
    found = extension(matter, late, days=31, by_post=LEADER, told_petitioner_on=None)

    assert found == {
        "extension_late",
        "extension_too_long",
        "post_not_entitled",
        "petitioner_not_told",
    }
    assert extension(matter, days=None) == {"extension_empty"}
    matter.learn(signed(kinds.EXTENDED, START + DAY * 50, days=30))
    assert extension(matter) == {"extension_used"}


def test_a_pause_is_not_counted_and_a_paused_duty_is_never_overdue():
    programme = replace(PROGRAMME, duties=(CONCLUSION,))
    matter = Matter(programme=programme).learn(registered())
    due = matter.duty().due_on
    matter.learn(signed(kinds.PAUSED, START + DAY * 40))

    assert matter.duty().state == "paused"
    assert matter.overdue_on(due + DAY * 300) == 0
    matter.learn(signed(kinds.UNPAUSED, START + DAY * 100))
    assert (matter.duty().state, matter.duty().due_on) == ("open", due + DAY * 60)
    assert matter.overdue_on(due + DAY * 60) == 0
    assert matter.overdue_on(due + DAY * 61) == 1


def test_materials_asked_for_stop_the_clock_until_they_are_complete():
    matter = Matter().learn(registered())
    due = matter.duty().due_on
    matter.learn(done("materials_asked", START + DAY * 5))
    waiting = matter.duty().state
    matter.learn(done("materials_complete", START + DAY * 25))

    assert waiting == "paused"
    assert matter.duty().due_on == due + DAY * 20


def test_a_clock_that_has_run_out_is_not_stopped_any_more():
    matter = Matter().learn(registered())
    due = matter.duty().due_on
    matter.learn(done("materials_asked", due + DAY * 5))

    assert (matter.duty().state, matter.duty().due_on) == ("open", due)


def test_the_hander_may_set_another_day_and_the_last_one_counts():
    matter = Matter().learn(registered())
    matter.learn(
        signed(kinds.OVERRIDDEN, START + DAY, until="2021-03-05"),
        signed(kinds.OVERRIDDEN, START + DAY * 2, until="2021-03-08"),
    )

    assert matter.duty().due_on == date(2021, 3, 8)


def test_a_release_ends_a_duty_with_its_reason():
    matter = Matter().learn(registered(), signed(kinds.WAIVED, START + DAY))

    assert matter.duty().state == "released"
    assert matter.announced[-1].reason == "duty_waived"
    assert matter.overdue_on(date(2030, 1, 1)) == 1  # the follow-up


def test_rules_without_it_let_nobody_stop_or_set_a_clock():
    duty = Matter().learn(registered()).duty("follow_up/1")
    record = Signed(START, COUNTY, CHIEF, "原因", until=START + DAY)

    assert codes(adjustments.pause_faults(duty, FOLLOW_UP)) == {"not_pausable"}
    assert codes(adjustments.override_faults(record, duty, FOLLOW_UP)) == {
        "not_overridable"
    }
    assert codes(adjustments.resumption_faults(record, duty)) == {"duty_not_paused"}


@pytest.mark.parametrize(
    "other",
    [
        lambda n: done("comment", START + DAY * n, text=f"第{n}次"),
        lambda n: fact(kinds.NAMED, START + DAY * n, leaders=[[COUNTY, CHIEF]]),
        lambda n: registered(START + DAY * n),
        lambda n: signed(kinds.EXTENDED, START, duty="another", days=n),
    ],
)
def test_a_hundred_edits_and_comments_and_reassignments_move_no_clock(other):
    matter = Matter().learn(registered())
    before, told = dict(matter.known), len(matter.announced)
    for n in range(1, 101):
        matter.learn(other(n))

    assert matter.known == before
    assert len(matter.announced) == told


# -- the calendar


def longer_holiday():
    days = [date(2021, 5, 6), date(2021, 5, 7), date(2021, 5, 10)]
    return Calendar(
        {
            d: Override(d, working=False, reason="延长假期", document="测试")
            for d in days
        }
    )


WORKING = replace(
    CONCLUSION, due=Until(limit=Limit.parse("7W")), extension=None, id="reply"
)


def test_a_holiday_lengthened_in_mid_holiday_moves_what_is_open_the_old_day_kept():
    programme = replace(PROGRAMME, duties=(WORKING,))
    matter = Matter(programme=programme).learn(registered(date(2021, 4, 26)))
    before = matter.duty("reply").due_on
    matter.recount(longer_holiday())

    assert (before, matter.duty("reply").due_on) == (
        date(2021, 5, 8),
        date(2021, 5, 12),
    )
    assert matter.announced[-1].due_before == before
    assert matter.overdue_on(date(2021, 5, 12)) == 0
    assert matter.overdue_on(date(2021, 5, 13)) == 1


def test_the_spring_festival_of_2020_lengthened_on_january_27th_moves_what_is_open():
    # First 01-24..01-30 with Saturday 02-01 worked; then until 02-02. 7N from 01-25.
    off = {date(2020, 1, day): False for day in range(24, 31)}
    first = Calendar(
        {
            day: Override(day, working=working, reason="春节", document="国办发明电")
            for day, working in {**off, date(2020, 2, 1): True}.items()
        }
    )
    rolling = replace(WORKING, due=Until(limit=Limit.parse("7N roll")))
    programme = replace(PROGRAMME, duties=(rolling,))
    matter = Matter(programme=programme, calendar=first)
    matter.learn(registered(date(2020, 1, 25)))
    before = matter.duty("reply").due_on
    matter.recount(policy().calendar)

    assert (before, matter.duty("reply").due_on) == (date(2020, 2, 1), date(2020, 2, 3))
    assert matter.announced[-1].due_before == before
    assert [matter.overdue_on(date(2020, 2, day)) for day in (2, 3, 4)] == [0, 0, 1]


def test_what_is_closed_stays_when_the_calendar_is_extended():
    programme = replace(PROGRAMME, duties=(WORKING,))
    matter = Matter(programme=programme).learn(registered(date(2021, 4, 26)))
    matter.learn(done("answered", date(2021, 5, 11)))
    before, told = matter.duty("reply"), len(matter.announced)
    matter.recount(longer_holiday())

    assert matter.duty("reply") == before
    assert len(matter.announced) == told


# -- the order of facts

_LATER = {
    "answered": lambda on: done("answered", on),
    "cause": lambda on: done("cause_found", on),
    "remedy": lambda on: done("remedy_done", on),
    "asked": lambda on: done("materials_asked", on),
    "complete": lambda on: done("materials_complete", on),
    "replied": lambda on: fact("intake.reply_given", on, kind="progress"),
    "resolved": lambda on: fact("assignment.case_resolved", on),
    "reopened": lambda on: fact("assignment.case_reopened", on),
    "extended": lambda on: signed(kinds.EXTENDED, on, days=10),
    "paused": lambda on: signed(kinds.PAUSED, on),
    "unpaused": lambda on: signed(kinds.UNPAUSED, on),
    "overridden": lambda on: signed(
        kinds.OVERRIDDEN, on, until=(on + DAY * 9).isoformat()
    ),
    "waived": lambda on: signed(kinds.WAIVED, on),
    "turn": lambda on: fact(
        kinds.PERIOD, on, rule="follow_up", of=None, turn=(on - START).days % 4 + 1
    ),
}
_drawn = st.lists(
    st.tuples(st.sampled_from(sorted(_LATER)), st.integers(0, 250)),
    max_size=10,
    unique_by=lambda each: (each[0], each[1] % 4) if each[0] == "turn" else each,
)


@settings(max_examples=150, deadline=None)
@given(st.data(), _drawn)
def test_the_order_in_which_acts_records_and_turns_become_known_changes_nothing(
    data, drawn
):
    facts = [registered(), *(_LATER[name](START + DAY * n) for name, n in drawn)]
    usual = Matter().learn(*facts)
    other = Matter().learn(*data.draw(st.permutations(facts)))

    assert other.known == usual.known
    assert other.sums() == usual.sums()
    days = {since for _, since in usual.sums()}
    assert all(usual.overdue_on(day) >= 0 for day in days)
