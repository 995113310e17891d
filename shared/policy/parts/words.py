"""
The words of a programme: kinds of case, origins, channels, topics and more.

Each has an identifier, which is stored and announced, and a title, which offices read
and may write instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.errors import Problem
from shared.policy.directory_file import Level
from shared.share import Share
from shared.vocabulary import Channel
from shared.yaml.decode import problem_in

WordFact = Literal[
    "case_kind", "origin", "channel", "topic", "registration_level", "case_class"
]
"""
The facts of a matter whose values are words of the programme.
"""


# What is written when a matter comes in; the class of a case is judged later.
TITLES: Mapping[WordFact, str] = {
    "case_kind": "案件类别",
    "origin": "案件来源",
    "channel": "信访形式",
    "topic": "领域",
    "registration_level": "登记层级",
}


@dataclass(frozen=True)
class Word:
    """
    One of the values that a fact may have.
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class Origin(Word):
    """
    Where a case comes from; `handed`: another office handed it down, one of this
    `level`, if it says so (A-46).
    """

    handed: bool = False
    level: Level | None = None


@dataclass(frozen=True)
class CaseClass(Word):
    """
    A class that a person puts a case into (分门别类, JZ-06); `measure`: the act that
    such a case asks for, none where the document names none.
    """

    measure: str = ""


Words = Mapping[WordFact, Sequence[Word]]

CHANNELS = tuple(Word(channel, channel.chinese, "") for channel in Channel)
"""
The channels of a programme that names none of its own.
"""


def find(words: Iterable[Word], written: object) -> Word | None:
    """
    The word of this identifier or title.
    """
    return next((word for word in words if written in {word.id, word.title}), None)


def choices(words: Iterable[Word]) -> str:
    """
    What may be written, for the remedy of a refusal.
    """
    return "、".join(f"{word.id}（{word.title}）" for word in words)


def _listed_values(
    titles: Mapping[str, str], counted: Collection[str | None]
) -> list[tuple[str | None, str]]:
    """
    The values by which something was *counted*, in the order in which they are listed,
    with their titles: those named in *titles*, also without any count; then others,
    under themselves; then None, where the value is not known.
    """
    others = sorted(value for value in counted if value and value not in titles)
    unknown = [(None, "未填写")] if None in counted else []
    return [*titles.items(), *zip(others, others, strict=True), *unknown]


def titles_of(words: Words, fact: str) -> Mapping[str, str]:
    """
    The titles of the words that a fact may have, by their ids.
    """
    words_by_fact = {str(name): of_fact for name, of_fact in words.items()}
    return {word.id: word.title for word in words_by_fact[fact]}


def lines_by_value(
    counts: Iterable[Any],
    titles: Mapping[str, str],
    whole_of: str,
    none: Callable[[str | None], Any],
) -> list[dict[str, Any]]:
    """
    A line for each of *titles*, also without any count, then for each other value that
    *counts* are of, by its `id`: the count, the title, and the share of the field
    *whole_of* in all. *none*: the count of a value that nothing has.
    """
    counted = {each.id: each for each in counts}
    whole = sum(getattr(each, whole_of) for each in counted.values())
    return [
        {
            **vars(line := counted.get(value) or none(value)),
            "title": title,
            "share": Share(getattr(line, whole_of), whole).percent,
        }
        for value, title in _listed_values(titles, counted)
    ]


def repeated(words: Iterable[Word]) -> Iterator[Problem]:
    """
    Identifiers and titles that mean more than one word.
    """
    values = set[str]()
    for word in words:
        for field in ("id", "title"):
            value = getattr(word, field)
            if value in values and (field == "id" or value != word.id):
                message = f"“{value}”已指另一项。"
                yield problem_in(word, field, "duplicate_id", message, "请改用别的。")
        values |= {word.id, word.title}
