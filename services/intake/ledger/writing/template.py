"""
The empty workbook of a form, for an office to fill in: titles, drop-downs and a note on
each column. What is filled in can be pushed as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from services.intake.ledger.form import Column, Form, Need
from services.intake.ledger.writing.sheet import TITLES, DropDowns, FormSheet

_CELL = {"num_format": "@", "text_wrap": True, "valign": "vcenter"}
_NOTE = {"x_scale": 2, "y_scale": 2}
_NEEDS: dict[Need, str] = {
    "filing": "必填。",
    "handed": "上级交办的必填。",
    "gate": "可暂缺，备案时须补齐。",
    "closing": "办结时填写。",
    "optional": "可不填。",
}
_KINDS = {
    "date": "填写日期，如 2019年3月5日 或 2019-03-05。",
    "integer": "填写整数。",
    "money": "填写金额，以元为单位。",
    "boolean": "填写“是”或“否”。",
    "booleans": "逐条填写“是”或“否”，用分号隔开。",
    "office": "填写单位的全称、简称或代码。",
    "opinions": "逐条写明机关、日期、文号、结论，条与条之间换行或用分号隔开。",
    "entries": "逐条写明日期和内容，条与条之间换行。",
}


def write_template(path: Path, form: Form) -> None:
    """
    Write the empty workbook of a form to a file.
    """
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = FormSheet(workbook, form, "台账")
        sheet.write_heading(workbook.add_format(_CELL))
        lists = DropDowns(workbook)
        for place, column in enumerate(form.columns):
            note = "\n".join(_note(column, form))
            sheet.sheet.write_comment(TITLES, place, note, _NOTE)
            lists.offer(sheet.sheet, place, column, form)


def _note(column: Column, form: Form) -> Iterator[str]:
    """
    What an office must know of a column, a line each.
    """
    default = form.defaults.get(column.id)
    other = form.same_as.get(column.id)
    titles = {each.id: each.title for each in form.columns}
    yield _NEEDS[column.required]
    if column.type in _KINDS:
        yield _KINDS[column.type]
    if column.codes:
        several = "可填几项，用顿号隔开：" if column.type == "list" else "可填："
        yield several + "、".join(column.labels()) + "。"
    if default is not None:
        labels = column.codes.get(str(default.value), (str(default.value),))
        yield f"不填按“{labels[0]}”。"
    if other is not None:
        yield f"不填按“{titles[other]}”。"
    if column.max and column.type in {"text", "entries", "opinions"}:
        yield f"至多 {column.max} 字。"
    if column.personal:
        yield "加密保存，列表和通知中不显示。"
    for together in form.together:
        if column.id in together.needs:
            yield f"填写了“{titles[together.column]}”的，此项必填。"
