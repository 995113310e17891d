"""
What each event adds to the measure ledger: signed entries, without queries or a clock.

Entries commute, so events may arrive late, twice over the bus or in any order.
`figures` computes rates and returns from their sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any, Protocol

from services.reporting.domain.measures import registry

CLOSED_AS = ("resolved", "ended", "concluded")
"""
How a case can be closed, each a measure of its own (PY-33, A-05).
"""
HEADS: Mapping[str, str] = {
    "reasonable_solve": "solved",
    "unreasonable_explain": "explained",
    "hardship_help": "helped",
    "unlawful_by_law": "by_law",
}
"""
The heads of 三到位一处理 by which what is resolved is also counted, each with its
measure (PY-01, XQ-02). A case may have several.
"""
_OF_CLOSINGS = frozenset({*CLOSED_AS, *HEADS.values(), "evaluated", "led_resolved"})
CLOSINGS = (
    "assignment.case_resolved",
    "assignment.case_ended",
    "assignment.case_concluded",
)
"""
The events that end a case, dated on the day it was concluded.
"""
ABOUT_CLOSINGS = (
    *CLOSINGS,
    "assignment.case_reopened",
    "assignment.closing_withdrawn",
    "assignment.closing_restored",
    "assignment.closing_evaluated",
)
TOLD = "assignment.office_event_told"
STEP_REACHED = "assignment.escalation_step_reached"
MAY_NAME_ANOTHER_OFFICE = frozenset({STEP_REACHED})
"""
The events whose office is the one that owes the duty, which may be above the office of
the matter. The office of every other event is that of its matter.
"""

POSTS_NOTHING = frozenset({"assignment.notice_printed"})
"""
The events that are read for a mail alone; the ledger does not store them.
"""


@dataclass(frozen=True)
class Entry:
    """
    One signed posting in the ledger of one office.

    *day* is when it counts from, *own_day* when it would count from had no return been
    signed for that day already (see `ClosingTerms`). *amount* is pieces, or fen.
    *person* is a keyed hash, for distinct counts. *label*: the origin of a case that
    enters the base, or the id of the baseline that lists a case. *duty*, *duty_rule*
    and *due_on*: of what is owed, its id, the id of its rule and its due day.
    """

    measure: str
    office: str
    programme: str
    day: date
    amount: int
    case_number: str
    event_id: str
    own_day: date
    person: str | None = None
    label: str | None = None
    duty: str | None = None
    duty_rule: str | None = None
    due_on: date | None = None


class EventFacts(Protocol):
    """
    What the entries of an event take from it besides the fields that are read of it.
    """

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def office(self) -> str: ...
    @property
    def case_number(self) -> str: ...
    @property
    def occurred_on(self) -> date: ...


@dataclass(frozen=True)
class ClosingTerms:
    """
    From which day a closing counts (decision 0021).

    *grace_days*: a closing confirmed more days after it was concluded counts from the
    day of confirmation; None: always from the day it was concluded. *signed_until*: the
    last day of the returns that were signed for its office before it became known; it
    counts from the day after at the earliest.
    """

    grace_days: int | None = None
    signed_until: date | None = None

    def own_day(self, concluded_on: date, confirmed_on: date | None) -> date:
        if self.grace_days is None or confirmed_on is None:
            return concluded_on
        late = confirmed_on - concluded_on > timedelta(days=self.grace_days)
        return confirmed_on if late else concluded_on

    def counts_from(self, own_day: date) -> date:
        if self.signed_until is None:
            return own_day
        return max(own_day, self.signed_until + timedelta(days=1))


@dataclass(frozen=True)
class _Posting:
    measure: str
    day: date
    amount: int = 1
    person: str | None = None
    label: str | None = None
    office: str | None = None
    duty: str | None = None
    duty_rule: str | None = None
    due_on: date | None = None
    programme: str | None = None


_Read = Mapping[str, Any]
_Rule = Callable[[date, _Read], Iterator[_Posting]]


def entries_for(
    event: EventFacts, read: Mapping[str, Any], terms: ClosingTerms = ClosingTerms()
) -> tuple[Entry, ...]:
    """
    The entries of *event*, whose fields were *read* as `schemas.READS` says.

    Raises `KeyError` for a type of event that posts nothing.
    """
    return tuple(
        Entry(
            measure=posting.measure,
            office=posting.office or event.office,
            programme=posting.programme or view["programme"],
            day=day,
            amount=posting.amount,
            case_number=event.case_number,
            event_id=event.id,
            own_day=own_day,
            person=posting.person,
            label=posting.label,
            duty=posting.duty,
            duty_rule=posting.duty_rule,
            due_on=posting.due_on,
        )
        for view in (read, *_further_views(read))
        for posting in RULES[event.type](event.occurred_on, view)
        for own_day, day in [_days_of(posting, event, view, terms)]
        if posting.amount
    )


def _further_views(read: _Read) -> Iterator[_Read]:
    """
    What an event of intake says of a case as each further programme counts it, which
    has the case in its scope (PY-60).
    """
    for further in read.get("enrolled", ()):
        yield {
            **read,
            **further,
            "in_scope": True,
            "in_scope_before": True,
            "origin_before": further["origin"],
            "counted": further["programme"] in read.get("also", ()),
        }


def _days_of(
    posting: _Posting, event: EventFacts, read: _Read, terms: ClosingTerms
) -> tuple[date, date]:
    """
    The own day of a posting, and the day from which it counts.

    What takes a closing back counts no earlier than the closing itself does.
    """
    if posting.measure not in _OF_CLOSINGS:
        # In a further programme nothing counts before the case stood in it.
        day = max(posting.day, read.get("since") or date.min)
        return day, day
    concluded_on = read.get("concluded_on") or event.occurred_on
    closed_on = terms.own_day(concluded_on, read["confirmed_on"])
    own_day = max(posting.day, closed_on)
    return own_day, terms.counts_from(own_day)


def _one(measure: str, amount: int = 1) -> _Rule:
    """
    Counts every such fact of the programme.
    """

    def rule(day: date, _read: _Read) -> Iterator[_Posting]:
        yield _Posting(measure, day, amount)

    return rule


def _in_scope(measure: str, amount: int = 1) -> _Rule:
    """
    Counts such facts about cases in scope only (PY-06).
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"]:
            yield _Posting(measure, day, amount)

    return rule


