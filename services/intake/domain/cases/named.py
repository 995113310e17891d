"""
The posts and the department that a ledger row names: those of the directory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.errors import Problem
from shared.policy.directory import Office
from shared.rules import post_exists

_OWN = ("leader_post", "responsible_post", "handler_post")


def unknown_names(
    row: Mapping[str, Any], own: Office, hub: Office
) -> Iterator[tuple[str, Problem]]:
    """
    The columns of a *row* that name a leader or a handler whom its *own* office, or
    above it the *hub*, does not have, or a department that its office does not have,
    and what is wrong with each (PY-17, PY-24).
    """
    named = [(name, own) for name in _OWN] + [("upper_leader_post", hub)]
    for name, office in named:
        if post := row.get(name):
            for problem in post_exists(post, office.posts, f"/{name}", office.name):
                yield name, problem
    department = row.get("department")
    if department and own.departments and department not in own.departments:
        detail = f"{own.name}没有部门“{department}”。"
        remedy = f"可填：{'、'.join(own.departments)}。"
        problem = Problem("no_such_department", detail, remedy, "/department")
        yield "department", problem
