"""
A row without a fault in each programme's own form, by column id.
"""

from __future__ import annotations

import json
from functools import cache

from services.intake.ledger import load_form
from tests.builders.ledger_files import ROOT, a_case

_WHO = {"petitioner_name": "甄虚构", "main_demand": "要求依法答复处理进展"}
_ROWS = {
    "xingqing": {
        "reporting_office": "兴庆区解放西街街道",
        "reported_on": "2020年11月16日",
        "case_no": "街信〔2020〕1号",
        "origin": "自办件",
        "registration_level": "自治区",
        "accepted_on": "2019年6月3日",
        "registered_repeat": "是",
        "case_kind": "申诉求决类",
        "topic": "烂尾楼",
        **_WHO,
    },
    "courts": {
        "reporting_office": "武陟县人民法院",
        "reported_on": "2021年3月15日",
        "case_no": "武法信〔2021〕1号",
        "origin": "中院交办",
        "batch_ref": "焦中法交〔2021〕1号",
        "case_kind": "涉执",
        **_WHO,
    },
    "meixian": {
        "reporting_office": "眉县人民检察院",
        "case_no": "眉检控申〔2023〕1号",
        "accepted_on": "2023年2月1日",
        "last_petition_form": "来访",
        "category": "申诉求决类",
        "case_kind": "民事诉讼监督",
        **_WHO,
    },
    "leaders": {
        "reporting_office": "甲市子县人民检察院",
        "reported_on": "2021年3月10日",
        "case_no": "子检控申〔2021〕1号",
        "case_kind": "控告",
        "first_here": "否",
        **_WHO,
    },
}


@cache
def form(name):
    return load_form(ROOT / "deploy" / "forms" / f"{name}.yaml")


def a_line(name, **changes):
    """
    A row of the form of that *name*; changes may take cells out (None).
    """
    row = {**_ROWS[name], **changes} if name in _ROWS else a_case(**changes)
    return {column: value for column, value in row.items() if value is not None}


def json_of(name, *rows):
    """
    The ledger as another system would push it, by the titles of the form.
    """
    titles = {column.id: column.title for column in form(name).columns}
    named = [{titles[column]: v for column, v in row.items()} for row in rows]
    return json.dumps(named, ensure_ascii=False, default=str).encode()
