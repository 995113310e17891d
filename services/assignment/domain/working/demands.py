"""
The demand that is fixed with the petitioner, point by point (JZ-19), and what becomes
of each point (PY-01).

It is amended by a new version; the earlier one stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from shared.errors import Conflict, Problem, reject_if
from shared.rules import day_has_come, day_not_before, post_exists, text_is_given
from shared.vocabulary import Disposition, ReplyMode


@dataclass(frozen=True)
class PointAnswer:
    """
    How a point of the demand was judged, under which head of 三到位一处理, and what was
    done about it. *place* counts from 1.
    """

    place: int = field(metadata={"description": "诉求要点的序号"})
    head: Disposition
    on: date
    post: str
    text: str


@dataclass(frozen=True)
class Demand:
    """
    One version of the demand: its points in the petitioner's words, on which day, how
    and by which post they were fixed; *reason*: why it takes the place of the one
    before.
    """

    id: str
    number: str
    programme: str
    office: str
    version: int
    fixed_on: date
    mode: ReplyMode
    post: str
    points: tuple[str, ...]
    recorded_by: str
    reason: str | None = None
    answers: tuple[PointAnswer, ...] = ()

    @property
    def unanswered(self) -> tuple[int, ...]:
        """
        The places of the points of which nothing has become yet.
        """
        with_answer = {answer.place for answer in self.answers}
        places = range(1, len(self.points) + 1)
        return tuple(place for place in places if place not in with_answer)


def demand_problems(
    demand: Demand,
    before: Sequence[Demand],
    posts: Sequence[str],
    *,
    opened_on: date,
    today: date,
) -> Iterator[Problem]:
    """
    The demand is fixed by a post of the office, after the case was opened; a later
    version says why.
    """
    yield from day_has_come(demand.fixed_on, today, "/fixed_on")
    yield from day_not_before(demand.fixed_on, opened_on, "/fixed_on", "案件登记日")
    yield from post_exists(demand.post, posts, "/post")
    if before:
        yield from day_not_before(
            demand.fixed_on, before[-1].fixed_on, "/fixed_on", "上一次固定诉求之日"
        )
        yield from text_is_given(
            demand.reason, "/reason", "reason_missing", "修改诉求要点的理由"
        )


def answer(
    demand: Demand,
    point_answer: PointAnswer,
    *,
    newest: bool,
    posts: Sequence[str],
    today: date,
) -> Demand:
    """
    The demand with what became of one point.

    Raises `Conflict` if a later version took its place or the point is answered,
    `Rejected` with every problem.
    """
    if not newest:
        raise Conflict.because(
            "not_in_this_state",
            "诉求要点已经修改，这一版不再办理。",
            "请在最近一版上登记。",
        )
    if any(answer.place == point_answer.place for answer in demand.answers):
        raise Conflict.because(
            "already_done",
            f"第{point_answer.place}项诉求已登记评判。",
            "请查看诉求要点。",
            "/place",
        )
    reject_if(
        [
            *_point_exists(demand, point_answer.place),
            *day_has_come(point_answer.on, today, "/on"),
            *day_not_before(point_answer.on, demand.fixed_on, "/on", "固定诉求之日"),
            *post_exists(point_answer.post, posts, "/post"),
        ]
    )
    return replace(demand, answers=(*demand.answers, point_answer))


def _point_exists(demand: Demand, place: int) -> Iterator[Problem]:
    if not 1 <= place <= len(demand.points):
        yield Problem(
            "no_such_point",
            f"没有第{place}项诉求。",
            f"可填：1 至 {len(demand.points)}。",
            "/place",
        )
