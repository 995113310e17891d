"""
Who must lead a case before it counts as led: posts of which office, and a department.

Says what is missing; naming the leaders is the business of the assignment service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.errors import Problem
from shared.policy.conditions import Condition, all_hold
from shared.policy.directory import Directory, UnknownOffice
from shared.policy.directory_file import Kind, Level, Post, RankName, at_least
from shared.yaml.decode import problem_in

LeaderFact = Literal[
    "handed",
    "origin",
    "first_petition",
    "office_level",
    "case_kind",
    "difficulty",
    "cross_separate",
    "long_span",
    "many_people",
    "policy_heavy",
    "sensitive",
]
Flag = Literal["leader", "chief", "middle", "head"]


@dataclass(frozen=True)
class Need:
    """
    A post of the hub office (`hub`), of the responsible office (`own`) or of the one
    above it (`upper`): by flag, or by rank (A-30), or both; at least `count` of them.

    `level`: the need exists only where that office is of this level.
    """

    office: Literal["hub", "own", "upper"]
    flag: Flag | None = None
    rank_at_least: RankName | None = None
    level: Level | None = None
    count: int = 1

    def problems(self) -> Iterator[Problem]:
        if self.flag is None and self.rank_at_least is None:
            message = "没有写需要哪种职务。"
            remedy = "请写 flag 或 rank_at_least。"
            yield problem_in(self, "flag", "nobody_named", message, remedy)
        if self.count < 1:
            message = "人数须至少为一。"
            yield problem_in(self, "count", "not_positive", message, "请改正人数。")

    def met_by(self, post: Post) -> bool:
        flagged = self.flag is None or bool(getattr(post, self.flag))
        least_rank = self.rank_at_least
        return flagged and (least_rank is None or at_least(post.rank, least_rank))

    def words(self, kind: Kind) -> str:
        """
        The kind of post in Chinese, as it is called in offices of a kind.
        """
        rank = f"{self.rank_at_least}以上" if self.rank_at_least else ""
        return rank + (flag_name(self.flag, kind) if self.flag else "领导")


@dataclass(frozen=True)
class LeaderRule:
    """
    What is needed for the cases that fulfil all of `when` and one of `any`.

    `resolve_by`: the day by which it is to be resolved is set as well (XQ-20).
    `work_unit`: those named form one unit across the levels (DY-15). `advice`: the
    rule suggests and warns, it never keeps a case from counting as led (PY-22).
    """

    id: str
    need: tuple[Need, ...]
    source: str
    title: str = ""
    when: Mapping[LeaderFact, Condition] = field(default_factory=dict)
    any_: Mapping[LeaderFact, Condition] = field(default_factory=dict)
    department: bool = True
    team: bool = False
    resolve_by: bool = False
    work_unit: bool = False
    advice: bool = False

    def problems(self) -> Iterator[Problem]:
        if not self.need and not self.department and not self.team:
            message = "这条包案规则什么也不要求。"
            yield problem_in(
                self, "need", "nobody_named", message, "请写 need 或删除。"
            )
        for name in self.when.keys() & self.any_.keys():
            message = f"“{name}”同时写在 when 和 any 中。"
            yield problem_in(self, "any", "never_fires", message, "请只保留一处。")

    def applies(
        self, *, handed: bool, facts: Mapping[str, object] | None = None
    ) -> bool:
        all_facts: dict[str, object] = {**(facts or {}), "handed": handed}
        any_holds = any(
            condition.holds(all_facts.get(name))
            for name, condition in self.any_.items()
        )
        return all_hold(self.when, all_facts) and (any_holds or not self.any_)

    def gaps(
        self,
        offices: Mapping[str, str | None],
        leaders: Collection[tuple[str, str]],
        department: str | None,
        directory: Directory,
        *,
        team: str | None = None,
        resolve_by: date | None = None,
    ) -> Iterator[Problem]:
        """
        `offices` says which office `hub`, `own` and `upper` are. When two are the
        same office, the city's own case, one leader of it answers for both levels;
        where there is none above, nobody above is needed.
        """
        needs = {
            (offices[need.office], need.flag, need.rank_at_least): need
            for need in self.need
        }
        for (office, _, _), need in needs.items():
            if office is None or not _at_level(office, need, directory):
                continue
            if (
                sum(_is(leader, office, need, directory) for leader in leaders)
                < need.count
            ):
                of = directory.office(office)
                several = f"{need.count}名" if need.count > 1 else ""
                code = f"{need.office}_{need.flag or 'rank'}_missing"
                yield Problem(
                    code, f"缺少{of.name}的{several}{need.words(of.kind)}包案。"
                )
        if self.department and not (department or "").strip():
            yield Problem("department_missing", "未落实责任部门。")
        if self.team and not (team or "").strip():
            yield Problem("team_missing", "未明确工作专班。")
        if self.resolve_by and not resolve_by:
            yield Problem("resolve_by_missing", "未明确化解时限。")


@dataclass(frozen=True)
class Eligible:
    """
    Who may lead or handle as a leader at one level (DY-05).
    """

    level: Level
    flags: tuple[Flag, ...]
    source: str


@dataclass(frozen=True)
class Floor:
    """
    The average per head at `level` is not below that of `at_least_level` (DY-13).
    """

    id: str
    title: str
    level: Level
    at_least_level: Level
    flags: tuple[Flag, ...]
    source: str

    def problems(self) -> Iterator[Problem]:
        if self.level == self.at_least_level:
            message = "同一级与自己比较，永远达标。"
            yield problem_in(
                self, "at_least_level", "never_fires", message, "请改正层级。"
            )


@dataclass(frozen=True)
class LeaderTarget:
    """
    The share of such cases that must be led, in percent (DY-08).
    """

    id: str
    title: str
    when: Mapping[LeaderFact, Condition]
    percent: int
    source: str

    def problems(self) -> Iterator[Problem]:
        if not 0 < self.percent <= 100:
            message = f"包案率 {self.percent}% 不在 1 至 100 之间。"
            remedy = "请写 1 至 100 的整数。"
            yield problem_in(self, "percent", "percent_out_of_range", message, remedy)

    def covers(self, *, handed: bool, facts: Mapping[str, object]) -> bool:
        return all_hold(self.when, {**facts, "handed": handed})


FLAG_NAMES: Mapping[Flag, str] = {
    "leader": "领导",
    "chief": "主要领导",
    "middle": "中层干部",
    "head": "部门负责人",
}


def flag_name(flag: Flag, kind: Kind) -> str:
    """
    Leaders of a court or procuratorate (院) are called 院领导.
    """
    of_court = flag == "leader" and kind in {"procuratorate", "court"}
    return "院领导" if of_court else FLAG_NAMES[flag]


def offices_of(
    own: str, hub: str, directory: Directory, on: date | None
) -> Mapping[str, str | None]:
    """
    Which offices `hub`, `own` and `upper` are for a case; without a day, as of late.

    Raises:
        UnknownOffice: the responsible office is not in the directory.
    """
    latest = directory.office(own).parent
    upper = latest if on is None else directory.parent(own, on)
    return {"hub": hub, "own": own, "upper": upper}


def _at_level(office: str, need: Need, directory: Directory) -> bool:
    return need.level is None or directory.office(office).level == need.level


def _is(leader: tuple[str, str], office: str, need: Need, directory: Directory) -> bool:
    """
    Whether a named post is of that office and of that kind; unknown posts are not.
    """
    if leader[0] != office:
        return False
    try:
        post = directory.office(office).posts.get(leader[1])
    except UnknownOffice:
        return False
    return post is not None and need.met_by(post)
