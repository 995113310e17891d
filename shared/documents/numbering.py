"""
The numbers of papers: drawn from the series of an office, or typed by it.

A number is drawn in a short transaction of its own before its paper is laid out, so
that nobody who draws waits for that. It belongs to the paper of one record: a paper
that could not be filed has it at the next try, on whatever day. One that is never filed
leaves a gap, as do the numbers that a typed one passes over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Index, MetaData, Table, func, select

from shared.errors import Conflict, Problem, reject_if
from shared.papers.number_series import NumberSeries
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.storage.name_locks import lock_name


@dataclass(frozen=True, kw_only=True)
class PaperNumber:
    """
    A number of a *series* that the *paper* of a *record* has, since *used_on*.
    """

    series: str
    year: int
    number: int
    paper: str
    record: str
    used_on: date


@dataclass(frozen=True, kw_only=True)
class NumberRequest:
    """
    A request for a number: for the *paper* of a *record*, dated *day*, on the day
    *today*.
    """

    paper: str
    record: str
    day: date
    today: date


def paper_numbers_table(metadata: MetaData) -> Table:
    """
    The numbers that the papers of a service have.
    """
    return table_of(
        PaperNumber,
        "paper_numbers",
        metadata,
        Index("ix_paper_numbers_record", "series", "paper", "record"),
        key=("series", "year", "number"),
    )


class PaperNumbers(Records[PaperNumber]):
    """
    The numbers in a service's *table*; rows are added only.
    """

    record = PaperNumber

    def __init__(self, session: Connection, table: Table) -> None:
        super().__init__(session)
        self.table = table

    def draw(self, series: NumberSeries, request: NumberRequest) -> str:
        """
        The number that the paper of this record has, or the next of the year of its
        day, after the highest that was used.
        """
        year = request.day.year
        self._take_turn(series, year)
        if drawn := self.number_of(series, request):
            return drawn
        number = self._highest(series, year) + 1
        self.insert(self._row(series, request, year, number))
        return series.printed(year, number)

    def number_of(self, series: NumberSeries, request: NumberRequest) -> str:
        """
        The number that the paper of this record has; "" if it has none.
        """
        table = self.table
        own = self.query().where(
            table.c.series == series.id,
            table.c.paper == request.paper,
            table.c.record == request.record,
        )
        last = self.one(own.order_by(table.c.year.desc(), table.c.number.desc()))
        return series.printed(last.year, last.number) if last else ""

    def use(self, series: NumberSeries, request: NumberRequest, typed: str) -> None:
        """
        Record a number that was typed, if it is one of the series.

        Raises `Conflict` and `Rejected` as `require_fit` does.
        """
        year_and_number = series.read(typed)
        if year_and_number is None:
            return
        self._take_turn(series, year_and_number[0])
        self.require_fit(series, request, typed)
        self.insert_new(self._row(series, request, *year_and_number))

    def require_fit(
        self, series: NumberSeries, request: NumberRequest, typed: str
    ) -> None:
        """
        Raises `Conflict` if another paper has the number typed, `Rejected` if it is of
        the series but cannot be the next: of another year, or far above the highest.
        """
        year_and_number = series.read(typed)
        if year_and_number is None:
            return
        used = self.get(series.id, *year_and_number)
        if used is None:
            highest = self._highest(series, year_and_number[0])
            reject_if(_typed_problems(series, request, typed, highest))
        elif (used.paper, used.record) != (request.paper, request.record):
            raise Conflict.because(
                "paper_number_taken",
                f"编号“{typed}”已于 {used.used_on} 用于另一份文书。",
                "请改用别的编号，或用 numbered 由系统编号。",
                "/document",
            )

    def _highest(self, series: NumberSeries, year: int) -> int:
        highest = select(func.max(self.table.c.number)).where(
            self.table.c.series == series.id, self.table.c.year == year
        )
        return self.session.scalar(highest) or 0

    def _take_turn(self, series: NumberSeries, year: int) -> None:
        """
        One transaction at a time draws from a series of a year.
        """
        lock_name(self.session, f"paper_numbers/{series.id}/{year}")

    @staticmethod
    def _row(
        series: NumberSeries, request: NumberRequest, year: int, number: int
    ) -> PaperNumber:
        return PaperNumber(
            series=series.id,
            year=year,
            number=number,
            paper=request.paper,
            record=request.record,
            used_on=request.today,
        )


def _typed_problems(
    series: NumberSeries, request: NumberRequest, typed: str, highest: int
) -> Iterator[Problem]:
    """
    A number that is typed is of the year of its paper, and not far above the *highest*
    that was used.
    """
    year, number = series.read(typed) or (request.day.year, 0)
    if year != request.day.year:
        yield Problem(
            "paper_number_year",
            f"编号“{typed}”不是文书日期（{request.day}）当年的编号。",
            "请核对编号中的年份和文书日期（on）。",
            "/document",
        )
    if number > highest + series.ahead:
        yield Problem(
            "paper_number_ahead",
            f"编号“{typed}”的序号远大于该年已用的最大序号（{highest}）。",
            f"请填写不大于 {highest + series.ahead} 的序号；确需跳号的，由管理员调整"
            " deploy/papers/numbers.yaml 中的 ahead。",
            "/document",
        )


def no_series(title: str) -> Problem:
    """
    That an office has no series for a paper that is to be numbered.
    """
    return Problem(
        "no_number_series",
        f"本机关没有《{title}》的编号序列。",
        "请自行填写编号（document），或由管理员在 deploy/papers/numbers.yaml 中设定。",
        "/numbered",
    )
