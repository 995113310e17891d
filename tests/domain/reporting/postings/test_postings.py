"""
The postings of the measure ledger: what each fact adds, and that order is nothing.
"""

from __future__ import annotations

import importlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.measures import registry
from services.reporting.domain.postings.closings import ClosingTerms
from services.reporting.domain.postings.entries import entries_for
from services.reporting.domain.postings.rules import POSTS_NOTHING, RULES
from services.reporting.schemas import READS
from shared.policy.current import current_policy
from shared.vocabulary import ReplyMode
from tests.builders import CITY, COUNTY, an_envelope, duty_change

NO_TERMS = ClosingTerms()
KNOWN = datetime(2021, 1, 5, 8, tzinfo=UTC)


def envelope(kind, day, /, **payload):
    payload = {"programme": "puyang-2020", **payload}
    return an_envelope(kind, day, recorded_at=KNOWN, payload=payload)


def posted(kind, day, /, terms=NO_TERMS, **payload):
    event = envelope(kind, day, **payload)
    found = entries_for(event, READS[kind].load(event.payload), terms)
    # The database takes no truth value for a number.
    assert all(type(entry.amount) is int for entry in found)
    return found


def sums(*entries):
    found = Counter()
    for entry in entries:
        found[entry.measure, entry.day] += entry.amount
    return {key: amount for key, amount in found.items() if amount}


def stock(entries, measure, on):
    return sum(e.amount for e in entries if e.measure == measure and e.day <= on)


DAY = date(2020, 11, 20)


def test_a_case_in_scope_counts_from_the_day_it_was_reported():
    found = posted("intake.case_opened", DAY, in_scope=True, repeats=3)

    assert sums(*found) == {("base", DAY): 1, ("repeats", DAY): 3}
    assert found[0].office == COUNTY


def test_a_case_out_of_scope_counts_nowhere():
    found = posted("intake.case_opened", DAY, in_scope=False, repeats=3)

    assert found == ()


@pytest.mark.requirement("PY-47")
def test_everyday_cases_count_apart_and_move_with_their_office():
    kind, none = "assignment.everyday_counted", {"cases": 0, "resolved": 0, "closed": 0}
    came = posted(kind, DAY, **{**none, "cases": 1, "from_office": None})
    moved = posted(kind, DAY, **none, from_office=CITY)
    done = {"cases": 0, "resolved": 1, "closed": 1, "from_office": None}

    assert sums(*came) == {("everyday", DAY): 1}
    assert [(e.office, e.amount) for e in moved] == [(CITY, -1), (COUNTY, 1)]
    assert sums(*posted(kind, DAY, **done)) == {
        ("everyday_resolved", DAY): 1,
        ("everyday_closed", DAY): 1,
    }


def test_a_repeat_that_is_none_counts_no_more_from_the_decision_on():
    day = date(2021, 2, 1)
    read = {"in_scope": True, "counted": True}
    repeat = posted("intake.case_repeated", DAY, **read)
    withdrawn = posted("intake.case_repeat_withdrawn", day, **read)

    assert sums(*repeat, *withdrawn) == {("repeats", DAY): 1, ("repeats", day): -1}


@pytest.mark.parametrize(
    ("part", "counted"), [(False, {("petitions", DAY): 1}), (True, {})]
)
def test_two_petitions_of_one_letter_are_one_contact(part, counted):
    assert sums(*posted("intake.petition_registered", DAY, part=part)) == counted


def test_a_merge_and_its_undo_leave_nothing_behind():
    day = date(2021, 2, 1)
    merged = posted("intake.case_merged", day, in_scope=True, repeats=3)
    undone = posted("intake.case_unmerged", day, in_scope=True, repeats=3)

    assert sums(*merged) == {
        ("base", day): -1,
        ("repeats", day): -3,
        ("duplicates", day): 1,
    }
    assert sums(*merged, *undone) == {}


@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("assignment.case_resolved", "resolved"),
        ("assignment.case_ended", "ended"),
        ("assignment.case_concluded", "concluded"),
        ("assignment.leader_named", "led"),
    ],
)
def test_a_fact_in_scope_counts_once_in_its_measure(kind, measure):
    assert sums(*posted(kind, DAY, in_scope=True)) == {(measure, DAY): 1}
    assert posted(kind, DAY, in_scope=False) == ()


