"""
A signed return as documents: the workbook, the page and a few lines of text.

Pure and repeatable: the same return gives the same bytes. Takes a second for a
large return, so a service runs it off its hub.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from xlsxwriter import Workbook

from services.reporting.domain.late import TITLE as LATE
from services.reporting.domain.measures import Measure, registry
from shared.clock import SHANGHAI
from shared.numerals import day_in_digits

NOTHING = "—"
SERVICES = {
    "intake": "受理",
    "assignment": "包案督办",
    "hearing": "听证",
    "aid": "救助",
}
_NAME_WIDTH, _COLUMN_WIDTH, _NOTE_HEIGHT = 22, 12, 18


@dataclass(frozen=True)
class Document:
    """
    What a signed return says.

    *figures* as they were frozen; *ended_counts*: lawful endings count towards the
    target (A-05).
    """

    number: str
    revision: int
    title: str
    office_name: str
    as_of: date
    known_at: datetime
    signed_by: str
    reason: str | None
    ended_counts: bool
    figures: Mapping[str, Any]
    figures_checksum: str
    under_way: Mapping[str, int | None] = field(default_factory=dict)
    differences: Sequence[Mapping[str, Any]] = ()

    @property
    def heading(self) -> str:
        return f"{self.title}统计表"

    @property
    def day(self) -> str:
        return day_in_digits(self.as_of)

    @property
    def filename(self) -> str:
        return f"{self.office_name}统计表-{self.as_of}-第{self.revision}版.xlsx"


@dataclass(frozen=True)
class PrintedLine:
    """
    A line of the table: measure to the value of its cell; others stay empty.
    """

    name: str
    cells: Mapping[str, Any]
    is_total: bool = False


def chinese_instant(instant: datetime) -> str:
    local = instant.astimezone(SHANGHAI)
    return f"{day_in_digits(local.date())}{local:%H:%M:%S}"


def notes(document: Document) -> list[str]:
    """
    Return the notes below the table: what a reader must know to use the figures and to
    check them.
    """
    goal = document.figures["milestone"]
    milestone = day_in_digits(date.fromisoformat(goal["on"]))
    known_at = chinese_instant(document.known_at)
    counted = (
        "依法终结计入化解率。"
        if document.ended_counts
        else "化解率只计已化解，依法终结、程序性办结均不计入。"
    )
    target = f"目标：至{milestone}化解率达到{goal['target']}%。"
    if goal["target"] is None:
        target = "本专项没有统一的化解率目标。"
    lines = [
        f"{target}{counted}",
        f"数据以{known_at}前到达统计系统的为准；此后到达的，以后续版次为准。",
        *_on_lists(document),
        *_everyday(document),
        *_incomplete(document),
        *_late(document),
        *_other_papers(document),
        *(f"{column.title}：{column.meaning}" for column in registry().columns),
        f"编号：{document.number}，第{document.revision}版。签发：{document.signed_by}。",
        f"数据校验值（SHA-256）：{document.figures_checksum}",
    ]
    if document.reason:
        lines.insert(0, f"本版说明：{document.reason}")
    return lines


def _on_lists(document: Document) -> Iterator[str]:
    """
    The rate on each of the programme's lists, frozen and live.
    """
    for baseline in document.figures["baselines"]:
        frozen, live = baseline["frozen"], baseline["live"]
        frozen_rate = f"冻结清单{_rate_on(frozen)}" if frozen else "尚未冻结"
        goal = ""
        if baseline["target_on"]:
            day = day_in_digits(date.fromisoformat(baseline["target_on"]))
            goal = f"；目标：至{day}{baseline['target_percent']}%"
        yield f"{baseline['title']}：{frozen_rate}；实时{_rate_on(live)}{goal}。"


def _everyday(document: Document) -> Iterator[str]:
    """
    The cases of the everyday track, which the columns do not count (PY-47); a return
    that was signed before they were counted says nothing of them.
    """
    if counted := document.figures.get("everyday"):
        yield (
            f"日常交办（不计入治理基数）：{counted['everyday']}件，"
            f"已化解{counted['everyday_resolved']}件，"
            f"化解率{counted['everyday_rate']}，已办结{counted['everyday_closed']}件。"
        )


def _rate_on(rate: Mapping[str, Any]) -> str:
    short_by = rate["short_by"]
    missing = f"，距目标差{short_by}件" if short_by is not None else ""
    return (
        f"{rate['base']}件，已化解{rate['resolved']}件，化解率{rate['rate']}{missing}"
    )


def _incomplete(document: Document) -> Iterator[str]:
    """
    What had not arrived when the return was signed, if anything.
    """
    waiting = {name: n for name, n in document.under_way.items() if n}
    silent = [name for name, n in document.under_way.items() if n is None]
    if waiting:
        counts = "，".join(f"{SERVICES[name]}{n}项" for name, n in waiting.items())
        yield f"签发时尚有已录入而未到达的事实，未计入本表：{counts}。"
    if silent:
        names = "、".join(SERVICES[name] for name in silent)
        yield f"签发时未能查明是否尚有未到达的事实：{names}。"


def _late(document: Document) -> Iterator[str]:
    """
    Which period the late lines belong to, if there are any.
    """
    late = document.figures["late"]
    if late and late["rows"]:
        day = day_in_digits(date.fromisoformat(late["as_of"]))
        yield (
            f"{LATE}：{late['return_id']}签发以后才到达、属于{day}以前的事实，"
            "计入本表，已签发的报表不变。"
        )


def _other_papers(document: Document) -> Iterator[str]:
    """
    Where a line differs from what its office signed: one note for each such return.
    """
    for number, group in groupby(document.differences, lambda cell: cell["return_id"]):
        cells = list(group)
        values = "，".join(
            f"{cell['title']}其报{_value(cell['signed'])}、本表{_value(cell['now'])}"
            for cell in cells
        )
        yield f"{cells[0]['name']}已签发的{number}与本表不同：{values}。"


def _value(value: object) -> object:
    return NOTHING if value is None else value


def workbook(document: Document) -> bytes:
    """
    The return as xlsx; text never becomes a formula or a link.
    """
    file = io.BytesIO()
    book = Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    signed = document.known_at.astimezone(SHANGHAI).replace(tzinfo=None)
    # A fixed moment: with the time of rendering the bytes would differ each time.
    book.set_properties({"title": document.heading, "created": signed})
    _Sheet(book, document).write(document)
    book.close()
    return file.getvalue()


class _Sheet:
    """
    The one sheet of a return, with its formats.
    """

    def __init__(self, book: Any, document: Document) -> None:
        edge = {"border": 1, "valign": "vcenter"}
        self.book, self.edge = book, edge
        self.sheet = book.add_worksheet("统计表")
        self.columns = registry().columns
        self.last = len(self.columns)
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.head = book.add_format(
            {**edge, "bold": True, "text_wrap": True, "align": "center"}
        )
        self.name = book.add_format(edge)
        self.cells = {
            "count": book.add_format({**edge, "align": "right", "num_format": "0"}),
            "money": book.add_format({**edge, "num_format": "#,##0.00"}),
            "ratio": book.add_format({**edge, "align": "right"}),
        }
        self.shares: dict[str, Any] = {}
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_column(0, 0, _NAME_WIDTH)
        self.sheet.set_column(1, self.last, _COLUMN_WIDTH)
        self.sheet.set_footer(f"&C{document.number}&R&P/&N")

    def write(self, document: Document) -> None:
        sheet = self.sheet
        sheet.merge_range(0, 0, 0, self.last, document.heading, self.title)
        sheet.merge_range(
            1, 0, 1, self.last, f"填报单位：{document.office_name}", self.plain
        )
        sheet.merge_range(2, 0, 2, self.last, f"统计截至：{document.day}", self.plain)
        sheet.write_string(3, 0, "单位", self.head)
        for at, measure in enumerate(self.columns, 1):
            sheet.write_string(3, at, measure.heading, self.head)
        sheet.freeze_panes(4, 1)
        below = self._lines(document, 4)
        sheet.merge_range(below, 0, below, self.last, _SIGNED_HERE, self.plain)
        for at, note in enumerate(notes(document), below + 2):
            sheet.merge_range(at, 0, at, self.last, note, self.plain)
            sheet.set_row(at, _NOTE_HEIGHT)

    def _lines(self, document: Document, at: int) -> int:
        for line in _lines(document):
            self.sheet.write_string(at, 0, line.name, self.name)
            for column, measure in enumerate(self.columns, 1):
                self._cell(at, column, measure, line.cells.get(measure.id))
            at += 1
        return at

    def _cell(self, row: int, column: int, measure: Measure, value: Any) -> None:
        if value is None:
            self.sheet.write_blank(row, column, None, self.name)
        elif percent := _PERCENT.fullmatch(str(value)):
            share = float(percent[1]) / 100
            self.sheet.write_number(row, column, share, self._share(percent[2] or ""))
        elif measure.kind == "ratio" or value == NOTHING:
            self.sheet.write_string(row, column, value, self.cells["ratio"])
        elif measure.kind == "money":
            self.sheet.write_number(row, column, float(value), self.cells["money"])
        else:
            self.sheet.write_number(row, column, value, self.cells["count"])

    def _share(self, decimals: str) -> Any:
        """
        The format of a share that is printed with these *decimals* (".0").
        """
        if decimals not in self.shares:
            digits = "0" + decimals[:1] + "0" * len(decimals[1:])
            look = {**self.edge, "align": "right", "num_format": f"{digits}%"}
            self.shares[decimals] = self.book.add_format(look)
        return self.shares[decimals]


_PERCENT = re.compile(r"([0-9]+(\.[0-9]+)?)%")
_SIGNED_HERE = "填表人：　　　　　审核人：　　　　　负责人：　　　　　（盖章）"


def page(document: Document) -> str:
    """
    The return as a page that is also the body of its mail.
    """
    return (
        _templates()
        .get_template("return.html")
        .render(
            document=document,
            columns=registry().columns,
            lines=_lines(document),
            notes=notes(document),
            signed_here=_SIGNED_HERE,
        )
    )


def text(document: Document) -> str:
    """
    The return in words, for readers of mail without pictures.
    """
    lines = [
        f"{document.heading}（{document.office_name}，截至{document.day}）",
        "",
        *(_sentence(line) for line in _lines(document)),
        "",
        *notes(document),
    ]
    return "\n".join(lines) + "\n"


def _sentence(line: PrintedLine) -> str:
    parts = (
        f"{measure.title}{value}{_unit(measure, value)}"
        for measure in registry().columns
        if (value := line.cells.get(measure.id)) is not None
    )
    return f"{line.name}：{'，'.join(parts)}。"


def _unit(measure: Measure, value: object) -> str:
    bare = value == NOTHING or (isinstance(value, str) and measure.unit == "%")
    return "" if bare else measure.unit


def _lines(document: Document) -> list[PrintedLine]:
    """
    The rows and the total; a cell that has no figure shows that (A-40). Late amounts
    stand below their row.
    """
    figures = document.figures
    late = figures["late"] or {"rows": [], "total": {}}
    late_rows = {row["office"]: row for row in late["rows"]}
    pairs = [(row, late_rows.get(row["office"]), False) for row in figures["rows"]]
    pairs.append((figures["total"], late["total"], True))
    lines = []
    for row, late_cells, is_total in pairs:
        lines.append(PrintedLine(row["name"], _printed(row), is_total))
        if late_cells:
            lines.append(PrintedLine(LATE, late_cells, is_total))
    return lines


def _printed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: NOTHING if value is None else value for name, value in row.items()}


def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
