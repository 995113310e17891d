"""
How many petitions came in over a period, by channel, kind, topic or office, and how
many were repeats, beside the same period of the year before and the period before
(I-09, I-48, MX-04, MX-05).

Contacts (件次), matters (件), cases (案) and visits with their persons (批次、人次) are
different units, counted beside each other and never added together (RULES 6.1).
No one is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from shared.policy.parts.words import lines_by_value, titles_of
from shared.policy.programme import Programme
from shared.share import Share
from shared.vocabulary import Category, PetitionsCountedBy


@dataclass(frozen=True)
class PetitionCount:
    """
    What came in of one value, named by its *id*, None where none is known: contacts
    (件次), of them those that repeat an earlier one, the *matters* (件) that they are
    about, those that became *cases*, the visits (*batches*, 批次) and who came
    (*persons*, 人次).
    """

    id: str | None
    petitions: int = 0
    repeats: int = 0
    matters: int = 0
    cases: int = 0
    batches: int = 0
    persons: int = 0


UNITS = tuple(field.name for field in fields(PetitionCount) if field.name != "id")
"""
What is counted, each by itself.
"""


def by_value(
    counts: Iterable[PetitionCount], titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    """
    A line for each value that has one of the *titles*, in their order and also without
    any petition; then what has none, and what is not known.
    """
    return lines_by_value(counts, titles, "petitions", PetitionCount)


def with_rate(count: PetitionCount) -> dict[str, Any]:
    """
    What came in, with the rate of repeats (重复信访率 = 重复件次 ÷ 总件次, I-09).
    """
    numbers = {name: getattr(count, name) for name in UNITS}
    return {**numbers, "repeat_rate": Share(count.repeats, count.petitions).rate}


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    """
    By how many percent the numbers of a period differ from those of another *before*:
    the same of last year (同比) or the one that ended last (环比, I-48).
    """
    return {f"{name}_change": change(now[name], before[name]) for name in UNITS}


def change(now: int, before: int) -> str:
    """
    The change in percent as text, with its sign and one decimal.
    """
    sign = "-" if now < before else "+"
    rate = Share(abs(now - before), before).rate
    return f"{sign}{rate}" if before else rate


def titles_by(
    by: PetitionsCountedBy, programme: Programme, offices: Mapping[str, str]
) -> Mapping[str, str]:
    """
    The titles of the values that petitions are counted by: the words of the programme,
    and the names of the *offices* that have petitions.
    """
    if by is PetitionsCountedBy.OFFICE:
        return offices
    if by is PetitionsCountedBy.CATEGORY:
        return {str(each): each.chinese for each in Category}
    return titles_of(programme.words, by)
