"""
What reporting reads from the bus, and what it is asked and answers over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from services.reporting.domain.figures import yuan
from services.reporting.domain.measures import Measure, registry
from services.reporting.domain.postings import CLOSED_AS
from shared.policy.programme import Programme
from shared.web.fields import (
    Message,
    Strict,
    Tolerant,
    day,
    instant,
    nested,
    office_code,
    page_size,
    query_flag,
    text,
)


class OfProgramme(Tolerant):
    """A fact that counts for its programme whatever it is about."""

    programme = fields.String(required=True)


class OfCase(OfProgramme):
    """A fact about a case, which counts if the case is in scope."""

    in_scope = fields.Boolean(required=True)


class OfRepeatedCase(OfCase):
    """The case's repeat petitions come and go with it."""

    repeats = fields.Integer(required=True)


class OfNewCase(OfRepeatedCase):
    """*origin* decides which baseline counts the case."""

    origin = fields.String(load_default=None, allow_none=True)


class OfListedCase(OfProgramme):
    """The case is on the frozen list of *baseline*."""

    baseline = fields.String(required=True)


class Ended(OfCase):
    """A case that ended; *confirmed_on* is the day of the review."""

    confirmed_on = fields.Date(load_default=None, allow_none=True)


class Reopened(Ended):
    """
    Which kind of closing it undoes or restores, and the days on which that closing was
    concluded and confirmed.
    """

    concluded_on = fields.Date(load_default=None, allow_none=True)
    was = fields.String(required=True, validate=validate.OneOf(CLOSED_AS))


class Resulted(OfCase):
    """Whether the hearing settled the matter."""

    settled = fields.Boolean(required=True)


class Paid(OfCase):
    """*amount* in fen, *person* a keyed hash."""

    amount = fields.Integer(required=True)
    person = fields.String(required=True)


class OfDuty(OfProgramme):
    """Overdue from the day after *due_on*, unless *backdated* (A-03)."""

    due_on = fields.Date(required=True)
    backdated = fields.Boolean(load_default=False)


class MovedDuty(OfDuty):
    """It was due on *due_before*."""

    due_before = fields.Date(required=True)
    backdated_before = fields.Boolean(load_default=False)


class Crossed(OfProgramme):
    """Which step an office came to, and whom it is to be told."""

    title = fields.String(required=True)
    about = fields.String(required=True)
    to_office = fields.String(required=True)
    to_post = fields.String(required=True, allow_none=True)
    urgent = fields.Boolean(required=True)


READS: Mapping[str, Schema] = {
    "intake.petition_registered": OfProgramme(),
    "intake.reply_given": OfProgramme(),
    "intake.case_opened": OfNewCase(),
    "intake.case_merged": OfRepeatedCase(),
    "intake.case_unmerged": OfRepeatedCase(),
    "assignment.baseline_case_frozen": OfListedCase(),
    "assignment.leader_named": OfCase(),
    "assignment.leader_released": OfCase(),
    "assignment.case_resolved": Ended(),
    "assignment.case_ended": Ended(),
    "assignment.case_concluded": Ended(),
    "assignment.case_reopened": Reopened(),
    "assignment.closing_withdrawn": Reopened(),
    "assignment.closing_restored": Reopened(),
    "assignment.duty_opened": OfDuty(),
    "assignment.duty_discharged": OfDuty(),
    "assignment.duty_released": OfDuty(),
    "assignment.duty_resumed": OfDuty(),
    "assignment.duty_moved": MovedDuty(),
    "assignment.supervision_crossed": Crossed(),
    "hearing.hearing_held": OfCase(),
    "hearing.hearing_resulted": Resulted(),
    "aid.aid_paid": Paid(),
}


def _programme() -> fields.String:
    return text(longest=64)


class FiguresQuery(Strict):
    """
    *known_at*: as it was known then; left out, as it is known now. *own*: only the
    cases of the office itself, without those of the offices below it.
    """

    programme = _programme()
    office = office_code()
    as_of = day()
    known_at = instant(required=False)
    own = query_flag()


class CandidateView(Schema):
    """An office that a threshold names, with the reason: no verdict (A-24)."""

    office = fields.String(required=True)
    name = fields.String(required=True)
    threshold = fields.String(required=True)
    title = fields.String(required=True)
    measure = fields.String(required=True)
    value = fields.String(required=True)
    reason = fields.String(required=True)
    source = fields.String(required=True)


class CandidatesView(Schema):
    """The candidates for inspection; people decide (PY-37)."""

    programme = fields.String(required=True)
    office = fields.String(required=True)
    as_of = fields.Date(required=True)
    items = fields.List(fields.Nested(CandidateView), required=True)