def _enters_base(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"]:
        yield _Posting("base", day, label=read["origin"])
        yield _Posting("repeats", day, read["repeats"])


def _repeated(sign: int) -> _Rule:
    """
    A petition that came in after its case was opened (PY-05, PY-06), until a person
    decides that it is no repeat.
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"] and read["counted"]:
            yield _Posting("repeats", day, sign)

    return rule


def _listed(day: date, read: _Read) -> Iterator[_Posting]:
    """
    A case is on a frozen list whether it is in scope or not (JZ-04).
    """
    yield _Posting("listed", day, label=read["baseline"])


def _merged(sign: int) -> _Rule:
    """
    A duplicate counts once, under the case it was merged into (A-16).
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"]:
            yield _Posting("base", day, -sign)
            yield _Posting("repeats", day, -sign * read["repeats"])
            yield _Posting("duplicates", day, sign)

    return rule


def _registered(day: date, read: _Read) -> Iterator[_Posting]:
    """
    Two petitions that came in one letter are one contact (A-49).
    """
    if not read["part"]:
        yield from _contact(day, read["channel"])


def _contact(day: date, channel: str, amount: int = 1) -> Iterator[_Posting]:
    """
    A petition counts once more by the channel through which it came in.
    """
    yield _Posting("petitions", day, amount)
    for measure in registry().of_channel(channel):
        yield _Posting(measure, day, amount)


def _petition_corrected(_day: date, read: _Read) -> Iterator[_Posting]:
    """
    A petition counts on the day on which it was really received, and by the channel
    through which it really came in.
    """
    before = read["received_before"], read["channel_before"] or read["channel"]
    after = read["received_on"], read["channel"]
    if before != after and not read["part"]:
        yield from _contact(*before, -1)
        yield from _contact(*after)


def _petition_stands(sign: int) -> _Rule:
    """
    What should never have been registered was never received, and never answered; until
    it is restored.
    """

    def rule(_day: date, read: _Read) -> Iterator[_Posting]:
        if not read["part"]:
            yield from _contact(read["received_on"], read["channel"], sign)
        answers = zip_longest(
            read["replied_on"], read["reply_modes"], read["reply_offices"]
        )
        for day, mode, office in answers:
            yield from _answer(day, mode or "", sign, office)

    return rule


def _replied(day: date, read: _Read) -> Iterator[_Posting]:
    yield from _answer(day, read["mode"], 1)


def _reply_withdrawn(_day: date, read: _Read) -> Iterator[_Posting]:
    """
    Taken back from the office that it counted for, whoever has the matter now.
    """
    yield from _answer(read["replied_on"], read["mode"], -1, read["given_by"] or None)


def _answer(
    day: date, mode: str, amount: int, office: str | None = None
) -> Iterator[_Posting]:
    """
    A reply counts once more among those of its mode, and of talks if it is one (DY-27);
    *office*: for which, None for that of the event.
    """
    for measure in ("replies", *registry().of_mode(mode)):
        yield _Posting(measure, day, amount, office=office)


def _act_recorded(day: date, read: _Read) -> Iterator[_Posting]:
    yield from _by_act(day, read, 1, of_case=read["first"])


def _act_withdrawn(day: date, read: _Read) -> Iterator[_Posting]:
    yield from _by_act(day, read, -1, of_case=read["last"])


def _by_act(day: date, read: _Read, sign: int, *, of_case: bool) -> Iterator[_Posting]:
    """
    What counts an act, or what it was about; acts of cases out of scope count nowhere.
    *of_case*: the first of its kind that stands in the case, or the last that stood.
    """
    for measure in registry().of_act(read["act"], read["kind"]):
        amount = (read["count"] or 0) if measure.amounts else 1
        if read["in_scope"] is not False and (of_case or not measure.cases):
            yield _Posting(measure.id, day, sign * amount)


def _case_corrected(day: date, read: _Read) -> Iterator[_Posting]:
    """
    From the day of the correction the base has the case as it is now, in place of what
    it was before.
    """
    was, now = read["in_scope_before"], read["in_scope"]
    before, after = read["origin_before"], read["origin"]
    if was and not (now and before == after):
        yield _Posting("base", day, -1, label=before)
    if now and not (was and before == after):
        yield _Posting("base", day, label=after)
    repeats = now * read["repeats"] - was * read["repeats_before"]
    yield _Posting("repeats", day, repeats)


def _case_stands(sign: int) -> _Rule:
    """
    What was registered by mistake counts no more from that day, until it is reinstated.
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"]:
            yield _Posting("base", day, sign, label=read["origin"] or None)
            yield _Posting("repeats", day, sign * read["repeats"])

    return rule


def _reopened(day: date, read: _Read) -> Iterator[_Posting]:
    """
    What flows back is no longer closed (I-33).
    """
    if read["in_scope"]:
        yield _Posting(read["was"], day, -1)
        yield from _as_settled(day, read, -1)
        yield _Posting("flowed_back", day)


def _followed_up(day: date, read: _Read) -> Iterator[_Posting]:
    """
    Once for each closing, however often it is followed up (I-32).
    """
    if read["in_scope"] and read["first"]:
        yield _Posting("followed_up", day)
        if read["result"] == "content":
            yield _Posting("content", day)


def _evaluated(day: date, read: _Read) -> Iterator[_Posting]:
    """
    Once for each closing that counts, and only by others than its own office (I-31).
    """
    counts = read["in_scope"] and read["first"] and read["counted"]
    if counts and read["kind"] == "evaluation":
        yield _Posting("evaluated", day)


def _closing(sign: int) -> _Rule:
    """
    The closing of a case that was merged away counts no more than the case. It counts
    as evaluated on no day before it was (I-31).
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"]:
            yield _Posting(read["was"], day, sign)
            evaluated_on = max(day, read["evaluated_on"] or day)
            yield _Posting("evaluated", evaluated_on, sign * read["evaluated"])
            yield from _as_settled(day, read, sign)

    return rule


def _closed(measure: str) -> _Rule:
    """
    A case was closed; that its report was evaluated before counts with it (I-31).
    """

    def rule(day: date, read: _Read) -> Iterator[_Posting]:
        if read["in_scope"]:
            yield _Posting(measure, day)
            yield _Posting("evaluated", day, int(read["evaluated"]))
            yield from _as_settled(day, read, 1)

    return rule


def _as_settled(day: date, read: _Read, amount: int) -> Iterator[_Posting]:
    """
    Once under each head of 三到位一处理 of the closing (PY-01), and once among the
    resolved cases that were led (I-25).
    """
    if read.get("led"):
        yield _Posting("led_resolved", day, amount)
    for head in read.get("dispositions", ()):
        yield _Posting(HEADS[head], day, amount)


def _hearing_decided(day: date, read: _Read) -> Iterator[_Posting]:
    """
    A hearing is needed from the decision to hold it until another decision (I-23).
    """
    if read["in_scope"]:
        needed, before = read["decision"] == "hold", read["replaces"] == "hold"
        yield _Posting("hearings_needed", day, needed - before)


def _hearing_held(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"]:
        yield _Posting("hearings", day)
        yield _Posting("hearings_by_leaders", day, int(read["leader_chaired"]))


def _opinion_answered(day: date, read: _Read) -> Iterator[_Posting]:
    """
    Of the members of a hearing; one adopted in part is adopted (DY-37).
    """
    if read["in_scope"]:
        yield _Posting("opinions_answered", day)
        yield _Posting("opinions_adopted", day, int(read["adoption"] != "none"))


def _hearing_resulted(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"] and read["settled"]:
        yield _Posting("hearings_settled", day)


def _hearing_watch_over(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"]:
        yield _Posting("hearings_watched", day)
        yield _Posting("hearings_kept", day, int(read["settled"]))


def _aid_paid(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"]:
        yield _Posting("aid_yuan", day, read["amount"])
        yield _Posting("aid_persons", day, 1, read["person"])


def _aid_opened(day: date, read: _Read) -> Iterator[_Posting]:
    """
    Aid on the office's own motion is also counted apart (DY-24).
    """
    if read["in_scope"]:
        yield _Posting("aid_applications", day)
        if read["origin"] == "own_motion":
            yield _Posting("aid_own_motion", day)


def _aid_taken_back(day: date, read: _Read) -> Iterator[_Posting]:
    if read["in_scope"]:
        yield _Posting("aid_yuan", day, -read["amount"])
        yield _Posting("aid_persons", day, -1, read["person"])


def _stock_moved(day: date, read: _Read) -> Iterator[_Posting]:
    """
    What a case counts as now passes from one office to the other on the day of the
    move; what was concluded stays where it was earned (XQ-15, DY-32).
    """
    for stock in read["stock"]:
        for measure, amount in (
            ("base", stock["cases"]),
            ("repeats", stock["repeats"]),
            ("led", stock["led"]),
        ):
            label = stock["origin"] if measure == "base" else None
            taken = _Posting(
                measure, day, amount, label=label, programme=stock["programme"]
            )
            yield replace(taken, amount=-amount, office=read["from_office"])
            yield taken


def _everyday_counted(day: date, read: _Read) -> Iterator[_Posting]:
    """
    Cases of the everyday track count in measures of their own (PY-47). One that moved
    counts at its new office from that day.
    """
    if before := read["from_office"]:
        yield _Posting("everyday", day, -1, office=before)
    moved_here = int(before is not None)
    yield _Posting("everyday", day, read["cases"] + moved_here)
    yield _Posting("everyday_resolved", day, read["resolved"])
    yield _Posting("everyday_closed", day, read["closed"])


def _hearing_moved(day: date, read: _Read) -> Iterator[_Posting]:
    """
    Another office is to hold the hearing.
    """
    if read["in_scope"]:
        yield _Posting("hearings_needed", day, -1, office=read["from_office"])
        yield _Posting("hearings_needed", day)


def _duties_changed(_day: date, read: _Read) -> Iterator[_Posting]:
    """
    What the changes of each duty add up to: a duty that is opened and done in time at
    once posts nothing.
    """
    sums: dict[tuple[str, str, date], int] = defaultdict(int)
    last = dict[str, _Read]()
    for change in read["changes"]:
        last[change["duty"]] = change
        for office, day, amount in _OF_CHANGE[change["what"]](change):
            sums[office, change["duty"], day] += amount
    for (office, duty, day), amount in sums.items():
        yield _Posting(
            registry().overdue_of(last[duty]["kind"]),
            day,
            amount,
            office=office,
            duty=duty,
            duty_rule=last[duty]["kind"],
            due_on=last[duty]["due_on"],
        )

    yield from _standings(read)


def _standings(read: _Read) -> Iterator[_Posting]:
    """
    What was due, and of that what was done, and in time, on the days it was due (I-05).
    """
    for each in read["standings"]:
        measures = registry().of_duty(each["kind"], report=each["report"])
        for day, done, in_time, answer, amount in (
            (
                each["due_before"],
                each["done_before"],
                each["in_time_before"],
                each["answer_before"],
                -1,
            ),
            (each["due_on"], each["done"], each["in_time"], each["answer"], 1),
        ):
            counted = {"due": bool(day), "done": done, "in_time": in_time}
            for measure in measures:
                if counted[measure.counted_if] and measure.answer in {None, answer}:
                    yield _Posting(
                        measure.id,
                        day,
                        amount,
                        office=each["office"],
                        duty=each["duty"],
                        duty_rule=each["kind"],
                        due_on=day,
                    )


def _step_missed(day: date, read: _Read) -> Iterator[_Posting]:
    """
    At the office that missed the step (MX-39).
    """
    yield _Posting(
        "steps_missed",
        day,
        office=read["missed_by"],
        duty=read["duty"],
        duty_rule=read["kind"],
        due_on=read["due_on"],
    )


_Amounts = Iterator[tuple[str, date, int]]


def _unless_backdated(
    of_change: Callable[[_Read], _Amounts],
) -> Callable[[_Read], _Amounts]:
    """
    What was due before the programme was issued is never overdue (A-03).
    """

    def counted(change: _Read) -> _Amounts:
        if not change["backdated"]:
            yield from of_change(change)

    return counted


def _duty_opened(change: _Read) -> _Amounts:
    """
    Posted ahead: overdue from the day after it was due, unless it is done before.
    """
    yield change["office"], _late_from(change), 1


def _duty_over(change: _Read) -> _Amounts:
    """
    Done in time it cancels the posting ahead; done late it was overdue until then.
    """
    yield change["office"], max(_late_from(change), change["on"]), -1


def _duty_resumed(change: _Read) -> _Amounts:
    yield change["office"], max(_late_from(change), change["on"]), 1


def _duty_moved(change: _Read) -> _Amounts:
    """
    Posted ahead for another day: overdue from the day after the new due day.
    """
    before = {**change, "due_on": change["due_before"]}
    if not change["backdated_before"]:
        yield change["from_office"] or change["office"], _late_from(before), -1
    if not change["backdated"]:
        yield change["office"], _late_from(change), 1


def _duty_handed_over(sign: int) -> Callable[[_Read], _Amounts]:
    """
    Overdue at the office before until it passed on, and at the next from its own due
    day; while its days are not counted, at neither.
    """

    def passed_on(change: _Read) -> _Amounts:
        before = change["due_before"] + timedelta(days=1)
        if not change["paused"]:
            yield change["from_office"], max(before, change["on"]), -sign
            yield change["office"], max(_late_from(change), change["on"]), sign

    return passed_on


def _late_from(change: _Read) -> date:
    """
    The day after the due day, but none before the office took the duty over.
    """
    due_on: date = change["due_on"]
    return max(due_on + timedelta(days=1), change["since"] or date.min)


_OF_CHANGE: Mapping[str, Callable[[_Read], _Amounts]] = {
    "opened": _unless_backdated(_duty_opened),
    "discharged": _unless_backdated(_duty_over),
    "released": _unless_backdated(_duty_over),
    "resumed": _unless_backdated(_duty_resumed),
    "moved": _duty_moved,
    "handed_over": _unless_backdated(_duty_handed_over(1)),
    "handed_back": _unless_backdated(_duty_handed_over(-1)),
}
CHANGES = tuple(_OF_CHANGE)

RULES: Mapping[str, _Rule] = {
    "intake.petition_registered": _registered,
    "intake.petition_corrected": _petition_corrected,
    "intake.petition_withdrawn": _petition_stands(-1),
    "intake.petition_restored": _petition_stands(+1),
    "intake.reply_given": _replied,
    "intake.reply_withdrawn": _reply_withdrawn,
    "intake.case_opened": _enters_base,
    "intake.case_corrected": _case_corrected,
    "intake.case_withdrawn": _case_stands(-1),
    "intake.case_reinstated": _case_stands(+1),
    "intake.case_enrolled": _enters_base,
    "intake.case_enrolment_withdrawn": _case_stands(-1),
    "intake.case_repeated": _repeated(1),
    "intake.case_repeat_withdrawn": _repeated(-1),
    "intake.case_merged": _merged(+1),
    "intake.case_unmerged": _merged(-1),
    "assignment.case_moved": _stock_moved,
    "assignment.stock_followed": _stock_moved,
    "assignment.baseline_case_frozen": _listed,
    "assignment.leader_named": _in_scope("led"),
    "assignment.leader_released": _in_scope("led", -1),
    "assignment.everyday_counted": _everyday_counted,
    "assignment.case_resolved": _closed("resolved"),
    "assignment.case_ended": _closed("ended"),
    "assignment.case_concluded": _closed("concluded"),
    "assignment.case_reopened": _reopened,
    "assignment.closing_withdrawn": _closing(-1),
    "assignment.closing_restored": _closing(+1),
    "assignment.case_followed_up": _followed_up,
    "assignment.closing_evaluated": _evaluated,
    "assignment.case_struck_off": _in_scope("struck_off"),
    "assignment.case_restored": _in_scope("struck_off", -1),
    "assignment.act_recorded": _act_recorded,
    "assignment.act_withdrawn": _act_withdrawn,
    "assignment.duties_changed": _duties_changed,
    "assignment.step_missed": _step_missed,
    TOLD: _one("told_at_once"),
    STEP_REACHED: _one("supervised"),
    "hearing.hearing_decided": _hearing_decided,
    "hearing.hearing_moved": _hearing_moved,
    "hearing.hearing_called_off": _in_scope("hearings_needed", -1),
    "hearing.hearing_held": _hearing_held,
    "hearing.opinion_answered": _opinion_answered,
    "hearing.hearing_resulted": _hearing_resulted,
    "hearing.hearing_watch_over": _hearing_watch_over,
    "aid.aid_opened": _aid_opened,
    "aid.aid_paid": _aid_paid,
    "aid.aid_taken_back": _aid_taken_back,
    "aid.social_aid_referred": _in_scope("social_aid_referrals"),
    "aid.social_aid_answered": _in_scope("social_aid_answers"),
}
