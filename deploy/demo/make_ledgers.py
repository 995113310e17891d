"""
Writes the demonstration's ledgers as offices write them: 附件2 with merged titles.

`python -m deploy.demo.make_ledgers` rewrites `ledgers/`; the same bytes every
time. The invented cases are in `invented.py`, the hands that wrote them here.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from deploy.demo.invented import BY_CODE, CITY, HANDED_ON, OWN, Case, cases

LEDGERS = Path(__file__).parent / "ledgers"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
STAMP = (2020, 11, 16, 9, 0, 0)

Cell: TypeAlias = str | int | date | None
Place: TypeAlias = tuple[int, int]  # row and column

# The row of 范县 that is wrong in three cells, and what stands there instead.
WRONG_LEDGER = "410926"
WRONG_PLACE = 9
WRONG: dict[str, Cell] = {
    "登记受理日期": "2019年2月30日",
    "治理范围类别": "第五类",
    "重复信访次数": "多次",
}


@dataclass(frozen=True)
class Column:
    """A leaf of the form's header, the group above it and what goes below it."""

    group: str
    title: str
    value: Callable[[Case], Cell]


def _opinions(case: Case) -> str:
    return "；".join(
        f"{o.organ}，{o.given_on:%Y-%m-%d}，{o.number}，{o.conclusion}"
        for o in case.opinions
    )


def _finals(case: Case) -> str:
    return "；".join("是" if opinion.final else "否" for opinion in case.opinions)


def _blank(_case: Case) -> None:
    return None


COLUMNS = (
    Column("", "填报单位", lambda c: BY_CODE[c.office].name),
    Column("", "填报日期", lambda c: c.reported_on),
    Column("", "案件编号", lambda c: c.number),
    Column("", "案件来源", lambda c: c.origin),
    Column("", "交办批次/文号", lambda c: c.batch or None),
    Column("信访人情况", "信访人姓名", lambda c: c.name),
    Column("信访人情况", "证件类型", lambda _: "居民身份证"),
    Column("信访人情况", "证件号码", lambda c: c.id_no),
    Column("信访人情况", "通讯地址", lambda _: "虚构市示例区样板路1号"),
    Column("信访人情况", "联系电话", lambda c: c.phone),
    Column("信访人情况", "信访人数", lambda _: 1),
    Column("信访人情况", "涉及人数", lambda _: 1),
    Column("信访人情况", "与原案关系", lambda c: c.relation),
    Column("原案情况", "原案当事人及案由", lambda c: c.original_case),
    Column("原案情况", "原案号/原处理文书", lambda c: c.original_case_no),
    Column("案件分类", "案件类别", lambda c: c.case_kind),
    Column("案件分类", "治理范围类别", lambda c: c.scope_class),
    Column("信访经过", "首次信访日期", lambda c: c.first_on),
    Column("信访经过", "首次信访机构", lambda c: BY_CODE[c.office].name),
    Column("信访经过", "登记受理日期", lambda c: c.accepted_on),
    Column("信访经过", "重复信访次数", lambda c: c.repeats),
    Column("信访经过", "最近一次信访日期", lambda c: c.last_on),
    Column("信访经过", "最近一次信访形式", lambda c: c.last_form),
    Column("诉求及案情", "主要诉求", lambda c: c.demand),
    Column("诉求及案情", "基本案情及事实理由", lambda c: c.facts),
    Column("诉求及案情", "已作处理意见", _opinions),
    Column("诉求及案情", "是否终结性处理意见", _finals),
    Column("依法终结", "是否依法终结", lambda _: "否"),
    Column("依法终结", "依法终结日期", _blank),
    Column("研判情况", "问题症结", lambda c: c.crux),
    Column("研判情况", "诉求评判", lambda c: "、".join(c.dispositions)),
    Column("研判情况", "难易程度", lambda c: c.difficulty),
    Column("包案与责任", "上级包案领导", lambda c: c.upper_leader or None),
    Column("包案与责任", "本院包案领导", lambda c: c.leader or None),
    Column("包案与责任", "责任部门", lambda c: c.department or None),
    Column("包案与责任", "承办人", lambda c: c.handler),
    Column("化解工作", "化解方案要点", lambda c: c.plan),
    Column("化解工作", "化解时限", lambda c: c.resolve_by),
    Column("化解工作", "工作进展", _blank),
    Column("办结情况", "办结方式", _blank),
    Column("办结情况", "办结日期", _blank),
    Column("备案", "备案报送日期", _blank),
    Column("备案", "备案签收人", _blank),
    Column("", "备注", lambda c: c.note or None),
)
# 南乐 keeps the titles of its own older form.
OTHER_TITLES = {
    "410923": {
        "登记受理日期": "受理日期",
        "证件号码": "身份证号码",
        "本院包案领导": "包案领导",
        "化解时限": "办结时限",
    }
}


class Hand:
    """
    How an office fills in a form: dates in four shapes, digits in two widths.
    """

    def __init__(self, ledger: str) -> None:
        self.draw = random.Random(f"hand of {ledger}")

    def write(self, value: Cell) -> Cell:
        if isinstance(value, date):
            return self._date(value)
        if isinstance(value, int) and self.draw.random() < 0.3:
            return str(value).translate(FULL_WIDTH)
        if isinstance(value, str) and self.draw.random() < 0.08:
            return f" {value}　"
        return value

    def _date(self, day: date) -> Cell:
        plain = f"{day.year}年{day.month}月{day.day}日"
        shapes: tuple[Cell, ...] = (
            plain,
            f"{day.year}-{day.month}-{day.day}",
            f"{day:%Y/%m/%d}",
            datetime(day.year, day.month, day.day),  # noqa: DTZ001 - a date cell
            plain.translate(FULL_WIDTH),
        )
        return self.draw.choice(shapes)


