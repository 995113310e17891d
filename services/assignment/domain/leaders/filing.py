"""
The filing gate: what the cases of an office's list still miss (PY-17, XQ-20, JZ-18).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.leaders.required_fields import missing_fields
from shared.errors import Problem
from shared.policy.directory import Directory
from shared.policy.programme import Programme

_CALLED = {"leader": "本院包案领导", "department": "责任部门"}


def filing_problems(
    cases: Iterable[tuple[str, str, Leadership]],
    programme: Programme,
    directory: Directory,
) -> Iterator[Problem]:
    """
    Everything missing in every case (number, responsible office, who leads it): what
    a filing asks of any case, then each field that the programme makes mandatory.
    """
    titles = {field.id: field.title for field in programme.mandatory_fields} | _CALLED
    required = dict.fromkeys(
        (*programme.filing_requires, *(f.id for f in programme.mandatory_fields))
    )
    for number, office, leading in cases:
        gaps = {field.id for field in missing_fields(leading, programme)}
        if not leading.department:
            gaps.add("department")
        # The leader of another level does not answer for the office's own list.
        gaps.discard("leader")
        if not _own_leader(office, leading, directory):
            gaps.add("leader")
        for field in required:
            if field in gaps:
                yield Problem(
                    f"{field}_missing",
                    f"案件 {number} 未落实{titles[field]}。",
                    f"请先为该案落实{titles[field]}。",
                    f"/cases/{number}",
                )


def _own_leader(office: str, leading: Leadership, directory: Directory) -> bool:
    posts = directory.office(office).posts
    return any(
        of == office and post in posts and posts[post].leader
        for of, post in leading.leaders
    )
