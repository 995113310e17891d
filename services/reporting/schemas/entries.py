"""
What stands behind a figure over HTTP: its entries, and its cases or duties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from services.reporting.domain.measures import Measure, registry
from services.reporting.schemas.figures import FiguresQuery
from shared.numerals import yuan
from shared.policy.programme import Programme
from shared.web.messages import Message
from shared.web.schema.field_kinds import Coded
from shared.web.schema.fields import page_size, text


def _choices() -> Iterator[str]:
    for each in registry().measures:
        if each.posted:
            yield f"{each.id}（{each.title}）"


class EntriesQuery(FiguresQuery):
    """The entries behind one figure, which is named by its id or its title."""

    measure = Coded(
        {each.id: each.title for each in registry().measures if each.posted},
        required=True,
        validate=validate.OneOf(
            list(registry().posted),
            error=Message(
                "not_in_list",
                "没有此指标，或它是由其他指标算出的。",
                f"可选：{'、'.join(_choices())}。",
            ),
        ),
        error_messages={"required": Message("required", "缺少此项。", "请写明指标。")},
    )
    after = text(longest=500, required=False)
    limit = page_size()


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
    due_on = fields.Date(required=True, allow_none=True)


class EntryView(CaseView):
    """
    One entry: what one event added to a figure from a *day* on. *own_day* is earlier if
    it concerns a closing that became known after a return for its day was signed.
    """

    day = fields.Date(required=True)
    own_day = fields.Date(required=True)
    event_id = fields.String(required=True)


def in_unit_of_figure(
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
    titles = {duty.id: duty.title for duty in reversed(programme.every_duty_rule())}
    return titles.get(rule, rule)
