"""
反向审视: what a case shows of the work of a department, and what the department does
about it (PY-49, MX-27, MX-29, MX-38, XQ-37).

A finding is coded by the link of handling and by the problem; the department answers
for its correction, and whoever found it accepts the correction or returns it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.errors import Conflict, Forbidden, Problem, reject_if
from shared.policy.directory import Directory
from shared.policy.parts.closing import Coded, LookBackRules
from shared.rules import (
    day_has_come,
    day_not_before,
    is_account,
    not_the_accused,
    office_exists,
    post_exists,
)
from shared.vocabulary import LookBackVerdict

MOVES = {
    ("found", "correct"): "corrected",
    ("corrected", LookBackVerdict.ACCEPTED): "accepted",
    ("corrected", LookBackVerdict.RETURNED): "found",
}
_NAMES = {"found": "待整改", "corrected": "已整改待认可", "accepted": "已办结"}


@dataclass(frozen=True)
class CorrectionStep:
    """
    A correction of the department, or the answer to it: by which post, and which rule
    it changed. *by*: the account that recorded it.
    """

    on: date
    what: str
    text: str
    post: str | None = None
    document: str | None = None
    rule_changed: bool = False
    by: str | None = None


@dataclass(frozen=True)
class LookBack:
    """
    A finding about the work of a *department* of *to_office*; *owner_post* answers for
    its correction.
    """

    id: str
    number: str
    programme: str
    office: str
    found_on: date
    link: str
    problem: str
    finding: str
    to_office: str
    department: str
    owner_post: str
    state: str = "found"
    course: tuple[CorrectionStep, ...] = ()

    @property
    def last_day(self) -> date:
        return self.course[-1].on if self.course else self.found_on


@dataclass(frozen=True)
class CauseCount:
    """
    How many findings there are of a link and a problem, and how many are still open.
    """

    link: str
    problem: str
    findings: int
    open: int


def finding_problems(
    finding: LookBack,
    rules: LookBackRules | None,
    directory: Directory,
    *,
    opened_on: date,
    today: date,
    accused: str | None = None,
) -> Iterator[Problem]:
    """
    The finding has a link and a problem of the programme, and somebody to mend it, who
    is neither *accused* nor below who is.
    """
    if rules is None:
        yield Problem(
            "no_look_back",
            "本专项没有反向审视的环节和问题清单。",
            "请先在方案 look_back 中写明。",
            "/number",
        )
        return
    yield from day_has_come(finding.found_on, today, "/found_on")
    yield from day_not_before(finding.found_on, opened_on, "/found_on")
    yield from _coded(finding.link, rules.links, "/link", "环节")
    yield from _coded(finding.problem, rules.faults, "/problem", "问题")
    to, on = finding.to_office, finding.found_on
    yield from office_exists(to, directory, on, "/to_office")
    yield from not_the_accused(to, accused, directory, on, "/to_office")
    if directory.exists(finding.to_office):
        office = directory.office(finding.to_office)
        yield from post_exists(
            finding.department, (*office.departments, *office.posts), "/department"
        )
        yield from post_exists(finding.owner_post, tuple(office.posts), "/owner_post")


def step(
    finding: LookBack, act: str, entry: CorrectionStep, *, today: date
) -> LookBack:
    """
    The finding after the department corrected, or after its correction was judged.

    Raises `Conflict` if it does not stand so, `Forbidden` if who corrected judges,
    `Rejected` with every problem.
    """
    state = MOVES.get((finding.state, act))
    if state is None:
        raise Conflict.because(
            "not_in_this_state",
            f"这项问题{_NAMES[finding.state]}，现在不能这样办理。",
            "请先查看办理情况。",
        )
    correctors = [each.by for each in finding.course if each.what == "corrected"]
    account = entry.by or ""
    if act != "correct" and any(is_account(by, account) for by in correctors):
        raise Forbidden.because(
            "own_correction",
            "登记整改情况的人不能认可自己的整改。",
            "请由提出问题的机关的另一名人员认可或退回。",
        )
    reject_if(
        [
            *day_has_come(entry.on, today, "/on"),
            *day_not_before(entry.on, finding.last_day, "/on"),
        ]
    )
    return replace(finding, state=state, course=(*finding.course, entry))


def count_causes(
    rows: Mapping[tuple[str, str], tuple[int, int]],
) -> list[CauseCount]:
    """
    The findings by link and problem, the most frequent first.
    """
    counts = [CauseCount(*causes, *numbers) for causes, numbers in rows.items()]
    return sorted(counts, key=lambda c: (-c.findings, c.link, c.problem))


def _coded(
    word: str, allowed: tuple[Coded, ...], location: str, what: str
) -> Iterator[Problem]:
    if word not in {each.id for each in allowed}:
        choices = "、".join(f"{each.id}（{each.title}）" for each in allowed)
        yield Problem(
            "no_such_code", f"没有{what}“{word}”。", f"可填：{choices}。", location
        )
