"""
How many petitions came in over a period, by channel, kind or topic, and how many were
repeats, beside the same period of the year before and the period before (I-09, I-48,
MX-04, MX-05).

The unit is the contact (件次): never matters, persons or cases, and no one is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.policy.parts.words import lines_by_value, titles_of
from shared.policy.programme import Programme
from shared.share import Share
from shared.vocabulary import Category, PetitionsCountedBy


@dataclass(frozen=True)
class PetitionCount:
    """
    The petitions of one value, named by its *id*, None where none is known; of them
    those that repeat an earlier one.
    """

    id: str | None
    petitions: int = 0
    repeats: int = 0


def by_value(
    counts: Iterable[PetitionCount], by: PetitionsCountedBy, programme: Programme
) -> list[dict[str, Any]]:
    """
    A line for each value that the programme names, in its order and also without any
    petition; then what it does not name, and what is not known.
    """
    return lines_by_value(counts, _titles(by, programme), "petitions", PetitionCount)


def together(counts: Iterable[PetitionCount]) -> dict[str, Any]:
    """
    All of them, with the rate of repeats (重复信访率 = 重复件次 ÷ 总件次, I-09).
    """
    listed = [*counts]
    whole = sum(each.petitions for each in listed)
    repeats = sum(each.repeats for each in listed)
    return {
        "petitions": whole,
        "repeats": repeats,
        "repeat_rate": Share(repeats, whole).rate,
    }


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    """
    By how many percent the numbers of a period differ from those of another *before*:
    the same of last year (同比) or the one that ended last (环比, I-48).
    """
    return {
        f"{name}_change": change(now[name], before[name])
        for name in ("petitions", "repeats")
    }


def change(now: int, before: int) -> str:
    """
    The change in percent as text, with its sign and one decimal.
    """
    sign = "-" if now < before else "+"
    rate = Share(abs(now - before), before).rate
    return f"{sign}{rate}" if before else rate


def _titles(by: PetitionsCountedBy, programme: Programme) -> Mapping[str, str]:
    if by is PetitionsCountedBy.CATEGORY:
        return {str(each): each.chinese for each in Category}
    return titles_of(programme.words, by)
