"""
Cases counted by their origin, kind, class or difficulty, each with its share (PY-02,
JZ-02, JZ-06, XQ-04, I-46).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.policy.parts.words import listed_values
from shared.policy.programme import Programme
from shared.share import Share
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
    counted = {each.id: each for each in counts}
    whole = sum(each.cases for each in counted.values())
    return [
        {
            **vars(line := counted.get(value, CaseCount(value))),
            "title": title,
            "share": Share(line.cases, whole).percent,
        }
        for value, title in listed_values(_titles(by, programme), counted)
    ]


def _titles(by: CountedBy, programme: Programme) -> Mapping[str, str]:
    if by is CountedBy.DIFFICULTY:
        return {str(each): each.chinese for each in Difficulty}
    words = {str(fact): known for fact, known in programme.words.items()}
    return {word.id: word.title for word in words[by]}