class ListRateView(Schema):
    """
    What of a list is resolved; *rate* is text, *short_by* None without a milestone.
    """

    resolved = fields.Integer(required=True)
    base = fields.Integer(required=True)
    rate = fields.String(required=True)
    short_by = fields.Integer(required=True, allow_none=True)


class BaselineRateView(Schema):
    """
    The rate of one baseline of a programme: on the list as frozen, if it was frozen by
    then, and on the live list. *stated*: the size its document gives; *listed*: the
    cases that were frozen; *governs*: the programme's rate is measured on it.
    """

    baseline = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    base = fields.String(required=True)
    governs = fields.Boolean(required=True)
    stated = fields.Integer(required=True, allow_none=True)
    listed = fields.Integer(required=True, allow_none=True)
    target_on = fields.String(required=True, allow_none=True)
    target_percent = fields.Integer(required=True, allow_none=True)
    frozen = nested(ListRateView, allow_none=True)
    live = nested(ListRateView)


class BaselineRatesView(Schema):
    """The rates of all baselines of a programme (DY-16, XQ-06, XQ-07)."""

    programme = fields.String(required=True)
    office = fields.String(required=True)
    as_of = fields.Date(required=True)
    items = fields.List(fields.Nested(BaselineRateView), required=True)


class EntriesQuery(FiguresQuery):
    """The entries behind one figure."""

    measure = fields.String(
        required=True,
        validate=validate.OneOf(
            list(registry().posted),
            error=Message(
                "not_in_list",
                "没有此指标，或它是由其他指标算出的。",
                f"可选：{'、'.join(registry().posted)}。",
            ),
        ),
        error_messages={"required": Message("required", "缺少此项。", "请写明指标。")},
    )
    after = text(longest=500, required=False)
    limit = page_size()


class ReturnsQuery(Strict):
    """The returns, or mailings, of an office and all below it."""

    office = office_code()
    after = text(longest=500, required=False)
    limit = page_size()


class Signing(Strict):
    """*reason*: why a return already sent needs another revision."""

    programme = _programme()
    office = office_code()
    as_of = day()
    reason = text(longest=500, required=False, load_default=None, allow_none=True)


class Redelivery(Strict):
    """Nothing to say: the failed recipients are known."""


_CELLS: Mapping[str, Callable[[], fields.Field[Any]]] = {
    "count": lambda: fields.Integer(required=True),
    "distinct": lambda: fields.Integer(required=True),
    "money": lambda: fields.String(required=True),
    "ratio": lambda: fields.String(required=True),
    "listed": lambda: fields.Integer(required=True, allow_none=True),
    "target": lambda: fields.Integer(required=True, allow_none=True),
    "shortfall": lambda: fields.Integer(required=True, allow_none=True),
}


class RowView(Schema):
    """
    One line of a return: the columns of the registry of measures.

    A rate is text: "33.3%", or "—" for a base of zero; money is text in yuan. Without a
    rate to reach there is no *target* and no *short_by*; without a frozen list there is
    no count of the cases on it.
    """

    office = fields.String(required=True)
    name = fields.String(required=True)

    class Meta:
        """The columns that the registry names."""

        include: ClassVar = {
            each.id: _CELLS[each.kind]() for each in registry().columns
        }


class LateCellsView(Schema):
    """
    Amounts of 补录以往, only those that are not zero; money is text in yuan.
    """

    class Meta:
        """The columns that can be added up."""

        include: ClassVar = {
            measure.id: fields.String() if measure.kind == "money" else fields.Integer()
            for measure in registry().columns
            if measure.id in registry().additive
        }


class LateRowView(LateCellsView):
    """The late amounts of one line."""

    office = fields.String(required=True)
    name = fields.String(required=True)


class LateView(Schema):
    """
    补录以往: facts that belong to the period of the office's last signed return before
    the day (*return_id*, for the day *as_of*) and arrived after it was signed. They are
    among the figures; only lines that have any are given.
    """

    return_id = fields.String(required=True)
    as_of = fields.String(required=True)
    rows = fields.List(fields.Nested(LateRowView), required=True)
    total = nested(LateCellsView)


class MilestoneView(Schema):
    """The next milestone on or after the day; *target* in percent, if there is one."""

    on = fields.String(required=True)
    target = fields.Integer(required=True, allow_none=True)


