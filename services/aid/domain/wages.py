"""
The average monthly wages by place and year: one person enters a figure with its source,
another confirms it, and nothing is granted by any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shared.errors import Conflict, Problem, reject_if
from shared.rules import text_is_given
from shared.vocabulary import Term


class WageState(Term):
    """What a figure of wages is worth."""

    EXAMPLE = "example", "示例"
    ENTERED = "entered", "已录入待确认"
    CONFIRMED = "confirmed", "已确认"
    SUPERSEDED = "superseded", "已被更正"


@dataclass(frozen=True, kw_only=True)
class Wage:
    """
    The average monthly wage of *place* in a *year*, in fen: an office of the directory,
    for which and below which it holds, or the beginning of codes of an example.
    """

    id: str
    place: str
    year: int
    amount: int
    source: str
    state: WageState
    entered_on: date | None = None
    entered_by: str | None = None
    confirmed_on: date | None = None
    confirmed_by: str | None = None


def enter(
    identity: str, *, place: str, year: int, amount: int, source: str, by: str, on: date
) -> Wage:
    """
    A figure that waits for its confirmation. Raises `Rejected`.
    """
    problems = list(text_is_given(source, "/source", "source_missing", "来源"))
    if not amount:
        problems.append(
            Problem("not_positive", "月平均工资须大于零。", "请改正。", "/amount_yuan")
        )
    if year > on.year:
        problems.append(
            Problem(
                "date_in_future",
                f"{year} 年还没有开始（今天 {on}）。",
                "请填写已公布的年度。",
                "/year",
            )
        )
    reject_if(problems)
    return Wage(
        id=identity,
        place=place,
        year=year,
        amount=amount,
        source=source,
        state=WageState.ENTERED,
        entered_on=on,
        entered_by=by,
    )


def confirm(
    entered: Wage, earlier: Iterable[Wage], *, by: str, on: date
) -> tuple[Wage, list[Wage]]:
    """
    Return the confirmed figure, and the earlier figures of its place and year that it
    replaces.

    Raises `Conflict` for the account that entered it, and the second time.
    """
    if entered.state is not WageState.ENTERED:
        raise Conflict.because(
            "already_confirmed",
            f"该数目前“{entered.state.chinese}”，不能再确认。",
            "要更正请另录一条，再由他人确认。",
        )
    if by == entered.entered_by:
        raise Conflict.because(
            "confirms_own_entry",
            "录入的账号不能确认自己录入的数。",
            "请由另一人对照统计公报核对后确认。",
        )
    confirmed = replace(
        entered, state=WageState.CONFIRMED, confirmed_by=by, confirmed_on=on
    )
    superseded = [
        replace(wage, state=WageState.SUPERSEDED)
        for wage in earlier
        if wage.state is WageState.CONFIRMED and wage.id != entered.id
    ]
    return confirmed, superseded


def nearest(confirmed: Iterable[Wage], lineage: Sequence[str]) -> Wage | None:
    """
    Return the figure of the nearest office in the *lineage*: the office itself, then
    those above it.
    """
    by_place = {wage.place: wage for wage in confirmed}
    return next((by_place[place] for place in lineage if place in by_place), None)
