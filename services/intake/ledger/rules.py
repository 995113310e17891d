"""
Rules on several cells of one row. Each rule takes the row's values, may
complete them, and yields the columns at fault; RULES is the whole list.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

from services.intake.ledger.form import Form
from services.intake.ledger.problems import CellError
from shared.person import identity_number_fault

Values = dict[str, Any]
Said = Iterator[tuple[str, CellError]]
Rule = Callable[[Values, Form, dt.date], Said]


def handed_down_names_its_batch(values: Values, form: Form, _today: dt.date) -> Said:
    """
    PY-18: a case that was handed down names its batch.
    """
    if values.get("origin") in form.handed_origins:
        for column in form.columns:
            if column.required == "handed" and values.get(column.id) is None:
                yield (
                    column.id,
                    CellError(
                        "batch_missing",
                        "没有填写，而案件来源是上级交办",
                        "请填写交办函的批次或者文号。",
                    ),
                )


def columns_are_filled_in_together(values: Values, form: Form, _today: dt.date) -> Said:
    """
    What the form says of columns that belong together (`together`).
    """
    titles = {column.id: column.title for column in form.columns}
    for together in form.together:
        for name in together.asked_for(values):
            detail = f"没有填写，而“{titles[together.column]}”一列要求填写此项"
            yield name, CellError("cell_missing", detail, "请补填，或者改正那一列。")


_AGAIN = ("accepted_on", "last_petition_on")
_ORDER = (
    ("first_petition_on", "首次信访日期", "accepted_on", "登记受理日期"),
    ("first_petition_on", "首次信访日期", "last_petition_on", "最近一次信访日期"),
    ("accepted_on", "登记受理日期", "last_petition_on", "最近一次信访日期"),
    ("last_petition_on", "最近一次信访日期", "reported_on", "填报日期"),
    ("accepted_on", "登记受理日期", "reported_on", "填报日期"),
    ("accepted_on", "登记受理日期", "concluded_on", "办结日期"),
    ("accepted_on", "登记受理日期", "resolved_on", "化解日期"),
)


def dates_stand_in_order(values: Values, _form: Form, _today: dt.date) -> Said:
    """
    Petitioned, accepted, petitioned again (PY-06), reported. What was petitioned once
    is accepted afterwards.
    """
    once = values.get("first_petition_on") == values.get("last_petition_on")
    for earlier, earlier_title, later, later_title in _ORDER:
        before, after = values.get(earlier), values.get(later)
        if once and (earlier, later) == _AGAIN:
            continue
        if before and after and before > after:
            yield (
                earlier,
                CellError(
                    "dates_contradict",
                    f"晚于{later_title}（{after}）",
                    f"请核对{earlier_title}和{later_title}，改正其中错误的一个。",
                ),
            )


_RESIDENT = "resident_id"
_LOOKS_RESIDENT = re.compile(r"\d{15,}[\dXx]?")
_IDENTITY_REMEDY = "请对照身份证原件重新填写18位号码。"
_IDENTITY_FAULTS = {
    "length": "应为18位，现为{}位或者含有其他字符",
    "date": "第7至14位不是有效的出生日期，或者晚于今天",
    "checksum": "校验位不符，至少有一位写错",
}


def identity_number_holds(values: Values, _form: Form, today: dt.date) -> Said:
    """
    A number that is a resident's, or looks like one, holds (`identity_number_fault`).
    """
    number, kind = values.get("id_no"), values.get("id_type")
    if not number or kind not in {None, _RESIDENT}:
        return
    if kind is None and not _LOOKS_RESIDENT.fullmatch(number):
        return
    number = number.upper()
    fault = identity_number_fault(number, today)
    if fault:
        detail = _IDENTITY_FAULTS[fault].format(len(number))
        yield "id_no", CellError(f"id_number_{fault}", detail, _IDENTITY_REMEDY)
    else:
        values["id_no"], values["id_type"] = number, _RESIDENT


def finality_is_said_of_each_opinion(
    values: Values, _form: Form, _today: dt.date
) -> Said:
    """
    PY-09, PY-10: one answer for all opinions or one for each; each opinion then knows.
    """
    opinions = values.get("prior_opinions") or []
    answers = values.pop("prior_is_final", None) or []
    if len(answers) == 1:
        answers = answers * len(opinions)
    if answers and opinions and len(answers) != len(opinions):
        yield (
            "prior_is_final",
            CellError(
                "finality_count_differs",
                f"有{len(answers)}个答案，而已作处理意见有{len(opinions)}条",
                "请只填一个“是”或者“否”，或者按处理意见的顺序逐条填写，用分号隔开。",
            ),
        )
        return
    for place, opinion in enumerate(opinions):
        opinion["final"] = answers[place] if answers else None


RULES: tuple[Rule, ...] = (
    handed_down_names_its_batch,
    columns_are_filled_in_together,
    dates_stand_in_order,
    identity_number_holds,
    finality_is_said_of_each_opinion,
)
