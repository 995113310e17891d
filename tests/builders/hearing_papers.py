"""
The papers of a hearing as its office prints them.
"""

from __future__ import annotations

from services.hearing.papers import true_since, values
from shared.policy.current import current_policy


def paper_of(hearing, template, *, document="", addressee="信访人", on=None):
    """
    The paper under its *document* number, dated *on* or the day of what it tells of.
    """
    policy = current_policy()
    office = policy.directory.office(hearing.office).name
    subjects = policy.programmes.get(hearing.programme).hearing.subjects
    said = values(hearing, subjects, office=office, addressee=addressee)
    day = on or true_since(template.states, hearing)
    return template.fill(said, number=document, office=office, day=day)
