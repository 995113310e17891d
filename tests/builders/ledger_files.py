"""
Ledgers as county offices would send them, for the tests of reading them.
"""

import csv
import io
import json
from datetime import date
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook

from services.intake.ledger import Context, LedgerUnreadable, load_form, read_ledger

ROOT = Path(__file__).resolve().parents[2]
FORM = load_form(ROOT / "deploy" / "forms" / "annex2.yaml")
TODAY = date(2020, 11, 30)
OFFICES = {"清丰县人民检察院": "410922", "清丰县院": "410922", "410922": "410922"}
CONTEXT = Context(today=TODAY, office_of=OFFICES.get)
TITLES = {column.id: column.title for column in FORM.columns}
GROUPS = {column.id: column.group for column in FORM.columns}


def a_case(number=1, **changes):
    """
    A row without a fault, by column id; changes may take cells out (None).
    """
    case = {
        "seq": number,
        "reporting_office": "清丰县人民检察院",
        "reported_on": "2020年11月20日",
        "case_no": f"清检控申〔2020〕{number}号",
        "origin": "本院排查",
        "petitioner_name": "甄虚构",
        "id_type": "居民身份证",
        "id_no": "999999194605021872",
        "persons": 1,
        "relation_to_case": "当事人",
        "original_case": "甄虚构土地承包合同纠纷一案",
        "case_kind": "民事诉讼监督",
        "scope_class": "第三类",
        "first_petition_on": "2016-4-28",
        "first_petition_at": "清丰县人民检察院",
        "accepted_on": "2016/11/15",
        "repeats_in_window": 3,
        "last_petition_on": "2020.1.27",
        "last_petition_form": "来访",
        "main_demand": "要求监督再审",
        "facts": "不服终审判决，多次反映。",
        "prior_opinions": "濮阳市中级人民法院，2016-01-29，（2016）豫09民终3号，驳回",
        "prior_is_final": "是",
        "lawfully_ended": "否",
        "difficulty": "一般",
        "resolve_by": "2021年12月31日",
    }
    case.update(changes)
    return {key: value for key, value in case.items() if value is not None}


def xlsx(*cases, columns=TITLES, heading=1, titles=None, below=(), more_sheets=()):
    """
    The form with its merged title above row `heading`, merged group and title rows,
    the cases (None: a blank row), and what stands below them.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "台账"
    if heading > 1:
        merged(sheet, (1, 1), (1, len(columns)), FORM.title)
    write_titles(sheet, columns, heading, TITLES | (titles or {}))
    for number, case in enumerate(cases, start=heading + 2):
        for place, column_id in enumerate(columns, start=1):
            sheet.cell(number, place, (case or {}).get(column_id))
    for line in below:
        sheet.append(line)
    for name, rows, state in more_sheets:
        other = book.create_sheet(name)
        other.sheet_state = state
        for row in rows:
            other.append(row)
    return saved(book)


def write_titles(sheet, columns, heading, titles):
    place = 1
    for group, ids in groupby(columns, key=GROUPS.get):
        first = place
        for place, column_id in enumerate(ids, start=first):
            if group:
                sheet.cell(heading + 1, place, titles[column_id])
            else:
                upper, lower = (heading, place), (heading + 1, place)
                merged(sheet, upper, lower, titles[column_id])
        if group:
            merged(sheet, (heading, first), (heading, place), group)
        place += 1


def merged(sheet, first, last, text):
    sheet.cell(*first, text)
    sheet.merge_cells(None, first[0], first[1], last[0], last[1])


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def delimited(*cases, delimiter=",", encoding="utf-8"):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(TITLES.values())
    for case in cases:
        writer.writerow([case.get(column_id, "") for column_id in TITLES])
    return io.BytesIO(out.getvalue().encode(encoding))


def as_json(*cases):
    """
    The cases as objects by column id.
    """
    return io.BytesIO(json.dumps(cases).encode())


def read(stream, filename="台账.xlsx", form=FORM):
    return list(read_ledger(stream, filename=filename, form=form, context=CONTEXT))


def refusal(stream, filename="台账.xlsx", form=FORM):
    """
    The faults with which a file as a whole is refused.
    """
    try:
        read(stream, filename, form)
    except LedgerUnreadable as unreadable:
        return unreadable.problems
    return ()


def faults(**changes):
    """
    The faults of one case with changed cells, by column.
    """
    (row,) = read(xlsx(a_case(**changes)))
    return {fault.location.column: fault for fault in row.problems}


def values(**changes):
    (row,) = read(xlsx(a_case(**changes)))
    assert row.problems == ()
    return row.values


def notices(stream, filename="台账.xlsx"):
    reading = read_ledger(stream, filename=filename, form=FORM, context=CONTEXT)
    rows = list(reading)
    return rows, {notice.code: notice for notice in reading.notices}