@pytest.mark.parametrize("was", ["resolved", "ended", "concluded"])
def test_a_case_that_flows_back_is_no_longer_closed(was):
    found = posted("assignment.case_reopened", DAY, in_scope=True, was=was)

    assert sums(*found) == {(was, DAY): -1, ("flowed_back", DAY): 1}


def test_a_leader_released_is_no_longer_counted():
    found = posted("assignment.leader_released", DAY, in_scope=True)

    assert sums(*found) == {("led", DAY): -1}


def test_a_payment_counts_its_fen_and_its_person():
    found = posted("aid.aid_paid", DAY, in_scope=True, amount=1_200_000, person="0f")

    assert sums(*found) == {("aid_yuan", DAY): 1_200_000, ("aid_persons", DAY): 1}
    assert [e.person for e in found] == [None, "0f"]


@pytest.mark.parametrize(
    ("kind", "read", "measures"),
    [
        ("held", {"leader_chaired": False}, {"hearings": 1}),
        (
            "held",
            {"leader_chaired": True},
            {"hearings": 1, "hearings_by_leaders": 1},
        ),
        ("decided", {"decision": "hold", "replaces": ""}, {"hearings_needed": 1}),
        ("decided", {"decision": "hold", "replaces": "hold"}, {}),
        (
            "decided",
            {"decision": "not_needed", "replaces": "hold"},
            {"hearings_needed": -1},
        ),
        ("decided", {"decision": "not_needed", "replaces": ""}, {}),
        ("called_off", {}, {"hearings_needed": -1}),
        ("watch_over", {"settled": False}, {"hearings_watched": 1}),
        (
            "watch_over",
            {"settled": True},
            {"hearings_watched": 1, "hearings_kept": 1},
        ),
    ],
)
def test_a_hearing_counts_by_what_became_of_it(kind, read, measures):
    kind = f"hearing.hearing_{kind}"
    expected = {(measure, DAY): amount for measure, amount in measures.items()}

    assert sums(*posted(kind, DAY, in_scope=True, **read)) == expected
    assert posted(kind, DAY, in_scope=False, **read) == ()


@pytest.mark.parametrize(
    ("adoption", "adopted"), [("full", 1), ("part", 1), ("none", 0)]
)
def test_an_opinion_adopted_in_part_is_adopted(adoption, adopted):
    found = posted("hearing.opinion_answered", DAY, in_scope=True, adoption=adoption)

    expected = {("opinions_answered", DAY): 1, ("opinions_adopted", DAY): adopted}
    assert sums(*found) == {each: n for each, n in expected.items() if n}


def test_a_hearing_that_settled_nothing_is_not_counted_as_settled():
    kind = "hearing.hearing_resulted"

    assert posted(kind, DAY, in_scope=True, settled=False) == ()
    assert sums(*posted(kind, DAY, in_scope=True, settled=True)) == {
        ("hearings_settled", DAY): 1
    }


DUE = date(2020, 12, 15)


def duty(what, day):
    return changed(day, duty_change(what, day, DUE))


def changed(day, *changes):
    return posted("assignment.duties_changed", day, changes=list(changes))


def test_a_duty_is_overdue_from_the_day_after_it_was_due():
    opened = duty("opened", DAY)

    assert stock(opened, "overdue", DUE) == 0
    assert stock(opened, "overdue", DUE + timedelta(days=1)) == 1


@pytest.mark.parametrize("done", [DAY, DUE])
@pytest.mark.parametrize("how", ["discharged", "released"])
def test_a_duty_done_in_time_was_never_overdue(done, how):
    assert sums(*duty("opened", DAY), *duty(how, done)) == {}


@pytest.mark.requirement("PY-47")
def test_a_duty_of_the_everyday_track_is_overdue_in_a_measure_of_its_own():
    late = DUE + timedelta(days=1)
    everyday = {
        rule.id
        for programme in current_policy().programmes
        for rule in programme.every_duty_rule()
        if "everyday" in getattr(rule.when.get("track"), "values", ())
    }

    assert everyday == {*registry()["everyday_overdue"].overdue_of}
    for kind in everyday:
        opened = changed(DAY, duty_change("opened", DAY, DUE, kind=kind))
        assert sums(*opened) == {("everyday_overdue", late): 1}


