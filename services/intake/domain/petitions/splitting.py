"""
An accusation and a claim that came in one letter: two petitions, each with its own
clocks, and secrecy for the accusation alone (A-49).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.intake.domain.corrections.correcting import masked_values
from services.intake.domain.petitions.appeals import APPEAL
from services.intake.domain.petitions.matters import repeating_none
from services.intake.domain.petitions.petitions import Petition, not_withdrawn
from services.intake.domain.petitions.registering import accusation_problems
from services.intake.domain.words import kind_of_kept_category, not_in_words
from shared.errors import Conflict, Problem, reject_if
from shared.policy.directory import Directory
from shared.policy.parts.routes import ProgressOnly
from shared.policy.parts.words import Words
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import Category, PetitionState

_SPLITS = frozenset(
    {
        PetitionState.REGISTERED,
        PetitionState.AWAITING_MATERIALS,
        PetitionState.ACCEPTED,
    }
)
PARTS = ("remaining", "part")
_STATED = ("case_kind", "topic", "accused_office")
CHANGED = ("category", *_STATED, *APPEAL)
"""
What of a petition a split may change, beside the demand.
"""


@dataclass(frozen=True)
class Split:
    """
    What stays with the petition, and the petition that its other part becomes.
    """

    remaining: Petition
    part: Petition


def check_split(
    petition: Petition,
    body: Mapping[str, Any],
    words: Words,
    directory: Directory,
    *,
    had_by: Collection[str],
    progress_only: ProgressOnly | None,
    today: date,
) -> None:
    """
    Raises `Conflict` if the petition cannot be split, `Rejected` with every reason;
    *had_by*: the offices that have it, or had it.
    """
    _require_whole(petition)
    on = body["split_on"]
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(on, today, "/split_on", "拆分日期"),
            *day_not_before(on, petition.received_on, "/split_on", "收到日期"),
            *_one_accusation(body),
            *(
                problem
                for name in PARTS
                for problem in _part_problems(
                    body[name],
                    f"/{name}",
                    petition,
                    words=words,
                    directory=directory,
                    had_by=had_by,
                    progress_only=progress_only,
                )
            ),
        ]
    )


def split(
    petition: Petition, parts: Mapping[str, Mapping[str, Any]], number: str, on: date
) -> Split:
    """
    The two petitions, the new one under its *number*; *parts* are in the words of the
    programme. A matter that was decided *on* that day: neither repeats the other.
    """
    remaining, part = (_facts(parts[name]) for name in PARTS)
    return Split(
        remaining=replace(petition, **remaining, split_into=number),
        part=repeating_none(
            replace(
                petition,
                **part,
                number=number,
                state=PetitionState.REGISTERED,
                matter_decided_on=on,
                corrected=0,
                split_from=petition.number,
                split_into=None,
            )
        ),
    )


def whole_again(rest: Petition, part: Petition) -> Petition:
    """
    What was left of a petition, once the *part* split from it is withdrawn: it may be
    split anew. What the split changed of it is undone from its history.
    """
    if rest.split_into != part.number:
        return rest
    return replace(rest, split_into=None)


def parted_again(rest: Petition, part: Petition) -> Petition:
    """
    What was left of a petition, once the *part* split from it is restored.

    Raises `Conflict` if it has been split otherwise meanwhile.
    """
    if rest.split_into not in {None, part.number}:
        raise Conflict.because(
            "split_otherwise",
            f"信访件 {rest.number} 已重新拆分出 {rest.split_into}。",
            "请在新拆分的一件上办理；确需恢复的，请先撤销新拆分的一件。",
        )
    return replace(rest, split_into=part.number)


def _facts(part: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: part.get(name) for name in _STATED}
    category = Category(part["category"])
    if category is Category.ACCUSATION:  # it is no appeal against what was decided
        facts |= dict.fromkeys(APPEAL)
    return {**facts, "category": category}


def _require_whole(petition: Petition) -> None:
    if petition.split_from or petition.split_into:
        raise Conflict.because(
            "already_split",
            "这件信访已经拆分，或者本身就是拆分出来的。",
            "请在拆分后的两件上分别办理。",
        )
    if petition.case_opened_on or petition.state not in _SPLITS:
        raise Conflict.because(
            "not_to_be_split",
            f"信访件{petition.state.chinese}，或者已立为案件，不能再拆分。",
            "已转出的请先收回；已立案的请先撤销案件登记。",
        )


def _one_accusation(body: Mapping[str, Any]) -> Iterator[Problem]:
    accusations = [body[name]["category"] == Category.ACCUSATION for name in PARTS]
    if accusations[0] is accusations[1]:
        yield Problem(
            "one_accusation",
            "拆分后的两件中，须有且只有一件是检举控告。",
            "请核对 part 和 remaining 的信访类别。",
            "/part/category",
        )


def _part_problems(
    part: Mapping[str, Any],
    place: str,
    petition: Petition,
    *,
    words: Words,
    directory: Directory,
    had_by: Collection[str],
    progress_only: ProgressOnly | None,
) -> Iterator[Problem]:
    for problem in not_in_words(part, words):
        yield replace(problem, location=f"{place}{problem.location}")
    yield from kind_of_kept_category(part, progress_only, words, place)
    offices = [petition.office] if place == "/part" else had_by
    yield from accusation_problems(
        part, offices, directory, petition.received_on, place
    )
    yield from masked_values(None, part["demand"], place)
