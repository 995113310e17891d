"""
The confirmation of a finance office: what was paid, when, by what voucher. It comes as
a table of texts, out of a csv or a workbook.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from services.aid.domain.payments.writing import TOTAL
from shared.errors import Malformed, Problem, reject_if
from shared.numerals import fen_of, plain_signs, written_day, yuan

Table = Sequence[Sequence[str]]
MOST_ROWS = 1000
_ABOVE = 10  # rows of headings that may stand above the titles
_LONGEST = 80
_REFERENCE, _AMOUNT, _PAID_ON, _VOUCHER = "付款编号", "金额", "支付日期", "凭证号"
_RESULT, _FAILED = "结果", "失败"
_NEEDED = (_REFERENCE, _AMOUNT, _PAID_ON, _VOUCHER)
_ALSO = {
    "付款日期": _PAID_ON,
    "到账日期": _PAID_ON,
    "付款金额": _AMOUNT,
    "支付金额": _AMOUNT,
    "凭证编号": _VOUCHER,
    "付款结果": _RESULT,
    "支付结果": _RESULT,
}
_UNIT = re.compile(r"[（(]元[)）]$")
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]*")


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """
    A row of a confirmation: a payment by a voucher, amount in fen; or, *failed*, that
    there was none.
    """

    reference: str
    amount: int
    paid_on: date | None
    voucher_no: str
    failed: bool = False


def read_confirmation(table: Table, today: date) -> tuple[Confirmed, ...]:
    """
    The rows of a confirmation, without its line of totals.

    Raises `Malformed` for what is not a confirmation, `Rejected` with every faulty
    cell.
    """
    rows = list(_rows(table))
    problems = list[Problem]()
    confirmed, total = list[Confirmed](), None
    for number, row in rows:
        if row[_REFERENCE] == TOTAL:
            total = fen_of(row[_AMOUNT])
            continue
        faults = list(_faults(number, row, today))
        problems += faults
        if not faults:
            confirmed.append(_confirmed(row))
    added_up = sum(row.amount for row in confirmed if not row.failed)
    # Only when every row was read: a faulty one is missing in the sum.
    if not problems and total is not None and total != added_up:
        problems.append(
            Problem(
                "total_differs",
                f"合计行为 {yuan(total)} 元，各行相加为 {yuan(added_up)} 元。",
                "文件可能不完整，请财务部门重新导出。",
                f"/{TOTAL}",
            )
        )
    reject_if(problems)
    return tuple(confirmed)


def table_of_csv(content: bytes) -> Table:
    """
    The rows of a csv in UTF-8 or GB18030, one more at most than a confirmation may
    have. Raises `Malformed`.
    """
    # UTF-8 first: hardly any text in GB18030 is valid UTF-8, but much that is UTF-8 can
    # be read as GB18030.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(islice(csv.reader(io.StringIO(text)), MOST_ROWS + 1))
        except csv.Error as error:
            raise Malformed.because(
                "not_csv", "回单文件不是 csv。", "请另存为 xlsx 或 csv 后重新上传。"
            ) from error
    raise Malformed.because(
        "encoding",
        "回单文件不是 UTF-8 或 GB18030 编码。",
        "请另存为 xlsx 或 csv 后重新上传。",
    )


def _titles(row: Sequence[str]) -> list[str]:
    """
    The titles of the columns, without their units, under the names they have here; a
    synonym counts only where the name itself is absent.
    """
    plain = [_UNIT.sub("", cell.strip()) for cell in row]
    names = (_ALSO.get(title, title) for title in plain)
    return [
        title if name in plain else name
        for title, name in zip(plain, names, strict=True)
    ]


def _rows(table: Table) -> Iterator[tuple[int, Mapping[str, str]]]:
    """
    The rows with their numbers, by the titles of their columns.
    """
    heads = enumerate(table[:_ABOVE])
    places = (place for place, row in heads if _REFERENCE in _titles(row))
    start = next(places, 0)
    titles = _titles(table[start]) if table else []
    missing = [name for name in _NEEDED if name not in titles]
    if missing:
        raise Malformed.because(
            "columns_missing",
            f"回单文件缺少列：{'、'.join(missing)}。",
            f"首行须有：{'、'.join(_NEEDED)}，可有{_RESULT}。",
        )
    twice = [name for name in (*_NEEDED, _RESULT) if titles.count(name) > 1]
    if twice:
        raise Malformed.because(
            "column_twice",
            f"回单文件有不止一列可以是：{'、'.join(twice)}。",
            f"请只留一列，或把要用的一列命名为{'、'.join(twice)}。",
        )
    if len(table) > MOST_ROWS:
        raise Malformed.because(
            "too_many_rows", f"回单文件超过 {MOST_ROWS} 行。", "请按支付文件分开上传。"
        )
    for number, cells in enumerate(table[start + 1 :], start=start + 2):
        if any(cell.strip() for cell in cells):
            # Spreadsheets leave out empty cells at the end of a row.
            padded = [*(cell.strip() for cell in cells), *("" for _ in titles)]
            yield number, dict(zip(titles, padded, strict=False))


def _faults(number: int, row: Mapping[str, str], today: date) -> Iterator[Problem]:
    failed = row.get(_RESULT) == _FAILED
    result, place = row.get(_RESULT, ""), f"/{number}"
    if result not in {"", "成功", _FAILED}:
        yield Problem(
            "not_in_list",
            f"第 {number} 行的结果“{result[:_LONGEST]}”看不懂。",
            f"请填写成功或{_FAILED}。",
            f"{place}/{_RESULT}",
        )
    for name in (_REFERENCE, *(() if failed else (_VOUCHER,))):
        if not 0 < len(row[name]) <= _LONGEST or not _PRINTABLE.fullmatch(row[name]):
            yield Problem(
                "cell_form",
                f"第 {number} 行的{name}应为 1 至 {_LONGEST} 个字。",
                "请财务部门补上。",
                f"{place}/{name}",
            )
    if failed:
        return
    if not fen_of(row[_AMOUNT]):
        yield Problem(
            "money_form",
            f"第 {number} 行的金额不是大于零的数。",
            "请以元为单位，至多两位小数；也可写成 1.2万。",
            f"{place}/{_AMOUNT}",
        )
    paid_on = _day(row[_PAID_ON])
    if paid_on is None or paid_on > today:
        yield Problem(
            "invalid_date",
            f"第 {number} 行的支付日期不是今天以前的日期。",
            "请写成 2020-11-03 的样子。",
            f"{place}/{_PAID_ON}",
        )


def _confirmed(row: Mapping[str, str]) -> Confirmed:
    failed = row.get(_RESULT) == _FAILED
    return Confirmed(
        reference=row[_REFERENCE],
        amount=0 if failed else fen_of(row[_AMOUNT]) or 0,
        paid_on=None if failed else _day(row[_PAID_ON]),
        voucher_no=row[_VOUCHER],
        failed=failed,
    )


def _day(text: str) -> date | None:
    try:
        return written_day(plain_signs(text[:_LONGEST]))
    except ValueError:
        return None