def test_a_duty_done_late_was_overdue_until_then():
    found = [*duty("opened", DAY), *duty("discharged", date(2021, 1, 20))]

    assert stock(found, "overdue", date(2021, 1, 19)) == 1
    assert stock(found, "overdue", date(2021, 1, 20)) == 0


def test_a_duty_owed_again_is_overdue_from_that_day_if_its_due_day_is_past():
    back = date(2021, 5, 6)
    found = [*duty("opened", DAY), *duty("discharged", DUE), *duty("resumed", back)]

    assert stock(found, "overdue", back - timedelta(days=1)) == 0
    assert stock(found, "overdue", back) == 1


def test_a_duty_owed_again_before_it_is_due_is_overdue_only_after():
    found = [
        *duty("opened", DAY),
        *duty("discharged", DAY),
        *duty("resumed", DAY + timedelta(days=1)),
    ]

    assert stock(found, "overdue", DUE) == 0
    assert stock(found, "overdue", DUE + timedelta(days=1)) == 1


days = st.dates(date(2020, 10, 1), date(2023, 8, 1))
lags = st.integers(0, 60)


@given(concluded=days, confirmed=lags, back=lags, grace=st.none() | lags)
@pytest.mark.parametrize("what", ["case_reopened", "closing_withdrawn"])
def test_a_closing_is_never_taken_back_before_it_counts(
    what, concluded, confirmed, back, grace
):
    confirmed_on = concluded + timedelta(days=confirmed)
    back_on = concluded + timedelta(days=back)
    terms = ClosingTerms(grace)
    closing = {
        "concluded_on": concluded.isoformat(),
        "confirmed_on": confirmed_on.isoformat(),
        "in_scope": True,
    }
    found = [
        *posted("assignment.case_resolved", concluded, terms=terms, **closing),
        *posted(f"assignment.{what}", back_on, terms=terms, was="resolved", **closing),
    ]
    counts = [stock(found, "resolved", entry.own_day) for entry in found]

    assert min(counts) >= 0
    assert stock(found, "resolved", max(back_on, confirmed_on)) == 0
    if what == "case_reopened":
        assert stock(found, "flowed_back", back_on) == 1


@given(opened=days, due=days, done=days, on=days)
def test_the_stock_of_overdue_duties_is_what_the_rule_says(opened, due, done, on):
    due, done = max(opened, due), max(opened, done)
    found = [
        *changed(opened, duty_change("opened", opened, due)),
        *changed(done, duty_change("discharged", done, due)),
    ]

    assert stock(found, "overdue", on) == (due < on < done)


@given(opened=days, due=days, done=days)
def test_changes_in_one_event_add_up_to_what_they_are_in_events_of_their_own(
    opened, due, done
):
    due, done = max(opened, due), max(opened, done)
    changes = [
        duty_change("opened", opened, due),
        duty_change("opened", opened, due, duty="d2", office=CITY),
        duty_change("discharged", done, due),
        duty_change("moved", opened, done, due_before=due, duty="d2", office=CITY),
    ]
    together = changed(opened, *changes)
    apart = [entry for change in changes for entry in changed(opened, change)]

    def by_duty(entries):
        found = Counter()
        for entry in entries:
            found[entry.office, entry.duty, entry.day] += entry.amount
        return {key: amount for key, amount in found.items() if amount}

    assert by_duty(together) == by_duty(apart)
    assert len(together) == len(by_duty(together))


def test_every_kind_of_fact_read_has_its_rule_and_every_rule_its_reader():
    assert {*RULES, *POSTS_NOTHING} == set(READS)


def test_every_posted_measure_stands_in_the_registry():
    seen = set()
    for service in ("intake", "assignment", "hearing", "aid"):
        for example in importlib.import_module(f"services.{service}.events").EXAMPLES:
            if example.type in RULES:
                payload = example.payload()
                found = posted(example.type, DAY, **payload)
                seen |= {entry.measure for entry in found}

    of_each = {
        m.id
        for m in registry().measures
        if m.duty or m.overdue_of or m.modes or m.reports or m.act
    }
    assert seen | of_each == set(registry().posted)


