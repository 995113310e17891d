"""
From when to when each post led a case (A-50), and whom the statistic goes to (A-31).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from services.assignment.domain.facts.base import PostOf


@dataclass(frozen=True)
class Tenure:
    """
    A post led the case from `since` to before `until`; `main`: the first of its
    office, who gets the statistic (A-31). `holder`: who of the post's holders, where
    that is known.
    """

    office: str
    post: str
    since: date
    until: date | None = None
    main: bool = True
    holder: str | None = None


def tenures_after(
    tenures: Sequence[Tenure],
    leaders: Sequence[PostOf],
    on: date,
    *,
    new_holders: Collection[PostOf] = (),
    holders: Mapping[PostOf, str] = MappingProxyType({}),
) -> tuple[Tenure, ...]:
    """
    The tenures so far, and what becomes of them when *leaders* lead from a day on.

    One ends when the post no longer leads, or when somebody else holds it (A-50);
    *new_holders* are the posts that changed hands that day, *holders* says who leads.
    A holder who becomes known is taken for the one who led all the time.
    """
    main = dict(reversed(leaders))
    leads_mainly = {(office, post): main[office] == post for office, post in leaders}
    after = []
    for tenure in tenures:
        who = (tenure.office, tenure.post)
        holder = holders.get(who, tenure.holder)
        stays = who not in new_holders and leads_mainly.get(who) is tenure.main
        if tenure.until is not None:
            after.append(tenure)
        elif stays and tenure.holder in {None, holder}:
            after.append(replace(tenure, holder=holder))
        elif tenure.since < on:
            after.append(replace(tenure, until=on))
    running = {(tenure.office, tenure.post) for tenure in after if tenure.until is None}
    new_tenures = (
        Tenure(*who, on, main=first, holder=holders.get(who))
        for who, first in leads_mainly.items()
        if who not in running
    )
    return (*after, *new_tenures)
