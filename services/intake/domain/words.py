"""
What an office wrote, in the words of its programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.errors import Problem
from shared.policy.parts.words import TITLES, Words, choices, find


def in_words(written: Mapping[str, object], words: Words) -> dict[str, str | None]:
    """
    The identifiers of what is *written*, as identifiers or titles; None where nothing
    is, or what no word is (`not_in_words` names it).
    """
    words_of = {fact: find(words[fact], written.get(fact)) for fact in TITLES}
    return {fact: word.id if word else None for fact, word in words_of.items()}


def titles_of(record: object, words: Words) -> dict[str, str]:
    """
    The titles of the words that a petition or a case has.
    """
    words_of = {fact: find(words[fact], getattr(record, fact, None)) for fact in TITLES}
    return {fact: word.title for fact, word in words_of.items() if word}


def not_in_words(written: Mapping[str, object], words: Words) -> Iterator[Problem]:
    """
    A problem for each value that is not one of the words of the programme.
    """
    for fact, title in TITLES.items():
        value = written.get(fact)
        if value is None or find(words[fact], value):
            continue
        allowed = choices(words[fact])
        yield Problem(
            "not_in_list",
            f"“{value}”不是本专项的{title}。" if allowed else f"本专项不分{title}。",
            f"可选：{allowed}。" if allowed else "请删去此项。",
            f"/{fact}",
        )
