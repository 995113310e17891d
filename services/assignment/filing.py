"""
The filing gate: which cases of an office's list still miss what PY-17 asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from shared.directory import Directory
from shared.errors import Fault
from shared.programme import Programme


def filing_faults(
    cases: Iterable[Any], programme: Programme, directory: Directory
) -> Iterator[Fault]:
    """
    Every case without a leader or a department of the responsible office.
    """
    for case in cases:
        for missing in programme.filing_requires:
            present = {
                "leader": _own_leader(case, directory),
                "department": bool(case.department),
            }[missing]
            if not present:
                yield _FAULTS[missing](case.number)


def _own_leader(case: Any, directory: Directory) -> bool:
    posts = directory.office(case.office).posts
    return any(
        office == case.office and post in posts and posts[post].leader
        for office, post in case.leaders
    )


def _leader_missing(number: str) -> Fault:
    return Fault(
        "leader_missing",
        f"案件 {number} 未落实本院包案领导。",
        "请先为该案落实包案领导。",
        f"/cases/{number}",
    )


def _department_missing(number: str) -> Fault:
    return Fault(
        "department_missing",
        f"案件 {number} 未落实责任部门。",
        "请先为该案落实责任部门。",
        f"/cases/{number}",
    )


_FAULTS = {"leader": _leader_missing, "department": _department_missing}