def test_what_counts_duties_counts_those_of_a_programme_as_due_and_in_time():
    rules = {
        rule.id
        for each in current_policy().programmes
        for rule in each.every_duty_rule()
    }
    for rule in {measure.duty for measure in registry().measures if measure.duty}:
        measures = registry().of_duty(rule, report=False)
        plain = [m.counted_if for m in measures if m.answer is None]

        assert rule in rules
        assert {"due", "in_time"} <= {*plain}
        assert len(plain) == len({*plain})


@pytest.mark.requirement("I-29")
@pytest.mark.parametrize("mode", [*ReplyMode])
def test_a_reply_counts_by_its_mode_until_it_is_withdrawn(mode):
    given = posted("intake.reply_given", DAY, kind="procedural", mode=mode)
    back = posted("intake.reply_withdrawn", DAY, replied_on=str(DAY), mode=mode)
    unregistered = posted(
        "intake.petition_withdrawn",
        DAY,
        received_on=str(DAY),
        replied_on=[str(DAY)],
        reply_modes=[mode],
    )
    talk = {("talks", DAY): 1} if mode in {"in_person", "phone", "video"} else {}

    assert sums(*given) == {("replies", DAY): 1, (f"replies_{mode}", DAY): 1} | talk
    assert sums(*given, *back) == {}
    assert sums(*given, *unregistered) == {("petitions", DAY): -1}


def test_a_reply_is_taken_back_from_the_office_that_it_counted_for():
    back = posted(
        "intake.reply_withdrawn",
        DAY,
        replied_on=str(DAY),
        mode="phone",
        given_by="410923",
    )
    days, modes = [str(DAY), str(DAY)], ["phone", "letter"]
    unregistered = posted(
        "intake.petition_withdrawn",
        DAY,
        received_on=str(DAY),
        replied_on=days,
        reply_modes=modes,
        reply_offices=["410923", COUNTY],
    )

    assert {entry.office for entry in back} == {"410923"}
    assert [
        (entry.office, entry.amount)
        for entry in unregistered
        if entry.measure == "replies"
    ] == [("410923", -1), (COUNTY, -1)]


def standing(**fields):
    of = {"duty": "d1", "kind": "procedural_reply", "office": COUNTY}
    fields = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
    }
    return posted(
        "assignment.duties_changed", DAY, changes=[], standings=[{**of, **fields}]
    )


@pytest.mark.requirement("I-15")
def test_a_duty_counts_on_its_due_day_and_as_done_only_if_it_was_in_time():
    later = date(2020, 12, 22)
    opened = standing(due_on=DUE)
    done = standing(due_on=DUE, done=True, in_time=True, due_before=DUE)
    moved = standing(due_on=later, due_before=DUE)
    released = standing(due_before=DUE)
    due, in_time = "procedural_reply_due", "procedural_reply_in_time"

    assert sums(*opened) == {(due, DUE): 1}
    assert sums(*opened, *done) == {(due, DUE): 1, (in_time, DUE): 1}
    assert sums(*opened, *moved) == {(due, later): 1}
    assert sums(*opened, *released) == {}
    assert standing(kind="leader_named", due_on=DUE) == ()


@pytest.mark.requirement("I-34", "I-36")
@pytest.mark.parametrize(
    ("kind", "measures", "of"),
    [
        ("supervision_reply", "supervision_reply", {}),
        ("any_report", "reports", {"report": True}),
    ],
)
def test_what_is_done_late_counts_as_done_and_not_as_in_time(kind, measures, of):
    opened = standing(kind=kind, due_on=DUE, **of)
    late = standing(kind=kind, due_on=DUE, done=True, due_before=DUE, **of)
    reopened = standing(kind=kind, due_on=DUE, due_before=DUE, done_before=True, **of)
    due = {(f"{measures}_due", DUE): 1}

    assert sums(*opened) == due
    assert sums(*opened, *late) == due | {(f"{measures}_done", DUE): 1}
    assert sums(*opened, *late, *reopened) == due


