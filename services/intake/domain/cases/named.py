"""
The posts and the department that a ledger row names: those of the directory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.errors import Problem
from shared.policy.directory import Office
from shared.policy.programme import Programme
from shared.rules import post_exists

_OWN = ("leader_post", "responsible_post", "handler_post")
LEADERS = ("leader_post", "upper_leader_post")
"""
The columns of a row that name a leader: of its own office, and of the hub.
"""


def unknown_names(
    row: Mapping[str, Any], own: Office, hub: Office, programme: Programme
) -> Iterator[tuple[str, Problem]]:
    """
    The columns of a *row* that name a leader or a handler whom its *own* office, or
    above it the *hub*, does not have, or a department that its office does not have,
    and what is wrong with each (PY-17, PY-24); the *programme* says who may lead.
    """
    named = [(name, own) for name in _OWN] + [("upper_leader_post", hub)]
    for name, office in named:
        post = row.get(name)
        if not post or post in office.posts:
            continue
        titles = [
            each.title
            for each in office.posts.values()
            if name not in LEADERS or programme.eligible(each, office.level)
        ]
        for problem in post_exists(post, titles, f"/{name}", office.name):
            yield name, problem
    department = row.get("department")
    if department and own.departments and department not in own.departments:
        detail = f"{own.name}没有部门“{department}”。"
        remedy = f"可填：{'、'.join(own.departments)}。"
        problem = Problem("no_such_department", detail, remedy, "/department")
        yield "department", problem


def not_leading(
    row: Mapping[str, Any], own: Office, hub: Office, programme: Programme
) -> Iterator[str]:
    """
    The columns of a *row* that name as leader a post which there is and which may not
    lead in the *programme* (A-29): whoever holds it, the case has no leader by that.
    """
    for name, office in zip(LEADERS, (own, hub), strict=True):
        post = office.posts.get(row.get(name) or "")
        if post is not None and not programme.eligible(post, office.level):
            yield name
