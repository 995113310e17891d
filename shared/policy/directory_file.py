"""
How the files of the directory write offices, posts and departments, and what can be
wrong in them. Look-ups are in `directory.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from shared.errors import Problem
from shared.policy.calendar import ONE_DAY
from shared.yaml.decode import did_you_mean, duplicates, problem_in

Level = Literal["province", "city", "county", "township"]
Kind = Literal[
    "procuratorate",
    "court",
    "joint_conference",
    "petition_office",
    "department",
    "township",
]
LEVELS: Mapping[str, str] = {
    "province": "省级",
    "city": "市级",
    "county": "县级",
    "township": "乡级",
}
KINDS: Mapping[str, str] = {
    "procuratorate": "检察院",
    "court": "法院",
    "joint_conference": "信访工作联席会议",
    "petition_office": "信访局",
    "department": "部门",
    "township": "乡镇、街道",
}
RankName = Literal[
    "国家级正职",
    "国家级副职",
    "省部级正职",
    "省部级副职",
    "厅局级正职",
    "厅局级副职",
    "县处级正职",
    "县处级副职",
    "乡科级正职",
    "乡科级副职",
]
"""
The ranks of leading posts from the highest down (公务员法 18); a post may also have
none of them.
"""
RANKS: tuple[str, ...] = get_args(RankName)


def at_least(rank: str, least: RankName) -> bool:
    """
    Whether a rank is the wanted one or higher; a post without a leading rank never is.
    """
    return rank in RANKS and RANKS.index(rank) <= RANKS.index(least)


@dataclass(frozen=True)
class Post:
    """
    A post, never a person. `leader`: 院领导/班子成员; `chief`: 主要领导;
    `middle`: 中层干部 (A-29), `head`: 部门负责人 (TL-39). `holders`: how many people
    hold it in each office, as four 副检察长 do; unwritten, nobody has counted them.
    """

    code: str
    title: str
    rank: str
    leader: bool = False
    chief: bool = False
    middle: bool = False
    head: bool = False
    holders: int | None = None

    def problems(self) -> Iterator[Problem]:
        if self.holders is not None and self.holders < 1:
            message = "担任人数须至少为一人。"
            yield problem_in(self, "holders", "not_positive", message, "请改正或删除。")


@dataclass(frozen=True)
class Department:
    """
    A department; its head and deputy are posts of the office. One person is its head;
    `deputies`: how many are its deputies, unwritten if nobody has counted them.
    """

    code: str
    name: str
    head: str
    deputy: str
    rank: str
    deputies: int | None = None

    def problems(self) -> Iterator[Problem]:
        if self.deputies is not None and self.deputies < 1:
            message = "副职人数须至少为一人。"
            yield problem_in(
                self, "deputies", "not_positive", message, "请改正或删除。"
            )

    def posts(self) -> tuple[Post, Post]:
        """
        The heads of a department are middle managers.
        """
        head = Post(
            f"{self.code}_head",
            self.name + self.head,
            self.rank,
            middle=True,
            head=True,
            holders=1,
        )
        deputy = Post(
            f"{self.code}_deputy",
            self.name + self.deputy,
            self.rank,
            middle=True,
            holders=self.deputies,
        )
        return head, deputy


@dataclass(frozen=True)
class PostSet:
    """
    The posts and departments that offices of one level have in common.
    """

    posts: tuple[Post, ...]
    source: str
    departments: tuple[Department, ...] = ()

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.posts, "title")
        yield from duplicates(self.departments, "name")


@dataclass(frozen=True)
class Standing:
    """
    The parent of an office from one day to another, both included.
    """

    code: str
    from_: date = date.min
    to: date = date.max

    def problems(self) -> Iterator[Problem]:
        if self.to < self.from_:
            message = f"止期 {self.to} 早于起期 {self.from_}。"
            yield problem_in(self, "to", "dates_inverted", message, "请改正起止日期。")


@dataclass(frozen=True)
class OfficeEntry:
    """
    An office as the file writes it. `area`: the code of the area (GB/T 2260) that it
    answers for, where that is not its own code. `hearing_rooms`: its rooms for hearings
    by name; any other place is approved by its chief (听证工作规定 12).
    """

    code: str
    name: str
    short_name: str
    level: Level
    kind: Kind
    posts: str
    mail: tuple[str, ...]
    parents: tuple[Standing, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    area: str = ""
    hearing_rooms: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            message = f"撤销日期 {self.valid_to} 早于设立日期 {self.valid_from}。"
            yield problem_in(
                self, "valid_to", "dates_inverted", message, "请改正日期。"
            )
        for address in self.mail:
            if address.count("@") != 1:
                message = f"“{address}”不是邮箱地址。"
                yield problem_in(self, "mail", "not_an_address", message, "请改正。")
        for earlier, later in zip(self.parents, self.parents[1:], strict=False):
            if later.from_ == date.min or later.from_ <= earlier.to:
                message = "两个上级机关的起止日期重叠，案件会被重复统计。"
                remedy = "后一上级机关应从前一止期的次日开始。"
                yield problem_in(later, "from", "parents_overlap", message, remedy)
            elif later.from_ != earlier.to + ONE_DAY:
                message = "两个上级机关之间有空档，期间案件会漏统计。"
                remedy = "后一上级机关应从前一止期的次日开始。"
                yield problem_in(later, "from", "parents_gap", message, remedy)
        if self.parents and self.parents[-1].to != date.max:
            message = "最后一个上级机关写了止期，其后的案件无处统计。"
            remedy = "请写明承继的机关，不写止期。"
            yield problem_in(self.parents[-1], "to", "no_successor", message, remedy)


@dataclass(frozen=True)
class DirectoryFile:
    """
    One file of offices with the post sets they refer to.
    """

    title: str
    post_sets: Mapping[str, PostSet] = field(default_factory=dict)
    offices: tuple[OfficeEntry, ...] = ()


Standings = Mapping[str, tuple[Standing, ...]]
"""
Under which offices each office stands, by its code.
"""


def above(standings: Standings, code: str, on: date) -> str | None:
    """
    The office above another on a day; None at the top.
    """
    dated = standings.get(code, ())
    return next((entry.code for entry in dated if entry.from_ <= on <= entry.to), None)


def unknown_post_sets(written: DirectoryFile) -> Iterator[Problem]:
    for entry in written.offices:
        if entry.posts not in written.post_sets:
            near = did_you_mean(entry.posts, written.post_sets)
            message = f"没有名为“{entry.posts}”的职务表。{near}"
            remedy = "请在 post_sets 中补上，或改用已有的。"
            yield problem_in(entry, "posts", "unknown_post_set", message, remedy)


def in_one_width(title: str) -> str:
    """
    A title with brackets and letters of one width, however they were written.
    """
    return unicodedata.normalize("NFKC", title)


def posts_spelled_otherwise(
    written: DirectoryFile, spellings: dict[str, str]
) -> Iterator[Problem]:
    """
    Posts that differ in the width of a sign from one before: requests may write either,
    and would be read as the other office's. *spellings*: those of all files so far, by
    the title in one width.
    """
    for shared in written.post_sets.values():
        titles: list[tuple[object, str, str]]
        titles = [(post, "title", post.title) for post in shared.posts]
        for department in shared.departments:
            titles += [(department, "name", post.title) for post in department.posts()]
        for entry, place, title in titles:
            before = spellings.setdefault(in_one_width(title), title)
            if before != title:
                message = f"“{title}”在名录中另写作“{before}”。"
                remedy = "全角、半角请统一。"
                yield problem_in(entry, place, "spelled_otherwise", message, remedy)


def repeated_codes(
    written: DirectoryFile, in_other_files: Collection[str]
) -> Iterator[Problem]:
    yield from duplicates(written.offices, "code")
    for entry in written.offices:
        if entry.code in in_other_files:
            message = f"{entry.code} 已在另一文件中登记。"
            yield problem_in(entry, "code", "duplicate_id", message, "请只保留一处。")


def unknown_parents(
    written: DirectoryFile, offices: Collection[str]
) -> Iterator[Problem]:
    codes = {*offices, *(entry.code for entry in written.offices)}
    for entry in written.offices:
        for standing in entry.parents:
            if standing.code not in codes:
                near = did_you_mean(standing.code, codes)
                message = f"上级机关 {standing.code} 不存在。{near}"
                remedy = "请改正代码，或先在名录中登记该机关。"
                yield problem_in(standing, "code", "unknown_office", message, remedy)


def circles(written: DirectoryFile, standings: Standings) -> Iterator[Problem]:
    """
    A circle closes on the day its youngest link begins, so those days suffice.
    """
    for entry in written.offices:
        for standing in entry.parents:
            visited: set[str] = set()
            at: str | None = standing.code
            while at and at not in visited:
                visited.add(at)
                at = above(standings, at, standing.from_)
            if entry.code in visited:
                message = f"{entry.code} 成了自己的上级。"
                yield problem_in(standing, "code", "circle", message, "请改正上级。")