class FiguresView(Schema):
    """
    The figures of an office, its rows and their total; *late* is null if the office has
    not signed a return for an earlier day. *baselines*: the rates on the programme's
    lists beside the one that governs the rate of the rows.
    """

    programme = fields.String(required=True)
    office = fields.String(required=True)
    as_of = fields.String(required=True)
    known_at = fields.String(required=True)
    milestone = nested(MilestoneView)
    rows = fields.List(fields.Nested(RowView), required=True)
    total = nested(RowView)
    late = nested(LateView, allow_none=True)
    baselines = fields.List(fields.Nested(BaselineRateView), required=True)


class Amount(fields.Field[int | str]):
    """
    A whole number; of money, yuan with two decimals as text, as in the figures.
    """

    def __init__(self, **more: Any) -> None:
        forms = [{"type": "integer"}, {"type": "string", "pattern": r"^-?\d+\.\d{2}$"}]
        super().__init__(metadata={"oneOf": forms}, **more)


class CaseView(Schema):
    """
    A case behind a figure, or a duty behind the figure of duties overdue.

    *amount* in *unit*, which is that of the figure. *duty*, its *duty_title* and
    *due_on* are null for what is not a duty.
    """

    case_number = fields.String(required=True)
    office = fields.String(required=True)
    amount = Amount(required=True)
    unit = fields.String(required=True)
    duty = fields.String(required=True, allow_none=True)
    duty_title = fields.String(required=True, allow_none=True)
    due_on = fields.String(required=True, allow_none=True)


def opened(
    row: Mapping[str, Any], measure: Measure, programme: Programme
) -> dict[str, Any]:
    """
    An entry or a case behind a figure, in the unit of the figure.
    """
    money = measure.kind == "money"
    return {
        **row,
        "duty": row["duty"] or None,
        "amount": yuan(row["amount"]) if money else row["amount"],
        "unit": measure.unit,
        "duty_title": _title(row["duty_rule"], programme) if row["duty"] else None,
        "due_on": row["due_on"] if row["duty"] else None,
    }


def _title(rule: str, programme: Programme) -> str:
    titles = {each.id: each.title for each in reversed(programme.every_duty_rule())}
    return titles.get(rule, rule)


class EntryView(CaseView):
    """
    One entry: what one event added to a figure from a *day* on. *own_day* is earlier if
    it concerns a closing that became known after a return for its day was signed.
    """

    day = fields.Date(required=True)
    own_day = fields.Date(required=True)
    event_id = fields.String(required=True)


class DeliveryView(Schema):
    """How far the mail to one recipient came."""

    recipient = fields.String(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    reply = fields.String(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True)


class MailingView(Schema):
    """
    A mail of supervision notices to an office; without deliveries it reached nobody,
    because neither the office nor any above it has an address.
    """

    id = fields.String(required=True)
    programme = fields.String(required=True)
    office = fields.String(required=True)
    day = fields.Date(required=True)
    made_at = fields.AwareDateTime(required=True)
    urgent = fields.Boolean(required=True)
    deliveries = fields.List(fields.Nested(DeliveryView), required=True)


class CellView(Schema):
    """
    A cell that is not what was *signed* in a return: *now* it is another value, *by* so
    much if it is a whole number.
    """

    return_id = fields.String(required=True)
    office = fields.String(required=True)
    name = fields.String(required=True)
    measure = fields.String(required=True)
    title = fields.String(required=True)
    signed = fields.Raw(required=True, allow_none=True)
    now = fields.Raw(required=True, allow_none=True)
    by = fields.Integer(required=True, allow_none=True)


class ReturnView(Schema):
    """
    A signed return; *figures_checksum* is that of the figures alone, *checksum* that of
    the workbook, once it is frozen.

    *under_way*: by service, the number of facts that had been announced but had not
    arrived when it was signed, null if the service did not answer. *differences*: the
    cells of a line that are not what the office of the line signed for the same day.
    *overtaken*: facts that arrived later would change the figures.
    """

    id = fields.String(required=True)
    programme = fields.String(required=True)
    office = fields.String(required=True)
    as_of = fields.Date(required=True)
    known_at = fields.AwareDateTime(required=True)
    revision = fields.Integer(required=True)
    state = fields.String(required=True)
    signed_by = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    figures_checksum = fields.String(required=True)
    under_way = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(allow_none=True),
        required=True,
    )
    differences = fields.List(fields.Nested(CellView), required=True)
    overtaken = fields.Boolean(required=True)
    checksum = fields.String(required=True, allow_none=True)


class WholeReturnView(ReturnView):
    """
    A return with its figures and its deliveries; *changes* are the cells that facts
    arrived later would change.
    """

    figures = nested(FiguresView)
    changes = fields.List(fields.Nested(CellView), required=True)
    deliveries = fields.List(fields.Nested(DeliveryView), required=True)
