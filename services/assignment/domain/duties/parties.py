"""
Who may owe something in a matter: its offices and the posts that answer for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.assignment.domain.facts.base import PostOf
from shared.policy.directory import Directory, Office
from shared.policy.programme import Programme


@dataclass(frozen=True)
class ResponsibleParties:
    """
    Who may owe something in a matter: the responsible office itself, the offices `hub`,
    `upper`, `from` and `to`, and the posts that answer for it (A-50).
    """

    own: Office | None = None
    offices: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str | None] = field(default_factory=dict)


def responsible_parties(
    office: str,
    opened_on: date,
    programme: Programme,
    directory: Directory,
    *,
    leaders: Iterable[PostOf] = (),
    handler: str | None = None,
) -> ResponsibleParties:
    """
    The offices and posts that answer for what is owed in a matter of an office.
    """
    own, upper = directory.office(office), directory.parent(office, opened_on)
    offices = {"hub": programme.hub, **({"upper": upper} if upper else {})}
    chiefs = (title for title, post in own.posts.items() if post.chief)
    posts = {
        "chief": next(chiefs, None),
        "leader": next((post for holder, post in leaders if holder == office), None),
        "handler": handler,
        "hub_department": programme.hub_department,
    }
    return ResponsibleParties(own, offices, posts)
