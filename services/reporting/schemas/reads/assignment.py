"""
What reporting reads of assignment: of each event the fields it needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields, validate

from services.reporting.domain.postings.closings import CLOSED_AS, HEADS
from services.reporting.domain.postings.duties import CHANGES
from services.reporting.schemas.reads.base import OfCase, OfProgramme
from shared.vocabulary import PaperForm
from shared.web.schema.fields import Tolerant


class OfListedCase(OfProgramme):
    """The case is on the frozen list of *baseline*."""

    baseline = fields.String(required=True)


class OfEverydayCase(OfProgramme):
    """What a case of the everyday track counts as more or less than before."""

    from_office = fields.String(required=True, allow_none=True)
    cases = fields.Integer(required=True)
    resolved = fields.Integer(required=True)
    closed = fields.Integer(required=True)


class OfClosing(OfCase):
    """The closing of a case; *confirmed_on* is the day of the review."""

    confirmed_on = fields.Date(load_default=None, allow_none=True)


class Ended(OfClosing):
    """A case that ended, and whether others had looked into its report."""

    evaluated = fields.Boolean(load_default=False)


class Resolved(Ended):
    """
    A case that was really settled: the heads of 三到位一处理 it counts under, and
    whether it was led.
    """

    dispositions = fields.List(
        fields.String(validate=validate.OneOf(HEADS)), load_default=()
    )
    led = fields.Boolean(load_default=False)


class Reopened(OfClosing):
    """
    Which kind of closing no longer counts, or counts again, under which heads and
    whether led, the days on which it was concluded and confirmed, and whether it was
    evaluated, on which day if that was after it had ended the case.
    """

    dispositions = fields.List(
        fields.String(validate=validate.OneOf(HEADS)), load_default=()
    )
    led = fields.Boolean(load_default=False)
    concluded_on = fields.Date(load_default=None, allow_none=True)
    was = fields.String(required=True, validate=validate.OneOf(CLOSED_AS))
    evaluated = fields.Boolean(load_default=False)
    evaluated_on = fields.Date(load_default=None, allow_none=True)


class OfFollowUp(OfCase):
    """Whether it is the first since the case was closed, and what it found."""

    first = fields.Boolean(required=True)
    result = fields.String(required=True)


class OfEvaluation(OfCase):
    """
    Who looked into a closing, whether for the first time, and whether that closing
    counts, concluded and confirmed on those days.
    """

    kind = fields.String(required=True)
    first = fields.Boolean(required=True)
    counted = fields.Boolean(load_default=True)
    concluded_on = fields.Date(load_default=None, allow_none=True)
    confirmed_on = fields.Date(load_default=None, allow_none=True)


class StockRead(Tolerant):
    """
    What a case counts as: cases of an origin, repeats, led cases; in its own programme
    unless another is named.
    """

    programme = fields.String(load_default=None, allow_none=True)
    origin = fields.String(load_default=None, allow_none=True)
    cases = fields.Integer(load_default=0)
    repeats = fields.Integer(load_default=0)
    led = fields.Integer(load_default=0)


class StockMoved(OfProgramme):
    """The stock that passed from *from_office* to the office of the event."""

    from_office = fields.String(required=True)
    stock = fields.List(fields.Nested(StockRead), required=True)


class CaseMoved(StockMoved):
    """*had_by*: the offices that had the case before."""

    had_by = fields.List(fields.String(), required=True)


class ChangedDuty(Tolerant):
    """
    One change of what an *office* owes, *on* a day: overdue from the day after
    *due_on*, unless *backdated* (A-03); one that is moved was due on *due_before*. The
    *office* has owed it *since*, if it took it over *from_office*. The
    id of the *duty* and the *kind* of its rule are shown behind a figure.
    """

    what = fields.String(required=True, validate=validate.OneOf(CHANGES))
    office = fields.String(required=True)
    duty = fields.String(required=True)
    kind = fields.String(required=True)
    on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    backdated = fields.Boolean(load_default=False)
    due_before = fields.Date(load_default=None)
    backdated_before = fields.Boolean(load_default=False)
    from_office = fields.String(load_default=None)
    since = fields.Date(load_default=None)
    paused = fields.Boolean(load_default=False)


class DutyStanding(Tolerant):
    """
    How a duty of an *office* counts among what was due, what was done and what was done
    in time, and how it counted before; without a day it does not. *report*: it is the
    report of a period.
    """

    office = fields.String(required=True)
    duty = fields.String(required=True)
    kind = fields.String(required=True)
    due_on = fields.Date(load_default=None)
    in_time = fields.Boolean(load_default=False)
    answer = fields.String(load_default="")
    due_before = fields.Date(load_default=None)
    in_time_before = fields.Boolean(load_default=False)
    done = fields.Boolean(load_default=False)
    done_before = fields.Boolean(load_default=False)
    report = fields.Boolean(load_default=False)
    answer_before = fields.String(load_default="")


class ChangedDuties(OfProgramme):
    """What one fact changed in what is owed in a matter, and in how it counts."""

    changes = fields.List(fields.Nested(ChangedDuty), required=True)
    standings = fields.List(fields.Nested(DutyStanding), load_default=())


class OfAct(OfProgramme):
    """
    An act of an office, or one of a case that is *in_scope* or not, and how many it was
    about.
    """

    act = fields.String(required=True)
    kind = fields.String(load_default=None, allow_none=True)
    count = fields.Integer(load_default=None, allow_none=True)
    in_scope = fields.Boolean(load_default=None, allow_none=True)


class OfRecordedAct(OfAct):
    """Whether it is the *first* of its kind that stands in the case."""

    first = fields.Boolean(load_default=True)


class OfWithdrawnAct(OfAct):
    """Whether it was the *last* of its kind that stood in the case."""

    last = fields.Boolean(load_default=False)


class OfMissedStep(OfProgramme):
    """The duty that was not done by its day, and the office that owed it."""

    duty = fields.String(required=True)
    kind = fields.String(required=True)
    missed_by = fields.String(required=True)
    due_on = fields.Date(required=True)


class ToBeMailed(OfProgramme):
    """
    An escalation step that was reached, or what an office is to know at once, the
    office and post it is sent to, and the notice whose paper goes with it.
    """

    title = fields.String(required=True)
    about = fields.String(required=True)
    to_office = fields.String(required=True)
    to_post = fields.String(required=True, allow_none=True)
    urgent = fields.Boolean(required=True)
    paper = fields.String(load_default=None, allow_none=True)


class NoticePrinted(OfProgramme):
    """The paper of a notice, as `shared.papers.Paper` has it, and its form."""

    notice = fields.String(required=True)
    form = fields.String(required=True, validate=validate.OneOf([*PaperForm]))
    paper = fields.Dict(required=True, allow_none=True)


class BatchLetter(ToBeMailed):
    """The letter of a batch, as `shared.papers.Paper` has it, and its form."""

    paper = fields.String(required=True)
    form = fields.String(required=True, validate=validate.OneOf([*PaperForm]))
    letter = fields.Dict(required=True, allow_none=True)


READS: Mapping[str, Schema] = {
    "assignment.case_moved": CaseMoved(),
    "assignment.stock_followed": StockMoved(),
    "assignment.baseline_case_frozen": OfListedCase(),
    "assignment.leader_named": OfCase(),
    "assignment.leader_released": OfCase(),
    "assignment.everyday_counted": OfEverydayCase(),
    "assignment.case_resolved": Resolved(),
    "assignment.case_ended": Ended(),
    "assignment.case_concluded": Ended(),
    "assignment.case_reopened": Reopened(),
    "assignment.closing_withdrawn": Reopened(),
    "assignment.closing_restored": Reopened(),
    "assignment.case_followed_up": OfFollowUp(),
    "assignment.closing_evaluated": OfEvaluation(),
    "assignment.case_struck_off": OfCase(),
    "assignment.case_restored": OfCase(),
    "assignment.act_recorded": OfRecordedAct(),
    "assignment.act_withdrawn": OfWithdrawnAct(),
    "assignment.duties_changed": ChangedDuties(),
    "assignment.step_missed": OfMissedStep(),
    "assignment.office_event_told": ToBeMailed(),
    "assignment.escalation_step_reached": ToBeMailed(),
    "assignment.notice_printed": NoticePrinted(),
    "assignment.batch_letter_issued": BatchLetter(),
}