@pytest.mark.requirement("I-31")
def test_no_more_closings_are_evaluated_than_count_on_any_day():
    """
    Evaluated before it was confirmed: with the closing, which counts only after the
    days of a signed return; evaluated later: not before it counts; merged away, or
    flowed back: none.
    """
    signed = ClosingTerms(signed_until=date(2021, 3, 31))
    counts, late = date(2021, 4, 1), date(2021, 5, 6)
    of = {"in_scope": True}
    days = {"concluded_on": "2021-03-10", "confirmed_on": "2021-03-20"}
    looked_into = {**of, "kind": "evaluation", "first": True}
    before = posted(
        *("assignment.closing_evaluated", date(2021, 3, 15), signed),
        **{**looked_into, "counted": False, "confirmed_on": None},
    )
    after = posted(
        *("assignment.closing_evaluated", date(2021, 3, 25), signed),
        **{**looked_into, **days, "counted": True},
    )
    closed = {**of, "confirmed_on": "2021-03-20"}
    resolved, evaluated = (
        posted("assignment.case_resolved", date(2021, 3, 10), signed, **closed, **more)
        for more in ({}, {"evaluated": True})
    )
    gone = {**of, **days, "was": "resolved", "evaluated": True}
    merged = posted("assignment.closing_withdrawn", late, signed, **gone)
    flowed_back = posted("assignment.case_reopened", late, signed, **gone)
    once = {("resolved", counts): 1, ("evaluated", counts): 1}

    assert sums(*before, *evaluated) == once
    assert sums(*resolved, *after) == once
    gone_again = {**once, ("resolved", late): -1, ("evaluated", late): -1}
    assert sums(*evaluated, *merged) == gone_again
    assert sums(*evaluated, *flowed_back) == {**gone_again, ("flowed_back", late): 1}


@pytest.mark.requirement("I-31")
def test_a_merge_dated_before_an_evaluation_takes_it_back_on_its_own_day():
    of = {"in_scope": True, "concluded_on": "2021-02-20", "confirmed_on": "2021-02-25"}
    looked_into = posted(
        *("assignment.closing_evaluated", date(2021, 3, 10)),
        **{**of, "kind": "evaluation", "first": True, "counted": True},
    )
    gone = {**of, "was": "ended", "evaluated": True, "evaluated_on": "2021-03-10"}
    merged = posted("assignment.closing_withdrawn", date(2021, 3, 1), **gone)
    back = posted("assignment.closing_restored", date(2021, 4, 1), **gone)

    assert sums(*looked_into, *merged) == {("ended", date(2021, 3, 1)): -1}
    assert sums(*back) == {
        ("ended", date(2021, 4, 1)): 1,
        ("evaluated", date(2021, 4, 1)): 1,
    }


@pytest.mark.requirement("I-16")
def test_an_answer_in_time_counts_as_a_result_or_as_a_report_of_progress():
    of = {"kind": "three_month_answer", "due_on": DUE, "in_time": True}
    told = standing(**of, answer="progress")
    before = {"due_before": DUE, "in_time_before": True, "answer_before": "progress"}
    answered = standing(**of, answer="result", **before)
    both = {("three_month_answer_due", DUE): 1, ("three_month_answer_in_time", DUE): 1}
    result, progress = "three_month_answer_result", "three_month_answer_progress"

    assert sums(*told) == {**both, (progress, DUE): 1}
    assert sums(*told, *answered) == {**both, (result, DUE): 1}
    assert sums(*standing(**of)) == both


def test_the_registry_is_versioned_and_says_where_each_measure_comes_from():
    for measure in registry().measures:
        assert measure.version >= 1
        assert measure.source
        assert measure.meaning.endswith("。")


def test_the_columns_of_a_return_stand_in_the_order_of_the_registry():
    assert [measure.id for measure in registry().columns] == [
        "base",
        "base_frozen",
        "resolved",
        "resolved_frozen",
        "rate",
        "rate_live",
        "target",
        "short_by",
        "ended",
        "flowed_back",
        "led",
        "hearings",
        "aid_persons",
        "aid_yuan",
        "overdue",
        "repeats",
    ]


# -- acts, visits, led cases


