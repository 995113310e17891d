"""
Reads the rows of a ledger and decides whether a row is in the scope of the plan.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

Row = dict[str, Any]

_SAME_TITLE = {  # as 南乐's form calls them
    "受理日期": "登记受理日期",
    "身份证号码": "证件号码",
    "包案领导": "本院包案领导",
    "办结时限": "化解时限",
}
_CRIMINAL_APPEALS = {
    "不服检察机关处理决定的刑事申诉",
    "不服法院生效刑事裁判的刑事申诉",
}
_SUPERVISION = {"民事诉讼监督", "行政诉讼监督", "国家赔偿监督"}
_KINDS = {"控告", *_CRIMINAL_APPEALS, *_SUPERVISION}


def rows(file: Path) -> Iterator[Row]:
    """
    The rows of a workbook or CSV file by their titles, without header and notes.
    """
    lines = _csv_lines(file) if file.suffix == ".csv" else _workbook_lines(file)
    top = next(n for n, line in enumerate(lines) if "案件编号" in map(plain, line))
    below = lines[top + 1] if len(lines) > top + 1 else lines[top]
    two_lines = "信访人姓名" in map(plain, below)
    titles = [
        (plain(lower) if two_lines else "") or plain(upper)
        for upper, lower in zip(lines[top], below, strict=True)
    ]
    titles = [_SAME_TITLE.get(title, title) for title in titles]
    for line in lines[top + 1 + two_lines :]:
        row = dict(zip(titles, line, strict=True))
        if plain(row["案件编号"]):
            yield row


def _workbook_lines(file: Path) -> list[Sequence[Any]]:
    sheet: Any = load_workbook(file).active
    return [list(line) for line in sheet.iter_rows(values_only=True)]


def _csv_lines(file: Path) -> list[Sequence[Any]]:
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.reader(source))


def plain(cell: object) -> str:
    """
    A cell's text with ordinary digits and without space around it.
    """
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()


def number_of(cell: object) -> str:
    """
    A case number without the spaces that a hand put into it.
    """
    return "".join(plain(cell).split())


def day_of(cell: object) -> date:
    """
    The date in a cell, in any of the shapes that offices write.

    Raises `ValueError` if there is none.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain(cell)
    for mark in "年月/":
        text = text.replace(mark, "-")
    year, month, day = text.removesuffix("日").split("-")
    return date(int(year), int(month), int(day))


def in_scope(row: Row) -> bool:
    """
    实施方案 二 (PY-06 to PY-10): 控告、申诉案件 accepted and repeated in the two
    windows, of one of the four classes.

    Raises `ValueError` for a row that cannot be read.
    """
    return (
        _was_accepted_in_the_window(row)
        and _was_repeated_in_the_window(row)
        and plain(row["案件类别"]) in _KINDS
        and _is_of_its_class(row)
    )


def _was_accepted_in_the_window(row: Row) -> bool:
    """
    实施方案 二: 2015年6月30日至2020年6月30日各级检察机关登记受理.
    """
    accepted = day_of(row["登记受理日期"])
    if day_of(row["首次信访日期"]) > accepted:
        raise ValueError("accepted before the first petition")
    return date(2015, 6, 30) <= accepted <= date(2020, 6, 30)


def _was_repeated_in_the_window(row: Row) -> bool:
    """
    实施方案 二: 在2019年1月1日至2020年6月30日重复信访. A repeat is later than the first
    petition, and with a last petition before 2019 there is none in the window.
    """
    first, last = day_of(row["首次信访日期"]), day_of(row["最近一次信访日期"])
    repeats = int(plain(row["重复信访次数"]))
    return repeats > 0 and first < last and last >= date(2019, 1, 1)


def _is_of_its_class(row: Row) -> bool:
    """
    实施方案 二 1-4; which opinions each class asks for: A-20.
    """
    kind, scope_class = plain(row["案件类别"]), int(plain(row["治理范围类别"]))
    if scope_class not in (1, 2, 3, 4):
        raise ValueError(f"no such class: {scope_class}")
    opinions = [part for part in plain(row["已作处理意见"]).split(";") if part]
    answers = plain(row["是否终结性处理意见"]).split(";")
    final = [o for o, answer in zip(opinions, answers, strict=True) if answer == "是"]
    by_procuratorate = any("检察院" in opinion for opinion in final)
    match scope_class:
        case 1:
            return plain(row["案件来源"]) == "联席办交办"
        case 2:
            decided = any("检察院" in opinion for opinion in opinions)
            return decided and kind in _CRIMINAL_APPEALS
        case 3:
            by_court = any("法院" in opinion for opinion in final)
            return by_court and by_procuratorate and kind in _SUPERVISION
        case _:
            return by_procuratorate
