"""
Rolls up the entries of the ledger: for which groups of offices, and how far.

A group is an office with all below it, as of today, or the offices of one level within
a programme. A timer of every process does it; one process at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection

from services.reporting.store import Ledger, RollUps
from services.reporting.store.roll_ups import Groups
from shared import clock
from shared.policy.current import current_policy
from shared.policy.directory import Directory


def roll_up(session: Connection, *, wait: bool = False) -> bool:
    """
    Roll up the entries that became known since the last time, and bring the groups
    nearer to those of today. Returns whether there may be more of either.

    Does nothing while another transaction does it, unless *wait*.
    """
    roll_ups = RollUps(session)
    until, may_be_more = roll_ups.next_moment(roll_ups.until())
    if until is not None:
        # Waits for the entries that were stamped by then and are not committed yet;
        # before the lock, so that nobody waits for this while it waits.
        Ledger(session).latest()
    since = roll_ups.lock(wait=wait)
    if since is None:
        return False
    to_follow = roll_ups.follow(groups_on(clock.today()))
    if until is not None and until > since:
        roll_ups.add_entries(since, until)
    return may_be_more or to_follow


@lru_cache(maxsize=2)
def groups_on(day: date) -> Groups:
    """
    The groups that are rolled up: by the office tree of a day.
    """
    policy = current_policy()
    directory = policy.directory
    groups: dict[str, Collection[str]] = {
        office.code: directory.subtree(office.code, day)
        for office in directory.offices()
        if directory.children(office.code, day)
    }
    for root in {programme.offices_root for programme in policy.programmes}:
        groups |= levels_of(directory, root, day)
    return groups


def levels_of(directory: Directory, root: str, day: date) -> Groups:
    """
    The offices of each level within *root*, under the name of root and level.
    """
    levels: dict[str, list[str]] = defaultdict(list)
    for office in directory.subtree(root, day):
        levels[f"{root}/{directory.office(office).level}"].append(office)
    return levels