def written(ledger: str, rows: Sequence[Case]) -> list[list[Cell]]:
    """
    The rows of a ledger as the office's hand writes them, with their numbers.
    """
    hand = Hand(ledger)
    found: list[list[Cell]] = []
    for seq, case in enumerate(rows, start=1):
        cells = [hand.write(column.value(case)) for column in COLUMNS]
        if (ledger, seq) == (WRONG_LEDGER, WRONG_PLACE):
            titles = [column.title for column in COLUMNS]
            for title, wrong in WRONG.items():
                cells[titles.index(title)] = wrong
        found.append([seq, *cells])
    return found


def workbook(
    about: str, rows: Sequence[Sequence[Cell]], titles: Mapping[str, str]
) -> bytes:
    """
    The form with its merged title, two header rows, gaps and notes.

    *titles* are those that the office writes in another way.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "排查案件登记表"
    width = len(COLUMNS) + 1
    _merge(sheet, (1, 1), (1, width), "集中治理重复信访专项工作排查案件登记表")
    _merge(sheet, (2, 1), (2, width), about)
    _head(sheet, 3, titles)
    line = 5
    for seq, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            sheet.cell(line, place, value)
        line += 2 if seq % 11 == 0 else 1  # somebody leaves a line free
    for shift, note in enumerate(NOTES, start=1):
        _merge(sheet, (line + shift, 1), (line + shift, width), note)
    _dress(sheet)
    return _packed(book)


NOTES = (
    "注：1.案件来源填写高检院交办、省院交办、市院交办、联席办交办、省院排查赴省、本院排查。",
    "2.治理范围类别按照实施方案第二部分填写1至4。",
)


def _head(sheet: Any, top: int, titles: Mapping[str, str]) -> None:
    """
    Two header rows: groups merged across, single columns merged downwards.
    """
    _merge(sheet, (top, 1), (top + 1, 1), "序号")
    place = 2
    for group, members in groupby(COLUMNS, key=lambda column: column.group):
        leaves = [titles.get(column.title, column.title) for column in members]
        if group:
            _merge(sheet, (top, place), (top, place + len(leaves) - 1), group)
        for shift, leaf in enumerate(leaves):
            if group:
                sheet.cell(top + 1, place + shift, leaf)
            else:
                _merge(sheet, (top, place + shift), (top + 1, place + shift), leaf)
        place += len(leaves)


def _merge(sheet: Any, first: Place, last: Place, text: str) -> None:
    sheet.cell(*first, text)
    sheet.merge_cells(
        start_row=first[0], start_column=first[1], end_row=last[0], end_column=last[1]
    )


def _dress(sheet: Any) -> None:
    centred = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for line in (1, 3, 4):
        for cell in sheet[line]:
            cell.alignment = centred
            cell.font = Font(bold=True, size=16 if line == 1 else 11)
    for place in range(1, len(COLUMNS) + 2):
        sheet.column_dimensions[get_column_letter(place)].width = 14
    sheet.freeze_panes = "A5"


def _packed(book: Workbook) -> bytes:
    """
    The workbook's bytes without the moment of writing in them.
    """
    raw = io.BytesIO()
    book.save(raw)
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                    b"2020-11-16T01:00:00Z",
                    content,
                )
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return packed.getvalue()


def _plain(value: Cell) -> str:
    if isinstance(value, date):
        return f"{value.year}-{value.month}-{value.day}"
    return "" if value is None else str(value)


def as_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """
    The same rows as an old program exports them: one header row, GBK.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["序号", *(column.title for column in COLUMNS)])
    writer.writerows([_plain(value) for value in row] for row in rows)
    return out.getvalue().encode("gbk")


def as_json(rows: Sequence[Sequence[Cell]]) -> bytes:
    """
    The same rows as a machine sends them.
    """
    titles = ["序号", *(column.title for column in COLUMNS)]
    found = [
        {t: _plain(v) for t, v in zip(titles, row, strict=True) if v is not None}
        for row in rows
    ]
    return json.dumps(found, ensure_ascii=False, indent=0).encode()


def ledgers() -> dict[str, bytes]:
    """
    Every file of the demonstration by its name.
    """
    found = {}
    everything = cases()
    for ledger in dict.fromkeys(case.ledger for case in everything):
        rows = [case for case in everything if case.ledger == ledger]
        sheet = written(ledger, rows)
        found[f"{ledger}.xlsx"] = workbook(
            _about(ledger, rows), sheet, OTHER_TITLES.get(ledger, {})
        )
        if ledger == "410923":
            found[f"{ledger}-gbk.csv"] = as_csv(sheet)
        if ledger == "410902":
            found[f"{ledger}.json"] = as_json(sheet)
    return found


def _about(ledger: str, rows: Sequence[Case]) -> str:
    if rows[0].origin != OWN:
        return f"市院交办案件清单　　{HANDED_ON:%Y年%m月%d日}　　联系电话：0393-0000000"
    office = BY_CODE.get(ledger[:6], BY_CODE[CITY])
    return f"填报单位（盖章）：{office.name}　　共{len(rows)}件"


def main() -> None:
    LEDGERS.mkdir(exist_ok=True)
    for name, content in ledgers().items():
        (LEDGERS / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
