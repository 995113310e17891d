"""
Cases counted by their origin, kind, class or difficulty, each with its share (PY-02,
JZ-02, JZ-06, XQ-04, I-46).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.policy.parts.words import lines_by_value, titles_of
from shared.policy.programme import Programme
from shared.vocabulary import CountedBy, Difficulty


@dataclass(frozen=True)
class CaseCount:
    """
    The cases of one value, named by its *id*, None where it is not known: all, those on
    which there is still something to be done, and those resolved.
    """

    id: str | None
    cases: int = 0
    open: int = 0
    resolved: int = 0


def by_value(
    counts: Iterable[CaseCount], by: CountedBy, programme: Programme
) -> list[dict[str, Any]]:
    """
    A line for each value that the programme names, in its order and also without any
    case; then what it does not name, and what is not known.
    """
    return lines_by_value(counts, _titles(by, programme), "cases", CaseCount)


def _titles(by: CountedBy, programme: Programme) -> Mapping[str, str]:
    if by is CountedBy.DIFFICULTY:
        return {str(each): each.chinese for each in Difficulty}
    return titles_of(programme.words, by)