@pytest.mark.requirement("I-44", "DY-03", "JZ-53")
@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("到省访", "province_visits"),
        ("进京访", "beijing_visits"),
        ("到省驻点督导组驻地", "group_visits"),
    ],
)
def test_totals_of_a_bulletin_are_numbers_of_their_own(kind, measure):
    entered = act("higher_figure_entered", kind=kind, count=7)

    assert sums(*entered) == {(measure, DAY): 7}
    assert act("higher_figure_entered", kind="其他", count=7) == ()


@pytest.mark.requirement("I-40")
def test_a_case_with_a_first_handler_counts_once_until_no_record_of_it_stands():
    def named(**of):
        return act("first_handler_named", **of)

    first, again = named(in_scope=True, first=True), named(in_scope=True, first=False)
    one_gone = named(withdrawn=True, in_scope=True, last=False)
    last_gone = named(withdrawn=True, in_scope=True, last=True)
    counted = {("first_handlers", DAY): 1}

    assert sums(*first, *again) == counted
    assert sums(*first, *again, *one_gone) == counted
    assert sums(*first, *again, *one_gone, *last_gone) == {}
    assert named(in_scope=False, first=True) == ()


def act(name, *, withdrawn=False, **fields):
    kind = "assignment.act_withdrawn" if withdrawn else "assignment.act_recorded"
    return posted(kind, DAY, act=name, **fields)


@pytest.mark.requirement("JZ-43")
def test_a_visit_counts_on_its_day_until_it_is_found_to_be_none():
    earlier = date(2020, 11, 1)
    came = posted("intake.petition_registered", DAY, channel="visit")
    letter = posted("intake.petition_registered", DAY, channel="letter")
    wrong_day = posted(
        "intake.petition_corrected",
        DAY,
        received_on=str(earlier),
        received_before=str(DAY),
        channel="visit",
        channel_before="visit",
    )
    no_visit = posted(
        "intake.petition_corrected",
        DAY,
        received_on=str(DAY),
        received_before=str(DAY),
        channel="letter",
        channel_before="visit",
    )
    gone = posted(
        "intake.petition_withdrawn", DAY, received_on=str(DAY), channel="visit"
    )

    assert sums(*came) == {("petitions", DAY): 1, ("visits", DAY): 1}
    assert sums(*letter) == {("petitions", DAY): 1}
    assert sums(*came, *wrong_day) == {
        ("petitions", earlier): 1,
        ("visits", earlier): 1,
    }
    assert sums(*came, *no_visit) == {("petitions", DAY): 1}
    assert sums(*came, *gone) == {}


@pytest.mark.requirement("I-43")
def test_a_group_visit_counts_as_one_batch_of_so_many_persons():
    how = {"channel": "visit", "group": True, "persons": 7}
    came = posted("intake.petition_registered", DAY, **how)
    fewer = posted(
        "intake.petition_corrected",
        DAY,
        received_on=str(DAY),
        received_before=str(DAY),
        **{**how, "persons": 5},
        persons_before=7,
        group_before=True,
    )
    no_group = posted(
        "intake.petition_corrected",
        DAY,
        received_on=str(DAY),
        received_before=str(DAY),
        **{**how, "persons": 4, "group": False},
        persons_before=7,
        group_before=True,
    )
    gone = posted("intake.petition_withdrawn", DAY, received_on=str(DAY), **how)
    visit = {("petitions", DAY): 1, ("visits", DAY): 1}

    batch = {**visit, ("group_batches", DAY): 1}
    assert sums(*came) == {**batch, ("group_persons", DAY): 7}
    assert sums(*came, *fewer) == {**batch, ("group_persons", DAY): 5}
    assert sums(*came, *no_group) == visit
    assert sums(*came, *gone) == {}


@pytest.mark.requirement("I-25")
def test_a_led_case_counts_as_resolved_and_led_until_it_flows_back():
    about = {"in_scope": True, "dispositions": [], "led": True}
    resolved = posted("assignment.case_resolved", DAY, **about)
    back = posted("assignment.case_reopened", DAY, was="resolved", **about)
    unled = posted("assignment.case_resolved", DAY, **{**about, "led": False})

    assert sums(*resolved) == {("resolved", DAY): 1, ("led_resolved", DAY): 1}
    assert ("led_resolved", DAY) not in sums(*unled)
    assert sums(*resolved, *back) == {("flowed_back", DAY): 1}
